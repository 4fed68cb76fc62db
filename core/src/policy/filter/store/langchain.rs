//! LangChain's structured queries. Its translators differ on absent keys wherever something is negated.

use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Value as Json, json};

use super::super::super::value::Value;
use super::super::condition::Form;
use super::super::field::{Field, Test};
use super::super::schema::Kind;
use super::{NO_FIELD, Target, cannot, kept};

pub(super) fn lower(target: &Target, form: &Form) -> Result<Json, String> {
    let all = |operator: &str, parts: &[Form]| {
        let parts = parts.iter().map(|part| lower(target, part)).collect::<Result<Vec<_>, String>>()?;
        Ok(json!({ "operator": operator, "arguments": parts }))
    };
    let never = |value: u8| json!({ "comparator": "eq", "attribute": NO_FIELD, "value": value });
    match form {
        Form::Always => Ok(Json::Null),
        Form::Never => Ok(json!({ "operator": "and", "arguments": [never(0), never(1)] })),
        Form::And(parts) => all("and", parts),
        Form::Or(parts) => all("or", parts),
        Form::Is(field, test) => write_test(target, field, test),
        Form::IsNot(field, _) => Err(cannot("LangChain", "the absence of a value", field)),
    }
}

fn write_test(target: &Target, field: &Field, test: &Test) -> Result<Json, String> {
    let (name, kind) = target.name(field)?;
    let order = |comparator: &'static str, bound: &Value| match kind {
        Kind::Integer | Kind::Number | Kind::Seconds => Ok((comparator, kept(bound, kind)?)),
        _ => Err(cannot("LangChain", "the order", field)),
    };
    let (comparator, value) = match test {
        Test::In(values) => match values.as_slice() {
            [value] => ("eq", kept(value, kind)?),
            values => ("in", Json::Array(values.iter().map(|value| kept(value, kind)).collect::<Result<_, _>>()?)),
        },
        Test::Has(item) => ("contain", kept(item, Kind::Text)?),
        Test::Less(bound) => order("lt", bound)?,
        Test::AtMost(bound) => order("lte", bound)?,
        Test::Greater(bound) => order("gt", bound)?,
        Test::AtLeast(bound) => order("gte", bound)?,
        Test::Exists | Test::Nin(_) => return Err(cannot("LangChain", "the presence", field)),
    };
    Ok(json!({ "comparator": comparator, "attribute": name, "value": value }))
}
