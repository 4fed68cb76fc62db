//! Access tokens: RFC 9068, bound to a key of the caller (RFC 9449, section 6).

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::issuer::{Issuer, Issuers};
use crate::encoding::{base64, json};
use crate::error::Error;
use crate::policy::{Jws, Subject};

const MAX_SIZE: usize = 8192;
const MAX_SUBJECT_SIZE: usize = 256;

/// What a header's `typ` may say.
const TYPES: [&str; 3] = ["at+jwt", "application/at+jwt", "jwt"];

/// Claims about the token, not about its subject.
const NOT_PROPERTIES: [&str; 7] = ["aud", "cnf", "exp", "iat", "jti", "nbf", "sub"];

/// Is a token that was verified.
#[derive(Debug, Clone)]
pub struct Token {
    pub(super) subject: Subject,
    pub(super) scope: Vec<String>,
    pub(super) thumbprint: String,
    pub(super) hash: String,
}

/// Is a token whose signature held, and when it does.
pub(super) struct Verified {
    token: Token,
    begins: u64,
    expires: u64,
}

/// How many tokens are remembered. When there is one more, all are verified anew.
const MOST_VERIFIED: usize = 1024;

impl Token {
    /// Lends who calls, as the policy sees it.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Lends what the token is for.
    pub fn scope(&self) -> &[String] {
        &self.scope
    }
}

impl Issuers {
    /// Verifies the value of a header `Authorization` at a time, in seconds since 1970.
    ///
    /// # Errors
    /// `token_missing`, `token_invalid`, `token_key_unknown`, `token_expired`.
    pub fn verify(&mut self, authorization: Option<&str>, now: u64) -> Result<Token, Error> {
        let (scheme, text) = authorization.and_then(|value| value.split_once(' ')).ok_or(Error::TokenMissing)?;
        if !scheme.eq_ignore_ascii_case("DPoP") {
            return Err(invalid("it is not bound to a key: expected the scheme `DPoP`"));
        }
        if text.len() > MAX_SIZE {
            return Err(invalid("it has more than 8192 bytes"));
        }
        let digest: [u8; 32] = Sha256::digest(text).into();
        if !self.verified.contains_key(&digest) {
            let verified = self.verify_new(text, &digest)?;
            if self.verified.len() >= MOST_VERIFIED {
                self.verified.clear();
            }
            self.verified.insert(digest, verified);
        }
        let known = self.verified.get(&digest).ok_or(Error::TokenExpired)?;
        let (earliest, latest) = (now.saturating_sub(self.skew_s), now.saturating_add(self.skew_s));
        if known.expires <= earliest || known.begins > latest {
            return Err(Error::TokenExpired);
        }
        Ok(known.token.clone())
    }

    fn verify_new(&self, text: &str, digest: &[u8; 32]) -> Result<Verified, Error> {
        let jws = Jws::read(text).map_err(invalid)?;
        if jws.member("typ").is_some_and(|kind| !is_type(kind)) {
            return Err(invalid("its `typ` is not that of an access token"));
        }
        let Ok(Value::Object(claims)) = json::parse("claims", jws.unverified_payload()) else {
            return Err(invalid("its claims are no JSON object"));
        };
        let issuer = self.issuer(claims.get("iss").and_then(Value::as_str).unwrap_or_default())?;
        if !issuer.made(&jws)? {
            return Err(invalid("its signature does not hold"));
        }
        check_audience(&claims, issuer)?;
        let expires = seconds(&claims, "exp")?.ok_or(invalid("it has no `exp`"))?;
        let begins = seconds(&claims, "nbf")?.max(seconds(&claims, "iat")?).unwrap_or_default();
        Ok(Verified { token: self.read(claims, digest)?, begins, expires })
    }

    fn read(&self, claims: Map<String, Value>, digest: &[u8; 32]) -> Result<Token, Error> {
        let of = |name: &str| claims.get(name).and_then(Value::as_str);
        let id = of("sub").filter(|id| (1..=MAX_SUBJECT_SIZE).contains(&id.len()));
        let id = id.ok_or(invalid("its `sub` is no text of 1 to 256 bytes"))?.to_owned();
        let thumbprint = claims.get("cnf").and_then(|cnf| cnf.get("jkt")).and_then(Value::as_str);
        let thumbprint = thumbprint.ok_or(invalid("it is bound to no key: `cnf.jkt`"))?.to_owned();
        let scope = of("scope").unwrap_or_default().split(' ').filter(|name| !name.is_empty()).map(str::to_owned);
        let scope = scope.collect();
        let subject = Subject { kind: "user".to_owned(), id, properties: self.properties(claims) };
        Ok(Token { subject, scope, thumbprint, hash: base64::encode_url(digest) })
    }

    /// Returns the claims that the policy sees.
    fn properties(&self, claims: Map<String, Value>) -> Map<String, Value> {
        let Some(wanted) = &self.claims else {
            return claims.into_iter().filter(|(name, _)| !NOT_PROPERTIES.contains(&name.as_str())).collect();
        };
        let claim = |(property, name): (&String, &Value)| Some((property.clone(), claims.get(name.as_str()?)?.clone()));
        let issuer = claims.get("iss").map(|issuer| ("issuer".to_owned(), issuer.clone()));
        wanted.iter().filter_map(claim).chain(issuer).collect()
    }
}

fn check_audience(claims: &Map<String, Value>, issuer: &Issuer) -> Result<(), Error> {
    let is_audience = match claims.get("aud") {
        Some(Value::String(name)) => *name == issuer.audience,
        Some(Value::Array(names)) => names.iter().any(|name| *name == *issuer.audience),
        _ => false,
    };
    if is_audience { Ok(()) } else { Err(invalid("it is for another audience")) }
}

fn is_type(kind: &Value) -> bool {
    kind.as_str().is_some_and(|kind| TYPES.iter().any(|known| kind.eq_ignore_ascii_case(known)))
}

/// Reads a claim of a time. A fraction of a second does not count.
pub(super) fn seconds(claims: &Map<String, Value>, name: &str) -> Result<Option<u64>, Error> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let whole = value.as_u64().or_else(|| value.as_f64().filter(|time| (0.0..9e15).contains(time)).map(whole));
    whole.map(Some).ok_or(invalid("one of its times is not a number"))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 0 to 9e15")]
fn whole(time: f64) -> u64 {
    time as u64
}

pub(super) const fn invalid(reason: &'static str) -> Error {
    Error::TokenInvalid { reason }
}
