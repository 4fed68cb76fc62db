//! A document is read alike, whole and in pieces.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::document::decrypt;
use sealwright_fuzz::{Insider, decrypt_in_pieces, with_mac};

fuzz_target!(|bytes: &[u8]| {
    if bytes.trim_ascii_start().starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----") {
        return;
    }
    let document = with_mac(bytes).unwrap_or_else(|| bytes.to_vec());
    let size = 1 + usize::from(bytes.last().copied().unwrap_or_default());
    let code = |error: sealwright_core::error::Error| error.code();
    assert_eq!(decrypt_in_pieces(&document, size).map_err(code), decrypt(&document, &[&Insider]).map_err(code));
});
