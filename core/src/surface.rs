//! The contract with the bindings: what crosses into JavaScript and Python, and nothing else.
//!
//! Only bytes, text, numbers and opaque handles cross. Records cross as JSON text: in as any I-JSON, out as canonical JSON.
//! `tests/surface.txt` lists every method, and every binding's real exports are compared with it.

use alloc::string::String;
use alloc::vec::Vec;

#[cfg(feature = "bundle")]
mod bundle;
mod document;
#[cfg(feature = "gate")]
mod open;
#[cfg(feature = "policy-program")]
mod policy;
#[cfg(feature = "gate")]
mod record;
#[cfg(feature = "gate")]
mod release;
#[cfg(feature = "gate")]
mod seal;
#[cfg(feature = "gate")]
mod sender;

#[cfg(feature = "bundle")]
pub use bundle::Bundle;
#[cfg(all(feature = "bundle", feature = "gate"))]
pub use bundle::{sign_bundle, sign_bundle_detached};
pub use document::{
    Chunks, Decryptor, Encryptor, Identity, RangeDecryptor, Reader, Recipient, parse_identities, parse_recipients,
    rewrap,
};
#[cfg(feature = "gate")]
pub use open::{OpenRequest, Opener, RangeOpener};
#[cfg(feature = "policy-explain")]
pub use policy::Explanation;
#[cfg(feature = "policy-program")]
pub use policy::{Filter, Policy};
#[cfg(feature = "gate")]
pub use record::{Batch, Collection};
#[cfg(feature = "gate")]
pub use release::ReleaseRequest;
#[cfg(feature = "release")]
pub use release::{PartReceiver, Prover, Receiver, Releaser};
#[cfg(feature = "gate")]
pub use seal::{Scan, Scanner, SealRequest, Sealer};
#[cfg(feature = "gate")]
pub use sender::{OutboardWriter, Senders, Signer, VerifierKey, parse_verifiers};

/// Returns canonical JSON as text: it is UTF-8 by its making.
fn into_text(canonical: Vec<u8>) -> String {
    String::from_utf8(canonical).unwrap_or_default()
}
