//! JSON that is read is read by another library too, and its canonical form is its own.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::encoding::json;

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = json::parse("text", bytes) else { return };
    serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
    let canonical = json::canonical(&value);
    assert_eq!(json::canonical(&json::parse("text", &canonical).unwrap()), canonical);
});
