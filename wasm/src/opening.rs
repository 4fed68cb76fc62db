//! Opening under a policy: ask, stream.

use alloc::string::String;
use alloc::vec::Vec;

use sealwright_core::surface;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::buffers::Buffers;
use crate::error::Failure;
use crate::identity::Identity;
use crate::raw::RangeDecryptor;
use crate::reader::{Reader, borrowed};

/// Asks whether a document may be opened.
#[wasm_bindgen]
pub struct OpenRequest(surface::OpenRequest);

/// Opens as a stream.
#[wasm_bindgen]
pub struct Opener(surface::Opener);

#[wasm_bindgen]
impl OpenRequest {
    /// Puts the question together.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(constructor)]
    pub fn new(caller_json: &str, reader: &Reader) -> Result<Self, Failure> {
        Ok(Self(surface::OpenRequest::new(caller_json, &reader.0)?))
    }

    /// Returns the question that the policy must answer, as JSON.
    pub fn request(&self) -> String {
        self.0.request()
    }

    /// Takes the policy's answer and returns the final one, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn admit(&mut self, decision_json: &str, policy_digest: &str) -> Result<String, Failure> {
        Ok(self.0.admit(decision_json, policy_digest)?)
    }

    /// Opens as a stream, after an admission; the identities are used up.
    ///
    /// # Errors
    /// As the core's.
    pub fn opener(&mut self, reader: &mut Reader, identities: Vec<Identity>) -> Result<Opener, Failure> {
        Ok(Opener(self.0.opener(&mut reader.0, &borrowed(&identities))?))
    }

    /// Opens for random access, after an admission; the identities are used up.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = rangeOpener)]
    pub fn range_opener(
        &self,
        reader: &Reader,
        identities: Vec<Identity>,
        document_size: u64,
    ) -> Result<RangeDecryptor, Failure> {
        Ok(RangeDecryptor(self.0.range_opener(&reader.0, &borrowed(&identities), document_size)?))
    }
}

#[wasm_bindgen]
impl Opener {
    /// Takes ciphertext and leaves what the decision leaves of the plaintext: returns its size.
    ///
    /// # Errors
    /// As the core's.
    pub fn push(&mut self, buffers: &mut Buffers, size: usize) -> Result<usize, Failure> {
        buffers.pass(size, |bytes| self.0.push(bytes))
    }

    /// Leaves the rest of the plaintext, once it is known to be whole, and returns its size.
    ///
    /// # Errors
    /// As the core's.
    pub fn finish(&mut self, buffers: &mut Buffers) -> Result<usize, Failure> {
        buffers.pass(0, |_| self.0.finish())
    }

    /// Returns how many bytes come out for as many that go in, where that can be told before any did.
    #[wasm_bindgen(js_name = outputSize)]
    pub fn output_size(&self, input: u64) -> Option<u64> {
        self.0.output_size(input)
    }
}
