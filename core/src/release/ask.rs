//! Asking for keys, and what comes of it.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde_json::Value;

use super::{MAX_HEADERS, decoded, encoded};
use crate::document::{self, FileKey, Header, Identity};
use crate::encoding::members::{Members, object, text};
use crate::encoding::{base64, json};
use crate::error::Error;
use crate::gate::obligations;
use crate::policy::Obligation;
use crate::privacy::Operators;
use crate::rng::{self, Entropy};

/// Asks an edge for the keys of documents, under an identity that is fresh.
pub struct ReleaseRequest {
    request_id: String,
    identity: Arc<Identity>,
    headers: Vec<Arc<Header>>,
}

/// Is what an edge says of one document.
pub struct ReleaseResult {
    /// What it says, as canonical JSON: `decision`, `header`, `error`.
    pub record: Vec<u8>,
    /// The key, where it gave one.
    pub released: Option<Released>,
}

/// Opens the one document whose key an edge gave, through a gate: [`OpenPermit::by_release`](crate::gate::OpenPermit::by_release).
#[derive(Clone)]
pub struct Released {
    document: Arc<Header>,
    header: Arc<Header>,
    identity: Arc<Identity>,
    operators: Option<Operators>,
}

impl ReleaseRequest {
    /// Begins a request for documents with these headers, in the order of the results. Where one of them is for hybrid
    /// recipients, so is what is asked for.
    ///
    /// # Errors
    /// `entropy_unavailable`; those of [`Header::from_bytes`]; `release_invalid` for none, or more than [`MAX_HEADERS`].
    pub fn new(headers: &[&[u8]], entropy: &mut dyn Entropy) -> Result<Self, Error> {
        if headers.is_empty() || headers.len() > MAX_HEADERS {
            return Err(Error::ReleaseInvalid { reason: "a request is for 1 to 256 headers" });
        }
        let read = |bytes: &&[u8]| Header::from_bytes(bytes).map(Arc::new);
        let headers = headers.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let identity = Arc::new(fresh(&headers, entropy)?);
        Ok(Self { request_id: base64::encode_url(&rng::random::<16>(entropy)?), identity, headers })
    }

    /// Lends the identity that keys are asked for.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns the request's body, for a purpose and an action where there are some.
    pub fn body(&self, purpose: Option<&str>, action: Option<&str>) -> Vec<u8> {
        json::canonical(&object(
            [
                ("action", action.and_then(text)),
                ("headers", Some(Value::Array(self.headers.iter().map(|header| encoded(header)).collect()))),
                ("purpose", purpose.and_then(text)),
                ("recipient", text(&self.identity.recipient().to_string())),
                ("request_id", text(&self.request_id)),
            ]
            .into(),
        ))
    }

    /// Reads the body of the answer.
    ///
    /// # Errors
    /// `release_invalid` for what does not answer this request; `json_invalid`.
    pub fn results(&self, answer: &[u8]) -> Result<Vec<ReleaseResult>, Error> {
        let answer = json::parse("answer", answer)?;
        if answer.get("request_id").and_then(Value::as_str) != Some(&*self.request_id) {
            return Err(invalid("it answers another request"));
        }
        let results = answer.get("results").and_then(Value::as_array).ok_or(invalid("it has no results"))?;
        if results.len() != self.headers.len() {
            return Err(invalid("it has not one result for each header"));
        }
        self.headers.iter().zip(results).map(|(header, result)| self.result(header, result)).collect()
    }

    fn result(&self, document: &Arc<Header>, result: &Value) -> Result<ReleaseResult, Error> {
        let record = json::canonical(result);
        let mut members = Members::of(result.clone()).map_err(|_| MALFORMED)?;
        let (decision, encoded) =
            (members.optional("decision"), members.optional_text("header").map_err(|_| MALFORMED)?);
        let _ = members.optional("error");
        members.end().map_err(|_| MALFORMED)?;
        let Some(encoded) = encoded else { return Ok(ReleaseResult { record, released: None }) };
        let operators = delegated(decision.ok_or(MALFORMED)?)?;
        let header = Arc::new(Header::from_bytes(&decoded(&encoded).ok_or(MALFORMED)?)?);
        document::check_release(&header, document, &self.request_id)?;
        let (document, identity) = (document.clone(), self.identity.clone());
        let released = Released { document, header, identity, operators };
        released.file_key(&released.document)?;
        Ok(ReleaseResult { record, released: Some(released) })
    }
}

/// Reads what a decision leaves to its caller. What nobody here can do is refused.
fn delegated(decision: Value) -> Result<Option<Operators>, Error> {
    let is_allowed = decision.get("decision").and_then(Value::as_bool) == Some(true);
    let listed = decision.get("obligations").and_then(Value::as_array).filter(|_| is_allowed).ok_or(MALFORMED)?;
    let mut operators: Option<Operators> = None;
    for obligation in listed {
        match Obligation::read(obligation.clone()).map_err(|_| MALFORMED)? {
            Obligation::Transform { operators: more } if obligations::add_operators(&mut operators, &more) => {}
            Obligation::Transform { .. } => return Err(invalid("its obligations contradict each other")),
            Obligation::Expire { .. } | Obligation::RequireSignature {} => {}
            _ => return Err(invalid("it obliges to what a caller cannot do")),
        }
    }
    Ok(operators)
}

impl Released {
    /// Lends the header that the edge made. In front of the document's payload, it is an age file for [`Released::identity`].
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Lends the identity of the request.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Lends what the edge leaves to its caller to do to the text.
    pub(crate) fn operators(&self) -> Option<&Operators> {
        self.operators.as_ref()
    }

    /// Returns the file key of the document, whose header it must hold for.
    pub(crate) fn file_key(&self, document: &Header) -> Result<FileKey, Error> {
        if document.as_bytes() != self.document.as_bytes() {
            return Err(invalid("it is for another document"));
        }
        let key = document::unwrap(&self.header, &[&*self.identity])?;
        document.verify(key).map_err(|_| invalid("the key in it is not the document's"))
    }
}

impl core::fmt::Debug for Released {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("Released(..)")
    }
}

#[cfg(feature = "pq")]
fn fresh(headers: &[Arc<Header>], entropy: &mut dyn Entropy) -> Result<Identity, Error> {
    if headers.iter().any(|header| header.is_hybrid()) {
        Identity::generate_pq(entropy)
    } else {
        Identity::generate(entropy)
    }
}

#[cfg(not(feature = "pq"))]
fn fresh(_: &[Arc<Header>], entropy: &mut dyn Entropy) -> Result<Identity, Error> {
    Identity::generate(entropy)
}

const MALFORMED: Error = Error::ReleaseInvalid { reason: "it is not an answer of `spec/release.md`" };

const fn invalid(reason: &'static str) -> Error {
    Error::ReleaseInvalid { reason }
}
