//! Requests, policies, decisions and explanations. Normative: `spec/decision.md`, `spec/policy.md`, `spec/bundle.md` for
//! policies in one file, and `spec/program.md` for policies that come compiled.

#[cfg(feature = "policy-program")]
mod builtin;
#[cfg(feature = "bundle")]
mod bundle;
#[cfg(feature = "policy-program")]
mod cache;
#[cfg(feature = "policy-test")]
mod case;
#[cfg(feature = "rego")]
mod check;
#[cfg(feature = "policy-program")]
mod compiled;
#[cfg(any(feature = "gate", feature = "policy-program"))]
mod decision;
#[cfg(feature = "policy-program")]
mod engine;
#[cfg(feature = "policy-explain")]
mod explain;
#[cfg(feature = "rego")]
mod failure;
#[cfg(feature = "policy-program")]
mod filter;
#[cfg(feature = "policy-program")]
mod fuel;
#[cfg(feature = "rego-reference")]
mod interpreter;
#[cfg(feature = "bundle")]
mod jws;
#[cfg(feature = "policy-program")]
mod limits;
#[cfg(feature = "policy-check")]
mod lint;
#[cfg(feature = "policy-program")]
mod log;
#[cfg(feature = "policy-program")]
mod map;
#[cfg(feature = "policy-program")]
mod number;
#[cfg(any(feature = "gate", feature = "policy-program"))]
mod obligation;
#[cfg(feature = "rego")]
mod outline;
#[cfg(feature = "rego")]
mod parser;
#[cfg(feature = "policy-test")]
mod report;
#[cfg(any(feature = "gate", feature = "policy-program"))]
mod request;
#[cfg(feature = "rego")]
mod scan;
#[cfg(feature = "policy-program")]
mod sort;
#[cfg(any(feature = "bundle", feature = "policy-program"))]
mod source;
#[cfg(any(feature = "bundle", feature = "policy-program"))]
mod stored;
#[cfg(feature = "policy-program")]
mod syntax;
#[cfg(feature = "policy-program")]
mod tier;
#[cfg(feature = "policy-test")]
mod trial;
#[cfg(feature = "policy-program")]
mod value;

#[cfg(all(fuzzing, feature = "policy-program"))]
pub use builtin::fuzzing;
#[cfg(feature = "release")]
pub(crate) use builtin::key::Key as PublicKey;
#[cfg(feature = "bundle")]
pub use bundle::{BuildOptions, Bundle, BundleKey, BundleLimits, BundleTrust, VerifiedBundle, sign, sign_detached};
#[cfg(feature = "policy-test")]
pub use case::CaseSource;
#[cfg(any(feature = "gate", feature = "policy-program"))]
pub use decision::{Answer, Decision, PolicyDigest};
#[cfg(feature = "policy-program")]
pub use engine::Policy;
#[cfg(feature = "policy-explain")]
pub use explain::Explanation;
#[cfg(feature = "policy-program")]
pub use filter::{Condition, Filter, FilterQuestion, Target};
#[cfg(feature = "release")]
pub(crate) use jws::{Jws, public_key};
#[cfg(feature = "policy-program")]
pub use limits::Limits;
#[cfg(feature = "policy-check")]
pub use lint::{Finding, Schemas, Severity};
#[cfg(feature = "policy-program")]
pub use log::LogContext;
#[cfg(any(feature = "gate", feature = "policy-program"))]
pub use obligation::Obligation;
#[cfg(feature = "policy-test")]
pub use report::{Coverage, FailedTest, FileCoverage, PassedTest, TestOptions, TestReport};
#[cfg(any(feature = "gate", feature = "policy-program"))]
pub use request::{Action, Request, Resource, Subject};
#[cfg(any(feature = "bundle", feature = "policy-program"))]
pub use source::{ModuleSource, PolicySource};
#[cfg(feature = "policy-program")]
pub use tier::Tier;
#[cfg(feature = "policy-test")]
#[doc(hidden)]
pub use trial::Trial;

/// Says that a size passes a limit.
#[cfg(any(feature = "bundle", feature = "policy-program"))]
fn limit(limit: &'static str, most: usize) -> crate::error::Error {
    crate::error::Error::PolicyLimit { limit, most: u64::try_from(most).unwrap_or(u64::MAX) }
}
