//! What a policy is made of, and the digest that names it.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::encoding::members::{self, Members};
use crate::encoding::{hex, json};
use crate::error::Error;

/// Separates the hash of a policy from every other hash.
const POLICY_CONTEXT: &[u8] = b"sealwright.dev/policy v1\n";

/// The most bytes of a policy's name, a revision or a module's path.
const MAX_NAME_SIZE: usize = 256;

/// Holds a policy's modules, data and entrypoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicySource {
    /// The policy's name.
    pub name: String,
    /// The revision its owner gives it.
    pub revision: String,
    /// The rule whose value is the answer, without `data.`.
    #[serde(default = "default_entrypoint")]
    pub entrypoint: String,
    /// The Rego modules. Those whose path ends in `_test.rego` are tests and take no part in decisions.
    pub modules: Vec<ModuleSource>,
    /// What the modules see as `data`, besides each other.
    #[serde(default)]
    pub data: Map<String, Value>,
}

/// Holds one Rego module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModuleSource {
    /// Names it in failures and reports.
    pub path: String,
    /// Its text, Rego v1.
    pub text: String,
}

impl PolicySource {
    /// Reads the record out of JSON.
    ///
    /// # Errors
    /// `json_invalid` for anything but the record in I-JSON.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        let invalid = |reason| Error::JsonInvalid { what: "policy", reason };
        Self::read(json::parse("policy", text)?).map_err(invalid)
    }

    fn read(value: Value) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let modules = members.list("modules")?.ok_or_else(|| "missing field `modules`".to_owned())?;
        let source = Self {
            name: members.text("name")?,
            revision: members.text("revision")?,
            entrypoint: members.optional_text("entrypoint")?.unwrap_or_else(default_entrypoint),
            modules: modules.into_iter().map(ModuleSource::read).collect::<Result<_, _>>()?,
            data: members.object("data")?,
        };
        members.end()?;
        Ok(source)
    }

    /// Returns the record as canonical JSON.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let module = |module: &ModuleSource| {
            members::object(vec![("path", members::text(&module.path)), ("text", members::text(&module.text))])
        };
        json::canonical(&members::object(vec![
            ("name", members::text(&self.name)),
            ("revision", members::text(&self.revision)),
            ("entrypoint", members::text(&self.entrypoint)),
            ("modules", Some(Value::Array(self.modules.iter().map(module).collect()))),
            ("data", Some(Value::Object(self.data.clone()))),
        ]))
    }

    /// Checks the names and paths.
    ///
    /// # Errors
    /// `policy_invalid` for a name, revision, path or entrypoint out of its form, a repeated path, or no module at all.
    #[cfg(feature = "rego")]
    pub(crate) fn check(&self) -> Result<(), Error> {
        let invalid = |reason: String| Err(Error::PolicyInvalid { reason });
        self.modules.iter().try_for_each(|module| check_name("path", &module.path))?;
        check_names(&self.name, &self.revision, &self.entrypoint)?;
        let mut seen = Map::new();
        for module in &self.modules {
            if seen.insert(module.path.clone(), Value::Null).is_some() {
                return invalid(format!("the module path `{}` is repeated", module.path));
            }
        }
        if !self.modules.iter().any(|module| !module.is_test()) {
            return invalid("it has no module".to_owned());
        }
        Ok(())
    }

    /// Returns the digest that names what the policy decides: `spec/decision.md`, "Policy digest". `data` is the
    /// canonical text of the data.
    pub(crate) fn digest(&self, data: &[u8]) -> String {
        let mut modules = Map::new();
        for module in self.modules.iter().filter(|module| !module.is_test()) {
            modules.insert(module.path.clone(), Value::String(sha256_hex(module.text.as_bytes())));
        }
        let mut described = Map::new();
        described.insert("data".to_owned(), Value::String(sha256_hex(data)));
        described.insert("entrypoint".to_owned(), Value::String(self.entrypoint.clone()));
        described.insert("modules".to_owned(), Value::Object(modules));
        let described = Value::Object(described);
        let hash = Sha256::new().chain_update(POLICY_CONTEXT).chain_update(json::canonical(&described)).finalize();
        hex::encode(&hash)
    }
}

impl ModuleSource {
    fn read(value: Value) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let module = Self { path: members.text("path")?, text: members.text("text")? };
        members.end()?;
        Ok(module)
    }

    /// Tells whether it holds tests.
    pub fn is_test(&self) -> bool {
        self.path.ends_with("_test.rego")
    }
}

pub(crate) fn default_entrypoint() -> String {
    "sealwright.decision".to_owned()
}

/// Checks what a policy is called and which rule decides.
///
/// # Errors
/// `policy_invalid`.
#[cfg(feature = "policy-program")]
pub(crate) fn check_names(name: &str, revision: &str, entrypoint: &str) -> Result<(), Error> {
    check_name("name", name)?;
    check_name("revision", revision)?;
    if !entrypoint.split('.').all(is_identifier) {
        return Err(Error::PolicyInvalid { reason: format!("`{entrypoint}` is not a rule's path") });
    }
    Ok(())
}

#[cfg(feature = "policy-program")]
fn check_name(what: &str, text: &str) -> Result<(), Error> {
    if text.is_empty() || text.len() > MAX_NAME_SIZE || text.chars().any(char::is_control) {
        let reason = format!("its {what} must have 1 to {MAX_NAME_SIZE} bytes and no control character");
        return Err(Error::PolicyInvalid { reason });
    }
    Ok(())
}

fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes))
}
