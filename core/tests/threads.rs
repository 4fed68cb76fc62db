//! Many threads and lent buffers: the same bytes, the same failures, and nothing of a part that fails.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test"
)]

use proptest::prelude::*;
use sealwright_core::document::{CHUNK_SIZE, Decryptor, Encryptor, Flow, Identity, Part, RangeDecryptor, Reader};
use sealwright_core::error::Error;
use sealwright_core::rng::Entropy;

const SEALED_CHUNK_SIZE: usize = CHUNK_SIZE + 16;

/// Gives the same bytes each time, so that documents can be compared.
struct Fixed(u8);

impl Entropy for Fixed {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(5).wrapping_add(1);
            *byte = self.0;
        }
        Ok(())
    }
}

fn identity() -> Identity {
    Identity::parse("AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0").unwrap()
}

fn plaintext(size: usize) -> Vec<u8> {
    (0..size).map(|index| (index * 31 % 251) as u8).collect()
}

fn encryptor(threads: usize) -> Encryptor {
    let mut encryptor = Encryptor::new(&[identity().recipient() as _], None, None, false, &mut Fixed(0)).unwrap();
    encryptor.set_threads(threads);
    encryptor
}

fn sealed(plaintext: &[u8]) -> Vec<u8> {
    encryptor(1).take(Part::Last(plaintext)).unwrap()
}

/// Returns a decryptor, and how many bytes of the document it has already.
fn decryptor(document: &[u8], threads: usize) -> (Decryptor, usize) {
    let mut reader = Reader::new();
    let pushed = 400.min(document.len());
    assert!(reader.push(&document[..pushed]).unwrap());
    let mut decryptor = reader.decryptor(&[&identity()]).unwrap();
    decryptor.set_threads(threads);
    (decryptor, pushed)
}

fn ranges(document: &[u8], threads: usize) -> RangeDecryptor {
    let mut reader = Reader::new();
    reader.push(&document[..400]).unwrap();
    let mut ranges = reader.range_decryptor(&[&identity()], document.len() as u64).unwrap();
    ranges.set_threads(threads);
    let (start, end) = ranges.last_chunk_range();
    ranges.authenticate(&document[start as usize..end as usize]).unwrap();
    ranges
}

/// Takes a part into a buffer that was made for it.
fn into(flow: &mut dyn Flow, part: Part<'_>) -> Result<Vec<u8>, Error> {
    let mut out = vec![7; flow.ready(part).unwrap()];
    match flow.take_into(part, &mut out) {
        Ok(()) => Ok(out),
        Err(error) => {
            assert!(out.iter().all(|byte| *byte == 0), "nothing of a part that fails stays");
            Err(error)
        }
    }
}

/// Sizes at which a chunk begins or ends, below and above what pays for a thread.
fn size() -> impl Strategy<Value = usize> {
    (prop_oneof![0_usize..3, 15_usize..40], -1_isize..=1)
        .prop_map(|(chunks, step)| (chunks * CHUNK_SIZE).saturating_add_signed(step))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn threads_and_buffers_change_no_byte(size in size(), threads in 0_usize..5, first in 0.0..=1.0_f64) {
        let plaintext = plaintext(size);
        let expected = sealed(&plaintext);
        let cut = (first * size as f64) as usize;

        let mut encryptor = encryptor(threads);
        let mut document = into(&mut encryptor, Part::More(&plaintext[..cut])).unwrap();
        document.extend(into(&mut encryptor, Part::Last(&plaintext[cut..])).unwrap());
        prop_assert!(document == expected);

        let (mut decryptor, pushed) = decryptor(&document, threads);
        let cut = cut.max(pushed).min(document.len());
        let mut opened = into(&mut decryptor, Part::More(&document[pushed..cut])).unwrap();
        opened.extend(into(&mut decryptor, Part::Last(&document[cut..])).unwrap());
        prop_assert!(opened == plaintext);
    }

    #[test]
    fn threads_change_no_range(from in 0.0..=1.0_f64, to in 0.0..=1.0_f64, threads in 1_usize..5) {
        let plaintext = plaintext(30 * CHUNK_SIZE + 5);
        let document = sealed(&plaintext);
        let place = |part: f64| (part * plaintext.len() as f64) as usize;
        let (start, end) = (place(from.min(to)), place(from.max(to)));
        let ranges = ranges(&document, threads);
        let (first, last) = ranges.ciphertext_range(start as u64, end as u64).unwrap();
        let part = &document[first as usize..last as usize];
        prop_assert!(ranges.decrypt(start as u64, end as u64, part).unwrap() == plaintext[start..end]);
    }

    #[test]
    fn a_changed_chunk_fails_on_any_number_of_threads(chunk in 0_usize..30, threads in 1_usize..5) {
        let mut document = sealed(&plaintext(30 * CHUNK_SIZE));
        let (mut decryptor, pushed) = decryptor(&document, threads);
        let payload = document.len() - 30 * SEALED_CHUNK_SIZE;
        document[payload + chunk * SEALED_CHUNK_SIZE + 600] ^= 1;
        prop_assert_eq!(into(&mut decryptor, Part::Last(&document[pushed..])).unwrap_err().code(), "payload_corrupt");
        prop_assert_eq!(decryptor.finish().unwrap_err().code(), "payload_corrupt");
    }
}

#[test]
fn a_range_with_a_changed_chunk_leaves_nothing() {
    let plaintext = plaintext(30 * CHUNK_SIZE);
    let mut document = sealed(&plaintext);
    let ranges = ranges(&document, 3);
    let (start, end) = (5, plaintext.len() as u64 - 5);
    let (from, to) = ranges.ciphertext_range(start, end).unwrap();
    document[from as usize + 20 * SEALED_CHUNK_SIZE] ^= 1;
    let mut out = vec![7; (end - start) as usize];
    let error = ranges.decrypt_into(start, end, &document[from as usize..to as usize], &mut out).unwrap_err();
    assert_eq!(error.code(), "payload_corrupt");
    assert!(out.iter().all(|byte| *byte == 0));
    let (from, to) = ranges.ciphertext_range(0, 5).unwrap();
    let chunk = &document[from as usize..to as usize];
    assert_eq!(ranges.decrypt_into(0, 5, chunk, &mut [0; 4]).unwrap_err().code(), "call_order");
}

#[test]
fn a_buffer_of_another_size_is_refused_and_costs_nothing() {
    let plaintext = plaintext(3 * CHUNK_SIZE);
    let mut encryptor = encryptor(1);
    let part = Part::Last(plaintext.as_slice());
    let size = encryptor.ready(part).unwrap();
    for wrong in [0, size - 1, size + 1] {
        assert_eq!(encryptor.take_into(part, &mut vec![0; wrong]).unwrap_err().code(), "call_order");
    }
    let document = into(&mut encryptor, part).unwrap();
    assert_eq!(encryptor.take_into(Part::More(&[]), &mut []).unwrap_err().code(), "call_order");

    let (mut decryptor, pushed) = decryptor(&document, 1);
    let part = Part::Last(&document[pushed..]);
    assert_eq!(decryptor.take_into(part, &mut [0; 5]).unwrap_err().code(), "call_order");
    assert!(into(&mut decryptor, part).unwrap() == plaintext);
}

#[test]
fn armor_tells_no_size() {
    let mut encryptor = Encryptor::new(&[identity().recipient() as _], None, None, true, &mut Fixed(0)).unwrap();
    assert_eq!(encryptor.ready(Part::Last(&[1; 100])), None);
    assert_eq!(encryptor.take_into(Part::Last(&[1; 100]), &mut [0; 1000]).unwrap_err().code(), "call_order");
    let text = encryptor.take(Part::Last(&[1; 100])).unwrap();
    assert!(text.ends_with(b"-----END AGE ENCRYPTED FILE-----\n"));
}
