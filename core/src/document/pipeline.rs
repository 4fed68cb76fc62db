//! Many chunks at once. Each has a nonce of its own, so none waits for another.

#[cfg(feature = "std")]
use alloc::vec::Vec;
#[cfg(feature = "std")]
use std::sync::{Mutex, PoisonError};
#[cfg(feature = "std")]
use std::{iter, panic, thread};

use super::payload::{CHUNK_SIZE, ChunkCipher, SEALED_CHUNK_SIZE};
use crate::error::Error;

/// How many chunks there must be for each thread: they take some ten times as long as making it does.
#[cfg(feature = "std")]
const CHUNKS_A_THREAD: usize = 8;

/// Encrypts and decrypts the chunks of one payload, on as many threads as it may.
pub(super) struct Pipeline {
    cipher: ChunkCipher,
    threads: usize,
}

/// Is a chunk to encrypt or decrypt: its index, its bytes and where they go.
pub(super) type Job<'a> = (u64, &'a [u8], &'a mut [u8]);

impl Pipeline {
    /// Begins with one thread, the caller's.
    pub(super) fn new(cipher: ChunkCipher) -> Self {
        Self { cipher, threads: 1 }
    }

    /// Allows that many threads at once, the caller's among them.
    pub(super) fn set_threads(&mut self, threads: usize) {
        self.threads = threads;
    }

    /// Lends the cipher, for a chunk that stands alone.
    pub(super) fn cipher(&self) -> &ChunkCipher {
        &self.cipher
    }

    /// Encrypts full chunks, none of them the last, and moves `index` on behind them.
    pub(super) fn encrypt(&self, index: &mut u64, plaintext: &[u8], sealed: &mut [u8]) -> Result<(), Error> {
        let chunks = plaintext.chunks(CHUNK_SIZE).zip(sealed.chunks_mut(SEALED_CHUNK_SIZE));
        self.run(numbered(index, chunks)?, &|(index, chunk, sealed)| self.cipher.encrypt(index, false, chunk, sealed))
    }

    /// Decrypts full chunks, none of them the last, and moves `index` on behind them.
    pub(super) fn decrypt(&self, index: &mut u64, sealed: &[u8], plaintext: &mut [u8]) -> Result<(), Error> {
        let chunks = sealed.chunks(SEALED_CHUNK_SIZE).zip(plaintext.chunks_mut(CHUNK_SIZE));
        self.run(numbered(index, chunks)?, &|(index, sealed, chunk)| self.cipher.decrypt(index, false, sealed, chunk))
    }

    /// Does every job, and fails when one does.
    #[cfg(not(feature = "std"))]
    pub(super) fn run<'a>(
        &self,
        jobs: impl ExactSizeIterator<Item = Job<'a>>,
        work: &impl Fn(Job<'a>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        jobs.into_iter().try_for_each(work)
    }

    /// Does every job, and fails when one does: the rest is then left.
    ///
    /// The jobs are taken one by one, so that a thread which the system holds up leaves its share to the others.
    #[cfg(feature = "std")]
    pub(super) fn run<'a>(
        &self,
        mut jobs: impl ExactSizeIterator<Item = Job<'a>> + Send,
        work: &(impl Fn(Job<'a>) -> Result<(), Error> + Sync),
    ) -> Result<(), Error> {
        let threads = self.threads.min(jobs.len() / CHUNKS_A_THREAD);
        if threads < 2 {
            return jobs.try_for_each(work);
        }
        let jobs = Mutex::new(jobs);
        let jobs = || jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let share =
            || iter::from_fn(|| jobs().next()).try_for_each(work).inspect_err(|_| jobs().by_ref().for_each(drop));
        thread::scope(|scope| {
            // Where the system has no thread to give, the others do its share.
            let others: Vec<_> =
                (1..threads).filter_map(|_| thread::Builder::new().spawn_scoped(scope, share).ok()).collect();
            let first = share();
            others.into_iter().fold(first, |outcome, other| {
                outcome.and(other.join().unwrap_or_else(|panic| panic::resume_unwind(panic)))
            })
        })
    }
}

/// Numbers chunks from `index` on, and moves it behind them.
fn numbered<'a>(
    index: &mut u64,
    chunks: impl ExactSizeIterator<Item = (&'a [u8], &'a mut [u8])> + Send,
) -> Result<impl ExactSizeIterator<Item = Job<'a>> + Send, Error> {
    let first = *index;
    *index = first.checked_add(chunks.len() as u64).ok_or(Error::PayloadTooLarge)?;
    Ok(chunks.enumerate().map(move |(place, (from, to))| (first.saturating_add(place as u64), from, to)))
}
