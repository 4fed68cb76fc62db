//! `regex.*`: finite automata, so no pattern is slow; what one may take in memory is bounded.

use alloc::string::String;
use alloc::vec::Vec;

use regex::{Regex, RegexBuilder};

use super::text::work;
use super::{Outcome, done};
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::value::{Text, Value};

/// The most bytes of a pattern, and of what it compiles to.
const MAX_PATTERN_SIZE: usize = 4096;
const MAX_PROGRAM_SIZE: usize = 1 << 18;

/// How deep groups nest.
const MAX_NESTING: u32 = 50;

/// What compiling costs, about as long as so many steps, and for each byte of the pattern.
const COMPILE_STEPS: u64 = 200;
const BYTE_STEPS: u64 = 20;

pub(super) fn is_valid(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(pattern)] = args else { return done(false) };
    done(compiled(pattern, fuel)?.is_some())
}

pub(super) fn matches(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(pattern), Value::Text(text)] = args else { return Ok(None) };
    let Some(regex) = searching(pattern, text, fuel)? else { return Ok(None) };
    done(regex.is_match(text))
}

pub(super) fn split(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(pattern), Value::Text(text)] = args else { return Ok(None) };
    let Some(regex) = searching(pattern, text, fuel)? else { return Ok(None) };
    fuel.allocate(length(text.len()).saturating_mul(48).saturating_add(48))?;
    let mut parts: Vec<Value> = Vec::new();
    let (mut start, mut is_first) = (0, true);
    for found in regex.find_iter(text) {
        // As in Go, an empty match at either end cuts nothing off.
        if found.end() == 0 || found.is_empty() && found.start() == text.len() && !is_first {
            continue;
        }
        is_first = false;
        parts.push(Value::text(text.get(start..found.start()).unwrap_or_default()));
        start = found.end();
    }
    if start < text.len() || parts.is_empty() || !regex.is_match("") {
        parts.push(Value::text(text.get(start..).unwrap_or_default()));
    }
    Value::array(parts).map(Some)
}

pub(super) fn replace(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text), Value::Text(pattern), Value::Text(by)] = args else { return Ok(None) };
    let Some(regex) = searching(pattern, text, fuel)? else { return Ok(None) };
    let (mut out, mut end) = (String::new(), 0);
    for found in regex.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        let groups = length(by.len()).saturating_mul(length(whole.len()).saturating_add(1));
        work(fuel, groups)?;
        out.push_str(text.get(end..whole.start()).unwrap_or_default());
        found.expand(by, &mut out);
        end = whole.end();
    }
    out.push_str(text.get(end..).unwrap_or_default());
    done(Value::text(out))
}

pub(super) fn find_n(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(pattern), Value::Text(text), Value::Number(count)] = args else { return Ok(None) };
    let Some(most) = count.as_i64() else { return Ok(None) };
    let Some(regex) = searching(pattern, text, fuel)? else { return Ok(None) };
    let mut found = Vec::new();
    for part in regex.find_iter(text).take(usize::try_from(most).unwrap_or(usize::MAX)) {
        fuel.allocate(length(part.len()).saturating_add(48))?;
        found.push(Value::text(part.as_str()));
    }
    Value::array(found).map(Some)
}

pub(super) fn find_all_string_submatch_n(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(pattern), Value::Text(text), Value::Number(count)] = args else { return Ok(None) };
    let Some(most) = count.as_i64() else { return Ok(None) };
    let Some(regex) = searching(pattern, text, fuel)? else { return Ok(None) };
    let mut found = Vec::new();
    for groups in regex.captures_iter(text).take(usize::try_from(most).unwrap_or(usize::MAX)) {
        let size = groups.iter().flatten().map(|group| group.len()).fold(0, usize::saturating_add);
        fuel.step(length(groups.len()))?;
        fuel.allocate(length(groups.len()).saturating_mul(32).saturating_add(length(size)).saturating_add(64))?;
        let texts = groups.iter().map(|group| Value::text(group.map_or("", |group| group.as_str())));
        found.push(Value::array(texts.collect())?);
    }
    Value::array(found).map(Some)
}

/// Compiles a pattern, and pays for running it over a text.
fn searching(pattern: &Text, text: &Text, fuel: &mut Fuel) -> Result<Option<Regex>, Fault> {
    // The slowest of the automata does the work of each of the pattern's states for each character.
    fuel.read(length(text.len()).saturating_mul(length(pattern.len()).saturating_add(8)))?;
    compiled(pattern, fuel)
}

/// Compiles a pattern; nothing for what is none, or beyond the limits.
fn compiled(pattern: &Text, fuel: &mut Fuel) -> Result<Option<Regex>, Fault> {
    if pattern.len() > MAX_PATTERN_SIZE {
        return Err(Fault::Limit("pattern"));
    }
    fuel.step(length(pattern.len()).saturating_mul(BYTE_STEPS).saturating_add(COMPILE_STEPS))?;
    fuel.allocate(length(pattern.len()).saturating_mul(64).saturating_add(1024))?;
    let mut builder = RegexBuilder::new(pattern);
    match builder.size_limit(MAX_PROGRAM_SIZE).nest_limit(MAX_NESTING).build() {
        Ok(regex) => Ok(Some(regex)),
        Err(regex::Error::CompiledTooBig(_)) => Err(Fault::Limit("pattern")),
        Err(_) => Ok(None),
    }
}
