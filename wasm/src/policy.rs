//! Policies, in an instance that never holds a key.

use alloc::string::String;

use sealwright_core::surface;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Failure;

/// Holds a loaded policy.
#[wasm_bindgen]
pub struct Policy(surface::Policy);

#[wasm_bindgen]
impl Policy {
    /// Loads modules and data from JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn load(policy_json: &str) -> Result<Self, Failure> {
        Ok(Self(surface::Policy::load(policy_json)?))
    }

    /// Returns name, revision and digest, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn describe(&self) -> Result<String, Failure> {
        Ok(self.0.describe()?)
    }

    /// Answers a request, JSON to JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn decide(&self, request: &str) -> Result<String, Failure> {
        Ok(self.0.decide(request)?)
    }

    /// Answers a request and tells why.
    ///
    /// # Errors
    /// As the core's.
    pub fn explain(&self, request: &str, values: bool) -> Result<Explanation, Failure> {
        Ok(Explanation(self.0.explain(request, values)?))
    }
}

/// Tells how a request was decided.
#[wasm_bindgen]
pub struct Explanation(surface::Explanation);

#[wasm_bindgen]
impl Explanation {
    /// Returns the record, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn record(&self) -> Result<String, Failure> {
        Ok(self.0.record()?)
    }

    /// Returns lines of text.
    pub fn tree(&self, colour: bool) -> String {
        self.0.tree(colour)
    }

    /// Returns a picture.
    pub fn svg(&self) -> String {
        self.0.svg()
    }
}
