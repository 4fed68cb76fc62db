//! Who signs, and whose signatures are believed.

use alloc::string::String;
use alloc::vec::Vec;

use getrandom::SysRng;
use sealwright_core::surface;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Failure;

/// Signs documents.
#[wasm_bindgen]
pub struct Signer(pub(crate) surface::Signer);

/// Verifies documents.
#[wasm_bindgen]
pub struct VerifierKey(surface::VerifierKey);

/// Says whose documents may be opened.
#[wasm_bindgen]
pub struct Senders(pub(crate) surface::Senders);

/// Makes the outboard of a document.
#[wasm_bindgen]
pub struct OutboardWriter(surface::OutboardWriter);

/// Reads a file of verifier keys.
///
/// # Errors
/// As the core's.
#[wasm_bindgen(js_name = parseVerifiers)]
pub fn parse_verifiers(text: &str) -> Result<Vec<VerifierKey>, Failure> {
    Ok(surface::parse_verifiers(text)?.into_iter().map(VerifierKey).collect())
}

#[wasm_bindgen]
impl Signer {
    /// Makes a fresh one with a name.
    ///
    /// # Errors
    /// As the core's.
    pub fn generate(name: &str) -> Result<Self, Failure> {
        Ok(Self(surface::Signer::generate(name, &mut SysRng)?))
    }

    /// Reads `PRIVATE+KEY+name+hash+key`.
    ///
    /// # Errors
    /// As the core's.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        Ok(Self(surface::Signer::parse(text)?))
    }

    /// Returns the public half.
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey(self.0.verifier())
    }

    /// Returns the secret's text.
    pub fn reveal(&self) -> String {
        self.0.reveal()
    }
}

#[wasm_bindgen]
impl VerifierKey {
    /// Reads `name+hash+key`.
    ///
    /// # Errors
    /// As the core's.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        Ok(Self(surface::VerifierKey::parse(text)?))
    }

    /// Returns the text.
    #[wasm_bindgen(js_name = toText)]
    pub fn to_text(&self) -> String {
        self.0.to_text()
    }
}

#[wasm_bindgen]
impl Senders {
    /// Trusts the holders of keys, which are used up, and, if that is allowed, opens what they did not sign.
    #[wasm_bindgen(constructor)]
    pub fn new(trusted: Vec<VerifierKey>, allow_unsigned: bool) -> Self {
        let trusted: Vec<_> = trusted.iter().map(|key| &key.0).collect();
        Self(surface::Senders::new(&trusted, allow_unsigned))
    }
}

#[wasm_bindgen]
#[expect(clippy::new_without_default, reason = "JavaScript knows constructors, not defaults")]
impl OutboardWriter {
    /// Starts before the payload's first byte.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self(surface::OutboardWriter::new())
    }

    /// Takes payload.
    pub fn push(&mut self, bytes: &[u8]) {
        self.0.push(bytes);
    }

    /// Returns the outboard.
    pub fn finish(&mut self) -> Vec<u8> {
        self.0.finish()
    }
}
