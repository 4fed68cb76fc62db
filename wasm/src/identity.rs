//! Key pairs: who can open, and to whom to seal.

use alloc::string::String;
use alloc::vec::Vec;

use getrandom::SysRng;
use sealwright_core::surface;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Failure;

/// Holds a secret key.
#[wasm_bindgen]
pub struct Identity(pub(crate) surface::Identity);

/// Holds a public key.
#[wasm_bindgen]
pub struct Recipient(pub(crate) surface::Recipient);

/// Reads an age identity file.
///
/// # Errors
/// As the core's.
#[wasm_bindgen(js_name = parseIdentities)]
pub fn parse_identities(text: &str) -> Result<Vec<Identity>, Failure> {
    Ok(surface::parse_identities(text)?.into_iter().map(Identity).collect())
}

/// Reads an age recipients file.
///
/// # Errors
/// As the core's.
#[wasm_bindgen(js_name = parseRecipients)]
pub fn parse_recipients(text: &str) -> Result<Vec<Recipient>, Failure> {
    Ok(surface::parse_recipients(text)?.into_iter().map(Recipient).collect())
}

#[wasm_bindgen]
impl Identity {
    /// Makes a fresh one.
    ///
    /// # Errors
    /// As the core's.
    pub fn generate() -> Result<Self, Failure> {
        Ok(Self(surface::Identity::generate(&mut SysRng)?))
    }

    /// Makes a fresh hybrid one.
    ///
    /// # Errors
    /// As the core's.
    #[cfg(feature = "seal-pq")]
    #[wasm_bindgen(js_name = generatePq)]
    pub fn generate_pq() -> Result<Self, Failure> {
        Ok(Self(surface::Identity::generate_pq(&mut SysRng)?))
    }

    /// Reads `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`.
    ///
    /// # Errors
    /// As the core's.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        Ok(Self(surface::Identity::parse(text)?))
    }

    /// Returns the public half.
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.recipient())
    }

    /// Returns the secret's text.
    pub fn reveal(&self) -> String {
        self.0.reveal()
    }
}

#[wasm_bindgen]
impl Recipient {
    /// Reads `age1…` or `age1pq1…`.
    ///
    /// # Errors
    /// As the core's.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        Ok(Self(surface::Recipient::parse(text)?))
    }

    /// Returns the text.
    #[wasm_bindgen(js_name = toText)]
    pub fn to_text(&self) -> String {
        self.0.to_text()
    }
}
