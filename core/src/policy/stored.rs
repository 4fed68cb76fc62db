//! Programs as bytes: a policy that was compiled before, for where there is no compiler. Normative: `spec/program.md`.

mod bytes;
#[cfg(feature = "policy-program")]
mod code;
mod header;
#[cfg(feature = "policy-program")]
mod parts;
#[cfg(feature = "policy-program")]
mod read;
#[cfg(feature = "rego")]
mod write;

use alloc::borrow::ToOwned;

use crate::error::Error;

pub(crate) use header::Header;
#[cfg(feature = "policy-program")]
pub(crate) use read::read;
#[cfg(feature = "rego")]
pub(crate) use write::write;

/// What a program begins with. It also separates its checksum from every other hash.
const FIRST_LINE: &[u8] = b"sealwright.dev/program v1\n";

/// How deep expressions, patterns and steps nest at most, each within the other.
#[cfg(feature = "policy-program")]
const MAX_NESTING: u32 = 128;

fn malformed(reason: &str) -> Error {
    Error::ProgramMalformed { reason: reason.to_owned() }
}
