//! Asks a JSON Schema whether a path may be there: `properties`, `patternProperties`, `additionalProperties`, `items`,
//! `type`, `anyOf`, `oneOf`, `allOf`, and `$ref` within the schema. Other keywords allow everything.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde_json::Value as Json;

/// No schema refers further than this; a circle of references allows everything.
const MAX_REFERENCES: u32 = 64;

/// Returns which step of a path the schema does not have. `None` among the steps is a computed one.
pub(super) fn unknown(schema: &Json, path: &[Option<&str>]) -> Option<usize> {
    (0..path.len()).find(|last| !path.get(..=*last).is_some_and(|path| admits(schema, schema, path, MAX_REFERENCES)))
}

/// Tells whether the schema names a path, rather than merely does not forbid it.
pub(super) fn has(schema: &Json, path: &[Arc<str>]) -> bool {
    let path: Vec<Option<&str>> = path.iter().map(|name| Some(&**name)).collect();
    unknown(schema, &path).is_none()
}

/// Returns the names that there are below a path.
pub(super) fn names(schema: &Json, path: &[Option<&str>]) -> Vec<String> {
    let mut at = resolved(schema, schema, MAX_REFERENCES);
    for step in path {
        let Some(name) = step else { return Vec::new() };
        let Some(next) = at.get("properties").and_then(|properties| properties.get(name)) else { return Vec::new() };
        at = resolved(schema, next, MAX_REFERENCES);
    }
    let properties = at.get("properties").and_then(Json::as_object);
    properties.map(|properties| properties.keys().cloned().collect()).unwrap_or_default()
}

fn admits(root: &Json, schema: &Json, path: &[Option<&str>], left: u32) -> bool {
    let Some(fewer) = left.checked_sub(1) else { return true };
    let schema = resolved(root, schema, left);
    if schema == &Json::Bool(false) {
        return false;
    }
    let Some((step, rest)) = path.split_first() else { return true };
    let any = |name: &str| match schema.get(name).and_then(Json::as_array) {
        Some(choices) => choices.iter().any(|choice| admits(root, choice, path, fewer)),
        None => true,
    };
    let all = |name: &str| match schema.get(name).and_then(Json::as_array) {
        Some(parts) => parts.iter().all(|part| admits(root, part, path, fewer)),
        None => true,
    };
    any("anyOf") && any("oneOf") && all("allOf") && {
        let own = |next: &Json| admits(root, next, rest, fewer);
        match step {
            Some(name) => is_of(schema, "object") && member(schema, name).is_none_or(own),
            None => is_collection(schema) && elements(schema).is_none_or(|all| all.into_iter().any(own)),
        }
    }
}

/// Returns the schema of a member; `None` if it may be anything.
fn member<'a>(schema: &'a Json, name: &str) -> Option<&'a Json> {
    let own = schema.get("properties").and_then(|properties| properties.get(name));
    match own {
        None if schema.get("patternProperties").is_some() => None,
        None => schema.get("additionalProperties"),
        own => own,
    }
}

/// Returns the schemas of what a computed step may reach; `None` if it may be anything.
fn elements(schema: &Json) -> Option<Vec<&Json>> {
    let named = schema.get("properties").and_then(Json::as_object);
    let others = [schema.get("items"), schema.get("additionalProperties")];
    let all: Vec<&Json> =
        named.into_iter().flat_map(|named| named.values()).chain(others.into_iter().flatten()).collect();
    let is_open = schema.get("additionalProperties").is_none() && schema.get("items").is_none();
    (!all.is_empty() && !is_open).then_some(all)
}

fn is_collection(schema: &Json) -> bool {
    is_of(schema, "object") || is_of(schema, "array")
}

fn is_of(schema: &Json, wanted: &str) -> bool {
    match schema.get("type") {
        Some(Json::String(name)) => name == wanted,
        Some(Json::Array(names)) => names.iter().any(|name| name == wanted),
        _ => true,
    }
}

fn resolved<'a>(root: &'a Json, schema: &'a Json, left: u32) -> &'a Json {
    let mut at = schema;
    for _ in 0..left {
        let Some(pointer) = at.get("$ref").and_then(Json::as_str).and_then(|text| text.strip_prefix('#')) else {
            break;
        };
        match root.pointer(pointer) {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}
