//! Chroma's `where`. From 0.5.12 on `$ne` and `$nin` hold for absent keys, so they say `not` of a test, and nothing says that a
//! key is there.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value as Json, json};

use super::super::super::value::Value;
use super::super::condition::Form;
use super::super::field::{Field, Test};
use super::super::schema::Kind;
use super::{NO_FIELD, Target, cannot, kept};

pub(super) fn lower(target: &Target, form: &Form) -> Result<Json, String> {
    match form {
        Form::Always => Ok(Json::Null),
        Form::Never => Ok(json!({ "$and": [{ NO_FIELD: { "$eq": 0 } }, { NO_FIELD: { "$eq": 1 } }] })),
        form => write(target, form),
    }
}

fn write(target: &Target, form: &Form) -> Result<Json, String> {
    let all = |parts: &[Form]| parts.iter().map(|part| write(target, part)).collect::<Result<Vec<_>, _>>();
    match form {
        Form::And(parts) => Ok(json!({ "$and": all(parts)? })),
        Form::Or(parts) => Ok(json!({ "$or": all(parts)? })),
        Form::Is(field, test) => write_test(target, field, test, true),
        Form::IsNot(field, test) => write_test(target, field, test, false),
        Form::Always | Form::Never => lower(target, form),
    }
}

fn write_test(target: &Target, field: &Field, test: &Test, holds: bool) -> Result<Json, String> {
    let (name, kind) = target.name(field)?;
    if name.is_empty() || name.starts_with(['$', '#']) {
        return Err(cannot("Chroma", "the name", field));
    }
    let order = |operator: &str, bound: &Value| match kind {
        Kind::Integer | Kind::Seconds if holds => Ok((operator.to_owned(), kept(bound, kind)?)),
        _ => Err(cannot("Chroma", "the order", field)),
    };
    let (operator, value) = match (test, holds) {
        _ if kind == Kind::Number => return Err(cannot("Chroma", "a number that may have a fraction", field)),
        (Test::In(values), holds) => match values.as_slice() {
            [value] => ((if holds { "$eq" } else { "$ne" }).to_owned(), kept(value, kind)?),
            values => {
                let values = values.iter().map(|value| kept(value, kind)).collect::<Result<Vec<_>, _>>()?;
                ((if holds { "$in" } else { "$nin" }).to_owned(), Json::Array(values))
            }
        },
        (Test::Has(item), true) => ("$contains".to_owned(), kept(item, Kind::Text)?),
        (Test::Less(bound), _) => order("$lt", bound)?,
        (Test::AtMost(bound), _) => order("$lte", bound)?,
        (Test::Greater(bound), _) => order("$gt", bound)?,
        (Test::AtLeast(bound), _) => order("$gte", bound)?,
        (Test::Has(_), false) => return Err(cannot("Chroma", "the absence of an item", field)),
        (Test::Exists | Test::Nin(_), _) => return Err(cannot("Chroma", "the presence", field)),
    };
    let test = Json::Object(Map::from_iter([(operator, value)]));
    Ok(Json::Object(Map::from_iter([(name, test)])))
}
