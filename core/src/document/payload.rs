//! The payload: STREAM of ChaCha20-Poly1305 chunks. `spec/document.md`, "Payload".

use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit};

use super::keys::{self, FileKey, NONCE_SIZE, TAG_SIZE};
use crate::error::Error;

/// Bytes of plaintext in every chunk but the last.
pub const CHUNK_SIZE: usize = 64 * 1024;

/// Bytes of ciphertext in every chunk but the last.
pub(super) const SEALED_CHUNK_SIZE: usize = CHUNK_SIZE + TAG_SIZE;

/// Encrypts and decrypts the chunks of one payload.
pub(super) struct ChunkCipher(ChaCha20Poly1305);

impl ChunkCipher {
    /// Derives the payload key of a document.
    pub(super) fn new(file_key: &FileKey, nonce: &[u8; NONCE_SIZE]) -> Self {
        Self(ChaCha20Poly1305::new((&*keys::payload_key(file_key, nonce)).into()))
    }

    /// Appends the encrypted `chunk`.
    pub(super) fn encrypt(&self, index: u64, last: bool, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let start = out.len();
        out.extend_from_slice(chunk);
        let buffer = out.get_mut(start..).unwrap_or_default();
        let tag = self
            .0
            .encrypt_inout_detached(&chunk_nonce(index, last).into(), &[], buffer.into())
            .map_err(|_| Error::PayloadTooLarge)?;
        out.extend_from_slice(&tag);
        Ok(())
    }

    /// Appends the decrypted chunk; nothing of it when it does not authenticate.
    pub(super) fn decrypt(&self, index: u64, last: bool, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let (chunk, tag) = sealed.split_last_chunk::<TAG_SIZE>().ok_or(Error::PayloadCorrupt)?;
        // Only the first chunk may be empty, and then it is the last: an empty document has one form.
        if chunk.is_empty() && index > 0 {
            return Err(Error::PayloadCorrupt);
        }
        let start = out.len();
        out.extend_from_slice(chunk);
        let buffer = out.get_mut(start..).unwrap_or_default();
        self.0.decrypt_inout_detached(&chunk_nonce(index, last).into(), &[], buffer.into(), tag.into()).map_err(|_| {
            out.truncate(start);
            Error::PayloadCorrupt
        })
    }
}

/// Returns the nonce of chunk `index`.
///
/// It never repeats: the payload key is fresh for every document, and the counter and the last-chunk flag differ for
/// every chunk.
fn chunk_nonce(index: u64, last: bool) -> [u8; 12] {
    let [a, b, c, d, e, f, g, h] = index.to_be_bytes();
    [0, 0, 0, a, b, c, d, e, f, g, h, u8::from(last)]
}
