//! One document's chunks on several workers, each with a memory of its own.
//!
//! # Security
//! A worker makes a fresh identity, and the payload key crosses as an age file for it: what lies between the two sees nothing
//! secret, and leaves nothing behind that would have to be wiped. The payload key opens this payload and nothing else: no
//! worker learns the file key, with which it could write another header.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::encryptor::encrypt;
use super::flow::WRONG_SIZE;
use super::identity::Unwrap;
use super::keys::TAG_SIZE;
use super::payload::{CHUNK_SIZE, ChunkCipher, SEALED_CHUNK_SIZE};
use super::reader::Reader;
use super::recipient::{Recipient, Wrap};
use crate::error::Error;
use crate::rng::Entropy;

const CHUNK: u64 = CHUNK_SIZE as u64;

/// Bytes that cross: the payload key, and what to do with it.
const KEY_AND_TASK: usize = 33;

/// Encrypts or decrypts ranges of a document: what the one who shared it does.
///
/// # Security
/// Whoever deals out ranges to encrypt must deal out each of them once, to one worker: two plaintexts under the key and nonce
/// of one chunk would reveal both. Whoever deals out ranges to decrypt must know which is the last.
pub struct Chunks {
    cipher: ChunkCipher,
    task: Task,
    next: u64,
}

/// Is what workers do. One who may decrypt cannot encrypt.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    Encrypt = 1,
    Decrypt = 2,
}

impl Chunks {
    /// Takes what was shared with `identity`.
    ///
    /// # Errors
    /// As [`Reader::decryptor`] and [`Decryptor::finish`](super::Decryptor::finish); `payload_corrupt` for something else.
    pub fn unshare(shared: &[u8], identity: &dyn Unwrap) -> Result<Self, Error> {
        let mut reader = Reader::new();
        reader.push(shared)?;
        let plaintext = Zeroizing::new(reader.decryptor(&[identity])?.finish()?);
        let (key, task) = match plaintext.split_first_chunk() {
            Some((key, [1])) => (key, Task::Encrypt),
            Some((key, [2])) => (key, Task::Decrypt),
            _ => return Err(Error::PayloadCorrupt),
        };
        Ok(Self { cipher: ChunkCipher::of(Zeroizing::new(*key)), task, next: 0 })
    }

    /// Returns how many bytes become of a range of so many.
    pub fn worked_size(&self, range: usize) -> usize {
        match self.task {
            Task::Encrypt => range.saturating_add(range.div_ceil(CHUNK_SIZE).saturating_mul(TAG_SIZE)),
            Task::Decrypt => range.saturating_sub(range.div_ceil(SEALED_CHUNK_SIZE).saturating_mul(TAG_SIZE)),
        }
    }

    /// Fills `out`, which has the size for it, with what becomes of a range: of the plaintext at `start`, or of its chunks.
    /// `last` tells whether the document ends with it.
    ///
    /// # Errors
    /// `payload_corrupt`, and `out` is then all zeros; `call_order` for another size, for a range that does not begin behind
    /// the one before and where a chunk does, or that ends within one without being the last.
    pub fn work_into(&mut self, start: u64, last: bool, range: &[u8], out: &mut [u8]) -> Result<(), Error> {
        let size = self.task.chunk_size();
        let first = start / CHUNK;
        let whole = start.is_multiple_of(CHUNK) && (last || range.len().is_multiple_of(size));
        if !whole || range.is_empty() || first < self.next {
            return Err(Error::CallOrder { reason: "ranges go up, in whole chunks" });
        }
        if out.len() != self.worked_size(range.len()) {
            return Err(WRONG_SIZE);
        }
        self.next = first;
        self.work_on(range.chunks(size), last, out).inspect_err(|_| out.fill(0))
    }

    fn work_on<'a>(
        &mut self,
        mut chunks: impl ExactSizeIterator<Item = &'a [u8]>,
        last: bool,
        mut out: &mut [u8],
    ) -> Result<(), Error> {
        while let Some(chunk) = chunks.next() {
            // Not by pairs: a chunk of which nothing becomes must be authenticated too.
            let (room, rest) = out.split_at_mut_checked(self.worked_size(chunk.len())).ok_or(Error::PayloadCorrupt)?;
            let last = last && chunks.len() == 0;
            match self.task {
                Task::Encrypt => self.cipher.encrypt(self.next, last, chunk, room)?,
                Task::Decrypt => self.cipher.decrypt(self.next, last, chunk, room)?,
            }
            self.next = self.next.checked_add(1).ok_or(Error::PayloadTooLarge)?;
            out = rest;
        }
        Ok(())
    }
}

impl Task {
    /// Returns the size of a full chunk as it comes.
    fn chunk_size(self) -> usize {
        match self {
            Self::Encrypt => CHUNK_SIZE,
            Self::Decrypt => SEALED_CHUNK_SIZE,
        }
    }
}

/// Returns a payload key as it crosses to workers.
pub(super) fn shared(
    cipher: &ChunkCipher,
    task: Task,
    workers: &[Recipient],
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, Error> {
    let mut plaintext = Zeroizing::new([task as u8; KEY_AND_TASK]);
    plaintext.iter_mut().zip(cipher.key().iter()).for_each(|(byte, of_key)| *byte = *of_key);
    let workers: Vec<&dyn Wrap> = workers.iter().map(|worker| worker as &dyn Wrap).collect();
    encrypt(plaintext.as_slice(), &workers, None, entropy)
}
