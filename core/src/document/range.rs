//! Decrypting any range of a document: `spec/document.md`, "Random access".

use alloc::vec;
use alloc::vec::Vec;

use super::flow::WRONG_SIZE;
use super::keys::TAG_SIZE;
use super::payload::{self, CHUNK_SIZE, ChunkCipher, SEALED_CHUNK_SIZE};
use super::pipeline::{Job, Pipeline};
use super::recipient::Recipient;
use super::share::{self, Task};
use crate::error::Error;
use crate::rng::Entropy;

const CHUNK: u64 = CHUNK_SIZE as u64;
const SEALED_CHUNK: u64 = SEALED_CHUNK_SIZE as u64;
const TAG: u64 = TAG_SIZE as u64;

/// Decrypts plaintext ranges from the parts of the document that hold them.
///
/// The last chunk is authenticated first: it alone shows where the document ends. A range is authentic by itself; that
/// the chunks outside it are so too is not shown.
pub struct RangeDecryptor {
    chunks: Pipeline,
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
        Ok(Self { chunks: Pipeline::new(cipher), payload, sealed_size, last, authenticated: false })
    }

    /// Lets workers decrypt ranges too, by their [`Chunks`](super::Chunks): returns what is for them to unshare.
    ///
    /// # Errors
    /// As [`encrypt`](super::encrypt); `call_order` before [`RangeDecryptor::authenticate`].
    pub fn share(&self, workers: &[Recipient], entropy: &mut dyn Entropy) -> Result<Vec<u8>, Error> {
        if !self.authenticated {
            return Err(UNAUTHENTICATED);
        }
        share::shared(self.chunks.cipher(), Task::Decrypt, workers, entropy)
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
        let (start, end) = self.last_chunk_range();
        if u64::try_from(last_chunk.len()) != Ok(end.saturating_sub(start)) {
            return Err(Error::PayloadCorrupt);
        }
        let mut plaintext = zeroize::Zeroizing::new(vec![0; last_chunk.len().saturating_sub(TAG_SIZE)]);
        self.chunks.cipher().decrypt(self.last, true, last_chunk, &mut plaintext)?;
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

    /// Allows that many threads, the caller's among them, to work at once on one range. At first it is one.
    pub fn set_threads(&mut self, threads: usize) {
        self.chunks.set_threads(threads);
    }

    /// Decrypts the plaintext `start..end` from `sealed`, the document's bytes at [`RangeDecryptor::ciphertext_range`].
    ///
    /// # Errors
    /// `range_invalid`; `payload_corrupt`; `call_order` before [`RangeDecryptor::authenticate`].
    pub fn decrypt(&self, start: u64, end: u64, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let mut plaintext = vec![0; self.range_size(start, end)?];
        self.decrypt_into(start, end, sealed, &mut plaintext)?;
        Ok(plaintext)
    }

    /// Returns how many bytes the plaintext `start..end` has.
    ///
    /// # Errors
    /// `range_invalid` for a range that does not lie in the plaintext; `payload_too_large` for one beyond memory.
    pub fn range_size(&self, start: u64, end: u64) -> Result<usize, Error> {
        self.check(start, end)?;
        usize::try_from(end.saturating_sub(start)).map_err(|_| Error::PayloadTooLarge)
    }

    /// Decrypts as [`RangeDecryptor::decrypt`] does, into `out`, which has the range's size.
    ///
    /// # Errors
    /// As [`RangeDecryptor::decrypt`]; `out` is then all zeros. `call_order` for another size.
    pub fn decrypt_into(&self, start: u64, end: u64, sealed: &[u8], out: &mut [u8]) -> Result<(), Error> {
        if !self.authenticated {
            return Err(UNAUTHENTICATED);
        }
        let (from, to) = self.ciphertext_range(start, end)?;
        if self.range_size(start, end)? != out.len() {
            return Err(WRONG_SIZE);
        }
        let decrypted = match u64::try_from(sealed.len()) {
            Ok(size) if size == to.saturating_sub(from) => self.decrypt_chunks(start, sealed, out),
            _ => Err(Error::PayloadCorrupt),
        };
        decrypted.inspect_err(|_| out.fill(0))
    }

    fn decrypt_chunks(&self, start: u64, sealed: &[u8], out: &mut [u8]) -> Result<(), Error> {
        let first = start / CHUNK;
        let skipped = usize::try_from(start % CHUNK).map_err(|_| Error::PayloadTooLarge)?;
        let (head, rest) = out.split_at_mut(CHUNK_SIZE.saturating_sub(skipped).min(out.len()));
        let mut parts = vec![head];
        parts.extend(rest.chunks_mut(CHUNK_SIZE));
        let chunks = sealed.chunks(SEALED_CHUNK_SIZE).zip(parts).enumerate();
        let jobs = chunks.map(|(place, (sealed, part))| (first.saturating_add(place as u64), sealed, part));
        self.chunks.run(jobs, &|(index, sealed, part)| {
            self.decrypt_part(if index == first { skipped } else { 0 }, (index, sealed, part))
        })
    }

    /// Decrypts a chunk and keeps of it what the range asks for, `skipped` bytes from its beginning.
    fn decrypt_part(&self, skipped: usize, (index, sealed, part): Job<'_>) -> Result<(), Error> {
        let last = index == self.last;
        let size = sealed.len().saturating_sub(TAG_SIZE);
        if part.len() == size {
            return self.chunks.cipher().decrypt(index, last, sealed, part);
        }
        let mut chunk = vec![0; size];
        self.chunks.cipher().decrypt(index, last, sealed, &mut chunk)?;
        let wanted = chunk.get(skipped..).and_then(|chunk| chunk.get(..part.len())).ok_or(WRONG_SIZE)?;
        part.copy_from_slice(wanted);
        Ok(())
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

const UNAUTHENTICATED: Error = Error::CallOrder { reason: "the last chunk must be authenticated first" };
