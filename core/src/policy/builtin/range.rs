//! `numbers.range` and `numbers.range_step`.

use alloc::vec::Vec;

use num_bigint::BigInt;

use super::Outcome;
use crate::policy::fuel::{Fuel, length};
use crate::policy::number::Number;
use crate::policy::value::Value;

pub(super) fn range(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Number(first), Value::Number(last)] = args else { return Ok(None) };
    list(first, last, &Number::from(1_i64), fuel)
}

pub(super) fn range_step(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Number(first), Value::Number(last), Value::Number(step)] = args else { return Ok(None) };
    if *step <= Number::from(0_i64) {
        return Ok(None);
    }
    list(first, last, step, fuel)
}

fn list(first: &Number, last: &Number, step: &Number, fuel: &mut Fuel) -> Outcome {
    let (Some(from), Some(to), Some(by)) = (first.to_integer(), last.to_integer(), step.to_integer()) else {
        return Ok(None);
    };
    let distance = to.checked_sub(&from).map(BigInt::into_parts);
    let count = distance.and_then(|(_, distance)| BigInt::from(distance).checked_div(&by));
    let count = count.and_then(|count| u64::try_from(count).ok()).unwrap_or(u64::MAX).saturating_add(1);
    fuel.step(count)?;
    fuel.allocate(count.saturating_mul(length(size_of::<Value>())))?;
    let by = if last < first { step.negate()? } else { step.clone() };
    let mut items = Vec::new();
    let mut next = first.clone();
    for _ in 0..count {
        let following = next.add(&by)?;
        items.push(Value::Number(next));
        next = following;
    }
    Value::array(items).map(Some)
}
