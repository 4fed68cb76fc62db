//! Requests, policies, decisions and explanations. Normative: `spec/decision.md`, `spec/policy.md`.

#[cfg(feature = "rego")]
#[allow(dead_code, reason = "the compiled tier is what uses it")]
mod builtin;
#[cfg(feature = "rego")]
mod builtins;
#[cfg(feature = "rego")]
mod check;
#[cfg(feature = "rego")]
mod compiled;
mod decision;
#[cfg(feature = "rego")]
mod engine;
#[cfg(feature = "rego")]
mod explain;
#[cfg(feature = "rego")]
mod failure;
#[cfg(feature = "rego")]
mod filter;
#[cfg(feature = "rego")]
#[allow(dead_code, reason = "the compiled tier is what uses it")]
mod fuel;
#[cfg(feature = "rego-reference")]
mod interpreter;
#[cfg(feature = "rego")]
mod limits;
#[cfg(feature = "rego")]
#[allow(dead_code, reason = "the compiled tier is what uses it")]
mod number;
mod obligation;
#[cfg(feature = "rego")]
mod outline;
#[cfg(feature = "rego")]
mod parser;
#[cfg(feature = "policy-test")]
mod report;
mod request;
#[cfg(feature = "rego")]
mod scan;
#[cfg(feature = "rego")]
mod source;
#[cfg(feature = "rego")]
mod syntax;
#[cfg(feature = "rego")]
mod tier;
#[cfg(feature = "policy-test")]
mod trial;
#[cfg(feature = "rego")]
#[allow(dead_code, reason = "the compiled tier is what uses it")]
mod value;

#[cfg(all(fuzzing, feature = "rego"))]
pub use builtin::fuzzing;
pub use decision::{Answer, Decision, PolicyDigest};
#[cfg(feature = "rego")]
pub use engine::Policy;
#[cfg(feature = "rego")]
pub use explain::Explanation;
pub use filter::{Condition, Filter, FilterQuestion, Target};
#[cfg(feature = "rego")]
pub use limits::Limits;
pub use obligation::Obligation;
#[cfg(feature = "policy-test")]
pub use report::{Coverage, FailedTest, FileCoverage, TestReport};
pub use request::{Action, Request, Resource, Subject};
#[cfg(feature = "rego")]
pub use source::{ModuleSource, PolicySource};
#[cfg(feature = "rego")]
pub use tier::Tier;
#[cfg(feature = "policy-test")]
#[doc(hidden)]
pub use trial::Trial;
