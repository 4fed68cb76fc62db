//! The cipher of sealed records: `core/spec/record.md`, "Token".

use crate::{Aead, Failed, TAG_SIZE};
use chacha20::{R20, hchacha};

/// Bytes of a record's nonce.
pub const RECORD_NONCE_SIZE: usize = 24;

/// Encrypts and decrypts records: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03, section 2).
///
/// It is put together as the draft does, from HChaCha20 and ChaCha20-Poly1305, so that chunks and records share one
/// compiled cipher.
pub struct RecordCipher<'a>(&'a [u8; 32]);

impl<'a> RecordCipher<'a> {
    /// Takes the collection key.
    pub fn new(key: &'a [u8; 32]) -> Self {
        Self(key)
    }

    /// Encrypts `record` into `sealed`, which is [`TAG_SIZE`] bytes longer.
    ///
    /// # Errors
    /// For another size, and for a record longer than the cipher's 256 GiB.
    pub fn encrypt(
        &self,
        nonce: &[u8; RECORD_NONCE_SIZE],
        associated_data: &[u8],
        record: &[u8],
        sealed: &mut [u8],
    ) -> Result<(), Failed> {
        let (ciphertext, tag) = sealed.split_last_chunk_mut::<TAG_SIZE>().ok_or(Failed)?;
        let (cipher, nonce) = self.keyed(nonce);
        *tag = cipher.seal(&nonce, associated_data, record, ciphertext)?;
        Ok(())
    }

    /// Decrypts `sealed` into `record`, which is [`TAG_SIZE`] bytes shorter, and all zeros when it does not authenticate.
    ///
    /// # Errors
    /// For another size, and for a record of another key, nonce or associated data.
    pub fn decrypt(
        &self,
        nonce: &[u8; RECORD_NONCE_SIZE],
        associated_data: &[u8],
        sealed: &[u8],
        record: &mut [u8],
    ) -> Result<(), Failed> {
        let (ciphertext, tag) = sealed.split_last_chunk::<TAG_SIZE>().ok_or(Failed)?;
        let (cipher, nonce) = self.keyed(nonce);
        cipher.open(&nonce, associated_data, ciphertext, tag, record)
    }

    /// Returns the cipher and nonce that stand for one extended nonce (the draft's section 2.3).
    fn keyed(&self, nonce: &[u8; RECORD_NONCE_SIZE]) -> (Aead, [u8; 12]) {
        let [a @ .., b1, b2, b3, b4, b5, b6, b7, b8] = *nonce;
        let subkey = hchacha::<R20>(self.0.into(), &a.into());
        (Aead::new(&subkey.into()), [0, 0, 0, 0, b1, b2, b3, b4, b5, b6, b7, b8])
    }
}
