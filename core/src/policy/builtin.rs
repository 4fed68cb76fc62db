//! The built-ins: each with OPA's meaning, paid for before it works, bounded in what it makes. `spec/policy.md`, "Built-ins".

use super::fuel::{Fault, Fuel};
use super::value::Value;

/// Describes one built-in.
pub(crate) struct Builtin {
    /// Its name in Rego.
    pub(crate) name: &'static str,
    /// How many arguments it takes.
    pub(crate) arity: usize,
    /// Calls it with so many arguments. `None` is undefined, which is what a failing call is in OPA.
    pub(crate) call: Call,
}

/// Is a built-in's function.
pub(crate) type Call = fn(&[Value], &mut Fuel) -> Result<Option<Value>, Fault>;

/// Every built-in, sorted by name.
const BUILTINS: &[Builtin] = &[];

/// Looks a built-in up by its name.
pub(crate) fn find(name: &str) -> Option<&'static Builtin> {
    let place = BUILTINS.binary_search_by(|builtin| builtin.name.cmp(name)).ok()?;
    BUILTINS.get(place)
}
