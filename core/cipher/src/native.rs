//! ChaCha20-Poly1305 (RFC 8439) by what the processor does best.

#[cfg(target_arch = "x86_64")]
use crate::avx512;
use crate::{Failed, TAG_SIZE, portable};

/// Encrypts and authenticates messages under one key.
pub struct Aead(Kernel);

enum Kernel {
    #[cfg(target_arch = "x86_64")]
    Avx512(avx512::Aead),
    Portable(portable::Aead),
}

impl Aead {
    /// Takes the key.
    pub fn new(key: &[u8; 32]) -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(aead) = avx512::Aead::new(key) {
            return Self(Kernel::Avx512(aead));
        }
        Self(Kernel::Portable(portable::Aead::new(key)))
    }

    /// Encrypts `plaintext` into `ciphertext` and returns the tag.
    ///
    /// # Errors
    /// For buffers that differ in size, and beyond the cipher's 256 GiB.
    pub fn seal(
        &self,
        nonce: &[u8; 12],
        aad: &[u8],
        plaintext: &[u8],
        ciphertext: &mut [u8],
    ) -> Result<[u8; TAG_SIZE], Failed> {
        match &self.0 {
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512(aead) => aead.seal(nonce, aad, plaintext, ciphertext),
            Kernel::Portable(aead) => aead.seal(nonce, aad, plaintext, ciphertext),
        }
    }

    /// Decrypts `ciphertext` into `plaintext`; on a failure that is all zeros.
    ///
    /// # Errors
    /// For a tag that is not the message's, and for buffers that differ in size.
    pub fn open(
        &self,
        nonce: &[u8; 12],
        aad: &[u8],
        ciphertext: &[u8],
        tag: &[u8; TAG_SIZE],
        plaintext: &mut [u8],
    ) -> Result<(), Failed> {
        match &self.0 {
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512(aead) => aead.open(nonce, aad, ciphertext, tag, plaintext),
            Kernel::Portable(aead) => aead.open(nonce, aad, ciphertext, tag, plaintext),
        }
    }
}
