//! `replace` and `strings.replace_n`.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Outcome, done};
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::value::Value;

pub(super) fn replace(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text), Value::Text(old), Value::Text(new)] = args else { return Ok(None) };
    done(Value::text(replaced(text, &[(old, new)], fuel)?))
}

pub(super) fn replace_n(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Object(patterns), Value::Text(text)] = args else { return Ok(None) };
    let pairs = patterns.iter().map(|pair| match pair {
        (Value::Text(old), Value::Text(new)) => Some((old.as_str(), new.as_str())),
        _ => None,
    });
    fuel.step(length(patterns.len()))?;
    let Some(pairs) = pairs.collect::<Option<Vec<_>>>() else { return Ok(None) };
    done(Value::text(replaced(text, &pairs, fuel)?))
}

/// Replaces from left to right; at one place, the first pattern that stands there. The empty one stands everywhere once.
fn replaced(text: &str, pairs: &[(&str, &str)], fuel: &mut Fuel) -> Result<String, Fault> {
    if let [(old, _)] = pairs
        && !text.contains(old)
    {
        fuel.read(length(text.len()))?;
        fuel.allocate(length(text.len()))?;
        return Ok(text.into());
    }
    let patterns = pairs.iter().map(|(old, _)| length(old.len()).saturating_add(8)).fold(0, u64::saturating_add);
    fuel.read(length(text.len()).saturating_add(1).saturating_mul(patterns))?;
    let (mut rest, mut out, mut is_done) = (text, String::new(), false);
    loop {
        let found = pairs.iter().find(|(old, _)| rest.starts_with(old) && !(is_done && old.is_empty()));
        if let Some((old, new)) = found {
            fuel.allocate(length(new.len()))?;
            out.push_str(new);
            rest = rest.strip_prefix(old).unwrap_or_default();
            is_done = old.is_empty();
            continue;
        }
        let mut characters = rest.chars();
        let Some(character) = characters.next() else { return Ok(out) };
        fuel.allocate(length(character.len_utf8()))?;
        out.push(character);
        rest = characters.as_str();
        is_done = false;
    }
}
