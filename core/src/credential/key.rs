//! Public keys of issuers and callers, each for one algorithm: RFC 7517, RFC 7638.

use alloc::string::String;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::encoding::{base64, json};
use crate::policy::{Jws, PublicKey};

/// Verifies by one algorithm.
pub(super) struct VerifyingKey {
    algorithm: &'static str,
    key: PublicKey,
}

/// Members that only a private or a secret key has.
const PRIVATE_MEMBERS: [&str; 7] = ["d", "dp", "dq", "k", "p", "q", "qi"];

impl VerifyingKey {
    /// Reads a JWK; nothing for one that is of another kind, or meant for something else.
    pub(super) fn read(jwk: &Map<String, Value>) -> Option<Self> {
        let algorithm = algorithm_of(jwk)?;
        let verifies = |uses: &Value| uses.as_array().is_some_and(|uses| uses.iter().any(|one| one == "verify"));
        let is_meant = jwk.get("alg").is_none_or(|named| named == algorithm)
            && jwk.get("use").is_none_or(|meant| meant == "sig")
            && jwk.get("key_ops").is_none_or(verifies);
        if !is_meant {
            return None;
        }
        let public = json::canonical(&Value::Object(required(jwk)?));
        let key = crate::policy::public_key(core::str::from_utf8(&public).ok()?)?;
        Some(Self { algorithm, key })
    }

    /// Reads the JWK that a caller proves with.
    pub(super) fn read_public(jwk: &Map<String, Value>) -> Option<Self> {
        if PRIVATE_MEMBERS.iter().any(|name| jwk.contains_key(*name)) { None } else { Self::read(jwk) }
    }

    /// Tells whether it made a signature.
    pub(super) fn made(&self, jws: &Jws<'_>) -> bool {
        jws.is_by(&self.key, self.algorithm)
    }
}

/// Returns the SHA-256 thumbprint of a JWK: RFC 7638, section 3.
pub(super) fn thumbprint(jwk: &Map<String, Value>) -> Option<String> {
    Some(base64::encode_url(&Sha256::digest(json::canonical_object(&required(jwk)?))))
}

/// Returns the one algorithm that a key is used with.
fn algorithm_of(jwk: &Map<String, Value>) -> Option<&'static str> {
    let curve = jwk.get("crv").and_then(Value::as_str);
    match (jwk.get("kty")?.as_str()?, curve) {
        ("OKP", Some("Ed25519")) => Some("EdDSA"),
        ("EC", Some("P-256")) => Some("ES256"),
        ("RSA", None) => Some("RS256"),
        _ => None,
    }
}

/// Returns the members that make up the public key, and no others.
fn required(jwk: &Map<String, Value>) -> Option<Map<String, Value>> {
    let names: &[&str] = match algorithm_of(jwk)? {
        "EdDSA" => &["crv", "kty", "x"],
        "ES256" => &["crv", "kty", "x", "y"],
        _ => &["e", "kty", "n"],
    };
    let member = |name: &&str| {
        let text = jwk.get(*name)?.as_str()?;
        Some((String::from(*name), Value::String(text.into())))
    };
    names.iter().map(member).collect()
}
