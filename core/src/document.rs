//! The sealed document: age v1 with a label. Normative: `spec/document.md`.
//!
//! This layer knows no policy: it encrypts and decrypts. The [gate](crate::gate) seals and opens.

mod armor;
mod decryptor;
mod encryptor;
mod header;
mod identity;
mod keys;
mod passphrase;
mod payload;
mod range;
mod reader;
mod recipient;
mod stanza;

pub use decryptor::Decryptor;
pub use encryptor::{Encryptor, encrypt};
pub use header::{Header, LABEL_STANZA, MAX_HEADER_SIZE, MAX_STANZAS};
pub use identity::{Identity, Unwrap, parse_identities};
pub use keys::FileKey;
pub use passphrase::Passphrase;
pub use payload::CHUNK_SIZE;
pub use range::RangeDecryptor;
pub use reader::{Reader, decrypt};
pub use recipient::{Recipient, Wrap, parse_recipients};
pub use stanza::Stanza;
