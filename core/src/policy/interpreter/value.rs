//! Turns JSON into the interpreter's values and back.

use alloc::borrow::ToOwned;
use alloc::string::ToString;
use alloc::vec::Vec;

use regorus::Value as Rego;
use serde_json::{Number, Value};

use super::meter;
use crate::error::Error;

/// The most bytes of an answer.
const MAX_ANSWER_SIZE: usize = 1 << 20;

/// The largest integer that every runtime holds exactly, 2^53 - 1.
const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991;

/// Turns JSON into a value.
pub(super) fn from_json(value: &Value) -> Rego {
    match value {
        Value::Null => Rego::Null,
        Value::Bool(flag) => Rego::Bool(*flag),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Rego::from(integer),
            (None, Some(float)) => Rego::from(float),
            (None, None) => Rego::Undefined,
        },
        Value::String(text) => Rego::from(text.as_str()),
        Value::Array(items) => Rego::from(items.iter().map(from_json).collect::<Vec<_>>()),
        Value::Object(members) => {
            let mut object = Rego::new_object();
            if let Ok(map) = object.as_object_mut() {
                for (key, member) in members {
                    map.insert(Rego::from(key.as_str()), from_json(member));
                }
            }
            object
        }
    }
}

/// Turns an answer into JSON, sets into arrays.
///
/// # Errors
/// `decision_invalid` for a value that is too large or holds what JSON cannot.
pub(super) fn to_json(value: &Rego) -> Result<Value, Error> {
    let invalid = |reason: &str| Error::DecisionInvalid { reason: reason.to_owned() };
    if !meter::fits(value, MAX_ANSWER_SIZE) {
        return Err(invalid("it is too large"));
    }
    converted(value).ok_or_else(|| invalid("it holds what JSON cannot"))
}

fn converted(value: &Rego) -> Option<Value> {
    Some(match value {
        Rego::Null => Value::Null,
        Rego::Bool(flag) => Value::Bool(*flag),
        Rego::Number(_) => Value::Number(number(value)?),
        Rego::String(text) => Value::String(text.to_string()),
        Rego::Array(items) => Value::Array(items.iter().map(converted).collect::<Option<_>>()?),
        Rego::Set(items) => Value::Array(items.iter().map(converted).collect::<Option<_>>()?),
        Rego::Object(members) => {
            let mut object = serde_json::Map::new();
            for (key, member) in members.iter() {
                object.insert(key.as_string().ok()?.to_string(), converted(member)?);
            }
            Value::Object(object)
        }
        Rego::Undefined => return None,
    })
}

/// An integral float is the same number as the integer of that value.
fn number(value: &Rego) -> Option<Number> {
    match value.as_i64() {
        Ok(integer) if integer.unsigned_abs() <= MAX_SAFE_INTEGER => Some(integer.into()),
        Ok(_) => None,
        Err(_) => value.as_f64().ok().filter(|float| float.fract() != 0.0).and_then(Number::from_f64),
    }
}
