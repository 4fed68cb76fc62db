//! Says a condition in a store's own terms: `spec/filter.md`, "Stores".

mod chroma;
mod lancedb;
mod langchain;
mod llamaindex;
mod qdrant;
mod sql;

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::Value as Json;

use super::super::value::Value;
use super::condition::Form;
use super::field::Field;
use super::schema::{Column, Kind, Schema, seconds};
use crate::encoding::json;
use crate::encoding::members::Members;
use crate::error::Error;
use sql::Dialect;

/// The name of a field that no document has.
const NO_FIELD: &str = "sealwright.never";

/// Is a store, and how it keeps the fields of documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    store: Store,
    schema: Schema,
    /// The JSON column that holds the fields without a name.
    column: Option<String>,
    /// The number of the first parameter.
    first_parameter: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Store {
    Sql(Dialect),
    LanceDb,
    Chroma,
    Qdrant,
    LangChain,
    LlamaIndex,
}

impl Target {
    /// Reads a target.
    ///
    /// # Errors
    /// `json_invalid` for anything but a target in I-JSON.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        let invalid = |reason| Error::JsonInvalid { what: "target", reason };
        Self::read(json::parse("target", text)?).map_err(invalid)
    }

    fn read(value: Json) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let store = match members.text("store")?.as_str() {
            "sqlite" => Store::Sql(Dialect::Sqlite),
            "postgresql" | "pgvector" => Store::Sql(Dialect::Postgresql),
            "lancedb" => Store::LanceDb,
            "chroma" => Store::Chroma,
            "qdrant" => Store::Qdrant,
            "langchain" => Store::LangChain,
            "llamaindex" => Store::LlamaIndex,
            _ => return Err("`store` is unknown".to_owned()),
        };
        let target = Self {
            store,
            schema: Schema::read(members.object("fields")?)?,
            column: members.optional_text("column")?,
            first_parameter: members.optional_count("first_parameter")?.unwrap_or(1),
        };
        members.end()?;
        Ok(target)
    }

    /// Says a condition in the store's terms.
    ///
    /// # Errors
    /// What the store cannot say.
    pub(super) fn lower(&self, form: &Form) -> Result<Json, String> {
        let form = self.schema.settle(form)?;
        match self.store {
            Store::Sql(dialect) => sql::lower(self, dialect, &form),
            Store::LanceDb => lancedb::lower(self, &form),
            Store::Chroma => chroma::lower(self, &form),
            Store::Qdrant => qdrant::lower(self, &form),
            Store::LangChain => langchain::lower(self, &form),
            Store::LlamaIndex => llamaindex::lower(self, &form),
        }
    }

    /// Returns a field's name in the store, and its type.
    fn name(&self, field: &Field) -> Result<(String, Kind), String> {
        let Column { kind, name } = self.schema.column(field)?;
        Ok((name.clone().unwrap_or_else(|| path_below(field).join(".")), *kind))
    }
}

/// Returns the names of a field below the properties, or below the resource.
fn path_below(field: &Field) -> Vec<String> {
    let names = field.path.iter().skip(1).map(|name| name.as_str().to_owned());
    let is_property = field.path.get(1).is_some_and(|second| second == "properties");
    names.skip(usize::from(is_property)).collect()
}

/// Returns a value as a store keeps it in a field of this type.
fn kept(value: &Value, kind: Kind) -> Result<Json, String> {
    let kept = match (value, kind) {
        (Value::Text(text), Kind::Seconds) => seconds(text).map(Json::from),
        (Value::Text(text), _) if text.contains('\0') => return Err("a text holds U+0000".to_owned()),
        (value, _) => value.to_json(),
    };
    kept.ok_or_else(|| "a value has no form in the store".to_owned())
}

fn cannot(store: &str, what: &str, field: &Field) -> String {
    format!("{store} cannot say {what} of `{}`", field.name())
}
