//! A policy's JSON is read or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::policy::PolicySource;

fuzz_target!(|bytes: &[u8]| {
    let _ = PolicySource::from_bytes(bytes);
});
