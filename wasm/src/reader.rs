//! Reads a document's header and leads to its plaintext.

use alloc::string::String;
use alloc::vec::Vec;

use sealwright_core::surface;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Failure;
use crate::identity::Identity;
use crate::raw::{Decryptor, RangeDecryptor};

/// Reads the header as it streams in.
#[wasm_bindgen]
pub struct Reader(pub(crate) surface::Reader);

#[wasm_bindgen]
#[expect(clippy::new_without_default, reason = "JavaScript knows constructors, not defaults")]
impl Reader {
    /// Starts before the first byte.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self(surface::Reader::new())
    }

    /// Takes bytes and tells whether the header is complete.
    ///
    /// # Errors
    /// As the core's.
    pub fn push(&mut self, bytes: &[u8]) -> Result<bool, Failure> {
        Ok(self.0.push(bytes)?)
    }

    /// Says that there is no more input.
    ///
    /// # Errors
    /// As the core's.
    pub fn finish(&mut self) -> Result<(), Failure> {
        Ok(self.0.finish()?)
    }

    /// Returns the header as it stands in the document.
    ///
    /// # Errors
    /// As the core's.
    #[cfg(feature = "gate")]
    pub fn header(&self) -> Result<Vec<u8>, Failure> {
        Ok(self.0.header()?)
    }

    /// Returns what the header says, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn inspection(&self) -> Result<String, Failure> {
        Ok(self.0.inspection()?)
    }

    /// Unwraps the file key with identities, which are used up.
    ///
    /// # Errors
    /// As the core's.
    pub fn decryptor(&mut self, identities: Vec<Identity>) -> Result<Decryptor, Failure> {
        Ok(Decryptor(self.0.decryptor(&borrowed(&identities))?))
    }

    /// Unwraps the file key with a passphrase.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = passphraseDecryptor)]
    pub fn passphrase_decryptor(&mut self, passphrase: &str) -> Result<Decryptor, Failure> {
        Ok(Decryptor(self.0.passphrase_decryptor(passphrase)?))
    }

    /// Unwraps the file key for random access.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = rangeDecryptor)]
    pub fn range_decryptor(&self, identities: Vec<Identity>, document_size: u64) -> Result<RangeDecryptor, Failure> {
        Ok(RangeDecryptor(self.0.range_decryptor(&borrowed(&identities), document_size)?))
    }
}

pub(crate) fn borrowed(identities: &[Identity]) -> Vec<&surface::Identity> {
    identities.iter().map(|identity| &identity.0).collect()
}
