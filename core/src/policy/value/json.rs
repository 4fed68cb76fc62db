//! Values to JSON and to Rego's own text.

use alloc::string::{String, ToString};
use core::fmt::Write as _;

use serde_json::{Map, Value as Json};

use super::Value;
use crate::policy::number::Number;

/// The largest integer that every runtime holds exactly, 2^53 - 1.
const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991;

impl From<&Json> for Value {
    /// Numbers become the shortest decimals that give them back, as canonical JSON writes them.
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(flag) => Self::Bool(*flag),
            Json::Number(number) => match (number.as_i64(), number.as_f64().and_then(Number::from_f64)) {
                (Some(integer), _) => Self::from(integer),
                (None, Some(float)) => Self::Number(float),
                (None, None) => Self::Null,
            },
            Json::String(text) => Self::text(text),
            Json::Array(items) => Self::array(items.iter().map(Self::from).collect()).unwrap_or(Self::Null),
            Json::Object(members) => {
                let members = members.iter().map(|(key, member)| (Self::text(key), Self::from(member)));
                Self::object(members.collect()).unwrap_or(Self::Null).indexed()
            }
        }
    }
}

impl Value {
    /// Turns the value into I-JSON, sets into arrays; nothing for a key that is no text, or a number that is no integer up
    /// to 2^53 - 1 and no double.
    pub(crate) fn to_json(&self) -> Option<Json> {
        Some(match self {
            Self::Null => Json::Null,
            Self::Bool(flag) => Json::Bool(*flag),
            Self::Number(number) => Json::Number(json_number(number)?),
            Self::Text(text) => Json::String(text.to_string()),
            Self::Array(items) => Json::Array(items.iter().map(Self::to_json).collect::<Option<_>>()?),
            Self::Set(items) => Json::Array(items.iter().map(Self::to_json).collect::<Option<_>>()?),
            Self::Object(members) => {
                // One by one: collecting would bring in a sort.
                let mut object = Map::new();
                for (key, member) in members.iter() {
                    let Self::Text(name) = key else { return None };
                    object.insert(name.to_string(), member.to_json()?);
                }
                Json::Object(object)
            }
        })
    }

    /// Returns the value as Rego writes it, as it stands in a key or a format.
    pub(crate) fn to_rego(&self) -> String {
        let mut text = String::new();
        self.write_rego(&mut text);
        text
    }

    fn write_rego(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
            // Writing to a text does not fail.
            Self::Number(number) => write!(out, "{number}").unwrap_or_default(),
            Self::Text(text) => quote(text, out),
            Self::Array(items) => list(items.iter(), ["[", "]"], out, Self::write_rego),
            Self::Set(items) if items.is_empty() => out.push_str("set()"),
            Self::Set(items) => list(items.iter(), ["{", "}"], out, Self::write_rego),
            Self::Object(members) => list(members.iter(), ["{", "}"], out, |(key, member), out| {
                key.write_rego(out);
                out.push_str(": ");
                member.write_rego(out);
            }),
        }
    }
}

fn json_number(number: &Number) -> Option<serde_json::Number> {
    match number.as_i64() {
        Some(integer) if integer.unsigned_abs() <= MAX_SAFE_INTEGER => Some(integer.into()),
        None if !number.is_integer() => {
            number.to_f64().filter(|float| has_fraction(*float)).and_then(serde_json::Number::from_f64)
        }
        _ => None,
    }
}

/// From 2^52 on every float is whole.
fn has_fraction(float: f64) -> bool {
    #[expect(clippy::cast_possible_truncation, reason = "only what is below 2^52 is asked for")]
    let whole = float as i64;
    #[expect(clippy::cast_precision_loss, reason = "below 2^52 it is exact")]
    let whole = whole as f64;
    float.abs() < 4_503_599_627_370_496.0 && whole != float
}

fn list<T>(items: impl Iterator<Item = T>, brackets: [&str; 2], out: &mut String, write: impl Fn(T, &mut String)) {
    let [open, close] = brackets;
    out.push_str(open);
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(item, out);
    }
    out.push_str(close);
}

/// Quotes a text.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' || control == '\u{7f}' => {
                write!(out, "\\u{:04x}", u32::from(control)).unwrap_or_default();
            }
            other => out.push(other),
        }
    }
    out.push('"');
}
