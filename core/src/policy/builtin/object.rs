//! `object.*`.

use alloc::vec::Vec;

use super::aggregate::{items, list_size};
use super::{Outcome, done};
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::value::{Array, Object, Set, Value};

pub(super) fn get(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [object @ Value::Object(_), key, default] = args else { return Ok(None) };
    fuel.read(key.weight().saturating_mul(u64::from(object.len().max(1).ilog2()).saturating_add(1)))?;
    let found = match key {
        Value::Array(path) => path.iter().try_fold(object, |value, key| value.get(key)),
        key => object.get(key),
    };
    Ok(Some(found.unwrap_or(default).clone()))
}

pub(super) fn keys(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Object(object)] = args else { return Ok(None) };
    charge(object, fuel)?;
    Value::set(object.keys().cloned().collect()).map(Some)
}

pub(super) fn filter(args: &[Value], fuel: &mut Fuel) -> Outcome {
    chosen(args, fuel, true)
}

pub(super) fn remove(args: &[Value], fuel: &mut Fuel) -> Outcome {
    chosen(args, fuel, false)
}

fn chosen(args: &[Value], fuel: &mut Fuel, is_kept: bool) -> Outcome {
    let [Value::Object(object), keys] = args else { return Ok(None) };
    fuel.sort(keys.len(), keys.weight())?;
    fuel.allocate(length(keys.len()).saturating_mul(length(size_of::<Value>())))?;
    let named = match keys {
        Value::Object(keys) => Value::set(keys.keys().cloned().collect())?,
        keys => match items(keys) {
            Some(items) => Value::set(items.to_vec())?,
            None => return Ok(None),
        },
    };
    fuel.sort(object.len(), object.weight())?;
    charge(object, fuel)?;
    let members = object.iter().filter(|(key, _)| named.get(key).is_some() == is_kept);
    Value::object(members.cloned().collect()).map(Some)
}

pub(super) fn union(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Object(one), Value::Object(other)] = args else { return Ok(None) };
    merged(one, other, fuel).map(Some)
}

pub(super) fn union_n(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Array(objects)] = args else { return Ok(None) };
    let mut all = Value::object(Vec::new())?;
    for object in objects.iter() {
        let (Value::Object(one), Value::Object(other)) = (&all, object) else { return Ok(None) };
        all = merged(one, other, fuel)?;
    }
    done(all)
}

/// Puts the members of both together; of two values for a key, objects are merged and else the latter one holds.
fn merged(one: &Object, other: &Object, fuel: &mut Fuel) -> Result<Value, Fault> {
    charge(one, fuel)?;
    charge(other, fuel)?;
    fuel.sort(one.len().saturating_add(other.len()), one.weight().saturating_add(other.weight()))?;
    let mut members: Vec<(Value, Value)> = one.iter().filter(|(key, _)| other.get(key).is_none()).cloned().collect();
    for (key, new) in other.iter() {
        let value = match (one.get(key), new) {
            (Some(Value::Object(old)), Value::Object(new)) => merged(old, new, fuel)?,
            _ => new.clone(),
        };
        members.push((key.clone(), value));
    }
    Value::object(members)
}

pub(super) fn subset(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [whole, part] = args else { return Ok(None) };
    fuel.sort(whole.len().max(part.len()), whole.weight().saturating_add(part.weight()))?;
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => done(has_members(whole, part, fuel)?),
        (Value::Set(whole), Value::Set(part)) => done(has_items(whole, part)),
        (Value::Array(whole), Value::Array(part)) => done(has_run(whole, part, fuel)?),
        (Value::Array(whole), Value::Set(part)) => {
            let whole = Value::set(whole.as_slice().to_vec())?;
            done(part.iter().all(|item| whole.get(item).is_some()))
        }
        _ => Ok(None),
    }
}

fn has_members(whole: &Object, part: &Object, fuel: &mut Fuel) -> Result<bool, Fault> {
    for (key, value) in part.iter() {
        let Some(other) = whole.get(key) else { return Ok(false) };
        fuel.step(1)?;
        fuel.compare(value, other)?;
        let holds = match (other, value) {
            (Value::Object(whole), Value::Object(part)) => has_members(whole, part, fuel)?,
            (Value::Set(whole), Value::Set(part)) => has_items(whole, part),
            (Value::Array(whole), Value::Array(part)) => has_run(whole, part, fuel)?,
            (one, other) => one == other,
        };
        if !holds {
            return Ok(false);
        }
    }
    Ok(true)
}

fn has_items(whole: &Set, part: &Set) -> bool {
    part.iter().all(|item| whole.contains(item))
}

/// Tells whether the items of the one stand in the other, next to each other.
fn has_run(whole: &Array, part: &Array, fuel: &mut Fuel) -> Result<bool, Fault> {
    let starts = whole.len().saturating_sub(part.len()).saturating_add(1);
    fuel.step(length(starts))?;
    fuel.read(length(starts).saturating_mul(part.weight()))?;
    Ok(part.is_empty() || whole.as_slice().windows(part.len()).any(|run| run == part.as_slice()))
}

fn charge(object: &Object, fuel: &mut Fuel) -> Result<(), Fault> {
    fuel.step(length(object.len()))?;
    fuel.allocate(list_size(object.as_slice()))
}
