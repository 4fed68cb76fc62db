//! Asking an edge for keys, and being one.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

#[cfg(feature = "release")]
use super::document::Identity;
use super::into_text;
#[cfg(feature = "release")]
use super::policy::Policy;
#[cfg(feature = "release")]
use super::sender::Senders;
#[cfg(feature = "release")]
use crate::credential;
#[cfg(feature = "release")]
use crate::encoding::timestamp::Timestamp;
use crate::error::Error;
use crate::release;
use crate::rng::Entropy;

/// Asks for the keys of documents.
pub struct ReleaseRequest {
    request: release::ReleaseRequest,
    results: Vec<release::ReleaseResult>,
}

/// Proves who calls.
#[cfg(feature = "release")]
pub struct Prover(credential::Prover);

/// Gives document keys to whom its policy admits.
#[cfg(feature = "release")]
pub struct Releaser(release::Releaser);

/// Compares a payload that passes with the one that its sender signed.
#[cfg(feature = "release")]
pub struct Receiver(release::Receiver);

/// Digests a part that passes, and makes its receipt.
#[cfg(feature = "release")]
pub struct PartReceiver(release::PartReceiver);

impl ReleaseRequest {
    /// Begins a request for documents with these headers.
    ///
    /// # Errors
    /// As [`release::ReleaseRequest::new`].
    pub fn new(headers: &[&[u8]], entropy: &mut dyn Entropy) -> Result<Self, Error> {
        Ok(Self { request: release::ReleaseRequest::new(headers, entropy)?, results: Vec::new() })
    }

    /// Returns the request's body, as JSON.
    pub fn body(&self, purpose: Option<&str>, action: Option<&str>) -> String {
        into_text(self.request.body(purpose, action))
    }

    /// Takes the answer and returns its results in the order of the headers, each as JSON with `decision`, `header` or `error`.
    ///
    /// # Errors
    /// As [`release::ReleaseRequest::results`].
    pub fn answer(&mut self, answer_json: &str) -> Result<Vec<String>, Error> {
        self.results = self.request.results(answer_json.as_bytes())?;
        Ok(self.results.iter().map(|result| into_text(result.record.clone())).collect())
    }

    /// Returns the secret of the identity that the keys are released to, with which stock age opens what an answer's header
    /// makes of a document.
    pub fn reveal(&self) -> String {
        self.request.identity().reveal().to_string()
    }

    /// Lends the key of one of the documents.
    pub(super) fn released(&self, index: usize) -> Result<&release::Released, Error> {
        let released = self.results.get(index).and_then(|result| result.released.as_ref());
        released.ok_or(Error::ReleaseInvalid { reason: "the document's key was not released" })
    }
}

#[cfg(feature = "release")]
impl Prover {
    /// Makes a fresh key.
    ///
    /// # Errors
    /// `entropy_unavailable`.
    pub fn generate(entropy: &mut dyn Entropy) -> Result<Self, Error> {
        credential::Prover::generate(entropy).map(Self)
    }

    /// Returns what tokens are bound to (`cnf.jkt`).
    pub fn thumbprint(&self) -> String {
        self.0.thumbprint()
    }

    /// Returns a proof for one request, made now, in seconds since 1970.
    ///
    /// # Errors
    /// `entropy_unavailable`.
    pub fn prove(
        &self,
        method: &str,
        url: &str,
        token: Option<&str>,
        nonce: Option<&str>,
        now: u64,
        entropy: &mut dyn Entropy,
    ) -> Result<String, Error> {
        self.0.prove((method, url), token, nonce, now, entropy)
    }
}

#[cfg(feature = "release")]
impl Releaser {
    /// Puts an edge's keys under a policy, as a [`Configuration`](release::Configuration) in JSON says.
    ///
    /// # Errors
    /// `json_invalid`.
    pub fn new(
        policy: &Policy,
        identities: &[&Identity],
        senders: &Senders,
        configuration_json: &str,
    ) -> Result<Self, Error> {
        let configuration = release::Configuration::from_bytes(configuration_json.as_bytes())?;
        let keys = identities.iter().map(|identity| identity.0.clone() as release::Key).collect();
        let uploads = release::UploadKeys::of(&identities.iter().map(|identity| &*identity.0).collect::<Vec<_>>());
        let releaser = release::Releaser::new(policy.0.clone(), keys, senders.0.clone(), configuration);
        Ok(Self(releaser.with_uploads(uploads)))
    }

    /// Replaces an issuer's keys by a JWK set.
    ///
    /// # Errors
    /// `json_invalid`, `token_invalid`.
    pub fn set_issuer_keys(&mut self, issuer: &str, keys_json: &str) -> Result<(), Error> {
        self.0.set_issuer_keys(issuer, keys_json.as_bytes())
    }

    /// Verifies the headers `Authorization` and `DPoP` of a request, and returns who calls, as JSON with `subject`, `scope` and
    /// `replay`.
    ///
    /// # Errors
    /// As [`release::Releaser::authenticate`].
    pub fn authenticate(
        &mut self,
        authorization: Option<&str>,
        proof: Option<&str>,
        method: &str,
        url: &str,
        now: &str,
    ) -> Result<String, Error> {
        let now = Timestamp::parse(now)?;
        Ok(into_text(self.0.authenticate(authorization, proof, (method, url), &now)?.to_bytes()))
    }

    /// Answers a request for keys of a caller, given as [`Releaser::authenticate`] returned it: JSON with `status` and `body`.
    ///
    /// # Errors
    /// `json_invalid`, `time_invalid` for what the host hands in.
    pub fn release(
        &self,
        caller_json: &str,
        body: &[u8],
        now: &str,
        entropy: &mut dyn Entropy,
    ) -> Result<String, Error> {
        Ok(into_text(self.0.release(&caller(caller_json)?, body, &Timestamp::parse(now)?, entropy).to_bytes()))
    }

    /// Answers AuthZEN's `evaluation`, as [`Releaser::release`] does.
    ///
    /// # Errors
    /// As [`Releaser::release`].
    pub fn evaluate(&self, caller_json: &str, body: &[u8], now: &str) -> Result<String, Error> {
        Ok(into_text(self.0.evaluate(&caller(caller_json)?, body, &Timestamp::parse(now)?).to_bytes()))
    }

    /// Answers AuthZEN's `evaluations`, as [`Releaser::release`] does.
    ///
    /// # Errors
    /// As [`Releaser::release`].
    pub fn evaluate_all(&self, caller_json: &str, body: &[u8], now: &str) -> Result<String, Error> {
        Ok(into_text(self.0.evaluate_all(&caller(caller_json)?, body, &Timestamp::parse(now)?).to_bytes()))
    }

    /// Decides whether a caller may `store` or `fetch` the object with that id, header and, where it is to be checked, size:
    /// JSON with `status` and `body`.
    ///
    /// # Errors
    /// As [`Releaser::release`].
    pub fn admit(
        &self,
        caller_json: &str,
        action: &str,
        id: &str,
        header: &[u8],
        size: Option<u64>,
        now: &str,
    ) -> Result<String, Error> {
        let action = release::ObjectAction::parse(action)?;
        let object = release::Admission { id, header, size };
        Ok(into_text(self.0.admit(&caller(caller_json)?, action, object, &Timestamp::parse(now)?).to_bytes()))
    }

    /// Begins to look at the payload behind a header that was admitted.
    ///
    /// # Errors
    /// As [`release::Releaser::receiver`].
    pub fn receiver(&self, header: &[u8]) -> Result<Receiver, Error> {
        self.0.receiver(header).map(Receiver)
    }

    /// Decides whether a caller may store an object in parts, and lets it begin under the bucket's name for the upload: JSON
    /// with `status` and `body`.
    ///
    /// # Errors
    /// As [`Releaser::release`].
    pub fn begin_upload(
        &self,
        caller_json: &str,
        id: &str,
        header: &[u8],
        size: u64,
        upload: &str,
        now: &str,
    ) -> Result<String, Error> {
        let object = release::Admission { id, header, size: Some(size) };
        Ok(into_text(self.0.begin_upload(&caller(caller_json)?, object, upload, &Timestamp::parse(now)?).to_bytes()))
    }

    /// Returns which upload a ticket is for, as JSON with `decision_id` and `upload`.
    ///
    /// # Errors
    /// `upload_gone`; as [`Releaser::release`].
    pub fn upload(&self, caller_json: &str, id: &str, ticket: &str, now: &str) -> Result<String, Error> {
        let upload = release::Upload { id, ticket };
        Ok(into_text(self.0.upload(&caller(caller_json)?, upload, &Timestamp::parse(now)?)?))
    }

    /// Begins to look at a part, by its number from 1.
    ///
    /// # Errors
    /// `upload_gone`, `part_invalid`; as [`Releaser::release`].
    pub fn part(
        &self,
        caller_json: &str,
        id: &str,
        ticket: &str,
        number: u32,
        length: u64,
        now: &str,
    ) -> Result<PartReceiver, Error> {
        let (upload, part) = (release::Upload { id, ticket }, release::Part { number, length });
        self.0.part(&caller(caller_json)?, upload, part, &Timestamp::parse(now)?).map(PartReceiver)
    }

    /// Decides anew whether a caller may store an object, all of whose parts are there: JSON with `status` and `body`.
    ///
    /// # Errors
    /// As [`Releaser::release`].
    pub fn complete_upload(
        &self,
        caller_json: &str,
        id: &str,
        ticket: &str,
        body: &[u8],
        now: &str,
    ) -> Result<String, Error> {
        let upload = release::Upload { id, ticket };
        Ok(into_text(self.0.complete_upload(&caller(caller_json)?, upload, body, &Timestamp::parse(now)?).to_bytes()))
    }
}

#[cfg(feature = "release")]
impl PartReceiver {
    /// Takes more of the part.
    pub fn push(&mut self, bytes: &[u8]) {
        self.0.push(bytes);
    }

    /// Ends the part.
    ///
    /// # Errors
    /// `part_invalid`.
    pub fn finish(&self) -> Result<(), Error> {
        self.0.finish()
    }

    /// Returns the receipt of a part that ended, under the bucket's name for its bytes.
    ///
    /// # Errors
    /// `part_invalid`.
    pub fn receipt(&self, etag: &str) -> Result<String, Error> {
        self.0.receipt(etag)
    }
}

#[cfg(feature = "release")]
impl Receiver {
    /// Takes more of the payload.
    pub fn push(&mut self, bytes: &[u8]) {
        self.0.push(bytes);
    }

    /// Ends the payload and returns its BLAKE3 digest in hexadecimal.
    ///
    /// # Errors
    /// `sender_signature`.
    pub fn finish(&self) -> Result<String, Error> {
        self.0.finish()
    }
}

#[cfg(feature = "release")]
fn caller(json: &str) -> Result<release::Authenticated, Error> {
    release::Authenticated::danger_from_host(json.as_bytes())
}
