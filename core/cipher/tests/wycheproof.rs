//! Wycheproof's cases of ChaCha20-Poly1305, but for those whose nonce is not of 12 bytes: no type can hold them.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test")]

use sealwright_cipher::{Aead, Failed};
use wycheproof::TestResult;
use wycheproof::aead::{Test, TestName, TestSet};

fn cases() -> Vec<Test> {
    let set = TestSet::load(TestName::ChaCha20Poly1305).unwrap();
    set.test_groups.into_iter().filter(|group| group.nonce_size == 96).flat_map(|group| group.tests).collect()
}

fn opened(case: &Test) -> Result<Vec<u8>, Failed> {
    let cipher = Aead::new(case.key.as_slice().try_into().unwrap());
    let tag = case.tag.as_slice().try_into().unwrap();
    let mut plaintext = vec![1; case.ct.len()];
    cipher.open(case.nonce.as_slice().try_into().unwrap(), &case.aad, &case.ct, tag, &mut plaintext).map(|()| plaintext)
}

#[test]
fn valid_cases_seal_and_open() {
    let valid: Vec<_> = cases().into_iter().filter(|case| case.result == TestResult::Valid).collect();
    assert!(valid.len() > 200, "{} cases", valid.len());
    for case in valid {
        let cipher = Aead::new(case.key.as_slice().try_into().unwrap());
        let mut ciphertext = vec![0; case.pt.len()];
        let tag = cipher.seal(case.nonce.as_slice().try_into().unwrap(), &case.aad, &case.pt, &mut ciphertext).unwrap();
        assert_eq!(
            (ciphertext.as_slice(), tag.as_slice()),
            (case.ct.as_slice(), case.tag.as_slice()),
            "{}",
            case.tc_id
        );
        assert_eq!(opened(&case).unwrap().as_slice(), case.pt.as_slice(), "{}", case.tc_id);
    }
}

#[test]
fn invalid_cases_do_not_open() {
    let invalid: Vec<_> = cases().into_iter().filter(|case| case.result == TestResult::Invalid).collect();
    assert!(invalid.len() > 20, "{} cases", invalid.len());
    for case in invalid {
        assert_eq!(opened(&case), Err(Failed), "{}", case.tc_id);
    }
}
