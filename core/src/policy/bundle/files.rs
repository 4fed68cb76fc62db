//! The files of a bundle, under paths that every reader reads alike. `spec/bundle.md`, "Paths" and "Digest".

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use sha2::{Digest, Sha256};

use super::{BundleLimits, MANIFEST, SIGNATURES, limit, malformed, unsupported};
use crate::encoding::hex;
use crate::error::Error;

/// Separates the digest of a bundle's files from every other hash.
const FILES_CONTEXT: &[u8] = b"sealwright.dev/bundle v1\n";

/// The most bytes of a path.
const MAX_PATH_SIZE: usize = 256;

/// What other readers would take for a policy of another kind.
const FOREIGN: [(&str, &str); 3] = [
    ("patch.json", "it changes another bundle"),
    ("policy.wasm", "its policy is compiled to WebAssembly"),
    ("plan.json", "its policy is compiled to a plan"),
];

/// Holds files by path.
#[derive(Default)]
pub(super) struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// Takes a folder's files.
    ///
    /// # Errors
    /// As [`Files::insert`]; `policy_limit`.
    pub(super) fn collect(
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
        limits: &BundleLimits,
    ) -> Result<Self, Error> {
        let mut taken = Self::default();
        let mut size: usize = 0;
        for (path, content) in files {
            size = size.saturating_add(content.len());
            if size > limits.bytes {
                return Err(limit("bundle_bytes", limits.bytes));
            }
            if taken.0.len() >= limits.files {
                return Err(limit("bundle_files", limits.files));
            }
            taken.insert(path.as_bytes(), content)?;
        }
        taken.check()?;
        Ok(taken)
    }

    /// Takes one file.
    ///
    /// # Errors
    /// `bundle_malformed` for a path out of its form or one that is there already; `bundle_unsupported`.
    pub(super) fn insert(&mut self, path: &[u8], content: Vec<u8>) -> Result<(), Error> {
        let path = checked_path(path)?;
        let name = path.rsplit('/').next().unwrap_or_default();
        if let Some((_, reason)) = FOREIGN.iter().find(|(foreign, _)| *foreign == name) {
            return Err(unsupported(format!("`{path}`: {reason}")));
        }
        let looks_special = path.ends_with(MANIFEST) || path.ends_with("signatures.json");
        if looks_special && path != MANIFEST && path != SIGNATURES {
            return Err(malformed(format!("other readers would take `{path}` for its manifest or signatures")));
        }
        match self.0.insert(path.to_owned(), content) {
            None => Ok(()),
            Some(_) => Err(malformed(format!("`{path}` is there twice"))),
        }
    }

    /// Checks that no file stands where a folder does.
    ///
    /// # Errors
    /// `bundle_malformed`.
    pub(super) fn check(&self) -> Result<(), Error> {
        for path in self.0.keys() {
            let folders = path.match_indices('/').filter_map(|(place, _)| path.get(..place));
            if let Some(folder) = folders.into_iter().find(|folder| self.0.contains_key(*folder)) {
                return Err(malformed(format!("`{folder}` is both a file and a folder")));
            }
        }
        Ok(())
    }

    /// Lends a file.
    pub(super) fn get(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(Vec::as_slice)
    }

    /// Lends all, in the order of their paths.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(path, content)| (path.as_str(), content.as_slice()))
    }

    /// Lends what signatures are about: all files but that of the signatures.
    pub(super) fn signed(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.iter().filter(|(path, _)| *path != SIGNATURES)
    }

    /// Returns the digest that names them.
    pub(super) fn digest(&self) -> String {
        let mut hasher = Sha256::new_with_prefix(FILES_CONTEXT);
        for (path, content) in self.signed() {
            hasher.update(hex::encode(&Sha256::digest(content)));
            hasher.update("  ");
            hasher.update(path);
            hasher.update("\n");
        }
        hex::encode(&hasher.finalize())
    }
}

/// Returns a path in its one form.
///
/// # Errors
/// `bundle_malformed`.
pub(super) fn checked_path(path: &[u8]) -> Result<&str, Error> {
    let shown = || String::from_utf8_lossy(path.get(..100).unwrap_or(path)).into_owned();
    let invalid = |reason: &str| malformed(format!("the path `{}` {reason}", shown().escape_debug()));
    let path = str::from_utf8(path).map_err(|_| invalid("is not UTF-8"))?;
    let path = path.strip_prefix("./").or(path.strip_prefix('/')).unwrap_or(path);
    if path.is_empty() || path.len() > MAX_PATH_SIZE {
        return Err(invalid("must have 1 to 256 bytes"));
    }
    if path.chars().any(|character| character.is_control() || character == '\\') {
        return Err(invalid("holds a backslash or a control character"));
    }
    if path.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
        return Err(invalid("leads elsewhere, or has an empty part"));
    }
    Ok(path)
}
