//! A private part that is written is read again as what it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::label::PrivateRecord;

fuzz_target!(|bytes: &[u8]| {
    let Ok(record) = PrivateRecord::from_bytes(bytes) else { return };
    if let Ok(written) = record.to_bytes() {
        assert_eq!(PrivateRecord::from_bytes(&written).unwrap().to_bytes().unwrap(), written);
    }
});
