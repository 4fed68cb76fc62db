//! `semver.*`: Semantic Versioning 2.0.0, with a `v` in front allowed.

use core::cmp::Ordering;

use super::{Outcome, done};
use crate::policy::fuel::{Fuel, length};
use crate::policy::value::Value;

pub(super) fn compare(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(one), Value::Text(other)] = args else { return Ok(None) };
    fuel.read(length(one.len()).saturating_add(length(other.len())))?;
    match (Version::parse(one), Version::parse(other)) {
        (Some(one), Some(other)) => done(match one.compare(&other) {
            Ordering::Less => -1_i64,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        }),
        _ => Ok(None),
    }
}

pub(super) fn is_valid(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return done(false) };
    fuel.read(length(text.len()))?;
    done(Version::parse(text).is_some())
}

struct Version<'a> {
    numbers: [u64; 3],
    pre_release: &'a str,
}

impl<'a> Version<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let (text, metadata) = text.split_once('+').unwrap_or((text, ""));
        let (text, pre_release) = text.split_once('-').unwrap_or((text, ""));
        if !is_identifiers(metadata) || !is_identifiers(pre_release) {
            return None;
        }
        let mut parts = text.split('.').map(number);
        let numbers = [parts.next()??, parts.next()??, parts.next()??];
        parts.next().is_none().then_some(Self { numbers, pre_release })
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (self.pre_release, other.pre_release) {
            ("", "") => Ordering::Equal,
            ("", _) => Ordering::Greater,
            (_, "") => Ordering::Less,
            (one, other) => one.split('.').map(Identifier::of).cmp(other.split('.').map(Identifier::of)),
        })
    }
}

/// Numeric ones come first, and in the order of their numbers.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Identifier<'a> {
    Number(usize, &'a str),
    Text(&'a str),
}

impl<'a> Identifier<'a> {
    fn of(text: &'a str) -> Self {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let digits = text.trim_start_matches('0');
            return Self::Number(digits.len(), digits);
        }
        Self::Text(text)
    }
}

fn is_identifiers(text: &str) -> bool {
    let is_one = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    text.is_empty() || text.split('.').all(is_one)
}

fn number(text: &str) -> Option<u64> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_digits && i64::try_from(*number).is_ok())
}
