//! A text that comes in pieces, given back as plain stretches and findings.

use alloc::vec::Vec;

use super::overlap::Candidate;
use super::search::Search;
use super::text::Text;
use crate::error::Error;

/// How many bytes are taken in at once, whatever the size of a push.
const PIECE_SIZE: usize = 64 * 1024;

/// How many bytes that are done with may stay at the front of the buffer, so that small pushes don't move it each time.
const SLACK_SIZE: usize = 16 * 1024;

/// Is a stretch of the text, in its order: all of them together are the text.
pub(super) enum Stretch<'a> {
    /// Text that no finding covers.
    Plain(&'a [u8]),
    /// A finding.
    Found(Candidate, &'a [u8]),
}

/// Takes a text in pieces and gives it back in stretches that do not depend on where the pieces were cut.
#[derive(Debug, Default)]
pub(super) struct Feed {
    text: Text,
    search: Search,
    buffer: Vec<u8>,
    /// Where the buffer stands in the input.
    base: u64,
    /// Up to where the input was given back.
    given: u64,
}

impl Feed {
    /// Takes a piece in.
    ///
    /// # Errors
    /// `not_text` as [`Text::push`] has it.
    pub(super) fn push(&mut self, bytes: &[u8], take: &mut dyn FnMut(Stretch<'_>)) -> Result<(), Error> {
        for piece in bytes.chunks(PIECE_SIZE) {
            self.text.push(piece, &mut self.buffer)?;
            self.search.run(&self.buffer, self.base, false);
            self.give(false, take);
            self.forget();
        }
        Ok(())
    }

    /// Gives the rest back.
    ///
    /// # Errors
    /// `not_text` if the text ends amid a character.
    pub(super) fn finish(&mut self, take: &mut dyn FnMut(Stretch<'_>)) -> Result<(), Error> {
        self.text.finish()?;
        self.search.run(&self.buffer, self.base, true);
        self.give(true, take);
        Ok(())
    }

    fn give(&mut self, ended: bool, take: &mut dyn FnMut(Stretch<'_>)) {
        let between = |start: u64, end: u64| {
            let offset = |position: u64| usize::try_from(position.saturating_sub(self.base)).unwrap_or(usize::MAX);
            self.buffer.get(offset(start)..offset(end)).unwrap_or_default()
        };
        for candidate in self.search.found() {
            take(Stretch::Plain(between(self.given, candidate.start)));
            take(Stretch::Found(candidate, between(candidate.start, candidate.end)));
            self.given = candidate.end;
        }
        let end = if ended { self.base.saturating_add(self.buffer.len() as u64) } else { self.search.frontier() };
        if end > self.given {
            take(Stretch::Plain(between(self.given, end)));
            self.given = end;
        }
    }

    /// Drops what was given back and no matcher will look at again: the frontier lies a look-behind before the search.
    fn forget(&mut self) {
        let keep_from = self.search.frontier().min(self.given);
        let done = usize::try_from(keep_from.saturating_sub(self.base)).unwrap_or(usize::MAX);
        if done >= SLACK_SIZE && done <= self.buffer.len() {
            self.buffer.drain(..done);
            self.base = keep_from;
        }
    }
}
