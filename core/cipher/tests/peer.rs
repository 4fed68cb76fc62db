//! The cipher does what the `chacha20poly1305` crate does. In WebAssembly with `simd128` it is another one.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test"
)]

use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit};
use proptest::prelude::{ProptestConfig, any};
use proptest::{collection, prop_assert_eq, proptest};
use sealwright_cipher::{Aead, CHUNK_SIZE, ChunkCipher, Failed, TAG_SIZE};

const BOUNDARIES: [usize; 17] =
    [0, 1, 15, 16, 17, 31, 32, 63, 64, 65, 255, 256, 257, 511, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1];

/// Returns ciphertext and tag as the peer makes them.
fn by_peer(key: &[u8; 32], nonce: &[u8; 12], aad: &[u8], plaintext: &[u8]) -> (Vec<u8>, [u8; TAG_SIZE]) {
    let mut ciphertext = plaintext.to_vec();
    let cipher = ChaCha20Poly1305::new(key.into());
    let tag = cipher.encrypt_inout_detached(nonce.into(), aad, ciphertext.as_mut_slice().into()).unwrap();
    (ciphertext, tag.into())
}

/// Returns bytes that differ from their neighbours.
fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|index| (index * 7 + index / 251) as u8).collect()
}

#[track_caller]
fn agrees(key: &[u8; 32], nonce: &[u8; 12], aad: &[u8], plaintext: &[u8]) {
    let cipher = Aead::new(key);
    let mut ciphertext = vec![0; plaintext.len()];
    let tag = cipher.seal(nonce, aad, plaintext, &mut ciphertext).unwrap();
    assert!((ciphertext.clone(), tag) == by_peer(key, nonce, aad, plaintext));
    let mut opened = vec![0; plaintext.len()];
    cipher.open(nonce, aad, &ciphertext, &tag, &mut opened).unwrap();
    assert!(opened == plaintext);
}

#[cfg(target_arch = "wasm32")]
const _: () = assert!(cfg!(feature = "simd128"), "without it the peer would be compared with itself");

#[test]
fn every_size_around_the_blocks_agrees_with_the_peer() {
    for size in (0..=1100).chain(BOUNDARIES) {
        agrees(&[7; 32], &[9; 12], &bytes(size % 40), &bytes(size));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn any_message_agrees_with_the_peer(
        key in any::<[u8; 32]>(),
        nonce in any::<[u8; 12]>(),
        aad in collection::vec(any::<u8>(), 0..100),
        plaintext in collection::vec(any::<u8>(), 0..70_000),
    ) {
        agrees(&key, &nonce, &aad, &plaintext);
    }

    #[test]
    fn any_flipped_bit_is_rejected_and_leaves_nothing(
        size in 0_usize..1_000,
        bit in any::<proptest::sample::Index>(),
    ) {
        let cipher = Aead::new(&[7; 32]);
        let mut sealed = vec![0; size];
        let tag = cipher.seal(&[9; 12], &[], &bytes(size), &mut sealed).unwrap();
        sealed.extend_from_slice(&tag);
        let bit = bit.index(sealed.len() * 8);
        sealed[bit / 8] ^= 1 << (bit % 8);
        let (ciphertext, tag) = sealed.split_last_chunk().unwrap();
        let mut opened = vec![1; size];
        prop_assert_eq!(cipher.open(&[9; 12], &[], ciphertext, tag, &mut opened), Err(Failed));
        prop_assert_eq!(opened, vec![0; size]);
    }
}

/// Sums that the reduction must carry through or take as they stand: keys and messages of extreme limbs.
#[test]
fn extreme_words_agree_with_the_peer() {
    for (key, message) in [(0x00, 0xff), (0xff, 0x00), (0xff, 0xff)] {
        for size in [16, 32, 256, 4096] {
            agrees(&[key; 32], &[key; 12], &[], &vec![message; size]);
            agrees(&[key; 32], &[key; 12], &vec![message; size], &[]);
        }
    }
}

#[test]
fn a_buffer_of_another_size_is_refused_and_wiped() {
    let cipher = Aead::new(&[7; 32]);
    assert_eq!(cipher.seal(&[9; 12], &[], &[1; 16], &mut [0; 15]), Err(Failed));
    let mut opened = [1; 15];
    assert_eq!(cipher.open(&[9; 12], &[], &[1; 16], &[0; TAG_SIZE], &mut opened), Err(Failed));
    assert_eq!(opened, [0; 15]);
}

#[test]
fn chunks_are_bound_to_their_place() {
    let cipher = ChunkCipher::new(&[7; 32]);
    for size in BOUNDARIES {
        let plaintext = bytes(size);
        let mut sealed = vec![0; size + TAG_SIZE];
        cipher.encrypt(0x0102, true, &plaintext, &mut sealed).unwrap();
        let nonce = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 1];
        let (ciphertext, tag) = by_peer(&[7; 32], &nonce, &[], &plaintext);
        assert!(sealed == [ciphertext.as_slice(), &tag].concat());
        let mut opened = vec![5; size];
        for (index, last) in [(0x0102, false), (0x0103, true)] {
            assert_eq!(cipher.decrypt(index, last, &sealed, &mut opened), Err(Failed));
            assert!(opened.iter().all(|byte| *byte == 0) || size == 0);
        }
        let whole = cipher.decrypt(0x0102, true, &sealed, &mut opened);
        assert_eq!(whole, if size == 0 { Err(Failed) } else { Ok(()) }, "only the first chunk may be empty");
        assert!(opened == plaintext);
    }
}
