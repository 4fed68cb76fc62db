//! A policy: loaded and checked once, then asked as often as needed.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
#[cfg(feature = "rego")]
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::cache::{Cache, MAX_SIZE, hash_of};
use super::decision::{Answer, Decision, Namer};
#[cfg(feature = "policy-explain")]
use super::explain::Explanation;
use super::filter::{Filter, Question};
use super::limit;
use super::limits::Limits;
use super::request::{self, Request};
use super::sort::sorted;
#[cfg(feature = "rego")]
use super::source::ModuleSource;
#[cfg(any(feature = "policy-test", feature = "rego"))]
use super::source::PolicySource;
use super::source::check_names;
use super::stored;
use super::tier::{Evaluator, Tier};
use super::value::Value;
#[cfg(feature = "rego")]
use crate::encoding::json;
use crate::error::Error;
use crate::label::PolicyRef;

/// The most requests of one call.
const MAX_REQUESTS: usize = 10_000;

/// Decides requests. It is cheap to clone, and one can be asked from many threads at once.
#[derive(Clone)]
pub struct Policy {
    inner: Arc<Inner>,
}

struct Inner {
    reference: PolicyRef,
    namer: Namer,
    entrypoint: String,
    limits: Limits,
    evaluator: Evaluator,
    /// What the same bytes were answered before.
    decided: Cache<Box<[u8]>, Decision>,
    /// Of a policy that came as a program nobody has any.
    #[cfg(feature = "policy-test")]
    source: Option<PolicySource>,
}

#[cfg(feature = "rego")]
impl Policy {
    /// Loads a policy with the limits of `spec/decision.md`.
    ///
    /// # Errors
    /// As [`Policy::load_with`].
    pub fn load(source: PolicySource) -> Result<Self, Error> {
        Self::load_with(source, Limits::default())
    }

    /// Loads a policy: parses its modules and refuses what could fail, hang or depend on anything but the request later.
    ///
    /// # Errors
    /// `policy_syntax` with its place; `policy_builtin` for a call of what is not there; `policy_recursion`;
    /// `policy_limit`; `policy_invalid` for parts that do not fit together.
    pub fn load_with(source: PolicySource, limits: Limits) -> Result<Self, Error> {
        source.check()?;
        let data = json::canonical_object(&source.data);
        if data.len() > limits.data_bytes {
            return Err(limit("data_bytes", limits.data_bytes));
        }
        let modules: Vec<&ModuleSource> = source.modules.iter().filter(|module| !module.is_test()).collect();
        let evaluator = Evaluator::load(&source, &modules, &limits)?;
        let reference =
            PolicyRef { name: source.name.clone(), revision: source.revision.clone(), digest: source.digest(&data) };
        Ok(Self::of(Inner {
            namer: Namer::new(reference.revision.clone(), reference.digest.clone()),
            reference,
            entrypoint: source.entrypoint.clone(),
            limits,
            evaluator,
            decided: Cache::new(),
            #[cfg(feature = "policy-test")]
            source: Some(source),
        }))
    }

    /// Returns the policy as a program: `spec/program.md`. The same policy is the same bytes.
    ///
    /// # Errors
    /// `policy_tier` for a policy that the compiled tier does not take; `policy_limit` for a program that no reader would.
    pub fn to_program(&self) -> Result<Vec<u8>, Error> {
        let Inner { reference, entrypoint, limits, evaluator, .. } = self.inner.as_ref();
        let program = evaluator
            .program()
            .map_err(|left| Error::PolicyTier { reason: left.reason.to_string(), place: left.location() })?;
        let PolicyRef { name, revision, digest } = reference.clone();
        let written =
            stored::write(&stored::Header { name, revision, entrypoint: entrypoint.clone(), digest }, program);
        stored::read(&written, limits)?;
        Ok(written)
    }
}

impl Policy {
    /// Loads a program with the limits of `spec/decision.md`.
    ///
    /// # Errors
    /// As [`Policy::from_program_with`].
    pub fn from_program(program: &[u8]) -> Result<Self, Error> {
        Self::from_program_with(program, &Limits::default())
    }

    /// Loads a program: what [`Policy::to_program`] made of a policy, which it decides as.
    ///
    /// # Errors
    /// `program_malformed`; `policy_builtin` for a call of what is not there; `policy_recursion`; `policy_limit`;
    /// `policy_invalid` for names out of their form.
    ///
    /// # Security
    /// Any program is safe to run. Which policy it was made of, and which digest its decisions name, is what its maker says:
    /// take it from a bundle that was verified, or compare it with what its sources compile to.
    pub fn from_program_with(program: &[u8], limits: &Limits) -> Result<Self, Error> {
        let (stored::Header { name, revision, entrypoint, digest }, program) = stored::read(program, limits)?;
        check_names(&name, &revision, &entrypoint)?;
        let evaluator = Evaluator::of_program(program, &entrypoint, limits);
        Ok(Self::of(Inner {
            namer: Namer::new(revision.clone(), digest.clone()),
            reference: PolicyRef { name, revision, digest },
            entrypoint,
            limits: limits.clone(),
            evaluator,
            decided: Cache::new(),
            #[cfg(feature = "policy-test")]
            source: None,
        }))
    }

    #[cfg_attr(
        not(feature = "std"),
        expect(
            clippy::arc_with_non_send_sync,
            reason = "without `std` there is one thread, and what is remembered has no lock"
        )
    )]
    fn of(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// Decides a request, an AuthZEN evaluation request in JSON. One that was decided before is not evaluated again.
    ///
    /// # Errors
    /// `json_invalid` for anything but a request; `policy_limit`; `policy_evaluation`; `decision_invalid` when the
    /// entrypoint is undefined or its value is not an answer. Every failure denies.
    pub fn decide(&self, request: &[u8]) -> Result<Decision, Error> {
        let hash = hash_of(request);
        if let Some(decided) = self.inner.decided.get(hash, request) {
            return Ok(decided);
        }
        let (input, canonical) = self.admit(request)?;
        let answer = self.inner.evaluator.evaluate(&self.inner.entrypoint, input)?;
        let is_light = request.len() <= MAX_SIZE && answer.as_ref().is_some_and(|answer| answer.weight() <= MAX_SIZE);
        let decision = self.answer(answer, &canonical)?;
        if is_light {
            self.inner.decided.put(hash, request.into(), decision.clone());
        }
        Ok(decision)
    }

    /// Decides many requests, each as [`Policy::decide`] does. Those with the same bytes are decided once, and one that
    /// fails leaves the others alone.
    ///
    /// # Errors
    /// `policy_limit` (`requests`) for more than [`MAX_REQUESTS`].
    pub fn decide_all(&self, requests: &[&[u8]]) -> Result<Vec<Result<Decision, Error>>, Error> {
        if requests.len() > MAX_REQUESTS {
            return Err(limit("requests", MAX_REQUESTS));
        }
        let mut outcomes = vec![None; requests.len()];
        let mut last: Option<(&[u8], usize)> = None;
        for (request, place) in sorted(requests.iter().copied().zip(0_usize..).collect()) {
            let outcome = match last {
                Some((same, first)) if same == request => outcomes.get(first).cloned().flatten(),
                _ => {
                    last = Some((request, place));
                    Some(self.decide(request))
                }
            };
            if let Some(slot) = outcomes.get_mut(place) {
                *slot = outcome;
            }
        }
        Ok(outcomes.into_iter().flatten().collect())
    }

    /// Decides a request and tells why: `spec/policy.md`, "Explain". `values` adds the values of what was read from the
    /// request, which an explanation is silent of otherwise. An evaluation that fails is explained too, as far as it
    /// came.
    ///
    /// # Errors
    /// `json_invalid` for anything but a request; `policy_limit` for one that is too large.
    #[cfg(feature = "policy-explain")]
    pub fn explain(&self, request: &[u8], values: bool) -> Result<Explanation, Error> {
        let (request, canonical) = self.admit(request)?;
        let (answer, account) = self.inner.evaluator.explain(&self.inner.entrypoint, request, values);
        let outcome = answer.and_then(|answer| self.answer(answer.map(Arc::new), &canonical));
        Ok(Explanation::new(&self.inner.entrypoint, self.tier(), outcome, account))
    }

    /// Finds which documents a rule admits: `spec/filter.md`. `known` is a decision request without what the paths in
    /// `unknowns` name; `entrypoint` is the rule, the policy's own if there is none.
    ///
    /// # Errors
    /// `json_invalid` for a request or path out of its form; `policy_invalid` for what is no rule; `policy_limit`;
    /// `policy_evaluation`. Every failure admits nothing.
    pub fn filter(&self, known: &[u8], unknowns: &[String], entrypoint: Option<&str>) -> Result<Filter, Error> {
        let most = self.inner.limits.request_bytes;
        if known.len() > most {
            return Err(limit("request_bytes", most));
        }
        let question = Question::read(known, unknowns)?;
        self.inner.evaluator.filter(entrypoint.unwrap_or(&self.inner.entrypoint), &question)
    }

    /// Returns the value of a rule, which need not be the entrypoint; nothing if it is undefined or is no rule.
    pub(super) fn rule_value(&self, rule: &str, input: Value) -> Result<Option<serde_json::Value>, Error> {
        self.inner.evaluator.value(rule, input)
    }

    /// Names the rule that decides.
    pub(super) fn entrypoint(&self) -> &str {
        &self.inner.entrypoint
    }

    /// Names the policy.
    pub fn reference(&self) -> &PolicyRef {
        &self.inner.reference
    }

    /// Tells which tier decides, and why.
    pub fn tier(&self) -> Tier {
        self.inner.evaluator.tier()
    }
}

#[cfg(feature = "policy-test")]
impl Policy {
    /// Runs the `test_` rules of the modules whose path ends in `_test.rego`, and the cases, and tells which lines of the
    /// other modules they reach.
    ///
    /// # Errors
    /// As [`Policy::load_with`], for the test modules; `json_invalid` for cases that are none.
    pub fn test(&self, options: &super::report::TestOptions) -> Result<super::report::TestReport, Error> {
        let Inner { source, limits, .. } = self.inner.as_ref();
        let Some(source) = source else {
            return Err(Error::PolicyInvalid { reason: "a program has no tests".to_owned() });
        };
        let modules: Vec<&ModuleSource> = source.modules.iter().collect();
        super::report::run(&Evaluator::load(source, &modules, limits)?, source, options)
    }
}

impl Policy {
    /// Returns what the policy sees as `input`, and the canonical bytes of it.
    fn admit(&self, request: &[u8]) -> Result<(Value, Vec<u8>), Error> {
        let most = self.inner.limits.request_bytes;
        if request.len() > most {
            return Err(limit("request_bytes", most));
        }
        let request = Self::read(request)?;
        let mut canonical = Vec::with_capacity(1000);
        request.write_canonical(&mut canonical);
        Ok((request, canonical))
    }

    /// Ties an answer to the request.
    fn answer(&self, answer: Option<Arc<Answer>>, canonical: &[u8]) -> Result<Decision, Error> {
        let answer =
            answer.ok_or_else(|| Error::DecisionInvalid { reason: "the entrypoint is undefined".to_owned() })?;
        Ok(Decision::new(answer, &self.inner.namer, canonical))
    }

    /// Reads what the policy sees as `input`. One reader says what is wrong with what is no request.
    pub(super) fn read(request: &[u8]) -> Result<Value, Error> {
        match request::complete(&Value::parse_json("request", request)?) {
            Some(complete) => Ok(complete),
            None => Request::from_bytes(request).map(|request| Value::from(&request.to_value())),
        }
    }
}

impl core::fmt::Debug for Policy {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.debug_tuple("Policy").field(&self.inner.reference).finish()
    }
}
