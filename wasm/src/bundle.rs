//! Policies in one file, in an instance that is dropped after one.

use alloc::string::String;
use alloc::vec::Vec;

use sealwright_core::surface;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Failure;

/// Holds a bundle, verified if that was asked for.
#[wasm_bindgen]
pub struct Bundle(surface::Bundle);

#[wasm_bindgen]
impl Bundle {
    /// Reads an archive.
    ///
    /// # Errors
    /// As the core's.
    pub fn open(bytes: &[u8], options_json: &str) -> Result<Self, Failure> {
        Ok(Self(surface::Bundle::open(bytes, options_json)?))
    }

    /// Says what it is, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn describe(&self) -> Result<String, Failure> {
        Ok(self.0.describe()?)
    }

    /// Returns the policy, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn source(&self, options_json: &str) -> Result<String, Failure> {
        Ok(self.0.source(options_json)?)
    }

    /// Returns the policy compiled, if there is one and the bundle was verified.
    pub fn program(&self) -> Option<Vec<u8>> {
        self.0.program()
    }
}
