//! Standard base64 as age uses it: no padding in headers, padding in armor, canonical only.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

/// Returns the unpadded base64 of `bytes`.
pub fn encode(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

/// Reads unpadded canonical base64.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text).ok()
}

/// Reads unpadded canonical base64 of exactly `N` bytes.
pub fn decode_array<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

/// Appends the padded base64 of `bytes`.
pub fn encode_padded(bytes: &[u8], out: &mut String) {
    STANDARD.encode_string(bytes, out);
}

/// Reads padded canonical base64 and appends it to `out`.
pub fn decode_padded(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    STANDARD.decode_vec(text, out).ok()
}
