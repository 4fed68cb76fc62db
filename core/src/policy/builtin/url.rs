//! `urlquery.*`: `application/x-www-form-urlencoded`.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use super::aggregate::items;
use super::text::work;
use super::{Outcome, done};
use crate::policy::fuel::{Fuel, length};
use crate::policy::value::Value;

pub(super) fn encode(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    work(fuel, length(text.len()).saturating_mul(3))?;
    let mut out = String::new();
    escape(text, &mut out);
    done(Value::text(out))
}

pub(super) fn decode(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    work(fuel, length(text.len()).saturating_mul(2))?;
    Ok(unescape(text, true).map(Value::text))
}

pub(super) fn encode_object(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [object @ Value::Object(members)] = args else { return Ok(None) };
    work(fuel, object.weight().saturating_mul(3))?;
    let mut out = String::new();
    for (key, value) in members.iter() {
        let Value::Text(key) = key else { return Ok(None) };
        let values = items(value).unwrap_or(core::slice::from_ref(value));
        for value in values {
            let Value::Text(value) = value else { return Ok(None) };
            // A key stands once for each of its values.
            fuel.allocate(length(key.len()).saturating_mul(3))?;
            if !out.is_empty() {
                out.push('&');
            }
            escape(key, &mut out);
            out.push('=');
            escape(value, &mut out);
        }
    }
    done(Value::text(out))
}

pub(super) fn decode_object(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    let count = text.matches('&').count().saturating_add(1);
    fuel.sort(count, length(text.len()).saturating_mul(2))?;
    work(fuel, length(count).saturating_mul(128).saturating_add(length(text.len())))?;
    let mut pairs = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        match (unescape(key, true), unescape(value, true)) {
            (Some(key), Some(value)) if !pair.contains(';') => pairs.push((key, Value::text(value))),
            _ => return Ok(None),
        }
    }
    // Stable: the values of one key stay in their order.
    pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
    let members = pairs.chunk_by(|(one, _), (other, _)| one == other).filter_map(|pairs| {
        let (key, _) = pairs.first()?;
        let values = Value::array(pairs.iter().map(|(_, value)| value.clone()).collect());
        Some(values.map(|values| (Value::text(key), values)))
    });
    Value::object(members.collect::<Result<_, _>>()?).map(Some)
}

fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            // Writing to a text does not fail.
            byte => write!(out, "%{byte:02X}").unwrap_or_default(),
        }
    }
}

/// Reads percent escapes, and `+` as a space in queries; nothing for a broken one or bytes that are no text.
pub(super) fn unescape(text: &str, is_query: bool) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high << 4 | low).ok()?
            }
            b'+' if is_query => b' ',
            byte => byte,
        });
    }
    String::from_utf8(out).ok()
}
