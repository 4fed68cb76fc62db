//! What is known of a request, and what is not.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::request;
use super::super::value::{Text, Value};
use super::field::is_plain;
use crate::error::Error;

/// The most unknown paths.
const MAX_UNKNOWNS: usize = 64;

/// Holds a request of which a part is unknown.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    input: Value,
    unknowns: Vec<Vec<Text>>,
}

/// Is what stands at a path of a request.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    Known(Option<Value>),
    Unknown,
    /// An object, some of whose members are unknown.
    Above,
    /// Nobody said what it is.
    Unsaid,
}

impl Question {
    /// Reads the known part of a request and the unknown paths.
    ///
    /// # Errors
    /// `json_invalid` for a request or a path out of its form.
    pub(crate) fn read(known: &[u8], unknowns: &[String]) -> Result<Self, Error> {
        let invalid = |reason: String| Error::JsonInvalid { what: "request", reason };
        let Value::Object(members) = Value::parse_json("request", known)? else {
            return Err(invalid("expected an object".to_owned()));
        };
        let resource = members.get_text("resource").cloned();
        if resource.as_ref().is_some_and(|resource| !is_resource(resource)) {
            return Err(invalid("`resource` is out of its form".to_owned()));
        }
        let others = members.iter().filter(|(key, _)| *key != Value::text("resource")).cloned();
        let placeholder = [(Value::text("id"), Value::text("")), (Value::text("type"), Value::text(""))];
        let whole = Value::object(placeholder.into())
            .and_then(|placeholder| Value::object(others.chain([(Value::text("resource"), placeholder)]).collect()));
        let Some(Value::Object(whole)) = whole.ok().as_ref().and_then(request::complete) else {
            return Err(invalid("expected `subject`, `action` and `context` of a decision request".to_owned()));
        };
        let rest = whole.iter().filter(|(key, _)| *key != Value::text("resource")).cloned();
        let all = rest.chain(resource.map(|resource| (Value::text("resource"), resource))).collect();
        let input = Value::object(all).map_err(|_| invalid("it is too deep".to_owned()))?;
        let unknowns = unknowns.iter().map(|path| read_path(path).map_err(invalid)).collect::<Result<Vec<_>, _>>()?;
        if unknowns.is_empty() || unknowns.len() > MAX_UNKNOWNS {
            return Err(invalid(format!("expected 1 to {MAX_UNKNOWNS} unknown paths")));
        }
        Ok(Self { input, unknowns })
    }

    /// Returns what is known, as an input.
    pub(crate) fn input(&self) -> Value {
        self.input.clone()
    }

    /// Returns what stands at a path.
    pub(crate) fn part(&self, path: &[Text]) -> Part {
        if self.unknowns.iter().any(|unknown| path.starts_with(unknown)) {
            return Part::Unknown;
        }
        if self.unknowns.iter().any(|unknown| unknown.starts_with(path)) {
            return Part::Above;
        }
        let mut found = Some(&self.input);
        for name in path {
            found = match found {
                Some(Value::Object(members)) => members.get_text(name),
                _ => None,
            };
        }
        match found {
            None if path.first().is_some_and(|first| first == "resource") => Part::Unsaid,
            found => Part::Known(found.cloned()),
        }
    }
}

fn is_resource(resource: &Value) -> bool {
    let Value::Object(members) = resource else { return false };
    members.iter().all(|(name, value)| {
        let Value::Text(name) = name else { return false };
        matches!((name.as_str(), value), ("type" | "id", Value::Text(_)) | ("properties", Value::Object(_)))
    })
}

fn read_path(path: &str) -> Result<Vec<Text>, String> {
    let names: Vec<Text> = path.strip_prefix("input.").unwrap_or(path).split('.').map(Text::new).collect();
    let second = names.get(1).map(Text::as_str);
    let below = matches!(second, Some("id" | "type")) && names.len() == 2 || second == Some("properties");
    if names.first().is_some_and(|first| first == "resource") && below && names.iter().all(|name| is_plain(name)) {
        return Ok(names);
    }
    Err(format!("`{path}` is no path below `resource`"))
}
