//! Policies in one file, as OPA bundles them, signed or not. Normative: `spec/bundle.md`.
//!
//! What is verified is of another type than what is only read: [`BundleTrust::verify`] alone makes a [`VerifiedBundle`].
//! Loading is all or nothing, and a loaded policy never changes. Its holder replaces it by assigning the next one once that is
//! verified and loaded, and keeps it when anything fails.

mod build;
mod data;
mod files;
mod gzip;
mod manifest;
mod note;
mod package;
mod roots;
mod signatures;
mod structure;
mod tar;
mod trust;
#[cfg(feature = "yaml")]
mod yaml;

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use super::limit;
use super::source::{self, ModuleSource, PolicySource};
use super::stored;
use crate::error::Error;
use files::Files;
use gzip::Archive;
use manifest::Manifest;

pub use build::BuildOptions;
pub use note::{sign, sign_detached};
pub use trust::{BundleKey, BundleTrust, VerifiedBundle};

/// What the name of a bundle's signature file of OPA's is.
const SIGNATURES: &str = ".signatures.json";

/// What the name of a bundle's manifest is.
const MANIFEST: &str = ".manifest";

/// What the name of the file is that holds the policy compiled.
const PROGRAM: &str = "policy.program";

/// Holds what a bundle may take: `spec/bundle.md`, "Limits".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleLimits {
    /// The most bytes of the file as it comes.
    pub packed_bytes: usize,
    /// The most bytes of the archive, inflated.
    pub bytes: usize,
    /// The most files and folders.
    pub files: usize,
    /// The most bytes of one YAML file.
    pub yaml_bytes: usize,
}

/// Holds a bundle that was read. Nobody vouches for it.
#[derive(Debug, Clone)]
pub struct Bundle {
    manifest: Manifest,
    modules: Vec<ModuleSource>,
    data: Map<String, Value>,
    digest: String,
    program: Option<Vec<u8>>,
}

impl Default for BundleLimits {
    fn default() -> Self {
        Self { packed_bytes: 64 << 20, bytes: 96 << 20, files: 4096, yaml_bytes: 1 << 20 }
    }
}

impl Bundle {
    /// Reads an archive, compressed or not, and verifies nothing.
    ///
    /// # Errors
    /// `bundle_malformed`, `bundle_unsupported`, `bundle_roots`, `policy_limit`.
    pub fn from_bytes(bytes: &[u8], limits: &BundleLimits) -> Result<Self, Error> {
        Self::assemble(&Archive::read(bytes, limits)?.files(limits)?, limits)
    }

    /// Reads a folder's files, each with its path, and verifies nothing.
    ///
    /// # Errors
    /// As [`Bundle::from_bytes`].
    pub fn from_files<I: IntoIterator<Item = (String, Vec<u8>)>>(
        files: I,
        limits: &BundleLimits,
    ) -> Result<Self, Error> {
        Self::assemble(&Files::collect(files, limits)?, limits)
    }

    /// Lends the revision, which is derived from the digest when the manifest gives none.
    pub fn revision(&self) -> String {
        self.manifest.revision.clone().unwrap_or_else(|| derived_revision(&self.digest))
    }

    /// Tells whether the manifest gives the revision.
    pub fn is_versioned(&self) -> bool {
        self.manifest.revision.is_some()
    }

    /// Lends the roots.
    pub fn roots(&self) -> &[String] {
        &self.manifest.roots
    }

    /// Lends what the owner says of it.
    pub fn metadata(&self) -> &Map<String, Value> {
        &self.manifest.metadata
    }

    /// Lends the digest that names its files, in hexadecimal.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Lends the policy's name, if the bundle gives one.
    pub fn name(&self) -> Option<&str> {
        self.manifest.name.as_deref()
    }

    /// Lends the entrypoint, if the bundle gives one.
    pub fn entrypoint(&self) -> Option<&str> {
        self.manifest.entrypoint.as_deref()
    }

    /// Tells whether it holds the policy compiled, too. [`VerifiedBundle::program`] lends that.
    pub const fn has_program(&self) -> bool {
        self.program.is_some()
    }

    /// Checks that the program is what the modules and data compile to here, if the bundle has one.
    ///
    /// # Errors
    /// `program_mismatch`; as [`Policy::load`](super::Policy::load) and [`Policy::to_program`](super::Policy::to_program).
    #[cfg(feature = "rego")]
    pub fn verify_program(&self) -> Result<(), Error> {
        let Some(program) = &self.program else { return Ok(()) };
        if super::Policy::load(self.clone().into_source())?.to_program()? == *program {
            return Ok(());
        }
        Err(Error::ProgramMismatch { reason: "they compile to another one here".to_owned() })
    }

    /// Returns the policy that it holds. What the bundle does not say of itself is `policy` and the usual entrypoint.
    pub fn into_source(self) -> PolicySource {
        let revision = self.revision();
        PolicySource {
            name: self.manifest.name.unwrap_or_else(|| "policy".to_owned()),
            revision,
            entrypoint: self.manifest.entrypoint.unwrap_or_else(source::default_entrypoint),
            modules: self.modules,
            data: self.data,
        }
    }

    /// Puts together what the files say, and refuses what lies outside the roots.
    fn assemble(files: &Files, limits: &BundleLimits) -> Result<Self, Error> {
        let manifest = files.get(MANIFEST).map(Manifest::from_bytes).transpose()?.unwrap_or_default();
        let modules = files.iter().filter(|(path, _)| path.ends_with(".rego")).map(|(path, content)| {
            let text = str::from_utf8(content).map_err(|_| malformed(format!("`{path}` is not UTF-8")))?;
            Ok(ModuleSource { path: path.to_owned(), text: text.to_owned() })
        });
        let modules = modules.collect::<Result<Vec<_>, Error>>()?;
        let data = data::read(files, limits)?;
        roots::check(&manifest.roots, &modules, &data)?;
        let program = files.get(PROGRAM).map(<[u8]>::to_vec);
        let bundle = Self { manifest, modules, data, digest: files.digest(), program };
        bundle.check_program()?;
        Ok(bundle)
    }

    /// Checks that the program says that it is of this very policy: `spec/program.md`, "In a bundle".
    fn check_program(&self) -> Result<(), Error> {
        let Some(program) = &self.program else { return Ok(()) };
        let header = stored::Header::of(program)?;
        let source = self.clone().into_source();
        let digest = source.digest(&crate::encoding::json::canonical_object(&source.data));
        let same = [
            ("name", header.name == source.name),
            ("revision", header.revision == source.revision),
            ("entrypoint", header.entrypoint == source.entrypoint),
            ("digest", header.digest == digest),
        ];
        match same.iter().find(|(_, is_same)| !is_same) {
            None => Ok(()),
            Some((what, _)) => Err(Error::ProgramMismatch { reason: format!("it is of another {what}") }),
        }
    }
}

/// Returns the revision of a bundle whose owner gives none.
fn derived_revision(digest: &str) -> String {
    ["sha256:", digest.get(..16).unwrap_or_default()].concat()
}

fn malformed(reason: impl Into<String>) -> Error {
    Error::BundleMalformed { reason: reason.into() }
}

fn unsupported(reason: impl Into<String>) -> Error {
    Error::BundleUnsupported { reason: reason.into() }
}

/// Reads JSON of a file and names the file in the failure.
fn json_of(path: &str, content: &[u8]) -> Result<Value, Error> {
    crate::encoding::json::parse("bundle", content).map_err(|error| match error {
        Error::JsonInvalid { reason, .. } => malformed(format!("`{path}`: {reason}")),
        other => other,
    })
}
