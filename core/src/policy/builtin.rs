//! The built-ins: each with OPA's meaning, paid for before it works, bounded in what it makes. `spec/policy.md`, "Built-ins".

mod aggregate;
mod arithmetic;
mod array;
mod bits;
mod comparison;
mod crypto;
mod digits;
mod encoding;
mod format;
#[cfg(fuzzing)]
pub mod fuzzing;
mod glob;
mod graph;
mod json;
mod jwt;
pub(super) mod key;
mod layout;
mod moment;
mod net;
mod object;
mod patch;
mod path;
mod range;
#[cfg(feature = "regex")]
mod regex;
mod replace;
mod search;
mod semver;
mod set;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod token;
mod types;
mod units;
mod uri;
mod url;
mod uuid;
mod walk;

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
pub(crate) type Call = fn(&[Value], &mut Fuel) -> Outcome;

/// Is what a call comes to.
pub(crate) type Outcome = Result<Option<Value>, Fault>;

/// Looks a built-in up by its name.
pub(crate) fn find(name: &str) -> Option<&'static Builtin> {
    let place = table::BUILTINS.binary_search_by(|builtin| builtin.name.cmp(name)).ok()?;
    table::BUILTINS.get(place)
}

fn done(value: impl Into<Value>) -> Outcome {
    Ok(Some(value.into()))
}
