//! Decrypting any range of a document: `spec/document.md`, "Random access".

use alloc::vec::Vec;

use super::keys::TAG_SIZE;
use super::payload::{self, CHUNK_SIZE, ChunkCipher, SEALED_CHUNK_SIZE};
use crate::error::Error;

const CHUNK: u64 = CHUNK_SIZE as u64;
const SEALED_CHUNK: u64 = SEALED_CHUNK_SIZE as u64;
const TAG: u64 = TAG_SIZE as u64;

/// Decrypts plaintext ranges from the parts of the document that hold them.
///
/// The last chunk is authenticated first: it alone shows where the document ends. A range is authentic by itself; that
/// the chunks outside it are so too is not shown.
pub struct RangeDecryptor {
    cipher: ChunkCipher,
    payload: u64,
    sealed_size: u64,
    last: u64,
    authenticated: bool,
}

impl RangeDecryptor {
    /// Reads a document of `document_size` bytes whose chunks begin at `payload`.
    pub(super) fn new(cipher: ChunkCipher, payload: u64, document_size: u64) -> Result<Self, Error> {
        let sealed_size = document_size.checked_sub(payload).ok_or(Error::PayloadCorrupt)?;
        let last = payload::last_chunk(sealed_size).ok_or(Error::PayloadCorrupt)?;
        Ok(Self { cipher, payload, sealed_size, last, authenticated: false })
    }

    /// Returns the size of the plaintext, in bytes.
    pub fn size(&self) -> u64 {
        self.sealed_size.saturating_sub(self.last.saturating_add(1).saturating_mul(TAG))
    }

    /// Returns where in the document the last chunk stands: first byte, one past the last.
    pub fn last_chunk_range(&self) -> (u64, u64) {
        self.chunks_range(self.last, self.last)
    }

    /// Authenticates the last chunk, and with it the size.
    ///
    /// # Errors
    /// `payload_corrupt`.
    pub fn authenticate(&mut self, last_chunk: &[u8]) -> Result<(), Error> {
        let mut plaintext = zeroize::Zeroizing::new(Vec::new());
        let (start, end) = self.last_chunk_range();
        if u64::try_from(last_chunk.len()) != Ok(end.saturating_sub(start)) {
            return Err(Error::PayloadCorrupt);
        }
        self.cipher.decrypt(self.last, true, last_chunk, &mut plaintext)?;
        self.authenticated = true;
        Ok(())
    }

    /// Returns which part of the document holds the plaintext `start..end`: first byte, one past the last.
    ///
    /// # Errors
    /// `range_invalid` for a range that does not lie in the plaintext.
    pub fn ciphertext_range(&self, start: u64, end: u64) -> Result<(u64, u64), Error> {
        self.check(start, end)?;
        if start == end {
            return Ok((self.payload, self.payload));
        }
        Ok(self.chunks_range(start / CHUNK, end.saturating_sub(1) / CHUNK))
    }

    /// Decrypts the plaintext `start..end` from `sealed`, the document's bytes at [`RangeDecryptor::ciphertext_range`].
    ///
    /// # Errors
    /// `range_invalid`; `payload_corrupt`; `call_order` before [`RangeDecryptor::authenticate`].
    pub fn decrypt(&self, start: u64, end: u64, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        if !self.authenticated {
            return Err(Error::CallOrder { reason: "the last chunk must be authenticated first" });
        }
        let (from, to) = self.ciphertext_range(start, end)?;
        if u64::try_from(sealed.len()) != Ok(to.saturating_sub(from)) {
            return Err(Error::PayloadCorrupt);
        }
        if start == end {
            return Ok(Vec::new());
        }
        let mut plaintext = Vec::with_capacity(sealed.len());
        let first = start / CHUNK;
        for (index, chunk) in (first..).zip(sealed.chunks(SEALED_CHUNK_SIZE)) {
            self.cipher.decrypt(index, index == self.last, chunk, &mut plaintext)?;
        }
        let base = first.saturating_mul(CHUNK);
        let within = |offset: u64| usize::try_from(offset.saturating_sub(base)).map_err(|_| Error::PayloadTooLarge);
        plaintext.truncate(within(end)?);
        plaintext.drain(..within(start)?);
        Ok(plaintext)
    }

    fn check(&self, start: u64, end: u64) -> Result<(), Error> {
        let size = self.size();
        if start > end || end > size { Err(Error::RangeInvalid { start, end, size }) } else { Ok(()) }
    }

    fn chunks_range(&self, first: u64, last: u64) -> (u64, u64) {
        let start = first.saturating_mul(SEALED_CHUNK);
        let end = last.saturating_add(1).saturating_mul(SEALED_CHUNK).min(self.sealed_size);
        (self.payload.saturating_add(start), self.payload.saturating_add(end))
    }
}
