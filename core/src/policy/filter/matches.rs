//! Holds a condition against a document.

use alloc::vec::Vec;

use super::super::fuel::Fault;
use super::super::value::{Text, Value};
use super::condition::{Condition, Form};
use super::field::{Field, Test};
use crate::error::Error;

/// Holds a document as the policy sees it.
pub(crate) struct Document(Value);

/// Reads a document, an AuthZEN resource.
pub(super) fn document(resource: &[u8]) -> Result<Document, Error> {
    let invalid = || Error::JsonInvalid { what: "resource", reason: "expected `type`, `id`, `properties`".into() };
    let Value::Object(members) = Value::parse_json("resource", resource)? else { return Err(invalid()) };
    for (name, value) in members.iter() {
        let Value::Text(name) = name else { return Err(invalid()) };
        match (name.as_str(), value) {
            ("type" | "id", Value::Text(_)) | ("properties", Value::Object(_)) => {}
            _ => return Err(invalid()),
        }
    }
    let absent = members.get_text("properties").is_none();
    let empty = absent.then(|| Value::object(Vec::new()).map(|empty| (Value::text("properties"), empty)));
    let all = members.iter().cloned().map(Ok).chain(empty).collect::<Result<Vec<_>, Fault>>();
    all.and_then(Value::object).map(Document).map_err(|_| invalid())
}

impl Condition {
    pub(super) fn matches(&self, document: &Document) -> bool {
        self.0.holds(document)
    }
}

impl Form {
    /// Tells whether the condition holds for a document.
    pub(crate) fn holds(&self, document: &Document) -> bool {
        let passes = |field: &Field, test: &Test| document.find(field).is_some_and(|value| test.holds(value));
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Is(field, test) => passes(field, test),
            Self::IsNot(field, test) => !passes(field, test),
            Self::And(parts) => parts.iter().all(|part| part.holds(document)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(document)),
        }
    }
}

impl Document {
    fn find(&self, field: &Field) -> Option<&Value> {
        let (_, path) = field.path.split_first()?;
        let mut value = &self.0;
        for name in path {
            value = member(value, name)?;
        }
        Some(value)
    }
}

/// Returns a member by its name: nothing but an object has one.
fn member<'a>(value: &'a Value, name: &Text) -> Option<&'a Value> {
    match value {
        Value::Object(members) => members.get_text(name),
        _ => None,
    }
}
