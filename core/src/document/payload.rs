//! The payload's chunks, under the key of their document.

pub use sealwright_cipher::CHUNK_SIZE;

use super::keys::{self, FileKey, Key, NONCE_SIZE, TAG_SIZE};
use crate::error::Error;

/// Bytes of ciphertext in every chunk but the last.
pub(super) const SEALED_CHUNK_SIZE: usize = CHUNK_SIZE + TAG_SIZE;

/// Returns how many bytes the chunks of a plaintext take.
pub(super) fn sealed_size(plaintext: u64) -> Option<u64> {
    let chunks = plaintext.div_ceil(CHUNK_SIZE as u64).max(1);
    plaintext.checked_add(chunks.checked_mul(TAG_SIZE as u64)?)
}

/// Returns how many bytes of plaintext chunks of that size hold, if there can be such.
pub(super) fn plaintext_size(sealed: u64) -> Option<u64> {
    sealed.checked_sub(last_chunk(sealed)?.checked_add(1)?.checked_mul(TAG_SIZE as u64)?)
}

/// Returns the index of the last chunk of a payload of that size, if there can be such.
pub(super) fn last_chunk(sealed: u64) -> Option<u64> {
    const SEALED_CHUNK: u64 = SEALED_CHUNK_SIZE as u64;
    let last = sealed.div_ceil(SEALED_CHUNK).checked_sub(1)?;
    let least = if last == 0 { TAG_SIZE } else { TAG_SIZE + 1 };
    let size = sealed.saturating_sub(last.saturating_mul(SEALED_CHUNK));
    (size >= least as u64).then_some(last)
}

/// Encrypts and decrypts the chunks of one payload.
pub(super) struct ChunkCipher(sealwright_cipher::ChunkCipher, Key);

impl ChunkCipher {
    /// Derives the payload key of a document.
    pub(super) fn new(file_key: &FileKey, nonce: &[u8; NONCE_SIZE]) -> Self {
        Self::of(keys::payload_key(file_key, nonce))
    }

    /// Takes a payload key.
    pub(super) fn of(key: Key) -> Self {
        Self(sealwright_cipher::ChunkCipher::new(&key), key)
    }

    /// Lends the payload key.
    pub(super) fn key(&self) -> &Key {
        &self.1
    }

    /// Encrypts `chunk` into `sealed`, which is longer by the tag.
    pub(super) fn encrypt(&self, index: u64, last: bool, chunk: &[u8], sealed: &mut [u8]) -> Result<(), Error> {
        self.0.encrypt(index, last, chunk, sealed).map_err(|_| Error::PayloadTooLarge)
    }

    /// Decrypts `sealed` into `chunk`, which is shorter by the tag; nothing stays there when it does not authenticate.
    pub(super) fn decrypt(&self, index: u64, last: bool, sealed: &[u8], chunk: &mut [u8]) -> Result<(), Error> {
        self.0.decrypt(index, last, sealed, chunk).map_err(|_| Error::PayloadCorrupt)
    }
}
