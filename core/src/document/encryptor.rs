//! Encrypting by push and finish.

use alloc::vec::Vec;

use super::armor::ArmorWriter;
use super::header::Draft;
use super::keys::{FileKey, NONCE_SIZE};
use super::payload::{self, CHUNK_SIZE, ChunkCipher};
use super::recipient::Wrap;
use super::sender::{PayloadHasher, Signer};
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
    let mut encryptor = Encryptor::new(recipients, label, None, false, entropy)?;
    let mut out = encryptor.push(plaintext)?;
    out.append(&mut encryptor.finish()?);
    Ok(out)
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
    let mut sealed = Vec::new();
    payload.finish(&mut sealed)?;
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
        let mut out = core::mem::take(&mut self.front);
        self.payload.push(plaintext, &mut out)?;
        Ok(self.armored(out))
    }

    /// Ends the document and returns its rest.
    ///
    /// # Errors
    /// `call_order` when called twice.
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        let mut out = core::mem::take(&mut self.front);
        self.payload.finish(&mut out)?;
        let mut out = self.armored(out);
        if let Some(armor) = &mut self.armor {
            armor.finish(&mut out);
        }
        Ok(out)
    }

    /// Returns how many bytes come out for as many of plaintext, before any was pushed; nothing when it is armored.
    pub fn output_size(&self, plaintext: u64) -> Option<u64> {
        let front = u64::try_from(self.front.len().checked_add(NONCE_SIZE)?).ok()?;
        payload::sealed_size(plaintext)?.checked_add(front).filter(|_| self.armor.is_none())
    }

    fn armored(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        match &mut self.armor {
            Some(armor) => armor.push(&bytes),
            None => bytes,
        }
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
        let mut out = Vec::new();
        self.payload.push(plaintext, &mut out)?;
        self.hasher.push(&out);
        Ok(out)
    }

    /// Ends the payload and returns its rest.
    ///
    /// # Errors
    /// `call_order` when called twice.
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        self.payload.finish(&mut out)?;
        self.hasher.push(&out);
        Ok(out)
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

/// Encrypts what stands behind a header.
struct PayloadEncryptor {
    cipher: ChunkCipher,
    nonce: Option<[u8; NONCE_SIZE]>,
    index: u64,
    held: Vec<u8>,
    finished: bool,
}

fn begin(entropy: &mut dyn Entropy) -> Result<(FileKey, PayloadEncryptor), Error> {
    let file_key = FileKey::take(&mut rng::random(entropy)?);
    let nonce: [u8; NONCE_SIZE] = rng::random(entropy)?;
    let cipher = ChunkCipher::new(&file_key, &nonce);
    let payload = PayloadEncryptor { cipher, nonce: Some(nonce), index: 0, held: Vec::new(), finished: false };
    Ok((file_key, payload))
}

impl PayloadEncryptor {
    fn push(&mut self, mut plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        if self.finished {
            return Err(Error::CallOrder { reason: "the document is finished" });
        }
        out.reserve(plaintext.len().saturating_add(plaintext.len() / 1024).saturating_add(NONCE_SIZE));
        if let Some(nonce) = self.nonce.take() {
            out.extend_from_slice(&nonce);
        }
        // A full chunk goes out only when a byte follows it: the last chunk is flagged, and may be full.
        if !self.held.is_empty() {
            let missing = CHUNK_SIZE.saturating_sub(self.held.len()).min(plaintext.len());
            let (head, rest) = plaintext.split_at(missing);
            self.held.extend_from_slice(head);
            plaintext = rest;
            if plaintext.is_empty() {
                return Ok(());
            }
            let held = core::mem::take(&mut self.held);
            self.encrypt_chunk(false, &held, out)?;
            self.held = held;
            self.held.clear();
        }
        while plaintext.len() > CHUNK_SIZE {
            let (chunk, rest) = plaintext.split_at(CHUNK_SIZE);
            self.encrypt_chunk(false, chunk, out)?;
            plaintext = rest;
        }
        self.held.extend_from_slice(plaintext);
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.push(&[], out)?;
        self.finished = true;
        let held = zeroize::Zeroizing::new(core::mem::take(&mut self.held));
        self.encrypt_chunk(true, &held, out)
    }

    fn encrypt_chunk(&mut self, last: bool, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        self.cipher.encrypt(self.index, last, chunk, out)?;
        self.index = self.index.checked_add(1).ok_or(Error::PayloadTooLarge)?;
        Ok(())
    }
}

impl Drop for PayloadEncryptor {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.held);
    }
}
