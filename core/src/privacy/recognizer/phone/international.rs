//! Numbers with their country code.

use crate::privacy::context::Need;
use crate::privacy::cursor::Cursor;
use crate::privacy::numeral::{self, Gap, Group, Numeral};
use crate::privacy::recognizer::Match;

/// The most digits of a number with its country code: ITU-T E.164, 6.1.
const MAX_DIGITS: usize = 15;

/// Is how many digits follow a country code, without the `0` that some countries dial at home.
struct Plan {
    code: u16,
    shortest: usize,
    longest: usize,
}

const fn plan(code: u16, shortest: usize, longest: usize) -> Plan {
    Plan { code, shortest, longest }
}

/// Holds the countries whose numbers have a known length, from the plans filed with the ITU.
const PLANS: &[Plan] = &[
    plan(1, 10, 10),
    plan(7, 10, 10),
    plan(27, 9, 9),
    plan(30, 10, 10),
    plan(31, 9, 9),
    plan(32, 8, 9),
    plan(33, 9, 9),
    plan(34, 9, 9),
    plan(36, 8, 9),
    plan(39, 6, 11),
    plan(40, 9, 9),
    plan(41, 9, 9),
    plan(43, 6, 13),
    plan(44, 9, 10),
    plan(45, 8, 8),
    plan(46, 7, 10),
    plan(47, 8, 8),
    plan(48, 9, 9),
    plan(49, 6, 12),
    plan(61, 9, 9),
    plan(81, 9, 10),
    plan(86, 9, 11),
    plan(91, 10, 10),
    plan(351, 9, 9),
    plan(352, 6, 11),
    plan(353, 7, 9),
    plan(358, 6, 12),
    plan(420, 9, 9),
];

/// What other countries have.
const OTHER_PLAN: Plan = plan(0, 7, 12);

/// The code of Italy, whose numbers keep their `0` in the international form.
const ITALY: u16 = 39;

/// Holds the country codes of two digits. Those of one are 1 and 7, all others have three: ITU-T E.164, annex.
const TWO_DIGIT_CODES: &[u16] = &[
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62,
    63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
];

/// Holds the beginnings of three-digit codes that no country has.
const SPARE_CODES: &[u16] = &[28, 83, 89];

/// The code that is kept for a use to come.
const RESERVED_CODE: u16 = 999;

/// Finds a number whose first digits stand at the cursor: `+` before it, or `00` at it.
pub(super) fn find(digits: Cursor<'_>) -> Option<Match> {
    let (start, prefix) = match (digits.byte_before(), digits.byte(), digits.forward(1).byte()) {
        (Some(b'+'), ..) => (digits.back(1), 0),
        // After another group it is the middle of something longer, an IBAN that fails its check say.
        (_, Some(b'0'), Some(b'0')) if !numeral::follows_group(digits) => (digits, 2),
        _ => return None,
    };
    let number = Numeral::read(digits, super::gap);
    let is_open = start.byte_before() == Some(b'(');
    let enclosed = is_open.then(|| end(&number, digits, prefix, true)).flatten();
    let (start, end) = match enclosed {
        Some(end) => (start.back(1), end),
        None => (start, end(&number, digits, prefix, false)?),
    };
    numeral::starts_number(start).then_some(Match { start: start.position(), end, need: Need::Nothing })
}

/// Returns where the longest reading ends whose digits are a telephone number.
fn end(number: &Numeral, digits: Cursor<'_>, prefix: usize, is_open: bool) -> Option<usize> {
    let last = number.groups().iter().enumerate().rev().find(|(index, last)| {
        let groups = number.groups().get(..=*index).unwrap_or_default();
        is_telephone(number.digits(last.digits).get(prefix..).unwrap_or_default())
            && (prefix == 0 || is_spread(groups))
            && super::is_balanced(groups, is_open)
            && numeral::ends_number(last.end(digits))
    });
    last.map(|(_, last)| last.end(digits).position())
}

/// Tells whether a number without `+` is written as telephone numbers are: in one piece or with dots it may be anything.
fn is_spread(groups: &[Group]) -> bool {
    groups.iter().skip(1).any(|group| group.gap != Gap::Dot)
}

fn is_telephone(digits: &[u8]) -> bool {
    let Some((code, national)) = split_code(digits) else { return false };
    let plan = PLANS.iter().find(|plan| plan.code == code).unwrap_or(&OTHER_PLAN);
    let significant = match national {
        [0, rest @ ..] if code != ITALY => rest,
        _ => national,
    };
    let dialled_at_home = national.len().saturating_sub(significant.len());
    (significant.first() != Some(&0) || code == ITALY)
        && significant.iter().any(|digit| *digit != 0)
        && (plan.shortest..=plan.longest).contains(&significant.len())
        && digits.len() <= MAX_DIGITS.saturating_add(dialled_at_home)
}

/// Splits the country code off.
fn split_code(digits: &[u8]) -> Option<(u16, &[u8])> {
    let value = |width: usize| {
        digits.iter().take(width).fold(0_u16, |value, digit| value.saturating_mul(10).saturating_add(u16::from(*digit)))
    };
    let width = match digits.first()? {
        0 => return None,
        1 | 7 => 1,
        _ if TWO_DIGIT_CODES.contains(&value(2)) => 2,
        _ if SPARE_CODES.contains(&value(2)) || value(3) == RESERVED_CODE => return None,
        _ => 3,
    };
    Some((value(width), digits.get(width..)?))
}
