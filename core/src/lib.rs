#![doc = "Seals documents under a policy."]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, reason = "tests compute freely"))]

pub mod document;
pub mod encoding;
pub mod error;
pub mod label;
pub mod policy;
pub mod privacy;
pub mod rng;
pub mod secret;
