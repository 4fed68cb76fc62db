//! Decrypting by push and finish.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::armor::ArmorReader;
use super::payload::{self, ChunkCipher, SEALED_CHUNK_SIZE};
use crate::error::Error;

/// Decrypts a payload that comes in pieces. It holds at most one chunk.
///
/// # Security
/// Each chunk that comes out is authentic and in its place, but only [`Decryptor::finish`] shows that none is missing at
/// the end.
pub struct Decryptor {
    cipher: ChunkCipher,
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
        Self { cipher, armor, index: 0, held: Vec::new(), first, state: State::Open, watch }
    }

    /// Takes more of the document and returns the plaintext that is ready.
    ///
    /// # Errors
    /// `payload_corrupt`, `armor_malformed`; then every further call fails too.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        match self.state {
            State::Open => {}
            State::Finished => return Err(Error::CallOrder { reason: "the document is finished" }),
            State::Failed => return Err(Error::PayloadCorrupt),
        }
        self.try_push(bytes).inspect_err(|_| self.state = State::Failed)
    }

    /// Ends the document and returns its rest.
    ///
    /// # Errors
    /// `payload_corrupt` when it was cut short or something follows it, `armor_malformed`.
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        let mut out = self.push(&[])?;
        self.state = State::Failed;
        if let Some(mut armor) = self.armor.take() {
            let mut rest = Vec::new();
            armor.finish(&mut rest)?;
            self.decrypt_full_chunks(&rest, &mut out)?;
        }
        self.cipher.decrypt(self.index, true, &self.held, &mut out)?;
        if let Some(watch) = &mut self.watch {
            watch.end()?;
        }
        self.state = State::Finished;
        Ok(out)
    }

    /// Returns how many bytes come out for as many of the document, before any was pushed; nothing when it is armored.
    pub fn output_size(&self, document: u64) -> Option<u64> {
        let sealed = document.checked_add(u64::try_from(self.first.len()).ok()?)?;
        payload::plaintext_size(sealed).filter(|_| self.armor.is_none())
    }

    fn try_push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let first = core::mem::take(&mut self.first);
        let mut out = Vec::with_capacity(first.len().saturating_add(bytes.len()));
        self.decrypt_full_chunks(&first, &mut out)?;
        match &mut self.armor {
            None => self.decrypt_full_chunks(bytes, &mut out)?,
            Some(armor) => {
                let mut decoded = Vec::new();
                armor.push(bytes, &mut decoded)?;
                self.decrypt_full_chunks(&decoded, &mut out)?;
            }
        }
        Ok(out)
    }

    /// Decrypts every chunk that a further byte shows not to be the last.
    fn decrypt_full_chunks(&mut self, mut sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        if let Some(watch) = &mut self.watch {
            watch.see(sealed);
        }
        if !self.held.is_empty() {
            let missing = SEALED_CHUNK_SIZE.saturating_sub(self.held.len()).min(sealed.len());
            let (head, rest) = sealed.split_at(missing);
            self.held.extend_from_slice(head);
            sealed = rest;
            if sealed.is_empty() {
                return Ok(());
            }
            self.cipher.decrypt(self.index, false, &self.held, out)?;
            self.count()?;
            self.held.clear();
        }
        while sealed.len() > SEALED_CHUNK_SIZE {
            let (chunk, rest) = sealed.split_at(SEALED_CHUNK_SIZE);
            self.cipher.decrypt(self.index, false, chunk, out)?;
            self.count()?;
            sealed = rest;
        }
        self.held.extend_from_slice(sealed);
        Ok(())
    }

    fn count(&mut self) -> Result<(), Error> {
        self.index = self.index.checked_add(1).ok_or(Error::PayloadTooLarge)?;
        Ok(())
    }
}
