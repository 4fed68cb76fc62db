//! What a scan found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Tells what a scan found, in counts alone, as policies see it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// Whether the whole input was scanned.
    pub scanned: bool,
    /// Why not: `not_text`, `not_requested`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How many findings there are of each entity.
    #[serde(default)]
    pub entities: BTreeMap<String, u64>,
    /// How many findings there are.
    #[serde(default)]
    pub total: u64,
}

/// Is one finding and its place.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Span {
    /// What it is, in Presidio's names.
    pub entity: &'static str,
    /// Its first byte in the UTF-8 text.
    pub start: u64,
    /// One past its last byte.
    pub end: u64,
    /// How sure it is, from 0 to 1.
    pub score: f64,
}

/// Tells what a scan found, and where.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scan {
    /// The counts.
    pub findings: Findings,
    /// The places, in the order of the text. No two overlap.
    pub spans: Vec<Span>,
}

impl Findings {
    /// Returns what is known of bytes that are not text: nothing.
    pub(super) fn not_text() -> Self {
        Self { reason: Some("not_text".to_owned()), ..Self::default() }
    }

    /// Counts one finding.
    pub(super) fn count(&mut self, entity: &str) {
        match self.entities.get_mut(entity) {
            Some(count) => *count = count.saturating_add(1),
            None => _ = self.entities.insert(entity.to_owned(), 1),
        }
        self.total = self.total.saturating_add(1);
    }
}
