//! Requests, policies, decisions and explanations. Normative: `spec/decision.md`, `spec/policy.md`, and `spec/bundle.md` for
//! policies in one file.

#[cfg(feature = "rego")]
mod builtin;
#[cfg(feature = "bundle")]
mod bundle;
#[cfg(feature = "rego")]
mod cache;
#[cfg(feature = "policy-test")]
mod case;
#[cfg(feature = "rego")]
mod check;
#[cfg(feature = "rego")]
mod compiled;
#[cfg(any(feature = "gate", feature = "rego"))]
mod decision;
#[cfg(feature = "rego")]
mod engine;
#[cfg(feature = "policy-explain")]
mod explain;
#[cfg(feature = "rego")]
mod failure;
#[cfg(feature = "rego")]
mod filter;
#[cfg(feature = "rego")]
mod fuel;
#[cfg(feature = "rego-reference")]
mod interpreter;
#[cfg(feature = "bundle")]
mod jws;
#[cfg(feature = "rego")]
mod limits;
#[cfg(feature = "policy-check")]
mod lint;
#[cfg(feature = "rego")]
mod log;
#[cfg(feature = "rego")]
mod map;
#[cfg(feature = "rego")]
mod number;
#[cfg(any(feature = "gate", feature = "rego"))]
mod obligation;
#[cfg(feature = "rego")]
mod outline;
#[cfg(feature = "rego")]
mod parser;
#[cfg(feature = "policy-test")]
mod report;
#[cfg(any(feature = "gate", feature = "rego"))]
mod request;
#[cfg(feature = "rego")]
mod scan;
#[cfg(feature = "rego")]
mod sort;
#[cfg(any(feature = "bundle", feature = "rego"))]
mod source;
#[cfg(feature = "rego")]
mod syntax;
#[cfg(feature = "rego")]
mod tier;
#[cfg(feature = "policy-test")]
mod trial;
#[cfg(feature = "rego")]
mod value;

#[cfg(all(fuzzing, feature = "rego"))]
pub use builtin::fuzzing;
#[cfg(feature = "release")]
pub(crate) use builtin::key::Key as PublicKey;
#[cfg(feature = "bundle")]
pub use bundle::{BuildOptions, Bundle, BundleKey, BundleLimits, BundleTrust, VerifiedBundle, sign, sign_detached};
#[cfg(feature = "policy-test")]
pub use case::CaseSource;
#[cfg(any(feature = "gate", feature = "rego"))]
pub use decision::{Answer, Decision, PolicyDigest};
#[cfg(feature = "rego")]
pub use engine::Policy;
#[cfg(feature = "policy-explain")]
pub use explain::Explanation;
#[cfg(feature = "rego")]
pub use filter::{Condition, Filter, FilterQuestion, Target};
#[cfg(feature = "release")]
pub(crate) use jws::{Jws, public_key};
#[cfg(feature = "rego")]
pub use limits::Limits;
#[cfg(feature = "policy-check")]
pub use lint::{Finding, Schemas, Severity};
#[cfg(feature = "rego")]
pub use log::LogContext;
#[cfg(any(feature = "gate", feature = "rego"))]
pub use obligation::Obligation;
#[cfg(feature = "policy-test")]
pub use report::{Coverage, FailedTest, FileCoverage, PassedTest, TestOptions, TestReport};
#[cfg(any(feature = "gate", feature = "rego"))]
pub use request::{Action, Request, Resource, Subject};
#[cfg(any(feature = "bundle", feature = "rego"))]
pub use source::{ModuleSource, PolicySource};
#[cfg(feature = "rego")]
pub use tier::Tier;
#[cfg(feature = "policy-test")]
#[doc(hidden)]
pub use trial::Trial;
