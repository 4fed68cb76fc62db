//! The payload's chunks, under the key of their document.

pub use sealwright_cipher::CHUNK_SIZE;

use alloc::vec::Vec;

use super::keys::{self, FileKey, NONCE_SIZE, TAG_SIZE};
use crate::error::Error;

/// Bytes of ciphertext in every chunk but the last.
pub(super) const SEALED_CHUNK_SIZE: usize = CHUNK_SIZE + TAG_SIZE;

/// Encrypts and decrypts the chunks of one payload.
pub(super) struct ChunkCipher(sealwright_cipher::ChunkCipher);

impl ChunkCipher {
    /// Derives the payload key of a document.
    pub(super) fn new(file_key: &FileKey, nonce: &[u8; NONCE_SIZE]) -> Self {
        Self(sealwright_cipher::ChunkCipher::new(&keys::payload_key(file_key, nonce)))
    }

    /// Appends the encrypted `chunk`.
    pub(super) fn encrypt(&self, index: u64, last: bool, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        self.0.encrypt(index, last, chunk, out).map_err(|_| Error::PayloadTooLarge)
    }

    /// Appends the decrypted chunk; nothing of it when it does not authenticate.
    pub(super) fn decrypt(&self, index: u64, last: bool, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        self.0.decrypt(index, last, sealed, out).map_err(|_| Error::PayloadCorrupt)
    }
}
