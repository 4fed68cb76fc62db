//! Filters: which documents a policy admits, as a condition that a store evaluates. Normative: `spec/filter.md`.

mod condition;
mod field;
mod known;
mod matches;
mod partial;
mod schema;
mod simplify;
mod store;
mod ucast;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::Value as Json;

use super::value::Value;
use crate::encoding::json;
use crate::encoding::members::{Members, object, text};
use crate::error::{Error, Location};
pub use condition::Condition;
pub(crate) use condition::Form;
pub(crate) use known::Question;
pub(crate) use partial::{Stop, Symbol, decide};
pub use store::Target;

/// Says which documents are admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// All.
    Always,
    /// None.
    Never,
    /// Those that match, and no others.
    Exact(Condition),
    /// The policy asks for what no condition says. Whoever searches is refused.
    Unsupported {
        /// What it asks for.
        reason: String,
        /// Where.
        place: Option<Location>,
    },
}

/// Holds what a filter is asked for: `spec/filter.md`, "Question".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterQuestion {
    /// A decision request without what is unknown, as JSON.
    pub known: Vec<u8>,
    /// The paths that are unknown.
    pub unknowns: Vec<String>,
    /// The rule to filter by; the policy's own if there is none.
    pub entrypoint: Option<String>,
}

impl FilterQuestion {
    /// Reads a question.
    ///
    /// # Errors
    /// `json_invalid` for anything but a question in I-JSON.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        let invalid = |reason| Error::JsonInvalid { what: "question", reason };
        Self::read(json::parse("question", text)?).map_err(invalid)
    }

    fn read(value: Json) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let question = Self {
            known: json::canonical(&members.required("known")?),
            unknowns: members.texts("unknowns")?.ok_or("missing field `unknowns`")?,
            entrypoint: members.optional_text("entrypoint")?,
        };
        members.end()?;
        Ok(question)
    }
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// `json_invalid` for anything but a filter in I-JSON.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        let invalid = |reason| Error::JsonInvalid { what: "filter", reason };
        Self::read(json::parse("filter", text)?).map_err(invalid)
    }

    /// Returns the canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        json::canonical(&self.to_value())
    }

    /// Tells whether a document is admitted, given as its AuthZEN resource.
    ///
    /// # Errors
    /// `filter_unsupported`; `json_invalid` for what is no resource.
    pub fn matches(&self, resource: &[u8]) -> Result<bool, Error> {
        let document = matches::document(resource)?;
        match self {
            Self::Always => Ok(true),
            Self::Never => Ok(false),
            Self::Exact(condition) => Ok(condition.matches(&document)),
            Self::Unsupported { reason, place } => Err(unsupported(reason.clone(), place.clone())),
        }
    }

    /// Returns the filter, if it is one.
    ///
    /// # Errors
    /// `filter_unsupported`.
    pub fn supported(self) -> Result<Self, Error> {
        match self {
            Self::Unsupported { reason, place } => Err(unsupported(reason, place)),
            filter => Ok(filter),
        }
    }

    /// Says the filter in a store's own terms, as JSON.
    ///
    /// # Errors
    /// `filter_unsupported` where the store cannot say it exactly.
    pub fn lower(&self, target: &Target) -> Result<Vec<u8>, Error> {
        let form = match self {
            Self::Always => &Form::Always,
            Self::Never => &Form::Never,
            Self::Exact(Condition(form)) => form,
            Self::Unsupported { reason, place } => return Err(unsupported(reason.clone(), place.clone())),
        };
        let lowered = target.lower(form).map_err(|reason| unsupported(reason, None))?;
        Ok(json::canonical(&lowered))
    }

    pub(crate) fn of(form: Form) -> Self {
        match form {
            Form::Always => Self::Always,
            Form::Never => Self::Never,
            form => Self::Exact(Condition(form)),
        }
    }

    fn to_value(&self) -> Json {
        match self {
            Self::Always => object([("kind", text("always"))].into()),
            Self::Never => object([("kind", text("never"))].into()),
            Self::Exact(condition) => {
                object([("kind", text("exact")), ("condition", Some(condition.to_value()))].into())
            }
            Self::Unsupported { reason, place } => {
                let place = place.as_ref().map(|Location { file, row, column }| {
                    let number = |number: u32| Some(Json::from(number));
                    object([("file", text(file)), ("row", number(*row)), ("column", number(*column))].into())
                });
                object([("kind", text("unsupported")), ("reason", text(reason)), ("place", place)].into())
            }
        }
    }

    fn read(value: Json) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let filter = match members.text("kind")?.as_str() {
            "always" => Self::Always,
            "never" => Self::Never,
            "exact" => Self::of(Condition::read(&Value::from(&members.required("condition")?))?),
            "unsupported" => {
                let reason = members.text("reason")?;
                Self::Unsupported { reason, place: members.optional("place").map(place).transpose()? }
            }
            _ => return Err("`kind` is unknown".to_owned()),
        };
        members.end()?;
        Ok(filter)
    }
}

fn place(value: Json) -> Result<Location, String> {
    let mut members = Members::of(value)?;
    let mut number = |name: &str| {
        let count = members.optional_count(name)?.and_then(|count| u32::try_from(count).ok());
        count.ok_or_else(|| "a place has no row or column".to_owned())
    };
    let (row, column) = (number("row")?, number("column")?);
    let place = Location { file: members.text("file")?, row, column };
    members.end()?;
    Ok(place)
}

fn unsupported(reason: String, place: Option<Location>) -> Error {
    Error::FilterUnsupported { reason, place }
}
