//! Requests, policies and decisions. Normative: `spec/decision.md`.

mod decision;
#[cfg(feature = "rego")]
mod engine;
mod obligation;
mod request;

pub use decision::{Answer, Decision, PolicyDigest};
pub use obligation::Obligation;
pub use request::{Action, Request, Resource, Subject};
