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

/// Stands for six bits of 0 in both alphabets.
const ZERO: u8 = b'A';

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Is the value of what is no character of an alphabet: no other has this bit.
const INVALID: u8 = 0x80;

static STANDARD_VALUES: [u8; 256] = values(STANDARD);
static URL_VALUES: [u8; 256] = values(URL);

/// Returns the unpadded base64 of `bytes`.
pub fn encode(bytes: &[u8]) -> String {
    unpadded(bytes, STANDARD)
}

/// Reads unpadded canonical base64.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    read(text, &STANDARD_VALUES)
}

/// Reads unpadded canonical base64 of exactly `N` bytes.
pub fn decode_array<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

/// Appends the padded base64 of `bytes`.
pub fn encode_padded(bytes: &[u8], out: &mut String) {
    let mut text = core::mem::take(out).into_bytes();
    write(bytes, STANDARD, &mut text);
    *out = String::from_utf8(text).unwrap_or_default();
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
    unpadded(bytes, URL)
}

/// Reads unpadded canonical base64url.
pub fn decode_url(text: &[u8]) -> Option<Vec<u8>> {
    read(text, &URL_VALUES)
}

fn unpadded(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut text = Vec::new();
    write(bytes, alphabet, &mut text);
    while text.last() == Some(&PADDING) {
        text.pop();
    }
    String::from_utf8(text).unwrap_or_default()
}

/// Appends the padded characters of `bytes`.
fn write(bytes: &[u8], alphabet: &[u8; 64], out: &mut Vec<u8>) {
    let (groups, rest) = bytes.as_chunks::<GROUP_BYTES>();
    let start = out.len();
    out.resize(start.saturating_add(groups.len().saturating_mul(GROUP_SIZE)), PADDING);
    let (slots, _) = out.get_mut(start..).unwrap_or_default().as_chunks_mut::<GROUP_SIZE>();
    for (slot, group) in slots.iter_mut().zip(groups) {
        *slot = characters(*group, alphabet);
    }
    if !rest.is_empty() {
        let mut padded = [0; GROUP_BYTES];
        padded.iter_mut().zip(rest).for_each(|(slot, byte)| *slot = *byte);
        let mut last = characters(padded, alphabet);
        last.iter_mut().skip(rest.len().saturating_add(1)).for_each(|character| *character = PADDING);
        out.extend_from_slice(&last);
    }
}

/// Returns the characters of one group.
fn characters([first, second, third]: [u8; GROUP_BYTES], alphabet: &[u8; 64]) -> [u8; GROUP_SIZE] {
    let values = [first >> 2, first << 4 | second >> 4, second << 2 | third >> 6, third];
    values.map(|value| alphabet.get(usize::from(value & 63)).copied().unwrap_or(PADDING))
}

fn read(text: &[u8], values: &[u8; 256]) -> Option<Vec<u8>> {
    let (groups, rest) = text.as_chunks::<GROUP_SIZE>();
    let mut bytes = alloc::vec![0; groups.len().saturating_mul(GROUP_BYTES)];
    let (slots, _) = bytes.as_chunks_mut::<GROUP_BYTES>();
    let mut all = 0;
    let mut decoded = |group: [u8; GROUP_SIZE]| {
        let [a, b, c, d] = group.map(|character| values.get(usize::from(character)).copied().unwrap_or(INVALID));
        all |= a | b | c | d;
        [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]
    };
    for (slot, group) in slots.iter_mut().zip(groups) {
        *slot = decoded(*group);
    }
    if !rest.is_empty() {
        let mut group = [ZERO; GROUP_SIZE];
        group.iter_mut().zip(rest).for_each(|(slot, character)| *slot = *character);
        let last = decoded(group);
        let (kept, cut) = last.split_at(rest.len().saturating_sub(1));
        // A lone character holds no byte, and bits that no byte takes must be 0.
        if kept.is_empty() || cut.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(kept);
    }
    (all & INVALID == 0).then_some(bytes)
}

#[expect(clippy::indexing_slicing, reason = "it runs when it is compiled, where a wrong index ends the build")]
const fn values(alphabet: &[u8; 64]) -> [u8; 256] {
    let mut values = [INVALID; 256];
    let mut value: u8 = 0;
    while value < 64 {
        values[alphabet[value as usize] as usize] = value;
        value = value.wrapping_add(1);
    }
    values
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
