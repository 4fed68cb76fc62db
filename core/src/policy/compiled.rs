//! The compiled tier: a policy becomes a [`Program`] when it is loaded, and a decision is one run over it.
//!
//! It takes those constructs whose meaning in OPA it has exactly, and leaves every policy that uses another one to the
//! reference tier. The way is `syntax` → `lower` (goals) → `order` → `plan` (steps) → `machine`.

#[cfg(feature = "rego")]
mod definition;
#[cfg(feature = "policy-explain")]
mod describe;
#[cfg(feature = "rego")]
mod goal;
mod graph;
pub(crate) mod index;
#[cfg(feature = "rego")]
mod lower;
mod machine;
#[cfg(feature = "rego")]
mod names;
#[cfg(feature = "rego")]
mod order;
#[cfg(feature = "rego")]
mod plan;
pub(crate) mod program;
mod reads;
#[cfg(feature = "policy-explain")]
mod tracer;
#[cfg(feature = "rego")]
mod tree;
mod visit;

use alloc::string::String;

#[cfg(feature = "rego")]
use super::syntax::Module;
use super::syntax::Place;
#[cfg(feature = "rego")]
use super::value::Value;

#[cfg(feature = "policy-explain")]
pub(crate) use describe::{Describer, Root, shortened, write_names};
pub(crate) use machine::Machine;
#[cfg(feature = "policy-explain")]
pub(crate) use machine::Trace;
#[cfg(feature = "policy-explain")]
pub(crate) use program::{Callee, Expr, PlaceId, Rules, RulesKind};
pub(crate) use program::{Left, Program, RulesId, SlotId};
#[cfg(feature = "policy-explain")]
pub(crate) use tracer::{Candidate, Failed, FailedBy, Seen};

/// Compiles modules and the data that they see.
///
/// # Errors
/// Why they are left to the reference tier.
#[cfg(feature = "rego")]
pub(crate) fn compile(modules: &[Module], data: Option<Value>) -> Result<Program, Left> {
    let groups = tree::group(modules)?;
    let exports = tree::exports(modules);
    let mut program = Program { base: data, ..Program::default() };
    tree::grow(&mut program, &groups, modules)?;
    definition::compile(&mut program, &groups, &exports)?;
    Ok(program)
}

/// Says that no order of a body's conditions gives a variable its value, or that it is read above its declaration: OPA takes
/// no such policy. The interpreter would write out all that it knows to say so, however much that is.
#[cfg(feature = "rego")]
fn unsafe_variable(place: Option<&Place>) -> Left {
    Left { is_invalid: true, ..left("a variable has no value", place) }
}

#[cfg(feature = "rego")]
fn left(reason: &str, place: Option<&Place>) -> Left {
    Left { reason: reason.into(), place: place.cloned(), is_invalid: false }
}

/// Returns the path of a place in the way that failures name it.
impl core::fmt::Display for Left {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match &self.place {
            Some(Place { file, row, column, .. }) => write!(formatter, "{file}:{row}:{column}: {}", self.reason),
            None => formatter.write_str(&String::from(&*self.reason)),
        }
    }
}
