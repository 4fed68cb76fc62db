//! What an edge is told about its callers.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use crate::credential::{DEFAULT_SKEW_S, Issuer, Issuers};
use crate::encoding::json;
use crate::encoding::members::Members;
use crate::error::Error;

/// The furthest that clocks may be said to be apart, in seconds.
const MAX_SKEW_S: u64 = 600;

/// Says whose tokens are believed, what the policy sees of them, and what is left to callers.
pub struct Configuration {
    pub(super) issuers: Issuers,
    /// Whether callers are believed to transform text as a decision obliges them to.
    pub(super) delegates_transform: bool,
    /// What every request's context holds besides `time` and `purpose`.
    pub(super) context: Map<String, Value>,
}

impl Configuration {
    /// Reads a configuration out of JSON: `issuers`, each with `issuer`, `audience` and maybe `keys`; `skew_s`, `claims`, `delegates`
    /// and `context`, each of which may be left out.
    ///
    /// # Errors
    /// `json_invalid`.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        let invalid = |reason| Error::JsonInvalid { what: "configuration", reason };
        Self::read(json::parse("configuration", text)?).map_err(invalid)
    }

    fn read(value: Value) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let issuers = members.list("issuers")?.ok_or("missing field `issuers`")?;
        let issuers = issuers.into_iter().map(Issuer::read).collect::<Result<Vec<_>, _>>()?;
        let skew_s = members.optional_count("skew_s")?.unwrap_or(DEFAULT_SKEW_S);
        if skew_s > MAX_SKEW_S {
            return Err("`skew_s` is at most 600".to_owned());
        }
        let claims = members.optional_object("claims")?;
        let delegates = members.texts("delegates")?.unwrap_or_default();
        if delegates.iter().any(|name| name != "transform") {
            return Err("`delegates` holds `transform` or nothing".to_owned());
        }
        let configuration = Self {
            issuers: Issuers::new(issuers, skew_s, claims),
            delegates_transform: !delegates.is_empty(),
            context: members.optional_object("context")?.unwrap_or_default(),
        };
        members.end()?;
        Ok(configuration)
    }
}
