//! Keys are released to whom the policy admits, and to nobody else: `spec/release.md`.
#![cfg(all(feature = "release", feature = "std"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::arithmetic_side_effects)]

use std::cell::RefCell;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer as _, SigningKey};
use getrandom::SysRng;
use sealwright_core::credential::Prover;
use sealwright_core::document::{self, Identity, Part, Reader, Signer};
use sealwright_core::encoding::timestamp::Timestamp;
use sealwright_core::gate::{Caller, Gate, OpenRequest, Outcome, Proposal, Senders};
use sealwright_core::label::LabelRecord;
use sealwright_core::policy::{ModuleSource, Policy, PolicySource};
use sealwright_core::release::{Admission, Authenticated, Configuration, ObjectAction, ReleaseRequest, Releaser};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const NOW: &str = "2026-11-21T07:00:00Z";
const SECONDS: u64 = 1_795_244_400;
const URL: &str = "https://edge.example/v1/release";
const ISSUER: &str = "https://issuer.example";

const RULES: &str = r#"package sealwright

default decision := {"decision": false, "reasons": ["role_missing"]}

decision := {"decision": true} if input.action.name in {"seal", "open", "store", "fetch"}

decision := {"decision": true, "obligations": obligations} if {
	input.action.name == "release"
	input.subject.properties.role == "analyst"
	input.context.purpose == "analyse"
	input.resource.properties.sender.verified == true
	input.context.time == "2026-11-21T07:00:00Z"
}

obligations contains {"type": "transform", "operators": {"DEFAULT": {"operator": "redact"}}} if {
	input.resource.properties.classification == "masked"
}
"#;

struct World {
    issuer: SigningKey,
    prover: Prover,
    identity: Arc<Identity>,
    signer: Arc<Signer>,
    releaser: RefCell<Releaser>,
}

fn policy() -> Policy {
    let module = ModuleSource { path: "rules.rego".into(), text: RULES.into() };
    Policy::load(PolicySource {
        name: "test".into(),
        revision: "1".into(),
        entrypoint: "sealwright.decision".into(),
        modules: vec![module],
        data: serde_json::Map::new(),
    })
    .unwrap()
}

fn world(delegates: &[&str]) -> World {
    let issuer = SigningKey::from_bytes(&[7; 32]);
    let x = URL_SAFE_NO_PAD.encode(issuer.verifying_key().as_bytes());
    let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "k1", "use": "sig", "alg": "EdDSA"}]});
    let issuers = json!([{"issuer": ISSUER, "audience": "edge", "keys": keys}]);
    let configuration = json!({"issuers": issuers, "delegates": delegates}).to_string();
    let identity = Arc::new(Identity::generate(&mut SysRng).unwrap());
    let signer = Arc::new(Signer::generate("acme", &mut SysRng).unwrap());
    let releaser = Releaser::new(
        policy(),
        vec![identity.clone()],
        Senders::trusted(vec![signer.verifier().clone()]),
        Configuration::from_bytes(configuration.as_bytes()).unwrap(),
    );
    World { issuer, prover: Prover::generate(&mut SysRng).unwrap(), identity, signer, releaser: RefCell::new(releaser) }
}

fn now() -> Timestamp {
    Timestamp::parse(NOW).unwrap()
}

impl World {
    fn claims(&self) -> Value {
        json!({
            "iss": ISSUER, "aud": "edge", "sub": "ana", "exp": SECONDS + 300, "iat": SECONDS, "role": "analyst",
            "scope": "evaluate", "cnf": {"jkt": self.prover.thumbprint()}
        })
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.issuer.sign(signed.as_bytes()).to_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn code(&self, header: &Value, claims: &Value) -> String {
        let token = self.token(header, claims);
        let proof = self.prover.prove(("POST", URL), Some(&token), None, SECONDS, &mut SysRng).unwrap();
        let authorization = format!("DPoP {token}");
        let known = self.releaser.borrow_mut().authenticate(Some(&authorization), Some(&proof), ("POST", URL), &now());
        known.map_or_else(|error| error.code().to_owned(), |_| "ok".to_owned())
    }

    fn caller(&self, changes: &Value) -> Authenticated {
        let mut claims = self.claims();
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let token = self.token(&json!({"alg": "EdDSA", "kid": "k1", "typ": "at+jwt"}), &claims);
        let proof = self.prover.prove(("POST", URL), Some(&token), None, SECONDS, &mut SysRng).unwrap();
        self.releaser
            .borrow_mut()
            .authenticate(Some(&format!("DPoP {token}")), Some(&proof), ("POST", URL), &now())
            .unwrap()
    }

    fn sealed(&self, classification: &str, text: &[u8]) -> Vec<u8> {
        let mut label = labelled("doc-1");
        label.classification = Some(classification.into());
        let mut proposal = Proposal::new(label, vec![self.identity.recipient().clone()]);
        proposal.signer = Some(self.signer.clone());
        match Gate::new(policy()).seal(subject(), proposal, text, &mut SysRng).unwrap() {
            Outcome::Allowed(sealed) => sealed.document,
            Outcome::Denied(decision) => panic!("{decision:?}"),
        }
    }

    fn ask(&self, caller: &Authenticated, headers: &[&[u8]], purpose: &str) -> (ReleaseRequest, Value) {
        let request = ReleaseRequest::new(headers, &mut SysRng).unwrap();
        let reply = self.releaser.borrow().release(caller, &request.body(Some(purpose), None), &now(), &mut SysRng);
        (request, serde_json::from_slice(&reply.to_bytes()).unwrap())
    }
}

fn subject() -> Caller {
    Caller::from_bytes(
        json!({"subject": {"type": "user", "id": "ines"}, "context": {"time": NOW}}).to_string().as_bytes(),
    )
    .unwrap()
}

fn header(document: &[u8]) -> &[u8] {
    let end = document.windows(5).position(|window| window == b"\n--- ").unwrap() + 1;
    let line = document[end..].iter().position(|byte| *byte == b'\n').unwrap();
    &document[..=end + line]
}

fn body(answer: &Value) -> Vec<u8> {
    answer["body"].to_string().into_bytes()
}

#[test]
fn a_released_document_opens_in_stock_age_and_through_the_gate() {
    let world = world(&[]);
    let sealed = world.sealed("plain", b"mail ana@acme.example");
    let (request, answer) = world.ask(&world.caller(&json!({})), &[header(&sealed)], "analyse");
    assert_eq!(answer["status"], 200, "{answer}");
    let results = request.results(&body(&answer)).unwrap();
    let released = results[0].released.as_ref().unwrap();
    let whole = [released.header().as_bytes(), &sealed[header(&sealed).len()..]].concat();
    assert_eq!(document::decrypt(&whole, &[released.identity()]).unwrap(), b"mail ana@acme.example");

    let (mut reader, rest) = Reader::split(&sealed).unwrap();
    let senders = Senders::trusted(vec![world.signer.verifier().clone()]);
    let asked = OpenRequest::new(subject(), &reader, &senders).unwrap();
    let decision = policy().decide(asked.request()).unwrap();
    let Outcome::Allowed(permit) = asked.permit(decision, &policy().reference().digest).unwrap() else { panic!() };
    let mut opener = permit.by_release(released).unwrap().open(&mut reader, &[]).unwrap();
    let text = document::Flow::take(&mut opener, Part::Last(rest)).unwrap();
    assert_eq!(text, b"mail ana@acme.example");
}

#[test]
fn text_is_transformed_as_the_edge_obliges_where_that_is_left_to_callers() {
    let denied = world(&[]);
    let sealed = denied.sealed("masked", b"mail ana@acme.example");
    let (_, answer) = denied.ask(&denied.caller(&json!({})), &[header(&sealed)], "analyse");
    assert_eq!((&answer["status"], &answer["body"]["code"]), (&json!(403), &json!("denied")));

    let world = world(&["transform"]);
    let sealed = world.sealed("masked", b"mail ana@acme.example");
    let (request, answer) = world.ask(&world.caller(&json!({})), &[header(&sealed)], "analyse");
    let results = request.results(&body(&answer)).unwrap();
    let (mut reader, rest) = Reader::split(&sealed).unwrap();
    let senders = Senders::trusted(vec![world.signer.verifier().clone()]);
    let asked = OpenRequest::new(subject(), &reader, &senders).unwrap();
    let decision = policy().decide(asked.request()).unwrap();
    let Outcome::Allowed(permit) = asked.permit(decision, &policy().reference().digest).unwrap() else { panic!() };
    let permit = permit.by_release(results[0].released.as_ref().unwrap()).unwrap();
    let mut opener = permit.open(&mut reader, &[]).unwrap();
    assert_eq!(document::Flow::take(&mut opener, Part::Last(rest)).unwrap(), b"mail ");
}

#[test]
fn who_is_refused_gets_the_reasons_and_no_key() {
    let world = world(&[]);
    let sealed = world.sealed("plain", b"text");
    for (changes, purpose) in [(json!({"role": "intern"}), "analyse"), (json!({}), "train")] {
        let (request, answer) = world.ask(&world.caller(&changes), &[header(&sealed)], purpose);
        assert_eq!(answer["status"], 403);
        assert_eq!(answer["body"]["reasons"], json!(["role_missing"]));
        assert!(request.results(&body(&answer)).unwrap()[0].released.is_none());
    }
}

#[test]
fn wrong_key_and_broken_mac_answer_alike() {
    let world = world(&[]);
    let other = self::world(&[]);
    let (foreign, own) = (other.sealed("plain", b"text"), world.sealed("plain", b"text"));
    let mut broken = header(&own).to_vec();
    let last = broken.len() - 2;
    broken[last - 20] = if broken[last - 20] == b'A' { b'B' } else { b'A' };
    let caller = world.caller(&json!({}));
    let answers: Vec<Value> = [header(&foreign), &broken]
        .map(|header| world.ask(&caller, &[header], "analyse").1)
        .into_iter()
        .map(|mut answer| {
            answer["body"].as_object_mut().unwrap().remove("request_id");
            answer
        })
        .collect();
    assert_eq!(answers[0]["body"]["code"], "no_key");
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn each_header_of_a_batch_is_looked_at_by_itself() {
    let world = world(&[]);
    let (own, foreign) = (world.sealed("plain", b"text"), self::world(&[]).sealed("plain", b"text"));
    let unlabelled = document::encrypt(b"x", &[world.identity.recipient()], None, &mut SysRng).unwrap();
    let headers = [header(&foreign), header(&own), header(&unlabelled)];
    let (request, answer) = world.ask(&world.caller(&json!({})), &headers, "analyse");
    assert_eq!(answer["status"], 200);
    let codes: Vec<&Value> =
        answer["body"]["results"].as_array().unwrap().iter().map(|result| &result["error"]["code"]).collect();
    assert_eq!(codes, [&json!("no_key"), &Value::Null, &json!("label_count")]);
    let released: Vec<bool> =
        request.results(&body(&answer)).unwrap().iter().map(|result| result.released.is_some()).collect();
    assert_eq!(released, [false, true, false]);
}

/// Who once held the file key writes a looser label over the same payload: stock age takes it.
#[test]
fn a_label_forged_with_a_released_key_is_refused() {
    let world = world(&[]);
    let forger = Arc::new(Signer::generate("forger", &mut SysRng).unwrap());
    let mut proposal = Proposal::new(labelled("doc-1"), vec![world.identity.recipient().clone()]);
    proposal.signer = Some(forger);
    let Outcome::Allowed(sealed) = Gate::new(policy()).seal(subject(), proposal, b"x", &mut SysRng).unwrap() else {
        panic!()
    };
    let caller = world.caller(&json!({}));
    let (_, answer) = world.ask(&caller, &[header(&sealed.document)], "analyse");
    assert_eq!((&answer["status"], &answer["body"]["code"]), (&json!(422), &json!("sender_untrusted")));

    let unsigned = Proposal::new(labelled("doc-1"), vec![world.identity.recipient().clone()]);
    let Outcome::Allowed(sealed) = Gate::new(policy()).seal(subject(), unsigned, b"x", &mut SysRng).unwrap() else {
        panic!()
    };
    let (_, answer) = world.ask(&caller, &[header(&sealed.document)], "analyse");
    assert_eq!(answer["body"]["code"], "sender_missing");
}

#[test]
fn an_answer_is_for_its_request_and_its_documents() {
    let world = world(&[]);
    let (one, two) = (world.sealed("plain", b"one"), world.sealed("plain", b"two"));
    let caller = world.caller(&json!({}));
    let (first, answer) = world.ask(&caller, &[header(&one), header(&two)], "analyse");
    let (second, _) = world.ask(&caller, &[header(&one), header(&two)], "analyse");
    assert!(first.results(&body(&answer)).is_ok());
    assert_eq!(second.results(&body(&answer)).err().unwrap().code(), "release_invalid");
    let mut swapped = answer["body"].clone();
    swapped["results"].as_array_mut().unwrap().reverse();
    assert_eq!(first.results(swapped.to_string().as_bytes()).err().unwrap().code(), "release_invalid");
    let mut short = answer["body"].clone();
    short["results"].as_array_mut().unwrap().pop();
    assert_eq!(first.results(short.to_string().as_bytes()).err().unwrap().code(), "release_invalid");
    let mut obliged = answer["body"].clone();
    obliged["results"][0]["decision"]["obligations"] = json!([{"type": "watermark"}]);
    assert_eq!(first.results(obliged.to_string().as_bytes()).err().unwrap().code(), "release_invalid");
    let mut denied = answer["body"].clone();
    denied["results"][0]["decision"]["decision"] = json!(false);
    assert_eq!(first.results(denied.to_string().as_bytes()).err().unwrap().code(), "release_invalid");
}

#[test]
fn tokens_are_refused_one_rule_at_a_time() {
    let world = world(&[]);
    let good = json!({"alg": "EdDSA", "kid": "k1", "typ": "at+jwt"});
    let claims = world.claims();
    assert_eq!(world.code(&good, &claims), "ok");
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let without = |name: &str| {
        let mut claims = claims.clone();
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    for (claims, expected) in [
        (with("iss", json!("https://other.example")), "token_invalid"),
        (without("iss"), "token_invalid"),
        (with("aud", json!("other")), "token_invalid"),
        (with("aud", json!(["other"])), "token_invalid"),
        (with("aud", json!(["other", "edge"])), "ok"),
        (without("aud"), "token_invalid"),
        (with("exp", json!(SECONDS - 61)), "token_expired"),
        (with("exp", json!(SECONDS - 59)), "ok"),
        (with("exp", json!("never")), "token_invalid"),
        (with("exp", json!(-1)), "token_invalid"),
        (without("exp"), "token_invalid"),
        (with("nbf", json!(SECONDS + 61)), "token_expired"),
        (with("iat", json!(SECONDS + 600)), "token_expired"),
        (without("sub"), "token_invalid"),
        (with("sub", json!("")), "token_invalid"),
        (with("sub", json!("x".repeat(257))), "token_invalid"),
        (without("cnf"), "token_invalid"),
        (with("cnf", json!({"jkt": "other"})), "proof_invalid"),
    ] {
        assert_eq!(world.code(&good, &claims), expected, "{claims}");
    }
    for (header, expected) in [
        (json!({"alg": "none", "kid": "k1"}), "token_invalid"),
        (json!({"alg": "HS256", "kid": "k1"}), "token_invalid"),
        (json!({"alg": "ES256", "kid": "k1"}), "token_invalid"),
        (json!({"alg": "EdDSA"}), "token_invalid"),
        (json!({"alg": "EdDSA", "kid": "k2"}), "token_key_unknown"),
        (json!({"alg": "EdDSA", "kid": "k1", "typ": "dpop+jwt"}), "token_invalid"),
        (json!({"alg": "EdDSA", "kid": "k1", "crit": ["x"]}), "token_invalid"),
        (json!({"alg": "EdDSA", "kid": "k1", "typ": "JWT"}), "ok"),
    ] {
        assert_eq!(world.code(&header, &claims), expected, "{header}");
    }
    let forged = World { issuer: SigningKey::from_bytes(&[8; 32]), ..self::world(&[]) };
    assert_eq!(forged.code(&good, &forged.claims()), "token_invalid");
    let code = |authorization: Option<&str>| {
        world.releaser.borrow_mut().authenticate(authorization, None, ("POST", URL), &now()).unwrap_err().code()
    };
    assert_eq!(code(None), "token_missing");
    assert_eq!(code(Some("DPoP")), "token_missing");
    assert_eq!(code(Some(&format!("Bearer {}", world.token(&good, &claims)))), "token_invalid");
    assert_eq!(code(Some(&format!("DPoP {}", "x".repeat(8193)))), "token_invalid");
}

#[test]
fn a_token_that_was_verified_ends_with_its_time_and_its_issuers_keys() {
    let world = world(&[]);
    let token = world.token(&json!({"alg": "EdDSA", "kid": "k1"}), &world.claims());
    let authorization = format!("DPoP {token}");
    let code = |time: &str, seconds: u64| {
        let proof = world.prover.prove(("POST", URL), Some(&token), None, seconds, &mut SysRng).unwrap();
        let now = Timestamp::parse(time).unwrap();
        let known = world.releaser.borrow_mut().authenticate(Some(&authorization), Some(&proof), ("POST", URL), &now);
        known.map_or_else(|error| error.code().to_owned(), |_| "ok".to_owned())
    };
    assert_eq!(code(NOW, SECONDS), "ok");
    assert_eq!(code("2026-11-21T06:00:00Z", SECONDS - 3600), "token_expired");
    assert_eq!(code("2026-11-21T07:05:59Z", SECONDS + 359), "ok");
    assert_eq!(code("2026-11-21T07:06:00Z", SECONDS + 360), "token_expired");
    assert_eq!(code(NOW, SECONDS), "ok");
    world.releaser.borrow_mut().set_issuer_keys(ISSUER, b"{\"keys\":[]}").unwrap();
    assert_eq!(code(NOW, SECONDS), "token_key_unknown");
}

#[test]
fn replays_have_one_id_and_others_another() {
    let world = world(&[]);
    let token = world.token(&json!({"alg": "EdDSA", "kid": "k1"}), &world.claims());
    let authorization = format!("DPoP {token}");
    let prove = || world.prover.prove(("POST", URL), Some(&token), None, SECONDS, &mut SysRng).unwrap();
    let replay = |proof: &str| {
        world
            .releaser
            .borrow_mut()
            .authenticate(Some(&authorization), Some(proof), ("POST", URL), &now())
            .unwrap()
            .replay
            .unwrap()
    };
    let (one, other) = (prove(), prove());
    assert_eq!(replay(&one), replay(&one));
    assert_ne!(replay(&one).0, replay(&other).0);
    assert_eq!(replay(&one).1.as_str(), "2026-11-21T07:03:00Z");
}

#[test]
fn bodies_that_are_no_request_have_a_status() {
    let world = world(&[]);
    let caller = world.caller(&json!({}));
    let sealed = world.sealed("plain", b"x");
    let recipient = world.identity.recipient().to_string();
    let encoded = STANDARD.encode(header(&sealed));
    let good = json!({"request_id": URL_SAFE_NO_PAD.encode([1; 16]), "recipient": recipient, "headers": [encoded]});
    let status = |body: &[u8]| world.releaser.borrow().release(&caller, body, &now(), &mut SysRng).status();
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        status(body.to_string().as_bytes())
    };
    assert_eq!(with("purpose", json!("analyse")), 200);
    assert_eq!(with("purpose", json!("train")), 403);
    assert_eq!(with("purpose", json!("x".repeat(257))), 400);
    assert_eq!(with("unknown", json!(1)), 400);
    assert_eq!(with("request_id", json!("AAAA")), 400);
    assert_eq!(with("recipient", json!("age1nobody")), 400);
    assert_eq!(with("headers", json!([])), 400);
    assert_eq!(with("headers", json!(["?"])), 400);
    assert_eq!(with("headers", json!(["AAAA"])), 422);
    assert_eq!(with("headers", Value::from(vec!["AAAA"; 257])), 413);
    assert_eq!(with("action", json!("destroy")), 400);
    assert_eq!(status(b"{"), 400);
    assert_eq!(status(&vec![b' '; (1 << 20) + 1]), 413);
}

#[test]
fn objects_are_admitted_by_label_length_and_payload() {
    let world = world(&[]);
    let caller = world.caller(&json!({}));
    let sealed = world.sealed("plain", b"text");
    let admit = |id: &str, size: u64| {
        let object = Admission { id, header: header(&sealed), size: Some(size) };
        world.releaser.borrow().admit(&caller, ObjectAction::Store, object, &now()).status()
    };
    let size = u64::try_from(sealed.len()).unwrap();
    assert_eq!(admit("doc-1", size), 200);
    assert_eq!(admit("doc-1", size + 1), 422);
    assert_eq!(admit("doc-2", size), 400);
    assert_eq!(admit("../doc-1", size), 400);
    assert_eq!(admit(".doc", size), 400);
    assert_eq!(admit("", size), 400);
    let mut receiver = world.releaser.borrow().receiver(header(&sealed)).unwrap();
    let payload = &sealed[header(&sealed).len()..];
    receiver.push(payload);
    assert_eq!(receiver.finish().unwrap(), blake3::hash(payload).to_hex().as_str());
    receiver.push(b"more");
    assert_eq!(receiver.finish().unwrap_err().code(), "sender_signature");
}

#[test]
fn evaluations_need_a_scope_and_end_as_asked() {
    let world = world(&[]);
    let question = json!({
        "subject": {"type": "user", "id": "ana"}, "resource": {"type": "document", "id": "d"},
        "action": {"name": "open"}, "context": {"time": "1999-01-01T00:00:00Z"}
    });
    let text = question.to_string();
    let stranger = world.caller(&json!({"scope": "openid"}));
    let refused = world.releaser.borrow().evaluate(&stranger, text.as_bytes(), &now());
    assert_eq!(refused.status(), 403);
    let caller = world.caller(&json!({}));
    let reply: Value =
        serde_json::from_slice(&world.releaser.borrow().evaluate(&caller, text.as_bytes(), &now()).body()).unwrap();
    assert_eq!(reply["decision"], true);
    assert_eq!(reply["context"]["decision_id"].as_str().unwrap().len(), 64);
    let mut batch = question;
    batch["evaluations"] = json!([{}, {"action": {"name": "destroy"}}, {"action": {"name": "seal"}}]);
    let decided = |semantic: &str| {
        let mut batch = batch.clone();
        batch["options"] = json!({"evaluations_semantic": semantic});
        let reply = world.releaser.borrow().evaluate_all(&caller, batch.to_string().as_bytes(), &now());
        let body: Value = serde_json::from_slice(&reply.body()).unwrap();
        body["evaluations"].as_array().unwrap().iter().map(|one| one["decision"].as_bool().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(decided("execute_all"), [true, false, true]);
    assert_eq!(decided("deny_on_first_deny"), [true, false]);
    assert_eq!(decided("permit_on_first_permit"), [true]);
}

#[test]
fn no_evaluations_are_a_single_one() {
    let world = world(&[]);
    let caller = world.caller(&json!({}));
    let question = json!({
        "subject": {"type": "user", "id": "ana"}, "resource": {"type": "document", "id": "d"}, "action": {"name": "open"}
    });
    let answered = |more: &Value| {
        let mut whole = question.clone();
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        world.releaser.borrow().evaluate_all(&caller, whole.to_string().as_bytes(), &now())
    };
    let one = world.releaser.borrow().evaluate(&caller, question.to_string().as_bytes(), &now()).body();
    for more in [json!({}), json!({"evaluations": []}), json!({"evaluations": [], "options": {}})] {
        let reply = answered(&more);
        assert_eq!((reply.status(), reply.body()), (200, one.clone()), "{more}");
    }
    assert_eq!(answered(&json!({"evaluations": [], "subjects": []})).status(), 400);
}

#[test]
fn the_new_header_names_the_request_and_the_old_header() {
    let world = world(&[]);
    let sealed = world.sealed("plain", b"x");
    let (request, answer) = world.ask(&world.caller(&json!({})), &[header(&sealed)], "analyse");
    let results = request.results(&body(&answer)).unwrap();
    let stanzas = results[0].released.as_ref().unwrap().header().stanzas();
    let kinds: Vec<&str> = stanzas.iter().map(document::Stanza::kind).collect();
    assert_eq!(kinds, ["sealwright.dev/label", "sealwright.dev/sender", "sealwright.dev/release", "X25519"]);
    assert_eq!(stanzas[2].args()[0], "v1");
    assert_eq!(stanzas[2].body(), Sha256::digest(header(&sealed)).as_slice());
    assert_eq!(answer["body"]["request_id"], json!(stanzas[2].args()[1]));
}

fn labelled(id: &str) -> LabelRecord {
    LabelRecord { document_id: id.into(), ..LabelRecord::default() }
}
