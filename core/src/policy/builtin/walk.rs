//! `walk`: every value within a value, each with the path that leads to it.

use alloc::vec::Vec;

use super::Outcome;
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::value::Value;

/// Returns an array of pairs of a path and a value, the value itself first.
pub(super) fn walk(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [value] = args else { return Ok(None) };
    let mut pairs = Vec::new();
    descend(value, &mut Vec::new(), &mut pairs, fuel)?;
    Value::array(pairs).map(Some)
}

fn descend(value: &Value, path: &mut Vec<Value>, pairs: &mut Vec<Value>, fuel: &mut Fuel) -> Result<(), Fault> {
    fuel.step(length(path.len()).saturating_add(1))?;
    fuel.allocate(length(path.len()).saturating_mul(24).saturating_add(192))?;
    pairs.push(Value::array([Value::array(path.clone())?, value.clone()].into())?);
    let mut enter = |key: Value, value: &Value| {
        path.push(key);
        descend(value, path, pairs, fuel)?;
        path.pop();
        Ok(())
    };
    match value {
        Value::Array(items) => items.iter().enumerate().try_for_each(|(index, item)| enter(Value::from(index), item)),
        Value::Object(members) => members.iter().try_for_each(|(key, member)| enter(key.clone(), member)),
        Value::Set(items) => items.iter().try_for_each(|item| enter(item.clone(), item)),
        _ => Ok(()),
    }
}
