//! Senders, private parts and rewrapping, through the gate and the document layer.
#![cfg(feature = "rego")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    missing_docs,
    reason = "a test"
)]

use std::sync::Arc;

use getrandom::SysRng;
use proptest::prelude::*;
use sealwright_core::document::{
    Encryptor, Header, Identity, OutboardWriter, PayloadHasher, Reader, Rewrap, SignedEncryptor, Signer, VerifierKey,
    decrypt, rewrap,
};
use sealwright_core::error::Error;
use sealwright_core::gate::{Caller, Gate, OpenRequest, Opened, Outcome, Proposal, RangeOpener, Senders};
use sealwright_core::label::{Label, LabelRecord, PrivateRecord};
use sealwright_core::policy::{Policy, PolicySource};

const TEXT: &[u8] = b"for Ana";

fn identity() -> Identity {
    Identity::generate(&mut SysRng).unwrap()
}

fn signer(name: &str) -> Arc<Signer> {
    Arc::new(Signer::generate(name, &mut SysRng).unwrap())
}

fn trusting(signer: &Signer) -> Senders {
    Senders::trusted(vec![signer.verifier().clone()])
}

/// Returns a gate that asks for whatever `rego` says.
fn gate(rego: &str) -> Gate {
    let text = format!("package sealwright\n\ndecision := {rego}\n");
    let source = serde_json::json!({"name": "test", "revision": "1", "modules": [{"path": "t.rego", "text": text}]});
    Gate::new(Policy::load(PolicySource::from_bytes(source.to_string().as_bytes()).unwrap()).unwrap())
}

fn caller() -> Caller {
    Caller::from_bytes(br#"{"subject": {"type": "user", "id": "ana"}}"#).unwrap()
}

const ALLOW: &str = r#"{"decision": true}"#;

fn seal(key: &Identity, signer: Option<&Arc<Signer>>, private: Option<PrivateRecord>) -> Vec<u8> {
    let recipients = vec![key.recipient().clone()];
    let proposal = Proposal { private, signer: signer.cloned(), ..Proposal::new(LabelRecord::default(), recipients) };
    match gate(ALLOW).seal(caller(), proposal, TEXT, &mut SysRng).unwrap() {
        Outcome::Allowed(sealed) => sealed.document,
        Outcome::Denied(decision) => panic!("{decision:?}"),
    }
}

fn open(document: &[u8], key: &Identity, senders: &Senders) -> Result<Opened, Error> {
    match gate(ALLOW).open(caller(), document, &[key], senders)? {
        Outcome::Allowed(opened) => Ok(opened),
        Outcome::Denied(decision) => panic!("{decision:?}"),
    }
}

fn code(document: &[u8], key: &Identity, senders: &Senders) -> &'static str {
    open(document, key, senders).err().map_or("ok", |error| error.code())
}

/// Cuts a document behind its header.
fn split(document: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (reader, _) = Reader::split(document).unwrap();
    let header = reader.header().unwrap().as_bytes().to_vec();
    let payload = document[header.len()..].to_vec();
    (header, payload)
}

#[test]
fn a_signed_document_opens_for_those_who_trust_its_sender() {
    let (key, ana, eve) = (identity(), signer("ana"), signer("eve"));
    let document = seal(&key, Some(&ana), None);
    assert_eq!(open(&document, &key, &trusting(&ana)).unwrap().plaintext, TEXT);
    assert_eq!(decrypt(&document, &[&key]).unwrap(), TEXT);
    assert_eq!(code(&document, &key, &trusting(&eve)), "sender_untrusted");
    assert_eq!(code(&document, &key, &Senders::default()), "sender_untrusted");
    assert_eq!(code(&document, &key, &trusting(&eve).or_unsigned()), "ok");
}

#[test]
fn an_unsigned_document_opens_only_where_that_is_allowed() {
    let (key, ana) = (identity(), signer("ana"));
    let document = seal(&key, None, None);
    assert_eq!(code(&document, &key, &trusting(&ana)), "sender_missing");
    assert_eq!(code(&document, &key, &Senders::default()), "sender_missing");
    assert_eq!(code(&document, &key, &trusting(&ana).or_unsigned()), "ok");
}

#[test]
fn the_policy_sees_who_signed() {
    let (key, ana) = (identity(), signer("ana"));
    let asks = gate(r#"{"decision": input.resource.properties.sender.name == "ana"}"#);
    let verified = gate(r#"{"decision": input.resource.properties.sender.verified}"#);
    let signed = seal(&key, Some(&ana), None);
    let outcome = asks.open(caller(), &signed, &[&key], &trusting(&ana)).unwrap();
    assert!(matches!(outcome, Outcome::Allowed(_)));
    let outcome = verified.open(caller(), &signed, &[&key], &Senders::default().or_unsigned()).unwrap();
    assert!(matches!(outcome, Outcome::Denied(_)));
}

#[test]
fn a_demanded_signature_is_met_by_a_verified_sender_alone() {
    let (key, ana) = (identity(), signer("ana"));
    let demanding = gate(r#"{"decision": true, "obligations": [{"type": "require_signature"}]}"#);
    let allowed = |document: &[u8], senders: &Senders| {
        matches!(demanding.open(caller(), document, &[&key], senders).unwrap(), Outcome::Allowed(_))
    };
    let signed = seal(&key, Some(&ana), None);
    assert!(allowed(&signed, &trusting(&ana)));
    assert!(!allowed(&signed, &Senders::default().or_unsigned()));
    assert!(!allowed(&seal(&key, None, None), &trusting(&ana).or_unsigned()));
    for (signer, expected) in [(None, false), (Some(ana), true)] {
        let proposal = Proposal { signer, ..Proposal::new(LabelRecord::default(), vec![key.recipient().clone()]) };
        let outcome = demanding.seal(caller(), proposal, TEXT, &mut SysRng).unwrap();
        assert_eq!(matches!(outcome, Outcome::Allowed(_)), expected);
    }
}

#[test]
fn every_flipped_byte_of_a_signed_document_is_refused() {
    let (key, ana) = (identity(), signer("ana"));
    let document =
        seal(&key, Some(&ana), Some(PrivateRecord { file_name: Some("a.txt".into()), ..Default::default() }));
    assert_eq!(code(&document, &key, &trusting(&ana)), "ok");
    for index in 0..document.len() {
        let mut broken = document.clone();
        broken[index] ^= 1;
        assert_ne!(code(&broken, &key, &trusting(&ana)), "ok", "byte {index}");
    }
    for size in 0..document.len() {
        assert_ne!(code(&document[..size], &key, &trusting(&ana)), "ok", "cut to {size}");
    }
}

#[test]
fn the_payload_of_another_document_is_refused_though_its_file_key_is_known() {
    let (key, ana) = (identity(), signer("ana"));
    let (first, second) = (seal(&key, Some(&ana), None), seal(&key, Some(&ana), None));
    let swapped = [split(&first).0, split(&second).1].concat();
    assert_ne!(code(&swapped, &key, &trusting(&ana)), "ok");
}

#[test]
fn a_private_part_is_for_those_who_open_the_document() {
    let key = identity();
    let record = PrivateRecord {
        file_name: Some("Salary Müller.pdf".into()),
        data_subjects: Some(vec!["p-1".into()]),
        attributes: Some(serde_json::from_str(r#"{"diagnosis": "J45"}"#).unwrap()),
    };
    for signer in [None, Some(signer("ana"))] {
        let document = seal(&key, signer.as_ref(), Some(record.clone()));
        let opened = open(&document, &key, &signer.as_deref().map_or(Senders::default().or_unsigned(), trusting));
        assert_eq!(opened.unwrap().private, Some(record.clone()));
        let text = String::from_utf8_lossy(&document);
        assert!(!text.contains("Salary") && text.contains("-> sealwright.dev/private v1\n"));
    }
    assert_eq!(open(&seal(&key, None, None), &key, &Senders::default().or_unsigned()).unwrap().private, None);
}

#[test]
fn a_private_part_has_a_cap_and_stands_behind_a_label() {
    let key = identity();
    let recipients: [&dyn sealwright_core::document::Wrap; 1] = [key.recipient()];
    let named = |size| PrivateRecord { file_name: Some("a".repeat(size)), ..Default::default() };
    let label = Label::from_record(LabelRecord { document_id: "d".into(), ..Default::default() }).unwrap();
    let begin = |label, private: &PrivateRecord| {
        Encryptor::new(&recipients, label, Some(private), false, &mut SysRng).err().map(|error| error.code())
    };
    let frame = r#"{"file_name":""}"#.len();
    assert_eq!(begin(Some(&label), &named(4096 - frame)), None);
    assert_eq!(begin(Some(&label), &named(4097 - frame)), Some("private_too_large"));
    assert_eq!(begin(None, &named(1)), Some("header_malformed"));
}

#[test]
fn stanzas_of_the_description_keep_their_order() {
    let (key, ana) = (identity(), signer("ana"));
    let (header, _) = split(&seal(&key, Some(&ana), Some(PrivateRecord::default())));
    let text = String::from_utf8(header).unwrap();
    let starts: Vec<_> = text.match_indices("-> ").map(|(at, _)| at).chain([text.find("---").unwrap()]).collect();
    let part = |index: usize| &text[starts[index]..starts[index + 1]];
    let (front, end) = (&text[..starts[0]], &text[starts[4]..]);
    let header = |order: &[usize]| [front, &order.iter().map(|index| part(*index)).collect::<String>(), end].concat();
    assert!(Header::from_bytes(header(&[0, 1, 2, 3]).as_bytes()).is_ok());
    for order in [&[0, 2, 1, 3][..], &[0, 1, 3, 2], &[0, 3, 1, 2], &[1, 2, 3], &[0, 1, 1, 2, 3], &[0, 1, 2, 2, 3]] {
        let code = Header::from_bytes(header(order).as_bytes()).unwrap_err().code();
        assert_eq!(code, "header_malformed", "{order:?}");
    }
    for version in ["v2", "v1 x", ""] {
        for kind in ["private v1", "sender v1"] {
            let kinds = kind.split_once(' ').unwrap().0;
            let other = text.replace(&format!("/{kind}"), format!("/{kinds} {version}").trim_end());
            assert_eq!(Header::from_bytes(other.as_bytes()).unwrap_err().code(), "header_malformed");
        }
    }
}

#[test]
fn recipients_are_added_removed_and_replaced_and_the_rest_stays() {
    let (old, new, other, ana) = (identity(), identity(), identity(), signer("ana"));
    let private = PrivateRecord { file_name: Some("a.txt".into()), ..Default::default() };
    let (header, payload) = split(&seal(&old, Some(&ana), Some(private)));
    let header = Header::from_bytes(&header).unwrap();
    let opens = |header: &Header, key: &Identity| code(&[header.as_bytes(), &payload].concat(), key, &trusting(&ana));
    let added =
        rewrap(&header, &[&old], &Rewrap { add: &[new.recipient()], ..Default::default() }, &mut SysRng).unwrap();
    assert_eq!((opens(&added, &old), opens(&added, &new), opens(&added, &other)), ("ok", "ok", "no_identity"));
    let removed = rewrap(&added, &[&new], &Rewrap { remove: &[&old], ..Default::default() }, &mut SysRng).unwrap();
    assert_eq!((opens(&removed, &old), opens(&removed, &new)), ("no_identity", "ok"));
    let change = Rewrap { add: &[other.recipient()], replace: true, ..Default::default() };
    let replaced = rewrap(&added, &[&old], &change, &mut SysRng).unwrap();
    assert_eq!(
        (opens(&replaced, &old), opens(&replaced, &new), opens(&replaced, &other)),
        ("no_identity", "no_identity", "ok")
    );
    assert_eq!(replaced.stanzas()[..3], header.stanzas()[..3]);
}

#[test]
fn a_rewrap_that_cannot_be_is_refused() {
    let (old, other) = (identity(), identity());
    let (header, _) = split(&seal(&old, None, None));
    let header = Header::from_bytes(&header).unwrap();
    let code = |with: &Identity, change: &Rewrap<'_>| rewrap(&header, &[with], change, &mut SysRng).unwrap_err().code();
    assert_eq!(code(&other, &Rewrap { add: &[other.recipient()], ..Default::default() }), "no_identity");
    assert_eq!(code(&old, &Rewrap { remove: &[&other], ..Default::default() }), "recipient_unknown");
    assert_eq!(code(&old, &Rewrap { remove: &[&old], ..Default::default() }), "no_recipients");
    assert_eq!(code(&old, &Rewrap { replace: true, ..Default::default() }), "no_recipients");
    let many: Vec<&dyn sealwright_core::document::Wrap> = vec![other.recipient(); 64];
    assert_eq!(code(&old, &Rewrap { add: &many, ..Default::default() }), "too_many_recipients");
}

#[test]
fn a_signed_document_gives_out_ranges_once_it_is_verified() {
    let (key, ana) = (identity(), signer("ana"));
    let document = seal(&key, Some(&ana), None);
    let ranges = |document: &[u8]| -> RangeOpener {
        let (reader, _) = Reader::split(document).unwrap();
        let gate = gate(ALLOW);
        let request = OpenRequest::new(caller(), &reader, &trusting(&ana)).unwrap();
        let decision = gate.policy().decide(request.request()).unwrap();
        let digest = &gate.policy().reference().digest;
        let Outcome::Allowed(permit) = request.permit(decision, digest).unwrap() else { panic!("refused") };
        permit.open_ranges(&reader, &[&key], document.len() as u64).unwrap()
    };
    let part = |(start, end): (u64, u64)| document[start as usize..end as usize].to_vec();
    let mut opener = ranges(&document);
    opener.authenticate(&part(opener.last_chunk_range())).unwrap();
    let chunk = part(opener.ciphertext_range(0, 3).unwrap());
    assert_eq!(opener.decrypt(0, 3, &chunk).unwrap_err().code(), "call_order");
    opener.verify(&part(opener.unverified().unwrap()));
    opener.verified().unwrap();
    let mut group = part(opener.ciphertext_range(0, 3).unwrap());
    assert_eq!((opener.decrypt(0, 3, &group).unwrap(), opener.unverified()), (b"for".to_vec(), None));
    group[20] ^= 1;
    assert_eq!(opener.decrypt(0, 3, &group).unwrap_err().code(), "sender_signature");
    let mut opener = ranges(&document);
    let mut altered = part(opener.unverified().unwrap());
    altered[20] ^= 1;
    opener.verify(&altered);
    assert_eq!(opener.verified().unwrap_err().code(), "sender_signature");
}

/// Seals a long text and opens it for ranges.
fn long_ranges(plaintext: &[u8]) -> (Vec<u8>, RangeOpener) {
    let (key, ana) = (identity(), signer("ana"));
    let recipients = vec![key.recipient().clone()];
    let proposal = Proposal { signer: Some(ana.clone()), ..Proposal::new(LabelRecord::default(), recipients) };
    let gate = gate(ALLOW);
    let Outcome::Allowed(sealed) = gate.seal(caller(), proposal, plaintext, &mut SysRng).unwrap() else {
        panic!("refused")
    };
    let (reader, _) = Reader::split(&sealed.document).unwrap();
    let request = OpenRequest::new(caller(), &reader, &trusting(&ana)).unwrap();
    let decision = gate.policy().decide(request.request()).unwrap();
    let digest = &gate.policy().reference().digest;
    let Outcome::Allowed(permit) = request.permit(decision, digest).unwrap() else { panic!("refused") };
    let size = sealed.document.len() as u64;
    (sealed.document, permit.open_ranges(&reader, &[&key], size).unwrap())
}

fn outboard_of(payload: &[u8]) -> Vec<u8> {
    let mut writer = OutboardWriter::new();
    payload.chunks(7_000).for_each(|piece| writer.push(piece));
    writer.finish()
}

#[test]
fn an_outboard_is_the_tree_of_bao_with_groups_of_64_kib() {
    let block = bao_tree::BlockSize::from_chunk_log(6);
    for size in [1, 1024, 65_535, 65_536, 65_537, 131_072, 131_073, 200_000, 458_752, 1_000_000] {
        let payload: Vec<u8> = (0..size).map(|index| (index / 3) as u8).collect();
        let ours = outboard_of(&payload);
        let theirs = bao_tree::io::outboard::PreOrderMemOutboard::create(&payload, block);
        assert_eq!(ours[..8], (size as u64).to_le_bytes());
        assert_eq!(ours[8..], theirs.data, "{size}");
    }
}

#[test]
fn a_range_is_verified_by_the_outboard_without_the_rest() {
    for size in [1, 65_504, 65_536, 131_041, 131_072, 300_000] {
        let plaintext: Vec<u8> = (0..size).map(|index| b'a' + (index % 23) as u8).collect();
        let (document, mut opener) = long_ranges(&plaintext);
        let part = |(start, end): (u64, u64)| document[start as usize..end as usize].to_vec();
        opener.verify_by(&outboard_of(&part(opener.unverified().unwrap()))).unwrap();
        assert_eq!(opener.unverified(), None);
        opener.authenticate(&part(opener.last_chunk_range())).unwrap();
        assert_eq!(opener.size(), size as u64);
        for (start, end) in [(0, size), (0, 1), (size - 1, size), (size / 2, size / 2), (size / 3, size / 2)] {
            let (start, end) = (start as u64, end as u64);
            let mut chunks = part(opener.ciphertext_range(start, end).unwrap());
            let range = opener.decrypt(start, end, &chunks).unwrap();
            assert_eq!(range, plaintext[start as usize..end as usize], "{size}: {start}..{end}");
            if let Some(byte) = chunks.last_mut() {
                *byte ^= 1;
                assert_eq!(opener.decrypt(start, end, &chunks).unwrap_err().code(), "sender_signature");
            }
        }
    }
}

#[test]
fn the_outboard_of_another_payload_is_refused() {
    let plaintext = vec![b'a'; 300_000];
    let (document, mut opener) = long_ranges(&plaintext);
    let (start, end) = opener.unverified().unwrap();
    let outboard = outboard_of(&document[start as usize..end as usize]);
    for index in 0..outboard.len() {
        let mut broken = outboard.clone();
        broken[index] ^= 1;
        assert_eq!(opener.verify_by(&broken).unwrap_err().code(), "sender_signature", "byte {index}");
        assert_eq!(opener.verify_by(&outboard[..index]).unwrap_err().code(), "sender_signature");
    }
    assert_eq!(outboard_of(b""), [0; 8]);
    assert_eq!(opener.verify_by(&[0; 8]).unwrap_err().code(), "sender_signature");
    assert_eq!(opener.verified().unwrap_err().code(), "sender_signature");
    assert_eq!(opener.decrypt(0, 1, &[]).unwrap_err().code(), "call_order");
    opener.verify_by(&outboard).unwrap();
}

#[test]
fn keys_are_those_of_signed_notes() {
    // The example key of golang.org/x/mod/sumdb/note, whose text another implementation made.
    let verifier = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(VerifierKey::parse(verifier).unwrap().to_string(), verifier);
    let signer = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let parsed = Signer::parse(signer).unwrap();
    assert_eq!((parsed.reveal().as_str(), parsed.verifier().to_string().as_str()), (signer, verifier));
    assert_eq!(format!("{parsed:?}"), format!("Signer({verifier})"));
    for broken in ["", "a+b", "Peter+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", &verifier[1..], signer] {
        assert_eq!(VerifierKey::parse(broken).unwrap_err().code(), "verifier_invalid", "{broken}");
    }
    for name in ["", "a b", "a+b", "ä", &"a".repeat(129)] {
        assert_eq!(Signer::generate(name, &mut SysRng).unwrap_err().code(), "signer_invalid", "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_signed_payload_comes_out_in_any_pieces(size in 0_usize..200_000, cut in 0_usize..200_000) {
        let (key, ana) = (identity(), signer("ana"));
        let plaintext: Vec<u8> = (0..size).map(|index| index as u8).collect();
        let (head, tail) = plaintext.split_at(cut.min(size));
        let recipients: [&dyn sealwright_core::document::Wrap; 1] = [key.recipient()];
        let mut encryptor = SignedEncryptor::new(&recipients, None, None, &ana, &mut SysRng).unwrap();
        prop_assert_eq!(encryptor.header(&ana).unwrap_err().code(), "call_order");
        let mut payload = encryptor.push(head).unwrap();
        payload.append(&mut encryptor.push(tail).unwrap());
        payload.append(&mut encryptor.finish().unwrap());
        let header = encryptor.header(&ana).unwrap();
        prop_assert_eq!(header.len(), encryptor.header_size());
        let parsed = Header::from_bytes(&header).unwrap();
        let sender = parsed.sender().unwrap();
        sender.verify(&parsed, ana.verifier()).unwrap();
        let mut hasher = PayloadHasher::default();
        hasher.push(&payload);
        hasher.check(sender.payload()).unwrap();
        prop_assert_eq!(decrypt(&[header, payload].concat(), &[&key]).unwrap(), plaintext);
    }
}
