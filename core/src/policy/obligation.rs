//! What a decision asks for besides its answer: a closed, typed set.

use serde::{Deserialize, Serialize};

use crate::encoding::timestamp::Timestamp;
use crate::privacy::Operators;

/// Is something that must be carried out for a decision to count. One that is not in this set denies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Obligation {
    /// Applies privacy operators to the text before it is encrypted or handed out.
    Transform {
        /// The operator for each entity.
        operators: Operators,
    },
    /// Demands that the document is encrypted to these recipients, among others.
    RequireRecipients {
        /// The recipients' texts, `age1…`.
        recipients: Vec<String>,
    },
    /// Demands a contributor's signature.
    RequireSignature {},
    /// Tightens the label: the fields named here take the place of the caller's.
    RestrictLabel {
        /// The only purposes that may stay.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        purposes: Option<Vec<String>>,
        /// The latest `retain_until`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retain_until: Option<Timestamp>,
    },
    /// Marks what is handed out with the caller's name.
    Watermark {},
    /// Tells somebody.
    Notify {
        /// Whom.
        channel: String,
    },
    /// Ends the permission at a time.
    Expire {
        /// The time.
        at: Timestamp,
    },
    /// Narrows what a retrieval returns.
    Filter {
        /// The condition.
        condition: serde_json::Value,
    },
}

impl Obligation {
    /// Returns the name in the decision's `type`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Transform { .. } => "transform",
            Self::RequireRecipients { .. } => "require_recipients",
            Self::RequireSignature {} => "require_signature",
            Self::RestrictLabel { .. } => "restrict_label",
            Self::Watermark {} => "watermark",
            Self::Notify { .. } => "notify",
            Self::Expire { .. } => "expire",
            Self::Filter { .. } => "filter",
        }
    }
}
