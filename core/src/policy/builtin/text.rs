//! Texts: case, parts, joining, trimming. Places and lengths count characters.

use alloc::string::String;
use alloc::vec::Vec;

use super::aggregate::items;
use super::{Outcome, done};
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::value::{Text, Value};

pub(super) fn lower(args: &[Value], fuel: &mut Fuel) -> Outcome {
    // The one character that has a simple mapping and a longer one.
    mapped(args, fuel, |character| if character == 'İ' { 'i' } else { single(character, character.to_lowercase()) })
}

pub(super) fn upper(args: &[Value], fuel: &mut Fuel) -> Outcome {
    mapped(args, fuel, |character| match character {
        'ᾀ'..='ᾇ' | 'ᾐ'..='ᾗ' | 'ᾠ'..='ᾧ' => offset(character, 8),
        'ᾳ' | 'ῃ' | 'ῳ' => offset(character, 9),
        _ => single(character, character.to_uppercase()),
    })
}

/// Maps each character to one, as OPA does: those without such a mapping stay.
fn mapped(args: &[Value], fuel: &mut Fuel, map: fn(char) -> char) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    work(fuel, length(text.len()).saturating_mul(2))?;
    done(Value::text(text.chars().map(map).collect::<String>()))
}

fn single(character: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(mapped), None) => mapped,
        _ => character,
    }
}

fn offset(character: char, by: u32) -> char {
    char::from_u32(u32::from(character).saturating_add(by)).unwrap_or(character)
}

pub(super) fn concat(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(separator), collection] = args else { return Ok(None) };
    let Some(items) = items(collection) else { return Ok(None) };
    let separators = length(separator.len()).saturating_mul(length(items.len()));
    work(fuel, collection.weight().saturating_add(separators))?;
    let texts = items.iter().map(|item| match item {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let Some(texts) = texts.collect::<Option<Vec<_>>>() else { return Ok(None) };
    done(Value::text(texts.join(separator.as_str())))
}

pub(super) fn split(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text), Value::Text(delimiter)] = args else { return Ok(None) };
    Value::array(parts(text, delimiter, fuel)?).map(Some)
}

/// Keeps the first parts, or the last for a negative number.
pub(super) fn split_n(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text), Value::Text(delimiter), Value::Number(count)] = args else { return Ok(None) };
    let Some(count) = count.as_i64() else { return Ok(None) };
    let mut parts = parts(text, delimiter, fuel)?;
    let most = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if count < 0 {
        parts.drain(..parts.len().saturating_sub(most));
    } else {
        parts.truncate(most);
    }
    Value::array(parts).map(Some)
}

fn parts(text: &Text, delimiter: &Text, fuel: &mut Fuel) -> Result<Vec<Value>, Fault> {
    fuel.read(length(text.len()).saturating_add(length(delimiter.len())))?;
    let count = match delimiter.as_str() {
        "" => text.len(),
        delimiter => text.matches(delimiter).count().saturating_add(1),
    };
    fuel.step(length(count))?;
    fuel.allocate(length(count).saturating_mul(length(size_of::<Value>())).saturating_add(length(text.len())))?;
    Ok(match delimiter.as_str() {
        "" => text.chars().map(|character| Value::text(character.encode_utf8(&mut [0; 4]))).collect(),
        delimiter => text.split(delimiter).map(Value::text).collect(),
    })
}

pub(super) fn substring(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text), Value::Number(start), Value::Number(size)] = args else { return Ok(None) };
    let (Some(start), Some(size)) = (start.as_i64(), size.as_i64()) else { return Ok(None) };
    let Ok(start) = usize::try_from(start) else { return Ok(None) };
    work(fuel, length(text.len()))?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    done(Value::text(text.chars().skip(start).take(size).collect::<String>()))
}

pub(super) fn reverse(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    work(fuel, length(text.len()))?;
    done(Value::text(text.chars().rev().collect::<String>()))
}

pub(super) fn trim(args: &[Value], fuel: &mut Fuel) -> Outcome {
    trimmed(args, fuel, |text, cut| text.trim_matches(|character| cut.contains(character)))
}

pub(super) fn trim_left(args: &[Value], fuel: &mut Fuel) -> Outcome {
    trimmed(args, fuel, |text, cut| text.trim_start_matches(|character| cut.contains(character)))
}

pub(super) fn trim_right(args: &[Value], fuel: &mut Fuel) -> Outcome {
    trimmed(args, fuel, |text, cut| text.trim_end_matches(|character| cut.contains(character)))
}

pub(super) fn trim_prefix(args: &[Value], fuel: &mut Fuel) -> Outcome {
    trimmed(args, fuel, |text, prefix| text.strip_prefix(prefix).unwrap_or(text))
}

pub(super) fn trim_suffix(args: &[Value], fuel: &mut Fuel) -> Outcome {
    trimmed(args, fuel, |text, suffix| text.strip_suffix(suffix).unwrap_or(text))
}

pub(super) fn trim_space(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    work(fuel, length(text.len()))?;
    done(Value::text(text.trim()))
}

fn trimmed(args: &[Value], fuel: &mut Fuel, trim: for<'a> fn(&'a str, &str) -> &'a str) -> Outcome {
    let [Value::Text(text), Value::Text(cut)] = args else { return Ok(None) };
    // Each character may be looked for among all that are cut.
    fuel.read(length(text.len()).saturating_mul(length(cut.len())))?;
    work(fuel, length(text.len()))?;
    done(Value::text(trim(text, cut)))
}

/// Pays for reading and writing so many bytes.
pub(super) fn work(fuel: &mut Fuel, bytes: u64) -> Result<(), Fault> {
    fuel.read(bytes)?;
    fuel.allocate(bytes)
}
