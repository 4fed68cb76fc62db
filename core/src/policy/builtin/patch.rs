//! `json.patch`: RFC 6902, on sets too. One operation that cannot be carried out makes the whole undefined.

use alloc::vec::Vec;

use super::Outcome;
use super::path::segments;
use crate::policy::fuel::{Fuel, length};
use crate::policy::value::{Object, Value};

pub(super) fn patch(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [document, Value::Array(operations)] = args else { return Ok(None) };
    let mut document = document.clone();
    for operation in operations.iter() {
        let Value::Object(operation) = operation else { return Ok(None) };
        match applied(&document, operation, fuel)? {
            Some(next) => document = next,
            None => return Ok(None),
        }
    }
    Ok(Some(document))
}

fn applied(document: &Value, operation: &Object, fuel: &mut Fuel) -> Outcome {
    let (Some(Value::Text(name)), Some(path)) = (operation.get_text("op"), operation.get_text("path")) else {
        return Ok(None);
    };
    let Some(path) = segments(path, fuel)? else { return Ok(None) };
    match (name.as_str(), operation.get_text("value"), operation.get_text("from")) {
        ("add", Some(value), _) => change(document, &path, Change::Insert(value), fuel),
        ("remove", ..) => change(document, &path, Change::Remove, fuel),
        ("replace", Some(value), _) => moved(document, &path, &path, value, fuel),
        ("move" | "copy", _, Some(from)) => {
            let Some(from) = segments(from, fuel)? else { return Ok(None) };
            let Some(value) = found(document, &from).cloned() else { return Ok(None) };
            if name == "copy" {
                return change(document, &path, Change::Insert(&value), fuel);
            }
            moved(document, &from, &path, &value, fuel)
        }
        ("test", Some(value), _) => {
            let Some(found) = found(document, &path) else { return Ok(None) };
            fuel.compare(found, value)?;
            Ok((found == value).then(|| document.clone()))
        }
        _ => Ok(None),
    }
}

fn moved(document: &Value, from: &[Value], to: &[Value], value: &Value, fuel: &mut Fuel) -> Outcome {
    if from.is_empty() {
        return Ok(to.is_empty().then(|| value.clone()));
    }
    match change(document, from, Change::Remove, fuel)? {
        Some(rest) => change(&rest, to, Change::Insert(value), fuel),
        None => Ok(None),
    }
}

#[derive(Clone, Copy)]
enum Change<'a> {
    Insert(&'a Value),
    Remove,
    Keep(&'a Value),
}

fn change(document: &Value, path: &[Value], last: Change<'_>, fuel: &mut Fuel) -> Outcome {
    fuel.step(length(document.len()).saturating_add(1))?;
    fuel.sort(document.len(), document.weight())?;
    fuel.allocate(length(document.len()).saturating_add(1).saturating_mul(length(size_of::<(Value, Value)>())))?;
    match (path, last) {
        ([], Change::Insert(value)) => Ok(Some(value.clone())),
        ([], _) => Ok(None),
        ([key], last) => put(document, key, last),
        ([key, rest @ ..], last) => {
            let Some(inner) = step(document, key) else { return Ok(None) };
            match change(inner, rest, last, fuel)? {
                Some(changed) => put(document, key, Change::Keep(&changed)),
                None => Ok(None),
            }
        }
    }
}

fn put(document: &Value, key: &Value, change: Change<'_>) -> Outcome {
    match document {
        Value::Object(members) => {
            if matches!(change, Change::Remove) && members.get(key).is_none() {
                return Ok(None);
            }
            let mut members: Vec<(Value, Value)> = members.iter().filter(|(other, _)| other != key).cloned().collect();
            if let Change::Insert(value) | Change::Keep(value) = change {
                members.push((key.clone(), value.clone()));
            }
            Value::object(members).map(Some)
        }
        Value::Array(items) => {
            let Some(index) = place(key, items.len()) else { return Ok(None) };
            let mut items = items.as_slice().to_vec();
            match (change, items.get_mut(index)) {
                (Change::Insert(value), _) => items.insert(index, value.clone()),
                (Change::Keep(value), Some(item)) => *item = value.clone(),
                (Change::Remove, Some(_)) => drop(items.remove(index)),
                _ => return Ok(None),
            }
            Value::array(items).map(Some)
        }
        Value::Set(items) => {
            let is_there = items.contains(key);
            let mut items: Vec<Value> = items.iter().filter(|item| *item != key).cloned().collect();
            match change {
                // An item of a set is its own key.
                Change::Insert(value) if value == key => items.push(value.clone()),
                Change::Keep(value) => items.push(value.clone()),
                Change::Remove if is_there => {}
                _ => return Ok(None),
            }
            Value::set(items).map(Some)
        }
        _ => Ok(None),
    }
}

fn found<'a>(document: &'a Value, path: &[Value]) -> Option<&'a Value> {
    path.iter().try_fold(document, step)
}

fn step<'a>(document: &'a Value, key: &Value) -> Option<&'a Value> {
    match document {
        Value::Array(items) => items.get(place(key, items.len())?),
        Value::Object(members) => members.get(key),
        Value::Set(items) => items.get(key),
        _ => None,
    }
}

/// Reads an index up to one behind the last item, for which `-` stands.
fn place(key: &Value, count: usize) -> Option<usize> {
    let index = match key {
        Value::Number(number) => number.as_usize()?,
        Value::Text(text) if text == "-" => count,
        Value::Text(text) if text.len() > 1 && text.starts_with('0') => return None,
        Value::Text(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok()?,
        _ => return None,
    };
    (index <= count).then_some(index)
}
