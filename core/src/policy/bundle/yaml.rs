//! Data in YAML, as far as they are JSON. `spec/bundle.md`, "Data".
//!
//! The parser gives events, one for each thing that stands in the text. Without anchors nothing can become larger than it is written.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::panic::catch_unwind;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

use super::{limit, malformed};
use crate::encoding::json::{self, MAX_DEPTH};
use crate::error::Error;

/// Reads one document.
///
/// # Errors
/// `bundle_malformed` for what is no JSON, or what versions of YAML read differently; `policy_limit`.
pub(super) fn read(path: &str, content: &[u8], most: usize) -> Result<Value, Error> {
    if content.len() > most {
        return Err(limit("bundle_yaml_bytes", most));
    }
    // The parser is not this crate's, and its text is anybody's.
    catch_unwind(|| document(content))
        .unwrap_or_else(|_| Err("it cannot be read".to_owned()))
        .map_err(|reason| malformed(format!("`{path}`: {reason}")))
}

fn document(content: &[u8]) -> Result<Value, String> {
    let text = str::from_utf8(content).map_err(|_| "it is not UTF-8".to_owned())?;
    if text.lines().any(|line| line.trim_start_matches(' ').starts_with('\t')) {
        return Err("a line begins with a tab".to_owned());
    }
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            format!("{}:{}: it is not YAML", error.marker().line(), error.marker().col().saturating_add(1))
        })?;
        builder.take(event).map_err(|reason| format!("line {}: {reason}", span.start.line()))?;
    }
    Ok(builder.value.unwrap_or(Value::Null))
}

/// Puts a value together.
#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    value: Option<Value>,
    documents: usize,
}

enum Open {
    List(Vec<Value>),
    Object(Map<String, Value>, Option<String>),
}

impl Builder {
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Alias(_) => Err("it has an alias".to_owned()),
            Event::Scalar(_, _, anchor, ref tag) if anchor != 0 || tag.is_some() => Err(marked()),
            Event::SequenceStart(anchor, ref tag) | Event::MappingStart(anchor, ref tag)
                if anchor != 0 || tag.is_some() =>
            {
                Err(marked())
            }
            Event::Scalar(text, style, ..) => self.scalar(&text, style == ScalarStyle::Plain),
            Event::SequenceStart(..) => self.open(Open::List(Vec::new())),
            Event::MappingStart(..) => self.open(Open::Object(Map::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::DocumentStart(_) => {
                self.documents = self.documents.saturating_add(1);
                if self.documents > 1 { Err("it has a second document".to_owned()) } else { Ok(()) }
            }
            Event::DocumentEnd | Event::StreamStart | Event::StreamEnd | Event::Nothing => Ok(()),
        }
    }

    fn scalar(&mut self, text: &str, is_plain: bool) -> Result<(), String> {
        let value = if is_plain { plain(text)? } else { Value::String(text.to_owned()) };
        match self.open.last_mut() {
            Some(Open::Object(members, key @ None)) => {
                let Value::String(name) = value else { return Err(format!("the key `{text}` is no text: quote it")) };
                if is_plain && name == "<<" {
                    return Err("it has a merge key".to_owned());
                }
                if members.contains_key(&name) {
                    return Err(format!("the key `{name}` is repeated"));
                }
                *key = Some(name);
                Ok(())
            }
            _ => self.put(value),
        }
    }

    fn open(&mut self, open: Open) -> Result<(), String> {
        if matches!(self.open.last(), Some(Open::Object(_, None))) {
            return Err("a key is no text".to_owned());
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("nested deeper than {MAX_DEPTH}"));
        }
        self.open.push(open);
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        let value = match self.open.pop() {
            Some(Open::List(items)) => Value::Array(items),
            Some(Open::Object(members, None)) => Value::Object(members),
            _ => return Err("a key has no value".to_owned()),
        };
        self.put(value)
    }

    fn put(&mut self, value: Value) -> Result<(), String> {
        match self.open.last_mut() {
            None => self.value = Some(value),
            Some(Open::List(items)) => items.push(value),
            Some(Open::Object(members, key)) => {
                let key = key.take().ok_or_else(|| "a value has no key".to_owned())?;
                members.insert(key, value);
            }
        }
        Ok(())
    }
}

fn marked() -> String {
    "it has an anchor or a tag".to_owned()
}

/// Reads a plain scalar, and refuses what versions of YAML read differently.
fn plain(text: &str) -> Result<Value, String> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        _ => {}
    }
    if let Ok(number @ Value::Number(_)) = json::parse("number", text.as_bytes()) {
        return Ok(number);
    }
    let is_word = ["y", "n", "yes", "no", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_word || looks_like_number(text) {
        return Err(format!("`{text}` is read differently by versions of YAML: quote it, or write it as JSON has it"));
    }
    Ok(Value::String(text.to_owned()))
}

/// Tells what some version of YAML takes for a number.
fn looks_like_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let all = |text: &str, allowed: fn(char) -> bool| !text.is_empty() && text.chars().all(|c| allowed(c) || c == '_');
    let lower = unsigned.to_ascii_lowercase();
    if matches!(lower.as_str(), ".inf" | ".nan") {
        return true;
    }
    let radix = lower.strip_prefix("0x").or(lower.strip_prefix("0o")).or(lower.strip_prefix("0b"));
    if radix.is_some_and(|digits| all(digits, |c| c.is_ascii_hexdigit())) {
        return true;
    }
    let is_digit = |c: char| c.is_ascii_digit();
    // Base 60: digits, then parts of digits.
    if lower.contains(':') && lower.starts_with(is_digit) {
        return all(&lower, |c| c.is_ascii_digit() || matches!(c, ':' | '.'));
    }
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    mantissa.contains(is_digit)
        && mantissa.matches('.').count() <= 1
        && all(mantissa, |c| c.is_ascii_digit() || c == '.')
        && all(exponent, |c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(text: &str) -> Result<Value, &'static str> {
        read("data.yaml", text.as_bytes(), 1 << 20).map_err(|error| error.code())
    }

    #[test]
    fn json_s_data_model_comes_out() {
        let text = "# grants\na: [1, -2.5e3, ~, 'yes', \"no\"]\nb:\n  - c: true\n    d: 10.0.0.1\n  - 2026-01-01\ne: |\n  text\nf:\n";
        let value = json!({"a": [1, -2500.0, null, "yes", "no"], "b": [{"c": true, "d": "10.0.0.1"}, "2026-01-01"], "e": "text\n", "f": null});
        assert_eq!(json::canonical(&of(text).unwrap()), json::canonical(&value));
        assert_eq!(of("{\"a\": {\"b\": [1.5]}}").unwrap(), json!({"a": {"b": [1.5]}}));
        assert_eq!(of("").unwrap(), Value::Null);
        for text in ["1.2.3", "v1", "-", "1e", "0x", "a:b", "12e5-x", "+", "..", "_"] {
            assert_eq!(plain(text), Ok(Value::String(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_read_differently_or_is_no_json_is_refused() {
        for plain in [
            "yes", "No", "ON", "off", "y", "N", "0o17", "0x1F", "017", "1_000", ".inf", "-.INF", ".NaN", "1:30", "+1",
            ".5", "1.", "1e999", "0b1",
        ] {
            assert_eq!(of(&format!("a: {plain}")).unwrap_err(), "bundle_malformed", "{plain}");
        }
        for text in [
            "a: &x 1",
            "a: &x [1]\nb: *x",
            "a: !!str 1",
            "a: !x {}",
            "<<: {a: 1}",
            "1: a",
            "true: a",
            "~: a",
            "? [a]\n: b",
            "? {a: 1}\n: b",
            "a: 1\na: 2",
            "--- 1\n--- 2",
            "a: [",
            "a: 9007199254740993",
            "\t- a: b\n -",
            "a: b: c",
        ] {
            assert_eq!(of(text).unwrap_err(), "bundle_malformed", "{text}");
        }
        assert!(of(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_ok());
        assert_eq!(of(&format!("{}{}", "[".repeat(65), "]".repeat(65))).unwrap_err(), "bundle_malformed");
        assert_eq!(read("data.yaml", b"a: 1", 3).unwrap_err().code(), "policy_limit");
    }
}
