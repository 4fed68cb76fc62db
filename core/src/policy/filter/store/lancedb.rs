//! LanceDB's filters, which are SQL of DataFusion without parameters: literals are written by rule.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Value as Json, json};

use super::super::super::value::Value;
use super::super::condition::Form;
use super::super::field::{Field, Test};
use super::super::schema::{Column, Kind};
use super::{Target, kept, path_below};
use crate::encoding::json;

pub(super) fn lower(target: &Target, form: &Form) -> Result<Json, String> {
    Ok(json!({ "text": write(target, form)? }))
}

fn write(target: &Target, form: &Form) -> Result<String, String> {
    let joined = |parts: &[Form], between: &str| {
        let parts = parts.iter().map(|part| write(target, part)).collect::<Result<Vec<_>, String>>()?;
        Ok(format!("({})", parts.join(between)))
    };
    match form {
        Form::Always => Ok("TRUE".to_owned()),
        Form::Never => Ok("FALSE".to_owned()),
        Form::Is(field, test) => write_test(target, field, test),
        Form::IsNot(field, test) => Ok(format!("(NOT {})", write_test(target, field, test)?)),
        Form::And(parts) => joined(parts, " AND "),
        Form::Or(parts) => joined(parts, " OR "),
    }
}

/// Writes a test that is true or false, never NULL: `x IS NOT NULL` stands before what could be.
fn write_test(target: &Target, field: &Field, test: &Test) -> Result<String, String> {
    let Column { kind, name } = target.schema.column(field)?;
    let path = name.clone().map_or_else(|| path_below(field), |name| [name].into());
    let path = path.iter().map(|name| quoted(name)).collect::<Result<Vec<_>, _>>()?.join(".");
    let ordered = |operator: &str, bound: &Value| -> Result<String, String> {
        Ok(format!("{path} {operator} {}", literal(bound, *kind)?))
    };
    let rest = match test {
        Test::Exists => return Ok(format!("({path} IS NOT NULL)")),
        Test::Has(item) => format!("array_has({path}, {})", literal(item, Kind::Text)?),
        Test::In(values) | Test::Nin(values) => {
            let values = values.iter().map(|value| literal(value, *kind)).collect::<Result<Vec<_>, _>>()?;
            let not = if matches!(test, Test::Nin(_)) { "NOT " } else { "" };
            format!("{path} {not}IN ({})", values.join(", "))
        }
        Test::Less(bound) => ordered("<", bound)?,
        Test::AtMost(bound) => ordered("<=", bound)?,
        Test::Greater(bound) => ordered(">", bound)?,
        Test::AtLeast(bound) => ordered(">=", bound)?,
    };
    Ok(format!("({path} IS NOT NULL AND {rest})"))
}

/// Quotes an identifier.
fn quoted(name: &str) -> Result<String, String> {
    if name.is_empty() || name.contains('`') || name.chars().any(char::is_control) {
        return Err("LanceDB takes no backtick or control character in a column's name".to_owned());
    }
    Ok(format!("`{name}`"))
}

/// Writes a value. A single quote in a text is doubled; nothing else has a meaning between single quotes.
fn literal(value: &Value, kind: Kind) -> Result<String, String> {
    match kept(value, kind)? {
        Json::String(text) if text.chars().any(char::is_control) => {
            Err("LanceDB is given no text with a control character".to_owned())
        }
        Json::String(text) => Ok(format!("'{}'", text.replace('\'', "''"))),
        Json::Bool(flag) => Ok((if flag { "TRUE" } else { "FALSE" }).to_owned()),
        number => {
            String::from_utf8(json::canonical(&number)).map_err(|_| "a value has no form in the store".to_owned())
        }
    }
}
