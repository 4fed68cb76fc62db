//! Who calls: access tokens that are bound to a key, and proofs that the caller holds it. Normative: `spec/release.md`,
//! "Credentials".
//!
//! Tokens are those of RFC 9068, proofs those of RFC 9449. Nothing here fetches keys or remembers proofs: a host does.

mod issuer;
mod key;
mod proof;
mod prover;
mod token;

pub use issuer::{Issuer, Issuers, KeySet};
pub use proof::Proof;
pub use prover::Prover;
pub use token::Token;

#[cfg(test)]
mod tests;

/// How far clocks may be apart, in seconds, where nobody says otherwise.
pub const DEFAULT_SKEW_S: u64 = 60;
