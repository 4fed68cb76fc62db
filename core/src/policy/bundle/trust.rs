//! Whose bundles are believed. `spec/bundle.md`, "Signatures".

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::Value;

use super::files::Files;
use super::gzip::Archive;
use super::{Bundle, BundleLimits, SIGNATURES, note, signatures};
use crate::document::VerifierKey;
use crate::encoding::members::Members;
use crate::error::Error;
use crate::policy::jws::JwsKey;

/// Says whose signatures make a bundle believed.
#[derive(Default)]
pub struct BundleTrust {
    pub(super) signers: Vec<VerifierKey>,
    pub(super) keys: Vec<BundleKey>,
    pub(super) scope: String,
}

/// Verifies `.signatures.json`.
pub struct BundleKey {
    pub(super) id: Option<String>,
    pub(super) key: JwsKey,
}

/// Holds a bundle that somebody who is trusted signed, as it was signed.
#[derive(Debug, Clone)]
pub struct VerifiedBundle {
    bundle: Bundle,
    signer: String,
}

impl BundleKey {
    /// Reads a key: a secret for `HS256`, `HS384` and `HS512`; a PEM or a verifier key for `EdDSA`.
    ///
    /// # Errors
    /// `bundle_key_invalid`.
    pub fn read(id: Option<String>, algorithm: &str, key: &str) -> Result<Self, Error> {
        JwsKey::read(algorithm, key).map(|key| Self { id, key }).map_err(|reason| Error::BundleKeyInvalid { reason })
    }
}

impl BundleTrust {
    /// Trusts the holders of some keys. `scope` is what `.signatures.json` must say of it, empty if nothing.
    pub fn new(signers: Vec<VerifierKey>, keys: Vec<BundleKey>, scope: String) -> Self {
        Self { signers, keys, scope }
    }

    /// Reads `{signers?: [verifier key], keys?: [{id?, algorithm, key}], scope?}`.
    pub(crate) fn read(value: Value) -> Result<Self, Error> {
        let invalid = |reason| Error::JsonInvalid { what: "trust", reason };
        let mut members = Members::of(value).map_err(invalid)?;
        let signers = members.texts("signers").map_err(invalid)?.unwrap_or_default();
        let keys = members.list("keys").map_err(invalid)?.unwrap_or_default();
        let scope = members.optional_text("scope").map_err(invalid)?.unwrap_or_default();
        members.end().map_err(invalid)?;
        let signers = signers.iter().map(|text| VerifierKey::parse(text)).collect::<Result<_, _>>()?;
        let key = |value| {
            let mut members = Members::of(value).map_err(invalid)?;
            let id = members.optional_text("id").map_err(invalid)?;
            let (algorithm, key) = (members.text("algorithm").map_err(invalid)?, members.text("key").map_err(invalid)?);
            members.end().map_err(invalid)?;
            BundleKey::read(id, &algorithm, &key)
        };
        Ok(Self { signers, keys: keys.into_iter().map(key).collect::<Result<_, _>>()?, scope })
    }

    /// Reads an archive that must be signed by somebody trusted: by a note, in its header or given, or by its
    /// `.signatures.json`. A note is verified before anything is inflated.
    ///
    /// # Errors
    /// As [`Bundle::from_bytes`]; `bundle_unsigned`, `bundle_untrusted`, `bundle_signature`.
    pub fn verify(&self, bytes: &[u8], note: Option<&[u8]>, limits: &BundleLimits) -> Result<VerifiedBundle, Error> {
        let archive = Archive::read(bytes, limits)?;
        let noted = note::verify(&archive, note, &self.signers);
        // Without keys, only the note can be what makes it believed.
        if self.keys.is_empty() || matches!(noted, Err(Error::BundleSignature { .. } | Error::BundleMalformed { .. })) {
            noted.as_ref().map_err(Error::clone)?;
        }
        let files = archive.files(limits)?;
        let listed = self.listed(&files);
        let signer = match (&noted, listed) {
            (Ok((signer, _)), Ok(_) | Err(Error::BundleUnsigned | Error::BundleUntrusted { .. })) => signer.clone(),
            (_, Ok(signer)) => signer,
            (Err(untrusted @ Error::BundleUntrusted { .. }), Err(Error::BundleUnsigned)) => {
                return Err(untrusted.clone());
            }
            (_, Err(error)) => return Err(error),
        };
        let bundle = Bundle::assemble(&files, limits)?;
        match noted {
            Ok((_, revision)) if revision != bundle.revision() => {
                Err(Error::BundleSignature { reason: "its note is of another revision".to_owned() })
            }
            _ => Ok(VerifiedBundle { bundle, signer }),
        }
    }

    /// Reads a folder's files, which their `.signatures.json` must hold for.
    ///
    /// # Errors
    /// As [`BundleTrust::verify`].
    pub fn verify_files<I: IntoIterator<Item = (String, Vec<u8>)>>(
        &self,
        files: I,
        limits: &BundleLimits,
    ) -> Result<VerifiedBundle, Error> {
        let files = Files::collect(files, limits)?;
        let signer = self.listed(&files)?;
        Ok(VerifiedBundle { bundle: Bundle::assemble(&files, limits)?, signer })
    }

    /// Returns who signed the files as they are listed.
    fn listed(&self, files: &Files) -> Result<String, Error> {
        match files.get(SIGNATURES) {
            Some(content) if !self.keys.is_empty() => signatures::verify(content, files, self),
            _ => Err(Error::BundleUnsigned),
        }
    }
}

impl VerifiedBundle {
    /// Names who signed it: the key id of a signer, or of a key of `.signatures.json`.
    pub fn signer(&self) -> &str {
        &self.signer
    }

    /// Lends the bundle.
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// Lends the policy compiled, if the bundle holds it: whoever signed the bundle vouches for it.
    pub fn program(&self) -> Option<&[u8]> {
        self.bundle.program.as_deref()
    }

    /// Returns the bundle, of which nobody can tell any more that it was verified.
    pub fn into_bundle(self) -> Bundle {
        self.bundle
    }
}
