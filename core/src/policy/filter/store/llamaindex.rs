//! LlamaIndex's `MetadataFilters`. Stores and versions differ on absent keys wherever something is negated.

use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Value as Json, json};

use super::super::super::value::Value;
use super::super::condition::Form;
use super::super::field::{Field, Test};
use super::super::schema::Kind;
use super::{NO_FIELD, Target, cannot, kept};

pub(super) fn lower(target: &Target, form: &Form) -> Result<Json, String> {
    let never = |value: u8| json!({ "key": NO_FIELD, "operator": "==", "value": value });
    match form {
        Form::Always => Ok(Json::Null),
        Form::Never => Ok(json!({ "condition": "and", "filters": [never(0), never(1)] })),
        form @ (Form::And(_) | Form::Or(_)) => write(target, form),
        form => Ok(json!({ "condition": "and", "filters": [write(target, form)?] })),
    }
}

fn write(target: &Target, form: &Form) -> Result<Json, String> {
    let all = |condition: &str, parts: &[Form]| {
        let parts = parts.iter().map(|part| write(target, part)).collect::<Result<Vec<_>, String>>()?;
        Ok(json!({ "condition": condition, "filters": parts }))
    };
    match form {
        Form::And(parts) => all("and", parts),
        Form::Or(parts) => all("or", parts),
        Form::Is(field, test) => write_test(target, field, test),
        Form::IsNot(field, _) => Err(cannot("LlamaIndex", "the absence of a value", field)),
        Form::Always | Form::Never => lower(target, form),
    }
}

fn write_test(target: &Target, field: &Field, test: &Test) -> Result<Json, String> {
    let (key, kind) = target.name(field)?;
    let order = |operator: &'static str, bound: &Value| match kind {
        Kind::Integer | Kind::Number | Kind::Seconds => Ok((operator, kept(bound, kind)?)),
        _ => Err(cannot("LlamaIndex", "the order", field)),
    };
    let (operator, value) = match test {
        Test::In(values) => match values.as_slice() {
            [value] => ("==", kept(value, kind)?),
            values => ("in", Json::Array(values.iter().map(|value| kept(value, kind)).collect::<Result<_, _>>()?)),
        },
        Test::Has(item) => ("contains", kept(item, Kind::Text)?),
        Test::Less(bound) => order("<", bound)?,
        Test::AtMost(bound) => order("<=", bound)?,
        Test::Greater(bound) => order(">", bound)?,
        Test::AtLeast(bound) => order(">=", bound)?,
        Test::Exists | Test::Nin(_) => return Err(cannot("LlamaIndex", "the presence", field)),
    };
    Ok(json!({ "key": key, "operator": operator, "value": value }))
}
