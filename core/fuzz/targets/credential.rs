//! Tokens and sets of keys are taken or refused, whatever they hold.
#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use sealwright_core::credential::KeySet;
use sealwright_core::encoding::timestamp::Timestamp;
use sealwright_core::gate::Senders;
use sealwright_core::policy::{Policy, PolicySource};
use sealwright_core::release::{Configuration, Releaser};

const POLICY: &str = r#"{"name":"fuzz","revision":"1","modules":[{"path":"a.rego","text":"package sealwright\n\ndecision := {\"decision\": true}\n"}]}"#;
const ISSUERS: &[u8] = br#"{"issuers":[{"issuer":"i","audience":"a","keys":{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}}]}"#;

thread_local! {
    static RELEASER: RefCell<Releaser> = RefCell::new({
        let policy = Policy::load(PolicySource::from_bytes(POLICY.as_bytes()).unwrap()).unwrap();
        Releaser::new(policy, Vec::new(), Senders::default(), Configuration::from_bytes(ISSUERS).unwrap())
    });
}

fuzz_target!(|bytes: &[u8]| {
    let _ = KeySet::from_bytes(bytes);
    let Ok(text) = core::str::from_utf8(bytes) else { return };
    let now = Timestamp::parse("2026-11-21T07:00:00Z").unwrap();
    let target = ("POST", "https://edge.example/v1/release");
    let known = RELEASER.with_borrow_mut(|edge| edge.authenticate(Some(&["DPoP ", text].concat()), Some(text), target, &now));
    assert!(known.is_err());
});
