//! age without a policy.

use alloc::string::String;
use alloc::vec::Vec;

use getrandom::SysRng;
use sealwright_core::surface;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::buffers::Buffers;
use crate::error::Failure;
use crate::identity::{Identity, Recipient};

/// Encrypts as a stream.
#[wasm_bindgen]
pub struct Encryptor(surface::Encryptor);

/// Decrypts as a stream.
#[wasm_bindgen]
pub struct Decryptor(pub(crate) surface::Decryptor);

/// Encrypts or decrypts ranges of a document that was shared.
#[wasm_bindgen]
pub struct Chunks(surface::Chunks);

/// Decrypts any part of a document.
#[wasm_bindgen]
pub struct RangeDecryptor(pub(crate) surface::RangeDecryptor);

#[wasm_bindgen]
impl Encryptor {
    /// Encrypts to recipients, who are used up.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(constructor)]
    pub fn new(recipients: Vec<Recipient>, label_json: Option<String>, armor: bool) -> Result<Self, Failure> {
        let recipients: Vec<_> = recipients.iter().map(|recipient| &recipient.0).collect();
        Ok(Self(surface::Encryptor::new(&recipients, label_json.as_deref(), armor, &mut SysRng)?))
    }

    /// Encrypts under a passphrase.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = withPassphrase)]
    pub fn with_passphrase(passphrase: &str, armor: bool) -> Result<Self, Failure> {
        Ok(Self(surface::Encryptor::with_passphrase(passphrase, armor, &mut SysRng)?))
    }

    /// Takes plaintext and leaves what is ready of the document: returns its size.
    ///
    /// # Errors
    /// As the core's.
    pub fn push(&mut self, buffers: &mut Buffers, size: usize) -> Result<usize, Failure> {
        buffers.push(size, self.0.flow())
    }

    /// Leaves the rest of the document and returns its size.
    ///
    /// # Errors
    /// As the core's.
    pub fn finish(&mut self, buffers: &mut Buffers) -> Result<usize, Failure> {
        buffers.finish(self.0.flow())
    }

    /// Returns how many bytes come out for as many that go in, where that can be told before any did.
    #[wasm_bindgen(js_name = outputSize)]
    pub fn output_size(&self, input: u64) -> Option<u64> {
        self.0.output_size(input)
    }

    /// Hands the payload over to workers, given by a text of recipients: returns what they unshare.
    ///
    /// # Errors
    /// As the core's.
    pub fn share(&mut self, workers: &str) -> Result<Vec<u8>, Failure> {
        Ok(self.0.share(workers, &mut SysRng)?)
    }
}

#[wasm_bindgen]
impl Decryptor {
    /// Takes ciphertext and leaves authenticated plaintext: returns its size.
    ///
    /// # Errors
    /// As the core's.
    pub fn push(&mut self, buffers: &mut Buffers, size: usize) -> Result<usize, Failure> {
        buffers.push(size, self.0.flow())
    }

    /// Leaves the rest of the plaintext, once it is known to be whole, and returns its size.
    ///
    /// # Errors
    /// As the core's.
    pub fn finish(&mut self, buffers: &mut Buffers) -> Result<usize, Failure> {
        buffers.finish(self.0.flow())
    }

    /// Returns how many bytes come out for as many that go in, where that can be told before any did.
    #[wasm_bindgen(js_name = outputSize)]
    pub fn output_size(&self, input: u64) -> Option<u64> {
        self.0.output_size(input)
    }
}

#[wasm_bindgen]
impl Chunks {
    /// Takes what was shared with an identity.
    ///
    /// # Errors
    /// As the core's.
    pub fn unshare(shared: &[u8], identity: &Identity) -> Result<Self, Failure> {
        Ok(Self(surface::Chunks::unshare(shared, &identity.0)?))
    }

    /// Leaves what becomes of a range of the document, and returns its size.
    ///
    /// # Errors
    /// As the core's.
    pub fn work(&mut self, buffers: &mut Buffers, size: usize, start: u64, last: bool) -> Result<usize, Failure> {
        let room = self.0.worked_size(size);
        buffers.fill(size, room, |range, out| self.0.work_into(start, last, range, out))
    }
}

#[wasm_bindgen]
impl RangeDecryptor {
    /// Returns the plaintext's size in bytes.
    pub fn size(&self) -> u64 {
        self.0.size()
    }

    /// Returns start and end in the file of the ciphertext that a plaintext range needs.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = ciphertextRange)]
    pub fn ciphertext_range(&self, start: u64, end: u64) -> Result<Vec<u64>, Failure> {
        Ok(<[u64; 2]>::from(self.0.ciphertext_range(start, end)?).to_vec())
    }

    /// Decrypts a plaintext range from its ciphertext.
    ///
    /// # Errors
    /// As the core's.
    pub fn decrypt(&self, start: u64, end: u64, ciphertext: &[u8]) -> Result<Vec<u8>, Failure> {
        Ok(self.0.decrypt(start, end, ciphertext)?)
    }

    /// Returns start and end in the file of the last chunk.
    #[wasm_bindgen(js_name = lastChunkRange)]
    pub fn last_chunk_range(&self) -> Vec<u64> {
        <[u64; 2]>::from(self.0.last_chunk_range()).to_vec()
    }

    /// Takes the last chunk, which vouches for the document's size.
    ///
    /// # Errors
    /// As the core's.
    pub fn authenticate(&mut self, last_chunk: &[u8]) -> Result<(), Failure> {
        Ok(self.0.authenticate(last_chunk)?)
    }

    /// Lets workers, given by a text of recipients, decrypt too: returns what they unshare.
    ///
    /// # Errors
    /// As the core's.
    pub fn share(&self, workers: &str) -> Result<Vec<u8>, Failure> {
        Ok(self.0.share(workers, &mut SysRng)?)
    }
}
