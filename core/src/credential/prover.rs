//! A caller's key, and the proofs that it holds it: RFC 9449, section 4.2.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::key::thumbprint;
use crate::encoding::members::{map, object, text};
use crate::encoding::{base64, json};
use crate::error::Error;
use crate::rng::{self, Entropy};

/// Proves who calls: an Ed25519 key that lives as long as this does.
pub struct Prover {
    key: SigningKey,
    jwk: Map<String, Value>,
}

impl Prover {
    /// Makes a fresh key.
    ///
    /// # Errors
    /// `entropy_unavailable`.
    pub fn generate(entropy: &mut dyn Entropy) -> Result<Self, Error> {
        let key = SigningKey::from_bytes(&Zeroizing::new(rng::random::<32>(entropy)?));
        let point = base64::encode_url(key.verifying_key().as_bytes());
        Ok(Self { key, jwk: map([("crv", text("Ed25519")), ("kty", text("OKP")), ("x", text(&point))].into()) })
    }

    /// Returns what tokens are bound to (`cnf.jkt`).
    pub fn thumbprint(&self) -> String {
        thumbprint(&self.jwk).unwrap_or_default()
    }

    /// Returns a proof for one request, made at a time in seconds since 1970; with the token that goes along, but for the
    /// request that fetches one, and with the server's nonce, where it wants one.
    ///
    /// # Errors
    /// `entropy_unavailable`.
    pub fn prove(
        &self,
        (method, url): (&str, &str),
        token: Option<&str>,
        nonce: Option<&str>,
        now: u64,
        entropy: &mut dyn Entropy,
    ) -> Result<String, Error> {
        let header = object(
            [("alg", text("EdDSA")), ("jwk", Some(Value::Object(self.jwk.clone()))), ("typ", text("dpop+jwt"))].into(),
        );
        let url = url.split(['?', '#']).next().unwrap_or_default();
        let hash = token.map(|token| base64::encode_url(&Sha256::digest(token)));
        let claims = object(
            [
                ("ath", hash.map(Value::String)),
                ("htm", text(method)),
                ("htu", text(url)),
                ("iat", Some(Value::from(now))),
                ("jti", text(&base64::encode_url(&rng::random::<16>(entropy)?))),
                ("nonce", nonce.map(|nonce| Value::String(nonce.to_owned()))),
            ]
            .into(),
        );
        let part = |value| base64::encode_url(&json::canonical(value));
        let mut proof = [&*part(&header), ".", &*part(&claims)].concat();
        let signature = self.key.sign(proof.as_bytes()).to_bytes();
        proof.push('.');
        proof.push_str(&base64::encode_url(&signature));
        Ok(proof)
    }
}

impl fmt::Debug for Prover {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Prover({})", self.thumbprint())
    }
}
