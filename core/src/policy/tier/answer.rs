//! Reads an entrypoint's value as an answer.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::error::Error;
use crate::policy::decision::Answer;
use crate::policy::value::{Object, Value};

/// The most bytes of an answer.
const MAX_ANSWER_SIZE: u64 = 1 << 20;

/// The largest integer that every runtime holds exactly, 2^53 - 1.
const MAX_COUNT: u64 = 9_007_199_254_740_991;

/// Reads an answer. One reader says what is wrong with what is none.
///
/// # Errors
/// `decision_invalid` for what is none, is too large, or holds what JSON cannot.
pub(super) fn read(value: &Value) -> Result<Answer, Error> {
    let invalid = |reason: &str| Error::DecisionInvalid { reason: reason.to_owned() };
    if value.weight() > MAX_ANSWER_SIZE {
        return Err(invalid("it is too large"));
    }
    if let Some(answer) = plain(value) {
        return Ok(answer);
    }
    Answer::from_value(value.to_json().ok_or_else(|| invalid("it holds what JSON cannot"))?)
}

/// Reads an answer without obligations, which most are.
fn plain(value: &Value) -> Option<Answer> {
    let Value::Object(members) = value else { return None };
    let mut known: usize = 1;
    let Some(Value::Bool(decision)) = members.get_text("decision") else { return None };
    let mut member = |name: &str| {
        let found = members.get_text(name);
        known = known.saturating_add(usize::from(found.is_some()));
        found
    };
    let reasons = match member("reasons") {
        Some(Value::Set(reasons)) => texts(reasons.as_slice())?,
        None => Vec::new(),
        Some(_) => return None,
    };
    let is_without = matches!(member("obligations"), None | Some(Value::Set(_)) if is_empty(members, "obligations"));
    let cache_for_ms = match member("cache_for_ms") {
        Some(Value::Number(number)) => u64::try_from(number.as_i64()?).ok().filter(|count| *count <= MAX_COUNT)?,
        None => 0,
        Some(_) => return None,
    };
    let is_plain = is_without && known == members.len() && (reasons.is_empty() || !*decision);
    is_plain.then(|| Answer { decision: *decision, reasons, obligations: Vec::new(), cache_for_ms })
}

fn is_empty(members: &Object, name: &str) -> bool {
    members.get_text(name).is_none_or(|value| value.len() == 0)
}

/// A set's texts are sorted by code point, and none is there twice.
fn texts(items: &[Value]) -> Option<Vec<String>> {
    let text = |item: &Value| match item {
        Value::Text(text) => Some(text.to_string()),
        _ => None,
    };
    items.iter().map(text).collect()
}
