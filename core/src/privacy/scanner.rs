//! Finding, without changing anything.

use alloc::vec::Vec;

use super::feed::{Feed, Stretch};
use super::finding::{Findings, Scan, Span};
use super::overlap::Candidate;
use super::recognizer::RECOGNIZERS;
use super::search::Search;
use super::text;

/// Counts the findings in a text that comes in pieces, in constant memory: less than 200 KiB, whatever is pushed.
///
/// The result does not depend on where the pieces are cut.
#[derive(Debug, Default)]
pub struct Scanner {
    feed: Feed,
    findings: Findings,
    is_not_text: bool,
}

impl Scanner {
    /// Makes a scanner for one text.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a piece in.
    pub fn push(&mut self, bytes: &[u8]) {
        if !self.is_not_text {
            let findings = &mut self.findings;
            self.is_not_text = self.feed.push(bytes, &mut |stretch| count(findings, &stretch)).is_err();
        }
    }

    /// Ends the text and returns what it holds. For bytes that are not text, that is `not_text`.
    pub fn finish(mut self) -> Findings {
        let findings = &mut self.findings;
        if self.is_not_text || self.feed.finish(&mut |stretch| count(findings, &stretch)).is_err() {
            return Findings::not_text();
        }
        Findings { scanned: true, ..self.findings }
    }
}

/// Finds what a text holds, and where.
pub fn scan(text: &[u8]) -> Scan {
    if text::check(text).is_err() {
        return Scan { findings: Findings::not_text(), spans: Vec::new() };
    }
    let mut search = Search::default();
    search.run(text, 0, true);
    let mut found = Scan { findings: Findings { scanned: true, ..Findings::default() }, spans: Vec::new() };
    for Candidate { start, end, row, score } in search.found() {
        if let Some(recognizer) = RECOGNIZERS.get(row) {
            found.findings.count(recognizer.entity);
            found.spans.push(Span { entity: recognizer.entity, start, end, score });
        }
    }
    found
}

fn count(findings: &mut Findings, stretch: &Stretch<'_>) {
    if let Stretch::Found(candidate, _) = stretch
        && let Some(recognizer) = RECOGNIZERS.get(candidate.row)
    {
        findings.count(recognizer.entity);
    }
}
