//! Text: UTF-8 without NUL, in pieces cut anywhere.

use alloc::vec::Vec;

use crate::error::Error;

/// The most bytes of one character.
const MAX_CHARACTER_SIZE: usize = 4;

/// Lets whole characters through and keeps the beginning of one back.
#[derive(Debug, Default)]
pub(super) struct Text {
    partial: [u8; MAX_CHARACTER_SIZE],
    partial_size: usize,
}

impl Text {
    /// Appends the characters that are whole to `text`.
    ///
    /// # Errors
    /// `not_text` for bytes that are not UTF-8, and for NUL.
    pub(super) fn push(&mut self, piece: &[u8], text: &mut Vec<u8>) -> Result<(), Error> {
        let mut rest = piece;
        while self.partial_size > 0
            && let [byte, after @ ..] = rest
        {
            self.complete(*byte, text)?;
            rest = after;
        }
        let size = whole_size(rest)?;
        let (whole, partial) = rest.split_at_checked(size).ok_or(Error::NotText)?;
        text.extend_from_slice(whole);
        for (slot, byte) in self.partial.iter_mut().zip(partial) {
            *slot = *byte;
            self.partial_size = self.partial_size.saturating_add(1);
        }
        Ok(())
    }

    /// Ends the text.
    ///
    /// # Errors
    /// `not_text` if it ends amid a character.
    pub(super) fn finish(&self) -> Result<(), Error> {
        if self.partial_size == 0 { Ok(()) } else { Err(Error::NotText) }
    }

    fn complete(&mut self, byte: u8, text: &mut Vec<u8>) -> Result<(), Error> {
        *self.partial.get_mut(self.partial_size).ok_or(Error::NotText)? = byte;
        self.partial_size = self.partial_size.saturating_add(1);
        let partial = self.partial.get(..self.partial_size).ok_or(Error::NotText)?;
        if whole_size(partial)? == partial.len() {
            text.extend_from_slice(partial);
            self.partial_size = 0;
        }
        Ok(())
    }
}

/// Checks a text that is all there.
///
/// # Errors
/// As [`Text::push`] and [`Text::finish`].
pub(super) fn check(text: &[u8]) -> Result<(), Error> {
    if whole_size(text)? == text.len() { Ok(()) } else { Err(Error::NotText) }
}

/// Returns how many bytes make whole characters; what is left may be the beginning of one.
fn whole_size(bytes: &[u8]) -> Result<usize, Error> {
    let size = match core::str::from_utf8(bytes) {
        Ok(text) => text.len(),
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        Err(_) => return Err(Error::NotText),
    };
    if bytes.contains(&0) { Err(Error::NotText) } else { Ok(size) }
}
