//! `bits.*`: integers of any size, in two's complement.

use super::Outcome;
use crate::policy::fuel::{Fault, Fuel};
use crate::policy::number::Number;
use crate::policy::value::Value;

pub(super) fn and(args: &[Value], fuel: &mut Fuel) -> Outcome {
    binary(args, fuel, |one, other| one.bit_and(other))
}

pub(super) fn or(args: &[Value], fuel: &mut Fuel) -> Outcome {
    binary(args, fuel, |one, other| one.bit_or(other))
}

pub(super) fn xor(args: &[Value], fuel: &mut Fuel) -> Outcome {
    binary(args, fuel, |one, other| one.bit_xor(other))
}

pub(super) fn negate(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Number(number)] = args else { return Ok(None) };
    fuel.step(number.weight())?;
    Ok(number.bit_not()?.map(Value::Number))
}

pub(super) fn lsh(args: &[Value], fuel: &mut Fuel) -> Outcome {
    binary(args, fuel, Number::shift_left)
}

pub(super) fn rsh(args: &[Value], fuel: &mut Fuel) -> Outcome {
    binary(args, fuel, Number::shift_right)
}

fn binary(args: &[Value], fuel: &mut Fuel, operate: fn(&Number, &Number) -> Result<Option<Number>, Fault>) -> Outcome {
    let [Value::Number(one), Value::Number(other)] = args else { return Ok(None) };
    fuel.step(one.weight().saturating_add(other.weight()))?;
    Ok(operate(one, other)?.map(Value::Number))
}
