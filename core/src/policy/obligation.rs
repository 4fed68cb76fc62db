//! What a decision asks for besides its answer: a closed, typed set.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::encoding::timestamp::Timestamp;
use crate::privacy::Operators;

/// Is something that must be carried out for a decision to count. One that is not in this set denies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", try_from = "Map<String, Value>")]
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
        #[serde(skip_serializing_if = "Option::is_none")]
        purposes: Option<Vec<String>>,
        /// The latest `retain_until`.
        #[serde(skip_serializing_if = "Option::is_none")]
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
        condition: Value,
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

/// Reads by hand what `serde` would read through a buffer of its own: that costs the WebAssembly module 15 KB compressed.
impl TryFrom<Map<String, Value>> for Obligation {
    type Error = String;

    fn try_from(members: Map<String, Value>) -> Result<Self, String> {
        let mut members = Members(members);
        let name: String = members.required("type")?;
        let obligation = match name.as_str() {
            "transform" => Self::Transform { operators: members.required("operators")? },
            "require_recipients" => Self::RequireRecipients { recipients: members.required("recipients")? },
            "require_signature" => Self::RequireSignature {},
            "restrict_label" => Self::RestrictLabel {
                purposes: members.optional("purposes")?,
                retain_until: members.optional("retain_until")?,
            },
            "watermark" => Self::Watermark {},
            "notify" => Self::Notify { channel: members.required("channel")? },
            "expire" => Self::Expire { at: members.required("at")? },
            "filter" => Self::Filter { condition: members.required("condition")? },
            _ => return Err(format!("unknown obligation `{name}`")),
        };
        members.end()?;
        Ok(obligation)
    }
}

/// Holds what is left of an object that is being read.
struct Members(Map<String, Value>);

impl Members {
    fn required<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, String> {
        self.optional(name)?.ok_or_else(|| format!("missing field `{name}`"))
    }

    fn optional<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, String> {
        let value = self.0.remove(name);
        value.map(|value| serde_json::from_value(value).map_err(|error| format!("`{name}`: {error}"))).transpose()
    }

    fn end(self) -> Result<(), String> {
        self.0.keys().next().map_or(Ok(()), |name| Err(format!("unknown field `{name}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_obligation_is_written_as_it_is_read() {
        for text in [
            r#"{"type":"transform","operators":{"DEFAULT":{"operator":"redact"}}}"#,
            r#"{"type":"require_recipients","recipients":["age1x"]}"#,
            r#"{"type":"require_signature"}"#,
            r#"{"type":"restrict_label"}"#,
            r#"{"type":"restrict_label","purposes":["train"],"retain_until":"2026-01-01T00:00:00Z"}"#,
            r#"{"type":"watermark"}"#,
            r#"{"type":"notify","channel":"dpo"}"#,
            r#"{"type":"expire","at":"2026-01-01T00:00:00Z"}"#,
            r#"{"type":"filter","condition":null}"#,
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            let obligation: Obligation = serde_json::from_value(value.clone()).unwrap();
            assert_eq!(serde_json::to_value(&obligation).unwrap(), value);
            assert_eq!(value["type"], obligation.name());
        }
    }

    #[test]
    fn what_is_no_obligation_is_refused() {
        for text in [
            "{}",
            "[]",
            r#"{"type":"unheard_of"}"#,
            r#"{"type":1}"#,
            r#"{"type":"watermark","extra":1}"#,
            r#"{"type":"transform"}"#,
            r#"{"type":"transform","operators":{"DEFAULT":{"operator":"unheard_of"}}}"#,
            r#"{"type":"transform","operators":{"DEFAULT":{"operator":"redact","extra":1}}}"#,
            r#"{"type":"expire","at":"2026-01-01"}"#,
            r#"{"type":"restrict_label","purposes":null}"#,
            r#"{"type":"notify","channel":1}"#,
        ] {
            assert!(serde_json::from_str::<Obligation>(text).is_err(), "{text}");
        }
    }
}
