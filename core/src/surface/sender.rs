//! Who signs, and whose signatures are believed.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::document;
use crate::error::Error;
use crate::gate;
use crate::rng::Entropy;

/// Signs documents.
#[derive(Clone)]
pub struct Signer(pub(super) Arc<document::Signer>);

/// Verifies documents.
#[derive(Clone)]
pub struct VerifierKey(document::VerifierKey);

/// Makes the outboard of a document, by which ranges of it are verified. It takes no key.
#[derive(Default)]
pub struct OutboardWriter(document::OutboardWriter);

/// Says whose documents may be opened.
#[derive(Clone)]
pub struct Senders(pub(super) gate::Senders);

impl Signer {
    /// Makes a fresh signer with a name.
    ///
    /// # Errors
    /// `signer_invalid`, `entropy_unavailable`.
    pub fn generate(name: &str, entropy: &mut dyn Entropy) -> Result<Self, Error> {
        document::Signer::generate(name, entropy).map(Arc::new).map(Self)
    }

    /// Reads `PRIVATE+KEY+name+hash+key`.
    ///
    /// # Errors
    /// `signer_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        document::Signer::parse(text).map(Arc::new).map(Self)
    }

    /// Returns the public half.
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey(self.0.verifier().clone())
    }

    /// Returns the secret's text.
    pub fn reveal(&self) -> String {
        self.0.reveal().to_string()
    }
}

impl VerifierKey {
    /// Reads `name+hash+key`.
    ///
    /// # Errors
    /// `verifier_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        document::VerifierKey::parse(text).map(Self)
    }

    /// Returns the text, `name+hash+key`.
    pub fn to_text(&self) -> String {
        self.0.to_string()
    }
}

/// Reads a file of verifier keys.
///
/// # Errors
/// `verifier_invalid`.
pub fn parse_verifiers(text: &str) -> Result<Vec<VerifierKey>, Error> {
    Ok(document::parse_verifiers(text)?.into_iter().map(VerifierKey).collect())
}

impl Senders {
    /// Trusts the holders of some keys, and, if that is allowed, opens what they did not sign.
    pub fn new(trusted: &[&VerifierKey], allow_unsigned: bool) -> Self {
        let senders = gate::Senders::trusted(trusted.iter().map(|key| key.0.clone()).collect());
        Self(if allow_unsigned { senders.or_unsigned() } else { senders })
    }
}

impl OutboardWriter {
    /// Begins before the payload.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes more of the payload: the document's bytes behind its header.
    pub fn push(&mut self, payload: &[u8]) {
        self.0.push(payload);
    }

    /// Ends the payload and returns the outboard.
    pub fn finish(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.0).finish()
    }
}
