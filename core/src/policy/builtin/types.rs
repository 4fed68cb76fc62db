//! What a value is.

use super::{Outcome, done};
use crate::policy::fuel::Fuel;
use crate::policy::value::Value;

pub(super) fn type_name(args: &[Value], _: &mut Fuel) -> Outcome {
    let [value] = args else { return Ok(None) };
    done(Value::text(value.type_name()))
}

pub(super) fn is_array(args: &[Value], _: &mut Fuel) -> Outcome {
    done(matches!(args, [Value::Array(_)]))
}

pub(super) fn is_boolean(args: &[Value], _: &mut Fuel) -> Outcome {
    done(matches!(args, [Value::Bool(_)]))
}

pub(super) fn is_null(args: &[Value], _: &mut Fuel) -> Outcome {
    done(matches!(args, [Value::Null]))
}

pub(super) fn is_number(args: &[Value], _: &mut Fuel) -> Outcome {
    done(matches!(args, [Value::Number(_)]))
}

pub(super) fn is_object(args: &[Value], _: &mut Fuel) -> Outcome {
    done(matches!(args, [Value::Object(_)]))
}

pub(super) fn is_set(args: &[Value], _: &mut Fuel) -> Outcome {
    done(matches!(args, [Value::Set(_)]))
}

pub(super) fn is_string(args: &[Value], _: &mut Fuel) -> Outcome {
    done(matches!(args, [Value::Text(_)]))
}
