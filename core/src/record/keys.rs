//! Every key derivation of records, with its label: `spec/record.md`, "Derivations".

use hmac::Mac;
use sha2::{Digest, Sha256};

use crate::document::FileKey;
use crate::document::keys::{self, Key};
use crate::label::Label;
use crate::secret::Secret;

/// Size of a key's name, in bytes.
pub(super) const KEY_ID_SIZE: usize = 4;

const RECORD_INFO: &[u8] = b"sealwright.dev/v1/record";
const RECORD_ID_INFO: &[u8] = b"sealwright.dev/v1/record-id";
const BLIND_INDEX_INFO: &[u8] = b"sealwright.dev/v1/blind-index";

/// Holds the keys of one generation of a collection.
pub(super) struct Keys {
    /// Names the record key in every token.
    pub(super) id: [u8; KEY_ID_SIZE],
    /// Encrypts the records.
    pub(super) record: Secret<32>,
    index: Secret<32>,
}

impl Keys {
    /// Derives the keys of the collection that a file key and a label make.
    ///
    /// The label goes into every key: whoever was once given the file key can write a header with a looser label over it,
    /// and no record that is there opens under that.
    pub(super) fn derive(file_key: &FileKey, label: &Label) -> Self {
        let salt = Sha256::digest(label.as_bytes());
        let key = |info| keys::derive(file_key.expose(), &salt, info);
        let [a, b, c, d, ..] = *key(RECORD_ID_INFO);
        Self {
            id: [a, b, c, d],
            record: Secret::take(&mut key(RECORD_INFO)),
            index: Secret::take(&mut key(BLIND_INDEX_INFO)),
        }
    }

    /// Returns what computes the blind indexes of one column's values.
    pub(super) fn blind_index(&self, column: &str) -> BlindIndex {
        BlindIndex(keys::mac(&keys::derive(self.index.expose(), &[], column.as_bytes())))
    }
}

/// Computes the blind indexes of one column's values: HMAC-SHA-256.
pub(super) struct BlindIndex(hmac::Hmac<Sha256>);

impl BlindIndex {
    /// Returns the index of a value, before it is cut to its size.
    pub(super) fn of(&self, value: &[u8]) -> Key {
        let mut mac = self.0.clone();
        mac.update(value);
        Key::new(mac.finalize().into_bytes().into())
    }
}
