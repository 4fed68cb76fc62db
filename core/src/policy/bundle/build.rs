//! Makes bundles: the same policy is the same bytes. `spec/bundle.md`, "Building".

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::files::Files;
use super::{Bundle, BundleLimits, MANIFEST, PROGRAM, derived_revision, gzip, tar};
use crate::encoding::json;
use crate::error::Error;

/// Says how a bundle is made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildOptions {
    /// What the manifest says in place of the policy's own; neither is derived from the digest.
    pub revision: Option<String>,
    /// The policy's name, in place of its own.
    pub name: Option<String>,
    /// The entrypoint, in place of its own.
    pub entrypoint: Option<String>,
    /// Whether the modules that are tests stay.
    pub tests: bool,
    /// Whether the policy stands in it compiled, too. Its modules are compiled within the limits of a policy.
    pub program: bool,
}

impl Bundle {
    /// Returns the bundle's bytes, compressed and unsigned.
    ///
    /// # Errors
    /// What [`Bundle::from_bytes`] would refuse is not made. For a program, as [`Policy::load`](crate::policy::Policy::load)
    /// and [`Policy::to_program`](crate::policy::Policy::to_program).
    pub fn build(&self, options: &BuildOptions, limits: &BundleLimits) -> Result<Vec<u8>, Error> {
        let mut manifest = self.manifest.clone();
        let given = |option: &Option<String>, own: &mut Option<String>| *own = option.clone().or(own.take());
        given(&options.name, &mut manifest.name);
        given(&options.entrypoint, &mut manifest.entrypoint);
        given(&options.revision, &mut manifest.revision);
        let modules = self.modules.iter().filter(|module| options.tests || !module.is_test());
        let mut files: BTreeMap<String, Vec<u8>> =
            modules.map(|module| (module.path.clone(), module.text.clone().into_bytes())).collect();
        files.insert("data.json".into(), json::canonical_object(&self.data));
        files.insert(MANIFEST.into(), manifest.to_bytes());
        if manifest.revision.is_none() {
            manifest.revision = Some(derived_revision(&Files::collect(files.clone(), limits)?.digest()));
            files.insert(MANIFEST.into(), manifest.to_bytes());
        }
        if options.program {
            let compiled = Self { manifest, program: None, ..self.clone() }.compile()?;
            files.insert(PROGRAM.into(), compiled);
        }
        let archive = tar::write(files.iter().map(|(path, content)| (path.as_str(), content.as_slice())));
        let bytes = gzip::compress(&archive);
        Self::from_bytes(&bytes, limits)?;
        Ok(bytes)
    }

    #[cfg(feature = "rego")]
    fn compile(self) -> Result<Vec<u8>, Error> {
        crate::policy::Policy::load(self.into_source())?.to_program()
    }

    #[cfg(not(feature = "rego"))]
    fn compile(self) -> Result<Vec<u8>, Error> {
        Err(super::unsupported("there is no compiler for its policy here"))
    }
}
