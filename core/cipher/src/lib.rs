//! The AEAD of sealed documents, the STREAM chunks of their payload (`core/spec/document.md`, "Payload") and the records of a
//! collection.
//!
//! A crate of its own, because the ciphers are generic and so compiled where they are used: the WebAssembly modules compile
//! everything else for size.

#![no_std]

extern crate alloc;

#[cfg(target_arch = "x86_64")]
extern crate std;

#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(not(all(target_arch = "wasm32", feature = "simd128")))]
mod native;
#[cfg(not(all(target_arch = "wasm32", feature = "simd128")))]
mod portable;
mod record;
#[cfg(all(target_arch = "wasm32", feature = "simd128"))]
mod simd128;

#[cfg(not(all(target_arch = "wasm32", feature = "simd128")))]
pub use native::Aead;
#[cfg(all(target_arch = "wasm32", feature = "simd128"))]
pub use simd128::Aead;

pub use record::{RECORD_NONCE_SIZE, RecordCipher};

use alloc::vec::Vec;

/// Bytes of plaintext in every chunk but the last.
pub const CHUNK_SIZE: usize = 64 * 1024;

/// Bytes that a chunk grows by.
pub const TAG_SIZE: usize = 16;

/// Says that a message is too long to encrypt, that it does not authenticate, or that a buffer has not its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed;

/// Encrypts and decrypts the chunks of one payload.
pub struct ChunkCipher(Aead);

impl ChunkCipher {
    /// Takes the payload key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Aead::new(key))
    }

    /// Appends the encrypted `chunk`.
    ///
    /// # Errors
    /// For a chunk longer than the cipher's 256 GiB.
    pub fn encrypt(&self, index: u64, last: bool, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Failed> {
        let start = out.len();
        out.resize(start.saturating_add(chunk.len()).saturating_add(TAG_SIZE), 0);
        self.encrypt_into(index, last, chunk, out.get_mut(start..).unwrap_or_default())
    }

    /// Appends the decrypted chunk; nothing of it when it does not authenticate.
    ///
    /// # Errors
    /// For a chunk that is not the one of this place and key.
    pub fn decrypt(&self, index: u64, last: bool, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Failed> {
        let start = out.len();
        out.resize(start.saturating_add(sealed.len().saturating_sub(TAG_SIZE)), 0);
        self.decrypt_into(index, last, sealed, out.get_mut(start..).unwrap_or_default())
            .inspect_err(|_| out.truncate(start))
    }

    /// Encrypts `chunk` into `sealed`, which is [`TAG_SIZE`] bytes longer.
    ///
    /// # Errors
    /// As [`ChunkCipher::encrypt`]; for another size.
    pub fn encrypt_into(&self, index: u64, last: bool, chunk: &[u8], sealed: &mut [u8]) -> Result<(), Failed> {
        let (ciphertext, tag) = sealed.split_last_chunk_mut::<TAG_SIZE>().ok_or(Failed)?;
        *tag = self.0.seal(&chunk_nonce(index, last), &[], chunk, ciphertext)?;
        Ok(())
    }

    /// Decrypts `sealed` into `chunk`, which is [`TAG_SIZE`] bytes shorter, and all zeros when that does not authenticate.
    ///
    /// # Errors
    /// As [`ChunkCipher::decrypt`]; for another size.
    pub fn decrypt_into(&self, index: u64, last: bool, sealed: &[u8], chunk: &mut [u8]) -> Result<(), Failed> {
        let (ciphertext, tag) = sealed.split_last_chunk::<TAG_SIZE>().ok_or(Failed)?;
        // Only the first chunk may be empty, and then it is the last: an empty document has one form.
        if ciphertext.is_empty() && index > 0 {
            return Err(Failed);
        }
        self.0.open(&chunk_nonce(index, last), &[], ciphertext, tag, chunk)
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
