//! The table of what is looked for. A recognizer is one row here and one file beside.

mod card;
mod email;
mod iban;
mod phone;

use super::context::{Context, Need};
use super::cursor::Cursor;

/// How many bytes before its trigger a matcher may look at: the context, and a little more.
pub(super) const LOOK_BEHIND: usize = 80;

/// How many bytes after its trigger a matcher may look at: the longest domain (RFC 1035), and a little more.
pub(super) const LOOK_AHEAD: usize = 272;

/// Is what calls a matcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trigger {
    /// An `@`.
    At,
    /// The first digit of a group.
    Digits,
}

/// Is where a matcher says that its entity may stand, as offsets in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) need: Need,
}

/// Are up to two readings of one place, the better first.
pub(super) type Matches = [Option<Match>; 2];

/// Is one row of the table.
pub(super) struct Recognizer {
    /// Presidio's name of the entity.
    pub(super) entity: &'static str,
    /// What calls the matcher.
    pub(super) trigger: Trigger,
    /// Reads the form, at the trigger.
    pub(super) matcher: fn(Cursor<'_>) -> Matches,
    /// Checks the characters that matched, where the entity carries a checksum.
    pub(super) validator: Option<fn(&[u8]) -> bool>,
    /// Confirms or vetoes a form that is not enough in itself.
    pub(super) context: Option<&'static Context>,
    /// How sure a finding is, from 0 to 1.
    pub(super) score: f64,
}

const EMAIL: &str = "EMAIL_ADDRESS";
const IBAN: &str = "IBAN_CODE";
const CARD: &str = "CREDIT_CARD";
const PHONE: &str = "PHONE_NUMBER";

/// Names every entity, apart from the matchers: who only checks a name does not link them.
const ENTITIES: &[&str] = &[EMAIL, IBAN, CARD, PHONE];

/// Holds every recognizer. Where spans overlap and are equally long and sure, the earlier row wins.
pub(super) const RECOGNIZERS: &[Recognizer] = &[
    Recognizer {
        entity: EMAIL,
        trigger: Trigger::At,
        matcher: email::matches,
        validator: None,
        context: None,
        score: 1.0,
    },
    Recognizer {
        entity: IBAN,
        trigger: Trigger::Digits,
        matcher: iban::matches,
        validator: Some(iban::checksum_holds),
        context: None,
        score: 1.0,
    },
    Recognizer {
        entity: CARD,
        trigger: Trigger::Digits,
        matcher: card::matches,
        validator: Some(card::checksum_holds),
        context: None,
        score: 1.0,
    },
    Recognizer {
        entity: PHONE,
        trigger: Trigger::Digits,
        matcher: phone::matches,
        validator: None,
        context: Some(&phone::CONTEXT),
        score: 0.75,
    },
];

/// Returns the table's own text of an entity's name, if it is one.
pub(super) fn entity_named(name: &str) -> Option<&'static str> {
    ENTITIES.iter().copied().find(|entity| *entity == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recognizer_is_named() {
        assert_eq!(RECOGNIZERS.iter().map(|recognizer| recognizer.entity).collect::<Vec<_>>(), ENTITIES);
    }
}
