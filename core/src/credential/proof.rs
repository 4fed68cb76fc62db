//! Proofs of possession: RFC 9449, section 4.

use alloc::string::String;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::issuer::Issuers;
use super::key::{VerifyingKey, thumbprint};
use super::token::{Token, seconds};
use crate::encoding::{hex, json};
use crate::error::Error;
use crate::policy::Jws;

const MAX_SIZE: usize = 4096;
const ID_SIZE: core::ops::RangeInclusive<usize> = 8..=256;

/// For how long a proof holds, in seconds.
const LIFETIME_S: u64 = 60;

/// Separates the hash of a replay id from every other hash.
const CONTEXT: &[u8] = b"sealwright.dev/proof v1\n";

/// Is a proof that was verified. It counts once: the host remembers its id.
#[derive(Debug, Clone)]
pub struct Proof {
    replay_id: String,
    until: u64,
}

impl Proof {
    /// Lends what the host must not take twice.
    pub fn replay_id(&self) -> &str {
        &self.replay_id
    }

    /// Returns until when the host must remember it, in seconds since 1970.
    pub fn until(&self) -> u64 {
        self.until
    }
}

impl Issuers {
    /// Verifies the value of a header `DPoP` for the holder of a token, a method and a URL, at a time.
    ///
    /// # Errors
    /// `proof_missing`, `proof_invalid`.
    pub fn verify_proof(
        &self,
        proof: Option<&str>,
        token: &Token,
        method: &str,
        url: &str,
        now: u64,
    ) -> Result<Proof, Error> {
        let text = proof.ok_or(Error::ProofMissing)?;
        if text.len() > MAX_SIZE {
            return Err(invalid("it has more than 4096 bytes"));
        }
        let jws = Jws::read(text).map_err(invalid)?;
        if jws.header("typ") != Some("dpop+jwt") {
            return Err(invalid("its `typ` is not `dpop+jwt`"));
        }
        let jwk = jws.member("jwk").and_then(Value::as_object).ok_or(invalid("it carries no key"))?;
        // Before the signature: no work is done with a key that a stranger chose.
        if thumbprint(jwk).as_ref() != Some(&token.thumbprint) {
            return Err(invalid("the token is bound to another key"));
        }
        let key = VerifyingKey::read_public(jwk).ok_or(invalid("its key is not a public one that is known here"))?;
        if !key.made(&jws) {
            return Err(invalid("its signature does not hold"));
        }
        let Ok(Value::Object(claims)) = json::parse("claims", jws.unverified_payload()) else {
            return Err(invalid("its claims are no JSON object"));
        };
        let is = |name: &str, expected: &str| claims.get(name).and_then(Value::as_str) == Some(expected);
        let made = seconds(&claims, "iat").ok().flatten().ok_or(invalid("it does not say when it was made"))?;
        let is_now = made <= now.saturating_add(self.skew_s) && now <= made.saturating_add(LIFETIME_S);
        match claims.get("jti").and_then(Value::as_str).filter(|id| ID_SIZE.contains(&id.len())) {
            None => Err(invalid("it has no usable `jti`")),
            _ if !is("htm", method) => Err(invalid("it is for another method")),
            _ if !is("htu", url) => Err(invalid("it is for another URL")),
            _ if !is("ath", &token.hash) => Err(invalid("it is for another token")),
            _ if !is_now => Err(invalid("it was not made now")),
            Some(id) => Ok(Proof { replay_id: replay_id(&token.thumbprint, id), until: self.remembered_until(now) }),
        }
    }

    fn remembered_until(&self, now: u64) -> u64 {
        now.saturating_add(LIFETIME_S).saturating_add(self.skew_s.saturating_mul(2))
    }
}

fn replay_id(thumbprint: &str, id: &str) -> String {
    let hash = Sha256::new().chain_update(CONTEXT).chain_update(thumbprint).chain_update(b"\n").chain_update(id);
    hex::encode(&hash.finalize())
}

const fn invalid(reason: &'static str) -> Error {
    Error::ProofInvalid { reason }
}
