//! The answer, and the name that ties it to its question.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::obligation::Obligation;
use crate::encoding::members::Members;
use crate::encoding::{hex, json};
use crate::error::Error;

/// Separates the hash of a decision from every other hash.
const DECISION_CONTEXT: &[u8] = b"sealwright.dev/decision v1\n";

/// The most obligations of one decision.
const MAX_OBLIGATIONS: usize = 64;

/// Names the policy that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDigest {
    /// The revision its owner gave it.
    pub revision: String,
    /// SHA-256 over its modules, data and entrypoint, in hexadecimal.
    pub digest: String,
}

/// Answers a request. Only an evaluation makes one. It is cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    decision_id: Arc<str>,
    answer: Arc<Answer>,
    policy: Arc<PolicyDigest>,
}

/// What an entrypoint's value says, before it is tied to its request: `spec/decision.md`, "Entrypoint".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Whether the request is allowed.
    pub decision: bool,
    /// Why not.
    pub reasons: Vec<String>,
    /// What must be carried out.
    pub obligations: Vec<Obligation>,
    /// For how long the same request has the same answer, in milliseconds.
    pub cache_for_ms: u64,
}

impl Answer {
    /// Reads an entrypoint's value.
    ///
    /// # Errors
    /// `decision_invalid` for an unknown field or obligation, or an answer that allows and gives reasons against it.
    pub fn from_value(value: Value) -> Result<Self, Error> {
        let invalid = |reason: String| Error::DecisionInvalid { reason };
        let mut answer = Self::read(value).map_err(invalid)?;
        if answer.decision && !answer.reasons.is_empty() {
            return Err(invalid("it allows and gives reasons against it".to_owned()));
        }
        if answer.obligations.len() > MAX_OBLIGATIONS {
            return Err(invalid(format!("it has more than {MAX_OBLIGATIONS} obligations")));
        }
        answer.reasons = sorted(answer.reasons);
        answer.obligations = in_order(answer.obligations);
        Ok(answer)
    }

    /// Returns about how many bytes it holds.
    #[cfg(feature = "policy-program")]
    pub(crate) fn weight(&self) -> usize {
        let obligation = |obligation: &Obligation| json::canonical(&obligation.to_value()).len();
        let obligations = self.obligations.iter().map(obligation);
        self.reasons.iter().map(String::len).chain(obligations).fold(0, usize::saturating_add)
    }

    fn read(value: Value) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let answer = Self {
            decision: members.flag("decision")?,
            reasons: members.texts("reasons")?.unwrap_or_default(),
            obligations: obligations(members.list("obligations")?.unwrap_or_default())?,
            cache_for_ms: members.optional_count("cache_for_ms")?.unwrap_or(0),
        };
        members.end()?;
        Ok(answer)
    }
}

impl Decision {
    /// Ties an answer to the canonical request and the policy that it belongs to.
    #[cfg(feature = "policy-program")]
    pub(crate) fn new(answer: Arc<Answer>, namer: &Namer, request: &[u8]) -> Self {
        Self { decision_id: namer.name(request), answer, policy: namer.policy.clone() }
    }

    /// Takes over a decision that another instance of this core made, as where the engine runs in an instance of its own
    /// that holds no key.
    ///
    /// # Security
    /// The bytes are believed: they must come straight from an evaluator that this process runs.
    ///
    /// # Errors
    /// `decision_invalid` for bytes that are not a decision; `decision_mismatch` when its id is not the one of this
    /// policy digest and canonical request.
    pub fn danger_from_evaluator(bytes: &[u8], policy_digest: &str, request: &[u8]) -> Result<Self, Error> {
        let invalid = |reason: String| Error::DecisionInvalid { reason };
        let value = json::parse("decision", bytes).map_err(|error| invalid(error.to_string()))?;
        let decision = Self::read(value).map_err(invalid)?;
        decision.check(policy_digest, request)?;
        Ok(decision)
    }

    fn read(value: Value) -> Result<Self, String> {
        let mut members = Members::of(value)?;
        let mut policy = Members::of(members.required("policy")?)?;
        let decision_id = members.text("decision_id")?.into();
        let answer = Answer {
            decision: members.flag("decision")?,
            reasons: members.texts("reasons")?.ok_or("missing field `reasons`")?,
            obligations: obligations(members.list("obligations")?.ok_or("missing field `obligations`")?)?,
            cache_for_ms: members.optional_count("cache_for_ms")?.ok_or("missing field `cache_for_ms`")?,
        };
        let named = PolicyDigest { revision: policy.text("revision")?, digest: policy.text("digest")? };
        policy.end()?;
        members.end()?;
        Ok(Self { decision_id, answer: Arc::new(answer), policy: Arc::new(named) })
    }

    /// Checks that this decision is the one of a policy and a canonical request.
    pub(crate) fn check(&self, policy_digest: &str, request: &[u8]) -> Result<(), Error> {
        if self.policy.digest == policy_digest && self.decision_id == decision_id(&asked(policy_digest), request) {
            Ok(())
        } else {
            Err(Error::DecisionMismatch)
        }
    }

    /// Turns an allowing decision into a refusal, for a reason that the gate found.
    pub(crate) fn refuse(mut self, reason: String) -> Self {
        let mut reasons = self.answer.reasons.clone();
        if let Err(place) = reasons.binary_search(&reason) {
            reasons.insert(place, reason);
        }
        self.answer = Arc::new(Answer { reasons, ..Answer::default() });
        self
    }

    /// Returns the id: the same policy and request give the same id in every runtime.
    pub fn decision_id(&self) -> &str {
        &self.decision_id
    }

    /// Tells whether the request is allowed.
    pub fn is_allowed(&self) -> bool {
        self.answer.decision
    }

    /// Lends the reasons against, sorted.
    pub fn reasons(&self) -> &[String] {
        &self.answer.reasons
    }

    /// Lends what must be carried out.
    pub fn obligations(&self) -> &[Obligation] {
        &self.answer.obligations
    }

    /// Names the policy that decided.
    pub fn policy(&self) -> &PolicyDigest {
        &self.policy
    }

    /// Returns the canonical bytes.
    ///
    /// # Errors
    /// `json_invalid` when an obligation holds what JSON cannot.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let Answer { decision, reasons, obligations, cache_for_ms } = self.answer.as_ref();
        let mut out = Vec::with_capacity(512);
        out.extend_from_slice(b"{\"cache_for_ms\":");
        json::write_count(*cache_for_ms, &mut out);
        out.extend_from_slice(if *decision { b",\"decision\":true" } else { b",\"decision\":false" });
        out.extend_from_slice(b",\"decision_id\":");
        json::write_text(&self.decision_id, &mut out);
        out.extend_from_slice(b",\"obligations\":");
        list(obligations, &mut out, |obligation, out| out.extend(json::canonical(&obligation.to_value())));
        out.extend_from_slice(b",\"policy\":{\"digest\":");
        json::write_text(&self.policy.digest, &mut out);
        out.extend_from_slice(b",\"revision\":");
        json::write_text(&self.policy.revision, &mut out);
        out.extend_from_slice(b"},\"reasons\":");
        list(reasons, &mut out, |reason, out| json::write_text(reason, out));
        out.push(b'}');
        Ok(out)
    }
}

fn list<T>(items: &[T], out: &mut Vec<u8>, mut write: impl FnMut(&T, &mut Vec<u8>)) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(item, out);
    }
    out.push(b']');
}

fn obligations(items: Vec<Value>) -> Result<Vec<Obligation>, String> {
    items.into_iter().map(Obligation::read).collect()
}

/// Sorts reasons by code point and keeps every one once. Evaluators hand them over nearly so.
fn sorted(reasons: Vec<String>) -> Vec<String> {
    let mut sorted = Vec::with_capacity(reasons.len());
    for reason in reasons {
        if let Err(place) = sorted.binary_search(&reason) {
            sorted.insert(place, reason);
        }
    }
    sorted
}

/// Sorts obligations by their canonical bytes: Rego hands them over as a set, whose order differs between evaluators.
fn in_order(obligations: Vec<Obligation>) -> Vec<Obligation> {
    let mut sorted: Vec<(Vec<u8>, Obligation)> = Vec::new();
    for obligation in obligations {
        let key = json::canonical(&obligation.to_value());
        if let Err(place) = sorted.binary_search_by(|(other, _)| other.cmp(&key)) {
            sorted.insert(place, (key, obligation));
        }
    }
    sorted.into_iter().map(|(_, obligation)| obligation).collect()
}

/// Names the decisions of one policy.
#[cfg(feature = "policy-program")]
pub(crate) struct Namer {
    policy: Arc<PolicyDigest>,
    /// What every name begins with, hashed once.
    asked: Sha256,
}

#[cfg(feature = "policy-program")]
impl Namer {
    pub(crate) fn new(revision: String, digest: String) -> Self {
        let asked = asked(&digest);
        Self { policy: Arc::new(PolicyDigest { revision, digest }), asked }
    }

    fn name(&self, request: &[u8]) -> Arc<str> {
        decision_id(&self.asked, request)
    }
}

/// Returns the hash of context || digest || "\n", which a request follows.
fn asked(policy_digest: &str) -> Sha256 {
    Sha256::new().chain_update(DECISION_CONTEXT).chain_update(policy_digest.as_bytes()).chain_update(b"\n")
}

/// Returns SHA-256(context || digest || "\n" || request) in hexadecimal.
fn decision_id(asked: &Sha256, request: &[u8]) -> Arc<str> {
    hex::encode(&asked.clone().chain_update(request).finalize()).into()
}
