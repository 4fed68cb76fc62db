//! An edge's work on one request: know the caller, then look at each header by itself, in the order of `spec/release.md`.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use super::configuration::Configuration;
use super::encoded;
use super::question::Question;
use super::reply::{self, Reply, decided};
use super::ticket::UploadKeys;
use crate::credential::KeySet;
use crate::document::{self, Header, Unwrap};
use crate::encoding::json;
use crate::encoding::members::{Members, map, object, text, texts};
use crate::encoding::timestamp::Timestamp;
use crate::error::Error;
use crate::gate::senders::Verified;
use crate::gate::{Caller, Outcome, Senders, obligations};
use crate::label::LabelRecord;
use crate::policy::{Action, Decision, Obligation, Policy, Subject};
use crate::rng::Entropy;

/// Is what unwraps keys: an identity, or what has one.
pub type Key = Arc<dyn Unwrap + Send + Sync>;

/// Gives document keys to whom its policy admits.
pub struct Releaser {
    pub(super) policy: Policy,
    identities: Vec<Key>,
    pub(super) senders: Senders,
    pub(super) configuration: Configuration,
    /// Without them no document comes in parts.
    pub(super) uploads: Option<Arc<UploadKeys>>,
}

/// Is a caller whose token and proof were verified.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// Who calls, as the policy sees it.
    pub subject: Subject,
    /// What the token is for.
    pub scope: Vec<String>,
    /// What the host must not take twice, and until when it must remember it.
    pub replay: Option<(String, Timestamp)>,
}

/// What was decided on a header, and what releases it.
struct Settled {
    decision: Decision,
    released: Option<Header>,
}

impl Releaser {
    /// Puts an edge's keys under a policy.
    pub fn new(policy: Policy, identities: Vec<Key>, senders: Senders, configuration: Configuration) -> Self {
        Self { policy, identities, senders, configuration, uploads: None }
    }

    /// Lets documents come in parts, under keys that all instances of the edge have. Without keys none begins.
    #[must_use]
    pub fn with_uploads(mut self, keys: Option<UploadKeys>) -> Self {
        self.uploads = keys.map(Arc::new);
        self
    }

    /// Replaces an issuer's keys by a JWK set.
    ///
    /// # Errors
    /// `json_invalid`; `token_invalid` for somebody who is no issuer here.
    pub fn set_issuer_keys(&mut self, issuer: &str, keys: &[u8]) -> Result<(), Error> {
        self.configuration.issuers.set_keys(issuer, KeySet::from_bytes(keys)?)
    }

    /// Verifies the headers `Authorization` and `DPoP` of a request.
    ///
    /// # Errors
    /// `token_missing`, `token_invalid`, `token_key_unknown`, `token_expired`, `proof_missing`, `proof_invalid`, `time_invalid`.
    pub fn authenticate(
        &mut self,
        authorization: Option<&str>,
        proof: Option<&str>,
        (method, url): (&str, &str),
        now: &Timestamp,
    ) -> Result<Authenticated, Error> {
        let invalid = || Error::TimeInvalid { value: now.as_str().into() };
        let seconds = now.to_seconds().ok_or_else(invalid)?;
        let issuers = &mut self.configuration.issuers;
        let token = issuers.verify(authorization, seconds)?;
        let proof = issuers.verify_proof(proof, &token, method, url, seconds)?;
        let until = Timestamp::from_seconds(proof.until()).ok_or_else(invalid)?;
        Ok(Authenticated {
            subject: token.subject().clone(),
            scope: token.scope().to_vec(),
            replay: Some((proof.replay_id().into(), until)),
        })
    }

    /// Answers a request for keys.
    pub fn release(&self, caller: &Authenticated, body: &[u8], now: &Timestamp, entropy: &mut dyn Entropy) -> Reply {
        let question = match Question::from_bytes(body) {
            Ok(question) => question,
            Err(reply) => return reply,
        };
        let mut first: Option<Reply> = None;
        let mut any = false;
        let mut results = Vec::with_capacity(question.headers.len());
        for header in &question.headers {
            let settled = self.settle(caller, &question, header, now, entropy);
            any |= matches!(&settled, Ok(Settled { released: Some(_), .. }));
            first.get_or_insert_with(|| match &settled {
                Ok(settled) => Reply::denied(&settled.decision),
                Err(error) => Reply::failed(error),
            });
            results.push(result(settled));
        }
        let answer = map([("request_id", text(&question.request_id)), ("results", Some(Value::Array(results)))].into());
        match first {
            Some(problem) if !any => problem.with(answer),
            _ => Reply::ok(answer),
        }
    }

    /// Does for one header what `spec/release.md`, "Order", says.
    fn settle(
        &self,
        caller: &Authenticated,
        question: &Question,
        header: &[u8],
        now: &Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Settled, Error> {
        let header = Header::from_bytes(header)?;
        let identities: Vec<&dyn Unwrap> = self.identities.iter().map(|identity| &**identity as _).collect();
        let file_key = document::unwrap(&header, &identities)?;
        let (label, sender) = self.described(&header)?;
        if let Some(verified) = &sender {
            verified.sender.check_key(&file_key)?;
        }
        let asked = (question.action.as_str(), question.purpose.as_deref());
        let decision = self.decide(caller, asked, label, sender.as_ref(), now)?;
        Ok(match self.carry_out(decision, sender.is_some(), now) {
            Outcome::Denied(decision) => Settled { decision, released: None },
            Outcome::Allowed(decision) => {
                let id = &question.request_id;
                let released = document::release(&header, &file_key, &question.recipient, id, entropy)?;
                Settled { decision, released: Some(released) }
            }
        })
    }

    /// Returns the label of a header, which must have one, and verifies who wrote it.
    pub(super) fn described<'h>(&self, header: &'h Header) -> Result<(&'h LabelRecord, Option<Verified>), Error> {
        let label = header.label().ok_or(Error::LabelCount { found: 0 })?;
        Ok((label.record(), self.senders.verify(header)?))
    }

    /// Decides what a caller may do with a document.
    pub(super) fn decide(
        &self,
        caller: &Authenticated,
        (action, purpose): (&str, Option<&str>),
        label: &LabelRecord,
        sender: Option<&Verified>,
        now: &Timestamp,
    ) -> Result<Decision, Error> {
        let caller = Caller {
            subject: caller.subject.clone(),
            action: Some(Action { name: action.into(), properties: Map::new() }),
            context: self.context(purpose, now),
        };
        self.policy.decide(&caller.request_for(action, label, sender)?)
    }

    /// Carries out what this side can.
    pub(super) fn carry_out(&self, decision: Decision, is_signed: bool, now: &Timestamp) -> Outcome<Decision> {
        obligations::carry_out(decision, &mut |obligation| match obligation {
            Obligation::Transform { .. } => self.configuration.delegates_transform,
            Obligation::Expire { at } => obligations::holds_until(Some(now), at),
            Obligation::RequireSignature {} => is_signed,
            Obligation::RequireRecipients { .. }
            | Obligation::RestrictLabel { .. }
            | Obligation::Watermark {}
            | Obligation::Notify { .. }
            | Obligation::Filter { .. } => false,
        })
    }

    fn context(&self, purpose: Option<&str>, now: &Timestamp) -> Map<String, Value> {
        let mut context = self.configuration.context.clone();
        context.append(&mut map([("purpose", purpose.and_then(text)), ("time", text(now.as_str()))].into()));
        context
    }
}

impl Authenticated {
    /// Returns it as canonical JSON: `subject`, `scope`, `replay`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Subject { kind, id, properties } = &self.subject;
        let subject = [("id", text(id)), ("properties", Some(Value::Object(properties.clone()))), ("type", text(kind))];
        let replay =
            |(id, until): &(String, Timestamp)| object([("id", text(id)), ("until", text(until.as_str()))].into());
        json::canonical(&object(
            [
                ("replay", self.replay.as_ref().map(replay)),
                ("scope", texts(&self.scope)),
                ("subject", Some(object(subject.into()))),
            ]
            .into(),
        ))
    }

    /// Reads what a host was given by [`Releaser::authenticate`] and hands back.
    ///
    /// # Security
    /// It is believed: a host must hand in nothing else.
    ///
    /// # Errors
    /// `json_invalid`.
    pub fn danger_from_host(bytes: &[u8]) -> Result<Self, Error> {
        let read = |value| {
            let mut members = Members::of(value)?;
            let subject = Subject::read(members.required("subject")?)?;
            let scope = members.texts("scope")?.ok_or("missing field `scope`")?;
            let _ = members.optional("replay");
            members.end()?;
            Ok(Self { subject, scope, replay: None })
        };
        let value = json::parse("caller", bytes)?;
        read(value).map_err(|reason| Error::JsonInvalid { what: "caller", reason })
    }
}

fn result(settled: Result<Settled, Error>) -> Value {
    let written = settled.and_then(|Settled { decision, released }| {
        let header = released.as_ref().map(encoded);
        Ok(object([("decision", Some(decided(&decision)?)), ("header", header)].into()))
    });
    written.unwrap_or_else(|failure| object([("error", reply::error(&failure))].into()))
}
