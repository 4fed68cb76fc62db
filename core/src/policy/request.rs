//! The question: who wants to do what with which document (OpenID AuthZEN 1.0).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::encoding::json;
use crate::error::Error;

/// Holds an AuthZEN evaluation request, the `input` of every policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Who asks.
    pub subject: Subject,
    /// What for.
    pub action: Action,
    /// With which document.
    pub resource: Resource,
    /// When, for which purpose, from where.
    #[serde(default)]
    pub context: Map<String, Value>,
}

/// Names who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// What kind of caller: `user`, `service`, `job`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which one.
    pub id: String,
    /// Claims: `roles`, `tenant`, `amr` and the like.
    #[serde(default)]
    pub properties: Map<String, Value>,
}

/// Names what is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// `seal`, `open`, `release`, `train`, `retrieve`, `export`, `rotate`, `destroy` or `administer`.
    pub name: String,
    /// Anything more that the policy reads.
    #[serde(default)]
    pub properties: Map<String, Value>,
}

/// Names what it is to be done with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// `document`, or what else the policy knows.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which one.
    pub id: String,
    /// The label's fields and the facts that the core found.
    #[serde(default)]
    pub properties: Map<String, Value>,
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// `json_invalid` for anything but a request in I-JSON.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        json::parse_record("request", text)
    }

    /// Returns the canonical bytes, the form that is evaluated and hashed.
    ///
    /// # Errors
    /// `json_invalid` when the request holds what JSON cannot.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        json::to_canonical("request", self)
    }
}
