//! Conditions as UCAST in JSON: `spec/filter.md`, "Conditions".

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::Value as Json;

use super::super::value::{Text, Value};
use super::condition::{Condition, Form, MAX_DEPTH};
use super::field::{Field, Test, is_plain};
use crate::encoding::json;
use crate::encoding::members::{object, text};

impl Condition {
    /// Reads a condition.
    pub(super) fn read(value: &Value) -> Result<Form, String> {
        let form = read(value, 0)?;
        if form.is_small() { Ok(form) } else { Err("the condition is too large".to_owned()) }
    }

    /// Returns it as UCAST.
    pub(crate) fn to_value(&self) -> Json {
        write(&self.0)
    }
}

fn write(form: &Form) -> Json {
    match form {
        Form::Is(field, test) => write_test(field, test),
        Form::IsNot(field, test) => compound("not", [write_test(field, test)].into()),
        Form::And(parts) => compound("and", sorted(parts)),
        Form::Or(parts) => compound("or", sorted(parts)),
        // A filter that holds always or never has no condition.
        Form::Always | Form::Never => Json::Null,
    }
}

fn sorted(parts: &[Form]) -> Vec<Json> {
    let mut parts: Vec<Json> = parts.iter().map(write).collect();
    parts.sort_by_cached_key(json::canonical);
    parts
}

fn compound(operator: &str, parts: Vec<Json>) -> Json {
    object([("type", text("compound")), ("operator", text(operator)), ("value", Some(Json::Array(parts)))].into())
}

fn write_test(field: &Field, test: &Test) -> Json {
    let one = |value: &Value| value.to_json().unwrap_or(Json::Null);
    let (operator, value) = match test {
        Test::Exists => ("exists", Json::Bool(true)),
        Test::In(values) | Test::Nin(values) => {
            let is_in = matches!(test, Test::In(_));
            match values.as_slice() {
                [value] => (if is_in { "eq" } else { "ne" }, one(value)),
                values => (if is_in { "in" } else { "nin" }, values.iter().map(one).collect()),
            }
        }
        Test::Less(bound) => ("lt", one(bound)),
        Test::AtMost(bound) => ("le", one(bound)),
        Test::Greater(bound) => ("gt", one(bound)),
        Test::AtLeast(bound) => ("ge", one(bound)),
        Test::Has(item) => ("all", Json::Array([one(item)].into())),
    };
    object(
        [("type", text("field")), ("operator", text(operator)), ("field", text(&field.name())), ("value", Some(value))]
            .into(),
    )
}

fn read(value: &Value, depth: usize) -> Result<Form, String> {
    let Value::Object(members) = value else { return Err("a condition is no object".to_owned()) };
    let text = |name: &str| match members.get_text(name) {
        Some(Value::Text(text)) => Ok(text.as_str()),
        _ => Err(format!("a condition has no `{name}`")),
    };
    let value = members.get_text("value").ok_or("a condition has no `value`")?;
    let (kind, operator) = (text("type")?, text("operator")?);
    let size = if kind == "field" { 4 } else { 3 };
    if depth > MAX_DEPTH || members.len() != size {
        return Err("a condition is too deep, or has a field too many".to_owned());
    }
    if kind == "field" {
        let field = field(text("field")?)?;
        return Ok(Form::is(&field, test(operator, value)?));
    }
    let Value::Array(parts) = value else { return Err("a compound has no list".to_owned()) };
    let mut forms = Vec::with_capacity(parts.len());
    for part in parts.iter() {
        forms.push(read(part, depth.saturating_add(1))?);
    }
    match (kind, operator, forms.as_slice()) {
        ("compound", "and", _) => Ok(Form::and(forms)),
        ("compound", "or", _) => Ok(Form::or(forms)),
        ("compound", "not", [form]) => Ok(form.not()),
        _ => Err("a condition is of an unknown kind".to_owned()),
    }
}

fn field(name: &str) -> Result<Field, String> {
    let path: Vec<Text> = name.split('.').map(Text::new).collect();
    if path.first().is_none_or(|first| first != "resource") || !path.iter().all(|name| is_plain(name)) {
        return Err(format!("`{name}` is no field of a resource"));
    }
    Ok(Field::new(&path))
}

fn test(operator: &str, value: &Value) -> Result<Test, String> {
    let list = || match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().cloned().collect();
            items.sort_unstable();
            items.dedup();
            Ok(items)
        }
        _ => Err(format!("`{operator}` takes a list")),
    };
    Ok(match operator {
        "exists" if *value == Value::Bool(true) => Test::Exists,
        "eq" => Test::In([value.clone()].into()),
        "ne" => Test::Nin([value.clone()].into()),
        "in" => Test::In(list()?),
        "nin" => Test::Nin(list()?),
        "lt" => Test::Less(value.clone()),
        "le" => Test::AtMost(value.clone()),
        "gt" => Test::Greater(value.clone()),
        "ge" => Test::AtLeast(value.clone()),
        "all" => match list()?.as_slice() {
            [item] => Test::Has(item.clone()),
            _ => return Err("`all` takes one value".to_owned()),
        },
        _ => return Err(format!("the operator `{operator}` is unknown")),
    })
}
