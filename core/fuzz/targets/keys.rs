//! Keys have one text each.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::document::{self, Identity, Recipient, Signer, VerifierKey};

fuzz_target!(|text: &str| {
    if let Ok(identity) = Identity::parse(text) {
        assert_eq!(identity.reveal().as_str(), text);
    }
    if let Ok(recipient) = Recipient::parse(text) {
        assert_eq!(recipient.to_string(), text);
    }
    if let Ok(signer) = Signer::parse(text) {
        assert_eq!(signer.reveal().as_str(), text);
    }
    if let Ok(verifier) = VerifierKey::parse(text) {
        assert_eq!(verifier.to_string(), text);
    }
    let _ = (document::parse_identities(text), document::parse_recipients(text), document::parse_verifiers(text));
});
