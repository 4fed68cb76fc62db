//! A place in a text, and the bytes and characters around it.

/// Marks a place in a text. Moving makes another cursor, so a matcher looks ahead for free.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a [u8], at: usize) -> Self {
        Self { text, at }
    }

    /// Returns the offset in the text.
    pub(super) fn position(self) -> usize {
        self.at
    }

    pub(super) fn moved_to(self, at: usize) -> Self {
        Self { at, ..self }
    }

    pub(super) fn forward(self, bytes: usize) -> Self {
        Self { at: self.at.saturating_add(bytes), ..self }
    }

    pub(super) fn back(self, bytes: usize) -> Self {
        Self { at: self.at.saturating_sub(bytes), ..self }
    }

    /// Returns the byte after the cursor.
    pub(super) fn byte(self) -> Option<u8> {
        work::count();
        self.text.get(self.at).copied()
    }

    /// Returns the byte before the cursor.
    pub(super) fn byte_before(self) -> Option<u8> {
        work::count();
        self.text.get(self.at.checked_sub(1)?).copied()
    }

    /// Returns the character after the cursor, if all of it is there.
    pub(super) fn char(self) -> Option<char> {
        match self.byte()? {
            ascii @ 0..=0x7f => Some(char::from(ascii)),
            0xc0..=0xdf => self.decode(2),
            0xe0..=0xef => self.decode(3),
            0xf0..=0xf7 => self.decode(4),
            _ => None,
        }
    }

    /// Returns the character before the cursor, if all of it is there.
    pub(super) fn char_before(self) -> Option<char> {
        let ascii = self.byte_before()?;
        if ascii.is_ascii() {
            return Some(char::from(ascii));
        }
        (2..=4).find_map(|width| {
            let start = Self { at: self.at.checked_sub(width)?, ..self };
            start.char().filter(|found| found.len_utf8() == width)
        })
    }

    /// Tells whether a word goes on to the left of the cursor.
    ///
    /// The letter of an escaped line end or tab is no word: text also comes inside JSON strings.
    pub(super) fn follows_word(self) -> bool {
        match self.char_before() {
            Some('n' | 'r' | 't') if self.back(1).byte_before() == Some(b'\\') => false,
            Some(character) => is_word(character),
            None => false,
        }
    }

    /// Tells whether a word goes on to the right of the cursor.
    pub(super) fn precedes_word(self) -> bool {
        self.char().is_some_and(is_word)
    }

    fn decode(self, width: usize) -> Option<char> {
        let bytes = self.text.get(self.at..self.at.checked_add(width)?)?;
        core::str::from_utf8(bytes).ok()?.chars().next()
    }
}

fn is_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

/// Counts the bytes that matchers look at, so that tests can hold the work to a bound without a clock.
pub(super) mod work {
    #[cfg(test)]
    thread_local! {
        static STEPS: core::cell::Cell<u64> = const { core::cell::Cell::new(0) };
    }

    #[cfg(test)]
    pub(in crate::privacy) fn count() {
        STEPS.set(STEPS.get() + 1);
    }

    #[cfg(not(test))]
    #[inline(always)]
    pub(in crate::privacy) fn count() {}

    /// Returns the steps since the last call.
    #[cfg(test)]
    pub(in crate::privacy) fn take() -> u64 {
        STEPS.replace(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_whole_or_absent() {
        let text = "aé€😀".as_bytes();
        let starts = [(0, 'a'), (1, 'é'), (3, '€'), (6, '😀')];
        for (at, expected) in starts {
            let cursor = Cursor::new(text, at);
            assert_eq!(cursor.char(), Some(expected));
            assert_eq!(cursor.forward(expected.len_utf8()).char_before(), Some(expected));
        }
        for inside in [2, 4, 5, 7, 8, 9] {
            assert_eq!(Cursor::new(text, inside).char(), None);
            assert_eq!(Cursor::new(text, inside).char_before(), None);
        }
        assert_eq!(Cursor::new(&text[..8], 6).char(), None);
        assert_eq!(Cursor::new(text, 10).char(), None);
        assert_eq!(Cursor::new(text, 0).char_before(), None);
    }

    #[test]
    fn the_letter_of_an_escape_is_no_word() {
        for (text, expected) in [("\\n", false), ("\\t", false), ("xn", true), ("n", true), ("\\x", true), (" ", false)]
        {
            assert_eq!(Cursor::new(text.as_bytes(), text.len()).follows_word(), expected, "{text}");
        }
    }
}
