//! The contract with the bindings: what crosses into JavaScript and Python, and nothing else.
//!
//! Only bytes, text, numbers and opaque handles cross. Records cross as JSON text: in as any I-JSON, out as canonical JSON.
//! `tests/surface.txt` lists every method, and every binding's real exports are compared with it.

use alloc::string::String;
use alloc::vec::Vec;

mod document;
mod open;
#[cfg(feature = "rego")]
mod policy;
mod seal;
mod sender;

pub use document::{
    Decryptor, Encryptor, Identity, Inspection, RangeDecryptor, Reader, Recipient, StanzaInspection, parse_identities,
    parse_recipients, rewrap,
};
pub use open::{OpenRequest, Opener, RangeOpener};
#[cfg(feature = "rego")]
pub use policy::Policy;
pub use seal::{Scan, Scanner, SealRequest, Sealer};
pub use sender::{OutboardWriter, Senders, Signer, VerifierKey, parse_verifiers};

/// Returns canonical JSON as text: it is UTF-8 by its making.
fn into_text(canonical: Vec<u8>) -> String {
    String::from_utf8(canonical).unwrap_or_default()
}
