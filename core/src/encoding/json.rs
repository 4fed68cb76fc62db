//! Strict JSON in (RFC 8259 with the limits of I-JSON, RFC 7493) and canonical JSON out (RFC 8785).

mod number;

use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, Serialize};
use serde_json::{Map, Number, Value};

use crate::error::Error;

/// How deep a JSON text may nest.
pub const MAX_DEPTH: usize = 64;

/// The largest integer that every runtime holds exactly, 2^53 - 1.
const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991;

/// Reads one JSON value. `what` names the input in the failure.
///
/// # Errors
/// `json_invalid` for anything but one value of I-JSON: a repeated key, an integer beyond 2^53 - 1, a lone surrogate, or
/// nesting beyond [`MAX_DEPTH`].
pub fn parse(what: &'static str, text: &[u8]) -> Result<Value, Error> {
    let invalid = |error: serde_json::Error| Error::JsonInvalid { what, reason: error.to_string() };
    let text = std::str::from_utf8(text).map_err(|_| Error::JsonInvalid { what, reason: "not UTF-8".to_owned() })?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict { depth: 0 }.deserialize(&mut deserializer).map_err(invalid)?;
    deserializer.end().map_err(invalid)?;
    Ok(value)
}

/// Reads one record.
///
/// # Errors
/// `json_invalid` as [`parse`] has it, and for a field that is missing, unknown or of the wrong type.
pub fn parse_record<T: DeserializeOwned>(what: &'static str, text: &[u8]) -> Result<T, Error> {
    from_value(what, parse(what, text)?)
}

/// Reads a record out of a value.
///
/// # Errors
/// `json_invalid` for a field that is missing, unknown or of the wrong type.
pub fn from_value<T: DeserializeOwned>(what: &'static str, value: Value) -> Result<T, Error> {
    // A derived reader would take an array for a record, field by field.
    if !value.is_object() {
        return Err(Error::JsonInvalid { what, reason: "expected an object".to_owned() });
    }
    serde_json::from_value(value).map_err(|error| Error::JsonInvalid { what, reason: error.to_string() })
}

/// Returns the canonical bytes of a record.
///
/// # Errors
/// `json_invalid` when the record holds what JSON cannot.
pub fn to_canonical<T: Serialize>(what: &'static str, record: &T) -> Result<Vec<u8>, Error> {
    let value = serde_json::to_value(record).map_err(|error| Error::JsonInvalid { what, reason: error.to_string() })?;
    Ok(canonical(&value))
}

/// Returns the canonical bytes of a value: RFC 8785.
pub fn canonical(value: &Value) -> Vec<u8> {
    let mut text = String::new();
    write_value(value, &mut text);
    text.into_bytes()
}

/// Returns the canonical bytes of an object: RFC 8785.
pub fn canonical_object(members: &Map<String, Value>) -> Vec<u8> {
    let mut text = String::new();
    write_object(members, &mut text);
    text.into_bytes()
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(number, out),
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_value(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => write_object(members, out),
    }
}

fn write_object(members: &Map<String, Value>, out: &mut String) {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_unstable_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    out.push('{');
    for (index, (key, item)) in sorted.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_string(key, out);
        out.push(':');
        write_value(item, out);
    }
    out.push('}');
}

fn write_number(number: &Number, out: &mut String) {
    match number.as_f64() {
        Some(float) => number::write(float, out),
        None => out.push_str(&number.to_string()),
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => {
                out.push_str("\\u00");
                out.push_str(&super::hex::encode(&[u8::try_from(control).unwrap_or_default()]));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Builds a [`Value`] while it refuses what runtimes read differently.
#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.depth.saturating_add(1) {
            depth if depth <= MAX_DEPTH => Ok(Self { depth }),
            _ => Err(E::custom(format_args!("nested deeper than {MAX_DEPTH}"))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        if value > MAX_SAFE_INTEGER {
            return Err(E::custom(format_args!("the integer `{value}` is beyond 2^53 - 1")));
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        if value.unsigned_abs() > MAX_SAFE_INTEGER {
            return Err(E::custom(format_args!("the integer `{value}` is beyond 2^53 - 1")));
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        // An integral float is the same number as the integer of that value; RFC 8785 writes both alike, so both must
        // become the same value here.
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "checked to be exact")]
        if value.fract() == 0.0 {
            if value.abs() > MAX_SAFE_INTEGER as f64 {
                return Err(E::custom(format_args!("the integer `{value}` is beyond 2^53 - 1")));
            }
            return Ok(Value::Number((value as i64).into()));
        }
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format_args!("the key `{key}` is repeated")));
            }
            let value = members.next_value_seed(inner)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical_of(text: &str) -> String {
        String::from_utf8(canonical(&parse("text", text.as_bytes()).unwrap())).unwrap()
    }

    /// The example of RFC 8785, section 3.2.2, less its integer beyond 2^53.
    #[test]
    fn rfc_8785_example_holds() {
        let text = r#"{"numbers":[4.50,2e-3,0.000000000000000000000000001],
            "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#;
        assert_eq!(
            canonical_of(text),
            "{\"literals\":[null,true,false],\"numbers\":[4.5,0.002,1e-27],\
             \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
    }

    /// The sorting example of RFC 8785, section 3.2.3: by UTF-16 code units.
    #[test]
    fn keys_sort_by_utf16() {
        let text = "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}";
        assert_eq!(canonical_of(text), "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}");
    }

    #[test]
    fn equal_numbers_have_one_form() {
        assert_eq!(canonical_of("[1,1.0,1e0,-0,-0.0,100e-2]"), "[1,1,1,0,0,1]");
    }

    #[test]
    fn what_runtimes_read_differently_is_refused() {
        let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
        for text in [
            "{\"a\":1,\"a\":2}",
            "9007199254740992",
            "-9007199254740992",
            "1e300",
            "1e999",
            "\"\\ud800\"",
            "1 2",
            "",
            &deep,
        ] {
            assert_eq!(parse("text", text.as_bytes()).unwrap_err().code(), "json_invalid", "{text}");
        }
        assert!(parse("text", format!("{}{}", "[".repeat(64), "]".repeat(64)).as_bytes()).is_ok());
    }
}
