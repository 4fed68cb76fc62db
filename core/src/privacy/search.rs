//! The one pass: from trigger to trigger.

use super::cursor::Cursor;
use super::overlap::{Candidate, Candidates};
use super::recognizer::{LOOK_AHEAD, LOOK_BEHIND, RECOGNIZERS, Recognizer, Trigger};

/// Bytes are looked at in runs of this many, so that the compiler can use vector instructions.
const STRIDE: usize = 32;

/// Goes through a text from trigger to trigger.
///
/// INVARIANT: what is found at a trigger follows from the [`LOOK_BEHIND`] bytes before it, the [`LOOK_AHEAD`] bytes after
/// it and what was found before, never from how much text happens to be at hand.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// Where in the input the search goes on.
    next: u64,
    candidates: Candidates,
    /// The row and the end of the last candidate with a context that was kept.
    last: Option<(usize, u64)>,
}

impl Search {
    /// Goes on through `text`, which stands at `base` in the input; `ended` tells that no more follows it.
    pub(super) fn run(&mut self, text: &[u8], base: u64, ended: bool) {
        let mut from = offset(self.next, base);
        while let Some((at, trigger)) = next_trigger(text, from) {
            if !ended && text.len().saturating_sub(at) < LOOK_AHEAD {
                self.next = position(base, at);
                self.candidates.settle(self.reach());
                return;
            }
            self.next = position(base, at);
            self.candidates.settle(self.reach());
            self.inspect(text, base, at, trigger);
            from = at.saturating_add(1);
        }
        self.next = position(base, text.len());
        self.candidates.settle(if ended { u64::MAX } else { self.reach() });
    }

    /// Takes out what is found for good, in the order of the text.
    pub(super) fn found(&mut self) -> impl Iterator<Item = Candidate> {
        self.candidates.take_settled()
    }

    /// Returns where the text begins that may still become part of a finding.
    pub(super) fn frontier(&self) -> u64 {
        self.candidates.start().map_or(self.reach(), |start| start.min(self.reach()))
    }

    /// Returns where the next candidate may start at the earliest.
    fn reach(&self) -> u64 {
        self.next.saturating_sub(LOOK_BEHIND as u64)
    }

    fn inspect(&mut self, text: &[u8], base: u64, at: usize, trigger: Trigger) {
        let start = at.saturating_sub(LOOK_BEHIND);
        let end = at.saturating_add(LOOK_AHEAD).min(text.len());
        let window = text.get(start..end).unwrap_or_default();
        let anchor = Cursor::new(window, at.saturating_sub(start));
        let base = position(base, start);
        let rows = RECOGNIZERS.iter().enumerate().filter(|(_, recognizer)| recognizer.trigger == trigger);
        for (row, recognizer) in rows {
            let previous = self.last.filter(|(last_row, end)| *last_row == row && *end >= base);
            let previous = previous.map(|(_, end)| offset(end, base));
            let Some((start, end)) = recognizer.find(window, anchor, previous) else { continue };
            let candidate = Candidate::new(row, recognizer, position(base, start), position(base, end));
            if self.candidates.offer(candidate) && recognizer.context.is_some() {
                self.last = Some((row, candidate.end));
            }
        }
    }
}

impl Recognizer {
    /// Returns the first reading that its validator and its context let stand.
    fn find(&self, window: &[u8], anchor: Cursor<'_>, previous: Option<usize>) -> Option<(usize, usize)> {
        let found = (self.matcher)(anchor).into_iter().flatten().find(|found| {
            let text = window.get(found.start..found.end).unwrap_or_default();
            let start = anchor.moved_to(found.start);
            self.validator.is_none_or(|holds| holds(text))
                && self.context.is_none_or(|context| context.meets(found.need, start, previous))
        });
        found.map(|found| (found.start, found.end))
    }
}

/// Returns the first trigger at or after `from`.
fn next_trigger(text: &[u8], from: usize) -> Option<(usize, Trigger)> {
    let mut at = from;
    loop {
        at = at.saturating_add(skipped(text.get(at..)?)?);
        let is_first_digit = || !Cursor::new(text, at).byte_before().is_some_and(|byte| byte.is_ascii_digit());
        match text.get(at)? {
            b'@' => return Some((at, Trigger::At)),
            _ if is_first_digit() => return Some((at, Trigger::Digits)),
            _ => at = at.saturating_add(1),
        }
    }
}

/// Returns how many bytes come before the first that may be a trigger.
fn skipped(text: &[u8]) -> Option<usize> {
    let mut strides = text.chunks_exact(STRIDE);
    let mut skipped: usize = 0;
    for stride in &mut strides {
        if stride.iter().fold(false, |found, byte| found | may_trigger(*byte)) {
            break;
        }
        skipped = skipped.saturating_add(STRIDE);
    }
    let rest = text.get(skipped..)?;
    rest.iter().position(|byte| may_trigger(*byte)).map(|within| skipped.saturating_add(within))
}

fn may_trigger(byte: u8) -> bool {
    (byte.wrapping_sub(b'0') < 10) | (byte == b'@')
}

fn position(base: u64, offset: usize) -> u64 {
    base.saturating_add(offset as u64)
}

fn offset(position: u64, base: u64) -> usize {
    usize::try_from(position.saturating_sub(base)).unwrap_or(usize::MAX)
}
