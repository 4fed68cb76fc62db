//! Sealing under a policy: scan, ask, stream.

use alloc::string::String;
use alloc::vec::Vec;

use getrandom::SysRng;
use sealwright_core::surface;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::buffers::Buffers;
use crate::error::Failure;
use crate::identity::Recipient;
use crate::record::Collection;
use crate::sender::Signer;

/// Scans a source for findings, in the first pass.
#[wasm_bindgen]
pub struct Scanner(surface::Scanner);

/// Holds what a scan found.
#[wasm_bindgen]
pub struct Scan(surface::Scan);

/// Asks whether a document may be sealed.
#[wasm_bindgen]
pub struct SealRequest(surface::SealRequest);

/// Seals as a stream, in the second pass.
#[wasm_bindgen]
pub struct Sealer(surface::Sealer);

#[wasm_bindgen]
#[expect(clippy::new_without_default, reason = "JavaScript knows constructors, not defaults")]
impl Scanner {
    /// Starts before the first byte.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self(surface::Scanner::new())
    }

    /// Takes bytes.
    ///
    /// # Errors
    /// Where the buffer holds fewer.
    pub fn push(&mut self, buffers: &mut Buffers, size: usize) -> Result<(), Failure> {
        self.0.push(buffers.taken(size)?);
        Ok(())
    }

    /// Returns what was found.
    pub fn finish(&mut self) -> Scan {
        Scan(self.0.finish())
    }
}

#[wasm_bindgen]
impl Scan {
    /// Stands for a source that was not scanned.
    pub fn unscanned() -> Self {
        Self(surface::Scan::unscanned())
    }

    /// Returns the findings, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn findings(&self) -> Result<String, Failure> {
        Ok(self.0.findings()?)
    }
}

#[wasm_bindgen]
impl SealRequest {
    /// Puts the question together; the recipients and the signer are used up.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(constructor)]
    pub fn new(
        caller_json: &str,
        label_json: &str,
        private_json: Option<String>,
        recipients: Vec<Recipient>,
        signer: Option<Signer>,
        scan: &Scan,
        policy_json: &str,
    ) -> Result<Self, Failure> {
        let recipients: Vec<_> = recipients.iter().map(|recipient| &recipient.0).collect();
        Ok(Self(surface::SealRequest::new(
            caller_json,
            label_json,
            private_json.as_deref(),
            &recipients,
            signer.as_ref().map(|signer| &signer.0),
            &scan.0,
            policy_json,
            &mut SysRng,
        )?))
    }

    /// Returns the question that the policy must answer, as JSON.
    pub fn request(&self) -> String {
        self.0.request()
    }

    /// Takes the policy's answer and returns the final one, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn admit(&mut self, decision_json: &str) -> Result<String, Failure> {
        Ok(self.0.admit(decision_json)?)
    }

    /// Returns a collection, after an admission.
    ///
    /// # Errors
    /// As the core's.
    pub fn collection(&mut self) -> Result<Collection, Failure> {
        Ok(Collection(self.0.collection(&mut SysRng)?))
    }

    /// Returns what seals the document, after an admission.
    ///
    /// # Errors
    /// As the core's.
    pub fn sealer(&mut self, armor: bool) -> Result<Sealer, Failure> {
        Ok(Sealer(self.0.sealer(armor, &mut SysRng)?))
    }
}

#[wasm_bindgen]
impl Sealer {
    /// Returns the label that the document carries, as JSON.
    pub fn label(&self) -> String {
        self.0.label()
    }

    /// Returns how many bytes the header will have.
    #[wasm_bindgen(js_name = headerSize)]
    pub fn header_size(&self) -> u32 {
        self.0.header_size()
    }

    /// Returns what stands before the payload.
    ///
    /// # Errors
    /// As the core's.
    pub fn header(&mut self) -> Result<Vec<u8>, Failure> {
        Ok(self.0.header()?)
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
}
