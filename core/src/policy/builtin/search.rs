//! Finding texts in texts.

use alloc::vec::Vec;

use super::aggregate::items;
use super::{Outcome, done};
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::value::{Text, Value};

pub(super) fn contains(args: &[Value], fuel: &mut Fuel) -> Outcome {
    both(args, fuel, |text, part| text.contains(part))
}

pub(super) fn startswith(args: &[Value], fuel: &mut Fuel) -> Outcome {
    both(args, fuel, |text, part| text.starts_with(part))
}

pub(super) fn endswith(args: &[Value], fuel: &mut Fuel) -> Outcome {
    both(args, fuel, |text, part| text.ends_with(part))
}

fn both(args: &[Value], fuel: &mut Fuel, holds: fn(&str, &str) -> bool) -> Outcome {
    let [Value::Text(text), Value::Text(part)] = args else { return Ok(None) };
    fuel.read(length(text.len()).saturating_add(length(part.len())))?;
    done(holds(text, part))
}

/// Counts without overlaps; the empty text stands around every character.
pub(super) fn count(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text), Value::Text(part)] = args else { return Ok(None) };
    fuel.read(length(text.len()).saturating_add(length(part.len())))?;
    done(match part.as_str() {
        "" => text.chars().count().saturating_add(1),
        part => text.matches(part).count(),
    })
}

pub(super) fn indexof(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let Some((text, part)) = searched(args) else { return Ok(None) };
    fuel.read(length(text.len()).saturating_mul(2).saturating_add(length(part.len())))?;
    let index = text.find(part.as_str()).and_then(|place| text.get(..place)).map(|before| before.chars().count());
    done(index.map_or(Value::from(-1_i64), Value::from))
}

/// Finds all places, those that overlap included.
pub(super) fn indexof_n(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let Some((text, part)) = searched(args) else { return Ok(None) };
    fuel.read(length(text.len()).saturating_mul(length(part.len())))?;
    fuel.step(length(text.len()) / 8)?;
    let mut places = Vec::new();
    for (index, (place, _)) in text.char_indices().enumerate() {
        if text.get(place..).is_some_and(|rest| rest.starts_with(part.as_str())) {
            fuel.allocate(length(size_of::<Value>()))?;
            places.push(Value::from(index));
        }
    }
    Value::array(places).map(Some)
}

fn searched(args: &[Value]) -> Option<(&Text, &Text)> {
    match args {
        [Value::Text(text), Value::Text(part)] if !part.is_empty() => Some((text, part)),
        _ => None,
    }
}

pub(super) fn any_prefix_match(args: &[Value], fuel: &mut Fuel) -> Outcome {
    any(args, fuel, |text, part| text.starts_with(part))
}

pub(super) fn any_suffix_match(args: &[Value], fuel: &mut Fuel) -> Outcome {
    any(args, fuel, |text, part| text.ends_with(part))
}

fn any(args: &[Value], fuel: &mut Fuel, holds: fn(&str, &str) -> bool) -> Outcome {
    let [texts, parts] = args else { return Ok(None) };
    let (Some(texts), Some(searched)) = (all(texts, fuel)?, all(parts, fuel)?) else { return Ok(None) };
    fuel.step(length(texts.len()).saturating_mul(length(searched.len())))?;
    fuel.read(length(texts.len()).saturating_mul(parts.weight()))?;
    done(texts.iter().any(|text| searched.iter().any(|part| holds(text, part))))
}

/// Returns one text, or those of an array or a set that holds nothing else.
fn all<'a>(value: &'a Value, fuel: &mut Fuel) -> Result<Option<Vec<&'a str>>, Fault> {
    fuel.step(length(value.len()))?;
    let text = |value: &'a Value| match value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    };
    Ok(match items(value) {
        Some(items) => items.iter().map(text).collect(),
        None => text(value).map(|text| Vec::from([text])),
    })
}
