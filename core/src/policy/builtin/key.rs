//! Public keys: a PEM of a key or a certificate (RFC 7468, RFC 5280), a JWK or a set of them (RFC 7517, RFC 8037).

mod der;
#[cfg(feature = "public-keys")]
mod rsa;
#[cfg(test)]
mod tests;

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use ed25519_dalek::{Signature, VerifyingKey};

use super::encoding::from_base64url;
use super::json;
use super::token::member;
use crate::encoding::base64;
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::value::Value;

/// What a verification costs: about as long as so many steps.
const VERIFY_STEPS: u64 = 1000;

/// The kinds of keys that a JWK may be.
const KINDS: [&str; 4] = ["EC", "OKP", "RSA", "oct"];

/// Is a public key, with what a JWK says of it.
pub(crate) struct Key {
    pub(super) id: Option<String>,
    pub(super) algorithm: Option<String>,
    kind: Kind,
}

enum Kind {
    Ed25519(VerifyingKey),
    #[cfg(feature = "public-keys")]
    P256(p256::ecdsa::VerifyingKey),
    #[cfg(feature = "public-keys")]
    Rsa(rsa::PublicKey),
    /// A key of a kind that is not here: it verifies nothing.
    Other,
}

impl Key {
    /// Tells whether a signature is by this key, which only ever takes the algorithm of its kind.
    pub(in crate::policy) fn verify(
        &self,
        algorithm: &str,
        message: &[u8],
        signature: &[u8],
        fuel: &mut Fuel,
    ) -> Result<bool, Fault> {
        fuel.step(VERIFY_STEPS)?;
        fuel.read(length(message.len()).saturating_mul(4))?;
        Ok(match (&self.kind, algorithm) {
            (Kind::Ed25519(key), "EdDSA") => {
                Signature::from_slice(signature).is_ok_and(|signature| key.verify_strict(message, &signature).is_ok())
            }
            #[cfg(feature = "public-keys")]
            (Kind::P256(key), "ES256") => {
                use p256::ecdsa::signature::Verifier as _;
                p256::ecdsa::Signature::from_slice(signature)
                    .is_ok_and(|signature| key.verify(message, &signature).is_ok())
            }
            #[cfg(feature = "public-keys")]
            (Kind::Rsa(key), "RS256" | "RS384" | "RS512") => key.verify(algorithm, message, signature),
            _ => false,
        })
    }
}

#[cfg(feature = "public-keys")]
impl Key {
    /// Tells whether it can verify by an algorithm other than Ed25519's.
    pub(in crate::policy) fn is_for(&self, algorithm: &str) -> bool {
        let is_meant = self.algorithm.as_deref().is_none_or(|meant| meant == algorithm);
        let is_fit = match &self.kind {
            Kind::P256(_) => algorithm == "ES256",
            Kind::Rsa(_) => matches!(algorithm, "RS256" | "RS384" | "RS512"),
            _ => false,
        };
        is_meant && is_fit
    }
}

/// Reads keys; nothing for a text that holds none.
pub(in crate::policy) fn read(text: &str, fuel: &mut Fuel) -> Result<Option<Vec<Key>>, Fault> {
    fuel.read(length(text.len()).saturating_mul(4))?;
    fuel.allocate(length(text.len()).saturating_mul(4))?;
    if text.contains("-----BEGIN ") {
        return Ok(pem(text).map(|kind| [Key { id: None, algorithm: None, kind }].into()));
    }
    let Some(json) = json::read(text, fuel)? else { return Ok(None) };
    let keys = match member(&json, "keys") {
        Some(Value::Array(keys)) => keys.iter().map(jwk).collect::<Option<Vec<_>>>(),
        Some(_) => None,
        None => jwk(&json).map(|key| [key].into()),
    };
    // Those whose algorithm is unknown are passed over.
    Ok(keys.map(|keys| keys.into_iter().filter(Key::is_known).collect()))
}

impl Key {
    fn is_known(&self) -> bool {
        self.algorithm.as_deref().is_none_or(|name| {
            let (family, size) = name.split_at_checked(2).unwrap_or_default();
            name == "EdDSA" || matches!(family, "ES" | "HS" | "PS" | "RS") && matches!(size, "256" | "384" | "512")
        })
    }
}

/// Reads a single PEM block.
fn pem(text: &str) -> Option<Kind> {
    let (_, block) = text.split_once("-----BEGIN ")?;
    let (label, block) = block.split_once("-----")?;
    let (body, rest) = block.split_once("-----END ")?;
    let rest = rest.strip_prefix(label)?.strip_prefix("-----")?;
    if !rest.trim().is_empty() {
        return None;
    }
    let mut bytes = Vec::new();
    let body: String = body.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    base64::decode_padded(body.as_bytes(), &mut bytes)?;
    let info = match label {
        "PUBLIC KEY" => bytes.as_slice(),
        "CERTIFICATE" => der::certified_key(&bytes)?,
        _ => return None,
    };
    kind_of(info)
}

fn kind_of(info: &[u8]) -> Option<Kind> {
    let (algorithm, key) = der::public_key(info)?;
    Some(match algorithm {
        der::Algorithm::Ed25519 => Kind::Ed25519(VerifyingKey::from_bytes(key.try_into().ok()?).ok()?),
        #[cfg(feature = "public-keys")]
        der::Algorithm::P256 => Kind::P256(p256::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?),
        #[cfg(feature = "public-keys")]
        der::Algorithm::Rsa => {
            let (modulus, exponent) = der::rsa_key(key)?;
            Kind::Rsa(rsa::PublicKey::new(modulus, exponent)?)
        }
        _ => Kind::Other,
    })
}

fn jwk(json: &Value) -> Option<Key> {
    let text = |name: &str| match member(json, name) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let bytes = |name: &str| text(name).and_then(from_base64url);
    let kind = match (text("kty")?, text("crv").unwrap_or_default()) {
        ("OKP", "Ed25519") => Kind::Ed25519(VerifyingKey::from_bytes(bytes("x")?.as_slice().try_into().ok()?).ok()?),
        #[cfg(feature = "public-keys")]
        ("EC", "P-256") => {
            let (x, y): ([u8; 32], [u8; 32]) = (bytes("x")?.try_into().ok()?, bytes("y")?.try_into().ok()?);
            let point = [&[4], x.as_slice(), y.as_slice()].concat();
            Kind::P256(p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).ok()?)
        }
        #[cfg(feature = "public-keys")]
        ("RSA", _) => Kind::Rsa(rsa::PublicKey::new(&bytes("n")?, &bytes("e")?)?),
        (kind, _) if KINDS.contains(&kind) => Kind::Other,
        _ => return None,
    };
    Some(Key { id: text("kid").map(ToString::to_string), algorithm: text("alg").map(ToString::to_string), kind })
}
