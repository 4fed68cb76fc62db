//! Who asks, as the host knows it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::encoding::timestamp::Timestamp;
use crate::error::Error;
use crate::policy::{Action, Request, Resource, Subject};

/// Holds the part of a request that the host knows. The gate adds the resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    /// Who asks.
    pub subject: Subject,
    /// What for; absent, it is `seal` or `open`.
    #[serde(default)]
    pub action: Option<Action>,
    /// When (`time`), for which `purpose`, from where.
    #[serde(default)]
    pub context: Map<String, Value>,
}

impl Caller {
    /// Returns the time of the request, if the host gave one.
    pub(super) fn time(&self) -> Result<Option<Timestamp>, Error> {
        match self.context.get("time") {
            None => Ok(None),
            Some(Value::String(text)) => Timestamp::parse(text).map(Some),
            Some(other) => Err(Error::TimeInvalid { value: other.to_string().chars().take(64).collect() }),
        }
    }

    /// Returns the canonical request for a document.
    pub(super) fn request(&self, action: &str, id: &str, properties: Map<String, Value>) -> Result<Vec<u8>, Error> {
        let action = self.action.clone().unwrap_or_else(|| Action { name: action.to_owned(), properties: Map::new() });
        let resource = Resource { kind: "document".to_owned(), id: id.to_owned(), properties };
        Request { subject: self.subject.clone(), action, resource, context: self.context.clone() }.to_bytes()
    }
}
