//! A request's canonical form is its own; a caller is read or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::gate::Caller;
use sealwright_core::policy::Request;

fuzz_target!(|bytes: &[u8]| {
    let _ = Caller::from_bytes(bytes);
    let Ok(request) = Request::from_bytes(bytes) else { return };
    let canonical = request.to_bytes().unwrap();
    assert_eq!(Request::from_bytes(&canonical).unwrap().to_bytes().unwrap(), canonical);
});
