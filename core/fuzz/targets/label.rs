//! A label that is read is the canonical form of what it says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::label::{Label, LabelRecord};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(label) = Label::from_bytes(bytes) {
        assert_eq!(Label::from_record(label.record().clone()).unwrap().as_bytes(), bytes);
    }
    if let Ok(label) = LabelRecord::from_bytes(bytes).and_then(Label::from_record) {
        assert_eq!(Label::from_bytes(label.as_bytes()).unwrap(), label);
    }
});
