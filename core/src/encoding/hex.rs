//! Lower-case hexadecimal.

use alloc::string::String;

/// Returns the lower-case hexadecimal text of `bytes`.
pub fn encode(bytes: &[u8]) -> String {
    let digit =
        |value: u8| char::from(if value < 10 { value.wrapping_add(b'0') } else { value.wrapping_add(b'a' - 10) });
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
