//! What a bundle says of itself. `spec/bundle.md`, "Manifest".

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use super::{MANIFEST, json_of, malformed, roots, unsupported};
use crate::encoding::json;
use crate::encoding::members::{self, Members};
use crate::error::Error;

/// The member of the metadata that is this engine's.
const OWN: &str = "sealwright";

/// Holds what a bundle says of itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Manifest {
    pub(super) revision: Option<String>,
    /// Without slashes around them.
    pub(super) roots: Vec<String>,
    /// What the owner says, less what stands here.
    pub(super) metadata: Map<String, Value>,
    pub(super) name: Option<String>,
    pub(super) entrypoint: Option<String>,
}

impl Default for Manifest {
    fn default() -> Self {
        let roots = vec![String::new()];
        Self { revision: None, roots, metadata: Map::new(), name: None, entrypoint: None }
    }
}

impl Manifest {
    /// Reads the manifest.
    ///
    /// # Errors
    /// `bundle_malformed`, `bundle_unsupported`, `bundle_roots`.
    pub(super) fn from_bytes(content: &[u8]) -> Result<Self, Error> {
        let invalid = |reason: String| malformed(format!("`{MANIFEST}`: {reason}"));
        let mut members = Members::of(json_of(MANIFEST, content)?).map_err(invalid)?;
        check_rego_version(&mut members)?;
        let wasm = members.list("wasm").map_err(invalid)?;
        if wasm.is_some_and(|modules| !modules.is_empty()) {
            return Err(unsupported("its policy is compiled to WebAssembly"));
        }
        let revision = members.optional_text("revision").map_err(invalid)?.filter(|revision| !revision.is_empty());
        if revision.as_ref().is_some_and(|revision| revision.len() > 256 || revision.chars().any(char::is_control)) {
            return Err(invalid("the revision has more than 256 bytes or a control character".to_owned()));
        }
        let roots = members.texts("roots").map_err(invalid)?.unwrap_or_else(|| vec![String::new()]);
        let mut metadata = members.object("metadata").map_err(invalid)?;
        members.end().map_err(|reason| unsupported(format!("`{MANIFEST}`: {reason}")))?;
        let [name, entrypoint] = own(metadata.remove(OWN)).map_err(invalid)?;
        Ok(Self { revision, roots: roots::normalized(roots)?, metadata, name, entrypoint })
    }

    /// Returns the canonical JSON.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let own = [("entrypoint", &self.entrypoint), ("name", &self.name)];
        let own = own.into_iter().map(|(member, value)| (member, value.as_deref().and_then(members::text)));
        let own = members::map(own.collect());
        let mut metadata = self.metadata.clone();
        if !own.is_empty() {
            metadata.insert(OWN.to_owned(), Value::Object(own));
        }
        json::canonical(&members::object(vec![
            ("metadata", (!metadata.is_empty()).then_some(Value::Object(metadata))),
            ("rego_version", Some(Value::from(1))),
            ("revision", self.revision.as_deref().and_then(members::text)),
            ("roots", members::texts(&self.roots)),
        ]))
    }
}

/// Takes what the metadata say to this engine.
fn own(value: Option<Value>) -> Result<[Option<String>; 2], String> {
    let Some(value) = value else { return Ok([None, None]) };
    let mut members = Members::of(value)?;
    let own = [members.optional_text("name")?, members.optional_text("entrypoint")?];
    members.end()?;
    Ok(own)
}

fn check_rego_version(members: &mut Members) -> Result<(), Error> {
    let one = Value::from(1);
    let bundle = members.optional("rego_version");
    let files = members.optional_object("file_rego_versions").map_err(malformed)?;
    if bundle.iter().chain(files.iter().flat_map(Map::values)).any(|version| *version != one) {
        return Err(unsupported("its modules are not Rego v1"));
    }
    Ok(())
}
