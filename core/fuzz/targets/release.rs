//! An edge answers whatever it is asked, and what it releases is an answer to who asked.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use sealwright_core::document::{Header, Identity};
use sealwright_core::encoding::timestamp::Timestamp;
use sealwright_core::gate::Senders;
use sealwright_core::policy::{Policy, PolicySource, Subject};
use sealwright_core::release::{Admission, Authenticated, Configuration, ObjectAction, ReleaseRequest, Releaser};
use sealwright_fuzz::{Constant, with_mac};

const POLICY: &str = r#"{"name":"fuzz","revision":"1","modules":[{"path":"a.rego","text":"package sealwright\n\ndecision := {\"decision\": true}\n"}]}"#;
const IDENTITY: &str = "AGE-SECRET-KEY-1NEU7FQ25LNL923S8Y9937SJX92SEA2YFEP320KR7ZRWEQWKKRUDQZ4F7MG";

static RELEASER: LazyLock<Releaser> = LazyLock::new(|| {
    let policy = Policy::load(PolicySource::from_bytes(POLICY.as_bytes()).unwrap()).unwrap();
    let identity = Arc::new(Identity::parse(IDENTITY).unwrap());
    let configuration = Configuration::from_bytes(br#"{"issuers":[],"delegates":["transform"]}"#).unwrap();
    Releaser::new(policy, vec![identity], Senders::default().or_unsigned(), configuration)
});

fuzz_target!(|bytes: &[u8]| {
    let now = Timestamp::parse("2026-11-21T07:00:00Z").unwrap();
    let subject = Subject { kind: "user".into(), id: "ana".into(), properties: serde_json::Map::new() };
    let caller = Authenticated { subject, scope: vec!["evaluate".into()], replay: None };
    let _ = RELEASER.release(&caller, bytes, &now, &mut Constant).to_bytes();
    let _ = RELEASER.evaluate_all(&caller, bytes, &now).to_bytes();
    let Some(header) = with_mac(bytes).and_then(|document| Header::from_bytes(&document).ok()) else { return };
    let object = Admission { id: "d", header: header.as_bytes(), size: None };
    let _ = RELEASER.admit(&caller, ObjectAction::Fetch, object, &now).to_bytes();
    let request = ReleaseRequest::new(&[header.as_bytes()], &mut Constant).unwrap();
    let reply = RELEASER.release(&caller, &request.body(Some("analyse"), None), &now, &mut Constant);
    let results = request.results(&reply.body()).unwrap();
    assert_eq!(results[0].released.is_some(), reply.status() == 200);
});
