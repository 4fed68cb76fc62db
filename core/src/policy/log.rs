//! Entries of a decision log: `spec/policy.md`, "Decision log".

use alloc::borrow::ToOwned as _;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use serde_json::{Map, Value as Json};

use super::engine::Policy;
use super::value::Value;
use crate::encoding::json;
use crate::encoding::members::{Members, map, object, text};
use crate::error::Error;

/// The rule that says what the log must not hold.
const MASK: &str = "system.log.mask";

/// What a mask may change.
const MASKABLE: [&str; 2] = ["/input", "/result"];

/// Holds what the host adds to an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogContext {
    /// When the decision was made: RFC 3339 in UTC.
    pub timestamp: String,
    /// Names and texts: which service, where.
    pub labels: Map<String, Json>,
    /// Who sent the request: an address.
    pub requested_by: Option<String>,
}

impl LogContext {
    /// Reads the record out of JSON.
    ///
    /// # Errors
    /// `json_invalid` for anything but the record in I-JSON.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        let invalid = |reason| Error::JsonInvalid { what: "log context", reason };
        Self::read(json::parse("log context", text)?).map_err(invalid)
    }

    fn read(value: Json) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let context = Self {
            timestamp: members.text("timestamp")?,
            labels: members.object("labels")?,
            requested_by: members.optional_text("requested_by")?,
        };
        members.end()?;
        match context.labels.iter().find(|(_, label)| !label.is_string()) {
            Some((name, _)) => Err(format!("the label `{name}` is not a text")),
            None => Ok(context),
        }
    }
}

impl Policy {
    /// Decides a request and returns the entry that tells of it, masked, in canonical form.
    ///
    /// Every outcome has one: a request that cannot be read and an evaluation that fails leave their error.
    pub fn log_entry(&self, request: &[u8], context: &LogContext) -> Vec<u8> {
        let mut entry = self.entry(request, context);
        let has_mask = entry.contains_key("input") || entry.contains_key("result");
        if has_mask && let Some(changes) = self.mask(&entry) {
            changes.apply(&mut entry);
        }
        json::canonical(&Json::Object(entry))
    }

    fn entry(&self, request: &[u8], context: &LogContext) -> Map<String, Json> {
        let reference = self.reference();
        let outcome = self.decide(request);
        let result = outcome.as_ref().ok().and_then(|decision| decision.to_bytes().ok());
        let result = result.and_then(|bytes| json::parse("decision", &bytes).ok());
        let error = |error: &Error| object(vec![("code", text(error.code())), ("message", text(&error.to_string()))]);
        let revision = object(vec![("revision", text(&reference.revision))]);
        map(vec![
            ("decision_id", result.as_ref().and_then(|result| result.get("decision_id")).cloned()),
            ("path", text(&self.entrypoint().replace('.', "/"))),
            ("bundles", Some(object(vec![(&reference.name, Some(revision))]))),
            ("input", Self::read(request).ok().and_then(|input| input.to_json())),
            ("result", result),
            ("error", outcome.as_ref().err().map(error)),
            ("timestamp", text(&context.timestamp)),
            ("labels", Some(Json::Object(context.labels.clone())).filter(|_| !context.labels.is_empty())),
            ("requested_by", context.requested_by.as_deref().and_then(text)),
        ])
    }

    /// Returns what the policy's mask asks for, if it has one.
    fn mask(&self, entry: &Map<String, Json>) -> Option<Changes> {
        let input = Value::from(&Json::Object(entry.clone()));
        match self.rule_value(MASK, input) {
            Ok(None) => None,
            Ok(Some(Json::Array(items))) => Some(Changes::read(items).unwrap_or_else(Changes::all)),
            Ok(Some(_)) | Err(_) => Some(Changes::all()),
        }
    }
}

/// Holds what a mask asks for.
#[derive(Default)]
struct Changes {
    removed: BTreeSet<String>,
    set: Vec<(String, Json)>,
}

impl Changes {
    /// Erases everything that a mask could.
    fn all() -> Self {
        Self { removed: MASKABLE.map(str::to_owned).into(), set: Vec::new() }
    }

    /// Reads a mask; nothing if anything in it is of another form.
    fn read(items: Vec<Json>) -> Option<Self> {
        let mut changes = Self::default();
        for item in items {
            match item {
                Json::String(path) => changes.removed.insert(maskable(path)?),
                Json::Object(members) => {
                    let mut members = Members::of(Json::Object(members)).ok()?;
                    let (op, path) = (members.text("op").ok()?, maskable(members.text("path").ok()?)?);
                    let value = members.optional("value");
                    members.end().ok()?;
                    match (op.as_str(), value) {
                        ("remove", _) => changes.removed.insert(path),
                        ("upsert", Some(value)) => {
                            changes.set.push((path, value));
                            true
                        }
                        _ => return None,
                    }
                }
                _ => return None,
            };
        }
        Some(changes)
    }

    fn apply(self, entry: &mut Map<String, Json>) {
        let mut whole = Json::Object(core::mem::take(entry));
        let erased: BTreeSet<String> = self.removed.into_iter().filter(|path| remove(&mut whole, path)).collect();
        let set = self.set.into_iter().filter_map(|(path, value)| put(&mut whole, &path, value).then_some(path));
        let masked: BTreeSet<String> = set.collect();
        let Json::Object(mut changed) = whole else { return };
        for (name, paths) in [("erased", erased), ("masked", masked)] {
            if !paths.is_empty() {
                changed.insert(name.to_owned(), paths.into_iter().collect());
            }
        }
        *entry = changed;
    }
}

fn maskable(path: String) -> Option<String> {
    let is_below = |start: &str| path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    MASKABLE.into_iter().any(is_below).then_some(path)
}

/// Returns what holds the last step of a pointer, and that step.
fn parent<'a>(whole: &'a mut Json, path: &str) -> Option<(&'a mut Json, String)> {
    let (above, last) = path.rsplit_once('/')?;
    Some((whole.pointer_mut(above)?, last.replace("~1", "/").replace("~0", "~")))
}

fn remove(whole: &mut Json, path: &str) -> bool {
    match parent(whole, path) {
        Some((Json::Object(members), name)) => members.remove(&name).is_some(),
        Some((Json::Array(_), _)) => whole.pointer_mut(path).map(|item| *item = Json::Null).is_some(),
        _ => false,
    }
}

fn put(whole: &mut Json, path: &str, value: Json) -> bool {
    match parent(whole, path) {
        Some((Json::Object(members), name)) => {
            members.insert(name, value);
            true
        }
        Some((Json::Array(_), _)) => whole.pointer_mut(path).map(|item| *item = value).is_some(),
        _ => false,
    }
}
