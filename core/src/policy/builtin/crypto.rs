//! `crypto.*`: SHA-2 (FIPS 180-4) and HMAC (RFC 2104) over texts.

use alloc::string::String;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

use super::{Outcome, done};
use crate::encoding::hex;
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::value::{Text, Value};

pub(super) fn sha256(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    charge(fuel, text.len())?;
    done(Value::text(hex::encode(&Sha256::digest(text.as_bytes()))))
}

pub(super) fn hmac_sha256(args: &[Value], fuel: &mut Fuel) -> Outcome {
    authenticated(args, fuel, |key, text| Some(hex::encode(&sha256_of(key, text)?)))
}

pub(super) fn hmac_sha512(args: &[Value], fuel: &mut Fuel) -> Outcome {
    authenticated(args, fuel, |key, text| Some(hex::encode(&sha512_of(key, text)?)))
}

pub(super) fn hmac_equal(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(one), Value::Text(other)] = args else { return Ok(None) };
    fuel.read(length(one.len()))?;
    done(bool::from(one.as_bytes().ct_eq(other.as_bytes())))
}

fn authenticated(args: &[Value], fuel: &mut Fuel, tag: fn(&Text, &Text) -> Option<String>) -> Outcome {
    let [Value::Text(text), Value::Text(key)] = args else { return Ok(None) };
    charge(fuel, text.len().saturating_add(key.len()))?;
    Ok(tag(key, text).map(Value::text))
}

/// Pays for hashing.
pub(super) fn charge(fuel: &mut Fuel, size: usize) -> Result<(), Fault> {
    fuel.step(8)?;
    fuel.read(length(size).saturating_mul(4))?;
    fuel.allocate(256)
}

/// Checks a tag of HMAC with SHA-256, SHA-384 or SHA-512, in a time that does not depend on where it differs.
pub(super) fn verify(bits: u16, key: &str, message: &[u8], tag: &[u8]) -> bool {
    macro_rules! check {
        ($hash:ty) => {
            Hmac::<$hash>::new_from_slice(key.as_bytes())
                .is_ok_and(|mac| mac.chain_update(message).verify_slice(tag).is_ok())
        };
    }
    match bits {
        256 => check!(Sha256),
        384 => check!(Sha384),
        512 => check!(Sha512),
        _ => false,
    }
}

fn sha256_of(key: &Text, text: &Text) -> Option<[u8; 32]> {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    Some(mac.chain_update(text.as_bytes()).finalize().into_bytes().into())
}

fn sha512_of(key: &Text, text: &Text) -> Option<[u8; 64]> {
    let mac = Hmac::<Sha512>::new_from_slice(key.as_bytes()).ok()?;
    Some(mac.chain_update(text.as_bytes()).finalize().into_bytes().into())
}
