//! The question: who wants to do what with which document (OpenID AuthZEN 1.0).

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde_json::{Map, Value};

#[cfg(feature = "policy-program")]
use super::value::Value as Policed;
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
    /// `seal`, `store`, `fetch`, `open`, `release`, `train`, `retrieve`, `export`, `rotate`, `destroy` or `administer`.
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

/// Fills in the absent objects of a request; nothing if it is none.
#[cfg(feature = "policy-program")]
pub(crate) fn complete(request: &Policed) -> Option<Policed> {
    let Policed::Object(given) = request else { return None };
    let entity = |name| record(given.get_text(name)?, &["id", "type"], &["properties"]);
    let context = match given.get_text("context") {
        Some(context @ Policed::Object(_)) => context.clone(),
        Some(_) => return None,
        None => Policed::object(Vec::new()).ok()?,
    };
    let action = record(given.get_text("action")?, &["name"], &["properties"])?;
    let members =
        [("action", action), ("context", context), ("resource", entity("resource")?), ("subject", entity("subject")?)];
    let filled: Vec<_> = members.into_iter().map(|(name, value)| (Policed::text(name), value)).collect();
    let is_whole = filled.iter().all(|(name, value)| given.get(name).is_some_and(|own| is_same(own, value)));
    if is_whole && given.len() == filled.len() {
        return Some(request.clone());
    }
    let known = given.keys().all(|key| filled.iter().any(|(name, _)| name == key));
    if known { Policed::object(filled).ok() } else { None }
}

/// Tells whether two values are one in memory.
#[cfg(feature = "policy-program")]
fn is_same(one: &Policed, other: &Policed) -> bool {
    matches!((one, other), (Policed::Object(one), Policed::Object(other)) if alloc::sync::Arc::ptr_eq(one, other))
}

/// Fills in the absent objects of a record that has these texts and these objects and nothing else.
#[cfg(feature = "policy-program")]
fn record(value: &Policed, texts: &[&str], objects: &[&str]) -> Option<Policed> {
    let Policed::Object(given) = value else { return None };
    if !texts.iter().all(|name| matches!(given.get_text(name), Some(Policed::Text(_)))) {
        return None;
    }
    let mut absent = Vec::new();
    for name in objects {
        match given.get_text(name) {
            Some(Policed::Object(_)) => {}
            Some(_) => return None,
            None => absent.push((Policed::text(name), Policed::object(Vec::new()).ok()?)),
        }
    }
    let known = texts.len().saturating_add(objects.len());
    if given.len().saturating_add(absent.len()) != known {
        return None;
    }
    if absent.is_empty() {
        return Some(value.clone());
    }
    Policed::object(given.iter().cloned().chain(absent).collect()).ok()
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
