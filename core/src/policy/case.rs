//! Cases: requests with the answer that is expected, in JSON beside a policy. `spec/policy.md`, "Testing".

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::decision::Answer;
use super::obligation::Obligation;
use crate::encoding::json;
use crate::error::Error;

/// Holds a file of cases.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseSource {
    /// Names it in reports.
    pub path: String,
    /// Its text: a list of cases.
    pub text: String,
}

/// Holds one case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) name: String,
    /// An AuthZEN request, completed as a decision's is.
    pub(super) request: Option<Json>,
    /// What stands in place of a request, as it is.
    pub(super) input: Option<Json>,
    expect: Expected,
}

/// Holds what is expected; what is left out may be anything.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    decision: Option<bool>,
    reasons: Option<Vec<String>>,
    obligations: Option<Vec<Json>>,
    cache_for_ms: Option<u64>,
    /// The code of a failure.
    error: Option<String>,
}

impl CaseSource {
    /// Reads the cases.
    ///
    /// # Errors
    /// `json_invalid` for anything but a list of cases in I-JSON, each with a request or an input and an expectation.
    pub(super) fn cases(&self) -> Result<Vec<Case>, Error> {
        let invalid =
            |reason: String| Error::JsonInvalid { what: "cases", reason: format!("`{}`: {reason}", self.path) };
        let value = json::parse("cases", self.text.as_bytes()).map_err(|error| invalid(error.to_string()))?;
        let cases: Vec<Case> = serde_json::from_value(value).map_err(|error| invalid(error.to_string()))?;
        match cases.iter().find(|case| !case.is_whole()) {
            Some(case) => Err(invalid(format!(
                "the case `{}` needs a request or an input, and either a failure or a decision or a part of one",
                case.name
            ))),
            None => Ok(cases),
        }
    }
}

impl Case {
    fn is_whole(&self) -> bool {
        let Expected { decision, reasons, obligations, cache_for_ms, error } = &self.expect;
        let is_answer = decision.is_some() || reasons.is_some() || obligations.is_some() || cache_for_ms.is_some();
        self.request.is_some() != self.input.is_some() && is_answer != error.is_some()
    }

    /// Says how an outcome differs from what is expected.
    pub(super) fn difference(&self, outcome: &Result<Answer, Error>) -> Option<String> {
        let answer = match (outcome, &self.expect.error) {
            (Err(error), Some(code)) if error.code() == code => return None,
            (Err(error), _) => return Some(format!("expected {}, got {}: {error}", self.expected(), error.code())),
            (Ok(answer), _) => answer,
        };
        if self.expect.error.is_some() {
            return Some(format!("expected {}, got decision {}", self.expected(), answer.decision));
        }
        let got = described(answer);
        let wanted = self.wanted();
        let differing = wanted.iter().find(|(name, value)| got.get(name.as_str()) != Some(value));
        differing.map(|(name, value)| {
            let got = got.get(name).cloned().unwrap_or(Json::Null);
            format!("expected {name} {}, got {}", text(value), text(&got))
        })
    }

    fn expected(&self) -> String {
        match (&self.expect.error, self.expect.decision) {
            (Some(code), _) => format!("the failure {code}"),
            (None, Some(decision)) => format!("decision {decision}"),
            _ => "an answer".to_owned(),
        }
    }

    fn wanted(&self) -> Map<String, Json> {
        let Expected { decision, reasons, obligations, cache_for_ms, .. } = &self.expect;
        let mut wanted = Map::new();
        let mut put = |name: &str, value: Option<Json>| {
            if let Some(value) = value {
                wanted.insert(name.to_owned(), value);
            }
        };
        put("decision", decision.map(Json::Bool));
        put("reasons", reasons.as_ref().map(|reasons| in_order(reasons.iter().cloned().map(Json::String).collect())));
        put("obligations", obligations.clone().map(in_order));
        put("cache_for_ms", cache_for_ms.map(Json::from));
        wanted
    }
}

fn described(answer: &Answer) -> Map<String, Json> {
    let mut got = Map::new();
    got.insert("decision".to_owned(), Json::Bool(answer.decision));
    got.insert("reasons".to_owned(), in_order(answer.reasons.iter().cloned().map(Json::String).collect()));
    let obligations = answer.obligations.iter().map(Obligation::to_value);
    got.insert("obligations".to_owned(), in_order(obligations.collect()));
    got.insert("cache_for_ms".to_owned(), Json::from(answer.cache_for_ms));
    got
}

/// Neither the order nor a repetition makes a difference.
fn in_order(mut items: Vec<Json>) -> Json {
    items.sort_by_cached_key(json::canonical);
    items.dedup();
    Json::Array(items)
}

fn text(value: &Json) -> String {
    String::from_utf8_lossy(&json::canonical(value)).into_owned()
}
