//! A header that is read keeps its bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::document::Header;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(header) = Header::from_bytes(bytes) {
        assert_eq!(header.as_bytes(), bytes);
        assert!(!header.stanzas().is_empty());
    }
});
