//! Text forms: strict JSON, its canonical form, base64 and times.

pub mod base64;
pub(crate) mod bech32;
pub mod hex;
pub mod json;
pub(crate) mod members;
pub mod timestamp;
