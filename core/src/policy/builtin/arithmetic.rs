//! Operators and functions on numbers.

use super::{Outcome, done, set};
use crate::policy::fuel::{Fault, Fuel};
use crate::policy::number::Number;
use crate::policy::value::Value;

pub(super) fn plus(args: &[Value], fuel: &mut Fuel) -> Outcome {
    binary(args, fuel, |one, other| one.add(other).map(Some))
}

pub(super) fn minus(args: &[Value], fuel: &mut Fuel) -> Outcome {
    match args {
        [Value::Set(one), Value::Set(other)] => set::difference(one, other, fuel),
        _ => binary(args, fuel, |one, other| one.subtract(other).map(Some)),
    }
}

pub(super) fn mul(args: &[Value], fuel: &mut Fuel) -> Outcome {
    binary(args, fuel, |one, other| one.multiply(other).map(Some))
}

pub(super) fn div(args: &[Value], fuel: &mut Fuel) -> Outcome {
    binary(args, fuel, Number::divide)
}

pub(super) fn rem(args: &[Value], fuel: &mut Fuel) -> Outcome {
    binary(args, fuel, Number::remainder)
}

pub(super) fn abs(args: &[Value], fuel: &mut Fuel) -> Outcome {
    unary(args, fuel, Number::magnitude)
}

pub(super) fn ceil(args: &[Value], fuel: &mut Fuel) -> Outcome {
    unary(args, fuel, Number::ceil)
}

pub(super) fn floor(args: &[Value], fuel: &mut Fuel) -> Outcome {
    unary(args, fuel, Number::floor)
}

pub(super) fn round(args: &[Value], fuel: &mut Fuel) -> Outcome {
    unary(args, fuel, Number::round)
}

pub(super) fn to_number(args: &[Value], fuel: &mut Fuel) -> Outcome {
    match args {
        [Value::Null] => done(0_i64),
        [Value::Bool(flag)] => done(i64::from(*flag)),
        [number @ Value::Number(_)] => Ok(Some(number.clone())),
        [text @ Value::Text(digits)] => {
            fuel.read(text.weight())?;
            // A double holds no more.
            let number = Number::parse_lenient(digits)?.filter(|number| number.is_double());
            Ok(number.map(Value::Number))
        }
        _ => Ok(None),
    }
}

fn unary(args: &[Value], fuel: &mut Fuel, operate: fn(&Number) -> Result<Number, Fault>) -> Outcome {
    let [Value::Number(number)] = args else { return Ok(None) };
    fuel.step(number.weight())?;
    operate(number).map(Value::Number).map(Some)
}

fn binary(args: &[Value], fuel: &mut Fuel, operate: fn(&Number, &Number) -> Result<Option<Number>, Fault>) -> Outcome {
    let [Value::Number(one), Value::Number(other)] = args else { return Ok(None) };
    fuel.step(one.weight().saturating_add(other.weight()))?;
    Ok(operate(one, other)?.map(Value::Number))
}
