//! Values are read as JSON is, by either reader.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::policy::fuzzing::read_value;

fuzz_target!(|bytes: &[u8]| read_value(bytes));
