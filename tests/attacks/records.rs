//! Attacks on records by whoever writes to the store. Each works on columns that are only encrypted, and fails here.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sealwright_cipher::{RECORD_NONCE_SIZE, RecordCipher, TAG_SIZE};
use sealwright_core::document::{Identity, Reader};
use sealwright_core::label::{Label, LabelRecord};
use sealwright_core::record::{Batch, Collection};
use sealwright_tests::{entropy, files, repository};
use serde_json::Value;

const IDS: [&str; 3] = ["ana", "ben", "cleo"];
const SALARIES: [&str; 3] = ["1000", "2000", "9000"];

/// Is a column under one key, each value by itself: what one gets from an AEAD alone.
struct Naive([u8; 32]);

impl Naive {
    fn seal(&self, value: &str) -> Vec<u8> {
        let nonce: [u8; RECORD_NONCE_SIZE] = std::array::from_fn(|place| value.as_bytes()[place % value.len()]);
        let mut sealed = vec![0; value.len() + TAG_SIZE];
        RecordCipher::new(&self.0).encrypt(&nonce, &[], value.as_bytes(), &mut sealed).unwrap();
        [nonce.as_slice(), &sealed].concat()
    }

    fn open(&self, token: &[u8]) -> Option<String> {
        let (nonce, sealed) = token.split_first_chunk()?;
        let mut value = vec![0; sealed.len() - TAG_SIZE];
        RecordCipher::new(&self.0).decrypt(nonce, &[], sealed, &mut value).ok()?;
        String::from_utf8(value).ok()
    }
}

fn identity() -> Identity {
    Identity::generate(&mut entropy()).unwrap()
}

fn collection(id: &str) -> Collection {
    let label = Label::from_record(LabelRecord { document_id: id.to_owned(), ..LabelRecord::default() }).unwrap();
    Collection::create(&[identity().recipient() as _], &label, &mut entropy()).unwrap()
}

fn column(collection: &Collection, column: &str) -> Vec<Vec<u8>> {
    let tokens = collection.seal(column, &Batch::from_values(IDS), &Batch::from_values(SALARIES), &mut entropy());
    tokens.unwrap().iter().map(<[u8]>::to_vec).collect()
}

/// Returns the code of opening a column, and the record that it names.
fn refused(collection: &Collection, column: &str, tokens: &[Vec<u8>]) -> (&'static str, Option<usize>) {
    let failure = collection.open(column, &Batch::from_values(IDS), &Batch::from_values(tokens)).unwrap_err();
    assert!(failure.to_string().ends_with("no key at hand matches it, or it was altered, cut short or moved"));
    (failure.code(), failure.index())
}

#[test]
fn a_salary_moved_to_another_row_does_not_open() {
    let naive = Naive([7; 32]);
    let mut naive_tokens = SALARIES.map(|salary| naive.seal(salary));
    naive_tokens.swap(0, 2);
    assert_eq!(naive.open(&naive_tokens[0]).as_deref(), Some("9000"), "the attack works where nothing binds the row");

    let salaries = collection("salaries");
    let mut tokens = column(&salaries, "salary");
    tokens.swap(0, 2);
    assert_eq!(refused(&salaries, "salary", &tokens), ("record_corrupt", Some(0)));
}

#[test]
fn a_salary_moved_to_another_column_does_not_open() {
    let naive = Naive([7; 32]);
    assert_eq!(
        naive.open(&naive.seal("9000")).as_deref(),
        Some("9000"),
        "the attack works where nothing binds the column"
    );

    let salaries = collection("salaries");
    assert_eq!(refused(&salaries, "bonus", &column(&salaries, "salary")), ("record_corrupt", Some(0)));
}

#[test]
fn a_salary_moved_to_another_collection_or_generation_does_not_open() {
    let (here, there, newer) = (collection("2026"), collection("2027"), collection("2026"));
    let tokens = column(&here, "salary");
    assert_eq!(refused(&there, "salary", &tokens), ("record_key_unknown", Some(0)));
    assert_eq!(refused(&newer, "salary", &tokens), ("record_key_unknown", Some(0)));

    let mut renamed = tokens.clone();
    let newer_token = column(&newer, "salary").remove(1);
    renamed[1][1..5].copy_from_slice(&newer_token[1..5]);
    let both = newer.with_older(&here).unwrap();
    assert_eq!(refused(&both, "salary", &renamed), ("record_corrupt", Some(1)));
}

#[test]
fn a_token_cut_anywhere_does_not_open() {
    let salaries = collection("salaries");
    let tokens = column(&salaries, "salary");
    for size in 0..tokens[1].len() {
        let mut cut = tokens.clone();
        cut[1].truncate(size);
        assert_eq!(refused(&salaries, "salary", &cut), ("record_corrupt", Some(1)), "cut to {size} bytes");
    }
}

#[test]
fn offsets_that_cut_elsewhere_open_nothing() {
    let salaries = collection("salaries");
    let (ids, data) = (Batch::from_values(IDS), column(&salaries, "salary").concat());
    let size = data.len() as u64;
    for offsets in [[0, 48, 98, size], [0, 0, 98, size], [0, 49, 49, size], [1, 49, 98, size], [0, 49, 98, size - 1]] {
        let bytes: Vec<u8> = offsets.iter().flat_map(|offset| offset.to_ne_bytes()).collect();
        let batch = Batch::new(&data, &bytes, sealwright_core::record::OffsetSize::Eight).unwrap();
        assert_eq!(salaries.open("salary", &ids, &batch).unwrap_err().code(), "record_corrupt", "{offsets:?}");
    }
}

#[test]
fn boundaries_between_column_and_id_cannot_be_shifted() {
    let naive = |column: &str, id: &str| format!("{column}{id}");
    assert_eq!(
        naive("salary", "1ana"),
        naive("salary1", "ana"),
        "the attack works where the parts only follow each other"
    );

    let salaries = collection("salaries");
    let value = Batch::from_values(["9000"]);
    let token = salaries.seal("salary1", &Batch::from_values(["ana"]), &value, &mut entropy()).unwrap();
    let failure = salaries.open("salary", &Batch::from_values(["1ana"]), &token).unwrap_err();
    assert_eq!(failure.code(), "record_corrupt");
}

/// Whoever was once given the file key writes a looser label over it. The header's MAC holds, so a document under that label
/// would open.
#[test]
fn a_label_loosened_with_a_released_file_key_opens_no_record() {
    let vectors = files(&repository("tests/vectors/record"));
    let path = vectors.iter().find(|path| path.ends_with("label_loosened.json")).unwrap();
    let vector: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let decoded = |value: &Value| STANDARD.decode(value.as_str().unwrap()).unwrap();
    let forged = decoded(&vector["collections"][0]);
    let identity = Identity::parse(vector["identity"].as_str().unwrap()).unwrap();

    let mut reader = Reader::new();
    reader.push(&forged).unwrap();
    assert!(reader.decryptor(&[&identity]).is_ok(), "the attack works on what only the MAC covers");

    let collection = Collection::decrypt(&forged, &[&identity]).unwrap();
    assert_eq!(collection.label().record().classification.as_deref(), Some("public"));
    let batch = |field: &str| Batch::from_values(vector[field].as_array().unwrap().iter().map(decoded));
    let failure = collection.open("ssn", &batch("ids"), &batch("tokens")).unwrap_err();
    assert_eq!(failure.code(), "record_key_unknown");
}

#[test]
fn an_index_made_without_the_keys_meets_nothing() {
    use sha2::{Digest, Sha256};
    let naive = |value: &str| Sha256::digest(value);
    assert_eq!(naive("9000"), naive("9000"), "the attack works on an index that is only hashed: anybody computes it");

    let (here, there) = (collection("salaries"), collection("salaries"));
    let guess = Batch::from_values(["9000"]);
    let index = here.blind_index("salary", &guess, 32).unwrap();
    assert_ne!(index, there.blind_index("salary", &guess, 32).unwrap());
    assert_ne!(index.as_slice(), naive("9000").as_slice());
}
