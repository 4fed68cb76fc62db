//! `glob.match` and `glob.quote_meta`. A pattern becomes states that are followed all at once, so no pattern is slower than its
//! length times that of the text.

use alloc::string::String;
use alloc::vec::Vec;

use super::text::work;
use super::{Outcome, done};
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::value::Value;

/// The most lists of alternatives in a pattern, within each other or not.
const MAX_FORKS: usize = 64;

const SPECIAL: &[char] = &['*', '?', '\\', '[', ']', '{', '}'];

pub(super) fn quote_meta(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    work(fuel, length(text.len()).saturating_mul(2))?;
    let mut out = String::new();
    for character in text.chars() {
        if SPECIAL.contains(&character) {
            out.push('\\');
        }
        out.push(character);
    }
    done(Value::text(out))
}

pub(super) fn matches(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(pattern), delimiters, Value::Text(text)] = args else { return Ok(None) };
    let Some(delimiters) = read_delimiters(delimiters) else { return Ok(None) };
    fuel.step(length(pattern.len()))?;
    fuel.allocate(length(pattern.len()).saturating_mul(128))?;
    let mut parser = Parser { rest: pattern, states: Vec::new(), forks: 0 };
    let start = parser.sequence(&[]).filter(|_| parser.rest.is_empty());
    if parser.forks > MAX_FORKS {
        return Err(Fault::Limit("pattern"));
    }
    let Some(start) = start else { return Ok(None) };
    let end = parser.push(State::End);
    parser.link(&start.open, end);
    done(run(&parser.states, start.first.unwrap_or(end), &delimiters, text, fuel)?)
}

/// Reads what wildcards stop at: nothing for `null`, points for an empty array.
fn read_delimiters(value: &Value) -> Option<Vec<char>> {
    let delimiters = match value {
        Value::Null => return Some(Vec::new()),
        Value::Array(items) => items.iter().map(|item| match item {
            Value::Text(text) => {
                let mut characters = text.chars();
                characters.next().filter(|_| characters.next().is_none())
            }
            _ => None,
        }),
        _ => return None,
    };
    let delimiters = delimiters.collect::<Option<Vec<_>>>()?;
    Some(if delimiters.is_empty() { ['.'].into() } else { delimiters })
}

fn run(states: &[State], start: usize, delimiters: &[char], text: &str, fuel: &mut Fuel) -> Result<bool, Fault> {
    let mut now = Vec::new();
    let mut marks = Vec::from_iter(core::iter::repeat_n(0_usize, states.len()));
    enter(states, start, &mut marks, 1, &mut now);
    for (place, character) in text.chars().enumerate() {
        fuel.step(1)?;
        fuel.read(length(now.len()).saturating_mul(8).saturating_mul(length(delimiters.len()).saturating_add(1)))?;
        let is_plain = !delimiters.contains(&character);
        let mut next = Vec::new();
        for state in now {
            let onward = match states.get(state) {
                Some(State::One(expected, onward)) if *expected == character => *onward,
                Some(State::Any(onward)) if is_plain => *onward,
                Some(State::Class(class, onward)) if class.has(character) => *onward,
                Some(State::Repeat(is_super, _)) if *is_super || is_plain => state,
                _ => continue,
            };
            enter(states, onward, &mut marks, place.saturating_add(2), &mut next);
        }
        now = next;
    }
    Ok(now.iter().any(|state| matches!(states.get(*state), Some(State::End))))
}

/// Adds a state, and those that take no character to come to, unless they were added at this place already.
fn enter(states: &[State], start: usize, marks: &mut [usize], mark: usize, out: &mut Vec<usize>) {
    let mut waiting = Vec::from([start]);
    while let Some(state) = waiting.pop() {
        let Some(seen) = marks.get_mut(state) else { continue };
        if *seen == mark {
            continue;
        }
        *seen = mark;
        match states.get(state) {
            Some(State::Fork(onward)) => waiting.extend(onward),
            Some(State::Repeat(_, onward)) => {
                waiting.push(*onward);
                out.push(state);
            }
            _ => out.push(state),
        }
    }
}

enum State {
    One(char, usize),
    Any(usize),
    Class(Class, usize),
    /// Takes any characters, delimiters only if it is a `**`.
    Repeat(bool, usize),
    Fork(Vec<usize>),
    End,
}

struct Class {
    is_negated: bool,
    ranges: Vec<(char, char)>,
}

impl Class {
    fn has(&self, character: char) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&character)) != self.is_negated
    }
}

/// Is a part of the states: where it starts, and which of them lead out of it. Without a start, it takes nothing.
struct Part {
    first: Option<usize>,
    open: Vec<usize>,
}

struct Parser<'a> {
    rest: &'a str,
    states: Vec<State>,
    forks: usize,
}

impl Parser<'_> {
    /// Reads up to one of the characters that end an alternative, or to the end.
    fn sequence(&mut self, ends: &[char]) -> Option<Part> {
        let mut whole = Part { first: None, open: Vec::new() };
        while let Some(character) = self.rest.chars().next() {
            if ends.contains(&character) {
                break;
            }
            self.rest = self.rest.get(character.len_utf8()..).unwrap_or_default();
            let part = self.part(character)?;
            let Some(first) = part.first else { continue };
            self.link(&whole.open, first);
            whole = Part { first: whole.first.or(Some(first)), open: part.open };
        }
        Some(whole)
    }

    fn part(&mut self, character: char) -> Option<Part> {
        let state = match character {
            '*' => {
                let is_super = self.skip("*");
                State::Repeat(is_super, 0)
            }
            '?' => State::Any(0),
            '[' => State::Class(self.class()?, 0),
            '{' => return self.alternatives(),
            '\\' => State::One(self.take()?, 0),
            other => State::One(other, 0),
        };
        let place = self.push(state);
        Some(Part { first: Some(place), open: [place].into() })
    }

    fn alternatives(&mut self) -> Option<Part> {
        self.forks = self.forks.saturating_add(1);
        if self.forks > MAX_FORKS {
            return None;
        }
        let fork = self.push(State::Fork(Vec::new()));
        let mut open = Vec::new();
        loop {
            let part = self.sequence(&[',', '}'])?;
            // An alternative that takes nothing leads straight out.
            let empty = part.first.is_none().then(|| self.push(State::Fork(Vec::new())));
            if let (Some(first), Some(State::Fork(onward))) = (part.first.or(empty), self.states.get_mut(fork)) {
                onward.push(first);
            }
            open.extend(part.open.into_iter().chain(empty));
            if self.take()? == '}' {
                return Some(Part { first: Some(fork), open });
            }
        }
    }

    fn class(&mut self) -> Option<Class> {
        let is_negated = self.skip("!");
        let mut ranges = Vec::new();
        loop {
            let first = match self.take()? {
                ']' if !ranges.is_empty() => return Some(Class { is_negated, ranges }),
                ']' => return None,
                '\\' => self.take()?,
                other => other,
            };
            let is_range = self.rest.starts_with('-') && !self.rest.starts_with("-]");
            let last = if is_range && self.skip("-") { self.take()? } else { first };
            if last < first {
                return None;
            }
            ranges.push((first, last));
        }
    }

    fn push(&mut self, state: State) -> usize {
        self.states.push(state);
        self.states.len().saturating_sub(1)
    }

    fn link(&mut self, open: &[usize], to: usize) {
        for place in open {
            match self.states.get_mut(*place) {
                Some(
                    State::One(_, onward) | State::Any(onward) | State::Class(_, onward) | State::Repeat(_, onward),
                ) => {
                    *onward = to;
                }
                Some(State::Fork(onward)) => onward.push(to),
                _ => {}
            }
        }
    }

    fn take(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let character = characters.next();
        self.rest = characters.as_str();
        character
    }

    fn skip(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}
