//! The types of fields, as stores keep them, and what a condition becomes once they are known: `spec/filter.md`, "Types".

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value as Json};

use super::super::value::Value;
use super::condition::Form;
use super::field::{Field, Test};
use crate::encoding::members::Members;

/// The largest integer that every runtime holds exactly, 2^53 - 1.
const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// The label's fields: `spec/label.md`.
const LABEL: &[(&str, Kind)] = &[
    ("resource.id", Kind::Text),
    ("resource.type", Kind::Text),
    ("resource.properties.document_id", Kind::Text),
    ("resource.properties.media_type", Kind::Text),
    ("resource.properties.classification", Kind::Text),
    ("resource.properties.purposes", Kind::Texts),
    ("resource.properties.contributor", Kind::Text),
    ("resource.properties.tenant", Kind::Text),
    ("resource.properties.created_at", Kind::Time),
    ("resource.properties.retain_until", Kind::Time),
];

/// Is the type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Texts,
    Time,
    Seconds,
    Integer,
    Number,
    Boolean,
}

/// Says how a store keeps a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) kind: Kind,
    /// Its name there; without one it is found by its path.
    pub(crate) name: Option<String>,
}

/// Holds how a store keeps each field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Schema(BTreeMap<String, Column>);

impl Schema {
    /// Reads the caller's fields, over the label's.
    pub(crate) fn read(fields: Map<String, Json>) -> Result<Self, String> {
        let label = LABEL.iter().map(|(name, kind)| ((*name).to_owned(), Column { kind: *kind, name: None }));
        let mut columns: BTreeMap<String, Column> = label.collect();
        for (field, column) in fields {
            let mut members = Members::of(column)?;
            let known = columns.get(&field).map(|column| column.kind);
            let kind = match members.optional_text("type")? {
                Some(name) => kind(&name)?,
                None => known.ok_or_else(|| format!("`{field}` has no type"))?,
            };
            let name = members.optional_text("name")?;
            members.end()?;
            columns.insert(field, Column { kind, name });
        }
        Ok(Self(columns))
    }

    /// Returns how a field is kept.
    pub(crate) fn column(&self, field: &Field) -> Result<&Column, String> {
        let name = field.name();
        self.0.get(&name).ok_or_else(|| format!("the type of `{name}` is not given"))
    }

    /// Settles every test against a value of another type, so that what is left compares values of one type.
    pub(crate) fn settle(&self, form: &Form) -> Result<Form, String> {
        Ok(match form {
            Form::Always => Form::Always,
            Form::Never => Form::Never,
            Form::Is(field, test) => settle(field, test, self.column(field)?.kind)?,
            Form::IsNot(field, test) => settle(field, test, self.column(field)?.kind)?.not(),
            Form::And(parts) => Form::and(parts.iter().map(|part| self.settle(part)).collect::<Result<_, _>>()?),
            Form::Or(parts) => Form::or(parts.iter().map(|part| self.settle(part)).collect::<Result<_, _>>()?),
        })
    }
}

fn kind(name: &str) -> Result<Kind, String> {
    Ok(match name {
        "text" => Kind::Text,
        "texts" => Kind::Texts,
        "time" => Kind::Time,
        "seconds" => Kind::Seconds,
        "integer" => Kind::Integer,
        "number" => Kind::Number,
        "boolean" => Kind::Boolean,
        _ => return Err(format!("the type `{name}` is unknown")),
    })
}

fn settle(field: &Field, test: &Test, kind: Kind) -> Result<Form, String> {
    let there = || Form::is(field, Test::Exists);
    let fitting = |values: &[Value]| values.iter().filter(|value| fits(value, kind)).cloned().collect::<Vec<_>>();
    Ok(match test {
        Test::Exists => there(),
        Test::In(values) | Test::Nin(values) if kind == Kind::Texts => {
            if values.iter().any(|value| fits(value, kind)) {
                return Err(format!("`{}` is compared with a list", field.name()));
            }
            if matches!(test, Test::In(_)) { Form::Never } else { there() }
        }
        Test::In(values) => Form::is(field, Test::In(fitting(values))),
        Test::Nin(values) => Form::is(field, Test::Nin(fitting(values))),
        Test::Has(item) => match (kind, item) {
            (Kind::Texts, Value::Text(_)) => Form::is(field, test.clone()),
            _ => Form::Never,
        },
        Test::Less(bound) | Test::AtMost(bound) | Test::Greater(bound) | Test::AtLeast(bound) => {
            let is_upper = matches!(test, Test::Less(_) | Test::AtMost(_));
            match rank(bound).cmp(&kind_rank(kind)) {
                core::cmp::Ordering::Equal => return bounded(field, test, bound, kind),
                // Every value of the field's type is below the bound, or above it.
                core::cmp::Ordering::Greater if is_upper => there(),
                core::cmp::Ordering::Less if !is_upper => there(),
                _ => Form::Never,
            }
        }
    })
}

fn bounded(field: &Field, test: &Test, bound: &Value, kind: Kind) -> Result<Form, String> {
    match kind {
        Kind::Texts => Err(format!("`{}` is ordered against a list", field.name())),
        Kind::Seconds | Kind::Integer if !fits(bound, kind) => {
            Err(format!("`{}` is ordered against a value that is out of its form", field.name()))
        }
        _ => Ok(Form::is(field, test.clone())),
    }
}

/// Tells whether a field of this type can have this value.
fn fits(value: &Value, kind: Kind) -> bool {
    match (value, kind) {
        (Value::Text(_), Kind::Text) | (Value::Number(_), Kind::Number) | (Value::Bool(_), Kind::Boolean) => true,
        (Value::Text(text), Kind::Time | Kind::Seconds) => seconds(text).is_some(),
        (Value::Number(number), Kind::Integer) => {
            number.as_i64().is_some_and(|number| (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(&number))
        }
        (Value::Array(items), Kind::Texts) => items.iter().all(|item| matches!(item, Value::Text(_))),
        _ => false,
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::Text(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
        Value::Set(_) => 6,
    }
}

const fn kind_rank(kind: Kind) -> u8 {
    match kind {
        Kind::Boolean => 1,
        Kind::Integer | Kind::Number => 2,
        Kind::Text | Kind::Time | Kind::Seconds => 3,
        Kind::Texts => 4,
    }
}

/// Counts the seconds from 1970 to a time in a label's form; nothing for any other text.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() != 20 {
        return None;
    }
    for (at, mark) in [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')] {
        (*bytes.get(at)? == mark).then_some(())?;
    }
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i64>().ok()).flatten()
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let is_leap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Years that begin in March end with the day that some of them have more.
    let from_march = year.checked_sub(i64::from(month <= 2))?;
    let month = month.checked_add(9)? % 12;
    let leaps =
        from_march.div_euclid(4).checked_sub(from_march.div_euclid(100))?.checked_add(from_march.div_euclid(400))?;
    let of_year = month.checked_mul(153)?.checked_add(2)? / 5;
    let days = from_march.checked_mul(365)?.checked_add(leaps)?.checked_add(of_year)?.checked_add(day)?;
    let of_day = hour.checked_mul(3600)?.checked_add(minute.checked_mul(60)?)?.checked_add(second)?;
    // From 1 March of the year 0 to 1970.
    days.checked_sub(719_469)?.checked_mul(86_400)?.checked_add(of_day)
}
