//! Values to canonical JSON (RFC 8785), without a detour.

use alloc::vec::Vec;

use super::{Object, Value};
use crate::encoding::json;
use crate::policy::number::Number;
use crate::policy::sort::sorted;

/// Up to here an integer's decimal form is the canonical one.
const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991;

impl Value {
    /// Appends the canonical bytes of a value that was read from JSON. What JSON cannot hold becomes `null`.
    pub(crate) fn write_canonical(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(true) => out.extend_from_slice(b"true"),
            Self::Bool(false) => out.extend_from_slice(b"false"),
            Self::Number(number) => write_number(number, out),
            Self::Text(text) => json::write_text(text, out),
            Self::Array(items) => write_items(items.iter(), out),
            Self::Set(items) => write_items(items.iter(), out),
            Self::Object(members) => write_members(members, out),
        }
    }
}

fn write_items<'a>(items: impl Iterator<Item = &'a Value>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        item.write_canonical(out);
    }
    out.push(b']');
}

/// Members are sorted by code points; canonical JSON wants them by UTF-16, which differs from U+E000 upward alone.
fn write_members(members: &Object, out: &mut Vec<u8>) {
    let is_high =
        |key: &Value| matches!(key, Value::Text(text) if !text.is_ascii() && text.bytes().any(|byte| byte >= 0xee));
    out.push(b'{');
    if members.keys().any(is_high) {
        let members = members.iter().filter_map(|(key, value)| match key {
            Value::Text(text) => Some((text.encode_utf16().collect::<Vec<u16>>(), text.as_str(), value)),
            _ => None,
        });
        let members = sorted(members.collect());
        members.into_iter().enumerate().for_each(|(index, (_, key, value))| write_member(index, key, value, out));
    } else {
        for (index, (key, value)) in members.iter().enumerate() {
            if let Value::Text(key) = key {
                write_member(index, key, value, out);
            }
        }
    }
    out.push(b'}');
}

fn write_member(index: usize, key: &str, value: &Value, out: &mut Vec<u8>) {
    if index > 0 {
        out.push(b',');
    }
    json::write_text(key, out);
    out.push(b':');
    value.write_canonical(out);
}

fn write_number(number: &Number, out: &mut Vec<u8>) {
    match number.as_i64() {
        Some(integer) if integer.unsigned_abs() <= MAX_SAFE_INTEGER => json::write_integer(integer, out),
        _ => json::write_float(number.to_f64().unwrap_or(0.0), out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_beyond_the_surrogates_sort_as_utf_16() {
        let text = "{\"\\ud83d\\ude00\":1,\"\\ufb33\":2,\"a\":[1.5,-0,1e-7,9007199254740991,-7]}".as_bytes();
        let mut out = Vec::new();
        Value::parse_json("text", text).unwrap().write_canonical(&mut out);
        assert_eq!(out, json::canonical(&json::parse("text", text).unwrap()));
    }

    proptest! {
        #[test]
        fn any_json_is_written_as_the_codec_writes_it(keys in prop::collection::btree_set(any::<String>(), 0..6),
            float in any::<f64>(), integer in -9_007_199_254_740_991_i64..9_007_199_254_740_991) {
            let members = keys.into_iter().enumerate().map(|(index, key)| {
                let value = if index % 2 == 0 { serde_json::json!([float, key.clone()]) } else { integer.into() };
                (key, value)
            });
            let text = json::canonical_object(&members.collect());
            if let Ok(value) = Value::parse_json("text", &text) {
                let mut out = Vec::new();
                value.write_canonical(&mut out);
                prop_assert_eq!(out, text);
            }
        }
    }
}
