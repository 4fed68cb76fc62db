//! Encrypting by push and finish.

use alloc::vec::Vec;

use super::armor::ArmorWriter;
use super::header::{Header, MAX_STANZAS};
use super::keys::{FileKey, NONCE_SIZE};
use super::payload::{CHUNK_SIZE, ChunkCipher};
use super::recipient::Wrap;
use crate::error::Error;
use crate::label::Label;
use crate::rng::{self, Entropy};

/// Encrypts a document whose plaintext comes in pieces. It holds at most one chunk.
pub struct Encryptor {
    cipher: ChunkCipher,
    index: u64,
    held: Vec<u8>,
    front: Vec<u8>,
    armor: Option<ArmorWriter>,
    finished: bool,
}

/// Encrypts a whole document.
///
/// # Errors
/// As [`Encryptor::new`].
pub fn encrypt(
    plaintext: &[u8],
    recipients: &[&dyn Wrap],
    label: Option<&Label>,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, Error> {
    let mut encryptor = Encryptor::new(recipients, label, false, entropy)?;
    let mut out = encryptor.push(plaintext)?;
    out.append(&mut encryptor.finish()?);
    Ok(out)
}

impl Encryptor {
    /// Begins a document: makes its file key, wraps it for each recipient and writes the header.
    ///
    /// # Errors
    /// `no_recipients`, `too_many_recipients`, `header_too_large`, `recipient_invalid`, `entropy_unavailable`;
    /// `header_malformed` for a passphrase beside another recipient or a label.
    pub fn new(
        recipients: &[&dyn Wrap],
        label: Option<&Label>,
        armor: bool,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, Error> {
        let limit = MAX_STANZAS.saturating_sub(usize::from(label.is_some()));
        match recipients.len() {
            0 => return Err(Error::NoRecipients),
            count if count > limit => return Err(Error::TooManyRecipients { count, limit }),
            _ => {}
        }
        let file_key = FileKey::take(&mut rng::random(entropy)?);
        let stanzas =
            recipients.iter().map(|recipient| recipient.wrap(&file_key, entropy)).collect::<Result<_, _>>()?;
        let header = Header::write(label, stanzas, &file_key)?;
        // What this writes, every reader of the spec must take: reading it back holds the rules in one place.
        let header = Header::from_bytes(header.as_bytes())?;
        let nonce: [u8; NONCE_SIZE] = rng::random(entropy)?;
        Ok(Self {
            cipher: ChunkCipher::new(&file_key, &nonce),
            index: 0,
            held: Vec::new(),
            front: [header.as_bytes(), &nonce].concat(),
            armor: armor.then(ArmorWriter::default),
            finished: false,
        })
    }

    /// Takes more plaintext and returns what of the document is ready.
    ///
    /// # Errors
    /// `call_order` after [`Encryptor::finish`].
    pub fn push(&mut self, mut plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        if self.finished {
            return Err(Error::CallOrder { reason: "the document is finished" });
        }
        let mut out = core::mem::take(&mut self.front);
        out.reserve(plaintext.len().saturating_add(plaintext.len() / 1024));
        // A full chunk goes out only when a byte follows it: the last chunk is flagged, and may be full.
        if !self.held.is_empty() {
            let missing = CHUNK_SIZE.saturating_sub(self.held.len()).min(plaintext.len());
            let (head, rest) = plaintext.split_at(missing);
            self.held.extend_from_slice(head);
            plaintext = rest;
            if plaintext.is_empty() {
                return Ok(self.armored(out));
            }
            let held = core::mem::take(&mut self.held);
            self.encrypt_chunk(false, &held, &mut out)?;
            self.held = held;
            self.held.clear();
        }
        while plaintext.len() > CHUNK_SIZE {
            let (chunk, rest) = plaintext.split_at(CHUNK_SIZE);
            self.encrypt_chunk(false, chunk, &mut out)?;
            plaintext = rest;
        }
        self.held.extend_from_slice(plaintext);
        Ok(self.armored(out))
    }

    /// Ends the document and returns its rest.
    ///
    /// # Errors
    /// `call_order` when called twice.
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        let mut out = self.push(&[])?;
        self.finished = true;
        let held = zeroize::Zeroizing::new(core::mem::take(&mut self.held));
        let mut tail = Vec::new();
        self.encrypt_chunk(true, &held, &mut tail)?;
        out.append(&mut self.armored(tail));
        if let Some(armor) = &mut self.armor {
            armor.finish(&mut out);
        }
        Ok(out)
    }

    fn encrypt_chunk(&mut self, last: bool, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        self.cipher.encrypt(self.index, last, chunk, out)?;
        self.index = self.index.checked_add(1).ok_or(Error::PayloadTooLarge)?;
        Ok(())
    }

    fn armored(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        match &mut self.armor {
            Some(armor) => armor.push(&bytes),
            None => bytes,
        }
    }
}

impl Drop for Encryptor {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.held);
    }
}
