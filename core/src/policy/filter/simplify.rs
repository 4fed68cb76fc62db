//! Puts conditions together so that what says the same is said once, and what excludes each other is seen.
//!
//! Each step keeps a condition true for exactly the same documents: a test of a field holds only if the field is there.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::super::value::Value;
use super::condition::Form;
use super::field::{Field, Test};

pub(super) fn and(parts: Vec<Form>) -> Form {
    let mut all = Conjunction::default();
    // What a choice leaves over may be a test, which may narrow the choices before it.
    if !all.add(parts) || !all.narrow() {
        return Form::Never;
    }
    let Some(mut parts) = all.tests.joined() else { return Form::Never };
    parts.extend(all.choices.into_iter().map(Form::Or));
    compound(parts, Form::Always, Form::And)
}

/// Holds what must hold together.
#[derive(Default)]
struct Conjunction {
    tests: Tests,
    /// Of each, one must hold.
    choices: Vec<Vec<Form>>,
}

impl Conjunction {
    /// Adds conditions; `false` if they cannot hold.
    fn add(&mut self, parts: Vec<Form>) -> bool {
        let mut open = parts;
        while let Some(part) = open.pop() {
            match part {
                Form::Always => {}
                Form::Never => return false,
                Form::And(inner) => open.extend(inner),
                Form::Is(field, test) => self.tests.add(field, test, true),
                Form::IsNot(field, test) => self.tests.add(field, test, false),
                Form::Or(inner) => self.choices.push(inner),
            }
        }
        true
    }

    /// Drops what the tests exclude from the choices, and choices that hold already; `false` if nothing is left of one.
    fn narrow(&mut self) -> bool {
        loop {
            let Some(known) = self.tests.joined() else { return false };
            let mut again = false;
            for choice in core::mem::take(&mut self.choices) {
                let count = choice.len();
                let rest: Vec<Form> = choice.into_iter().filter(|part| !excludes(&known, part)).collect();
                again |= rest.len() < count;
                let holds = rest.iter().any(|part| part.conjuncts().iter().all(|part| known.contains(part)));
                if !holds && !self.add([or(rest)].into()) {
                    return false;
                }
            }
            if !again {
                return true;
            }
        }
    }
}

pub(super) fn or(parts: Vec<Form>) -> Form {
    let mut values: BTreeMap<Field, Vec<Value>> = BTreeMap::new();
    let mut rest = Vec::new();
    let mut open = parts;
    while let Some(part) = open.pop() {
        match part {
            Form::Never => {}
            Form::Always => return Form::Always,
            Form::Or(inner) => open.extend(inner),
            Form::Is(field, Test::In(one)) => values.entry(field).or_default().extend(one),
            other => rest.push(other),
        }
    }
    rest.extend(values.into_iter().map(|(field, values)| Form::one_of(&field, values)));
    rest.sort();
    rest.dedup();
    let opposed = |part: &Form| match part {
        Form::Is(field, test) => rest.binary_search(&Form::IsNot(field.clone(), test.clone())).is_ok(),
        _ => false,
    };
    if rest.iter().any(opposed) {
        return Form::Always;
    }
    let kept = rest.iter().filter(|part| match part {
        Form::And(inner) => !inner.iter().any(|part| rest.binary_search(part).is_ok()),
        _ => true,
    });
    let kept: Vec<Form> = kept.cloned().collect();
    compound(kept, Form::Never, Form::Or)
}

fn compound(mut parts: Vec<Form>, none: Form, make: fn(Vec<Form>) -> Form) -> Form {
    parts.sort();
    parts.dedup();
    match parts.len() {
        0 => none,
        1 => parts.pop().unwrap_or(none),
        _ => make(parts),
    }
}

/// Tells whether a condition cannot hold where all of `known` do. `false` says nothing.
fn excludes(known: &[Form], part: &Form) -> bool {
    let mut tests = Tests::default();
    for part in known.iter().chain(part.conjuncts()) {
        match part {
            Form::Is(field, test) => tests.add(field.clone(), test.clone(), true),
            Form::IsNot(field, test) => tests.add(field.clone(), test.clone(), false),
            Form::Never => return true,
            Form::Always | Form::And(_) | Form::Or(_) => {}
        }
    }
    tests.joined().is_none()
}

/// Holds tests that hold together, and tests that fail, by field.
#[derive(Default)]
struct Tests(BTreeMap<Field, (Vec<Test>, Vec<Test>)>);

impl Tests {
    fn add(&mut self, field: Field, test: Test, holds: bool) {
        let (held, failed) = self.0.entry(field).or_default();
        if holds { held.push(test) } else { failed.push(test) }
    }

    /// Joins the tests of each field; nothing if they exclude each other.
    fn joined(&self) -> Option<Vec<Form>> {
        let mut all = Vec::new();
        for (field, (held, failed)) in &self.0 {
            if field.is_always_there() || !held.is_empty() {
                all.extend(there(held, failed)?.into_iter().map(|(test, holds)| match holds {
                    true => Form::is(field, test),
                    false => Form::IsNot(field.clone(), test),
                }));
                continue;
            }
            // A field that is missing fails every test, those of the fields below it included.
            if failed.contains(&Test::Exists) {
                all.push(Form::IsNot(field.clone(), Test::Exists));
                if self.0.iter().any(|(other, (held, _))| !held.is_empty() && is_below(other, field)) {
                    return None;
                }
            } else {
                all.extend(failed.iter().map(|test| Form::IsNot(field.clone(), test.clone())));
            }
        }
        all.retain(|part| *part != Form::Always);
        let implied = |part: &Form| match part {
            Form::Is(field, Test::Exists) => {
                self.0.iter().any(|(other, (held, _))| !held.is_empty() && other != field && is_below(other, field))
            }
            _ => false,
        };
        all.retain(|part| !implied(part));
        all.sort();
        all.dedup();
        Some(all)
    }
}

fn is_below(field: &Field, above: &Field) -> bool {
    above.item.is_none() && field.path.starts_with(&above.path)
}

/// Joins the tests of a field that is there, each with whether it holds.
fn there(held: &[Test], failed: &[Test]) -> Option<Vec<(Test, bool)>> {
    let mut tests: Vec<(Test, bool)> = Vec::new();
    for (test, holds) in held.iter().map(|test| (test, true)).chain(failed.iter().map(|test| (test, false))) {
        match (test, holds) {
            (Test::Exists, true) => {}
            (Test::Exists, false) => return None,
            (test, true) => tests.push((test.clone(), true)),
            (test, false) => tests.push(test.opposite().map_or_else(|| (test.clone(), false), |test| (test, true))),
        }
    }
    let passes = |value: &Value| tests.iter().all(|(test, holds)| test.holds(value) == *holds);
    let chosen = tests.iter().find_map(|(test, holds)| match test {
        Test::In(values) if *holds => Some(values),
        _ => None,
    });
    if let Some(values) = chosen {
        let values: Vec<Value> = values.iter().filter(|value| passes(value)).cloned().collect();
        return (!values.is_empty()).then(|| [(Test::In(values), true)].into());
    }
    let mut excluded = Vec::new();
    let mut joined = Vec::new();
    for (test, holds) in tests {
        match test {
            Test::Nin(values) => excluded.extend(values),
            test => joined.push((test, holds)),
        }
    }
    if !excluded.is_empty() {
        excluded.sort_unstable();
        excluded.dedup();
        joined.push((Test::Nin(excluded), true));
    }
    joined.sort();
    joined.dedup();
    if joined.iter().any(|(test, holds)| *holds && joined.contains(&(test.clone(), false))) || is_empty(&joined) {
        return None;
    }
    if !joined.iter().any(|(_, holds)| *holds) {
        joined.push((Test::Exists, true));
    }
    Some(joined)
}

/// Tells whether two bounds leave nothing between them.
fn is_empty(tests: &[(Test, bool)]) -> bool {
    let lower = tests.iter().filter_map(|(test, _)| match test {
        Test::Greater(bound) => Some((bound, true)),
        Test::AtLeast(bound) => Some((bound, false)),
        _ => None,
    });
    let upper = || {
        tests.iter().filter_map(|(test, _)| match test {
            Test::Less(bound) => Some((bound, true)),
            Test::AtMost(bound) => Some((bound, false)),
            _ => None,
        })
    };
    lower
        .into_iter()
        .any(|(low, is_open)| upper().any(|(high, closes)| low > high || low == high && (is_open || closes)))
}
