//! Payment card numbers: ISO/IEC 7812-1, with the schemes' number ranges. See `spec/privacy.md`.

use super::{Match, Matches};
use crate::privacy::context::Need;
use crate::privacy::cursor::Cursor;
use crate::privacy::numeral::{self, Group, Numeral};

/// Is a range of issuer numbers, by the first digits, and the lengths of its card numbers.
struct Range {
    width: usize,
    first: u32,
    last: u32,
    shortest: usize,
    longest: usize,
}

const fn range(width: usize, first: u32, last: u32, shortest: usize, longest: usize) -> Range {
    Range { width, first, last, shortest, longest }
}

/// Holds the ranges of the schemes.
const RANGES: &[Range] = &[
    range(1, 4, 4, 13, 13),       // Visa, of old
    range(1, 4, 4, 16, 16),       // Visa
    range(1, 4, 4, 19, 19),       // Visa
    range(2, 51, 55, 16, 16),     // Mastercard
    range(4, 2221, 2720, 16, 16), // Mastercard
    range(2, 34, 34, 15, 15),     // American Express
    range(2, 37, 37, 15, 15),     // American Express
    range(3, 300, 305, 14, 19),   // Diners Club
    range(4, 3095, 3095, 14, 19), // Diners Club
    range(2, 36, 36, 14, 19),     // Diners Club
    range(2, 38, 39, 14, 19),     // Diners Club
    range(4, 6011, 6011, 16, 19), // Discover
    range(3, 644, 649, 16, 19),   // Discover
    range(2, 65, 65, 16, 19),     // Discover, RuPay
    range(4, 3528, 3589, 16, 19), // JCB
    range(2, 62, 62, 16, 19),     // UnionPay
    range(2, 81, 81, 16, 19),     // UnionPay, RuPay
    range(2, 60, 60, 16, 16),     // RuPay
    range(4, 2200, 2204, 16, 19), // Mir
    range(4, 5018, 5018, 12, 19), // Maestro
    range(4, 5020, 5020, 12, 19), // Maestro
    range(4, 5038, 5038, 12, 19), // Maestro
    range(4, 5893, 5893, 12, 19), // Maestro
    range(4, 6304, 6304, 12, 19), // Maestro
    range(4, 6759, 6759, 12, 19), // Maestro
    range(4, 6761, 6763, 12, 19), // Maestro
];

/// The length of the article numbers of GS1, as on every retail product.
const ARTICLE_NUMBER_SIZE: usize = 13;

pub(super) fn matches(start: Cursor<'_>) -> Matches {
    let nothing = [None, None];
    if !matches!(start.byte(), Some(b'2'..=b'6' | b'8')) || !numeral::starts_number(start) {
        return nothing;
    }
    let card = Numeral::read(start, numeral::space_or_dash);
    if continues_grouping(start, &card) {
        return nothing;
    }
    let mut readings = card.groups().iter().enumerate().rev().filter_map(|(index, last)| {
        let groups = card.groups().get(..=index)?;
        let next = card.groups().get(index.saturating_add(1));
        (is_card_grouping(groups, next) && is_issued(card.digits(last.digits)) && numeral::ends_number(last.end(start)))
            .then(|| Match { start: start.position(), end: last.end(start).position(), need: Need::Nothing })
    });
    [readings.next(), readings.next()]
}

/// Tells whether the check digit holds: ISO/IEC 7812-1, annex B, the Luhn formula.
pub(super) fn checksum_holds(text: &[u8]) -> bool {
    let digits = || text.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| u32::from(byte.wrapping_sub(b'0')));
    let sum = digits().rev().enumerate().fold(0_u32, |sum, (index, digit)| {
        let doubled = if index % 2 == 1 { digit.saturating_mul(2) } else { digit };
        sum.saturating_add(doubled / 10).saturating_add(doubled % 10)
    });
    sum.is_multiple_of(10) && !is_article_number(digits())
}

/// Tells whether the digits are an article number (GS1 General Specifications, 7.9): many begin with 4, as Visa's do.
fn is_article_number(digits: impl DoubleEndedIterator<Item = u32> + Clone) -> bool {
    let sum = digits.clone().rev().enumerate().fold(0_u32, |sum, (index, digit)| {
        sum.saturating_add(if index % 2 == 1 { digit.saturating_mul(3) } else { digit })
    });
    digits.count() == ARTICLE_NUMBER_SIZE && sum.is_multiple_of(10)
}

/// Tells whether a group of four stands before, so that this is the tail of something longer.
fn continues_grouping(start: Cursor<'_>, card: &Numeral) -> bool {
    let digit = |distance| start.back(distance).byte_before().is_some_and(|byte| byte.is_ascii_digit());
    card.groups().len() > 1 && start.byte_before() == Some(b' ') && (1..=4).all(digit) && !digit(5)
}

/// Tells whether cards are written in such groups: in one piece, or at least three of four to six, the last of any size.
fn is_card_grouping(groups: &[Group], next: Option<&Group>) -> bool {
    let [first, rest @ ..] = groups else { return false };
    let Some((last, inner)) = rest.split_last() else { return true };
    let Some(second) = inner.first() else { return false };
    let is_uniform = inner.iter().all(|group| group.gap == second.gap) && last.gap == second.gap;
    let goes_on = next.is_some_and(|next| next.gap == second.gap && next.length == 4);
    first.length == 4 && inner.iter().all(|group| (4..=6).contains(&group.length)) && is_uniform && !goes_on
}

/// Tells whether a scheme issues numbers of this length that begin so.
fn is_issued(digits: &[u8]) -> bool {
    RANGES.iter().any(|range| {
        let prefix = digits
            .iter()
            .take(range.width)
            .fold(0_u32, |value, digit| value.saturating_mul(10).saturating_add(u32::from(*digit)));
        (range.shortest..=range.longest).contains(&digits.len()) && (range.first..=range.last).contains(&prefix)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test numbers that the schemes' processors publish (Stripe, "Testing"; PayPal, "Credit card generator").
    const PUBLISHED: &[&str] = &[
        "4242424242424242",
        "4000056655665556",
        "5555555555554444",
        "2223003122003222",
        "5105105105105100",
        "378282246310005",
        "371449635398431",
        "6011111111111117",
        "6011000990139424",
        "3056930009020004",
        "36227206271667",
        "3566002020360505",
        "6200000000000005",
        "4222222222222",
    ];

    #[test]
    fn published_examples_hold() {
        for number in PUBLISHED {
            assert!(checksum_holds(number.as_bytes()), "{number}");
            let digits: Vec<u8> = number.bytes().map(|byte| byte - b'0').collect();
            assert!(is_issued(&digits), "{number}");
        }
    }

    #[test]
    fn one_wrong_digit_fails() {
        for number in PUBLISHED {
            for index in 0..number.len() {
                let mut wrong = number.as_bytes().to_vec();
                wrong[index] = b'0' + (wrong[index] - b'0' + 1) % 10;
                assert!(!checksum_holds(&wrong), "{number} with another digit at {index}");
            }
        }
    }

    #[test]
    fn article_numbers_are_no_cards() {
        assert!(!checksum_holds(b"4000000000006"), "Luhn holds, and GS1 too");
        assert!(checksum_holds(b"4222222222222"), "Luhn holds, GS1 does not");
    }
}
