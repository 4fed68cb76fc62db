//! `array.*`.

use alloc::vec::Vec;

use super::aggregate::list_size;
use super::{Outcome, done};
use crate::policy::fuel::{Fuel, length};
use crate::policy::number::Number;
use crate::policy::value::Value;

pub(super) fn concat(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Array(one), Value::Array(other)] = args else { return Ok(None) };
    charge(one.as_slice(), fuel)?;
    charge(other.as_slice(), fuel)?;
    Value::array([one.as_slice(), other.as_slice()].concat()).map(Some)
}

pub(super) fn reverse(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Array(items)] = args else { return Ok(None) };
    charge(items.as_slice(), fuel)?;
    Value::array(items.iter().rev().cloned().collect()).map(Some)
}

pub(super) fn slice(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Array(items), Value::Number(start), Value::Number(stop)] = args else { return Ok(None) };
    let (Some(start), Some(stop)) = (place(start, items.len()), place(stop, items.len())) else { return Ok(None) };
    let part = items.as_slice().get(start.min(stop)..stop).unwrap_or_default();
    charge(part, fuel)?;
    Value::array(part.to_vec()).map(Some)
}

/// Unfolds one level of arrays.
pub(super) fn flatten(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Array(items)] = args else { return Ok(None) };
    let mut flat = Vec::new();
    for item in items.iter() {
        match item {
            Value::Array(inner) => {
                charge(inner.as_slice(), fuel)?;
                flat.extend_from_slice(inner.as_slice());
            }
            item => {
                charge(core::slice::from_ref(item), fuel)?;
                flat.push(item.clone());
            }
        }
    }
    done(Value::array(flat)?)
}

/// Clamps a place to a list. A fraction is none.
fn place(number: &Number, most: usize) -> Option<usize> {
    number.as_i64().map(|index| usize::try_from(index.max(0)).unwrap_or(usize::MAX).min(most))
}

fn charge(items: &[Value], fuel: &mut Fuel) -> Result<(), crate::policy::fuel::Fault> {
    fuel.step(length(items.len()))?;
    fuel.allocate(list_size(items))
}
