//! What an edge answers: a status and a body, a problem of RFC 9457 where it is not 200.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::{Map, Value};

use crate::encoding::json;
use crate::encoding::members::{map, object, text, texts};
use crate::error::Error;
use crate::policy::Decision;

/// Holds a status of HTTP and the body that goes with it.
#[derive(Debug)]
pub struct Reply {
    status: u16,
    body: Map<String, Value>,
}

impl Reply {
    /// Answers.
    pub(super) fn ok(body: Map<String, Value>) -> Self {
        Self { status: 200, body }
    }

    /// Says what is wrong: a problem of RFC 9457.
    pub fn problem(status: u16, code: &str, detail: &str) -> Self {
        let body = map([
            ("code", text(code)),
            ("detail", text(detail).filter(|_| !detail.is_empty())),
            ("status", Some(Value::from(status))),
            ("title", text(title(status))),
            ("type", text("about:blank")),
        ]
        .into());
        Self { status, body }
    }

    /// Says that a body or an id is not what is expected.
    pub(super) fn invalid(detail: &str) -> Self {
        Self::problem(400, "request_invalid", detail)
    }

    /// Refuses as the policy did.
    pub(super) fn denied(decision: &Decision) -> Self {
        let more = [("decision_id", text(decision.decision_id())), ("reasons", texts(decision.reasons()))];
        Self::problem(403, "denied", "").with(map(more.into()))
    }

    /// Says that something failed for one document.
    pub(super) fn failed(error: &Error) -> Self {
        let (code, message) = told(error);
        let status = if *error == Error::UploadGone { 410 } else { 422 };
        Self::problem(status, code, &message)
    }

    /// Adds members.
    pub(super) fn with(mut self, mut more: Map<String, Value>) -> Self {
        self.body.append(&mut more);
        self
    }

    /// Returns the status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the code of a problem.
    pub fn code(&self) -> Option<&str> {
        self.body.get("code")?.as_str()
    }

    /// Returns the body's canonical bytes.
    pub fn body(&self) -> Vec<u8> {
        json::canonical_object(&self.body)
    }

    /// Returns both, as canonical JSON.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = [b"{\"body\":", &*self.body(), b",\"status\":"].concat();
        json::write_count(self.status.into(), &mut bytes);
        bytes.push(b'}');
        bytes
    }
}

/// Returns what a caller is told of a failure. Unwrapping and the MAC fail alike.
pub(super) fn told(error: &Error) -> (&'static str, String) {
    match error {
        Error::NoIdentity | Error::HeaderMac => ("no_key", "no key here opens it, or it was altered".to_owned()),
        other => (other.code(), other.to_string()),
    }
}

/// Returns a failure as it stands in an answer beside others.
pub(super) fn error(error: &Error) -> Option<Value> {
    let (code, message) = told(error);
    Some(object([("code", text(code)), ("message", text(&message))].into()))
}

/// Returns a decision as a value.
pub(super) fn decided(decision: &Decision) -> Result<Value, Error> {
    json::parse("decision", &decision.to_bytes()?)
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        410 => "Gone",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        _ => "Internal Server Error",
    }
}
