//! JSON Web Signatures in compact form: RFC 7515, with HMAC (RFC 7518), Ed25519 (RFC 8037) and, where their keys are read,
//! P-256 and RSA.

use alloc::string::String;
use alloc::vec::Vec;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

#[cfg(feature = "public-keys")]
use super::builtin::key::{self, Key};
#[cfg(feature = "public-keys")]
use super::fuel::Fuel;
use crate::document::VerifierKey;
use crate::encoding::{base64, json};

/// The DER of a public key of Ed25519 up to the key itself: RFC 8410, section 4.
const ED25519_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Holds a signature that is read and not verified.
pub(crate) struct Jws<'a> {
    header: Map<String, Value>,
    payload: Vec<u8>,
    signed: &'a str,
    signature: Vec<u8>,
}

/// Verifies by one algorithm: a key is never used for another.
pub(crate) enum JwsKey {
    /// HMAC.
    Secret(Hash, Zeroizing<Vec<u8>>),
    /// Ed25519.
    Ed25519(VerifierKey),
    /// P-256 or RSA, with the algorithm that it is for.
    #[cfg(feature = "public-keys")]
    Public(&'static str, Key),
}

/// Is a hash of HMAC.
#[derive(Clone, Copy)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl<'a> Jws<'a> {
    /// Takes a text apart.
    pub(crate) fn read(text: &'a str) -> Result<Self, &'static str> {
        let (signed, signature) = text.rsplit_once('.').ok_or("it is no JWS in compact form")?;
        let (header, payload) = signed.split_once('.').ok_or("it is no JWS in compact form")?;
        let decode = |part: &str| base64::decode_url(part.as_bytes()).ok_or("a part of it is not base64url");
        let Ok(Value::Object(header)) = json::parse("header", &decode(header)?) else {
            return Err("its header is no JSON object");
        };
        if header.contains_key("crit") {
            return Err("its header has `crit`");
        }
        Ok(Self { header, payload: decode(payload)?, signed, signature: decode(signature)? })
    }

    /// Lends a text of the header.
    pub(crate) fn header(&self, member: &str) -> Option<&str> {
        self.header.get(member)?.as_str()
    }

    /// Lends a member of the header.
    #[cfg(feature = "release")]
    pub(crate) fn member(&self, name: &str) -> Option<&Value> {
        self.header.get(name)
    }

    /// Tells whether a public key made the signature, by that algorithm alone.
    #[cfg(feature = "release")]
    pub(crate) fn is_by(&self, key: &Key, algorithm: &str) -> bool {
        self.header("alg") == Some(algorithm)
            && key.verify(algorithm, self.signed.as_bytes(), &self.signature, &mut unlimited()) == Ok(true)
    }

    /// Lends the payload, which is worth nothing before it is verified.
    pub(crate) fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }

    /// Tells whether the key made the signature.
    pub(crate) fn holds(&self, key: &JwsKey) -> bool {
        self.header("alg") == Some(key.algorithm()) && key.verify(self.signed.as_bytes(), &self.signature)
    }
}

impl JwsKey {
    /// Reads a key for an algorithm.
    pub(crate) fn read(algorithm: &str, key: &str) -> Result<Self, &'static str> {
        let hash = match algorithm {
            "HS256" => Hash::Sha256,
            "HS384" => Hash::Sha384,
            "HS512" => Hash::Sha512,
            "EdDSA" => return ed25519(key).map(Self::Ed25519),
            _ => return public(algorithm, key),
        };
        if key.len() < hash.size() {
            return Err("the secret is shorter than its hash");
        }
        Ok(Self::Secret(hash, Zeroizing::new(key.as_bytes().to_vec())))
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Self::Secret(Hash::Sha256, _) => "HS256",
            Self::Secret(Hash::Sha384, _) => "HS384",
            Self::Secret(Hash::Sha512, _) => "HS512",
            Self::Ed25519(_) => "EdDSA",
            #[cfg(feature = "public-keys")]
            Self::Public(algorithm, _) => algorithm,
        }
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        macro_rules! tag {
            ($hash:ty, $secret:expr) => {
                Hmac::<$hash>::new_from_slice($secret)
                    .is_ok_and(|mac| mac.chain_update(message).verify_slice(signature).is_ok())
            };
        }
        match self {
            Self::Secret(Hash::Sha256, secret) => tag!(Sha256, secret),
            Self::Secret(Hash::Sha384, secret) => tag!(Sha384, secret),
            Self::Secret(Hash::Sha512, secret) => tag!(Sha512, secret),
            Self::Ed25519(key) => key.signed_text(message, signature),
            #[cfg(feature = "public-keys")]
            Self::Public(algorithm, key) => key.verify(algorithm, message, signature, &mut unlimited()) == Ok(true),
        }
    }
}

impl Hash {
    fn size(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

#[cfg(feature = "public-keys")]
fn public(algorithm: &str, text: &str) -> Result<JwsKey, &'static str> {
    let known = ["ES256", "RS256", "RS384", "RS512"].into_iter().find(|known| *known == algorithm);
    let algorithm = known.ok_or("its algorithm is unknown")?;
    let keys = key::read(text.trim(), &mut unlimited()).ok().flatten();
    match keys.map(<[Key; 1]>::try_from) {
        Some(Ok([key])) if key.is_for(algorithm) => Ok(JwsKey::Public(algorithm, key)),
        _ => Err("it is not one public key for its algorithm, as a PEM or JWK"),
    }
}

#[cfg(not(feature = "public-keys"))]
fn public(_: &str, _: &str) -> Result<JwsKey, &'static str> {
    Err("its algorithm is none of `EdDSA`, `HS256`, `HS384`, `HS512`")
}

/// Reads a JWK; nothing for a text that is none, or of a kind that is not here.
#[cfg(feature = "release")]
pub(crate) fn public_key(jwk: &str) -> Option<Key> {
    let keys = key::read(jwk, &mut unlimited()).ok().flatten()?;
    <[Key; 1]>::try_from(keys).ok().map(|[key]| key)
}

/// A host's key and its bundle's size are what bounds a verification here.
#[cfg(feature = "public-keys")]
fn unlimited() -> Fuel {
    Fuel::new(u64::MAX, u64::MAX)
}

fn ed25519(text: &str) -> Result<VerifierKey, &'static str> {
    let invalid = "it is neither the PEM of a public key of Ed25519 nor a verifier key";
    if let Ok(key) = VerifierKey::parse(text.trim()) {
        return Ok(key);
    }
    let body = text.trim().strip_prefix("-----BEGIN PUBLIC KEY-----").ok_or(invalid)?;
    let body = body.strip_suffix("-----END PUBLIC KEY-----").ok_or(invalid)?;
    let base64: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let mut der = Vec::new();
    base64::decode_padded(&base64, &mut der).ok_or(invalid)?;
    let key = der.strip_prefix(&ED25519_PREFIX).and_then(|key| key.try_into().ok()).ok_or(invalid)?;
    VerifierKey::from_ed25519("jws", key).ok_or("its key is no usable point of the curve")
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;

    /// RFC 8037, appendix A.4 and A.5.
    #[test]
    fn the_ed25519_example_of_rfc_8037_holds() {
        let text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
            hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let point = base64::decode_url(b"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        base64::encode_padded(&[ED25519_PREFIX.as_slice(), &point].concat(), &mut pem);
        let key = JwsKey::read("EdDSA", &format!("{pem}\n-----END PUBLIC KEY-----\n")).unwrap();
        let jws = Jws::read(text).unwrap();
        assert!(jws.holds(&key));
        assert_eq!(jws.unverified_payload(), b"Example of Ed25519 signing");
        let other = text.replace("RXh", "RXi");
        assert!(!Jws::read(&other).unwrap().holds(&key));
    }

    #[test]
    fn a_key_is_used_for_its_algorithm_alone() {
        let secret = "s".repeat(64);
        let header = base64::encode_url(b"{\"alg\":\"HS256\"}");
        let signed = format!("{header}.e30");
        let tag = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(&signed).finalize();
        let text = format!("{signed}.{}", base64::encode_url(&tag.into_bytes()));
        let jws = Jws::read(&text).unwrap();
        assert!(jws.holds(&JwsKey::read("HS256", &secret).unwrap()));
        assert!(!jws.holds(&JwsKey::read("HS512", &secret).unwrap()));
        assert!(JwsKey::read("HS256", "short").is_err());
        assert!(JwsKey::read("none", &secret).is_err());
    }
}
