//! International bank account numbers: ISO 13616-1. See `spec/privacy.md`.

use super::{Match, Matches};
use crate::privacy::context::Need;
use crate::privacy::cursor::Cursor;
use crate::privacy::numeral;

/// Holds the countries of the SWIFT registry of IBANs, each with the length of its numbers.
const COUNTRIES: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HN", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// How many characters there are between two gaps of the printed form.
const PRINTED_GROUP_SIZE: usize = 4;

pub(super) fn matches(digits: Cursor<'_>) -> Matches {
    [find(digits), None]
}

/// Tells whether the check digits hold: ISO/IEC 7064, MOD 97-10, over the number with its first four characters last.
pub(super) fn checksum_holds(text: &[u8]) -> bool {
    let characters = || text.iter().filter(|byte| byte.is_ascii_alphanumeric());
    let rearranged = characters().skip(4).chain(characters().take(4));
    let remainder = rearranged.fold(0_u32, |remainder, byte| {
        let value = match byte {
            b'0'..=b'9' => u32::from(byte.wrapping_sub(b'0')),
            _ => u32::from(byte.to_ascii_uppercase().wrapping_sub(b'A')).saturating_add(10),
        };
        let shifted = remainder.saturating_mul(if value < 10 { 10 } else { 100 });
        shifted.saturating_add(value) % 97
    });
    remainder == 1
}

fn find(digits: Cursor<'_>) -> Option<Match> {
    let start = country_start(digits)?;
    let country = [start.byte()?.to_ascii_uppercase(), start.forward(1).byte()?.to_ascii_uppercase()];
    let length = length_of(country)?;
    if start.follows_word() || !digits.forward(1).byte()?.is_ascii_digit() {
        return None;
    }
    let end = account_end(digits.forward(2), length.saturating_sub(PRINTED_GROUP_SIZE))?;
    (!end.precedes_word()).then_some(Match { start: start.position(), end: end.position(), need: Need::Nothing })
}

/// Returns where the two letters start that stand before the check digits.
fn country_start(digits: Cursor<'_>) -> Option<Cursor<'_>> {
    let letters = match digits.byte_before()? {
        b' ' | b'-' => digits.back(1),
        _ => digits,
    };
    let is_letter = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic());
    (is_letter(letters.byte_before()) && is_letter(letters.back(1).byte_before())).then(|| letters.back(2))
}

fn length_of(country: [u8; 2]) -> Option<usize> {
    let index = COUNTRIES.binary_search_by_key(&country, |(code, _)| **code).ok()?;
    COUNTRIES.get(index).map(|(_, length)| *length)
}

/// Reads `count` letters or digits with at most one space or dash before each.
fn account_end(mut cursor: Cursor<'_>, count: usize) -> Option<Cursor<'_>> {
    for _ in 0..count {
        if let Some((_, after)) = numeral::space_or_dash(cursor) {
            cursor = after;
        }
        cursor.byte().filter(u8::is_ascii_alphanumeric)?;
        cursor = cursor.forward(1);
    }
    Some(cursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Examples of the SWIFT registry of IBANs, one a country.
    const PUBLISHED: &[&str] = &[
        "AD1200012030200359100100",
        "AE070331234567890123456",
        "AT611904300234573201",
        "BE68539007547034",
        "CH9300762011623852957",
        "DE89370400440532013000",
        "ES9121000418450200051332",
        "FR1420041010050500013M02606",
        "GB29NWBK60161331926819",
        "IT60X0542811101000000123456",
        "MT84MALT011000012345MTLCAST001S",
        "NL91ABNA0417164300",
        "NO9386011117947",
        "PL61109010140000071219812874",
        "SA0380000000608010167519",
    ];

    #[test]
    fn published_examples_hold() {
        for iban in PUBLISHED {
            assert!(checksum_holds(iban.as_bytes()), "{iban}");
            let bytes = iban.as_bytes();
            assert_eq!(length_of([bytes[0], bytes[1]]), Some(iban.len()), "{iban}");
        }
    }

    #[test]
    fn one_wrong_character_fails() {
        for iban in PUBLISHED {
            for index in 2..iban.len() {
                let mut wrong = iban.as_bytes().to_vec();
                wrong[index] = if wrong[index] == b'9' { b'8' } else { b'9' };
                assert!(!checksum_holds(&wrong), "{iban} with another character at {index}");
            }
        }
    }

    #[test]
    fn countries_are_in_order() {
        assert!(COUNTRIES.is_sorted_by(|left, right| left.0 < right.0));
    }
}
