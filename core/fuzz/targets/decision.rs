//! A decision from elsewhere is taken for the request that it answers, and for no other.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::policy::Decision;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(decision) = Decision::danger_from_evaluator(bytes, "", b"{}") {
        assert!(Decision::danger_from_evaluator(bytes, "", b"[]").is_err());
        let written = decision.to_bytes().unwrap();
        assert_eq!(Decision::danger_from_evaluator(&written, "", b"{}").unwrap(), decision);
    }
});
