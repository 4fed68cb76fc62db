//! Whose tokens are believed, and by which keys.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use super::key::VerifyingKey;
use super::token::Verified;
use crate::encoding::json;
use crate::encoding::members::Members;
use crate::error::Error;
use crate::policy::Jws;

/// The most bytes of a JWK set.
const MAX_SIZE: usize = 65_536;

/// The most keys of one.
const MAX_KEYS: usize = 64;

/// Holds an issuer's keys.
pub struct KeySet(Vec<(String, VerifyingKey)>);

/// Is who issues tokens, with the name that this host has there.
pub struct Issuer {
    pub(super) issuer: String,
    pub(super) audience: String,
    keys: Option<KeySet>,
}

/// Holds the issuers that are believed.
pub struct Issuers {
    issuers: Vec<Issuer>,
    pub(super) skew_s: u64,
    /// From a property's name to a claim's; absent, every claim is a property.
    pub(super) claims: Option<Map<String, Value>>,
    /// Tokens whose signature held, by their digest: a caller has one for many requests.
    pub(super) verified: BTreeMap<[u8; 32], Verified>,
}

impl KeySet {
    /// Reads a JWK set. Keys of other kinds, or for other uses, are passed over.
    ///
    /// # Errors
    /// `json_invalid` for what is no set, is too large, or names two keys alike.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        let invalid = |reason: &str| Error::JsonInvalid { what: "JWK set", reason: reason.to_owned() };
        if text.len() > MAX_SIZE {
            return Err(invalid("it has more than 65536 bytes"));
        }
        Self::read(&json::parse("JWK set", text)?).map_err(invalid)
    }

    fn read(set: &Value) -> Result<Self, &'static str> {
        let jwks = set.get("keys").and_then(Value::as_array).ok_or("expected an object with a list `keys`")?;
        if jwks.len() > MAX_KEYS {
            return Err("it has more than 64 keys");
        }
        let mut keys: Vec<(String, VerifyingKey)> = Vec::new();
        for jwk in jwks {
            let jwk = jwk.as_object().ok_or("one of its keys is no object")?;
            let Some(id) = jwk.get("kid").and_then(Value::as_str) else { continue };
            let Some(key) = VerifyingKey::read(jwk) else { continue };
            if keys.iter().any(|(other, _)| other == id) {
                return Err("two of its keys have one `kid`");
            }
            keys.push((id.to_owned(), key));
        }
        Ok(Self(keys))
    }

    fn key(&self, id: &str) -> Option<&VerifyingKey> {
        self.0.iter().find(|(known, _)| known == id).map(|(_, key)| key)
    }
}

impl Issuer {
    pub(crate) fn read(value: Value) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let issuer = Self {
            issuer: members.text("issuer")?,
            audience: members.text("audience")?,
            keys: members.optional("keys").map(|set| KeySet::read(&set)).transpose()?,
        };
        members.end()?;
        if issuer.issuer.is_empty() || issuer.audience.is_empty() {
            return Err("an issuer and its audience must not be empty".to_owned());
        }
        Ok(issuer)
    }

    /// Tells whether one of the issuer's keys made a token.
    pub(super) fn made(&self, jws: &Jws<'_>) -> Result<bool, Error> {
        let id = jws.header("kid").ok_or(Error::TokenInvalid { reason: "its header names no key" })?;
        let key = self.keys.as_ref().and_then(|keys| keys.key(id));
        let key = key.ok_or_else(|| Error::TokenKeyUnknown { issuer: self.issuer.clone() })?;
        Ok(key.made(jws))
    }
}

impl Issuers {
    /// Believes these.
    pub(crate) fn new(issuers: Vec<Issuer>, skew_s: u64, claims: Option<Map<String, Value>>) -> Self {
        Self { issuers, skew_s, claims, verified: BTreeMap::new() }
    }

    /// Replaces an issuer's keys.
    ///
    /// # Errors
    /// `token_invalid` for somebody who is no issuer here.
    pub fn set_keys(&mut self, issuer: &str, keys: KeySet) -> Result<(), Error> {
        let known = self.issuers.iter_mut().find(|known| known.issuer == issuer).ok_or(UNKNOWN)?;
        known.keys = Some(keys);
        self.verified.clear();
        Ok(())
    }

    /// Lends an issuer.
    pub(super) fn issuer(&self, name: &str) -> Result<&Issuer, Error> {
        self.issuers.iter().find(|known| known.issuer == name).ok_or(UNKNOWN)
    }
}

const UNKNOWN: Error = Error::TokenInvalid { reason: "its issuer is not one of this edge" };
