//! OPA's signatures: `.signatures.json`. `spec/bundle.md`.

use alloc::borrow::{Cow, ToOwned};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;

use serde_json::Value;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::files::Files;
use super::trust::{BundleKey, BundleTrust};
use super::{BundleLimits, MANIFEST, SIGNATURES, data, json_of, malformed, structure, unsupported};
use crate::encoding::members::Members;
use crate::encoding::{hex, json};
use crate::error::Error;
use crate::policy::jws::Jws;

/// Holds what a signature says of one file.
struct SignedFile {
    hash: String,
    algorithm: String,
}

/// Checks that all files are the signed ones, and returns whose key signed them.
///
/// # Errors
/// `bundle_malformed`, `bundle_unsupported`, `bundle_untrusted`, `bundle_signature`.
pub(super) fn verify(content: &[u8], files: &Files, trust: &BundleTrust) -> Result<String, Error> {
    let token = token_of(content)?;
    let jws = Jws::read(&token).map_err(|reason| malformed(format!("`{SIGNATURES}`: {reason}")))?;
    let Value::Object(payload) = json_of(SIGNATURES, jws.unverified_payload())? else {
        return Err(malformed(format!("`{SIGNATURES}`: its payload is no object")));
    };
    let text = |member: &str| payload.get(member).and_then(Value::as_str);
    // OPA knows two places for the name of the key.
    let named = jws.header("kid").or(text("keyid")).filter(|name| !name.is_empty());
    let (id, key) = key_of(named, &trust.keys)?;
    if !jws.holds(&key.key) {
        return Err(broken("it was altered, or made with another key or algorithm"));
    }
    if text("scope").unwrap_or_default() != trust.scope {
        return Err(broken("it is for another scope"));
    }
    let mut listed = listed(payload.get("files").cloned())?;
    for (path, content) in files.signed() {
        let signed = listed.remove(path).ok_or_else(|| broken(&format!("`{path}` is not signed")))?;
        if !signed.is_of(path, content)? {
            return Err(broken(&format!("`{path}` is not the file that was signed")));
        }
    }
    match listed.keys().next() {
        None => Ok(id),
        Some(path) => Err(broken(&format!("`{path}` is missing"))),
    }
}

fn token_of(content: &[u8]) -> Result<String, Error> {
    let invalid = |reason| malformed(format!("`{SIGNATURES}`: {reason}"));
    let mut members = Members::of(json_of(SIGNATURES, content)?).map_err(invalid)?;
    if members.optional_text("plugin").map_err(invalid)?.is_some_and(|plugin| !plugin.is_empty()) {
        return Err(unsupported("its signatures are a plugin's"));
    }
    let tokens = members.texts("signatures").map_err(invalid)?.unwrap_or_default();
    members.end().map_err(invalid)?;
    <[String; 1]>::try_from(tokens)
        .map(|[token]| token)
        .map_err(|_| malformed(format!("`{SIGNATURES}`: it must have one signature")))
}

/// Finds the key that a signature names, or the only one, and what to call it.
fn key_of<'a>(named: Option<&str>, keys: &'a [BundleKey]) -> Result<(String, &'a BundleKey), Error> {
    let by_id = keys.iter().find(|key| key.id.is_some() && key.id.as_deref() == named);
    let only = match keys {
        [key] if named.is_none() || key.id.is_none() => Some(key),
        _ => None,
    };
    let key =
        by_id.or(only).ok_or_else(|| Error::BundleUntrusted { key_id: named.unwrap_or(SIGNATURES).to_owned() })?;
    Ok((key.id.as_deref().or(named).unwrap_or(SIGNATURES).to_owned(), key))
}

fn listed(files: Option<Value>) -> Result<BTreeMap<String, SignedFile>, Error> {
    let invalid = |reason: &str| malformed(format!("`{SIGNATURES}`: {reason}"));
    let Some(Value::Array(files)) = files else { return Err(invalid("it lists no files")) };
    let mut listed = BTreeMap::new();
    for file in files {
        let mut members = Members::of(file).map_err(|reason| invalid(&reason))?;
        let mut text = |name| members.text(name).map_err(|reason| invalid(&reason));
        let (name, hash, algorithm) = (text("name")?, text("hash")?, text("algorithm")?);
        let name = name.strip_prefix('/').unwrap_or(&name).to_owned();
        if listed.insert(name, SignedFile { hash, algorithm }).is_some() {
            return Err(invalid("it lists a file twice"));
        }
    }
    Ok(listed)
}

impl SignedFile {
    fn is_of(&self, path: &str, content: &[u8]) -> Result<bool, Error> {
        let hashed = hashed(path, content)?;
        let hash = match self.algorithm.as_str() {
            "SHA-256" => hex::encode(&Sha256::digest(&hashed)),
            "SHA-384" => hex::encode(&Sha384::digest(&hashed)),
            "SHA-512" => hex::encode(&Sha512::digest(&hashed)),
            _ => return Err(unsupported(format!("`{path}` is hashed with an algorithm that is not trusted"))),
        };
        Ok(hash.eq_ignore_ascii_case(&self.hash))
    }
}

/// Returns what is hashed of a file. OPA takes `data.yml` as bytes.
fn hashed<'a>(path: &str, content: &'a [u8]) -> Result<Cow<'a, [u8]>, Error> {
    match path.rsplit('/').next() {
        Some("data.json" | MANIFEST) => {
            json_of(path, content)?;
            Ok(Cow::Owned(structure::of(content)))
        }
        Some("data.yaml") => {
            let value = data::yaml(path, content, &BundleLimits::default())?;
            Ok(Cow::Owned(structure::of(&json::canonical(&value))))
        }
        _ => Ok(Cow::Borrowed(content)),
    }
}

fn broken(reason: &str) -> Error {
    Error::BundleSignature { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_and_yaml_of_known_names_are_hashed_by_structure() {
        assert_eq!(hashed("a/data.json", b" [1.0 ]").unwrap().as_ref(), b"[1.0]");
        assert_eq!(hashed(".manifest", b"{ }").unwrap().as_ref(), b"{}");
        assert_eq!(hashed("other.json", b" [1.0 ]").unwrap().as_ref(), b" [1.0 ]");
        assert_eq!(hashed("data.yml", b"a: 1").unwrap().as_ref(), b"a: 1");
    }
}
