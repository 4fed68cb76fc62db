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
}
