//! Seals documents on the client, under a policy, before they reach a fine-tuning or retrieval backend, and opens them again
//! only where the policy says so.
//!
//! - [`gate`] is the one way through: ask the policy, carry out its obligations, touch keys only with a permit.
//! - [`document`] is the sealed document: an age v1 file with a [`label`].
//! - [`record`] is the sealed record: one value of a column, under the key of its collection.
//! - [`policy`] decides AuthZEN requests by Rego.
//! - [`privacy`] finds personal data in text and transforms it.
//! - [`release`] gives the keys of documents to whom a policy admits, known by [`credential`].
//! - [`surface`] is what the bindings carry into JavaScript and Python.
//!
//! The crate has no clock, no files, no network and no global state: hosts lend time, bytes, policies and
//! [randomness](rng::Entropy). The formats are specified in `spec/`.
#![cfg_attr(not(test), no_std)]
#![cfg_attr(not(feature = "gate"), allow(dead_code, unused_imports, reason = "the gate is what uses it"))]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, reason = "a test may overflow"))]

extern crate alloc;
// The interpreter's panics are caught, and what it counts is counted by thread; chunks go over many threads.
#[cfg(any(feature = "rego-reference", feature = "std"))]
extern crate std;

#[cfg(feature = "release")]
pub mod credential;
pub mod document;
pub mod encoding;
pub mod error;
#[cfg(feature = "gate")]
pub mod gate;
pub mod label;
#[cfg(any(feature = "bundle", feature = "gate", feature = "policy-program"))]
pub mod policy;
#[cfg(any(feature = "gate", feature = "policy-program"))]
pub mod privacy;
#[cfg(feature = "gate")]
pub mod record;
#[cfg(feature = "gate")]
pub mod release;
pub mod rng;
pub mod secret;
pub mod surface;
