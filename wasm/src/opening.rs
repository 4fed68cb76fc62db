//! Opening under a policy: ask, stream.

use alloc::string::String;
use alloc::vec::Vec;

use sealwright_core::surface;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::buffers::Buffers;
use crate::error::Failure;
use crate::identity::Identity;
use crate::reader::{Reader, borrowed};
use crate::record::Collection;
use crate::release::ReleaseRequest;
use crate::sender::Senders;

/// Asks whether a document may be opened.
#[wasm_bindgen]
pub struct OpenRequest(surface::OpenRequest);

/// Opens as a stream.
#[wasm_bindgen]
pub struct Opener(surface::Opener);

/// Opens any part of a document.
#[wasm_bindgen]
pub struct RangeOpener(surface::RangeOpener);

#[wasm_bindgen]
impl OpenRequest {
    /// Puts the question together.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(constructor)]
    pub fn new(caller_json: &str, reader: &Reader, senders: &Senders) -> Result<Self, Failure> {
        Ok(Self(surface::OpenRequest::new(caller_json, &reader.0, &senders.0)?))
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

    /// Has the document opened by the key that an edge released for a header of a request.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = byRelease)]
    pub fn by_release(&mut self, request: &ReleaseRequest, index: usize) -> Result<(), Failure> {
        Ok(self.0.by_release(&request.0, index)?)
    }

    /// Opens as a stream, after an admission; the identities are used up.
    ///
    /// # Errors
    /// As the core's.
    pub fn opener(&mut self, reader: &mut Reader, identities: Vec<Identity>) -> Result<Opener, Failure> {
        Ok(Opener(self.0.opener(&mut reader.0, &borrowed(&identities))?))
    }

    /// Opens the records of a collection, after an admission; the identities are used up.
    ///
    /// # Errors
    /// As the core's.
    pub fn collection(&mut self, reader: &mut Reader, identities: Vec<Identity>) -> Result<Collection, Failure> {
        Ok(Collection(self.0.collection(&mut reader.0, &borrowed(&identities))?))
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
    ) -> Result<RangeOpener, Failure> {
        Ok(RangeOpener(self.0.range_opener(&reader.0, &borrowed(&identities), document_size)?))
    }
}

#[wasm_bindgen]
impl Opener {
    /// Returns the label's private part, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn private(&self) -> Result<Option<String>, Failure> {
        Ok(self.0.private()?)
    }

    /// Takes ciphertext and leaves what the decision leaves of the plaintext: returns its size.
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
impl RangeOpener {
    /// Returns the label's private part, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn private(&self) -> Result<Option<String>, Failure> {
        Ok(self.0.private()?)
    }

    /// Returns start and end in the file of what must be verified first.
    pub fn unverified(&self) -> Option<Vec<u64>> {
        self.0.unverified().map(|range| <[u64; 2]>::from(range).to_vec())
    }

    /// Takes bytes of what must be verified.
    pub fn verify(&mut self, bytes: &[u8]) {
        self.0.verify(bytes);
    }

    /// Says that there are no more of them.
    ///
    /// # Errors
    /// As the core's.
    pub fn verified(&mut self) -> Result<(), Failure> {
        Ok(self.0.verified()?)
    }

    /// Takes the document's outboard, by which each range is verified by itself.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = verifyBy)]
    pub fn verify_by(&mut self, outboard: &[u8]) -> Result<(), Failure> {
        Ok(self.0.verify_by(outboard)?)
    }

    /// Returns the plaintext's size in bytes.
    pub fn size(&self) -> u64 {
        self.0.size()
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
}
