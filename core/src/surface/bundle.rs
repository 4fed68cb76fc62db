//! Policies in one file.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde_json::Value;

use super::into_text;
use crate::encoding::json;
use crate::encoding::members::{self, Members};
use crate::error::Error;
use crate::policy::{self, BuildOptions, BundleLimits, BundleTrust};

/// Holds a bundle, verified if that was asked for.
#[derive(Clone)]
pub struct Bundle {
    bundle: policy::Bundle,
    signer: Option<String>,
    /// Of a bundle that was verified, and of no other.
    program: Option<Vec<u8>>,
}

/// Says whom to trust, and what signature is kept beside the bundle.
struct OpenOptions {
    trust: Option<BundleTrust>,
    note: Option<String>,
}

impl Bundle {
    /// Reads an archive. `options_json` is `{trust?: {signers?: [verifier key], keys?: [{id?, algorithm, key}], scope?},
    /// note?}`: with `trust`, somebody trusted must have signed it.
    ///
    /// # Errors
    /// As [`policy::Bundle::from_bytes`] and [`BundleTrust::verify`]; `json_invalid`, `verifier_invalid`,
    /// `bundle_key_invalid`.
    pub fn open(bytes: &[u8], options_json: &str) -> Result<Self, Error> {
        let (options, limits) = (OpenOptions::read(options_json)?, BundleLimits::default());
        match options.trust {
            Some(trust) => trust.verify(bytes, options.note.as_deref().map(str::as_bytes), &limits).map(Self::from),
            None => policy::Bundle::from_bytes(bytes, &limits).map(Self::from),
        }
    }

    /// Reads a folder's files: a path for each content.
    ///
    /// # Errors
    /// As [`Bundle::open`].
    pub fn from_files(paths: &[String], contents: &[&[u8]], options_json: &str) -> Result<Self, Error> {
        let (options, limits) = (OpenOptions::read(options_json)?, BundleLimits::default());
        let files = paths.iter().zip(contents).map(|(path, content)| (path.clone(), content.to_vec()));
        match options.trust {
            Some(trust) => trust.verify_files(files, &limits).map(Self::from),
            None => policy::Bundle::from_files(files, &limits).map(Self::from),
        }
    }

    /// Says what it is: `{digest, entrypoint?, metadata, name?, program, revision,
    /// roots, signer?, versioned}`.
    ///
    /// # Errors
    /// Never in practice: the description is JSON.
    pub fn describe(&self) -> Result<String, Error> {
        let bundle = &self.bundle;
        let description = members::object(vec![
            ("digest", members::text(bundle.digest())),
            ("entrypoint", bundle.entrypoint().and_then(members::text)),
            ("metadata", Some(Value::Object(bundle.metadata().clone()))),
            ("name", bundle.name().and_then(members::text)),
            ("program", Some(Value::Bool(bundle.has_program()))),
            ("revision", members::text(&bundle.revision())),
            ("roots", members::texts(bundle.roots())),
            ("signer", self.signer.as_deref().and_then(members::text)),
            ("versioned", Some(Value::Bool(bundle.is_versioned()))),
        ]);
        Ok(into_text(json::canonical(&description)))
    }

    /// Returns the policy as the JSON of a [`PolicySource`](policy::PolicySource). `options_json` is `{entrypoint?, name?,
    /// revision?}`, in place of what the bundle says.
    ///
    /// # Errors
    /// `json_invalid`.
    pub fn source(&self, options_json: &str) -> Result<String, Error> {
        Ok(into_text(self.named(options_json)?.to_bytes()))
    }

    /// Returns the policy compiled, if the bundle holds that and was verified: `spec/program.md`, "In a bundle".
    pub fn program(&self) -> Option<Vec<u8>> {
        self.program.clone()
    }

    /// Checks that the program is what the modules and data compile to here, if the bundle has one.
    ///
    /// # Errors
    /// As [`policy::Bundle::verify_program`].
    #[cfg(feature = "rego")]
    pub fn verify_program(&self) -> Result<(), Error> {
        self.bundle.verify_program()
    }

    /// Loads the policy. The options are those of [`Bundle::source`].
    ///
    /// # Errors
    /// As [`policy::Policy::load`]; `json_invalid`.
    #[cfg(feature = "rego")]
    pub fn policy(&self, options_json: &str) -> Result<super::Policy, Error> {
        policy::Policy::load(self.named(options_json)?).map(super::Policy)
    }

    /// Returns the bytes of a bundle of it, unsigned. `options_json` is `{entrypoint?, name?, program?, revision?,
    /// tests?}`.
    ///
    /// # Errors
    /// As [`policy::Bundle::build`]; `json_invalid`.
    pub fn build(&self, options_json: &str) -> Result<Vec<u8>, Error> {
        self.bundle.build(&build_options(options_json)?, &BundleLimits::default())
    }

    fn named(&self, options_json: &str) -> Result<policy::PolicySource, Error> {
        let BuildOptions { revision, name, entrypoint, .. } = build_options(options_json)?;
        let mut source = self.bundle.clone().into_source();
        source.name = name.unwrap_or(source.name);
        source.revision = revision.unwrap_or(source.revision);
        source.entrypoint = entrypoint.unwrap_or(source.entrypoint);
        Ok(source)
    }
}

/// Returns a bundle with a note of the signer in its header.
///
/// # Errors
/// As [`policy::sign`].
#[cfg(feature = "gate")]
pub fn sign_bundle(bytes: &[u8], signer: &super::Signer) -> Result<Vec<u8>, Error> {
    policy::sign(bytes, &signer.0, &BundleLimits::default())
}

/// Returns the signer's note of a bundle, to be kept beside it.
///
/// # Errors
/// As [`policy::sign_detached`].
#[cfg(feature = "gate")]
pub fn sign_bundle_detached(bytes: &[u8], signer: &super::Signer) -> Result<String, Error> {
    policy::sign_detached(bytes, &signer.0, &BundleLimits::default())
}

impl From<policy::Bundle> for Bundle {
    fn from(bundle: policy::Bundle) -> Self {
        Self { bundle, signer: None, program: None }
    }
}

impl From<policy::VerifiedBundle> for Bundle {
    fn from(verified: policy::VerifiedBundle) -> Self {
        let program = verified.program().map(Vec::from);
        Self { signer: Some(verified.signer().into()), program, bundle: verified.into_bundle() }
    }
}

impl OpenOptions {
    fn read(text: &str) -> Result<Self, Error> {
        let mut members = options(text)?;
        let trust = members.optional("trust").map(BundleTrust::read).transpose()?;
        let note = members.optional_text("note").map_err(invalid)?;
        members.end().map_err(invalid)?;
        Ok(Self { trust, note })
    }
}

fn build_options(text: &str) -> Result<BuildOptions, Error> {
    let mut members = options(text)?;
    let mut text = |name| members.optional_text(name).map_err(invalid);
    let (revision, name, entrypoint) = (text("revision")?, text("name")?, text("entrypoint")?);
    let mut flag = |name| members.optional_flag(name).map_err(invalid).map(Option::unwrap_or_default);
    let (tests, program) = (flag("tests")?, flag("program")?);
    members.end().map_err(invalid)?;
    Ok(BuildOptions { revision, name, entrypoint, tests, program })
}

fn options(text: &str) -> Result<Members, Error> {
    Members::of(json::parse("options", text.as_bytes())?).map_err(invalid)
}

fn invalid(reason: String) -> Error {
    Error::JsonInvalid { what: "options", reason }
}
