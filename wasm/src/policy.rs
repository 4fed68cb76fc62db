//! Policies, in an instance that never holds a key.

use sealwright_core::surface as core;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Failure;

/// Holds a loaded policy.
#[wasm_bindgen]
pub struct Policy(core::Policy);

#[wasm_bindgen]
impl Policy {
    /// Loads modules and data from JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn load(policy_json: &str) -> Result<Self, Failure> {
        Ok(Self(core::Policy::load(policy_json)?))
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

    /// Runs the policy's `test_` rules and returns a report, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn test(&self) -> Result<String, Failure> {
        Ok(self.0.test()?)
    }
}
