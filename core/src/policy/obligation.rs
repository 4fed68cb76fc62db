//! What a decision asks for besides its answer: a closed, typed set.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde_json::Value;

use crate::encoding::members::{Members, object, text, texts};
use crate::encoding::timestamp::Timestamp;
use crate::privacy::Operators;

/// Is something that must be carried out for a decision to count. One that is not in this set denies.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        purposes: Option<Vec<String>>,
        /// The latest `retain_until`.
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

    /// Returns it as it stands in a decision.
    pub(crate) fn to_value(&self) -> Value {
        let mut members = vec![("type", text(self.name()))];
        match self {
            Self::Transform { operators } => members.push(("operators", Some(operators.to_value()))),
            Self::RequireRecipients { recipients } => members.push(("recipients", texts(recipients))),
            Self::RestrictLabel { purposes, retain_until } => {
                members.push(("purposes", purposes.as_ref().and_then(|purposes| texts(purposes))));
                members.push(("retain_until", retain_until.as_ref().and_then(|time| text(time.as_str()))));
            }
            Self::RequireSignature {} | Self::Watermark {} => {}
            Self::Notify { channel } => members.push(("channel", text(channel))),
            Self::Expire { at } => members.push(("at", text(at.as_str()))),
            Self::Filter { condition } => members.push(("condition", Some(condition.clone()))),
        }
        object(members)
    }

    /// Reads one.
    pub(crate) fn read(value: Value) -> Result<Self, String> {
        let Value::Object(members) = value else { return Err("an obligation is not an object".to_owned()) };
        let mut members = Members::from(members);
        let name = members.text("type")?;
        let missing = |what: &str| format!("missing field `{what}`");
        let obligation = match name.as_str() {
            "transform" => Self::Transform { operators: operators(members.required("operators")?)? },
            "require_recipients" => {
                let recipients = members.texts("recipients")?.ok_or_else(|| missing("recipients"))?;
                Self::RequireRecipients { recipients }
            }
            "require_signature" => Self::RequireSignature {},
            "restrict_label" => Self::RestrictLabel {
                purposes: members.texts("purposes")?,
                retain_until: members.optional("retain_until").map(Timestamp::read).transpose()?,
            },
            "watermark" => Self::Watermark {},
            "notify" => Self::Notify { channel: members.text("channel")? },
            "expire" => Self::Expire { at: Timestamp::read(members.required("at")?)? },
            "filter" => Self::Filter { condition: members.required("condition")? },
            _ => return Err(format!("unknown obligation `{name}`")),
        };
        members.end()?;
        Ok(obligation)
    }
}

fn operators(value: Value) -> Result<Operators, String> {
    match value {
        Value::Object(members) => Operators::read(members).map_err(|reason| format!("`operators`: {reason}")),
        _ => Err("`operators` is not an object".to_owned()),
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
            let obligation = Obligation::read(value.clone()).unwrap();
            assert_eq!(obligation.to_value(), value);
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
            assert!(Obligation::read(serde_json::from_str(text).unwrap()).is_err(), "{text}");
        }
    }
}
