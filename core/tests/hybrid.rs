//! Hybrid recipients and identities as documents use them.
#![cfg(feature = "pq")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test"
)]

use std::collections::HashSet;

use getrandom::SysRng;
use sealwright_core::document::{
    Header, Identity, Passphrase, Reader, Recipient, Rewrap, Unwrap, Wrap, decrypt, encrypt, parse_identities,
    parse_recipients, rewrap,
};
use sealwright_core::error::Error;
use sealwright_core::label::{Label, LabelRecord};

/// Identity of C2SP CCTV's hybrid vectors.
const TEXT: &str = "AGE-SECRET-KEY-PQ-1HZLGZUPT4ETPKDEV8HSGFDCYZ4E522W0A7PU2LHT8EH9W6YLNC3SW78XKG";

fn hybrid() -> Identity {
    Identity::generate_pq(&mut SysRng).unwrap()
}

fn classic() -> Identity {
    Identity::generate(&mut SysRng).unwrap()
}

fn sealed(recipients: &[&dyn Wrap]) -> Result<Vec<u8>, Error> {
    encrypt(b"for later", recipients, None, &mut SysRng)
}

#[test]
fn each_of_several_hybrid_recipients_opens() {
    let identities = [hybrid(), hybrid(), Identity::parse(TEXT).unwrap()];
    let recipients: Vec<&dyn Wrap> = identities.iter().map(|identity| identity.recipient() as &dyn Wrap).collect();
    let label = Label::from_record(LabelRecord { document_id: "d".to_owned(), ..LabelRecord::default() }).unwrap();
    let document = encrypt(b"for later", &recipients, Some(&label), &mut SysRng).unwrap();
    for identity in &identities {
        assert_eq!(decrypt(&document, &[identity]).unwrap(), b"for later");
    }
    assert_eq!(decrypt(&document, &[&hybrid(), &classic()]).unwrap_err().code(), "no_identity");
}

#[test]
fn hybrid_recipients_are_not_mixed_with_others() {
    let (first, second, other) = (hybrid(), hybrid(), classic());
    let mixes: [&[&dyn Wrap]; 3] = [
        &[first.recipient(), other.recipient()],
        &[other.recipient(), first.recipient()],
        &[first.recipient(), second.recipient(), other.recipient()],
    ];
    for mix in mixes {
        assert_eq!(sealed(mix).unwrap_err().code(), "recipients_mixed");
    }
    assert!(sealed(&[first.recipient(), second.recipient()]).is_ok());
    assert!(sealed(&[first.recipient(), &Passphrase::with_work_factor("correct horse", 2).unwrap()]).is_err());
}

#[test]
fn a_rewrap_adds_only_recipients_of_the_kind_that_stays() {
    let (old, new, other) = (hybrid(), hybrid(), classic());
    let document = sealed(&[old.recipient()]).unwrap();
    let (reader, _) = Reader::split(&document).unwrap();
    let header = reader.header().unwrap();
    let added = |with: &Identity, header: &Header, add: &Identity, replace| {
        let change = Rewrap { add: &[add.recipient()], replace, ..Default::default() };
        rewrap(header, &[with], &change, &mut SysRng).map_err(|error| error.code())
    };
    assert!(added(&old, header, &new, false).is_ok_and(|both| both.stanzas().len() == 2));
    assert_eq!(added(&old, header, &other, false).map(|_| ()), Err("recipients_mixed"));
    let replaced = added(&old, header, &other, true).unwrap();
    assert_eq!(added(&other, &replaced, &new, false).map(|_| ()), Err("recipients_mixed"));
    assert!(added(&other, &replaced, &new, true).is_ok());
}

#[test]
fn who_is_removed_from_a_mixed_document_leaves_the_rest() {
    let path = format!("{}/../tests/vectors/document/hybrid_mixed.json", env!("CARGO_MANIFEST_DIR"));
    let vector: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let document = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, vector["file"].as_str().unwrap()).unwrap();
    let identity = Identity::parse(vector["identities"][1].as_str().unwrap()).unwrap();
    let (reader, _) = Reader::split(&document).unwrap();
    let change = Rewrap { remove: &[&identity], ..Default::default() };
    let left = rewrap(reader.header().unwrap(), &[&identity], &change, &mut SysRng).unwrap();
    assert_eq!(left.stanzas().iter().map(|stanza| stanza.kind()).collect::<Vec<_>>(), ["X25519"]);
}

#[test]
fn a_header_holds_42_hybrid_recipients() {
    let identity = hybrid();
    let many: Vec<&dyn Wrap> = vec![identity.recipient(); 43];
    assert!(sealed(&many[..42]).is_ok());
    assert_eq!(sealed(&many).map(|_| ()).unwrap_err().code(), "header_too_large");
}

#[test]
fn identities_and_recipients_are_read_as_they_are_written() {
    let identity = Identity::parse(TEXT).unwrap();
    assert_eq!(identity.reveal().as_str(), TEXT);
    let text = identity.recipient().to_string();
    assert!(text.starts_with("age1pq1") && text.len() == 1959, "{}", text.len());
    assert_eq!(&Recipient::parse(&text).unwrap(), identity.recipient());
    let distinct: HashSet<Recipient> = [&identity, &hybrid(), &classic()].map(|key| key.recipient().clone()).into();
    assert_eq!(distinct.len(), 3);
    assert!(distinct.contains(&Recipient::parse(&text).unwrap()));
}

#[test]
fn key_files_hold_both_kinds() {
    let (new, old) = (hybrid(), classic());
    let file = format!("# both\n{}\n\n{}\n", *new.reveal(), *old.reveal());
    let identities = parse_identities(&file).unwrap();
    let unwraps: Vec<&dyn Unwrap> = identities.iter().map(|identity| identity as &dyn Unwrap).collect();
    for identity in [&new, &old] {
        assert_eq!(decrypt(&sealed(&[identity.recipient()]).unwrap(), &unwraps).unwrap(), b"for later");
    }
    let file = format!("{}\n{}\n", new.recipient(), old.recipient());
    assert_eq!(parse_recipients(&file).unwrap(), [new.recipient().clone(), old.recipient().clone()]);
}

#[test]
fn a_text_with_any_letter_changed_is_no_recipient() {
    let text = Identity::parse(TEXT).unwrap().recipient().to_string();
    for at in (0..text.len()).step_by(13) {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'q' { b'p' } else { b'q' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(Recipient::parse(&changed).unwrap_err().code(), "recipient_invalid", "{at}");
    }
    let upper = text.to_uppercase();
    for wrong in [upper.as_str(), &text[..text.len() - 1], TEXT, "age1pq1"] {
        let error = Recipient::parse(wrong).unwrap_err();
        assert_eq!(error.code(), "recipient_invalid");
        assert!(error.to_string().len() < 200, "{error}");
    }
    for wrong in [TEXT.to_lowercase().as_str(), &TEXT[..TEXT.len() - 1], text.as_str(), "AGE-SECRET-KEY-PQ-1"] {
        let error = Identity::parse(wrong).unwrap_err();
        assert_eq!(error.code(), "identity_invalid");
        assert!(!error.to_string().contains(wrong), "{error}");
    }
}

#[test]
fn a_hybrid_document_names_one_stanza_and_no_recipient() {
    let identity = hybrid();
    let document = sealed(&[identity.recipient()]).unwrap();
    let (reader, _) = Reader::split(&document).unwrap();
    let stanzas = reader.header().unwrap().stanzas();
    assert_eq!((stanzas.len(), stanzas[0].kind(), stanzas[0].args().len()), (1, "mlkem768x25519", 1));
    assert_ne!(
        stanzas,
        Reader::split(&sealed(&[identity.recipient()]).unwrap()).unwrap().0.header().unwrap().stanzas()
    );
}

#[test]
fn an_identity_prints_only_its_public_half() {
    let identity = Identity::parse(TEXT).unwrap();
    let printed = format!("{identity:?}");
    assert!(printed.contains(&identity.recipient().to_string()) && !printed.contains(TEXT));
}
