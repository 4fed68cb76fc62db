//! The built-ins: each with OPA's meaning, paid for before it works, bounded in what it makes. `spec/policy.md`, "Built-ins".

mod aggregate;
mod arithmetic;
mod array;
#[cfg(feature = "rego-builtins")]
mod beyond;
#[cfg(feature = "rego-builtins")]
mod bits;
mod comparison;
#[cfg(feature = "rego-builtins")]
mod crypto;
mod digits;
#[cfg(any(feature = "bundle", feature = "rego-builtins"))]
mod encoding;
mod format;
#[cfg(fuzzing)]
pub mod fuzzing;
#[cfg(feature = "rego-builtins")]
mod glob;
#[cfg(feature = "rego-builtins")]
mod graph;
mod json;
#[cfg(feature = "rego-builtins")]
mod jwt;
#[cfg(any(feature = "bundle", feature = "rego-builtins"))]
pub(super) mod key;
#[cfg(feature = "rego-builtins")]
mod layout;
#[cfg(feature = "rego-builtins")]
mod moment;
#[cfg(feature = "rego-builtins")]
mod net;
mod object;
#[cfg(feature = "rego-builtins")]
mod patch;
mod path;
mod range;
#[cfg(feature = "regex")]
mod regex;
mod replace;
mod search;
#[cfg(feature = "rego-builtins")]
mod semver;
mod set;
mod table;
#[cfg(test)]
mod tests;
mod text;
#[cfg(feature = "rego-builtins")]
mod time;
#[cfg(any(feature = "bundle", feature = "rego-builtins"))]
mod token;
mod types;
#[cfg(feature = "rego-builtins")]
mod units;
#[cfg(feature = "rego-builtins")]
mod uri;
#[cfg(feature = "rego-builtins")]
mod url;
#[cfg(feature = "rego-builtins")]
mod uuid;
#[cfg(feature = "rego-builtins")]
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

/// Each sorted by name.
const TABLES: &[&[Builtin]] = &[
    table::BUILTINS,
    #[cfg(feature = "rego-builtins")]
    beyond::BUILTINS,
];

/// Looks a built-in up by its name.
pub(crate) fn find(name: &str) -> Option<&'static Builtin> {
    TABLES.iter().find_map(|table| {
        let place = table.binary_search_by(|builtin| builtin.name.cmp(name)).ok()?;
        table.get(place)
    })
}

/// Returns the name of every built-in.
#[cfg(feature = "policy-check")]
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    table::BUILTINS.iter().map(|builtin| builtin.name)
}

fn done(value: impl Into<Value>) -> Outcome {
    Ok(Some(value.into()))
}
