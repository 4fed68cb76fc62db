//! Sets: `and`, `or`, difference, `intersection`, `union`.

use alloc::vec::Vec;

use super::Outcome;
use super::aggregate::list_size;
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::value::{Set, Value};

pub(super) fn and(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Set(one), Value::Set(other)] = args else { return Ok(None) };
    let (few, many) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    look_up(few, many, fuel)?;
    Value::set(few.iter().filter(|item| many.contains(item)).cloned().collect()).map(Some)
}

pub(super) fn or(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Set(one), Value::Set(other)] = args else { return Ok(None) };
    charge(one, other, fuel)?;
    Value::set([one.as_slice(), other.as_slice()].concat()).map(Some)
}

pub(super) fn difference(one: &Set, other: &Set, fuel: &mut Fuel) -> Outcome {
    look_up(one, other, fuel)?;
    Value::set(one.iter().filter(|item| !other.contains(item)).cloned().collect()).map(Some)
}

pub(super) fn intersection(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let Some(sets) = sets(args) else { return Ok(None) };
    let Some((first, rest)) = sets.split_first() else { return Value::set(Vec::new()).map(Some) };
    let mut kept: Vec<Value> = first.as_slice().to_vec();
    for set in rest {
        look_up(first, set, fuel)?;
        kept.retain(|item| set.contains(item));
    }
    Value::set(kept).map(Some)
}

pub(super) fn union(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let Some(sets) = sets(args) else { return Ok(None) };
    let count = sets.iter().map(|set| set.len()).fold(0, usize::saturating_add);
    fuel.sort(count, args.iter().map(Value::weight).fold(0, u64::saturating_add))?;
    fuel.allocate(length(count).saturating_mul(length(size_of::<Value>())))?;
    Value::set(sets.iter().flat_map(|set| set.iter()).cloned().collect()).map(Some)
}

fn sets(args: &[Value]) -> Option<Vec<&Set>> {
    let [Value::Set(outer)] = args else { return None };
    let sets = outer.iter().map(|item| match item {
        Value::Set(set) => Some(set.as_ref()),
        _ => None,
    });
    sets.collect()
}

/// Pays for looking every item of the one up in the other, and for those that are kept.
fn look_up(items: &Set, other: &Set, fuel: &mut Fuel) -> Result<(), Fault> {
    let rounds = u64::from(other.len().max(1).ilog2()).saturating_add(1);
    fuel.step(length(items.len()))?;
    fuel.read(items.weight().saturating_mul(rounds))?;
    fuel.allocate(list_size(items.as_slice()))
}

/// Pays for putting all items of both in order.
fn charge(one: &Set, other: &Set, fuel: &mut Fuel) -> Result<(), Fault> {
    let count = one.len().saturating_add(other.len());
    fuel.sort(count, one.weight().saturating_add(other.weight()))?;
    fuel.allocate(list_size(one.as_slice()).saturating_add(list_size(other.as_slice())))
}
