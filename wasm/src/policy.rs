//! Policies, in an instance that never holds a key.

use alloc::string::String;
use alloc::vec::Vec;

use sealwright_core::surface;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Failure;

/// Holds a loaded policy.
#[wasm_bindgen]
pub struct Policy(pub(crate) surface::Policy);

#[wasm_bindgen]
impl Policy {
    /// Loads modules and data from JSON.
    ///
    /// # Errors
    /// As the core's.
    #[cfg(feature = "policy")]
    pub fn load(policy_json: &str) -> Result<Self, Failure> {
        Ok(Self(surface::Policy::load(policy_json)?))
    }

    /// Loads a program.
    ///
    /// # Errors
    /// As the core's.
    #[cfg(feature = "policy-program")]
    #[wasm_bindgen(js_name = fromProgram)]
    pub fn from_program(program: &[u8]) -> Result<Self, Failure> {
        Ok(Self(surface::Policy::from_program(program)?))
    }

    /// Says what is doubtful in a policy, JSON to JSON.
    ///
    /// # Errors
    /// As the core's.
    #[cfg(feature = "policy-tools")]
    pub fn check(policy_json: &str, schemas_json: &str) -> Result<String, Failure> {
        Ok(surface::Policy::check(policy_json, schemas_json)?)
    }

    /// Returns name, revision and digest, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn describe(&self) -> Result<String, Failure> {
        Ok(self.0.describe()?)
    }

    /// Answers a request, JSON to JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn decide(&self, request: &str) -> Result<String, Failure> {
        Ok(self.0.decide(request)?)
    }

    /// Answers many requests, JSON to JSON.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = decideAll)]
    pub fn decide_all(&self, requests: Vec<String>) -> Result<Vec<String>, Failure> {
        Ok(self.0.decide_all(&requests)?)
    }

    /// Answers a request and returns the entry for a decision log, JSON to JSON.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = logEntry)]
    pub fn log_entry(&self, request: &str, context: &str) -> Result<String, Failure> {
        Ok(self.0.log_entry(request, context)?)
    }

    /// Answers a request and tells why.
    ///
    /// # Errors
    /// As the core's.
    #[cfg(feature = "policy-tools")]
    pub fn explain(&self, request: &str, values: bool) -> Result<Explanation, Failure> {
        Ok(Explanation(self.0.explain(request, values)?))
    }

    /// Finds which documents the policy admits, for a question in JSON.
    ///
    /// # Errors
    /// As the core's.
    #[cfg(feature = "policy-tools")]
    pub fn filter(&self, question: &str) -> Result<Filter, Failure> {
        Ok(Filter(self.0.filter(question)?))
    }
}

/// Tells how a request was decided.
#[cfg(feature = "policy-tools")]
#[wasm_bindgen]
pub struct Explanation(surface::Explanation);

#[cfg(feature = "policy-tools")]
#[wasm_bindgen]
impl Explanation {
    /// Returns the record, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn record(&self) -> Result<String, Failure> {
        Ok(self.0.record()?)
    }

    /// Returns lines of text.
    pub fn tree(&self, colour: bool) -> String {
        self.0.tree(colour)
    }

    /// Returns a picture.
    pub fn svg(&self) -> String {
        self.0.svg()
    }
}

/// Holds a filter.
#[cfg(feature = "policy-tools")]
#[wasm_bindgen]
pub struct Filter(surface::Filter);

#[cfg(feature = "policy-tools")]
#[wasm_bindgen]
impl Filter {
    /// Reads a filter from JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn parse(filter_json: &str) -> Result<Self, Failure> {
        Ok(Self(surface::Filter::parse(filter_json)?))
    }

    /// Returns kind and condition, as JSON.
    pub fn describe(&self) -> String {
        self.0.describe()
    }

    /// Tells whether a document is admitted.
    ///
    /// # Errors
    /// As the core's.
    pub fn matches(&self, resource: &str) -> Result<bool, Failure> {
        Ok(self.0.matches(resource)?)
    }

    /// Says the filter in a store's terms, JSON to JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn lower(&self, target: &str) -> Result<String, Failure> {
        Ok(self.0.lower(target)?)
    }
}
