//! Records at their boundaries: sizes, offsets, limits, generations.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test"
)]

use getrandom::SysRng;
use proptest::prelude::*;
use sealwright_core::document::Identity;
use sealwright_core::error::Error;
use sealwright_core::label::{Label, LabelRecord};
use sealwright_core::record::{
    Batch, Collection, MAX_COLUMN_SIZE, MAX_ID_SIZE, MAX_VALUE_SIZE, OffsetSize, TOKEN_OVERHEAD,
};
use sealwright_core::rng::Entropy;

fn identity() -> Identity {
    Identity::parse("AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0").unwrap()
}

fn collection(id: &str) -> Collection {
    let label = Label::from_record(LabelRecord { document_id: id.to_owned(), ..LabelRecord::default() }).unwrap();
    Collection::create(&[identity().recipient() as _], &label, &mut SysRng).unwrap()
}

/// Seals values under ids that are their ordinals.
fn sealed(collection: &Collection, values: &Batch) -> (Batch, Batch) {
    let ids = Batch::from_values((0..values.len()).map(|ordinal| ordinal.to_string()));
    let tokens = collection.seal("c", &ids, values, &mut SysRng).unwrap();
    (ids, tokens)
}

fn code<T>(outcome: Result<T, Error>) -> &'static str {
    outcome.err().map_or("ok", |error| error.code())
}

fn bytes(offsets: &[u64], size: OffsetSize) -> Vec<u8> {
    let cut = |offset: &u64| match size {
        OffsetSize::Four => u32::try_from(*offset).unwrap().to_ne_bytes().to_vec(),
        OffsetSize::Eight => offset.to_ne_bytes().to_vec(),
    };
    offsets.iter().flat_map(cut).collect()
}

/// Counts how often it is asked, and gives what the system gives.
#[derive(Default)]
struct Counted(usize);

impl Entropy for Counted {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.0 += 1;
        Entropy::fill(&mut SysRng, bytes)
    }
}

/// Has nothing to give.
struct Exhausted;

impl Entropy for Exhausted {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), Error> {
        Err(Error::EntropyUnavailable)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_sealed_opens_in_its_place(
        values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..20),
        column in "\\PC{1,40}",
    ) {
        let collection = collection("p");
        let ids = Batch::from_values((0..values.len()).map(|ordinal| format!("id {ordinal}")));
        let values = Batch::from_values(values);
        let tokens = collection.seal(&column, &ids, &values, &mut SysRng).unwrap();
        prop_assert_eq!(tokens.data().len(), values.data().len() + TOKEN_OVERHEAD * values.len());
        prop_assert_eq!(collection.open(&column, &ids, &tokens).unwrap(), values.clone());
        let texts = tokens.to_text().unwrap();
        prop_assert_eq!(texts.from_text().unwrap(), tokens.clone());
        let read = Collection::decrypt(collection.document(), &[&identity() as _]).unwrap();
        prop_assert_eq!(read.open(&column, &ids, &tokens).unwrap(), values);
    }

    #[test]
    fn offsets_cut_the_bytes_or_are_refused(
        data in prop::collection::vec(any::<u8>(), 0..40),
        offsets in prop::collection::vec(0_u64..50, 0..8),
        eight: bool,
    ) {
        let size = if eight { OffsetSize::Eight } else { OffsetSize::Four };
        let usable = !offsets.is_empty() && offsets.is_sorted() && offsets[offsets.len() - 1] <= data.len() as u64;
        match Batch::new(data.as_slice(), &bytes(&offsets, size), size) {
            Ok(batch) => {
                prop_assert!(usable);
                prop_assert_eq!(batch.offsets(), bytes(&offsets, size));
                for (value, cut) in batch.iter().zip(offsets.windows(2)) {
                    prop_assert_eq!(value, &data[cut[0] as usize..cut[1] as usize]);
                }
            }
            Err(error) => {
                prop_assert!(!usable);
                prop_assert_eq!(error.code(), "batch_invalid");
            }
        }
    }

    #[test]
    fn no_bytes_taken_for_offsets_or_tokens_panic(
        data in prop::collection::vec(any::<u8>(), 0..200),
        offsets in prop::collection::vec(any::<u8>(), 0..40),
        eight: bool,
    ) {
        let size = if eight { OffsetSize::Eight } else { OffsetSize::Four };
        if let Ok(batch) = Batch::new(data, &offsets, size) {
            let ids = Batch::from_values((0..batch.len()).map(|ordinal| ordinal.to_string()));
            let _ = collection("p").open("c", &ids, &batch.from_text().unwrap());
            prop_assert!(batch.is_empty() || collection("p").open("c", &ids, &batch).is_err());
        }
    }

    #[test]
    fn any_flipped_bit_of_a_token_is_found(bit in 0_usize..(TOKEN_OVERHEAD + 9) * 8) {
        let collection = collection("p");
        let (ids, tokens) = sealed(&collection, &Batch::from_values(["9 bytes ."]));
        let mut token = tokens.data().to_vec();
        token[bit / 8] ^= 1 << (bit % 8);
        let error = collection.open("c", &ids, &Batch::from_values([token])).unwrap_err();
        prop_assert!(["record_corrupt", "record_key_unknown"].contains(&error.code()));
        prop_assert_eq!(error.index(), Some(0));
    }
}

#[test]
fn offsets_beyond_every_number_are_refused() {
    let last = bytes(&[0, u64::MAX], OffsetSize::Eight);
    assert_eq!(code(Batch::new(vec![0; 8], &last, OffsetSize::Eight)), "batch_invalid");
    let negative = bytes(&[0, u64::from(u32::MAX)], OffsetSize::Four);
    assert_eq!(code(Batch::new(vec![0; 8], &negative, OffsetSize::Four)), "batch_invalid");
    assert_eq!(code(Batch::new(vec![0; 8], &[0; 7], OffsetSize::Four)), "batch_invalid");
    assert_eq!(code(Batch::new(vec![0; 8], &[], OffsetSize::Four)), "batch_invalid");
    assert_eq!(code(OffsetSize::from_bytes(2)), "batch_invalid");
}

#[test]
fn a_slice_of_an_arrow_array_need_not_begin_at_the_first_byte() {
    let collection = collection("p");
    let ids = Batch::from_values(["a", "b"]);
    let slice = Batch::new(b"..onetwo..", &bytes(&[2, 5, 8], OffsetSize::Four), OffsetSize::Four).unwrap();
    let tokens = collection.seal("c", &ids, &slice, &mut SysRng).unwrap();
    assert_eq!(tokens.offset_size(), OffsetSize::Four);
    let opened = collection.open("c", &ids, &tokens).unwrap();
    assert_eq!(opened.iter().collect::<Vec<_>>(), [b"one", b"two"]);
}

#[test]
fn a_batch_draws_its_randomness_at_once() {
    let ids = Batch::from_values(["a", "b", "c"]);
    let mut entropy = Counted::default();
    let tokens = collection("p").seal("c", &ids, &ids, &mut entropy).unwrap();
    assert_eq!(entropy.0, 1);
    let nonces: std::collections::BTreeSet<&[u8]> = tokens.iter().map(|token| &token[5..29]).collect();
    assert_eq!(nonces.len(), 3);
    assert_eq!(code(collection("p").seal("c", &ids, &ids, &mut Exhausted)), "entropy_unavailable");
}

#[test]
fn limits_are_exact() {
    let collection = collection("p");
    let one = Batch::from_values(["1"]);
    let seal = |column: &str, id: &[u8], value: &[u8]| {
        code(collection.seal(column, &Batch::from_values([id]), &Batch::from_values([value]), &mut SysRng))
    };
    assert_eq!(seal(&"c".repeat(MAX_COLUMN_SIZE), b"1", b""), "ok");
    assert_eq!(seal(&"c".repeat(MAX_COLUMN_SIZE + 1), b"1", b""), "record_limit");
    assert_eq!(seal("", b"1", b""), "record_limit");
    assert_eq!(seal("c", &[b'i'; MAX_ID_SIZE], b""), "ok");
    assert_eq!(seal("c", &[b'i'; MAX_ID_SIZE + 1], b""), "record_limit");
    assert_eq!(seal("c", b"", b""), "record_limit");
    assert_eq!(seal("c", b"1", &vec![0; MAX_VALUE_SIZE]), "ok");
    assert_eq!(seal("c", b"1", &vec![0; MAX_VALUE_SIZE + 1]), "record_limit");
    let token = Batch::from_values([vec![1; MAX_VALUE_SIZE + TOKEN_OVERHEAD + 1]]);
    assert_eq!(code(collection.open("c", &one, &token)), "record_corrupt");
    for (size, expected) in [(7, "record_limit"), (8, "ok"), (32, "ok"), (33, "record_limit")] {
        assert_eq!(code(collection.blind_index("c", &one, size)), expected);
    }
    assert_eq!(code(collection.seal("c", &one, &Batch::from_values(["1", "2"]), &mut SysRng)), "batch_invalid");
}

#[test]
fn the_largest_value_opens() {
    let collection = collection("p");
    let values = Batch::from_values([vec![7; MAX_VALUE_SIZE]]);
    let (ids, tokens) = sealed(&collection, &values);
    assert_eq!(collection.open("c", &ids, &tokens).unwrap(), values);
}

#[test]
fn a_limit_that_is_broken_is_named_with_its_record() {
    let ids = Batch::from_values(["a", ""]);
    let error = collection("p").seal("c", &ids, &ids, &mut SysRng).unwrap_err();
    assert_eq!(error.index(), Some(1));
    assert_eq!(error.to_string(), "the id of a record has 0 bytes, expected 1 to 1024");
}

#[test]
fn the_first_record_that_fails_is_named_and_what_stands_around_it_opens() {
    let collection = collection("p");
    let values = Batch::from_values(["zero", "one", "two", "three"]);
    let (ids, tokens) = sealed(&collection, &values);
    let mut damaged: Vec<Vec<u8>> = tokens.iter().map(<[u8]>::to_vec).collect();
    damaged[2][40] ^= 1;
    damaged[3].clear();
    let error = collection.open("c", &ids, &Batch::from_values(&damaged)).unwrap_err();
    assert_eq!((error.code(), error.index()), ("record_corrupt", Some(2)));
    let before = collection.open("c", &Batch::from_values(["0", "1"]), &Batch::from_values(&damaged[..2])).unwrap();
    assert_eq!(before.iter().collect::<Vec<_>>(), [&b"zero"[..], b"one"]);
}

#[test]
fn a_newer_generation_opens_what_the_older_sealed_and_reseals_it() {
    let (old, new) = (collection("p"), collection("p"));
    let values = Batch::from_values(["zero", "one", "two"]);
    let (ids, tokens) = sealed(&old, &values);
    assert_eq!(code(new.open("c", &ids, &tokens)), "record_key_unknown");

    let both = new.with_older(&old).unwrap();
    assert_eq!(both.open("c", &ids, &tokens).unwrap(), values);
    let resealed = both.reseal("c", &ids, &tokens, &mut SysRng).unwrap();
    assert_eq!(new.open("c", &ids, &resealed).unwrap(), values);
    assert_eq!(code(old.open("c", &ids, &resealed)), "record_key_unknown");

    assert_eq!(both.reseal("c", &ids, &resealed, &mut SysRng).unwrap(), resealed);
    assert_eq!(code(both.reseal("c", &Batch::from_values(["1", "0", "2"]), &tokens, &mut SysRng)), "record_corrupt");
}

#[test]
fn three_generations_open_their_own() {
    let generations = [collection("p"), collection("p"), collection("p")];
    let all = generations[2].with_older(&generations[1].with_older(&generations[0]).unwrap()).unwrap();
    for generation in &generations {
        let values = Batch::from_values(["v"]);
        let (ids, tokens) = sealed(generation, &values);
        assert_eq!(all.open("c", &ids, &tokens).unwrap(), values);
    }
}

#[test]
fn generations_of_different_collections_do_not_join() {
    assert_eq!(code(collection("p").with_older(&collection("q"))), "collection_mismatch");
}

#[test]
fn blind_indexes_are_equal_for_equal_values_of_one_column_alone() {
    let (collection, other) = (collection("p"), collection("p"));
    let values = Batch::from_values(["a", "b", "a"]);
    let index = |collection: &Collection, column| collection.blind_index(column, &values, 16).unwrap();
    let indexes = index(&collection, "c");
    let [first, second, third] = indexes.as_chunks::<16>().0 else { panic!("expected three") };
    assert_eq!(first, third);
    assert_ne!(first, second);
    assert_ne!(indexes, index(&collection, "d"));
    assert_ne!(indexes, index(&other, "c"));
    assert!(collection.blind_index("c", &values, 32).unwrap().starts_with(first));
}

#[test]
fn a_collection_prints_no_key() {
    assert_eq!(format!("{:?}", collection("p")), "Collection(p, 0 older)");
}
