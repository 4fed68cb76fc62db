//! A program is refused, or is written as it was read and runs within its fuel.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::policy::{Limits, Policy};
use sha2::{Digest, Sha256};

const FIRST_LINE: &[u8] = b"sealwright.dev/program v1\n";

const REQUEST: &[u8] = br#"{"subject": {"type": "user", "id": "ana", "properties": {"roles": ["a"]}}, "action": {"name": "open"},
    "resource": {"type": "document", "id": "d1", "properties": {"size": 2, "purposes": ["x", "train"]}}}"#;

// What an input lacks is put around it, so that mutants reach what stands behind the checksum.
fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { kilosteps: 20, builtin_bytes: 1 << 20, ..Limits::default() };
    assert!(bytes.len() >= 32 || Policy::from_program(bytes).is_err());
    let body = [FIRST_LINE, bytes].concat();
    let program = [&body, Sha256::digest(&body).as_slice()].concat();
    let Ok(policy) = Policy::from_program_with(&program, &limits) else { return };
    assert_eq!(policy.to_program().unwrap(), program);
    assert_eq!(policy.decide(REQUEST).ok(), policy.decide(REQUEST).ok());
    let _ = policy.explain(REQUEST, true);
    let _ = policy.filter(REQUEST, &["resource.properties.size".to_owned()], None);
});
