//! A built-in answers, is undefined, or runs out of fuel, and does the same each time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::policy::fuzzing::call_builtin;

fuzz_target!(|input: (u8, &str)| {
    let (place, args) = input;
    call_builtin(place, args);
});
