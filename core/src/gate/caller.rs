//! Who asks, as the host knows it.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use super::senders::{self, Verified};
use crate::encoding::json;
use crate::encoding::members::Members;
use crate::encoding::timestamp::Timestamp;
use crate::error::Error;
use crate::label::LabelRecord;
use crate::policy::{Action, Request, Resource, Subject};

/// Holds the part of a request that the host knows. The gate adds the resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who asks.
    pub subject: Subject,
    /// What for; absent, it is `seal` or `open`.
    pub action: Option<Action>,
    /// When (`time`), for which `purpose`, from where.
    pub context: Map<String, Value>,
}

impl Caller {
    /// Reads a caller out of JSON.
    ///
    /// # Errors
    /// `json_invalid` for anything but the record in I-JSON.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        Self::read(json::parse("caller", text)?).map_err(|reason| Error::JsonInvalid { what: "caller", reason })
    }

    /// Returns the time of the request, if the host gave one.
    pub(super) fn time(&self) -> Result<Option<Timestamp>, Error> {
        match self.context.get("time") {
            None => Ok(None),
            Some(Value::String(text)) => Timestamp::parse(text).map(Some),
            Some(other) => Err(Error::TimeInvalid { value: start_of(json::canonical(other)) }),
        }
    }

    /// Returns the canonical request for a document.
    pub(super) fn request(&self, action: &str, id: &str, properties: Map<String, Value>) -> Result<Vec<u8>, Error> {
        let action = self.action.clone().unwrap_or_else(|| Action { name: action.to_owned(), properties: Map::new() });
        let resource = Resource { kind: "document".to_owned(), id: id.to_owned(), properties };
        Request { subject: self.subject.clone(), action, resource, context: self.context.clone() }.to_bytes()
    }

    /// Returns the canonical request for a document that is there: the policy sees its label, and who is known to have written it.
    pub(crate) fn request_for(
        &self,
        action: &str,
        label: &LabelRecord,
        sender: Option<&Verified>,
    ) -> Result<Vec<u8>, Error> {
        let mut properties = label.to_members();
        properties.insert("sender".to_owned(), senders::fact(sender.map(Verified::key)));
        self.request(action, &label.document_id, properties)
    }

    fn read(value: Value) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let caller = Self {
            subject: Subject::read(members.required("subject")?)?,
            action: members.optional("action").map(Action::read).transpose()?,
            context: members.object("context")?,
        };
        members.end()?;
        Ok(caller)
    }
}

/// Returns as much of a text as belongs in a failure.
fn start_of(text: Vec<u8>) -> String {
    String::from_utf8(text).unwrap_or_default().chars().take(64).collect()
}
