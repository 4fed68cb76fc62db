//! Documents at their boundaries: sizes around a chunk, every cut, every range.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test"
)]

use proptest::prelude::*;
use sealwright_core::document::{CHUNK_SIZE, Encryptor, Identity, Reader, Unwrap, decrypt, encrypt};
use sealwright_core::error::Error;

fn identity() -> Identity {
    Identity::parse("AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0").unwrap()
}

fn plaintext(size: usize) -> Vec<u8> {
    (0..size).map(|index| u8::try_from(index * 31 % 251).unwrap()).collect()
}

fn sealed(plaintext: &[u8]) -> Vec<u8> {
    encrypt(plaintext, &[identity().recipient() as _], None, &mut getrandom::SysRng).unwrap()
}

fn opened(document: &[u8]) -> Result<Vec<u8>, Error> {
    decrypt(document, &[&identity()])
}

/// Sizes at which a chunk begins or ends.
fn boundary() -> impl Strategy<Value = usize> {
    (0_usize..4, -1_isize..=1).prop_map(|(chunks, step)| (chunks * CHUNK_SIZE).saturating_add_signed(step))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_pushed_in_pieces_comes_out_whole(size in boundary(), cuts in prop::collection::vec(1_usize..200_000, 1..8), armor: bool) {
        let plaintext = plaintext(size);
        let mut encryptor = Encryptor::new(&[identity().recipient() as _], None, None, armor, &mut getrandom::SysRng).unwrap();
        let mut document = Vec::new();
        for piece in pieces(&plaintext, &cuts) {
            document.append(&mut encryptor.push(piece).unwrap());
        }
        document.append(&mut encryptor.finish().unwrap());

        let identity = identity();
        let identities: [&dyn Unwrap; 1] = [&identity];
        let (mut reader, mut decryptor, mut out) = (Reader::new(), None, Vec::new());
        for piece in pieces(&document, &cuts) {
            match &mut decryptor {
                None if reader.push(piece).unwrap() => decryptor = Some(reader.decryptor(&identities).unwrap()),
                None => {}
                Some(decryptor) => out.append(&mut decryptor.push(piece).unwrap()),
            }
        }
        out.append(&mut decryptor.unwrap().finish().unwrap());
        prop_assert!(out == plaintext);
    }

    #[test]
    fn a_range_is_what_stands_there(size in boundary(), from in 0.0..=1.0_f64, to in 0.0..=1.0_f64) {
        let plaintext = plaintext(size);
        let document = sealed(&plaintext);
        let place = |part: f64| (part * size as f64) as usize;
        let (start, end) = (place(from.min(to)), place(from.max(to)));
        let identity = identity();
        let mut reader = Reader::new();
        prop_assert!(reader.push(&document[..400.min(document.len())]).unwrap());
        let mut ranges = reader.range_decryptor(&[&identity], document.len() as u64).unwrap();
        let part = |(from, to): (u64, u64)| &document[from as usize..to as usize];
        prop_assert_eq!(ranges.decrypt(0, 0, &[]).unwrap_err().code(), "call_order");
        ranges.authenticate(part(ranges.last_chunk_range())).unwrap();
        prop_assert_eq!(ranges.size(), size as u64);
        let within = ranges.ciphertext_range(start as u64, end as u64).unwrap();
        prop_assert!(ranges.decrypt(start as u64, end as u64, part(within)).unwrap() == plaintext[start..end]);
        prop_assert_eq!(ranges.ciphertext_range(0, size as u64 + 1).unwrap_err().code(), "range_invalid");
    }
}

#[test]
fn a_document_cut_anywhere_is_refused() {
    let document = sealed(&plaintext(100));
    for end in 0..document.len() {
        let error = opened(&document[..end]).unwrap_err();
        let expected = ["not_age", "header_malformed", "payload_corrupt"];
        assert!(expected.contains(&error.code()), "cut at {end}: {error}");
    }
}

#[test]
fn a_document_with_any_bit_flipped_is_refused() {
    let document = sealed(&plaintext(40));
    for bit in 0..document.len() * 8 {
        let mut flipped = document.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(opened(&flipped).is_err(), "bit {bit}");
    }
}

#[test]
fn a_range_of_a_document_cut_at_a_chunk_is_refused() {
    let document = sealed(&plaintext(2 * CHUNK_SIZE + 5));
    let cut = document.len() - 21;
    let identity = identity();
    let mut reader = Reader::new();
    reader.push(&document[..400]).unwrap();
    let mut ranges = reader.range_decryptor(&[&identity], cut as u64).unwrap();
    let (from, to) = ranges.last_chunk_range();
    let error = ranges.authenticate(&document[from as usize..to as usize]).unwrap_err();
    assert_eq!(error.code(), "payload_corrupt");
}

#[test]
fn wrong_key_tampering_and_truncation_read_alike() {
    let document = sealed(&plaintext(100));
    let stranger = Identity::generate(&mut getrandom::SysRng).unwrap();
    let mac = document.windows(4).position(|window| window == b"\n---").unwrap() + 10;
    let mut broken_mac = document.clone();
    broken_mac[mac] = if broken_mac[mac] == b'A' { b'B' } else { b'A' };
    let errors = [
        decrypt(&document, &[&stranger]).unwrap_err(),
        opened(&broken_mac).unwrap_err(),
        opened(&document[..document.len() - 1]).unwrap_err(),
    ];
    assert_eq!(errors.each_ref().map(Error::code), ["no_identity", "header_mac", "payload_corrupt"]);
    assert!(errors.windows(2).all(|pair| pair[0].to_string() == pair[1].to_string()));
}

#[test]
fn an_endless_header_costs_no_more_than_its_cap() {
    let mut reader = Reader::new();
    reader.push(b"age-encryption.org/v1\n").unwrap();
    let line = [[b'A'; 64].as_slice(), b"\n"].concat();
    let pushed = (0..2_000).position(|_| reader.push(&line).is_err());
    assert!(pushed.is_some_and(|lines| lines <= 65_536 / 65), "{pushed:?}");
}

#[test]
fn a_failed_decryptor_stays_failed() {
    let mut document = sealed(&plaintext(3 * CHUNK_SIZE));
    let end = document.len();
    document[end / 2] ^= 1;
    let identity = identity();
    let mut reader = Reader::new();
    reader.push(&document[..400]).unwrap();
    let mut decryptor = reader.decryptor(&[&identity]).unwrap();
    assert_eq!(decryptor.push(&document[400..]).unwrap_err().code(), "payload_corrupt");
    assert_eq!(decryptor.push(&[]).unwrap_err().code(), "payload_corrupt");
    assert_eq!(decryptor.finish().unwrap_err().code(), "payload_corrupt");
}

fn pieces<'a>(mut bytes: &'a [u8], cuts: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    cuts.iter().cycle().map_while(move |cut| {
        let (piece, rest) = bytes.split_at((*cut).min(bytes.len()));
        bytes = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

#[test]
fn what_comes_out_has_the_size_that_was_told() {
    for size in [0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 3 * CHUNK_SIZE] {
        let mut encryptor =
            Encryptor::new(&[identity().recipient() as _], None, None, false, &mut getrandom::SysRng).unwrap();
        let told = encryptor.output_size(size as u64).unwrap();
        let mut document = encryptor.push(&plaintext(size)).unwrap();
        document.append(&mut encryptor.finish().unwrap());
        assert_eq!(told, document.len() as u64);
        let (mut reader, rest) = Reader::split(&document).unwrap();
        let decryptor = reader.decryptor(&[&identity()]).unwrap();
        assert_eq!(decryptor.output_size(rest.len() as u64), Some(size as u64));
    }
}

#[test]
fn a_size_is_told_only_where_a_document_can_have_it() {
    let document =
        encrypt(&plaintext(2 * CHUNK_SIZE), &[identity().recipient() as _], None, &mut getrandom::SysRng).unwrap();
    let (mut reader, rest) = Reader::split(&document).unwrap();
    let decryptor = reader.decryptor(&[&identity()]).unwrap();
    let payload = (document.len() - 2 * (CHUNK_SIZE + 16)) as u64;
    let held = (document.len() - rest.len()) as u64 - payload;
    let told = |sealed: u64| decryptor.output_size(sealed - held);
    let chunk = CHUNK_SIZE as u64;
    assert_eq!(told(chunk + 16), Some(chunk));
    for cut in 1..=16 {
        assert_eq!(told(chunk + 16 + cut), None);
    }
    assert_eq!(told(chunk + 16 + 17), Some(chunk + 1));
}
