//! Documents come in parts, in any order, and only what its sender signed is completed: `spec/release.md`, "Uploads in parts".
#![cfg(all(feature = "release", feature = "std"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::arithmetic_side_effects)]

use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use getrandom::SysRng;
use sealwright_core::document::{Identity, Signer};
use sealwright_core::encoding::timestamp::Timestamp;
use sealwright_core::gate::{Caller, Gate, Outcome, Proposal, Senders};
use sealwright_core::label::LabelRecord;
use sealwright_core::policy::{ModuleSource, Policy, PolicySource};
use sealwright_core::release::{Admission, Authenticated, Configuration, Part, Releaser, Upload, UploadKeys};
use serde_json::{Value, json};

const NOW: &str = "2026-11-21T07:00:00Z";
const LATER: &str = "2026-11-22T06:59:59Z";
const PART_SIZE: usize = 8 << 20;

const RULES: &str = r#"package sealwright

default decision := {"decision": false, "reasons": ["role_missing"]}

decision := {"decision": true} if input.action.name == "seal"

decision := {"decision": true} if {
	input.action.name == "store"
	input.subject.properties.role == "contributor"
	not input.context.time == "2026-11-21T12:00:00Z"
}
"#;

struct World {
    identity: Arc<Identity>,
    signer: Arc<Signer>,
    releaser: Releaser,
}

/// Is a document whose parts were sent.
struct Sent {
    id: &'static str,
    document: Vec<u8>,
    ticket: String,
    receipts: Vec<String>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let identity = Arc::new(Identity::generate(&mut SysRng).unwrap());
    let signer = Arc::new(Signer::generate("acme", &mut SysRng).unwrap());
    let releaser = releaser(&signer, &identity, &[&identity]);
    World { identity, signer, releaser }
});

/// Documents of one part and of several. They are made once: they are large.
static SMALL: LazyLock<Sent> = LazyLock::new(|| WORLD.sent("small", 3_000, "ana"));
static LARGE: LazyLock<Sent> = LazyLock::new(|| WORLD.sent("large", 2 * PART_SIZE + 12_345, "ana"));

fn policy() -> Policy {
    Policy::load(PolicySource {
        name: "test".into(),
        revision: "1".into(),
        entrypoint: "sealwright.decision".into(),
        modules: vec![ModuleSource { path: "rules.rego".into(), text: RULES.into() }],
        data: serde_json::Map::new(),
    })
    .unwrap()
}

fn releaser(signer: &Signer, identity: &Arc<Identity>, secrets: &[&Identity]) -> Releaser {
    let senders = Senders::trusted(vec![signer.verifier().clone()]);
    let configuration = Configuration::from_bytes(br#"{"issuers": []}"#).unwrap();
    Releaser::new(policy(), vec![identity.clone()], senders, configuration).with_uploads(UploadKeys::of(secrets))
}

fn at(time: &str) -> Timestamp {
    Timestamp::parse(time).unwrap()
}

fn caller(id: &str, more: &Value) -> Authenticated {
    let mut properties = json!({"role": "contributor", "iss": "https://issuer.example"});
    properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let known = json!({"scope": [], "subject": {"type": "user", "id": id, "properties": properties}});
    Authenticated::danger_from_host(known.to_string().as_bytes()).unwrap()
}

fn ana() -> Authenticated {
    caller("ana", &json!({}))
}

fn header(document: &[u8]) -> &[u8] {
    let end = document.windows(5).position(|window| window == b"\n--- ").unwrap() + 1;
    let line = document[end..].iter().position(|byte| *byte == b'\n').unwrap();
    &document[..=end + line]
}

impl World {
    fn sealed(&self, id: &str, size: usize) -> Vec<u8> {
        let text: Vec<u8> = (0..size).map(|place| b'a' + u8::try_from(place * place % 26).unwrap()).collect();
        let label = LabelRecord { document_id: id.into(), ..LabelRecord::default() };
        let mut proposal = Proposal::new(label, vec![self.identity.recipient().clone()]);
        proposal.signer = Some(self.signer.clone());
        let asked = json!({"subject": {"type": "user", "id": "ines"}, "context": {"time": NOW}}).to_string();
        let asked = Caller::from_bytes(asked.as_bytes()).unwrap();
        match Gate::new(policy()).seal(asked, proposal, &text, &mut SysRng).unwrap() {
            Outcome::Allowed(sealed) => sealed.document,
            Outcome::Denied(decision) => panic!("{decision:?}"),
        }
    }

    fn begun(&self, id: &str, document: &[u8], by: &Authenticated, upload: &str) -> (u16, Value) {
        let size = Some(u64::try_from(document.len()).unwrap());
        let object = Admission { id, header: header(document), size };
        let reply = self.releaser.begin_upload(by, object, upload, &at(NOW));
        (reply.status(), serde_json::from_slice(&reply.body()).unwrap())
    }

    fn part(&self, sent: &Sent, number: usize, bytes: &[u8], time: &str) -> Result<String, String> {
        let part = Part { number: u32::try_from(number).unwrap(), length: u64::try_from(bytes.len()).unwrap() };
        let upload = Upload { id: sent.id, ticket: &sent.ticket };
        let receipt = self.releaser.part(&ana(), upload, part, &at(time)).and_then(|mut receiver| {
            bytes.chunks(100_000).for_each(|piece| receiver.push(piece));
            receiver.finish()?;
            receiver.receipt(&format!("etag-{number}"))
        });
        receipt.map_err(|error| error.code().to_owned())
    }

    fn sent(&self, id: &'static str, size: usize, upload: &str) -> Sent {
        let document = self.sealed(id, size);
        let (status, begun) = self.begun(id, &document, &ana(), upload);
        assert_eq!(
            (status, &begun["part_size"], &begun["expires_at"]),
            (200, &json!(PART_SIZE), &json!("2026-11-22T07:00:00Z"))
        );
        let ticket = begun["ticket"].as_str().unwrap().to_owned();
        let mut sent = Sent { id, document, ticket, receipts: vec![] };
        let parts: Vec<&[u8]> = sent.document.chunks(PART_SIZE).collect();
        let receipts = parts.iter().enumerate().map(|(index, part)| self.part(&sent, index + 1, part, NOW).unwrap());
        sent.receipts = receipts.collect();
        sent
    }

    fn completed(&self, sent: &Sent, receipts: &[&str], by: &Authenticated, time: &str) -> (u16, Value) {
        complete(&self.releaser, sent, &completion(header(&sent.document), receipts), by, time)
    }
}

impl Sent {
    fn receipts(&self) -> Vec<&str> {
        self.receipts.iter().map(String::as_str).collect()
    }
}

fn completion(header: &[u8], receipts: &[&str]) -> Vec<u8> {
    json!({"header": STANDARD.encode(header), "receipts": receipts}).to_string().into_bytes()
}

fn complete(releaser: &Releaser, sent: &Sent, body: &[u8], by: &Authenticated, time: &str) -> (u16, Value) {
    let upload = Upload { id: sent.id, ticket: &sent.ticket };
    let reply = releaser.complete_upload(by, upload, body, &at(time));
    (reply.status(), serde_json::from_slice(&reply.body()).unwrap())
}

/// Asserts that an answer is a problem.
fn refused((status, body): (u16, Value), expected: (u16, &str)) {
    assert_eq!((status, body["code"].as_str().unwrap()), expected, "{body}");
}

#[test]
fn parts_in_any_order_make_what_was_signed() {
    for sent in [&*SMALL, &*LARGE] {
        let mut receipts = sent.receipts();
        receipts.reverse();
        let (status, body) = WORLD.completed(sent, &receipts, &ana(), LATER);
        assert_eq!(status, 200, "{body}");
        let payload = &sent.document[header(&sent.document).len()..];
        assert_eq!(body["blake3"], json!(blake3::hash(payload).to_hex().as_str()));
        assert_eq!((&body["size"], &body["upload"]), (&json!(sent.document.len()), &json!("ana")));
        let parts: Vec<Value> = (1..=sent.receipts.len())
            .map(|number| json!({"etag": format!("etag-{number}"), "number": number}))
            .collect();
        assert_eq!(body["parts"], json!(parts));
        assert_eq!(body["decision"]["decision"], json!(true));
        assert!(sent.receipts.iter().all(|receipt| receipt.len() < 6_000));
    }
    assert_eq!((SMALL.receipts.len(), LARGE.receipts.len()), (1, 3));
}

#[test]
fn what_may_not_be_stored_does_not_begin() {
    let document = &SMALL.document;
    let rex = caller("rex", &json!({"role": "reader"}));
    refused(WORLD.begun("small", document, &rex, "u"), (403, "denied"));
    refused(WORLD.begun("other", document, &ana(), "u"), (400, "request_invalid"));
    refused(WORLD.begun("small", &document[..document.len() - 1], &ana(), "u"), (422, "sender_signature"));
    refused(WORLD.begun("small", document, &ana(), ""), (400, "request_invalid"));
    refused(WORLD.begun("small", document, &ana(), &"u".repeat(1025)), (400, "request_invalid"));
    let without = Releaser::new(
        policy(),
        vec![WORLD.identity.clone()],
        Senders::trusted(vec![WORLD.signer.verifier().clone()]),
        Configuration::from_bytes(br#"{"issuers": []}"#).unwrap(),
    );
    let object = Admission { id: "small", header: header(document), size: Some(document.len().try_into().unwrap()) };
    assert_eq!(without.begin_upload(&ana(), object, "u", &at(NOW)).status(), 404);
}

#[test]
fn a_ticket_is_for_its_caller_object_and_time() {
    let receipts = SMALL.receipts();
    let gone = (410, "upload_gone");
    for other in [caller("bob", &json!({})), caller("ana", &json!({"iss": "https://other.example"}))] {
        refused(WORLD.completed(&SMALL, &receipts, &other, NOW), gone);
    }
    let fresh = caller("ana", &json!({"amr": ["pwd"], "iat": 1}));
    assert_eq!(WORLD.completed(&SMALL, &receipts, &fresh, NOW).0, 200);
    refused(WORLD.completed(&SMALL, &receipts, &ana(), "2026-11-22T07:00:01Z"), gone);
    let elsewhere =
        Sent { id: "large", document: SMALL.document.clone(), ticket: SMALL.ticket.clone(), receipts: vec![] };
    refused(WORLD.completed(&elsewhere, &receipts, &ana(), NOW), gone);
    assert_eq!(WORLD.part(&elsewhere, 1, &SMALL.document, NOW), Err("upload_gone".to_owned()));
    assert_eq!(WORLD.part(&SMALL, 1, &SMALL.document, "2026-11-22T07:00:01Z"), Err("upload_gone".to_owned()));
    let known = WORLD.releaser.upload(&ana(), Upload { id: "small", ticket: &SMALL.ticket }, &at(LATER)).unwrap();
    let known: Value = serde_json::from_slice(&known).unwrap();
    assert_eq!(known["upload"], json!("ana"));
    assert_eq!(known["decision_id"].as_str().map(str::len), Some(64));
}

#[test]
fn tickets_and_receipts_that_were_altered_are_refused_at_every_place() {
    let forged = |written: &str, place: usize| {
        let mut bytes = written.as_bytes().to_vec();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    for place in (0..SMALL.ticket.len()).step_by(7).chain([SMALL.ticket.len() - 1]) {
        let sent = Sent {
            id: "small",
            document: SMALL.document.clone(),
            ticket: forged(&SMALL.ticket, place),
            receipts: vec![],
        };
        refused(WORLD.completed(&sent, &SMALL.receipts(), &ana(), NOW), (410, "upload_gone"));
    }
    let receipt = &SMALL.receipts[0];
    for place in (0..receipt.len()).step_by(97).chain([receipt.len() - 1]) {
        refused(WORLD.completed(&SMALL, &[&forged(receipt, place)], &ana(), NOW), (422, "part_invalid"));
    }
    for text in ["", ".", "a.b", &SMALL.ticket, &"A".repeat(100_000), "é.é"] {
        refused(WORLD.completed(&SMALL, &[text], &ana(), NOW), (422, "part_invalid"));
        let sent = Sent { id: "small", document: vec![], ticket: text.into(), receipts: vec![] };
        if text != SMALL.ticket {
            let body = completion(header(&SMALL.document), &SMALL.receipts());
            refused(complete(&WORLD.releaser, &sent, &body, &ana(), NOW), (410, "upload_gone"));
        }
    }
}

#[test]
fn a_ticket_is_no_receipt_and_an_edge_believes_its_own_alone() {
    let members = SMALL.ticket.split_once('.').unwrap().0;
    let read: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(members).unwrap()).unwrap();
    assert_eq!((&read["id"], &read["size"]), (&json!("small"), &json!(SMALL.document.len())));
    let other = Identity::generate(&mut SysRng).unwrap();
    assert!(UploadKeys::of(&[]).is_none());
    for secrets in [&[&other][..], &[&*WORLD.identity, &other], &[&other, &*WORLD.identity], &[]] {
        let rotated = releaser(&WORLD.signer, &WORLD.identity, secrets);
        let body = completion(header(&SMALL.document), &SMALL.receipts());
        refused(complete(&rotated, &SMALL, &body, &ana(), NOW), (410, "upload_gone"));
    }
    let twin = releaser(&WORLD.signer, &WORLD.identity, &[&WORLD.identity]);
    let body = completion(header(&SMALL.document), &SMALL.receipts());
    assert_eq!(complete(&twin, &SMALL, &body, &ana(), NOW).0, 200);
}

#[test]
fn each_part_is_there_once_and_of_this_upload() {
    let [one, two, three] = LARGE.receipts()[..] else { panic!() };
    let invalid = (422, "part_invalid");
    for receipts in [&[][..], &[one, two], &[one, two, two], &[one, one, two, three], &[one, two, three, three]] {
        refused(WORLD.completed(&LARGE, receipts, &ana(), NOW), invalid);
    }
    let (status, again) = WORLD.begun("large", &LARGE.document, &ana(), "another");
    assert_eq!(status, 200);
    let ticket = again["ticket"].as_str().unwrap().to_owned();
    let again = Sent { id: "large", document: LARGE.document.clone(), ticket, receipts: vec![] };
    let last = &LARGE.document[2 * PART_SIZE..];
    let foreign = WORLD.part(&again, 3, last, NOW).unwrap();
    refused(WORLD.completed(&LARGE, &[one, two, &foreign], &ana(), NOW), invalid);
    refused(WORLD.completed(&LARGE, &[one, two, &SMALL.receipts[0]], &ana(), NOW), invalid);
    assert_eq!(WORLD.completed(&LARGE, &[one, two, &WORLD.part(&LARGE, 3, last, NOW).unwrap()], &ana(), NOW).0, 200);
}

#[test]
fn a_part_has_its_number_length_and_header() {
    let invalid = Err("part_invalid".to_owned());
    let last = &LARGE.document[2 * PART_SIZE..];
    for number in [0, 2, 4, 1_000_000] {
        assert_eq!(WORLD.part(&LARGE, number, last, NOW), invalid);
    }
    assert_eq!(WORLD.part(&LARGE, 3, &last[1..], NOW), invalid);
    let mut swapped = SMALL.document.clone();
    swapped[30] ^= 1;
    assert_eq!(WORLD.part(&SMALL, 1, &swapped, NOW), invalid);
    let part = Part { number: 1, length: SMALL.document.len().try_into().unwrap() };
    let upload = Upload { id: "small", ticket: &SMALL.ticket };
    let receiving = |bytes: &[&[u8]]| {
        let mut receiver = WORLD.releaser.part(&ana(), upload, part, &at(NOW)).unwrap();
        bytes.iter().for_each(|piece| receiver.push(piece));
        receiver.receipt("etag").map_err(|error| error.code().to_owned())
    };
    let (front, rest) = SMALL.document.split_at(100);
    assert!(receiving(&[front, rest]).is_ok());
    assert_eq!(receiving(&[front]), invalid);
    assert_eq!(receiving(&[front, rest, b"more"]), invalid);
    assert_eq!(receiving(&[&SMALL.document, rest]), invalid);
    let named = |etag: &str| {
        let mut receiver = WORLD.releaser.part(&ana(), upload, part, &at(NOW)).unwrap();
        receiver.push(&SMALL.document);
        receiver.receipt(etag).is_ok()
    };
    assert_eq!([named(""), named(&"e".repeat(256)), named(&"e".repeat(257))], [false, true, false]);
}

#[test]
fn bytes_that_nobody_signed_are_not_completed() {
    for (sent, places) in
        [(&*SMALL, &[1_000, 3_000][..]), (&*LARGE, &[PART_SIZE - 1, PART_SIZE, 2 * PART_SIZE + 1][..])]
    {
        for place in places {
            let mut altered = sent.document.clone();
            altered[*place] ^= 1;
            let number = place / PART_SIZE;
            let part = altered.chunks(PART_SIZE).nth(number).unwrap();
            let receipt = WORLD.part(sent, number + 1, part, NOW).unwrap();
            let mut receipts = sent.receipts();
            receipts[number] = &receipt;
            refused(WORLD.completed(sent, &receipts, &ana(), NOW), (422, "sender_signature"));
        }
    }
}

#[test]
fn an_upload_is_decided_anew_when_it_is_completed() {
    let receipts = SMALL.receipts();
    refused(WORLD.completed(&SMALL, &receipts, &ana(), "2026-11-21T12:00:00Z"), (403, "denied"));
    refused(WORLD.completed(&SMALL, &receipts, &caller("ana", &json!({"role": "reader"})), NOW), (403, "denied"));
}

#[test]
fn what_completes_an_upload_has_its_header_and_its_form() {
    let receipts = SMALL.receipts();
    let other = completion(header(&LARGE.document), &receipts);
    refused(complete(&WORLD.releaser, &SMALL, &other, &ana(), NOW), (422, "part_invalid"));
    let bodies = [
        &b""[..],
        b"[]",
        br#"{"receipts": []}"#,
        br#"{"header": "?", "receipts": []}"#,
        br#"{"header": "", "receipts": [1]}"#,
        br#"{"header": "", "receipts": [], "more": 1}"#,
    ];
    for body in bodies {
        refused(complete(&WORLD.releaser, &SMALL, body, &ana(), NOW), (400, "request_invalid"));
    }
    refused(complete(&WORLD.releaser, &SMALL, &vec![b' '; (8 << 20) + 1], &ana(), NOW), (413, "too_large"));
}

#[test]
fn unsigned_documents_come_in_parts_where_they_may_be_stored() {
    let senders = Senders::trusted(vec![]).or_unsigned();
    let configuration = Configuration::from_bytes(br#"{"issuers": []}"#).unwrap();
    let keys = UploadKeys::of(&[&WORLD.identity]);
    let releaser = Releaser::new(policy(), vec![WORLD.identity.clone()], senders, configuration).with_uploads(keys);
    let label = LabelRecord { document_id: "unsigned".into(), ..LabelRecord::default() };
    let proposal = Proposal::new(label, vec![WORLD.identity.recipient().clone()]);
    let asked = json!({"subject": {"type": "user", "id": "ines"}, "context": {"time": NOW}}).to_string();
    let sealed =
        Gate::new(policy()).seal(Caller::from_bytes(asked.as_bytes()).unwrap(), proposal, b"text", &mut SysRng);
    let Outcome::Allowed(sealed) = sealed.unwrap() else { panic!() };
    let document = sealed.document;
    let object =
        Admission { id: "unsigned", header: header(&document), size: Some(document.len().try_into().unwrap()) };
    let begun: Value = serde_json::from_slice(&releaser.begin_upload(&ana(), object, "u", &at(NOW)).body()).unwrap();
    let ticket = begun["ticket"].as_str().unwrap().to_owned();
    let sent = Sent { id: "unsigned", document, ticket, receipts: vec![] };
    let upload = Upload { id: sent.id, ticket: &sent.ticket };
    let part = Part { number: 1, length: sent.document.len().try_into().unwrap() };
    let mut receiver = releaser.part(&ana(), upload, part, &at(NOW)).unwrap();
    receiver.push(&sent.document);
    let receipt = receiver.receipt("etag").unwrap();
    let body = completion(header(&sent.document), &[&receipt]);
    let (status, body) = complete(&releaser, &sent, &body, &ana(), NOW);
    let payload = &sent.document[header(&sent.document).len()..];
    assert_eq!((status, &body["blake3"]), (200, &json!(blake3::hash(payload).to_hex().as_str())), "{body}");
}
