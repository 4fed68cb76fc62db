//! Verification of RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2.2). It computes with public values alone.
//!
//! The whole encoded message is built and compared, as the RFC has it; padding is never parsed.

use alloc::vec::Vec;

use num_bigint::BigUint;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// `DigestInfo` in front of the digest: RFC 8017, section 9.2, note 1.
const SHA256: &[u8] = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
const SHA384: &[u8] = b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30";
const SHA512: &[u8] = b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40";

/// The bits of a modulus: not less (RFC 7518, section 3.3), nor so many that verifying takes long.
const MIN_BITS: u64 = 2048;
const MAX_BITS: u64 = 4096;

/// An exponent of more bits makes verifying slow, and nothing safer.
const MAX_EXPONENT_BITS: u64 = 33;

pub(super) struct PublicKey {
    modulus: BigUint,
    exponent: BigUint,
}

impl PublicKey {
    pub(super) fn new(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let (modulus, exponent) = (BigUint::from_bytes_be(modulus), BigUint::from_bytes_be(exponent));
        let is_usual = (MIN_BITS..=MAX_BITS).contains(&modulus.bits())
            && (2..=MAX_EXPONENT_BITS).contains(&exponent.bits())
            && modulus.bit(0)
            && exponent.bit(0);
        is_usual.then_some(Self { modulus, exponent })
    }

    pub(super) fn verify(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
        let size = usize::try_from(self.modulus.bits().div_ceil(8)).unwrap_or(usize::MAX);
        let number = BigUint::from_bytes_be(signature);
        if signature.len() != size || number >= self.modulus {
            return false;
        }
        let Some(expected) = encoded(algorithm, message, size) else { return false };
        number.modpow(&self.exponent, &self.modulus) == BigUint::from_bytes_be(&expected)
    }
}

/// Encodes a message: EMSA-PKCS1-v1_5 (RFC 8017, section 9.2).
fn encoded(algorithm: &str, message: &[u8], size: usize) -> Option<Vec<u8>> {
    let (info, digest) = match algorithm {
        "RS256" => (SHA256, Sha256::digest(message).to_vec()),
        "RS384" => (SHA384, Sha384::digest(message).to_vec()),
        "RS512" => (SHA512, Sha512::digest(message).to_vec()),
        _ => return None,
    };
    let padding = size.checked_sub(info.len())?.checked_sub(digest.len())?.checked_sub(3)?;
    let mut encoded = Vec::from([0, 1]);
    encoded.extend(core::iter::repeat_n(0xff, padding));
    encoded.push(0);
    encoded.extend_from_slice(info);
    encoded.extend_from_slice(&digest);
    Some(encoded)
}
