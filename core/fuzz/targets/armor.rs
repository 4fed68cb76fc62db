//! Armor is read alike, whole and in pieces.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::document::decrypt;
use sealwright_fuzz::{Insider, decrypt_in_pieces};

fuzz_target!(|bytes: &[u8]| {
    let text = [b"-----BEGIN AGE ENCRYPTED FILE-----\n", bytes].concat();
    let size = 1 + usize::from(bytes.last().copied().unwrap_or_default());
    // Where armor and what it holds are both broken, the cut decides which is told.
    assert_eq!(decrypt_in_pieces(&text, size).ok(), decrypt(&text, &[&Insider]).ok());
});
