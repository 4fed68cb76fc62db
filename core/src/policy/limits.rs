//! What a policy, its data, a request and an evaluation may cost.

use serde::{Deserialize, Serialize};

/// Holds the limits of `spec/decision.md`, "Limits". They count, they do not measure time, so they hold where there is no
/// clock, and a request that is too much for one runtime is too much for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// The most bytes of module text in all, tests included.
    pub module_bytes: usize,
    /// The most bytes of data, as canonical JSON.
    pub data_bytes: usize,
    /// The most bytes of a request.
    pub request_bytes: usize,
    /// How deep brackets may nest in a module.
    pub nesting: usize,
    /// How deep one expression may be: operators, brackets and dots on one path.
    pub expression: u32,
    /// How much a module may cost to parse: the sum over its tokens of two to the number of open `[` and `{`.
    pub parse_work: u64,
    /// How deep rules and functions may build on each other, in steps.
    pub depth: u32,
    /// The most steps of one evaluation, in thousands.
    pub kilosteps: u32,
    /// The most bytes that built-ins may read and write in one evaluation.
    pub builtin_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            module_bytes: 1 << 20,
            data_bytes: 64 << 20,
            request_bytes: 256 << 10,
            nesting: 16,
            expression: 100,
            parse_work: 4_000_000,
            depth: 1000,
            kilosteps: 2000,
            builtin_bytes: 64 << 20,
        }
    }
}
