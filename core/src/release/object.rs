//! Documents that an edge keeps: what is looked at before one is stored or handed out.

use alloc::string::String;

use serde_json::{Map, Value};

use super::releaser::{Authenticated, Releaser};
use super::reply::{Reply, decided};
use crate::document::{Header, PayloadDigest, PayloadHasher};
use crate::encoding::hex;
use crate::encoding::members::{map, object, text};
use crate::encoding::timestamp::Timestamp;
use crate::error::Error;
use crate::gate::Outcome;
use crate::policy::Decision;

const MAX_ID_SIZE: usize = 128;

/// Is what a caller wants to do with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectAction {
    /// Puts it there.
    Store,
    /// Takes it, sealed as it is.
    Fetch,
}

/// Names an object and what of it is known.
#[derive(Debug, Clone, Copy)]
pub struct Admission<'a> {
    /// Its id, which must be the label's `document_id`.
    pub id: &'a str,
    /// Its header.
    pub header: &'a [u8],
    /// How many bytes it has in all, where that is to be checked.
    pub size: Option<u64>,
}

/// Is a document that its caller may store or fetch.
pub(super) struct Admitted {
    pub(super) decision: Decision,
    label: Map<String, Value>,
    /// What its sender signed, if anybody did who is believed.
    pub(super) payload: Option<PayloadDigest>,
}

/// Compares a payload with the one that the sender signed, as it passes.
pub struct Receiver {
    hasher: PayloadHasher,
    signed: Option<PayloadDigest>,
}

impl ObjectAction {
    /// Reads its name.
    ///
    /// # Errors
    /// `json_invalid`.
    pub fn parse(name: &str) -> Result<Self, Error> {
        match name {
            "store" => Ok(Self::Store),
            "fetch" => Ok(Self::Fetch),
            _ => Err(Error::JsonInvalid { what: "action", reason: "expected `store` or `fetch`".into() }),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Fetch => "fetch",
        }
    }
}

impl Releaser {
    /// Decides whether a caller may store or fetch an object. A body of status 200 has `label`, `decision` and, for a signed
    /// document, `payload`.
    pub fn admit(&self, caller: &Authenticated, action: ObjectAction, object: Admission<'_>, now: &Timestamp) -> Reply {
        self.admitted(caller, action, object, now).and_then(Admitted::into_reply).unwrap_or_else(|reply| reply)
    }

    /// Begins to look at a payload. The header was admitted.
    ///
    /// # Errors
    /// As [`Header::from_bytes`]; `sender_missing`, `sender_untrusted`, `sender_signature`, `label_count`.
    pub fn receiver(&self, header: &[u8]) -> Result<Receiver, Error> {
        let header = Header::from_bytes(header)?;
        let (_, sender) = self.described(&header)?;
        Ok(Receiver { hasher: PayloadHasher::default(), signed: sender.map(|known| known.sender.payload().clone()) })
    }

    /// Decides, and answers where that is no.
    pub(super) fn admitted(
        &self,
        caller: &Authenticated,
        action: ObjectAction,
        object: Admission<'_>,
        now: &Timestamp,
    ) -> Result<Admitted, Reply> {
        let failed = |error: Error| Reply::failed(&error);
        if !is_id(object.id) {
            return Err(Reply::invalid(
                "an id has 1 to 128 of the characters A-Z a-z 0-9 - _ . and begins with none of them but letters, digits, - or _",
            ));
        }
        let header = Header::from_bytes(object.header).map_err(failed)?;
        let (label, sender) = self.described(&header).map_err(failed)?;
        if label.document_id != object.id {
            return Err(Reply::invalid("the label's `document_id` is not the object's id"));
        }
        let payload = sender.as_ref().map(|known| known.sender.payload());
        if let (Some(size), Some(payload)) = (object.size, payload) {
            let front = u64::try_from(object.header.len()).unwrap_or(u64::MAX);
            if front.checked_add(payload.length()) != Some(size) {
                return Err(Reply::problem(
                    422,
                    "sender_signature",
                    "the length is not the one that its sender signed",
                ));
            }
        }
        let decision = self.decide(caller, (action.name(), None), label, sender.as_ref(), now).map_err(failed)?;
        match self.carry_out(decision, sender.is_some(), now) {
            Outcome::Allowed(decision) => {
                Ok(Admitted { decision, label: label.to_members(), payload: payload.cloned() })
            }
            // Who belongs elsewhere does not learn what is here.
            Outcome::Denied(decision) if action == ObjectAction::Fetch && decision.reasons() == ["tenant_mismatch"] => {
                Err(Reply::problem(404, "not_found", ""))
            }
            Outcome::Denied(decision) => Err(Reply::denied(&decision)),
        }
    }
}

impl Admitted {
    /// Answers with all that is known of it.
    pub(super) fn into_reply(self) -> Result<Reply, Reply> {
        let decision = decided(&self.decision).map_err(|error| Reply::failed(&error))?;
        let members = [
            ("decision", Some(decision)),
            ("label", Some(Value::Object(self.label))),
            ("payload", self.payload.as_ref().map(described)),
        ];
        Ok(Reply::ok(map(members.into())))
    }
}

impl Receiver {
    /// Takes more of the payload.
    pub fn push(&mut self, bytes: &[u8]) {
        self.hasher.push(bytes);
    }

    /// Ends the payload and returns its BLAKE3 digest in hexadecimal.
    ///
    /// # Errors
    /// `sender_signature` where it is not the signed one.
    pub fn finish(&self) -> Result<String, Error> {
        let digest = self.hasher.finish();
        match &self.signed {
            Some(signed) if *signed != digest => Err(Error::SenderSignature),
            _ => Ok(hex::encode(digest.blake3())),
        }
    }
}

fn described(payload: &PayloadDigest) -> Value {
    object([("blake3", text(&hex::encode(payload.blake3()))), ("length", Some(Value::from(payload.length())))].into())
}

fn is_id(id: &str) -> bool {
    let usable = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=MAX_ID_SIZE).contains(&id.len()) && !id.starts_with('.') && id.bytes().all(usable)
}
