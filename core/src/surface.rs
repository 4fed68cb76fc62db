//! The contract with the bindings: what crosses into JavaScript and Python, and nothing else.
//!
//! Only bytes, text, numbers and opaque handles cross. Records cross as JSON text: in as any I-JSON, out as canonical JSON.
//! `tests/surface.txt` lists every method, and every binding's real exports are compared with it.

use alloc::string::String;
use alloc::vec::Vec;

mod document;
mod gate;
#[cfg(feature = "rego")]
mod policy;

pub use document::{
    Decryptor, Encryptor, Identity, Inspection, RangeDecryptor, Reader, Recipient, StanzaInspection, parse_identities,
    parse_recipients,
};
pub use gate::{OpenRequest, Opener, Scan, Scanner, SealRequest, Sealer};
#[cfg(feature = "rego")]
pub use policy::Policy;

/// Returns canonical JSON as text: it is UTF-8 by its making.
fn into_text(canonical: Vec<u8>) -> String {
    String::from_utf8(canonical).unwrap_or_default()
}
