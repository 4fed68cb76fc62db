//! Encrypting by push and finish.

use alloc::vec;
use alloc::vec::Vec;

use super::armor::ArmorWriter;
use super::flow::{FINISHED, Flow, Part, WRONG_SIZE};
use super::header::Draft;
use super::keys::{FileKey, NONCE_SIZE, TAG_SIZE};
use super::payload::{self, CHUNK_SIZE, ChunkCipher, SEALED_CHUNK_SIZE};
use super::pipeline::Pipeline;
use super::recipient::{Recipient, Wrap};
use super::sender::{PayloadHasher, Signer};
use super::share::{self, Task};
use crate::error::Error;
use crate::label::{Label, PrivateRecord};
use crate::rng::{self, Entropy};

/// Encrypts a document whose plaintext comes in pieces. It holds at most one chunk.
pub struct Encryptor {
    front: Vec<u8>,
    payload: PayloadEncryptor,
    armor: Option<ArmorWriter>,
}

/// Encrypts and signs a document whose plaintext comes in pieces: the payload first, then the header that stands before
/// it. It holds at most one chunk.
pub struct SignedEncryptor {
    draft: Draft,
    file_key: FileKey,
    payload: PayloadEncryptor,
    hasher: PayloadHasher,
    size: usize,
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
    Encryptor::new(recipients, label, None, false, entropy)?.take(Part::Last(plaintext))
}

/// Encrypts an empty plaintext, for the sake of its file key, and returns both.
///
/// # Errors
/// As [`Encryptor::new`].
pub(crate) fn encrypt_key(
    recipients: &[&dyn Wrap],
    label: &Label,
    private: Option<&PrivateRecord>,
    signer: Option<&Signer>,
    entropy: &mut dyn Entropy,
) -> Result<(FileKey, Vec<u8>), Error> {
    let (file_key, mut payload) = begin(entropy)?;
    let draft = Draft::new(recipients, Some(label), private, &file_key, entropy)?;
    let nothing = Part::Last(&[]);
    let mut sealed = vec![0; payload.size(nothing)];
    payload.encrypt(nothing, &mut sealed)?;
    let mut hasher = PayloadHasher::default();
    hasher.push(&sealed);
    let (label, private) = draft.described();
    let signature = signer.map(|signer| signer.sign(label, private, &file_key, hasher.finish())).transpose()?;
    let header = draft.finish(signature, &file_key)?;
    Ok((file_key, [header.as_bytes(), &sealed].concat()))
}

impl Encryptor {
    /// Begins a document: makes its file key, wraps it for each recipient and writes the header.
    ///
    /// # Errors
    /// `no_recipients`, `too_many_recipients`, `header_too_large`, `recipient_invalid`, `entropy_unavailable`;
    /// `private_too_large`; `recipients_mixed` for hybrid recipients beside others; `header_malformed` for a passphrase beside another recipient or a label, or a private part
    /// without a label.
    pub fn new(
        recipients: &[&dyn Wrap],
        label: Option<&Label>,
        private: Option<&PrivateRecord>,
        armor: bool,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, Error> {
        let (file_key, payload) = begin(entropy)?;
        let draft = Draft::new(recipients, label, private, &file_key, entropy)?;
        let front = draft.finish(None, &file_key)?.as_bytes().to_vec();
        Ok(Self { front, payload, armor: armor.then(ArmorWriter::default) })
    }

    /// Takes the header out, so that what comes is the payload alone; nothing once something came, or under armor.
    pub fn take_header(&mut self) -> Vec<u8> {
        if self.armor.is_some() { Vec::new() } else { core::mem::take(&mut self.front) }
    }

    /// Takes more plaintext and returns what of the document is ready.
    ///
    /// # Errors
    /// `call_order` after [`Encryptor::finish`].
    pub fn push(&mut self, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        self.take(Part::More(plaintext))
    }

    /// Ends the document and returns its rest.
    ///
    /// # Errors
    /// `call_order` when called twice.
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        self.take(Part::Last(&[]))
    }

    /// Hands the payload over to workers, whose [`Chunks`](super::Chunks) encrypt it: returns what is for them to unshare. What
    /// stands before the payload must have been taken: a push of nothing returns it.
    ///
    /// # Errors
    /// As [`encrypt`]; `call_order` before that push, after any other, or when it is armored.
    pub fn share(&mut self, workers: &[Recipient], entropy: &mut dyn Entropy) -> Result<Vec<u8>, Error> {
        if self.armor.is_some() {
            return Err(Error::CallOrder { reason: "an armored document is written from its beginning to its end" });
        }
        share::shared(self.payload.hand_over()?, Task::Encrypt, workers, entropy)
    }

    /// Returns how many bytes come out for as many of plaintext, before any was pushed; nothing when it is armored.
    pub fn output_size(&self, plaintext: u64) -> Option<u64> {
        let front = u64::try_from(self.front.len().checked_add(NONCE_SIZE)?).ok()?;
        payload::sealed_size(plaintext)?.checked_add(front).filter(|_| self.armor.is_none())
    }

    fn binary_size(&self, part: Part<'_>) -> usize {
        self.front.len().saturating_add(self.payload.size(part))
    }

    fn encrypt(&mut self, part: Part<'_>, out: &mut [u8]) -> Result<(), Error> {
        let (front, payload) = out.split_at_mut_checked(self.front.len()).ok_or(WRONG_SIZE)?;
        self.payload.encrypt(part, payload)?;
        front.copy_from_slice(&self.front);
        self.front.clear();
        Ok(())
    }
}

impl Flow for Encryptor {
    fn set_threads(&mut self, threads: usize) {
        self.payload.chunks.set_threads(threads);
    }

    fn ready(&self, part: Part<'_>) -> Option<usize> {
        self.armor.is_none().then(|| self.binary_size(part))
    }

    fn take_into(&mut self, part: Part<'_>, out: &mut [u8]) -> Result<(), Error> {
        if self.armor.is_some() {
            return Err(WRONG_SIZE);
        }
        self.encrypt(part, out)
    }

    fn take(&mut self, part: Part<'_>) -> Result<Vec<u8>, Error> {
        let mut binary = vec![0; self.binary_size(part)];
        self.encrypt(part, &mut binary)?;
        let Some(armor) = &mut self.armor else { return Ok(binary) };
        let mut text = armor.push(&binary);
        if part.is_last() {
            armor.finish(&mut text);
        }
        Ok(text)
    }
}

impl SignedEncryptor {
    /// Begins a document that `signer` will sign.
    ///
    /// # Errors
    /// As [`Encryptor::new`].
    pub fn new(
        recipients: &[&dyn Wrap],
        label: Option<&Label>,
        private: Option<&PrivateRecord>,
        signer: &Signer,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, Error> {
        let (file_key, payload) = begin(entropy)?;
        let draft = Draft::new(recipients, label, private, &file_key, entropy)?;
        let size = draft.unsigned(signer, &file_key)?.as_bytes().len();
        Ok(Self { draft, file_key, payload, hasher: PayloadHasher::default(), size })
    }

    /// Returns how many bytes the header will have, so that a sink that seeks can leave room for it.
    pub fn header_size(&self) -> usize {
        self.size
    }

    /// Takes more plaintext and returns what of the payload is ready.
    ///
    /// # Errors
    /// `call_order` after [`SignedEncryptor::finish`].
    pub fn push(&mut self, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        self.take(Part::More(plaintext))
    }

    /// Ends the payload and returns its rest.
    ///
    /// # Errors
    /// `call_order` when called twice.
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        self.take(Part::Last(&[]))
    }

    /// Returns the header, which stands before the payload.
    ///
    /// # Errors
    /// `call_order` before [`SignedEncryptor::finish`].
    pub fn header(&self, signer: &Signer) -> Result<Vec<u8>, Error> {
        if !self.payload.finished {
            return Err(Error::CallOrder { reason: "the header is signed when the payload is finished" });
        }
        let (label, private) = self.draft.described();
        let stanza = signer.sign(label, private, &self.file_key, self.hasher.finish())?;
        Ok(self.draft.finish(Some(stanza), &self.file_key)?.as_bytes().to_vec())
    }
}

impl Flow for SignedEncryptor {
    fn set_threads(&mut self, threads: usize) {
        self.payload.chunks.set_threads(threads);
    }

    fn ready(&self, part: Part<'_>) -> Option<usize> {
        Some(self.payload.size(part))
    }

    fn take_into(&mut self, part: Part<'_>, out: &mut [u8]) -> Result<(), Error> {
        self.payload.encrypt(part, out)?;
        self.hasher.push(out);
        Ok(())
    }

    fn take(&mut self, part: Part<'_>) -> Result<Vec<u8>, Error> {
        let mut out = vec![0; self.payload.size(part)];
        self.take_into(part, &mut out)?;
        Ok(out)
    }
}

/// Encrypts what stands behind a header.
struct PayloadEncryptor {
    chunks: Pipeline,
    nonce: Option<[u8; NONCE_SIZE]>,
    index: u64,
    held: Vec<u8>,
    finished: bool,
}

fn begin(entropy: &mut dyn Entropy) -> Result<(FileKey, PayloadEncryptor), Error> {
    let file_key = FileKey::take(&mut rng::random(entropy)?);
    let nonce: [u8; NONCE_SIZE] = rng::random(entropy)?;
    let chunks = Pipeline::new(ChunkCipher::new(&file_key, &nonce));
    let payload = PayloadEncryptor { chunks, nonce: Some(nonce), index: 0, held: Vec::new(), finished: false };
    Ok((file_key, payload))
}

impl PayloadEncryptor {
    /// Returns how many bytes come out when `part` goes in.
    fn size(&self, part: Part<'_>) -> usize {
        let size = self.held.len().saturating_add(part.bytes().len());
        let chunks = match part {
            // A full chunk goes out only when a byte follows it: the last chunk is flagged, and may be full.
            Part::More(_) => (size.saturating_sub(1) / CHUNK_SIZE).saturating_mul(SEALED_CHUNK_SIZE),
            Part::Last(_) => size.saturating_add(size.div_ceil(CHUNK_SIZE).max(1).saturating_mul(TAG_SIZE)),
        };
        chunks.saturating_add(if self.nonce.is_some() { NONCE_SIZE } else { 0 })
    }

    /// Fills `out`, which has the size for `part`.
    fn encrypt(&mut self, part: Part<'_>, mut out: &mut [u8]) -> Result<(), Error> {
        if self.finished {
            return Err(FINISHED);
        }
        if out.len() != self.size(part) {
            return Err(WRONG_SIZE);
        }
        if let Some(nonce) = self.nonce.take() {
            let (room, rest) = out.split_first_chunk_mut().ok_or(WRONG_SIZE)?;
            *room = nonce;
            out = rest;
        }
        let mut plaintext = part.bytes();
        if !self.held.is_empty() {
            let missing = CHUNK_SIZE.saturating_sub(self.held.len()).min(plaintext.len());
            let (head, rest) = plaintext.split_at(missing);
            self.held.extend_from_slice(head);
            plaintext = rest;
            if !plaintext.is_empty() {
                out = filled(out, SEALED_CHUNK_SIZE, |room| self.chunks.encrypt(&mut self.index, &self.held, room))?;
                self.held.clear();
            }
        }
        let full = plaintext.len().saturating_sub(1) / CHUNK_SIZE;
        let (plaintext, rest) = plaintext.split_at(full.saturating_mul(CHUNK_SIZE));
        let sealed_size = full.saturating_mul(SEALED_CHUNK_SIZE);
        let last = filled(out, sealed_size, |room| self.chunks.encrypt(&mut self.index, plaintext, room))?;
        match part {
            Part::More(_) => self.held.extend_from_slice(rest),
            Part::Last(_) => {
                self.finished = true;
                let chunk = if self.held.is_empty() { rest } else { &self.held };
                self.chunks.cipher().encrypt(self.index, true, chunk, last)?;
            }
        }
        Ok(())
    }

    /// Ends it here, where nothing was encrypted, and lends its cipher.
    fn hand_over(&mut self) -> Result<&ChunkCipher, Error> {
        if self.finished || self.nonce.is_some() || self.index > 0 || !self.held.is_empty() {
            return Err(Error::CallOrder {
                reason: "a document is shared when its header is written, and nothing more",
            });
        }
        self.finished = true;
        Ok(self.chunks.cipher())
    }
}

/// Fills the first `size` bytes of `out` and returns the rest.
fn filled(out: &mut [u8], size: usize, fill: impl FnOnce(&mut [u8]) -> Result<(), Error>) -> Result<&mut [u8], Error> {
    let (room, rest) = out.split_at_mut_checked(size).ok_or(WRONG_SIZE)?;
    fill(room)?;
    Ok(rest)
}

impl Drop for PayloadEncryptor {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.held);
    }
}
