//! `count`, `max`, `min`, `product`, `sort`, `sum`.

use alloc::vec::Vec;

use super::{Outcome, done};
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::number::Number;
use crate::policy::value::Value;

pub(super) fn count(args: &[Value], fuel: &mut Fuel) -> Outcome {
    match args {
        [Value::Text(text)] => {
            fuel.read(length(text.len()))?;
            done(text.chars().count())
        }
        [collection @ (Value::Array(_) | Value::Object(_) | Value::Set(_))] => done(collection.len()),
        _ => Ok(None),
    }
}

pub(super) fn sum(args: &[Value], fuel: &mut Fuel) -> Outcome {
    numbers(args, fuel, Number::sum)
}

pub(super) fn product(args: &[Value], fuel: &mut Fuel) -> Outcome {
    // A product may grow by all digits of each number.
    fuel.step(args.iter().map(|arg| length(arg.len())).sum())?;
    numbers(args, fuel, Number::product)
}

fn numbers(args: &[Value], fuel: &mut Fuel, fold: fn(&[&Number]) -> Result<Number, Fault>) -> Outcome {
    let [collection] = args else { return Ok(None) };
    let Some(items) = items(collection) else { return Ok(None) };
    fuel.step(length(items.len()))?;
    fuel.read(collection.weight())?;
    let numbers = items.iter().map(|item| match item {
        Value::Number(number) => Some(number),
        _ => None,
    });
    match numbers.collect::<Option<Vec<_>>>() {
        Some(numbers) => done(fold(&numbers)?),
        None => Ok(None),
    }
}

pub(super) fn max(args: &[Value], fuel: &mut Fuel) -> Outcome {
    Ok(compared(args, fuel)?.and_then(|items| items.iter().max()).cloned())
}

pub(super) fn min(args: &[Value], fuel: &mut Fuel) -> Outcome {
    Ok(compared(args, fuel)?.and_then(|items| items.iter().min()).cloned())
}

fn compared<'a>(args: &'a [Value], fuel: &mut Fuel) -> Result<Option<&'a [Value]>, Fault> {
    let [collection] = args else { return Ok(None) };
    fuel.step(length(collection.len()))?;
    fuel.read(collection.weight())?;
    Ok(items(collection))
}

pub(super) fn sort(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [collection] = args else { return Ok(None) };
    let Some(items) = items(collection) else { return Ok(None) };
    fuel.sort(items.len(), collection.weight())?;
    fuel.allocate(list_size(items))?;
    let mut sorted = items.to_vec();
    if !sorted.is_sorted() {
        sorted = crate::policy::sort::sorted(sorted);
    }
    Value::array(sorted).map(Some)
}

/// Returns the items of an array or a set.
pub(super) fn items(collection: &Value) -> Option<&[Value]> {
    match collection {
        Value::Array(items) => Some(items.as_slice()),
        Value::Set(items) => Some(items.as_slice()),
        _ => None,
    }
}

/// Returns what a list of these takes, without what they refer to.
pub(super) fn list_size<T>(items: &[T]) -> u64 {
    length(items.len()).saturating_mul(length(size_of::<T>()))
}
