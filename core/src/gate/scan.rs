//! The first pass over a source: what it holds, and what it is.

use alloc::borrow::ToOwned;

use crate::document::{PayloadDigest, PayloadHasher};
use crate::privacy::{self, Findings};

/// Looks through a source that comes in pieces, before it is sealed.
#[derive(Default)]
pub struct Scanner {
    findings: privacy::Scanner,
    hasher: PayloadHasher,
}

/// Holds what a scan found, and which bytes it saw.
#[derive(Debug, Clone)]
pub struct Scan {
    pub(super) findings: Findings,
    /// What the source was; one that is read once only has none.
    pub(super) digest: Option<PayloadDigest>,
}

impl Scanner {
    /// Begins a source.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes more of the source.
    pub fn push(&mut self, bytes: &[u8]) {
        self.findings.push(bytes);
        self.hasher.push(bytes);
    }

    /// Ends the source.
    pub fn finish(self) -> Scan {
        Scan { findings: self.findings.finish(), digest: Some(self.hasher.finish()) }
    }
}

impl Scan {
    /// Stands for a source that cannot be read twice. The policy sees that nothing was looked at.
    pub fn unscanned() -> Self {
        let findings = Findings { reason: Some("not_requested".to_owned()), ..Findings::default() };
        Self { findings, digest: None }
    }

    /// Lends the findings.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }
}
