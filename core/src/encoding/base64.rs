//! Base64 (RFC 4648), canonical only: the standard alphabet as age uses it, without padding in headers and padded in armor;
//! base64url, without padding, for tokens.
//!
//! The crate's own, because a library's engines would make up a twentieth of the module that browsers load. What it reads and
//! writes is public (stanza bodies, armor, tokens), but for a signer's own text.

use alloc::string::String;
use alloc::vec::Vec;

/// How many bytes become one group, and how many characters that has.
const GROUP_BYTES: usize = 3;
const GROUP_SIZE: usize = 4;

const PADDING: u8 = b'=';

/// Returns the unpadded base64 of `bytes`.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    encode_padded(bytes, &mut text);
    text.truncate(text.trim_end_matches('=').len());
    text
}

/// Reads unpadded canonical base64.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for group in text.chunks(GROUP_SIZE) {
        let mut bits = 0_u32;
        for place in 0..GROUP_SIZE {
            bits = bits << 6 | group.get(place).map_or(Some(0), |character| value(*character))?;
        }
        let missing = GROUP_SIZE.saturating_sub(group.len());
        let [_, decoded @ ..] = bits.to_be_bytes();
        let (kept, cut) = decoded.split_at(GROUP_BYTES.saturating_sub(missing));
        // A lone character holds no byte, and bits that no byte takes must be 0.
        if missing == 3 || cut.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(kept);
    }
    Some(bytes)
}

/// Reads unpadded canonical base64 of exactly `N` bytes.
pub fn decode_array<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

/// Appends the padded base64 of `bytes`.
pub fn encode_padded(bytes: &[u8], out: &mut String) {
    for group in bytes.chunks(GROUP_BYTES) {
        let mut padded = [0; GROUP_SIZE];
        padded.iter_mut().skip(1).zip(group).for_each(|(slot, byte)| *slot = *byte);
        let bits = u32::from_be_bytes(padded);
        for (place, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            out.push(char::from(if place > group.len() { PADDING } else { character(bits >> shift & 63) }));
        }
    }
}

/// Reads padded canonical base64 and appends it to `out`.
pub fn decode_padded(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    if !text.len().is_multiple_of(GROUP_SIZE) {
        return None;
    }
    let unpadded = text.strip_suffix(b"==").or(text.strip_suffix(b"=")).unwrap_or(text);
    out.append(&mut decode(unpadded)?);
    Some(())
}

/// Returns the unpadded base64url of `bytes`.
pub fn encode_url(bytes: &[u8]) -> String {
    encode(bytes).replace('+', "-").replace('/', "_")
}

/// Reads unpadded canonical base64url.
pub fn decode_url(text: &[u8]) -> Option<Vec<u8>> {
    let standard = text.iter().map(|character| match character {
        b'-' => Some(b'+'),
        b'_' => Some(b'/'),
        b'+' | b'/' => None,
        other => Some(*other),
    });
    decode(&standard.collect::<Option<Vec<u8>>>()?)
}

fn character(value: u32) -> u8 {
    let value = u8::try_from(value).unwrap_or_default();
    match value {
        0..26 => value.wrapping_add(b'A'),
        26..52 => value.wrapping_add(b'a' - 26),
        52..62 => value.wrapping_sub(52).wrapping_add(b'0'),
        62 => b'+',
        _ => b'/',
    }
}

fn value(character: u8) -> Option<u32> {
    let value = match character {
        b'A'..=b'Z' => character.wrapping_sub(b'A'),
        b'a'..=b'z' => character.wrapping_sub(b'a' - 26),
        b'0'..=b'9' => character.wrapping_sub(b'0').wrapping_add(52),
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn base64_is_written_and_read_as_another_library_does(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(encode(&bytes), STANDARD_NO_PAD.encode(&bytes));
            prop_assert_eq!(decode(encode(&bytes).as_bytes()), Some(bytes.clone()));
            let (mut text, mut read) = (String::new(), Vec::new());
            encode_padded(&bytes, &mut text);
            prop_assert_eq!(&text, &STANDARD.encode(&bytes));
            prop_assert_eq!(decode_padded(text.as_bytes(), &mut read), Some(()));
            prop_assert_eq!(encode_url(&bytes), URL_SAFE_NO_PAD.encode(&bytes));
            prop_assert_eq!(decode_url(encode_url(&bytes).as_bytes()), Some(bytes.clone()));
            prop_assert_eq!(read, bytes);
        }

        #[test]
        fn what_another_library_refuses_is_refused(text in "[A-D+/_=\\n -]{0,9}") {
            let mut read = Vec::new();
            prop_assert_eq!(decode(text.as_bytes()), STANDARD_NO_PAD.decode(&text).ok());
            prop_assert_eq!(decode_url(text.as_bytes()), URL_SAFE_NO_PAD.decode(&text).ok());
            prop_assert_eq!(decode_padded(text.as_bytes(), &mut read).map(|()| read), STANDARD.decode(&text).ok());
        }
    }
}
