//! Operators' JSON is read or refused, and what it says can be applied.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::privacy::{Operators, Transformer};

fuzz_target!(|bytes: &[u8]| {
    let Ok(operators) = Operators::from_bytes(bytes) else { return };
    let mut transformer = Transformer::new(operators);
    transformer.push("Call Ana: +49 30 23125 417, ana@acme.example".as_bytes()).unwrap();
    transformer.finish().unwrap();
});
