//! `base64.*`, `base64url.*`, `hex.*`. What decodes to bytes that are no text is undefined: values hold no bytes.

use alloc::string::String;
use alloc::vec::Vec;

use super::text::work;
use super::{Outcome, done};
use crate::encoding::{base64, hex};
use crate::policy::fuel::{Fuel, length};
use crate::policy::value::Value;

pub(super) fn base64_encode(args: &[Value], fuel: &mut Fuel) -> Outcome {
    encoded(args, fuel, padded)
}

pub(super) fn base64url_encode(args: &[Value], fuel: &mut Fuel) -> Outcome {
    encoded(args, fuel, |bytes| padded(bytes).replace('+', "-").replace('/', "_"))
}

pub(super) fn base64url_encode_no_pad(args: &[Value], fuel: &mut Fuel) -> Outcome {
    encoded(args, fuel, base64::encode_url)
}

pub(super) fn hex_encode(args: &[Value], fuel: &mut Fuel) -> Outcome {
    encoded(args, fuel, hex::encode)
}

fn padded(bytes: &[u8]) -> String {
    let mut text = String::new();
    base64::encode_padded(bytes, &mut text);
    text
}

fn encoded(args: &[Value], fuel: &mut Fuel, encode: fn(&[u8]) -> String) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    work(fuel, length(text.len()).saturating_mul(6))?;
    done(Value::text(encode(text.as_bytes())))
}

pub(super) fn base64_decode(args: &[Value], fuel: &mut Fuel) -> Outcome {
    decoded(args, fuel, from_base64)
}

pub(super) fn base64_is_valid(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return done(false) };
    work(fuel, length(text.len()).saturating_mul(3))?;
    done(from_base64(text).is_some())
}

pub(super) fn base64url_decode(args: &[Value], fuel: &mut Fuel) -> Outcome {
    decoded(args, fuel, from_base64url)
}

pub(super) fn hex_decode(args: &[Value], fuel: &mut Fuel) -> Outcome {
    decoded(args, fuel, |text| {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
        if rest.is_empty() { bytes.collect() } else { None }
    })
}

fn decoded(args: &[Value], fuel: &mut Fuel, decode: fn(&str) -> Option<Vec<u8>>) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    work(fuel, length(text.len()).saturating_mul(3))?;
    Ok(decode(text).and_then(|bytes| String::from_utf8(bytes).ok()).map(Value::text))
}

/// Reads padded base64. As in OPA, line breaks are skipped and bits that no byte takes are not looked at.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut text: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let size = text.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last.saturating_add(1));
    if text.len().saturating_sub(size) > 2 {
        return None;
    }
    text.truncate(size);
    clear_rest(&mut text)?;
    base64::decode(&text)
}

/// Reads base64url, padded or not.
pub(super) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    if text.bytes().any(|byte| matches!(byte, b'+' | b'/')) {
        return None;
    }
    let mut standard = text.replace('-', "+").replace('_', "/");
    standard.retain(|character| !matches!(character, '\r' | '\n'));
    while !text.ends_with('=') && !standard.len().is_multiple_of(4) {
        standard.push('=');
    }
    from_base64(&standard)
}

/// Clears the bits of the last character that no byte takes.
fn clear_rest(text: &mut [u8]) -> Option<()> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mask = match text.len() % 4 {
        2 => !15_usize,
        3 => !3_usize,
        _ => return Some(()),
    };
    let last = text.last_mut()?;
    let value = ALPHABET.iter().position(|character| character == last)?;
    *last = ALPHABET.get(value & mask).copied()?;
    Some(())
}
