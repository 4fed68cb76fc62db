//! What is told of an evaluation, and its JSON.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::{Map, Value as Json, json};

use super::Explanation;
use crate::encoding::json;
use crate::error::{Error, Location};
use crate::policy::obligation::Obligation;
use crate::policy::tier::Tier;

/// Holds what is told of one evaluation. It is empty where the reference tier decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) missing: Vec<String>,
    /// For each reason, in the decision's order, where it comes from.
    pub(crate) reasons: Vec<Vec<Source>>,
    /// For each obligation, in the decision's order, where it comes from.
    pub(crate) obligations: Vec<Vec<Source>>,
    /// The first is the entrypoint's.
    pub(crate) rules: Vec<Rule>,
    pub(crate) is_cut: bool,
}

/// Names a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) rule: String,
    pub(crate) place: Location,
}

/// Is one evaluation of a rule's definitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) rule: String,
    pub(crate) asked: Asked,
    /// `None` if the evaluation ended before.
    pub(crate) found: Option<Sight>,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) omitted: usize,
}

/// Says what was asked of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Value,
    Keys(usize),
    Call(usize),
}

/// Is a value's type, and the value itself where it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sight {
    pub(crate) kind: &'static str,
    /// How many items a collection has.
    pub(crate) size: Option<usize>,
    pub(crate) value: Option<String>,
}

/// Is a definition, or its `else`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) place: Location,
    pub(crate) is_default: bool,
    /// `None` if it held.
    pub(crate) failed: Option<Failed>,
    /// The evaluations that it asked for, by their place in the list.
    pub(crate) asks: Vec<usize>,
}

/// Says on what a candidate failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failed {
    pub(crate) by: &'static str,
    pub(crate) text: String,
    pub(crate) place: Location,
    pub(crate) saw: Vec<Seen>,
}

/// Is what a condition read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) sight: Sight,
}

impl Explanation {
    pub(super) fn to_value(&self) -> Result<Json, Error> {
        let mut members = Map::new();
        members.insert("cut".to_owned(), self.account.is_cut.into());
        members.insert("entrypoint".to_owned(), self.entrypoint.as_str().into());
        let tier = match &self.tier {
            Tier::Compiled => json!({"name": "compiled"}),
            Tier::Reference { reason, place: None } => json!({"name": "reference", "reason": reason}),
            Tier::Reference { reason, place: Some(place) } => {
                json!({"name": "reference", "reason": reason, "place": location(place)})
            }
        };
        members.insert("tier".to_owned(), tier);
        match &self.outcome {
            Ok(decision) => {
                members.insert("decision".to_owned(), json::parse("decision", &decision.to_bytes()?)?);
                if self.is_traced() {
                    let names = decision.reasons().iter().map(String::as_str);
                    members.insert("reasons".to_owned(), sources("reason", names, &self.account.reasons));
                    let names = decision.obligations().iter().map(Obligation::name);
                    members.insert("obligations".to_owned(), sources("type", names, &self.account.obligations));
                }
            }
            Err(error) => {
                let failure = json!({"code": error.code(), "message": error.to_string()});
                members.insert("failure".to_owned(), failure);
            }
        }
        if self.is_traced() {
            members.insert("missing".to_owned(), self.account.missing.as_slice().into());
            members.insert("rules".to_owned(), self.account.rules.iter().map(rule).collect());
        }
        Ok(Json::Object(members))
    }

    /// Tells whether there is anything to tell but the answer.
    pub(super) fn is_traced(&self) -> bool {
        self.tier == Tier::Compiled
    }
}

fn location(place: &Location) -> Json {
    json!({"file": place.file, "row": place.row, "column": place.column})
}

fn sources<'a>(what: &str, names: impl Iterator<Item = &'a str>, all: &[Vec<Source>]) -> Json {
    let named = names.enumerate().map(|(index, name)| {
        let own: Json = all.get(index).into_iter().flatten().map(source).collect();
        json!({what: name, "sources": own})
    });
    named.collect()
}

fn source(source: &Source) -> Json {
    json!({"rule": source.rule, "place": location(&source.place)})
}

fn rule(rule: &Rule) -> Json {
    let mut members = Map::new();
    members.insert("rule".to_owned(), rule.rule.as_str().into());
    let (asked, count) = match rule.asked {
        Asked::Value => ("value", None),
        Asked::Keys(count) => ("keys", Some(count)),
        Asked::Call(count) => ("call", Some(count)),
    };
    members.insert("asked".to_owned(), asked.into());
    if let Some(count) = count {
        members.insert("count".to_owned(), count.into());
    }
    if let Some(found) = &rule.found {
        members.insert("found".to_owned(), sight(found, Map::new()));
    }
    members.insert("candidates".to_owned(), rule.candidates.iter().map(candidate).collect());
    members.insert("omitted".to_owned(), rule.omitted.into());
    Json::Object(members)
}

fn candidate(candidate: &Candidate) -> Json {
    let mut members = Map::new();
    members.insert("place".to_owned(), location(&candidate.place));
    members.insert("held".to_owned(), candidate.failed.is_none().into());
    members.insert("default".to_owned(), candidate.is_default.into());
    members.insert("asks".to_owned(), candidate.asks.as_slice().into());
    if let Some(failed) = &candidate.failed {
        let saw: Json = failed.saw.iter().map(seen).collect();
        let place = location(&failed.place);
        members.insert("failed".to_owned(), json!({"by": failed.by, "text": failed.text, "place": place, "saw": saw}));
    }
    Json::Object(members)
}

fn seen(seen: &Seen) -> Json {
    let mut members = Map::new();
    members.insert("path".to_owned(), seen.path.as_str().into());
    sight(&seen.sight, members)
}

fn sight(sight: &Sight, mut members: Map<String, Json>) -> Json {
    members.insert("type".to_owned(), sight.kind.into());
    if let Some(size) = sight.size {
        members.insert("size".to_owned(), size.into());
    }
    if let Some(value) = &sight.value {
        members.insert("value".to_owned(), value.as_str().into());
    }
    Json::Object(members)
}
