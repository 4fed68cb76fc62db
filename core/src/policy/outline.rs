//! What the checks before an evaluation need to know of a module: its rules, and what each of them builds on.

mod walk;

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Location;

pub(crate) use walk::outline;

/// Holds a path under `data`, without it.
pub(crate) type Path = Vec<String>;

/// Outlines one definition of a rule or function.
#[derive(Debug, Clone)]
pub(crate) struct RuleOutline {
    /// Where its value stands, up to the first part that is computed.
    pub(crate) path: Path,
    /// Whether it is called rather than referred to.
    pub(crate) is_function: bool,
    /// Where it is defined.
    pub(crate) place: Location,
    /// An upper bound of how deep its own evaluation nests, what it builds on left out.
    pub(crate) steps: u32,
    /// What it calls.
    pub(crate) calls: Vec<Call>,
    /// Which parts of `data` it refers to.
    pub(crate) refs: Vec<Path>,
    /// Functions put in the place of others by `with`.
    pub(crate) mocks: Vec<Call>,
}

/// Outlines one call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Where it stands.
    pub(crate) place: Location,
    /// The name as it is written.
    pub(crate) name: String,
    /// Where the function may be defined in the policy.
    pub(crate) candidates: Vec<Path>,
    /// How many arguments it is given.
    pub(crate) arity: usize,
}
