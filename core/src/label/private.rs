//! The part of a label that storage must not read. `spec/label.md`, "Private part".

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use crate::encoding::json;
use crate::encoding::members::{Members, map, text, texts};
use crate::error::Error;

/// The most bytes that a private part may have.
pub const MAX_PRIVATE_SIZE: usize = 4096;

/// Holds what only those who open a document may know of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrivateRecord {
    /// What the file was called.
    pub file_name: Option<String>,
    /// Whom the document is about.
    pub data_subjects: Option<Vec<String>>,
    /// Anything else.
    pub attributes: Option<Map<String, Value>>,
}

impl PrivateRecord {
    /// Reads a record out of JSON.
    ///
    /// # Errors
    /// `json_invalid` for anything but the record in I-JSON.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        let what = "private part";
        Self::read(json::parse(what, text)?).map_err(|reason| Error::JsonInvalid { what, reason })
    }

    /// Returns the canonical bytes.
    ///
    /// # Errors
    /// `private_too_large`.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let bytes = json::canonical_object(&map(vec![
            ("file_name", self.file_name.as_deref().and_then(text)),
            ("data_subjects", self.data_subjects.as_deref().and_then(texts)),
            ("attributes", self.attributes.clone().map(Value::Object)),
        ]));
        match bytes.len() {
            size if size > MAX_PRIVATE_SIZE => Err(Error::PrivateTooLarge { size, limit: MAX_PRIVATE_SIZE }),
            _ => Ok(bytes),
        }
    }

    /// Reads the bytes that stood in a document.
    pub(crate) fn from_canonical(bytes: &[u8]) -> Result<Self, Error> {
        let malformed = |reason| Error::PrivateMalformed { reason };
        let value = json::parse("private part", bytes).map_err(|error| match error {
            Error::JsonInvalid { reason, .. } => malformed(reason),
            other => other,
        })?;
        if json::canonical(&value) != bytes {
            return Err(malformed("not in canonical form".to_owned()));
        }
        Self::read(value).map_err(malformed)
    }

    fn read(value: Value) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let record = Self {
            file_name: members.optional_text("file_name")?,
            data_subjects: members.texts("data_subjects")?,
            attributes: members.optional_object("attributes")?,
        };
        members.end()?;
        Ok(record)
    }
}
