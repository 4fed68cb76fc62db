//! What a scan found, as policies see it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Tells what a scan found, in counts alone.
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
