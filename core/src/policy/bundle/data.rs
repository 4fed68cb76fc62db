//! The data of a bundle: each file's under its folder. `spec/bundle.md`, "Data".

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

use serde_json::{Map, Value};

use super::files::Files;
use super::{BundleLimits, json_of, malformed};
use crate::error::Error;

/// Joins the data of all files.
///
/// # Errors
/// `bundle_malformed`; `bundle_unsupported` for YAML where there is none; `policy_limit`.
pub(super) fn read(files: &Files, limits: &BundleLimits) -> Result<Map<String, Value>, Error> {
    let mut data = Map::new();
    for (path, content) in files.iter() {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let value = match name {
            "data.json" => json_of(path, content)?,
            "data.yaml" | "data.yml" => yaml(path, content, limits)?,
            _ => continue,
        };
        if folder.split('/').any(|segment| segment.starts_with('.')) {
            return Err(malformed(format!("the folder of `{path}` begins with a dot")));
        }
        let nested = folder.rsplit('/').filter(|segment| !segment.is_empty()).fold(value, |value, segment| {
            let mut outer = Map::new();
            outer.insert(segment.to_owned(), value);
            Value::Object(outer)
        });
        let Value::Object(nested) = nested else { return Err(malformed(format!("`{path}` is no object"))) };
        join(&mut data, nested).map_err(|key| malformed(format!("`{path}` collides with other data at `{key}`")))?;
    }
    check_depth(&data)?;
    Ok(data)
}

/// Reads YAML of a file.
///
/// # Errors
/// As [`read`].
pub(super) fn yaml(path: &str, content: &[u8], limits: &BundleLimits) -> Result<Value, Error> {
    #[cfg(feature = "yaml")]
    return super::yaml::read(path, content, limits.yaml_bytes);
    #[cfg(not(feature = "yaml"))]
    {
        let _ = (content, limits);
        Err(super::unsupported(format!("`{path}`: data in YAML")))
    }
}

/// Joins objects. They nest no deeper than data and paths together may.
fn join(into: &mut Map<String, Value>, from: Map<String, Value>) -> Result<(), String> {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (None, value) => drop(into.insert(key, value)),
            (Some(Value::Object(inner)), Value::Object(value)) => join(inner, value)?,
            _ => return Err(key),
        }
    }
    Ok(())
}

/// Folders and content together must not nest deeper than JSON may: they are written, and read again, as one.
fn check_depth(data: &Map<String, Value>) -> Result<(), Error> {
    fn is_within(value: &Value, left: usize) -> bool {
        let Some(left) = left.checked_sub(1) else { return !(value.is_object() || value.is_array()) };
        match value {
            Value::Object(members) => members.values().all(|value| is_within(value, left)),
            Value::Array(items) => items.iter().all(|value| is_within(value, left)),
            _ => true,
        }
    }
    let most = crate::encoding::json::MAX_DEPTH.saturating_sub(1);
    if data.values().all(|value| is_within(value, most)) { Ok(()) } else { Err(malformed("its data nest too deep")) }
}
