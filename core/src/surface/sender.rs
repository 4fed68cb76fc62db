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
