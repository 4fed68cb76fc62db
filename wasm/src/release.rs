//! Asking an edge for keys.

use alloc::string::String;
use alloc::vec::Vec;

use getrandom::SysRng;
use sealwright_core::surface;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Failure;

/// Asks for the keys of documents.
#[wasm_bindgen]
pub struct ReleaseRequest(pub(crate) surface::ReleaseRequest);

#[wasm_bindgen]
impl ReleaseRequest {
    /// Begins a request for documents with headers of these sizes, one behind the other.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(constructor)]
    pub fn new(headers: &[u8], sizes: &[u32]) -> Result<Self, Failure> {
        let mut rest = headers;
        let mut parts = Vec::with_capacity(sizes.len());
        for size in sizes {
            let (part, more) = rest.split_at(usize::try_from(*size).unwrap_or(usize::MAX).min(rest.len()));
            parts.push(part);
            rest = more;
        }
        Ok(Self(surface::ReleaseRequest::new(&parts, &mut SysRng)?))
    }

    /// Returns the request's body, as JSON.
    pub fn body(&self, purpose: Option<String>, action: Option<String>) -> String {
        self.0.body(purpose.as_deref(), action.as_deref())
    }

    /// Takes the answer and returns its results, each as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn answer(&mut self, answer_json: &str) -> Result<Vec<String>, Failure> {
        Ok(self.0.answer(answer_json)?)
    }

    /// Returns the secret of the identity that the keys are released to.
    pub fn reveal(&self) -> String {
        self.0.reveal()
    }
}
