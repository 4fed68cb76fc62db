//! What is done to a finding, in Presidio's names.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use super::recognizer;
use crate::encoding::json;
use crate::encoding::members::{Members, object, text};
use crate::error::Error;

/// The key of the operator for entities that have none of their own.
const DEFAULT: &str = "DEFAULT";

/// The most bytes of a replacement.
const MAX_VALUE_SIZE: usize = 256;

/// Says how one entity's findings are transformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operator {
    /// Removes the text.
    Redact {},
    /// Puts another text in its place.
    Replace {
        /// The text; absent, it is the entity's name in angle brackets.
        new_value: Option<String>,
    },
    /// Overwrites characters.
    Mask {
        /// The character that is written, `*` if absent.
        masking_char: char,
        /// How many characters are overwritten; absent, all.
        chars_to_mask: Option<u32>,
        /// Whether to count from the end.
        from_end: bool,
    },
}

/// Holds the operator of each entity; `DEFAULT` is for those not named.
///
/// Its entities are known and its parameters usable: they are checked once, where it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operators(Vec<(String, Operator)>);

impl Operators {
    /// Returns the operator for an entity. There may be none: then the entity stays as it is.
    pub fn operator(&self, entity: &str) -> Option<&Operator> {
        self.own(entity).or_else(|| self.own(DEFAULT))
    }

    /// Reads operators out of JSON.
    ///
    /// # Errors
    /// `json_invalid` for anything but an object in I-JSON; `operator_invalid` for an entity that no recognizer finds, for
    /// what is no operator, and for parameters out of their limits.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        match json::parse("operators", text)? {
            Value::Object(members) => Self::read(members),
            _ => Err(Error::JsonInvalid { what: "operators", reason: "expected an object".to_owned() }),
        }
    }

    /// Returns them as they stand in an obligation.
    pub(crate) fn to_value(&self) -> Value {
        object(self.0.iter().map(|(entity, operator)| (entity.as_str(), Some(operator.to_value()))).collect())
    }

    /// Joins two sets of operators; nothing when they differ for one entity.
    pub(crate) fn merge(mut self, other: &Self) -> Option<Self> {
        for (entity, operator) in &other.0 {
            match self.own(entity) {
                Some(kept) if kept != operator => return None,
                Some(_) => {}
                None => self.0.push((entity.clone(), operator.clone())),
            }
        }
        Some(self)
    }

    /// Reads operators out of a record and checks them.
    pub(crate) fn read(members: Map<String, Value>) -> Result<Self, Error> {
        let mut operators = Vec::new();
        for (entity, operator) in members {
            let invalid = |reason: String| Error::OperatorInvalid { entity: entity.clone(), reason };
            if entity != DEFAULT && recognizer::entity_named(&entity).is_none() {
                return Err(invalid("no recognizer finds this entity".to_owned()));
            }
            let Value::Object(operator) = operator else { return Err(invalid("expected an object".to_owned())) };
            let operator = Operator::read(operator).map_err(invalid)?;
            operators.push((entity, operator));
        }
        Ok(Self(operators))
    }

    fn own(&self, entity: &str) -> Option<&Operator> {
        self.0.iter().find(|(named, _)| named == entity).map(|(_, operator)| operator)
    }
}

impl Operator {
    /// Appends what stands in the place of `text`, which is an `entity`.
    pub(super) fn apply(&self, entity: &str, text: &str, output: &mut Vec<u8>) {
        match self {
            Self::Redact {} => {}
            Self::Replace { new_value: Some(value) } => output.extend_from_slice(value.as_bytes()),
            Self::Replace { new_value: None } => {
                output.push(b'<');
                output.extend_from_slice(entity.as_bytes());
                output.push(b'>');
            }
            Self::Mask { masking_char, chars_to_mask, from_end } => {
                output.extend_from_slice(masked(text, *masking_char, *chars_to_mask, *from_end).as_bytes());
            }
        }
    }

    fn read(members: Map<String, Value>) -> Result<Self, String> {
        let mut members = Members::from(members);
        let name = members.text("operator")?;
        let operator = match name.as_str() {
            "redact" => Self::Redact {},
            "replace" => Self::Replace { new_value: members.optional_text("new_value")? },
            "mask" => Self::Mask {
                masking_char: members.optional_text("masking_char")?.map_or(Ok('*'), |text| only_char(&text))?,
                chars_to_mask: members.optional_count("chars_to_mask")?.map(count).transpose()?,
                from_end: members.optional_flag("from_end")?.unwrap_or(false),
            },
            _ => return Err(format!("unknown operator `{name}`")),
        };
        members.end()?;
        operator.check()?;
        Ok(operator)
    }

    fn to_value(&self) -> Value {
        object(match self {
            Self::Redact {} => vec![("operator", text("redact"))],
            Self::Replace { new_value } => {
                vec![("operator", text("replace")), ("new_value", new_value.as_ref().and_then(|value| text(value)))]
            }
            Self::Mask { masking_char, chars_to_mask, from_end } => vec![
                ("operator", text("mask")),
                ("masking_char", text(masking_char.encode_utf8(&mut [0; 4]))),
                ("chars_to_mask", chars_to_mask.map(Value::from)),
                ("from_end", Some(Value::Bool(*from_end))),
            ],
        })
    }

    fn check(&self) -> Result<(), &'static str> {
        match self {
            Self::Replace { new_value: Some(value) } if value.len() > MAX_VALUE_SIZE => {
                Err("`new_value` has more than 256 bytes")
            }
            Self::Replace { new_value: Some(value) } if value.chars().any(char::is_control) => {
                Err("`new_value` holds a control character")
            }
            Self::Mask { masking_char, .. } if masking_char.is_control() => {
                Err("`masking_char` is a control character")
            }
            Self::Mask { chars_to_mask: Some(0), .. } => Err("`chars_to_mask` is 0, which masks nothing"),
            _ => Ok(()),
        }
    }
}

fn masked(text: &str, masking_char: char, chars_to_mask: Option<u32>, from_end: bool) -> String {
    let length = text.chars().count();
    let count = chars_to_mask.map_or(length, |count| usize::try_from(count).unwrap_or(usize::MAX).min(length));
    let (from, to) = if from_end { (length.saturating_sub(count), length) } else { (0, count) };
    text.chars()
        .enumerate()
        .map(|(index, character)| if (from..to).contains(&index) { masking_char } else { character })
        .collect()
}

fn only_char(text: &str) -> Result<char, String> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(only), None) => Ok(only),
        _ => Err("`masking_char` is not one character".to_owned()),
    }
}

fn count(count: u64) -> Result<u32, String> {
    u32::try_from(count).map_err(|_| "`chars_to_mask` is too large".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    fn read(json: &str) -> Result<Operators, String> {
        Operators::from_bytes(json.as_bytes()).map_err(|error| error.to_string())
    }

    fn applied(json: &str, text: &str) -> String {
        let Value::Object(members) = serde_json::from_str(json).unwrap() else { panic!("{json}") };
        let operator = Operator::read(members).unwrap();
        let mut output = Vec::new();
        operator.apply("PHONE_NUMBER", text, &mut output);
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn operators_do_what_they_say() {
        for (json, expected) in [
            (r#"{"operator":"redact"}"#, ""),
            (r#"{"operator":"replace"}"#, "<PHONE_NUMBER>"),
            (r#"{"operator":"replace","new_value":"né"}"#, "né"),
            (r#"{"operator":"replace","new_value":""}"#, ""),
            (r#"{"operator":"mask"}"#, "******"),
            (r#"{"operator":"mask","masking_char":"█"}"#, "██████"),
            (r#"{"operator":"mask","chars_to_mask":2}"#, "**ü-3é"),
            (r#"{"operator":"mask","chars_to_mask":2,"from_end":true}"#, "a1ü-**"),
            (r#"{"operator":"mask","chars_to_mask":6,"from_end":true}"#, "******"),
            (r#"{"operator":"mask","chars_to_mask":4294967295}"#, "******"),
        ] {
            assert_eq!(applied(json, "a1ü-3é"), expected, "{json}");
        }
    }

    #[test]
    fn the_default_is_for_entities_not_named() {
        let operators = read(r#"{"DEFAULT":{"operator":"redact"},"IBAN_CODE":{"operator":"replace"}}"#).unwrap();
        assert_eq!(operators.operator("IBAN_CODE"), Some(&Operator::Replace { new_value: None }));
        assert_eq!(operators.operator("CREDIT_CARD"), Some(&Operator::Redact {}));
        let operators = read(r#"{"IBAN_CODE":{"operator":"replace"}}"#).unwrap();
        assert_eq!(operators.operator("CREDIT_CARD"), None);
    }

    #[test]
    fn operators_keep_their_json() {
        let json = concat!(
            r##"{"CREDIT_CARD":{"operator":"mask","masking_char":"#","chars_to_mask":12,"from_end":false},"##,
            r#""DEFAULT":{"operator":"redact"},"IBAN_CODE":{"operator":"replace","new_value":"x"}}"#
        );
        let value: Value = serde_json::from_str(json).unwrap();
        assert_eq!(read(json).unwrap().to_value(), value);
    }

    #[test]
    fn unusable_operators_are_rejected() {
        let long = format!(r#"{{"DEFAULT":{{"operator":"replace","new_value":"{}"}}}}"#, "x".repeat(257));
        for (json, expected) in [
            (r#"{"EMAIL":{"operator":"redact"}}"#, "no recognizer"),
            (r#"{"default":{"operator":"redact"}}"#, "no recognizer"),
            (r#"{"email_address":{"operator":"redact"}}"#, "no recognizer"),
            (r#"{"DEFAULT":{"operator":"replace","new_value":"a\nb"}}"#, "control"),
            (long.as_str(), "256"),
            (r#"{"DEFAULT":{"operator":"mask","masking_char":"\u0000"}}"#, "control"),
            (r#"{"DEFAULT":{"operator":"mask","masking_char":""}}"#, "character"),
            (r#"{"DEFAULT":{"operator":"mask","masking_char":"**"}}"#, "character"),
            (r#"{"DEFAULT":{"operator":"mask","chars_to_mask":0}}"#, "masks nothing"),
            (r#"{"DEFAULT":{"operator":"mask","chars_to_mask":-1}}"#, "integer"),
            (r#"{"DEFAULT":{"operator":"redact","chars_to_mask":1}}"#, "unknown field"),
            (r#"{"DEFAULT":{"operator":"encrypt"}}"#, "unknown operator"),
            (r#"{"DEFAULT":{}}"#, "operator"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(expected), "{json}: {error}");
        }
    }
}
