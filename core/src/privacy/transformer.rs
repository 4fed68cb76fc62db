//! Finding, and changing what is found.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::feed::{Feed, Stretch};
use super::finding::{Findings, count};
use super::operator::Operators;
use super::recognizer::RECOGNIZERS;
use crate::error::Error;

/// Transforms a text that comes in pieces, in constant memory: less than 200 KiB, whatever is pushed.
///
/// The result does not depend on where the pieces are cut. Of the text, the last 2 KiB at most are held back.
///
/// # Security
/// Bytes that are not text never come out: from the first one on, every call fails.
#[derive(Debug)]
pub struct Transformer {
    feed: Feed,
    tally: Tally,
    state: State,
}

#[derive(Debug)]
struct Tally {
    operators: Operators,
    findings: Findings,
    transforms: BTreeMap<String, u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Finished,
    NotText,
}

impl Transformer {
    /// Makes a transformer for one text.
    pub fn new(operators: Operators) -> Self {
        let findings = Findings { scanned: true, ..Findings::default() };
        let tally = Tally { operators, findings, transforms: BTreeMap::new() };
        Self { feed: Feed::default(), tally, state: State::Open }
    }

    /// Takes a piece in and returns the transformed text that is ready.
    ///
    /// # Errors
    /// `not_text` for bytes that are not UTF-8, and for NUL, in this call and all later ones; `call_order` after
    /// [`Transformer::finish`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        self.run(|feed, take| feed.push(bytes, take))
    }

    /// Ends the text and returns the rest of the transformed one.
    ///
    /// # Errors
    /// As [`Transformer::push`].
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        let rest = self.run(|feed, take| feed.finish(take))?;
        self.state = State::Finished;
        Ok(rest)
    }

    /// Returns what was found: all of it once the text is finished.
    pub fn findings(&self) -> Findings {
        match self.state {
            State::NotText => Findings::not_text(),
            State::Open | State::Finished => self.tally.findings.clone(),
        }
    }

    /// Returns how many findings of each entity an operator was applied to: all once the text is finished.
    pub fn transforms(&self) -> &BTreeMap<String, u64> {
        &self.tally.transforms
    }

    fn run(
        &mut self,
        step: impl FnOnce(&mut Feed, &mut dyn FnMut(Stretch<'_>)) -> Result<(), Error>,
    ) -> Result<Vec<u8>, Error> {
        match self.state {
            State::Open => {}
            State::Finished => return Err(Error::CallOrder { reason: "the transformer is finished" }),
            State::NotText => return Err(Error::NotText),
        }
        let mut output = Vec::new();
        let tally = &mut self.tally;
        step(&mut self.feed, &mut |stretch| tally.write(&stretch, &mut output))
            .inspect_err(|_| self.state = State::NotText)?;
        Ok(output)
    }
}

impl Tally {
    fn write(&mut self, stretch: &Stretch<'_>, output: &mut Vec<u8>) {
        let (candidate, text) = match stretch {
            Stretch::Plain(text) => return output.extend_from_slice(text),
            Stretch::Found(candidate, text) => (candidate, text),
        };
        let Some(recognizer) = RECOGNIZERS.get(candidate.row) else { return };
        self.findings.count(recognizer.entity);
        match self.operators.operator(recognizer.entity) {
            Some(operator) => {
                operator.apply(recognizer.entity, core::str::from_utf8(text).unwrap_or_default(), output);
                count(&mut self.transforms, recognizer.entity);
            }
            None => output.extend_from_slice(text),
        }
    }
}
