//! Writing in the one canonical form.

use alloc::collections::BinaryHeap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;

use serde_json::{Map, Value};

use super::decimal::Decimal;
use crate::encoding::hex;

/// Appends a value.
pub(super) fn value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        // Every number of `serde_json` is a double or becomes one.
        Value::Number(number) => float(number.as_f64().unwrap_or(0.0), out),
        Value::String(text) => string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                self::value(item, out);
            }
            out.push(b']');
        }
        Value::Object(members) => object(members, out),
    }
}

/// Appends an object, its keys sorted by UTF-16 code units.
pub(super) fn object(members: &Map<String, Value>, out: &mut Vec<u8>) {
    let mut sorted: Vec<_> = members.iter().map(|(key, value)| Member { key, value }).collect();
    if !sorted.is_sorted() {
        sorted = BinaryHeap::from(sorted).into_sorted_vec();
    }
    out.push(b'{');
    for (index, member) in sorted.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        string(member.key, out);
        out.push(b':');
        value(member.value, out);
    }
    out.push(b'}');
}

struct Member<'a> {
    key: &'a str,
    value: &'a Value,
}

impl Ord for Member<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.encode_utf16().cmp(other.key.encode_utf16())
    }
}

impl PartialOrd for Member<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Member<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Member<'_> {}

/// Appends a number as ECMAScript writes it (Number::toString), which RFC 8785 asks for.
pub(super) fn float(number: f64, out: &mut Vec<u8>) {
    if number == 0.0 {
        return out.push(b'0');
    }
    if number < 0.0 {
        out.push(b'-');
    }
    let Decimal { digits, point } = Decimal::shortest(number.abs());
    let size = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let zeros = |out: &mut Vec<u8>, count: i32| (0..count).for_each(|_| out.push(b'0'));
    // Where the point stands among the digits, if at all.
    let (mut place, exponent) = match point {
        -5..=0 => {
            out.extend_from_slice(b"0.");
            zeros(out, point.saturating_neg());
            (i32::MAX, None)
        }
        1..=21 => (point, None),
        _ => (1, Some(point.saturating_sub(1))),
    };
    for digit in &digits {
        if place == 0 {
            out.push(b'.');
        }
        place = place.saturating_sub(1);
        out.push(digit.wrapping_add(b'0'));
    }
    match exponent {
        None => zeros(out, if point > size { place } else { 0 }),
        Some(exponent) => {
            out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
            out.extend_from_slice(exponent.unsigned_abs().to_string().as_bytes());
        }
    }
}

/// Appends an integer.
#[cfg(feature = "policy-program")]
pub(super) fn integer(number: i64, out: &mut Vec<u8>) {
    if number < 0 {
        out.push(b'-');
    }
    count(number.unsigned_abs(), out);
}

/// Appends a count.
pub(super) fn count(number: u64, out: &mut Vec<u8>) {
    let (mut rest, mut digits, mut start) = (number, [0; 20], 20_usize);
    for digit in digits.iter_mut().rev() {
        *digit = u8::try_from(rest % 10).unwrap_or(0) | b'0';
        start = start.saturating_sub(1);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(start..).unwrap_or_default());
}

/// Appends a text.
pub(super) fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(place) = plain_size(rest) {
        let (plain, special) = rest.split_at(place);
        out.extend_from_slice(plain);
        let [byte, after @ ..] = special else { break };
        out.push(b'\\');
        match byte {
            8 => out.push(b'b'),
            b'\t' => out.push(b't'),
            b'\n' => out.push(b'n'),
            0xc => out.push(b'f'),
            b'\r' => out.push(b'r'),
            b'"' | b'\\' => out.push(*byte),
            control => {
                out.extend_from_slice(b"u00");
                out.extend_from_slice(hex::encode(&[*control]).as_bytes());
            }
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Counts the bytes in front of a quote, a backslash or a control character; nothing if there is none.
#[cfg(not(feature = "policy-program"))]
pub(super) fn plain_size(text: &[u8]) -> Option<usize> {
    text.iter().position(must_escape)
}

/// Counts the bytes in front of a quote, a backslash or a control character, eight at a time; nothing if there is none.
#[cfg(feature = "policy-program")]
pub(super) fn plain_size(text: &[u8]) -> Option<usize> {
    let (words, _) = text.as_chunks::<8>();
    let mut size = 0_usize;
    for word in words {
        if let Some(place) = special(*word) {
            return Some(size.saturating_add(place));
        }
        size = size.saturating_add(8);
    }
    // The last eight bytes are a word too, of which the front was looked at already.
    if text.last_chunk().is_some_and(|word| special(*word).is_none()) {
        return None;
    }
    let place = text.get(size..).unwrap_or_default().iter().position(must_escape)?;
    Some(size.saturating_add(place))
}

fn must_escape(byte: &u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..=0x1f)
}

/// Finds the first of eight bytes that a text cannot hold as it is.
#[cfg(feature = "policy-program")]
fn special(word: [u8; 8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    // The lowest bit that is set belongs to the first byte that is zero; those above it may be wrong.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
    let word = u64::from_le_bytes(word);
    let control = word.wrapping_sub(ONES.wrapping_mul(0x20)) & !word;
    let quote = zeros(word ^ ONES.wrapping_mul(b'"'.into()));
    let slash = zeros(word ^ ONES.wrapping_mul(b'\\'.into()));
    let found = (control | quote | slash) & HIGH;
    (found != 0).then(|| usize::try_from(found.trailing_zeros() / 8).unwrap_or(0))
}
