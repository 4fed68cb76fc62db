//! `io.jwt.*`: JSON Web Tokens are read, verified, and held against constraints. There is no clock: a token that says when it
//! holds can only be verified at a time that is given.

use alloc::string::String;
use alloc::vec::Vec;

use super::key::{self, Key};
use super::token::{Token, member};
use super::{Outcome, crypto, done};
use crate::encoding::hex;
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::number::Number;
use crate::policy::value::{Object, Text, Value};

/// How deep tokens lie within tokens.
const MAX_NESTING: usize = 8;

/// Returns header, claims and the signature in hexadecimal, nothing of which is verified.
pub(super) fn decode(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    let mut text = String::from(text.as_str());
    for _ in 0..MAX_NESTING {
        let Some(token) = Token::read(&text, fuel)? else { return Ok(None) };
        if token.header_text("cty") == Some("JWT") {
            let Some(inner) = token.inner() else { return Ok(None) };
            // Some writers quote it.
            text = inner.trim_matches(['"', '\'']).into();
            continue;
        }
        let (Some(claims), Some(signature)) = (token.claims(fuel)?, token.signature()) else { return Ok(None) };
        fuel.allocate(length(signature.len()).saturating_mul(2))?;
        return Value::array([token.header, claims, Value::text(hex::encode(&signature))].into()).map(Some);
    }
    Ok(None)
}

pub(super) fn verify_hs256(args: &[Value], fuel: &mut Fuel) -> Outcome {
    verify_hmac(args, 256, fuel)
}

pub(super) fn verify_hs384(args: &[Value], fuel: &mut Fuel) -> Outcome {
    verify_hmac(args, 384, fuel)
}

pub(super) fn verify_hs512(args: &[Value], fuel: &mut Fuel) -> Outcome {
    verify_hmac(args, 512, fuel)
}

fn verify_hmac(args: &[Value], bits: u16, fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text), Value::Text(secret)] = args else { return Ok(None) };
    crypto::charge(fuel, text.len().saturating_add(secret.len()))?;
    let Some((signed, _)) = text.rsplit_once('.').filter(|(signed, _)| signed.matches('.').count() == 1) else {
        return Ok(None);
    };
    let signature = text.get(signed.len().saturating_add(1)..).and_then(super::encoding::from_base64url);
    Ok(signature.map(|tag| Value::Bool(crypto::verify(bits, secret, signed.as_bytes(), &tag))))
}

pub(super) fn verify_eddsa(args: &[Value], fuel: &mut Fuel) -> Outcome {
    verify_with(args, "EdDSA", fuel)
}

#[cfg(feature = "jwt")]
pub(super) fn verify_es256(args: &[Value], fuel: &mut Fuel) -> Outcome {
    verify_with(args, "ES256", fuel)
}

#[cfg(feature = "jwt")]
pub(super) fn verify_rs256(args: &[Value], fuel: &mut Fuel) -> Outcome {
    verify_with(args, "RS256", fuel)
}

#[cfg(feature = "jwt")]
pub(super) fn verify_rs384(args: &[Value], fuel: &mut Fuel) -> Outcome {
    verify_with(args, "RS384", fuel)
}

#[cfg(feature = "jwt")]
pub(super) fn verify_rs512(args: &[Value], fuel: &mut Fuel) -> Outcome {
    verify_with(args, "RS512", fuel)
}

fn verify_with(args: &[Value], algorithm: &str, fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text), Value::Text(keys)] = args else { return Ok(None) };
    let Some(keys) = key::read(keys, fuel)? else { return Ok(None) };
    let Some(token) = Token::read(text, fuel)?.filter(Token::is_well_typed) else { return Ok(None) };
    let Some(signature) = token.signature() else { return Ok(None) };
    done(holds(&token, &signature, algorithm, &keys, fuel)?)
}

/// Tells whether the key that the token names made the signature, or else one of those that fit.
fn holds(token: &Token<'_>, signature: &[u8], algorithm: &str, keys: &[Key], fuel: &mut Fuel) -> Result<bool, Fault> {
    let header = token.header_text("alg").unwrap_or_default();
    let named = token.header_text("kid").filter(|kid| !kid.is_empty());
    let named = named.and_then(|kid| keys.iter().position(|key| key.id.as_deref() == Some(kid)));
    for (place, key) in keys.iter().enumerate() {
        let is_named = named.is_none_or(|named| named == place);
        let is_fit = key.algorithm.as_deref().is_none_or(|algorithm| algorithm == header);
        if is_named && is_fit && key.verify(algorithm, token.signed.as_bytes(), signature, fuel)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns whether the token is valid, and then its header and claims.
pub(super) fn decode_verify(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text), Value::Object(constraints)] = args else { return Ok(None) };
    let Some(constraints) = Constraints::read(constraints, fuel)? else { return Ok(None) };
    let mut text = String::from(text.as_str());
    for _ in 0..MAX_NESTING {
        let Some(token) = Token::read(&text, fuel)?.filter(Token::is_well_typed) else { return Ok(None) };
        let Some(signature) = token.signature() else { return Ok(None) };
        if !constraints.trusts(&token, &signature, fuel)? {
            return refused();
        }
        if token.header_text("cty").is_some_and(|kind| kind.eq_ignore_ascii_case("JWT")) {
            let Some(inner) = token.inner() else { return Ok(None) };
            text = inner;
            continue;
        }
        let Some(claims) = token.claims(fuel)? else { return Ok(None) };
        return match constraints.admits(&claims)? {
            Some(true) => Value::array([Value::Bool(true), token.header, claims].into()).map(Some),
            Some(false) => refused(),
            None => Ok(None),
        };
    }
    Ok(None)
}

fn refused() -> Outcome {
    let empty = Value::object(Vec::new())?;
    Value::array([Value::Bool(false), empty.clone(), empty].into()).map(Some)
}

enum Trust<'a> {
    Secret(&'a Text),
    Keys(Vec<Key>),
}

struct Constraints<'a> {
    trust: Trust<'a>,
    algorithm: &'a str,
    issuer: &'a str,
    audience: &'a str,
    time: Option<&'a Number>,
}

impl<'a> Constraints<'a> {
    /// Reads constraints; nothing for an unknown one, or for anything but exactly one of `secret` and `cert`.
    fn read(members: &'a Object, fuel: &mut Fuel) -> Result<Option<Self>, Fault> {
        let (mut secret, mut keys, mut time) = (None, None, None);
        let (mut algorithm, mut issuer, mut audience) = ("", "", "");
        for (name, value) in members {
            let Value::Text(name) = name else { return Ok(None) };
            match (name.as_str(), value) {
                ("secret", Value::Text(text)) => secret = Some(text).filter(|text| !text.is_empty()),
                ("cert", Value::Text(text)) => match key::read(text, fuel)? {
                    Some(read) => keys = Some(read),
                    None => return Ok(None),
                },
                ("alg", Value::Text(text)) => algorithm = text.as_str(),
                ("iss", Value::Text(text)) => issuer = text,
                ("aud", Value::Text(text)) => audience = text,
                ("time", Value::Number(number)) if !number.is_negative() => time = Some(number),
                _ => return Ok(None),
            }
        }
        let trust = match (secret, keys) {
            (Some(secret), None) => Trust::Secret(secret),
            (None, Some(keys)) => Trust::Keys(keys),
            _ => return Ok(None),
        };
        Ok(Some(Self { trust, algorithm, issuer, audience, time }))
    }

    /// Tells whether the signature is by whom the constraints trust.
    fn trusts(&self, token: &Token<'_>, signature: &[u8], fuel: &mut Fuel) -> Result<bool, Fault> {
        let Some(algorithm) = token.header_text("alg").filter(|name| !name.is_empty()) else { return Ok(false) };
        if token.is_beyond_us() || !self.algorithm.is_empty() && self.algorithm != algorithm {
            return Ok(false);
        }
        // A secret is only ever one of HMAC, and a public key never is.
        match &self.trust {
            Trust::Keys(keys) => holds(token, signature, algorithm, keys, fuel),
            Trust::Secret(secret) => {
                crypto::charge(fuel, token.signed.len().saturating_add(secret.len()))?;
                let bits = match algorithm {
                    "HS256" => 256,
                    "HS384" => 384,
                    "HS512" => 512,
                    _ => return Ok(false),
                };
                Ok(crypto::verify(bits, secret, token.signed.as_bytes(), signature))
            }
        }
    }

    /// Tells whether the claims are within the constraints; nothing if that cannot be told.
    fn admits(&self, claims: &Value) -> Result<Option<bool>, Fault> {
        let is_text = |value: &Value, expected: &str| matches!(value, Value::Text(text) if text == expected);
        if !self.issuer.is_empty() && !member(claims, "iss").is_some_and(|issuer| is_text(issuer, self.issuer)) {
            return Ok(Some(false));
        }
        let is_audience = match member(claims, "aud") {
            None => self.audience.is_empty(),
            Some(Value::Array(names)) => names.iter().any(|name| is_text(name, self.audience)),
            Some(name) => is_text(name, self.audience),
        };
        if !is_audience {
            return Ok(Some(false));
        }
        let (expires, begins) = (member(claims, "exp"), member(claims, "nbf"));
        if expires.is_none() && begins.is_none() {
            return Ok(Some(true));
        }
        let (Some(time), Some(expires), Some(begins)) = (self.time, nanoseconds(expires)?, nanoseconds(begins)?) else {
            return Ok(None);
        };
        Ok(Some(expires.is_none_or(|end| *time < end) && begins.is_none_or(|start| start <= *time)))
    }
}

/// Turns a claim of seconds into nanoseconds; nothing for what is no number.
fn nanoseconds(claim: Option<&Value>) -> Result<Option<Option<Number>>, Fault> {
    match claim {
        None => Ok(Some(None)),
        Some(Value::Number(seconds)) => seconds.scale(1, 9).map(Some).map(Some),
        Some(_) => Ok(None),
    }
}
