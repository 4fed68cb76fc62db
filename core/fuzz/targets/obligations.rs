//! An answer with any obligations is read or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::encoding::json;
use sealwright_core::policy::Answer;

fuzz_target!(|bytes: &[u8]| {
    let text = [br#"{"decision": true, "obligations": ["#, bytes, b"]}"].concat();
    if let Ok(value) = json::parse("answer", &text) {
        let _ = Answer::from_value(value);
    }
});
