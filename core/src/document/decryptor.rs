//! Decrypting by push and finish.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::armor::ArmorReader;
use super::flow::{FINISHED, Flow, Part, WRONG_SIZE};
use super::keys::TAG_SIZE;
use super::payload::{self, CHUNK_SIZE, ChunkCipher, SEALED_CHUNK_SIZE};
use super::pipeline::Pipeline;
use crate::error::Error;

/// Decrypts a payload that comes in pieces. It holds at most one chunk.
///
/// # Security
/// Each chunk that comes out is authentic and in its place, but only [`Decryptor::finish`] shows that none is missing at
/// the end.
pub struct Decryptor {
    chunks: Pipeline,
    armor: Option<ArmorReader>,
    index: u64,
    held: Vec<u8>,
    first: Vec<u8>,
    state: State,
    watch: Option<Box<dyn Watch>>,
}

/// Sees a payload as it stands in the document, and may object to it at its end.
pub(crate) trait Watch: Send + Sync {
    /// Takes more of the payload.
    fn see(&mut self, bytes: &[u8]);

    /// Ends the payload.
    fn end(&mut self) -> Result<(), Error>;
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Finished,
    Failed,
}

impl Decryptor {
    /// Goes on from a reader: `first` is what it had beyond the payload's nonce.
    pub(super) fn new(
        cipher: ChunkCipher,
        armor: Option<ArmorReader>,
        first: Vec<u8>,
        watch: Option<Box<dyn Watch>>,
    ) -> Self {
        let chunks = Pipeline::new(cipher);
        Self { chunks, armor, index: 0, held: Vec::new(), first, state: State::Open, watch }
    }

    /// Takes more of the document and returns the plaintext that is ready.
    ///
    /// # Errors
    /// `payload_corrupt`, `armor_malformed`; then every further call fails too.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        self.take(Part::More(bytes))
    }

    /// Ends the document and returns its rest.
    ///
    /// # Errors
    /// `payload_corrupt` when it was cut short or something follows it, `armor_malformed`.
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        self.take(Part::Last(&[]))
    }

    fn check(&self) -> Result<(), Error> {
        match self.state {
            State::Open => Ok(()),
            State::Finished => Err(FINISHED),
            State::Failed => Err(Error::PayloadCorrupt),
        }
    }

    fn size(&self, part: Part<'_>) -> usize {
        let size = self.held.len().saturating_add(self.first.len()).saturating_add(part.bytes().len());
        match part {
            Part::More(_) => (size.saturating_sub(1) / SEALED_CHUNK_SIZE).saturating_mul(CHUNK_SIZE),
            Part::Last(_) => size.saturating_sub(size.div_ceil(SEALED_CHUNK_SIZE).saturating_mul(TAG_SIZE)),
        }
    }

    /// Fills `out`, which has the size for `part`; on a failure nothing of the plaintext stays there.
    fn decrypt(&mut self, part: Part<'_>, out: &mut [u8]) -> Result<(), Error> {
        // Until it went well it has failed.
        self.state = State::Failed;
        self.try_decrypt(part, out).inspect_err(|_| out.fill(0))?;
        self.state = if part.is_last() { State::Finished } else { State::Open };
        Ok(())
    }

    /// Returns how many bytes come out for as many of the document, before any was pushed; nothing when it is armored.
    pub fn output_size(&self, document: u64) -> Option<u64> {
        let sealed = document.checked_add(u64::try_from(self.first.len()).ok()?)?;
        payload::plaintext_size(sealed).filter(|_| self.armor.is_none())
    }

    fn try_decrypt(&mut self, part: Part<'_>, out: &mut [u8]) -> Result<(), Error> {
        let first = core::mem::take(&mut self.first);
        let out = self.decrypt_full_chunks(&first, out)?;
        let out = self.decrypt_full_chunks(part.bytes(), out)?;
        if part.is_last() {
            self.chunks.cipher().decrypt(self.index, true, &self.held, out)?;
            self.watch.as_mut().map_or(Ok(()), |watch| watch.end())?;
        }
        Ok(())
    }

    /// Decrypts every chunk that a further byte shows not to be the last, and returns what is left of `out`.
    fn decrypt_full_chunks<'a>(&mut self, mut sealed: &[u8], mut out: &'a mut [u8]) -> Result<&'a mut [u8], Error> {
        if let Some(watch) = &mut self.watch {
            watch.see(sealed);
        }
        if !self.held.is_empty() {
            let missing = SEALED_CHUNK_SIZE.saturating_sub(self.held.len()).min(sealed.len());
            let (head, rest) = sealed.split_at(missing);
            self.held.extend_from_slice(head);
            sealed = rest;
            if sealed.is_empty() {
                return Ok(out);
            }
            let (chunk, rest) = out.split_at_mut_checked(CHUNK_SIZE).ok_or(WRONG_SIZE)?;
            self.chunks.decrypt(&mut self.index, &self.held, chunk)?;
            self.held.clear();
            out = rest;
        }
        let full = sealed.len().saturating_sub(1) / SEALED_CHUNK_SIZE;
        let (sealed, rest) = sealed.split_at(full.saturating_mul(SEALED_CHUNK_SIZE));
        let (chunks, out) = out.split_at_mut_checked(full.saturating_mul(CHUNK_SIZE)).ok_or(WRONG_SIZE)?;
        self.chunks.decrypt(&mut self.index, sealed, chunks)?;
        self.held.extend_from_slice(rest);
        Ok(out)
    }
}

impl Flow for Decryptor {
    fn set_threads(&mut self, threads: usize) {
        self.chunks.set_threads(threads);
    }

    fn ready(&self, part: Part<'_>) -> Option<usize> {
        self.armor.is_none().then(|| self.size(part))
    }

    fn take_into(&mut self, part: Part<'_>, out: &mut [u8]) -> Result<(), Error> {
        self.check()?;
        if self.ready(part) != Some(out.len()) {
            return Err(WRONG_SIZE);
        }
        self.decrypt(part, out)
    }

    fn take(&mut self, part: Part<'_>) -> Result<Vec<u8>, Error> {
        self.check()?;
        let binary;
        let part = match &mut self.armor {
            None => part,
            Some(armor) => {
                binary = unarmored(armor, part).inspect_err(|_| self.state = State::Failed)?;
                if part.is_last() { Part::Last(&binary) } else { Part::More(&binary) }
            }
        };
        let mut out = vec![0; self.size(part)];
        self.decrypt(part, &mut out)?;
        Ok(out)
    }
}

/// Reads the armor of `part`, and ends it with the last.
fn unarmored(armor: &mut ArmorReader, part: Part<'_>) -> Result<Vec<u8>, Error> {
    let mut binary = Vec::new();
    armor.push(part.bytes(), &mut binary)?;
    if part.is_last() {
        armor.finish(&mut binary)?;
    }
    Ok(binary)
}
