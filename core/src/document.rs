//! The sealed document: age v1 with a label. Normative: `spec/document.md`.
//!
//! This layer knows no policy: it encrypts and decrypts. The [gate](crate::gate) seals and opens.

mod armor;
mod decryptor;
mod encryptor;
mod flow;
mod header;
#[cfg(feature = "pq")]
mod hybrid;
mod identity;
pub(crate) mod keys;
mod outboard;
#[cfg(feature = "release")]
mod parts;
mod passphrase;
mod payload;
mod pipeline;
mod private;
mod range;
mod reader;
mod recipient;
#[cfg(feature = "gate")]
mod release;
mod rewrap;
mod sender;
mod share;
mod stanza;
mod x25519;

pub(crate) use armor::armored;
pub use decryptor::Decryptor;
pub(crate) use decryptor::Watch;
pub(crate) use encryptor::encrypt_key;
pub use encryptor::{Encryptor, SignedEncryptor, encrypt};
pub(crate) use flow::WRONG_SIZE;
pub use flow::{Flow, Part};
pub use header::{Header, LABEL_STANZA, MAX_HEADER_SIZE, MAX_STANZAS};
#[cfg(feature = "gate")]
pub(crate) use identity::unwrap;
pub use identity::{Identity, Unwrap, parse_identities};
pub use keys::FileKey;
pub use outboard::{Outboard, OutboardWriter};
#[cfg(feature = "release")]
pub(crate) use parts::{Extent, Joiner, PartDigest, PartHasher};
pub use passphrase::Passphrase;
pub use payload::CHUNK_SIZE;
pub use private::PRIVATE_STANZA;
pub use range::RangeDecryptor;
pub use reader::{Reader, decrypt};
pub use recipient::{Recipient, Wrap, parse_recipients};
#[cfg(feature = "gate")]
pub use release::RELEASE_STANZA;
#[cfg(feature = "gate")]
pub(crate) use release::check_release;
#[cfg(feature = "release")]
pub(crate) use release::release;
pub use rewrap::{Rewrap, rewrap};
pub use sender::{PayloadDigest, PayloadHasher, SENDER_STANZA, Sender, Signer, VerifierKey, parse_verifiers};
pub use share::Chunks;
pub use stanza::Stanza;
