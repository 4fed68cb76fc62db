//! Comparisons of any two values.

use core::cmp::Ordering;

use super::{Outcome, done};
use crate::policy::fuel::Fuel;
use crate::policy::value::Value;

pub(super) fn equal(args: &[Value], fuel: &mut Fuel) -> Outcome {
    compare(args, fuel, Ordering::is_eq)
}

pub(super) fn gt(args: &[Value], fuel: &mut Fuel) -> Outcome {
    compare(args, fuel, Ordering::is_gt)
}

pub(super) fn gte(args: &[Value], fuel: &mut Fuel) -> Outcome {
    compare(args, fuel, Ordering::is_ge)
}

pub(super) fn lt(args: &[Value], fuel: &mut Fuel) -> Outcome {
    compare(args, fuel, Ordering::is_lt)
}

pub(super) fn lte(args: &[Value], fuel: &mut Fuel) -> Outcome {
    compare(args, fuel, Ordering::is_le)
}

pub(super) fn neq(args: &[Value], fuel: &mut Fuel) -> Outcome {
    compare(args, fuel, Ordering::is_ne)
}

fn compare(args: &[Value], fuel: &mut Fuel, holds: fn(Ordering) -> bool) -> Outcome {
    let [one, other] = args else { return Ok(None) };
    fuel.compare(one, other)?;
    done(holds(one.cmp(other)))
}
