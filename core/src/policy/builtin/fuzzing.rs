//! What fuzz targets reach of the values and the built-ins, which are no part of the public interface.

use alloc::vec::Vec;

use super::{Builtin, TABLES};
use crate::encoding::json;
use crate::policy::fuel::Fuel;
use crate::policy::value::Value;

/// Enough for any call that is meant, and little enough that running out of it is reached.
const STEPS: u64 = 1_000_000;
const BYTES: u64 = 16 << 20;

/// Calls the built-in at a place of the table with the arguments in a JSON array, in which `{"set": […]}` is a set. The same
/// call comes to the same, and so does one with more fuel, if there was enough.
///
/// # Panics
/// If that does not hold.
pub fn call_builtin(place: u8, text: &str) {
    let builtins: Vec<&Builtin> = TABLES.iter().copied().flatten().collect();
    let Some(builtin) = builtins.get(usize::from(place) % builtins.len()) else { return };
    let Ok(Some(Value::Array(args))) = Value::parse_exact(text) else { return };
    let args: Vec<Value> = args.iter().map(with_sets).collect();
    let args = args.get(..builtin.arity.min(args.len())).unwrap_or_default();
    let mut fuel = Fuel::new(STEPS, BYTES);
    let result = (builtin.call)(args, &mut fuel);
    assert_eq!(result, (builtin.call)(args, &mut Fuel::new(STEPS, BYTES)), "{}", builtin.name);
    if let Ok(result) = result {
        let (steps, bytes) = (STEPS.abs_diff(fuel.steps_left()), BYTES.abs_diff(fuel.bytes_left()));
        assert_eq!((builtin.call)(args, &mut Fuel::new(steps, bytes)), Ok(result.clone()), "{}", builtin.name);
        let weight = result.as_ref().map_or(0, Value::weight);
        let given: u64 = args.iter().map(Value::weight).fold(4096, u64::saturating_add);
        assert!(weight <= bytes.saturating_mul(4).saturating_add(given), "{} makes {weight} of {bytes}", builtin.name);
    }
}

/// Reads a value with both readers.
///
/// # Panics
/// If they do not read the same.
pub fn read_value(bytes: &[u8]) {
    let strict = json::parse("text", bytes);
    let value = Value::parse_json("text", bytes);
    assert_eq!(value, strict.as_ref().map(Value::from).map_err(Clone::clone));
    if let (Ok(value), Ok(strict)) = (value, strict) {
        assert_eq!(value.to_json().map(|json| json::canonical(&json)), Some(json::canonical(&strict)));
    }
    let _ = core::str::from_utf8(bytes).map(Value::parse_exact);
}

fn with_sets(value: &Value) -> Value {
    let all = |items: &[Value]| items.iter().map(with_sets).collect::<Vec<_>>();
    let made = match value {
        Value::Array(items) => Value::array(all(items.as_slice())),
        Value::Object(members) => match (members.len(), members.get_text("set")) {
            (1, Some(Value::Array(items))) => Value::set(all(items.as_slice())),
            _ => Value::object_of_last(members.iter().map(|(key, member)| (key.clone(), with_sets(member))).collect()),
        },
        scalar => Ok(scalar.clone()),
    };
    made.unwrap_or(Value::Null)
}
