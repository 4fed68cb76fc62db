//! Makes the account of an evaluation out of what the tracer remembers.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::origin::{MAX_FOLLOWED, Origins};
use super::record::{Account, Asked, Candidate, Failed, Rule, Seen, Sight, Source};
use crate::error::Location;
use crate::policy::compiled::{
    self, FailedBy, PlaceId, Program, Root, Rules, RulesKind, Trace, shortened, write_names,
};
use crate::policy::decision::Answer;
use crate::policy::source::ModuleSource;
use crate::policy::value::Value;

/// The most characters of a condition's text.
const MAX_TEXT: usize = 200;

/// The most characters of a value.
const MAX_VALUE: usize = 80;

/// Holds the texts of the modules, by path.
#[derive(Default)]
pub(crate) struct Sources(BTreeMap<String, String>);

impl Sources {
    pub(crate) fn new(modules: &[&ModuleSource]) -> Self {
        Self(modules.iter().map(|module| (module.path.clone(), module.text.clone())).collect())
    }

    /// Returns what stands at a place, on one line.
    fn text(&self, place: &crate::policy::syntax::Place) -> String {
        let bounds = usize::try_from(place.start).ok().zip(usize::try_from(place.end).ok());
        let text = bounds.and_then(|(start, end)| self.0.get(&*place.file)?.get(start..end)).unwrap_or_default();
        let words: Vec<&str> = text.split_whitespace().collect();
        shortened(&words.join(" "), MAX_TEXT)
    }
}

/// Makes the account. `values` adds the values of what was read from the request.
pub(crate) fn assemble(
    program: &Program,
    trace: &Trace<'_>,
    sources: &Sources,
    answer: Option<&Answer>,
    values: bool,
) -> Account {
    let assembly = Assembly { program, trace, sources, values };
    let order = assembly.order();
    let origins = Origins { program, trace };
    let told = |found: Vec<&compiled::Candidate<'_>>| {
        let mut told: Vec<Source> = found.into_iter().map(|candidate| assembly.source(candidate)).collect();
        told.sort_by(|one, other| key(one).cmp(&key(other)));
        told.dedup();
        told
    };
    let answer = answer.cloned().unwrap_or_default();
    let reasons = answer.reasons.iter().take(MAX_FOLLOWED);
    let obligations = answer.obligations.iter().take(MAX_FOLLOWED);
    Account {
        missing: trace.missing.iter().map(|path| path_of(path)).collect(),
        reasons: reasons.map(|reason| told(origins.of_reason(reason))).collect(),
        obligations: obligations.map(|obligation| told(origins.of_obligation(obligation))).collect(),
        rules: order.iter().filter_map(|id| assembly.rule(*id, &order)).collect(),
        is_cut: trace.tracer.is_cut || answer.reasons.len() > MAX_FOLLOWED,
    }
}

struct Assembly<'a, 'p> {
    program: &'p Program,
    trace: &'a Trace<'p>,
    sources: &'a Sources,
    values: bool,
}

impl Assembly<'_, '_> {
    /// Returns the evaluations that the entrypoint asked for, directly or not, in the order in which they began.
    fn order(&self) -> Vec<usize> {
        let mut reached: Vec<bool> = self.trace.tracer.evaluations.iter().map(|_| false).collect();
        let mut waiting = Vec::from([0]);
        while let Some(id) = waiting.pop() {
            let Some(flag) = reached.get_mut(id) else { continue };
            if core::mem::replace(flag, true) {
                continue;
            }
            let candidates = self.trace.tracer.evaluations.get(id).map(|evaluation| evaluation.candidates.as_slice());
            waiting.extend(candidates.unwrap_or_default().iter().flat_map(|candidate| candidate.asked.iter().copied()));
        }
        reached.iter().enumerate().filter(|(_, flag)| **flag).map(|(id, _)| id).collect()
    }

    fn rule(&self, id: usize, order: &[usize]) -> Option<Rule> {
        let evaluation = self.trace.tracer.evaluations.get(id)?;
        let rules = self.program.rules.get(evaluation.rules)?;
        let asked = match (rules.kind, evaluation.keys) {
            (RulesKind::Function { .. }, count) => Asked::Call(count),
            (_, 0) => Asked::Value,
            (_, count) => Asked::Keys(count),
        };
        let found = evaluation.is_done.then(|| self.sight(evaluation.value.as_ref(), Root::Rule));
        let mut candidates: Vec<(usize, Candidate)> = Vec::new();
        for candidate in &evaluation.candidates {
            let place = rules.definitions.iter().position(|other| core::ptr::eq(other, candidate.definition));
            candidates.push((place.unwrap_or(usize::MAX), self.candidate(candidate, place.is_none(), order)));
        }
        candidates.sort_by_key(|(place, _)| *place);
        let candidates = candidates.into_iter().map(|(_, candidate)| candidate).collect();
        Some(Rule { rule: rules.path.join("."), asked, found, candidates, omitted: evaluation.omitted })
    }

    fn candidate(&self, candidate: &compiled::Candidate<'_>, is_default: bool, order: &[usize]) -> Candidate {
        Candidate {
            place: self.place_of(candidate),
            is_default,
            failed: candidate.failed.as_ref().map(|failed| self.failed(failed)),
            asks: candidate.asked.iter().filter_map(|id| order.binary_search(id).ok()).collect(),
        }
    }

    fn failed(&self, failed: &compiled::Failed) -> Failed {
        let by = match failed.by {
            FailedBy::Condition => "condition",
            FailedBy::Index => "index",
            FailedBy::Arguments => "arguments",
            FailedBy::Value => "value",
            FailedBy::NotTried => "not_tried",
            FailedBy::Ended => "ended",
        };
        let place = usize::try_from(failed.place).ok().and_then(|place| self.program.places.get(place));
        let is_condition = matches!(failed.by, FailedBy::Condition | FailedBy::Index);
        let text = place.filter(|_| is_condition).map(|place| self.sources.text(place));
        let seen =
            |seen: &compiled::Seen| Seen { path: seen.path.clone(), sight: self.sight(seen.value.as_ref(), seen.root) };
        let saw = failed.saw.iter().map(seen).collect();
        Failed { by, text: text.unwrap_or_default(), place: self.location(failed.place), saw }
    }

    /// Returns a value's type, and the value where it may be shown: what a rule holds to be true always, since the account
    /// tells it anyway; what comes from the request, and a rule's number, if values are wanted; what data had a part in
    /// never.
    fn sight(&self, value: Option<&Value>, root: Root) -> Sight {
        let Some(value) = value else { return Sight { kind: "undefined", size: None, value: None } };
        let size = matches!(value, Value::Array(_) | Value::Object(_) | Value::Set(_)).then(|| value.len());
        let is_shown = match (root, value) {
            (Root::Rule, Value::Bool(_)) => true,
            (Root::Rule, Value::Number(_)) | (Root::Input, _) => self.values,
            (Root::Rule | Root::Data, _) => false,
        };
        let shown = is_shown.then(|| short(value));
        Sight { kind: value.type_name(), size, value: shown }
    }

    fn source(&self, candidate: &compiled::Candidate<'_>) -> Source {
        let has = |rules: &&Rules| {
            rules.definitions.iter().chain(&rules.default).any(|other| core::ptr::eq(other, candidate.definition))
        };
        let rule = self.program.rules.iter().find(has).map(|rules| rules.path.join("."));
        Source { rule: rule.unwrap_or_default(), place: self.place_of(candidate) }
    }

    /// Returns the place of the definition, or of its `else`.
    fn place_of(&self, candidate: &compiled::Candidate<'_>) -> Location {
        let definition = candidate.definition;
        let is_else = candidate
            .branch
            .filter(|branch| definition.branches.iter().skip(1).any(|other| core::ptr::eq(other, *branch)));
        self.location(is_else.map_or(definition.place, |branch| branch.place))
    }

    fn location(&self, place: PlaceId) -> Location {
        let place = usize::try_from(place).ok().and_then(|place| self.program.places.get(place));
        place.map_or(Location { file: String::new(), row: 0, column: 0 }, |place| place.location())
    }
}

fn key(source: &Source) -> (&str, u32, u32) {
    (&source.place.file, source.place.row, source.place.column)
}

fn path_of(names: &[crate::policy::value::Text]) -> String {
    let mut path = String::new();
    write_names("input", Some(names), &mut path);
    path
}

/// Returns a value as short JSON.
fn short(value: &Value) -> String {
    let mut out = Vec::new();
    value.write_canonical(&mut out);
    shortened(&String::from_utf8_lossy(&out), MAX_VALUE)
}
