//! The question: who wants to do what with which document (OpenID AuthZEN 1.0).

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use crate::encoding::json;
use crate::encoding::members::{Members, object, text};
use crate::error::Error;

/// Holds an AuthZEN evaluation request, the `input` of every policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub subject: Subject,
    /// What for.
    pub action: Action,
    /// With which document.
    pub resource: Resource,
    /// When, for which purpose, from where.
    pub context: Map<String, Value>,
}

/// Names who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What kind of caller: `user`, `service`, `job`.
    pub kind: String,
    /// Which one.
    pub id: String,
    /// Claims: `roles`, `tenant`, `amr` and the like.
    pub properties: Map<String, Value>,
}

/// Names what is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// `seal`, `open`, `release`, `train`, `retrieve`, `export`, `rotate`, `destroy` or `administer`.
    pub name: String,
    /// Anything more that the policy reads.
    pub properties: Map<String, Value>,
}

/// Names what it is to be done with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// `document`, or what else the policy knows.
    pub kind: String,
    /// Which one.
    pub id: String,
    /// The label's fields and the facts that the core found.
    pub properties: Map<String, Value>,
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// `json_invalid` for anything but a request in I-JSON.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        let invalid = |reason| Error::JsonInvalid { what: "request", reason };
        Self::read(json::parse("request", text)?).map_err(invalid)
    }

    /// Returns the canonical bytes, the form that is evaluated and hashed.
    ///
    /// # Errors
    /// `json_invalid` when the request holds what JSON cannot.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        Ok(json::canonical(&self.to_value()))
    }

    /// Returns what the policy sees as `input`.
    pub(crate) fn to_value(&self) -> Value {
        let Self { subject, action, resource, context } = self;
        let properties = |properties: &Map<String, Value>| ("properties", Some(Value::Object(properties.clone())));
        let entity = |kind, id, of| object(vec![("type", text(kind)), ("id", text(id)), properties(of)]);
        object(vec![
            ("subject", Some(entity(&subject.kind, &subject.id, &subject.properties))),
            ("action", Some(object(vec![("name", text(&action.name)), properties(&action.properties)]))),
            ("resource", Some(entity(&resource.kind, &resource.id, &resource.properties))),
            ("context", Some(Value::Object(context.clone()))),
        ])
    }

    fn read(value: Value) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let request = Self {
            subject: Subject::read(members.required("subject")?)?,
            action: Action::read(members.required("action")?)?,
            resource: Resource::read(members.required("resource")?)?,
            context: members.object("context")?,
        };
        members.end()?;
        Ok(request)
    }
}

impl Subject {
    /// Reads it out of a request.
    pub(crate) fn read(value: Value) -> Result<Self, String> {
        let (kind, id, properties) = entity(value)?;
        Ok(Self { kind, id, properties })
    }
}

impl Action {
    /// Reads it out of a request.
    pub(crate) fn read(value: Value) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let action = Self { name: members.text("name")?, properties: members.object("properties")? };
        members.end()?;
        Ok(action)
    }
}

impl Resource {
    fn read(value: Value) -> Result<Self, String> {
        let (kind, id, properties) = entity(value)?;
        Ok(Self { kind, id, properties })
    }
}

/// Reads what subjects and resources have in common: type, id, properties.
fn entity(value: Value) -> Result<(String, String, Map<String, Value>), String> {
    let mut members = Members::of(value)?;
    let entity = (members.text("type")?, members.text("id")?, members.object("properties")?);
    members.end()?;
    Ok(entity)
}
