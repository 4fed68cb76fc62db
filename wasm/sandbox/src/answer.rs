//! Failures as records.

use sealwright_core::encoding::json;
use sealwright_core::error::Error;
use serde_json::{Map, Value};

/// Returns a failure as `{code, kind, location?, message}`.
pub(crate) fn failure(error: &Error) -> Vec<u8> {
    let mut record = Map::new();
    record.insert("code".to_owned(), Value::from(error.code()));
    record.insert("kind".to_owned(), Value::from(error.kind().name()));
    record.insert("message".to_owned(), Value::String(error.to_string()));
    if let Some(location) = error.location() {
        let place = [Value::String(location.file), Value::from(location.row), Value::from(location.column)];
        record.insert("location".to_owned(), Value::from(Vec::from(place)));
    }
    json::canonical_object(&record)
}

/// Returns canonical JSON as text, which it is.
pub(crate) fn text(json: Vec<u8>) -> String {
    String::from_utf8(json).unwrap_or_default()
}
