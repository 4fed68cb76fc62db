#![doc = "Carries `sealwright_core::surface` into JavaScript: one line a method, no decision of its own."]
#![cfg_attr(all(target_family = "wasm", not(feature = "policy-reference")), no_std)]

extern crate alloc;

#[cfg(all(target_family = "wasm", not(feature = "policy-reference")))]
mod bare;
#[cfg(feature = "seal")]
mod buffers;
#[cfg(feature = "bundle")]
mod bundle;
#[cfg(feature = "edge")]
mod edge;
mod error;
#[cfg(feature = "seal")]
mod identity;
#[cfg(feature = "gate")]
mod opening;
#[cfg(any(feature = "policy", feature = "policy-program"))]
mod policy;
#[cfg(feature = "seal")]
mod raw;
#[cfg(feature = "seal")]
mod reader;
#[cfg(feature = "gate")]
mod record;
#[cfg(feature = "gate")]
mod release;
#[cfg(feature = "gate")]
mod rewrap;
#[cfg(feature = "gate")]
mod sealing;
#[cfg(feature = "gate")]
mod sender;

#[cfg(feature = "seal")]
pub use buffers::Buffers;
#[cfg(feature = "bundle")]
pub use bundle::Bundle;
#[cfg(feature = "edge")]
pub use edge::{PartReceiver, Receiver, Releaser};
pub use error::Failure;
#[cfg(feature = "seal")]
pub use identity::{Identity, Recipient, parse_identities, parse_recipients};
#[cfg(feature = "gate")]
pub use opening::{OpenRequest, Opener, RangeOpener};
#[cfg(any(feature = "policy", feature = "policy-program"))]
pub use policy::Policy;
#[cfg(feature = "policy-tools")]
pub use policy::{Explanation, Filter};
#[cfg(feature = "seal")]
pub use raw::{Chunks, Decryptor, Encryptor, RangeDecryptor};
#[cfg(feature = "seal")]
pub use reader::Reader;
#[cfg(feature = "gate")]
pub use record::{Batch, Collection};
#[cfg(feature = "gate")]
pub use release::ReleaseRequest;
#[cfg(feature = "gate")]
pub use rewrap::rewrap;
#[cfg(feature = "gate")]
pub use sealing::{Scan, Scanner, SealRequest, Sealer};
#[cfg(feature = "gate")]
pub use sender::{OutboardWriter, Senders, Signer, VerifierKey, parse_verifiers};
