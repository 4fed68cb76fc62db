//! The policy engine.

use alloc::string::String;

use crate::error::Error;
use crate::policy;

use super::into_text;

/// Decides requests.
#[derive(Clone)]
pub struct Policy(policy::Policy);

impl Policy {
    /// Loads a policy, given as the JSON of a [`PolicySource`](policy::PolicySource).
    ///
    /// # Errors
    /// As [`policy::Policy::load`]; `json_invalid`.
    pub fn load(policy_json: &str) -> Result<Self, Error> {
        policy::Policy::load(policy::PolicySource::from_bytes(policy_json.as_bytes())?).map(Self)
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

    /// Decides a request and tells why. `values` adds the values of what was read from the request.
    ///
    /// # Errors
    /// As [`policy::Policy::explain`]. An evaluation that fails is explained too.
    pub fn explain(&self, request_json: &str, values: bool) -> Result<Explanation, Error> {
        self.0.explain(request_json.as_bytes(), values).map(Explanation)
    }

    /// Runs the policy's own tests, as a [`TestReport`](policy::TestReport).
    ///
    /// # Errors
    /// As [`policy::Policy::test`].
    #[cfg(feature = "policy-test")]
    pub fn test(&self) -> Result<String, Error> {
        self.0.test()?.to_bytes().map(into_text)
    }
}

/// Tells how a request was decided.
pub struct Explanation(policy::Explanation);

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
