//! The label: what policies and storage may know of a document. Normative: `spec/label.md`.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

mod private;

pub use private::{MAX_PRIVATE_SIZE, PrivateRecord};

use serde_json::{Map, Value};

use crate::encoding::members::{Members, counts, map, object, text, texts};
use crate::encoding::{json, timestamp::Timestamp};
use crate::error::Error;

/// The most bytes that a label may have.
pub const MAX_LABEL_SIZE: usize = 4096;

/// The most bytes of one short text in a label.
const MAX_TEXT_SIZE: usize = 256;

/// Holds the fields of a label. A field that is absent is absent for the policy too, and so denies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelRecord {
    /// Names the document, uniquely in its tenant. Empty, the gate makes one.
    pub document_id: String,
    /// IANA media type of the plaintext.
    pub media_type: Option<String>,
    /// Step on the policy's classification ladder.
    pub classification: Option<String>,
    /// What the document may be used for.
    pub purposes: Option<Vec<String>>,
    /// Who contributed the document.
    pub contributor: Option<String>,
    /// Whose document it is.
    pub tenant: Option<String>,
    /// When it was sealed.
    pub created_at: Option<Timestamp>,
    /// Until when it may be kept and used.
    pub retain_until: Option<Timestamp>,
    /// The policy that admitted it. The gate sets it.
    pub policy: Option<PolicyRef>,
    /// How many findings of each entity were transformed. The gate sets it.
    pub transforms: Option<BTreeMap<String, u64>>,
    /// Anything else that the team's policies read.
    pub attributes: Option<Map<String, Value>>,
}

/// Names one exact policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRef {
    /// The policy's name.
    pub name: String,
    /// The revision its owner gave it.
    pub revision: String,
    /// SHA-256 over its modules, data and entrypoint, in hexadecimal: `spec/decision.md`.
    pub digest: String,
}

impl LabelRecord {
    /// Reads a record out of JSON. Only a [`Label`] keeps the limits of `spec/label.md`.
    ///
    /// # Errors
    /// `json_invalid` for anything but the record in I-JSON.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        Self::read(json::parse("label", text)?).map_err(|reason| Error::JsonInvalid { what: "label", reason })
    }

    /// Returns the fields that are there.
    pub(crate) fn to_members(&self) -> Map<String, Value> {
        let optional = |field: &Option<String>| field.as_deref().and_then(text);
        let time = |field: &Option<Timestamp>| field.as_ref().and_then(|time| text(time.as_str()));
        map(vec![
            ("document_id", text(&self.document_id)),
            ("media_type", optional(&self.media_type)),
            ("classification", optional(&self.classification)),
            ("purposes", self.purposes.as_deref().and_then(texts)),
            ("contributor", optional(&self.contributor)),
            ("tenant", optional(&self.tenant)),
            ("created_at", time(&self.created_at)),
            ("retain_until", time(&self.retain_until)),
            ("policy", self.policy.as_ref().map(PolicyRef::to_value)),
            ("transforms", self.transforms.as_ref().map(counts)),
            ("attributes", self.attributes.clone().map(Value::Object)),
        ])
    }

    fn read(value: Value) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let mut record = Self::default();
        record.take(&mut members)?;
        members.end()?;
        Ok(record)
    }

    /// Takes the fields one by one: in one expression, every way out has code of its own to drop what was read before it.
    fn take(&mut self, members: &mut Members) -> Result<(), String> {
        self.document_id = members.optional_text("document_id")?.unwrap_or_default();
        self.media_type = members.optional_text("media_type")?;
        self.classification = members.optional_text("classification")?;
        self.purposes = members.texts("purposes")?;
        self.contributor = members.optional_text("contributor")?;
        self.tenant = members.optional_text("tenant")?;
        self.created_at = members.optional("created_at").map(Timestamp::read).transpose()?;
        self.retain_until = members.optional("retain_until").map(Timestamp::read).transpose()?;
        self.policy = members.optional("policy").map(PolicyRef::read).transpose()?;
        self.transforms = members.optional_counts("transforms")?;
        self.attributes = members.optional_object("attributes")?;
        Ok(())
    }
}

impl PolicyRef {
    /// Reads a reference out of JSON.
    ///
    /// # Errors
    /// `json_invalid` for anything but the record in I-JSON.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        Self::read(json::parse("policy", text)?).map_err(|reason| Error::JsonInvalid { what: "policy", reason })
    }

    /// Returns the canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        json::canonical(&self.to_value())
    }

    fn read(value: Value) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let reference =
            Self { name: members.text("name")?, revision: members.text("revision")?, digest: members.text("digest")? };
        members.end()?;
        Ok(reference)
    }

    fn to_value(&self) -> Value {
        let Self { name, revision, digest } = self;
        object(vec![("name", text(name)), ("revision", text(revision)), ("digest", text(digest))])
    }
}

/// Holds a label as the bytes that stand in the header, and what they say.
///
/// The bytes are what is authenticated, hashed and compared; they are never made anew from the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    bytes: Vec<u8>,
    record: LabelRecord,
}

impl Label {
    /// Reads a label.
    ///
    /// # Errors
    /// `label_too_large`; `label_malformed` for bytes that are not the canonical JSON of a label, a text over its limit
    /// or a field out of its form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        check_size(bytes)?;
        let value = json::parse("label", bytes).map_err(malformed)?;
        if json::canonical(&value) != bytes {
            return Err(Error::LabelMalformed { reason: "not in canonical form".to_owned() });
        }
        let record = LabelRecord::read(value).map_err(|reason| Error::LabelMalformed { reason })?;
        check_record(&record)?;
        Ok(Self { bytes: bytes.to_vec(), record })
    }

    /// Makes a label of JSON that need not be canonical.
    ///
    /// # Errors
    /// As [`Label::from_bytes`]; `json_invalid` for anything but the record in I-JSON.
    pub fn from_json(text: &[u8]) -> Result<Self, Error> {
        let value = json::parse("label", text)?;
        let bytes = json::canonical(&value);
        LabelRecord::read(value).map_err(|reason| Error::JsonInvalid { what: "label", reason })?;
        Self::from_bytes(&bytes)
    }

    /// Makes a label.
    ///
    /// # Errors
    /// As [`Label::from_bytes`].
    pub fn from_record(record: LabelRecord) -> Result<Self, Error> {
        check_record(&record)?;
        let bytes = json::canonical_object(&record.to_members());
        check_size(&bytes)?;
        // Read back, so that attributes hold numbers in the form that every reader will see.
        Self::from_bytes(&bytes)
    }

    /// Lends the bytes that stand in the header.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Lends the fields.
    pub fn record(&self) -> &LabelRecord {
        &self.record
    }
}

fn check_size(bytes: &[u8]) -> Result<(), Error> {
    match bytes.len() {
        size if size > MAX_LABEL_SIZE => Err(Error::LabelTooLarge { size, limit: MAX_LABEL_SIZE }),
        _ => Ok(()),
    }
}

fn malformed(error: Error) -> Error {
    match error {
        Error::JsonInvalid { reason, .. } => Error::LabelMalformed { reason },
        other => other,
    }
}

fn check_record(record: &LabelRecord) -> Result<(), Error> {
    let texts = [
        ("document_id", Some(&record.document_id)),
        ("media_type", record.media_type.as_ref()),
        ("classification", record.classification.as_ref()),
        ("contributor", record.contributor.as_ref()),
        ("tenant", record.tenant.as_ref()),
    ];
    let purposes = record.purposes.iter().flatten().map(|purpose| ("purposes", Some(purpose)));
    for (field, text) in texts.into_iter().chain(purposes) {
        let Some(text) = text else { continue };
        if text.is_empty() || text.len() > MAX_TEXT_SIZE || text.chars().any(char::is_control) {
            return Err(Error::LabelMalformed {
                reason: format!("`{field}` must have 1 to {MAX_TEXT_SIZE} bytes and no control character"),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    fn code(bytes: &[u8]) -> &'static str {
        Label::from_bytes(bytes).unwrap_err().code()
    }

    #[test]
    fn a_label_keeps_its_bytes() {
        let bytes = br#"{"attributes":{"n":1.5},"classification":"internal","document_id":"d1","purposes":["train"]}"#;
        let label = Label::from_bytes(bytes).unwrap();
        assert_eq!(label.as_bytes(), bytes);
        assert_eq!(Label::from_record(label.record().clone()).unwrap(), label);
    }

    #[test]
    fn only_canonical_bytes_are_a_label() {
        for bytes in [
            &b"{\"document_id\": \"d\"}"[..],
            b"{\"tenant\":\"t\",\"document_id\":\"d\"}",
            b"{\"document_id\":\"d\",\"document_id\":\"d\"}",
            b"{\"attributes\":{\"n\":1.0},\"document_id\":\"d\"}",
            b"{\"document_id\":\"d\",\"extra\":1}",
            b"{\"document_id\":\"\"}",
            b"{\"document_id\":\"a\\nb\"}",
            b"{}",
            b"[]",
            b"[\"d\"]",
            b"",
            b"\xff",
            b"{\"created_at\":\"2026-01-01\",\"document_id\":\"d\"}",
        ] {
            assert_eq!(code(bytes), "label_malformed", "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn the_cap_is_exact() {
        let of_size = |size: usize| {
            let frame = r#"{"attributes":{"x":""},"document_id":"d"}"#.len();
            format!(r#"{{"attributes":{{"x":"{}"}},"document_id":"d"}}"#, "a".repeat(size - frame)).into_bytes()
        };
        assert!(Label::from_bytes(&of_size(MAX_LABEL_SIZE)).is_ok());
        assert_eq!(code(&of_size(MAX_LABEL_SIZE + 1)), "label_too_large");
    }
}
