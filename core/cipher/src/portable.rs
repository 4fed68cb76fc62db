//! ChaCha20-Poly1305 (RFC 8439) by the `chacha20poly1305` crate, which detects AVX2 and AVX-512 at run time.

use chacha20poly1305::aead::inout::InOutBuf;
use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit};

use crate::{Failed, TAG_SIZE};

/// Encrypts and authenticates messages under one key.
pub(crate) struct Aead(ChaCha20Poly1305);

impl Aead {
    /// Takes the key.
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(ChaCha20Poly1305::new(key.into()))
    }

    /// Encrypts `plaintext` into `ciphertext` and returns the tag.
    ///
    /// # Errors
    /// For buffers that differ in size, and beyond the cipher's 256 GiB.
    pub(crate) fn seal(
        &self,
        nonce: &[u8; 12],
        aad: &[u8],
        plaintext: &[u8],
        ciphertext: &mut [u8],
    ) -> Result<[u8; TAG_SIZE], Failed> {
        let buffer = InOutBuf::new(plaintext, ciphertext).map_err(|_| Failed)?;
        Ok(self.0.encrypt_inout_detached(nonce.into(), aad, buffer).map_err(|_| Failed)?.into())
    }

    /// Decrypts `ciphertext` into `plaintext`; on a failure that is all zeros.
    ///
    /// # Errors
    /// For a tag that is not the message's, and for buffers that differ in size.
    pub(crate) fn open(
        &self,
        nonce: &[u8; 12],
        aad: &[u8],
        ciphertext: &[u8],
        tag: &[u8; TAG_SIZE],
        plaintext: &mut [u8],
    ) -> Result<(), Failed> {
        let opened = InOutBuf::new(ciphertext, plaintext).map_err(|_| Failed).and_then(|buffer| {
            self.0.decrypt_inout_detached(nonce.into(), aad, buffer, tag.into()).map_err(|_| Failed)
        });
        if opened.is_err() {
            plaintext.fill(0);
        }
        opened
    }
}
