//! Collections under a policy: it decides on the label, and what it asks for is done to every record.
#![cfg(feature = "rego")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "a test")]

use getrandom::SysRng;
use sealwright_core::error::Error;
use sealwright_core::record;
use sealwright_core::surface::{
    Batch, Collection, Identity, OpenRequest, Policy, Reader, Scan, Scanner, SealRequest, Senders, Signer,
};
use serde_json::{Value, json};

const CALLER: &str = r#"{"subject": {"type": "user", "id": "ana"}}"#;
const LABEL: &str = r#"{"classification":"internal","document_id":"calls"}"#;
const CALLS: [&str; 2] = ["write to ana@acme.example", "nothing"];

/// Returns a policy that answers each action in its own way.
fn policy(seal: &Value, open: &Value) -> Policy {
    let text = format!(
        "package sealwright\n\ndecision := {seal} if input.action.name == \"seal\"\n\ndecision := {open} if input.action.name == \"open\"\n"
    );
    let source = json!({"name": "test", "revision": "1", "modules": [{"path": "test.rego", "text": text}]});
    Policy::load(&source.to_string()).unwrap()
}

fn allow(operator: Option<&Value>) -> Value {
    let transform = |operator| json!([{"type": "transform", "operators": {"EMAIL_ADDRESS": operator}}]);
    json!({"decision": true, "obligations": operator.map_or(json!([]), transform)})
}

fn batch(values: &[&str]) -> Batch {
    record::Batch::from_values(values).into()
}

fn texts(batch: &Batch) -> Vec<String> {
    let batch = record::Batch::new(batch.data(), &batch.offsets(), record::OffsetSize::Eight).unwrap();
    batch.iter().map(|value| String::from_utf8(value.to_vec()).unwrap()).collect()
}

fn code<T>(outcome: Result<T, Error>) -> &'static str {
    outcome.err().map_or("ok", |error| error.code())
}

fn created(policy: &Policy, identity: &Identity, scan: &Scan) -> Result<Collection, Error> {
    let reference = policy.describe()?;
    let to = [&identity.recipient()];
    let mut request = SealRequest::new(CALLER, LABEL, None, &to, None, scan, &reference, &mut SysRng)?;
    request.admit(&policy.decide(&request.request())?)?;
    request.collection(&mut SysRng)
}

fn opened(policy: &Policy, identity: &Identity, document: &[u8]) -> Result<Collection, Error> {
    opened_from(&Senders::new(&[], true), policy, identity, document)
}

fn opened_from(senders: &Senders, policy: &Policy, identity: &Identity, document: &[u8]) -> Result<Collection, Error> {
    let mut reader = Reader::new();
    reader.push(document)?;
    let mut request = OpenRequest::new(CALLER, &reader, senders)?;
    let reference: Value = serde_json::from_str(&policy.describe()?).unwrap();
    request.admit(&policy.decide(&request.request())?, reference["digest"].as_str().unwrap())?;
    request.collection(&mut reader, &[identity])
}

#[test]
fn a_collection_is_made_and_opened_where_the_policy_allows() {
    let identity = Identity::generate(&mut SysRng).unwrap();
    let policy = policy(&allow(None), &allow(None));
    let made = created(&policy, &identity, &Scan::unscanned()).unwrap();
    let label: Value = serde_json::from_str(&made.label()).unwrap();
    assert_eq!(label["policy"], serde_json::from_str::<Value>(&policy.describe().unwrap()).unwrap());
    let tokens = made.seal("text", &batch(&["1", "2"]), &batch(&CALLS), &mut SysRng).unwrap();

    let read = opened(&policy, &identity, &made.document()).unwrap();
    assert_eq!((read.document(), read.label()), (made.document(), made.label()));
    assert_eq!(texts(&read.open("text", &batch(&["1", "2"]), &tokens).unwrap()), CALLS);
}

#[test]
fn a_refusal_leads_to_no_collection() {
    let identity = Identity::generate(&mut SysRng).unwrap();
    let refuse = json!({"decision": false, "reasons": ["no"]});
    let policy = policy(&refuse, &refuse);
    assert_eq!(code(created(&policy, &identity, &Scan::unscanned())), "call_order");
    let made = Collection::create(&[&identity.recipient()], LABEL, &mut SysRng).unwrap();
    assert_eq!(code(opened(&policy, &identity, &made.document())), "call_order");
}

#[test]
fn what_a_decision_asks_for_is_done_to_every_record() {
    let identity = Identity::generate(&mut SysRng).unwrap();
    let policy = policy(&allow(None), &allow(Some(&json!({"operator": "replace"}))));
    let made = created(&policy, &identity, &Scan::unscanned()).unwrap();
    let ids = batch(&["1", "2"]);
    let tokens = made.seal("text", &ids, &batch(&CALLS), &mut SysRng).unwrap();
    let read = opened(&policy, &identity, &made.document()).unwrap();
    assert_eq!(texts(&read.open("text", &ids, &tokens).unwrap()), ["write to <EMAIL_ADDRESS>", "nothing"]);

    let bytes = record::Batch::from_values([b"\xff\x00"]).into();
    let token = made.seal("text", &batch(&["3"]), &bytes, &mut SysRng).unwrap();
    assert_eq!(code(read.open("text", &batch(&["3"]), &token)), "not_text");
}

#[test]
fn what_is_to_be_transformed_before_it_is_sealed_makes_no_collection() {
    let identity = Identity::generate(&mut SysRng).unwrap();
    let policy = policy(&allow(Some(&json!({"operator": "redact"}))), &allow(None));
    assert_eq!(code(created(&policy, &identity, &Scan::unscanned())), "call_order");
    let mut scanner = Scanner::new();
    scanner.push(b"a sample, not the values");
    assert_eq!(code(created(&policy, &identity, &scanner.finish())), "call_order");
}

#[test]
fn generations_are_transformed_as_each_decision_asks() {
    let identity = Identity::generate(&mut SysRng).unwrap();
    let made = Collection::create(&[&identity.recipient()], LABEL, &mut SysRng).unwrap();
    let ids = batch(&["1", "2"]);
    let tokens = made.seal("text", &ids, &batch(&CALLS), &mut SysRng).unwrap();
    let under =
        |operator: &Value| opened(&policy(&allow(None), &allow(Some(operator))), &identity, &made.document()).unwrap();
    let (redacting, replacing) = (under(&json!({"operator": "redact"})), under(&json!({"operator": "replace"})));

    let masked = ["write to ", "nothing"];
    assert_eq!(texts(&redacting.with_older(&made).unwrap().open("text", &ids, &tokens).unwrap()), masked);
    assert_eq!(texts(&made.with_older(&redacting).unwrap().open("text", &ids, &tokens).unwrap()), masked);
    assert_eq!(texts(&redacting.with_older(&redacting).unwrap().open("text", &ids, &tokens).unwrap()), masked);
    assert_eq!(code(redacting.with_older(&replacing)), "decision_mismatch");
}

#[test]
fn a_permit_is_for_one_collection_alone() {
    let identity = Identity::generate(&mut SysRng).unwrap();
    let policy = policy(&allow(None), &allow(None));
    let [asked, other] = [(); 2].map(|()| created(&policy, &identity, &Scan::unscanned()).unwrap());
    let mut reader = Reader::new();
    reader.push(&asked.document()).unwrap();
    let mut request = OpenRequest::new(CALLER, &reader, &Senders::new(&[], true)).unwrap();
    let reference: Value = serde_json::from_str(&policy.describe().unwrap()).unwrap();
    request.admit(&policy.decide(&request.request()).unwrap(), reference["digest"].as_str().unwrap()).unwrap();
    let mut reader = Reader::new();
    reader.push(&other.document()).unwrap();
    assert_eq!(code(request.collection(&mut reader, &[&identity])), "decision_mismatch");
}

#[test]
fn a_collection_carries_a_sender_and_a_private_part_as_documents_do() {
    let (identity, signer) =
        (Identity::generate(&mut SysRng).unwrap(), Signer::generate("acme/intake", &mut SysRng).unwrap());
    let policy = policy(&allow(None), &allow(None));
    let (private, reference, to) =
        (r#"{"file_name":"calls.csv"}"#, policy.describe().unwrap(), [&identity.recipient()]);
    let (scan, signed) = (Scan::unscanned(), Some(&signer));
    let mut request =
        SealRequest::new(CALLER, LABEL, Some(private), &to, signed, &scan, &reference, &mut SysRng).unwrap();
    request.admit(&policy.decide(&request.request()).unwrap()).unwrap();
    let made = request.collection(&mut SysRng).unwrap();
    let tokens = made.seal("text", &batch(&["1", "2"]), &batch(&CALLS), &mut SysRng).unwrap();

    let trusted = Senders::new(&[&signer.verifier()], false);
    let read = opened_from(&trusted, &policy, &identity, &made.document()).unwrap();
    assert_eq!(read.private().unwrap().as_deref(), Some(private));
    assert_eq!(made.private().unwrap().as_deref(), Some(private));
    assert_eq!(texts(&read.open("text", &batch(&["1", "2"]), &tokens).unwrap()), CALLS);

    let stranger = Signer::generate("acme/other", &mut SysRng).unwrap();
    let others = Senders::new(&[&stranger.verifier()], false);
    assert_eq!(code(opened_from(&others, &policy, &identity, &made.document())), "sender_untrusted");
    let unsigned = created(&policy, &identity, &Scan::unscanned()).unwrap();
    assert_eq!(code(opened_from(&trusted, &policy, &identity, &unsigned.document())), "sender_missing");
    let mut cut = made.document();
    cut.truncate(cut.len() - 1);
    assert_eq!(code(opened_from(&trusted, &policy, &identity, &cut)), "payload_corrupt");
}
