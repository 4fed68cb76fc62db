//! Numbers as they are dialled inside a country.

use crate::privacy::context::Need;
use crate::privacy::cursor::Cursor;
use crate::privacy::numeral::{self, Gap, Group, Numeral};
use crate::privacy::recognizer::Match;

/// The fewest digits of a number that only its context shows to be one.
const MIN_DIGITS: u8 = 7;

/// The most, with the leading `0`.
const MAX_DIGITS: u8 = 12;

/// The most when there is no leading `0`.
const MAX_DIGITS_WITHOUT_ZERO: u8 = 11;

/// Is a form that is a telephone number wherever it stands.
struct Shape {
    /// Lengths of the groups.
    lengths: &'static [u8],
    /// What it begins with: `x` is any digit, `n` is 2 to 9, `z` is 1 to 9.
    prefix: &'static [u8],
    /// The gaps that it may have, all of one kind.
    gaps: &'static [Gap],
}

const SHAPES: &[Shape] = &[
    // France: 01 23 45 67 89
    Shape { lengths: &[2, 2, 2, 2, 2], prefix: b"0z", gaps: &[Gap::Space, Gap::Dot, Gap::Dash] },
    // North America: 505-555-0163, 505.555.0163
    Shape { lengths: &[3, 3, 4], prefix: b"nxx", gaps: &[Gap::Dot, Gap::Dash] },
    Shape { lengths: &[1, 3, 3, 4], prefix: b"1nxx", gaps: &[Gap::Dot, Gap::Dash] },
    // United Kingdom: 020 7946 0123, 0161 496 0123, 07700 900 123
    Shape { lengths: &[3, 4, 4], prefix: b"02x", gaps: &[Gap::Space, Gap::Dash] },
    Shape { lengths: &[4, 3, 4], prefix: b"01x1", gaps: &[Gap::Space, Gap::Dash] },
    Shape { lengths: &[4, 3, 4], prefix: b"011x", gaps: &[Gap::Space, Gap::Dash] },
    Shape { lengths: &[5, 3, 3], prefix: b"07", gaps: &[Gap::Space] },
];

/// Holds the forms whose first group stands in parentheses; the gaps are those after it.
const PARENTHESIZED_SHAPES: &[Shape] = &[
    // North America: (505) 555-0163
    Shape { lengths: &[3, 3, 4], prefix: b"nxx", gaps: &[Gap::Dot, Gap::Dash, Gap::Space] },
    // United Kingdom: (020) 7946 0123, (0117) 496 0123
    Shape { lengths: &[3, 4, 4], prefix: b"02x", gaps: &[Gap::Space, Gap::Dash] },
    Shape { lengths: &[4, 3, 4], prefix: b"01", gaps: &[Gap::Space, Gap::Dash] },
];

/// Finds a number whose first digits stand at the cursor.
pub(super) fn find(digits: Cursor<'_>) -> Option<Match> {
    let is_open = digits.byte_before() == Some(b'(');
    if !numeral::starts_number(digits) || (is_open && !numeral::starts_number(digits.back(1))) {
        return None;
    }
    let number = Numeral::read(digits, super::gap);
    let enclosed = is_open.then(|| read(&number, digits.back(1), digits, PARENTHESIZED_SHAPES)).flatten();
    enclosed.or_else(|| read(&number, digits, digits, SHAPES))
}

/// Reads the number as one that starts at `start`, which is its first digit or the parenthesis before it.
fn read(number: &Numeral, start: Cursor<'_>, digits: Cursor<'_>, shapes: &[Shape]) -> Option<Match> {
    let is_open = start.position() < digits.position();
    let ends = |group: &Group| numeral::ends_number(group.end(digits));
    let found = |last: Group, need| Match { start: start.position(), end: last.end(digits).position(), need };
    if let Some(last) = shapes.iter().find_map(|shape| shape.last(number, is_open).filter(ends))
        && (is_open || !has_spaces(number) || !numeral::follows_group(start))
    {
        return Some(found(last, Need::Nothing));
    }
    let has_zero = number.digits(1) == [0];
    let need = if has_zero { Need::Near } else { Need::Adjacent };
    let most = if has_zero { MAX_DIGITS } else { MAX_DIGITS_WITHOUT_ZERO };
    let last = number.groups().iter().enumerate().rev().find(|(index, last)| {
        let groups = number.groups().get(..=*index).unwrap_or_default();
        (MIN_DIGITS..=most).contains(&last.digits)
            && !is_date_or_amount(groups)
            && !is_numbered_by_year(groups, number.digits(last.digits))
            && super::is_balanced(groups, is_open)
            && ends(last)
    });
    last.map(|(_, last)| found(*last, need))
}

impl Shape {
    /// Returns the number's last group, if its first groups have this form.
    fn last(&self, number: &Numeral, is_open: bool) -> Option<Group> {
        let groups = number.groups().get(..self.lengths.len())?;
        let has_lengths = groups.iter().zip(self.lengths).all(|(group, length)| group.length == *length);
        let mut gaps = groups.iter().map(|group| group.gap).skip(1);
        let closes = !is_open || gaps.next() == Some(Gap::Close);
        let first_gap = gaps.clone().next()?;
        let has_gaps = closes && self.gaps.contains(&first_gap) && gaps.all(|gap| gap == first_gap);
        let last = groups.last()?;
        (has_lengths && has_gaps && self.has_prefix(number.digits(last.digits))).then_some(*last)
    }

    fn has_prefix(&self, digits: &[u8]) -> bool {
        self.prefix.iter().zip(digits).all(|(expected, digit)| match expected {
            b'x' => true,
            b'n' => *digit >= 2,
            b'z' => *digit >= 1,
            _ => expected.wrapping_sub(b'0') == *digit,
        })
    }
}

/// Tells whether the groups are parted by spaces, so that the groups before may belong to them.
fn has_spaces(number: &Numeral) -> bool {
    number.groups().get(1).is_some_and(|group| group.gap == Gap::Space)
}

/// Tells whether the groups are those of a date, of times or of an amount: `01.02.2024`, `08.00-12.00`, `1.234.567`.
fn is_date_or_amount(groups: &[Group]) -> bool {
    let mut lengths = groups.iter().map(|group| group.length);
    match (lengths.next(), lengths.next(), lengths.next()) {
        (Some(1 | 2), Some(1 | 2), Some(2 | 4)) => true,
        (Some(4), Some(2), Some(2)) => groups.iter().skip(1).all(|group| group.gap != Gap::Space),
        (Some(1..=3), Some(3), Some(3)) => groups.iter().skip(1).all(|group| group.gap == Gap::Dot),
        _ => false,
    }
}

/// Tells whether it is a running number and a year, as `0412/2025`.
fn is_numbered_by_year(groups: &[Group], digits: &[u8]) -> bool {
    matches!(groups, [_, Group { gap: Gap::Slash, length: 4, .. }])
        && matches!(digits, [.., 1, 9, _, _] | [.., 2, 0, _, _])
}
