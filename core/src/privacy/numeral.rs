//! Numbers written in groups of digits.

use super::cursor::Cursor;

/// The most digits that are read: one more than the longest number of any recognizer.
const MAX_DIGITS: usize = 20;

/// The most groups that are read.
const MAX_GROUPS: usize = 10;

/// What stands between two groups of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing: this is the first group.
    None,
    /// One space, of any width.
    Space,
    /// A dash.
    Dash,
    /// A dot.
    Dot,
    /// A slash.
    Slash,
    /// An opening parenthesis.
    Open,
    /// A closing parenthesis.
    Close,
}

/// Is one group of digits and the gap before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub(super) gap: Gap,
    /// How many digits it has.
    pub(super) length: u8,
    /// How many digits there are up to its end.
    pub(super) digits: u8,
    /// Where it ends, in bytes from the first digit.
    size: u8,
}

impl Group {
    /// Returns where the group ends in a number whose first digit stands at `start`.
    pub(super) fn end(self, start: Cursor<'_>) -> Cursor<'_> {
        start.forward(usize::from(self.size))
    }
}

/// Holds a number's digits, and how they are grouped.
pub(super) struct Numeral {
    digits: [u8; MAX_DIGITS],
    groups: [Group; MAX_GROUPS],
    count: usize,
}

impl Numeral {
    /// Reads as many groups as there are, at the cursor: `gap` reads what may stand between two.
    ///
    /// A number longer than any that is looked for is cut short; its last group then ends amid digits.
    pub(super) fn read<'a>(start: Cursor<'a>, gap: fn(Cursor<'a>) -> Option<(Gap, Cursor<'a>)>) -> Self {
        let nothing = Group { gap: Gap::None, length: 0, digits: 0, size: 0 };
        let mut numeral = Self { digits: [0; MAX_DIGITS], groups: [nothing; MAX_GROUPS], count: 0 };
        let mut cursor = start;
        let mut before = Gap::None;
        let mut digits: u8 = 0;
        for slot in 0..MAX_GROUPS {
            let (length, end) = numeral.read_group(cursor, digits);
            if length == 0 {
                break;
            }
            digits = digits.saturating_add(length);
            // INVARIANT: ten gaps of at most seven bytes and twenty digits are fewer bytes than a `u8` counts.
            let size = u8::try_from(end.position().saturating_sub(start.position())).unwrap_or(u8::MAX);
            if let Some(group) = numeral.groups.get_mut(slot) {
                *group = Group { gap: before, length, digits, size };
                numeral.count = slot.saturating_add(1);
            }
            let Some((next_gap, next)) = gap(end) else { break };
            (before, cursor) = (next_gap, next);
        }
        numeral
    }

    pub(super) fn groups(&self) -> &[Group] {
        self.groups.get(..self.count).unwrap_or_default()
    }

    /// Returns the values of the first `count` digits.
    pub(super) fn digits(&self, count: u8) -> &[u8] {
        self.digits.get(..usize::from(count)).unwrap_or_default()
    }

    fn read_group<'a>(&mut self, mut cursor: Cursor<'a>, already: u8) -> (u8, Cursor<'a>) {
        let mut length: u8 = 0;
        for slot in self.digits.iter_mut().skip(usize::from(already)) {
            let Some(digit @ b'0'..=b'9') = cursor.byte() else { break };
            *slot = digit.wrapping_sub(b'0');
            cursor = cursor.forward(1);
            length = length.saturating_add(1);
        }
        (length, cursor)
    }
}

/// Reads one space: U+0020, U+00A0 or U+202F.
pub(super) fn space(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let character @ (' ' | '\u{a0}' | '\u{202f}') = cursor.char()? else { return None };
    Some(cursor.forward(character.len_utf8()))
}

/// Reads one space or dash.
pub(super) fn space_or_dash(cursor: Cursor<'_>) -> Option<(Gap, Cursor<'_>)> {
    match cursor.byte()? {
        b'-' => Some((Gap::Dash, cursor.forward(1))),
        _ => space(cursor).map(|after| (Gap::Space, after)),
    }
}

/// Tells whether a number starts at the cursor, and not amid a word or a longer number.
///
/// A comma parts numbers, as in CSV.
pub(super) fn starts_number(cursor: Cursor<'_>) -> bool {
    match cursor.byte_before() {
        Some(b'.' | b':' | b'/' | b'-' | b'+' | b'\'') => {
            !cursor.back(1).byte_before().is_some_and(|byte| byte.is_ascii_digit())
        }
        Some(b'@' | b'#' | b'$') => false,
        _ => !cursor.follows_word() && !matches!(cursor.char_before(), Some('€' | '£' | '§')),
    }
}

/// Tells whether a number ends at the cursor, and is no amount.
pub(super) fn ends_number(cursor: Cursor<'_>) -> bool {
    match cursor.char() {
        Some('.' | ':' | '/' | '-' | '\'') => !cursor.forward(1).byte().is_some_and(|byte| byte.is_ascii_digit()),
        Some('@' | '%' | '€' | '£' | '$') => false,
        Some(' ' | '\u{a0}' | '\u{202f}') => {
            !space(cursor).and_then(Cursor::char).is_some_and(|next| matches!(next, '%' | '€' | '£' | '$'))
        }
        _ => !cursor.precedes_word(),
    }
}

/// Tells whether the cursor stands one space after a digit.
pub(super) fn follows_group(cursor: Cursor<'_>) -> bool {
    cursor.char_before().is_some_and(|gap| {
        matches!(gap, ' ' | '\u{a0}' | '\u{202f}')
            && cursor.back(gap.len_utf8()).byte_before().is_some_and(|byte| byte.is_ascii_digit())
    })
}
