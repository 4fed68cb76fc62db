//! The STREAM chunks of a payload: `core/spec/document.md`, "Payload".
//!
//! A crate of its own, because the ciphers are generic and so compiled where they are used: the WebAssembly modules compile
//! everything else for size.

#![no_std]

extern crate alloc;

use alloc::vec::Vec;

use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit};

/// Bytes of plaintext in every chunk but the last.
pub const CHUNK_SIZE: usize = 64 * 1024;

/// Bytes that a chunk grows by.
pub const TAG_SIZE: usize = 16;

/// Says that a chunk is too long to encrypt, or does not authenticate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed;

/// Encrypts and decrypts the chunks of one payload.
pub struct ChunkCipher(ChaCha20Poly1305);

impl ChunkCipher {
    /// Takes the payload key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(ChaCha20Poly1305::new(key.into()))
    }

    /// Appends the encrypted `chunk`.
    ///
    /// # Errors
    /// For a chunk longer than the cipher's 256 GiB.
    pub fn encrypt(&self, index: u64, last: bool, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Failed> {
        let start = out.len();
        out.extend_from_slice(chunk);
        let buffer = out.get_mut(start..).unwrap_or_default();
        let tag =
            self.0.encrypt_inout_detached(&chunk_nonce(index, last).into(), &[], buffer.into()).map_err(|_| Failed)?;
        out.extend_from_slice(&tag);
        Ok(())
    }

    /// Appends the decrypted chunk; nothing of it when it does not authenticate.
    ///
    /// # Errors
    /// For a chunk that is not the one of this place and key.
    pub fn decrypt(&self, index: u64, last: bool, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Failed> {
        let (chunk, tag) = sealed.split_last_chunk::<TAG_SIZE>().ok_or(Failed)?;
        // Only the first chunk may be empty, and then it is the last: an empty document has one form.
        if chunk.is_empty() && index > 0 {
            return Err(Failed);
        }
        let start = out.len();
        out.extend_from_slice(chunk);
        let buffer = out.get_mut(start..).unwrap_or_default();
        self.0.decrypt_inout_detached(&chunk_nonce(index, last).into(), &[], buffer.into(), tag.into()).map_err(|_| {
            out.truncate(start);
            Failed
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
