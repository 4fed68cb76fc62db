//! The gate: every obligation is carried out or refuses, and a permit is for one request alone.
#![cfg(feature = "rego")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "a test")]

use getrandom::SysRng;
use sealwright_core::document::{Flow, Part};
use sealwright_core::error::Error;
use sealwright_core::surface::{Identity, OpenRequest, Policy, Reader, Recipient, Scan, Scanner, SealRequest, Senders};
use serde_json::{Value, json};

const TIME: &str = "2026-11-21T07:00:00Z";

/// Returns a policy that allows everything with these obligations.
fn allowing(obligations: &Value) -> Policy {
    deciding(&format!("{{\"decision\": true, \"obligations\": {obligations}}}"))
}

fn deciding(answer: &str) -> Policy {
    let text = format!("package sealwright\n\ndecision := {answer}\n");
    let source = json!({"name": "test", "revision": "1", "modules": [{"path": "test.rego", "text": text}]});
    Policy::load(&source.to_string()).unwrap()
}

fn caller(context: &Value) -> String {
    json!({"subject": {"type": "user", "id": "ana"}, "context": context}).to_string()
}

fn scan(text: &[u8]) -> Scan {
    let mut scanner = Scanner::new();
    scanner.push(text);
    scanner.finish()
}

struct Sealed {
    document: Vec<u8>,
    label: Value,
}

/// Seals for one recipient and returns the document, or the reasons against it.
fn seal(policy: &Policy, text: &[u8], scan: &Scan, context: &Value, to: &Recipient) -> Result<Sealed, Vec<String>> {
    let label = json!({"document_id": "d", "purposes": ["train", "analyse"], "retain_until": "2030-01-01T00:00:00Z"});
    let policy_ref = policy.describe().unwrap();
    let mut request =
        SealRequest::new(&caller(context), &label.to_string(), None, &[to], None, scan, &policy_ref, &mut SysRng)
            .unwrap();
    let decision = request.admit(&policy.decide(&request.request()).unwrap()).unwrap();
    let decision: Value = serde_json::from_str(&decision).unwrap();
    if decision["decision"] != true {
        assert_eq!(request.sealer(false, &mut SysRng).err().map(|error| error.code()), Some("call_order"));
        return Err(serde_json::from_value(decision["reasons"].clone()).unwrap());
    }
    let mut sealer = request.sealer(false, &mut SysRng).unwrap();
    let label = serde_json::from_str(&sealer.label()).unwrap();
    let mut document = sealer.push(text).unwrap();
    document.append(&mut sealer.finish().unwrap());
    Ok(Sealed { document, label })
}

/// Opens with one identity and returns the text, the reasons against it, or the failure.
fn open(policy: &Policy, document: &[u8], context: &Value, with: &Identity) -> Result<Vec<u8>, Vec<String>> {
    let mut reader = Reader::new();
    assert!(reader.push(document).unwrap());
    let mut request = OpenRequest::new(&caller(context), &reader, &anybody()).unwrap();
    let decision = request.admit(&policy.decide(&request.request()).unwrap(), &digest(policy)).unwrap();
    let decision: Value = serde_json::from_str(&decision).unwrap();
    if decision["decision"] != true {
        assert_eq!(request.opener(&mut reader, &[with]).err().map(|error| error.code()), Some("call_order"));
        return Err(serde_json::from_value(decision["reasons"].clone()).unwrap());
    }
    let mut opener = request.opener(&mut reader, &[with]).unwrap();
    let mut text = opener.push(&[]).unwrap();
    text.append(&mut opener.finish().unwrap());
    Ok(text)
}

fn digest(policy: &Policy) -> String {
    let reference: Value = serde_json::from_str(&policy.describe().unwrap()).unwrap();
    reference["digest"].as_str().unwrap().to_owned()
}

/// Believes that unsigned documents are what they say.
fn anybody() -> Senders {
    Senders::new(&[], true)
}

fn identity() -> Identity {
    Identity::generate(&mut SysRng).unwrap()
}

const MAIL: &[u8] = b"write to ana@acme.example";

#[test]
fn transform_masks_when_sealing_and_when_opening() {
    let (key, now) = (identity(), json!({"time": TIME}));
    let masking = allowing(&json!([{"type": "transform", "operators": {"DEFAULT": {"operator": "replace"}}}]));
    let clear = allowing(&json!([]));
    let sealed = seal(&masking, MAIL, &scan(MAIL), &now, &key.recipient()).ok().unwrap();
    assert_eq!(sealed.label["transforms"], json!({"EMAIL_ADDRESS": 1}));
    assert_eq!(open(&clear, &sealed.document, &now, &key).unwrap(), b"write to <EMAIL_ADDRESS>");
    let sealed = seal(&clear, MAIL, &scan(MAIL), &now, &key.recipient()).ok().unwrap();
    assert_eq!(sealed.label.get("transforms"), None);
    assert_eq!(open(&masking, &sealed.document, &now, &key).unwrap(), b"write to <EMAIL_ADDRESS>");
    assert_eq!(open(&clear, &sealed.document, &now, &key).unwrap(), MAIL);
}

#[test]
fn a_lent_buffer_is_no_way_around_the_transformation() {
    let key = identity();
    let masking = allowing(&json!([{"type": "transform", "operators": {"DEFAULT": {"operator": "redact"}}}]));
    let policy_ref = masking.describe().unwrap();
    let (scan, recipient, caller) = (scan(MAIL), key.recipient(), caller(&json!({})));
    let label = r#"{"document_id":"d"}"#;
    let mut request =
        SealRequest::new(&caller, label, None, &[&recipient], None, &scan, &policy_ref, &mut SysRng).unwrap();
    request.admit(&masking.decide(&request.request()).unwrap()).unwrap();
    let mut sealer = request.sealer(false, &mut SysRng).unwrap();
    let refuses = |flow: &mut dyn Flow, part| {
        assert_eq!(flow.ready(part), None);
        (0..1_000).all(|size| flow.take_into(part, &mut vec![0; size]).is_err_and(|error| error.code() == "call_order"))
    };
    assert!(refuses(sealer.flow(), Part::Last(MAIL)));
    assert_eq!(sealer.whole_size(MAIL), None);

    let sealed = seal(&allowing(&json!([])), MAIL, &scan, &json!({}), &recipient).ok().unwrap();
    let mut reader = Reader::new();
    reader.push(&sealed.document).unwrap();
    let mut request = OpenRequest::new(&caller, &reader, &anybody()).unwrap();
    request.admit(&masking.decide(&request.request()).unwrap(), &digest(&masking)).unwrap();
    assert!(refuses(request.opener(&mut reader, &[&key]).unwrap().flow(), Part::Last(&[])));
}

#[test]
fn transform_refuses_what_was_not_scanned() {
    let masking = allowing(&json!([{"type": "transform", "operators": {"DEFAULT": {"operator": "redact"}}}]));
    for scan in [Scan::unscanned(), scan(b"\xff\xfe"), scan(b"a\0b")] {
        let refused = seal(&masking, MAIL, &scan, &json!({"time": TIME}), &identity().recipient());
        assert_eq!(refused.err().unwrap(), ["obligation_transform_unmet"]);
    }
}

#[test]
fn two_transforms_join_unless_they_differ() {
    let key = identity();
    let transform =
        |entity: &str, operator: &str| json!({"type": "transform", "operators": {entity: {"operator": operator}}});
    let joined = allowing(&json!([transform("EMAIL_ADDRESS", "redact"), transform("PHONE_NUMBER", "replace")]));
    let text = b"ana@acme.example +49 30 23125 417";
    let sealed = seal(&joined, text, &scan(text), &json!({}), &key.recipient()).ok().unwrap();
    assert_eq!(open(&allowing(&json!([])), &sealed.document, &json!({}), &key).unwrap(), b" <PHONE_NUMBER>");
    let differing = allowing(&json!([transform("EMAIL_ADDRESS", "redact"), transform("EMAIL_ADDRESS", "replace")]));
    let refused = seal(&differing, text, &scan(text), &json!({}), &key.recipient());
    assert_eq!(refused.err().unwrap(), ["obligation_transform_unmet"]);
}

#[test]
fn required_recipients_must_be_among_them() {
    let (key, other) = (identity(), identity());
    let requiring = |texts: &[String]| allowing(&json!([{"type": "require_recipients", "recipients": texts}]));
    let seals = |texts: &[String]| {
        seal(&requiring(texts), MAIL, &scan(MAIL), &json!({}), &key.recipient())
            .map(|_| ())
            .map_err(|reasons| reasons.concat())
    };
    let unmet = Err("obligation_require_recipients_unmet".to_owned());
    assert_eq!(seals(&[key.recipient().to_text()]), Ok(()));
    assert_eq!(seals(&[key.recipient().to_text(), other.recipient().to_text()]), unmet);
    assert_eq!(seals(&["age1nobody".to_owned()]), unmet);
    assert_eq!(seals(&[]), unmet);
}

#[cfg(feature = "pq")]
#[test]
fn hybrid_recipients_are_required_as_others_are() {
    let text = "AGE-SECRET-KEY-PQ-1HZLGZUPT4ETPKDEV8HSGFDCYZ4E522W0A7PU2LHT8EH9W6YLNC3SW78XKG";
    let key = Identity::parse(text).unwrap();
    let to = key.recipient();
    let requiring = |text: String| allowing(&json!([{"type": "require_recipients", "recipients": [text]}]));
    let sealed = seal(&requiring(to.to_text()), MAIL, &scan(MAIL), &json!({}), &to).ok().unwrap();
    assert_eq!(open(&allowing(&json!([])), &sealed.document, &json!({}), &key).unwrap(), MAIL);
    let refused = seal(&requiring(identity().recipient().to_text()), MAIL, &scan(MAIL), &json!({}), &to);
    assert_eq!(refused.err().unwrap(), ["obligation_require_recipients_unmet"]);
    // A request holds as many texts of 1,959 characters as a header holds stanzas.
    let policy = allowing(&json!([]));
    let label = json!({"document_id": "d"}).to_string();
    let (caller, about) = (caller(&json!({})), policy.describe().unwrap());
    let mut request =
        SealRequest::new(&caller, &label, None, &[&to; 41], None, &scan(MAIL), &about, &mut SysRng).unwrap();
    request.admit(&policy.decide(&request.request()).unwrap()).unwrap();
    assert!(request.sealer(false, &mut SysRng).is_ok());
    let mixed = [&to, &identity().recipient()];
    let mut request = SealRequest::new(&caller, &label, None, &mixed, None, &scan(MAIL), &about, &mut SysRng).unwrap();
    request.admit(&policy.decide(&request.request()).unwrap()).unwrap();
    assert_eq!(request.sealer(false, &mut SysRng).err().unwrap().code(), "recipients_mixed");
}

#[test]
fn restrict_label_only_ever_narrows() {
    let key = identity();
    let label_under = |obligation: Value| {
        let policy = allowing(&json!([obligation]));
        seal(&policy, MAIL, &scan(MAIL), &json!({"time": TIME}), &key.recipient()).ok().unwrap().label
    };
    let narrowed = label_under(
        json!({"type": "restrict_label", "purposes": ["analyse", "retrieve"], "retain_until": "2027-01-01T00:00:00Z"}),
    );
    assert_eq!(narrowed["purposes"], json!(["analyse"]));
    assert_eq!(narrowed["retain_until"], "2027-01-01T00:00:00Z");
    let kept = label_under(json!({"type": "restrict_label", "retain_until": "2040-01-01T00:00:00Z"}));
    assert_eq!(kept["purposes"], json!(["train", "analyse"]));
    assert_eq!(kept["retain_until"], "2030-01-01T00:00:00Z");
}

#[test]
fn expire_needs_a_time_before_its_end() {
    let key = identity();
    let expiring = allowing(&json!([{"type": "expire", "at": TIME}]));
    let seals = |context: &Value| seal(&expiring, MAIL, &scan(MAIL), context, &key.recipient()).is_ok();
    assert!(seals(&json!({"time": "2026-11-21T06:59:59Z"})));
    assert!(!seals(&json!({"time": TIME})));
    assert!(!seals(&json!({})));
}

#[test]
fn what_the_gate_cannot_carry_out_refuses() {
    let (key, now) = (identity(), json!({"time": TIME}));
    let sealed = seal(&allowing(&json!([])), MAIL, &scan(MAIL), &now, &key.recipient()).ok().unwrap();
    for obligation in [
        json!({"type": "require_signature"}),
        json!({"type": "watermark"}),
        json!({"type": "notify", "channel": "security"}),
        json!({"type": "filter", "condition": {}}),
    ] {
        let policy = allowing(&json!([obligation]));
        let reason = format!("obligation_{}_unmet", obligation["type"].as_str().unwrap());
        let reasons = [reason];
        assert_eq!(seal(&policy, MAIL, &scan(MAIL), &now, &key.recipient()).err().unwrap(), reasons);
        assert_eq!(open(&policy, &sealed.document, &now, &key).unwrap_err(), reasons);
    }
}

#[test]
fn a_refusal_keeps_its_reasons() {
    let refusing = deciding("{\"decision\": false, \"reasons\": [\"b\", \"a\"]}");
    let refused = seal(&refusing, MAIL, &scan(MAIL), &json!({}), &identity().recipient());
    assert_eq!(refused.err().unwrap(), ["a", "b"]);
}

#[test]
fn a_source_that_changed_after_the_scan_is_not_sealed() {
    let policy = allowing(&json!([]));
    let key = identity();
    let policy_ref = policy.describe().unwrap();
    let mut request = SealRequest::new(
        &caller(&json!({})),
        "{}",
        None,
        &[&key.recipient()],
        None,
        &scan(MAIL),
        &policy_ref,
        &mut SysRng,
    )
    .unwrap();
    request.admit(&policy.decide(&request.request()).unwrap()).unwrap();
    let mut sealer = request.sealer(false, &mut SysRng).unwrap();
    let document = sealer.push(b"something else").unwrap();
    assert_eq!(sealer.finish().unwrap_err().code(), "source_changed");
    assert!(cut_short(&document, &key));
}

/// Tells that a document does not open to its end.
fn cut_short(document: &[u8], key: &Identity) -> bool {
    let mut reader = Reader::new();
    reader.push(document).unwrap() && reader.decryptor(&[key]).unwrap().finish().is_err()
}

#[test]
fn a_decision_on_another_request_or_of_another_policy_gives_no_permit() {
    let (policy, other) = (allowing(&json!([])), allowing(&json!([{"type": "watermark"}])));
    let key = identity();
    let policy_ref = policy.describe().unwrap();
    let request = |label: &str| {
        SealRequest::new(
            &caller(&json!({})),
            label,
            None,
            &[&key.recipient()],
            None,
            &scan(MAIL),
            &policy_ref,
            &mut SysRng,
        )
        .unwrap()
    };
    let code = |outcome: Result<String, Error>| outcome.unwrap_err().code();
    let (mut first, second) = (request("{\"document_id\":\"1\"}"), request("{\"document_id\":\"2\"}"));
    assert_eq!(code(first.admit(&policy.decide(&second.request()).unwrap())), "decision_mismatch");
    let mut third = request("{\"document_id\":\"3\"}");
    assert_eq!(code(third.admit(&other.decide(&third.request()).unwrap())), "decision_mismatch");
    let mut fourth = request("{\"document_id\":\"4\"}");
    assert_eq!(code(fourth.admit("{\"decision\":true}")), "decision_invalid");
    assert_eq!(code(fourth.admit(&policy.decide(&second.request()).unwrap())), "call_order");
}

#[test]
fn the_callers_label_cannot_set_what_the_gate_sets() {
    let policy_ref = allowing(&json!([])).describe().unwrap();
    for label in ["{\"transforms\":{\"EMAIL_ADDRESS\":1}}", &format!("{{\"policy\":{policy_ref}}}")] {
        let to = identity().recipient();
        let request =
            SealRequest::new(&caller(&json!({})), label, None, &[&to], None, &scan(MAIL), &policy_ref, &mut SysRng);
        assert_eq!(request.err().unwrap().code(), "label_field_reserved");
    }
}

#[test]
fn a_document_without_a_label_is_not_opened_under_a_policy() {
    let key = identity();
    let mut encryptor =
        sealwright_core::surface::Encryptor::new(&[&key.recipient()], None, false, &mut SysRng).unwrap();
    let mut document = encryptor.push(MAIL).unwrap();
    document.append(&mut encryptor.finish().unwrap());
    let mut reader = Reader::new();
    reader.push(&document).unwrap();
    assert_eq!(OpenRequest::new(&caller(&json!({})), &reader, &anybody()).err().unwrap().code(), "label_count");
}

#[test]
fn ranges_open_under_a_permit_and_not_where_text_must_be_transformed() {
    let (key, now) = (identity(), json!({"time": TIME}));
    let clear = allowing(&json!([]));
    let sealed = seal(&clear, MAIL, &scan(MAIL), &now, &key.recipient()).ok().unwrap().document;
    let size = u64::try_from(sealed.len()).unwrap();
    let admitted = |policy: &Policy| {
        let mut reader = Reader::new();
        reader.push(&sealed).unwrap();
        let mut request = OpenRequest::new(&caller(&now), &reader, &anybody()).unwrap();
        assert_eq!(request.range_opener(&reader, &[&key], size).err().unwrap().code(), "call_order");
        request.admit(&policy.decide(&request.request()).unwrap(), &digest(policy)).unwrap();
        request.range_opener(&reader, &[&key], size)
    };
    assert_eq!(admitted(&clear).unwrap().size(), u64::try_from(MAIL.len()).unwrap());
    let masking = allowing(&json!([{"type": "transform", "operators": {"DEFAULT": {"operator": "redact"}}}]));
    assert_eq!(admitted(&masking).err().unwrap().code(), "range_unavailable");
}
