//! What a gate opens, anybody with the key opens too, and to the same bytes; and it opens nothing that its sender did not sign.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::document::{Header, PayloadHasher, Reader, VerifierKey, decrypt};
use sealwright_core::error::Error;
use sealwright_core::gate::{Caller, Gate, Outcome, Senders};
use sealwright_core::policy::{Policy, PolicySource};
use sealwright_fuzz::{Insider, with_mac};
use std::sync::LazyLock;

const POLICY: &[u8] = br#"{"name": "fuzz", "revision": "1", "modules": [
    {"path": "fuzz.rego", "text": "package sealwright\n\ndecision := {\"decision\": true}\n"}]}"#;

const ANA: &str = "ana+33ef6b39+AWkcrqRC061UZhyaWf0Yu1+VdD4ufp2yEGooSrmRa1/K";

static GATE: LazyLock<Gate> =
    LazyLock::new(|| Gate::new(Policy::load(PolicySource::from_bytes(POLICY).unwrap()).unwrap()));

fn open(document: &[u8], senders: &Senders) -> Result<Vec<u8>, Error> {
    let caller = Caller::from_bytes(br#"{"subject": {"type": "user", "id": "ana"}}"#)?;
    match GATE.open(caller, document, &[&Insider], senders)? {
        Outcome::Allowed(opened) => Ok(opened.plaintext),
        Outcome::Denied(decision) => panic!("{decision:?}"),
    }
}

fn is_signed(document: &[u8], key: &VerifierKey) -> bool {
    let header: &Header = &Reader::split(document).unwrap().0.header().unwrap().clone();
    let mut payload = PayloadHasher::default();
    payload.push(&document[header.as_bytes().len()..]);
    header
        .sender()
        .is_some_and(|sender| sender.verify(header, key).and_then(|()| payload.check(sender.payload())).is_ok())
}

fuzz_target!(|bytes: &[u8]| {
    let document = with_mac(bytes).unwrap_or_else(|| bytes.to_vec());
    let key = VerifierKey::parse(ANA).unwrap();
    let trusting = open(&document, &Senders::trusted(vec![key.clone()]));
    let allowing = open(&document, &Senders::default().or_unsigned());
    if let Ok(plaintext) = &allowing {
        assert_eq!(decrypt(&document, &[&Insider]).as_ref(), Ok(plaintext));
        assert!(Reader::split(&document).unwrap().0.header().unwrap().label().is_some());
    }
    if let Ok(plaintext) = &trusting {
        assert_eq!(allowing.as_ref(), Ok(plaintext));
        assert!(document.trim_ascii_start().starts_with(b"-----BEGIN") || is_signed(&document, &key));
    }
});
