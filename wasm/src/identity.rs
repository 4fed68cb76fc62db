//! Key pairs: who can open, and to whom to seal.

use getrandom::SysRng;
use sealwright_core::surface as core;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Failure;

/// Holds a secret key.
#[wasm_bindgen]
pub struct Identity(pub(crate) core::Identity);

/// Holds a public key.
#[wasm_bindgen]
pub struct Recipient(pub(crate) core::Recipient);

/// Reads an age identity file.
///
/// # Errors
/// As the core's.
#[wasm_bindgen(js_name = parseIdentities)]
pub fn parse_identities(text: &str) -> Result<Vec<Identity>, Failure> {
    Ok(core::parse_identities(text)?.into_iter().map(Identity).collect())
}

/// Reads an age recipients file.
///
/// # Errors
/// As the core's.
#[wasm_bindgen(js_name = parseRecipients)]
pub fn parse_recipients(text: &str) -> Result<Vec<Recipient>, Failure> {
    Ok(core::parse_recipients(text)?.into_iter().map(Recipient).collect())
}

#[wasm_bindgen]
impl Identity {
    /// Makes a fresh one.
    ///
    /// # Errors
    /// As the core's.
    pub fn generate() -> Result<Self, Failure> {
        Ok(Self(core::Identity::generate(&mut SysRng)?))
    }

    /// Reads `AGE-SECRET-KEY-1…`.
    ///
    /// # Errors
    /// As the core's.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        Ok(Self(core::Identity::parse(text)?))
    }

    /// Returns the public half.
    ///
    /// # Errors
    /// As the core's.
    pub fn recipient(&self) -> Result<Recipient, Failure> {
        Ok(Recipient(self.0.recipient()?))
    }

    /// Returns the secret's text.
    ///
    /// # Errors
    /// As the core's.
    pub fn reveal(&self) -> Result<String, Failure> {
        Ok(self.0.reveal()?)
    }
}

#[wasm_bindgen]
impl Recipient {
    /// Reads `age1…`.
    ///
    /// # Errors
    /// As the core's.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        Ok(Self(core::Recipient::parse(text)?))
    }

    /// Returns the text.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = toText)]
    pub fn to_text(&self) -> Result<String, Failure> {
        Ok(self.0.to_text()?)
    }
}
