//! Takes a JSON object apart, member by member, and puts one together.
//!
//! Derived readers and writers would do, but a derived reader takes an array for a record, and those of the policy engine's
//! records would cost its WebAssembly module some 20 KB compressed.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

/// Holds what is left of an object that is being read.
pub(crate) struct Members(Vec<(String, Value)>);

impl Members {
    /// Begins to read an object.
    pub(crate) fn of(value: Value) -> Result<Self, String> {
        match value {
            Value::Object(members) => Ok(Self::from(members)),
            _ => Err("expected an object".to_owned()),
        }
    }

    /// Takes a member that must be there.
    pub(crate) fn required(&mut self, name: &str) -> Result<Value, String> {
        self.optional(name).ok_or_else(|| missing(name))
    }

    /// Takes a member that may be absent.
    pub(crate) fn optional(&mut self, name: &str) -> Option<Value> {
        let place = self.0.iter().position(|(member, _)| member == name)?;
        Some(self.0.swap_remove(place).1)
    }

    /// Takes a text.
    pub(crate) fn text(&mut self, name: &str) -> Result<String, String> {
        as_text(name, self.required(name)?)
    }

    /// Takes a list of texts that may be absent.
    pub(crate) fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>, String> {
        match self.list(name)? {
            Some(items) => items.into_iter().map(|item| as_text(name, item)).collect::<Result<_, _>>().map(Some),
            None => Ok(None),
        }
    }

    /// Takes a list that may be absent.
    pub(crate) fn list(&mut self, name: &str) -> Result<Option<Vec<Value>>, String> {
        match self.optional(name) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(format!("`{name}` is not a list")),
        }
    }

    /// Takes an object that may be absent; absent, it is empty.
    pub(crate) fn object(&mut self, name: &str) -> Result<Map<String, Value>, String> {
        Ok(self.optional_object(name)?.unwrap_or_default())
    }

    /// Takes an object that may be absent.
    pub(crate) fn optional_object(&mut self, name: &str) -> Result<Option<Map<String, Value>>, String> {
        match self.optional(name) {
            None => Ok(None),
            Some(Value::Object(members)) => Ok(Some(members)),
            Some(_) => Err(format!("`{name}` is not an object")),
        }
    }

    /// Takes an object of integers from 0 that may be absent.
    pub(crate) fn optional_counts(&mut self, name: &str) -> Result<Option<BTreeMap<String, u64>>, String> {
        let Some(members) = self.optional_object(name)? else { return Ok(None) };
        let mut counts = BTreeMap::new();
        for (key, value) in members {
            let count = value.as_u64().ok_or_else(|| not_a_count(&key))?;
            counts.insert(key, count);
        }
        Ok(Some(counts))
    }

    /// Takes a text that may be absent.
    pub(crate) fn optional_text(&mut self, name: &str) -> Result<Option<String>, String> {
        self.optional(name).map(|value| as_text(name, value)).transpose()
    }

    /// Takes a boolean.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, String> {
        self.optional_flag(name)?.ok_or_else(|| missing(name))
    }

    /// Takes a boolean that may be absent.
    pub(crate) fn optional_flag(&mut self, name: &str) -> Result<Option<bool>, String> {
        match self.optional(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(format!("`{name}` is not a boolean")),
        }
    }

    /// Takes an integer from 0 that may be absent.
    pub(crate) fn optional_count(&mut self, name: &str) -> Result<Option<u64>, String> {
        match self.optional(name) {
            None => Ok(None),
            Some(value) => value.as_u64().map(Some).ok_or_else(|| not_a_count(name)),
        }
    }

    /// Refuses whatever is left.
    pub(crate) fn end(self) -> Result<(), String> {
        self.0.first().map_or(Ok(()), |(name, _)| Err(format!("unknown field `{name}`")))
    }
}

impl From<Map<String, Value>> for Members {
    fn from(members: Map<String, Value>) -> Self {
        Self(members.into_iter().collect())
    }
}

/// Puts an object together out of the members that are there.
pub(crate) fn object(members: Vec<(&str, Option<Value>)>) -> Value {
    Value::Object(map(members))
}

/// Puts the members of an object together that are there.
pub(crate) fn map(members: Vec<(&str, Option<Value>)>) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, value) in members {
        if let Some(value) = value {
            object.insert(name.to_owned(), value);
        }
    }
    object
}

/// Makes a text.
pub(crate) fn text(text: &str) -> Option<Value> {
    Some(Value::String(text.to_owned()))
}

/// Makes a list of texts.
pub(crate) fn texts(texts: &[String]) -> Option<Value> {
    Some(Value::Array(texts.iter().cloned().map(Value::String).collect()))
}

/// Makes an object of integers.
pub(crate) fn counts(counts: &BTreeMap<String, u64>) -> Value {
    object(counts.iter().map(|(name, count)| (name.as_str(), Some(Value::from(*count)))).collect())
}

fn not_a_count(name: &str) -> String {
    format!("`{name}` is not an integer from 0")
}

fn missing(name: &str) -> String {
    format!("missing field `{name}`")
}

fn as_text(name: &str, value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(format!("`{name}` is not a text")),
    }
}
