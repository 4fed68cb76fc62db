//! Qdrant's filters. A condition on an absent key does not hold, and `must_not` of it does.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Value as Json, json};

use super::super::super::value::Value;
use super::super::condition::Form;
use super::super::field::{Field, Test};
use super::super::schema::{Kind, seconds};
use super::{Target, cannot, kept, path_below};

pub(super) fn lower(target: &Target, form: &Form) -> Result<Json, String> {
    Ok(match form {
        Form::Always => json!({}),
        Form::Never => json!({ "must": [{ "has_id": [] }] }),
        Form::And(parts) => json!({ "must": write_all(target, parts)? }),
        Form::Or(parts) => json!({ "should": write_all(target, parts)? }),
        Form::Is(field, Test::Nin(values)) => {
            let (key, kind) = named(target, field)?;
            json!({ "must": [there(&key)], "must_not": one_of(&key, kind, values)? })
        }
        Form::Is(field, test) => json!({ "must": [write_test(target, field, test)?] }),
        Form::IsNot(field, Test::Nin(values)) => {
            let (key, kind) = named(target, field)?;
            let mut either = one_of(&key, kind, values)?;
            either.push(json!({ "is_empty": { "key": key } }));
            json!({ "should": either })
        }
        Form::IsNot(field, test) => json!({ "must_not": [write_test(target, field, test)?] }),
    })
}

fn write_all(target: &Target, parts: &[Form]) -> Result<Vec<Json>, String> {
    parts.iter().map(|part| lower(target, part)).collect()
}

fn write_test(target: &Target, field: &Field, test: &Test) -> Result<Json, String> {
    let (key, kind) = named(target, field)?;
    let range = |bounds: Json| json!({ "key": key, "range": bounds });
    Ok(match test {
        Test::Exists if kind == Kind::Texts => return Err(cannot("Qdrant", "the presence of a list", field)),
        Test::Exists => there(&key),
        Test::In(values) | Test::Nin(values) => json!({ "should": one_of(&key, kind, values)? }),
        Test::Has(item) => json!({ "key": key, "match": { "value": kept(item, Kind::Text)? } }),
        Test::Less(bound) => range(json!({ "lt": ordered(field, bound, kind)? })),
        Test::AtMost(bound) => range(json!({ "lte": ordered(field, bound, kind)? })),
        Test::Greater(bound) => range(json!({ "gt": ordered(field, bound, kind)? })),
        Test::AtLeast(bound) => range(json!({ "gte": ordered(field, bound, kind)? })),
    })
}

/// Returns conditions of which one holds exactly if the field has one of the values.
fn one_of(key: &str, kind: Kind, values: &[Value]) -> Result<Vec<Json>, String> {
    let values = values.iter().map(|value| kept(value, kind)).collect::<Result<Vec<_>, _>>()?;
    if kind == Kind::Number {
        let exact = |value: &Json| json!({ "key": key, "range": { "gte": value, "lte": value } });
        return Ok(values.iter().map(exact).collect());
    }
    Ok(match values.as_slice() {
        [_, _, ..] if kind != Kind::Boolean => [json!({ "key": key, "match": { "any": values } })].into(),
        values => values.iter().map(|value| json!({ "key": key, "match": { "value": value } })).collect(),
    })
}

fn there(key: &str) -> Json {
    json!({ "must_not": [{ "is_empty": { "key": key } }] })
}

/// Returns a bound of a range: numbers, or times, which it takes for datetimes.
fn ordered(field: &Field, bound: &Value, kind: Kind) -> Result<Json, String> {
    match (kind, bound) {
        (Kind::Time, Value::Text(text)) if seconds(text).is_some() => kept(bound, kind),
        (Kind::Integer | Kind::Number | Kind::Seconds, _) => kept(bound, kind),
        _ => Err(cannot("Qdrant", "the order", field)),
    }
}

/// Returns a field's key, each of its names quoted where it is more than a word, and its type.
fn named(target: &Target, field: &Field) -> Result<(String, Kind), String> {
    let column = target.schema.column(field)?;
    let path =
        column.name.clone().map_or_else(|| path_below(field), |name| name.split('.').map(str::to_owned).collect());
    let is_word = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    };
    let mut names = Vec::with_capacity(path.len());
    for name in path {
        names.push(match name {
            name if is_word(&name) => name,
            name if name.contains(['"', '\\']) || name.is_empty() => return Err(cannot("Qdrant", "the name", field)),
            name => format!("\"{name}\""),
        });
    }
    Ok((names.join("."), column.kind))
}
