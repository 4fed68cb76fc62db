//! The body of a request for keys.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::reply::Reply;
use super::{MAX_HEADERS, MAX_REQUEST_SIZE, decoded};
use crate::document::Recipient;
use crate::encoding::members::Members;
use crate::encoding::{base64, json};

/// The actions that a key may be asked for.
const ACTIONS: [&str; 4] = ["open", "release", "retrieve", "train"];

const MAX_PURPOSE_SIZE: usize = 256;

/// Asks for the keys of documents.
pub(super) struct Question {
    pub(super) request_id: String,
    pub(super) recipient: Recipient,
    pub(super) headers: Vec<Vec<u8>>,
    pub(super) purpose: Option<String>,
    pub(super) action: String,
}

impl Question {
    pub(super) fn from_bytes(body: &[u8]) -> Result<Self, Reply> {
        let too_large = |detail| Reply::problem(413, "too_large", detail);
        if body.len() > MAX_REQUEST_SIZE {
            return Err(too_large("a request has at most 1 MiB"));
        }
        let value = json::parse("request", body).map_err(|error| Reply::invalid(&alloc::format!("{error}")))?;
        let listed = value.get("headers").and_then(serde_json::Value::as_array).map_or(0, Vec::len);
        if listed > MAX_HEADERS {
            return Err(too_large("a request is for at most 256 headers"));
        }
        let members = Members::of(value).map_err(|reason| Reply::invalid(&reason))?;
        Self::read(members).map_err(|reason| Reply::invalid(&reason))
    }

    fn read(mut members: Members) -> Result<Self, String> {
        let question = Self {
            request_id: members.text("request_id")?,
            recipient: Recipient::parse(&members.text("recipient")?).map_err(|error| alloc::format!("{error}"))?,
            headers: headers(&members.texts("headers")?.ok_or("missing field `headers`")?)?,
            purpose: members.optional_text("purpose")?,
            action: members.optional_text("action")?.unwrap_or_else(|| "release".to_owned()),
        };
        members.end()?;
        if base64::decode_url(question.request_id.as_bytes()).is_none_or(|bytes| bytes.len() != 16) {
            return Err("`request_id` is not base64url of 16 bytes".to_owned());
        }
        if !ACTIONS.contains(&question.action.as_str()) {
            return Err("`action` is none of `open`, `release`, `retrieve`, `train`".to_owned());
        }
        if question.purpose.as_ref().is_some_and(|purpose| purpose.len() > MAX_PURPOSE_SIZE) {
            return Err("`purpose` has more than 256 bytes".to_owned());
        }
        Ok(question)
    }
}

fn headers(texts: &[String]) -> Result<Vec<Vec<u8>>, String> {
    if texts.is_empty() {
        return Err("`headers` is empty".to_owned());
    }
    texts.iter().map(|text| decoded(text)).collect::<Option<_>>().ok_or_else(|| "a header is not base64".to_owned())
}
