//! What a scan found.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde_json::Value;

use crate::encoding::json;
use crate::encoding::members::{counts, object, text};

/// Tells what a scan found, in counts alone, as policies see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Whether the whole input was scanned.
    pub scanned: bool,
    /// Why not: `not_text`, `not_requested`.
    pub reason: Option<String>,
    /// How many findings there are of each entity.
    pub entities: BTreeMap<String, u64>,
    /// How many findings there are.
    pub total: u64,
}

/// Is one finding and its place.
#[derive(Debug, Clone, Copy, PartialEq)]
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
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    /// The counts.
    pub findings: Findings,
    /// The places, in the order of the text. No two overlap.
    pub spans: Vec<Span>,
}

impl Findings {
    /// Returns the canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        json::canonical(&self.to_value())
    }

    /// Returns them as they stand in a request.
    pub(crate) fn to_value(&self) -> Value {
        object(vec![
            ("scanned", Some(Value::Bool(self.scanned))),
            ("reason", self.reason.as_deref().and_then(text)),
            ("entities", Some(counts(&self.entities))),
            ("total", Some(Value::from(self.total))),
        ])
    }

    /// Returns what is known of bytes that are not text: nothing.
    pub(super) fn not_text() -> Self {
        Self { reason: Some("not_text".to_owned()), ..Self::default() }
    }

    /// Counts one finding.
    pub(super) fn count(&mut self, entity: &str) {
        count(&mut self.entities, entity);
        self.total = self.total.saturating_add(1);
    }
}

/// Counts one more of an entity.
pub(super) fn count(entities: &mut BTreeMap<String, u64>, entity: &str) {
    match entities.get_mut(entity) {
        Some(count) => *count = count.saturating_add(1),
        None => _ = entities.insert(entity.to_owned(), 1),
    }
}
