//! As much of DER (X.690) as public keys need.

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 2;
const BIT_STRING: u8 = 3;
const OBJECT_ID: u8 = 6;
/// The version of a certificate, which the first one lacks.
const VERSION: u8 = 0xa0;

/// Object identifiers: RFC 8410, section 3; RFC 5480, section 2.1.1; RFC 8017, appendix C.
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Ed25519,
    P256,
    Rsa,
    Other,
}

/// Returns the key that a certificate is about. Nothing else of the certificate is looked at.
pub(super) fn certified_key(bytes: &[u8]) -> Option<&[u8]> {
    let (certificate, _) = read(SEQUENCE, bytes)?;
    let (signed, _) = read(SEQUENCE, certificate)?;
    let rest = read(VERSION, signed).map_or(signed, |(_, rest)| rest);
    let (_, rest) = read(INTEGER, rest)?;
    // Algorithm, issuer, validity and subject.
    let mut rest = rest;
    for _ in 0..4 {
        (_, rest) = read(SEQUENCE, rest)?;
    }
    let (_, behind) = read(SEQUENCE, rest)?;
    rest.get(..rest.len().checked_sub(behind.len())?)
}

/// Returns the algorithm and the bytes of a `SubjectPublicKeyInfo` (RFC 5280, section 4.1).
pub(super) fn public_key(bytes: &[u8]) -> Option<(Algorithm, &[u8])> {
    let (info, []) = read(SEQUENCE, bytes)? else { return None };
    let (algorithm, rest) = read(SEQUENCE, info)?;
    let (id, parameters) = read(OBJECT_ID, algorithm)?;
    // The first byte counts the bits at the end that are unused.
    let (key, _) = read(BIT_STRING, rest)?;
    let algorithm = match id {
        ED25519 => Algorithm::Ed25519,
        RSA => Algorithm::Rsa,
        EC if read(OBJECT_ID, parameters)?.0 == P256 => Algorithm::P256,
        _ => Algorithm::Other,
    };
    Some((algorithm, key.strip_prefix(&[0])?))
}

/// Returns modulus and exponent of an `RSAPublicKey` (RFC 8017, appendix A.1.1).
#[cfg(feature = "public-keys")]
pub(super) fn rsa_key(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (key, []) = read(SEQUENCE, bytes)? else { return None };
    let (modulus, rest) = read(INTEGER, key)?;
    let (exponent, []) = read(INTEGER, rest)? else { return None };
    Some((modulus, exponent))
}

/// Reads a value of a type, and returns it and what is behind.
fn read(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let [first, size, rest @ ..] = bytes else { return None };
    if *first != tag {
        return None;
    }
    let (size, rest) = match size {
        0..=0x7f => (usize::from(*size), rest),
        0x81..=0x83 => {
            let (size, rest) = rest.split_at_checked(usize::from(size & 3))?;
            (size.iter().fold(0, |size, byte| size << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(size)
}
