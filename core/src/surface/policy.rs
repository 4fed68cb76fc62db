//! The policy engine.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::error::Error;
use crate::policy;

use super::into_text;
use crate::encoding::json;

/// Decides requests.
#[derive(Clone)]
pub struct Policy(pub(super) policy::Policy);

impl Policy {
    /// Loads a policy, given as the JSON of a [`PolicySource`](policy::PolicySource).
    ///
    /// # Errors
    /// As [`policy::Policy::load`]; `json_invalid`.
    #[cfg(feature = "rego")]
    pub fn load(policy_json: &str) -> Result<Self, Error> {
        policy::Policy::load(policy::PolicySource::from_bytes(policy_json.as_bytes())?).map(Self)
    }

    /// Loads a program: a policy that was compiled before.
    ///
    /// # Errors
    /// As [`policy::Policy::from_program`].
    ///
    /// # Security
    /// As there: take it from a bundle that was verified.
    pub fn from_program(program: &[u8]) -> Result<Self, Error> {
        policy::Policy::from_program(program).map(Self)
    }

    /// Returns the policy as a program: `spec/program.md`.
    ///
    /// # Errors
    /// As [`policy::Policy::to_program`].
    #[cfg(feature = "rego")]
    pub fn to_program(&self) -> Result<Vec<u8>, Error> {
        self.0.to_program()
    }

    /// Says what is doubtful in a policy, given as the JSON of a [`PolicySource`](policy::PolicySource), under the JSON of
    /// [`Schemas`](policy::Schemas). Returns the list of each [`Finding`](policy::Finding).
    ///
    /// # Errors
    /// `json_invalid` for what is not these; all else is a finding.
    #[cfg(feature = "policy-check")]
    pub fn check(policy_json: &str, schemas_json: &str) -> Result<String, Error> {
        let source = policy::PolicySource::from_bytes(policy_json.as_bytes())?;
        let schemas = policy::Schemas::from_bytes(schemas_json.as_bytes())?;
        policy::Finding::list_to_bytes(&policy::Policy::check(&source, &schemas)).map(into_text)
    }

    /// Names the policy, as [`PolicyRef`](crate::label::PolicyRef).
    ///
    /// # Errors
    /// Never in practice: the reference is JSON.
    pub fn describe(&self) -> Result<String, Error> {
        Ok(into_text(self.0.reference().to_bytes()))
    }

    /// Decides a request, given as JSON.
    ///
    /// # Errors
    /// As [`policy::Policy::decide`]. Whoever asked is refused.
    pub fn decide(&self, request_json: &str) -> Result<String, Error> {
        self.0.decide(request_json.as_bytes())?.to_bytes().map(into_text)
    }

    /// Decides many requests, given as JSON. One that fails has a refusal with the failure's code and message in its place.
    ///
    /// # Errors
    /// As [`policy::Policy::decide_all`].
    pub fn decide_all(&self, requests: &[String]) -> Result<Vec<String>, Error> {
        let requests: Vec<&[u8]> = requests.iter().map(String::as_bytes).collect();
        let text = |outcome: Result<policy::Decision, Error>| {
            outcome.and_then(|decision| decision.to_bytes()).unwrap_or_else(|error| refusal(&error))
        };
        Ok(self.0.decide_all(&requests)?.into_iter().map(text).map(into_text).collect())
    }

    /// Decides a request and returns the entry that tells of it, under the JSON of
    /// [`LogContext`](policy::LogContext): `spec/policy.md`, "Decision log".
    ///
    /// # Errors
    /// `json_invalid` for the context. A request that fails has an entry that says so.
    pub fn log_entry(&self, request_json: &str, context_json: &str) -> Result<String, Error> {
        let context = policy::LogContext::from_bytes(context_json.as_bytes())?;
        Ok(into_text(self.0.log_entry(request_json.as_bytes(), &context)))
    }

    /// Decides a request and tells why. `values` adds the values of what was read from the request.
    ///
    /// # Errors
    /// As [`policy::Policy::explain`]. An evaluation that fails is explained too.
    #[cfg(feature = "policy-explain")]
    pub fn explain(&self, request_json: &str, values: bool) -> Result<Explanation, Error> {
        self.0.explain(request_json.as_bytes(), values).map(Explanation)
    }

    /// Finds which documents the policy admits, for a question in JSON: `known`, `unknowns` and maybe `entrypoint`
    /// (`spec/filter.md`, "Question").
    ///
    /// # Errors
    /// As [`policy::Policy::filter`]; `filter_unsupported`. Whoever searches is refused.
    pub fn filter(&self, question_json: &str) -> Result<Filter, Error> {
        let question = policy::FilterQuestion::from_bytes(question_json.as_bytes())?;
        let filter = self.0.filter(&question.known, &question.unknowns, question.entrypoint.as_deref())?;
        filter.supported().map(Filter)
    }

    /// Runs the policy's own tests, under the JSON of [`TestOptions`](policy::TestOptions), as a
    /// [`TestReport`](policy::TestReport).
    ///
    /// # Errors
    /// As [`policy::Policy::test`].
    #[cfg(feature = "policy-test")]
    pub fn test(&self, options_json: &str) -> Result<String, Error> {
        let options = policy::TestOptions::from_bytes(options_json.as_bytes())?;
        self.0.test(&options)?.to_bytes().map(into_text)
    }
}

/// Tells how a request was decided.
#[cfg(feature = "policy-explain")]
pub struct Explanation(policy::Explanation);

#[cfg(feature = "policy-explain")]
impl Explanation {
    /// Returns the whole record, as JSON: `spec/policy.md`, "Explain".
    ///
    /// # Errors
    /// As [`policy::Explanation::to_bytes`].
    pub fn record(&self) -> Result<String, Error> {
        self.0.to_bytes().map(into_text)
    }

    /// Returns it as a tree of text, with the terminal's colours if they are wanted.
    pub fn tree(&self, colour: bool) -> String {
        self.0.to_tree(colour)
    }

    /// Returns it as a picture, an SVG that stands by itself.
    pub fn svg(&self) -> String {
        self.0.to_svg()
    }
}

/// Says which documents a policy admits.
#[derive(Clone)]
pub struct Filter(policy::Filter);

impl Filter {
    /// Reads a filter, given as JSON.
    ///
    /// # Errors
    /// `json_invalid`; `filter_unsupported`.
    pub fn parse(filter_json: &str) -> Result<Self, Error> {
        policy::Filter::from_bytes(filter_json.as_bytes())?.supported().map(Self)
    }

    /// Returns its kind and condition (`spec/filter.md`, "Answer").
    pub fn describe(&self) -> String {
        into_text(self.0.to_bytes())
    }

    /// Tells whether a document is admitted, given as an AuthZEN resource in JSON.
    ///
    /// # Errors
    /// As [`policy::Filter::matches`].
    pub fn matches(&self, resource_json: &str) -> Result<bool, Error> {
        self.0.matches(resource_json.as_bytes())
    }

    /// Says the filter in the terms of a store, given as JSON (`spec/filter.md`, "Types").
    ///
    /// # Errors
    /// As [`policy::Filter::lower`]; `json_invalid`.
    pub fn lower(&self, target_json: &str) -> Result<String, Error> {
        self.0.lower(&policy::Target::from_bytes(target_json.as_bytes())?).map(into_text)
    }
}

/// Says that a request was not decided, which is a refusal: `spec/decision.md`, "Many requests".
fn refusal(error: &Error) -> Vec<u8> {
    let mut out = Vec::from(b"{\"decision\":false,\"error\":{\"code\":".as_slice());
    json::write_text(error.code(), &mut out);
    out.extend_from_slice(b",\"message\":");
    json::write_text(&error.to_string(), &mut out);
    out.extend_from_slice(b"}}");
    out
}
