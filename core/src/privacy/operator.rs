//! What is done to a finding, in Presidio's names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Says how one entity's findings are transformed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operator", rename_all = "snake_case", deny_unknown_fields)]
pub enum Operator {
    /// Removes the text.
    Redact {},
    /// Puts another text in its place.
    Replace {
        /// The text; absent, it is the entity's name in angle brackets.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new_value: Option<String>,
    },
    /// Overwrites characters.
    Mask {
        /// The character that is written, `*` if absent.
        #[serde(default = "default_masking_char")]
        masking_char: char,
        /// How many characters are overwritten; absent, all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chars_to_mask: Option<u32>,
        /// Whether to count from the end.
        #[serde(default)]
        from_end: bool,
    },
}

/// The operator of each entity; `DEFAULT` is for those not named.
pub type Operators = BTreeMap<String, Operator>;

fn default_masking_char() -> char {
    '*'
}
