//! Evaluates Rego with the interpreter of `regorus`, which is named in this module and its children alone.
//!
//! Its virtual machine is not used: it lets pass what must fail (`every` over a limit, conflicting rules). Its parser is
//! only given text that `scan` has passed, its evaluator only rules that `check` has passed.

mod meter;
mod metered;
mod value;

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use std::panic::{AssertUnwindSafe, catch_unwind};

use regorus::utils::limits::PolicyLengthConfig;
use regorus::{Engine, Value as Rego};
use serde_json::{Map, Value};

use super::failure;
use super::limits::Limits;
use super::parser::MAX_COLUMNS;
use super::source::ModuleSource;
use crate::error::Error;

/// Tells whether the interpreter may be asked for a built-in.
pub(crate) fn has_builtin(name: &str) -> bool {
    metered::find(name).is_some()
}

/// Asking for a rule that no policy has prepares the engine and does nothing else: it then says that there is none.
const NO_RULE: &str = "data[\"\"]";
const PREPARED: &str = "not a valid rule path";

/// Holds modules and data, ready to be evaluated.
#[derive(Clone)]
pub(crate) struct Interpreter {
    engine: Engine,
    limits: Limits,
}

impl Interpreter {
    /// Parses modules that `scan` has passed.
    ///
    /// # Errors
    /// `policy_syntax`; `policy_invalid` when the host's process has taken over what counts steps.
    pub(crate) fn parse(modules: &[&ModuleSource], limits: &Limits) -> Result<Self, Error> {
        guarded(load_failure, || {
            let mut engine = Engine::new();
            engine.set_strict_builtin_errors(false);
            engine
                .set_policy_length_config(PolicyLengthConfig { max_col: MAX_COLUMNS, ..PolicyLengthConfig::default() });
            meter::install(&mut engine, limits)?;
            for module in modules {
                engine
                    .add_policy(module.path.clone(), module.text.clone())
                    .map_err(|error| failure::at_load(&error.to_string(), &module.path))?;
            }
            Ok(Self { engine, limits: limits.clone() })
        })
    }

    /// Adds the data and prepares the rules for evaluation, once for all clones.
    ///
    /// # Errors
    /// `policy_syntax`, `policy_invalid`.
    pub(crate) fn prepare(&mut self, data: &Map<String, Value>) -> Result<(), Error> {
        guarded(load_failure, || {
            let data = value::from_json(&Value::Object(data.clone()));
            self.engine.add_data(data).map_err(|_| load_failure())?;
            match self.engine.eval_rule(NO_RULE.to_owned()).map_err(|error| error.to_string()) {
                Err(text) if !text.contains(PREPARED) => Err(self.located(&text)),
                _ => Ok(()),
            }
        })
    }

    /// Evaluates one rule against an input and returns its value, sets as arrays; `None` if it is undefined.
    ///
    /// # Errors
    /// `policy_limit` when it takes too much, `decision_invalid` when it is no JSON, `policy_evaluation` for every other
    /// failure.
    pub(crate) fn evaluate(&mut self, rule: &str, input: &Value) -> Result<Option<Value>, Error> {
        match self.value(rule, value::from_json(input))? {
            Rego::Undefined => Ok(None),
            value => value::to_json(&value).map(Some),
        }
    }

    fn value(&mut self, rule: &str, input: Rego) -> Result<Rego, Error> {
        guarded(evaluation_failure, || {
            self.engine.set_input(input);
            let metered = meter::start(&self.limits);
            let value = self.engine.eval_rule(format!("data.{rule}"));
            metered.finish()?;
            value.map_err(|error| failure::at_evaluation(&error.to_string(), &self.limits))
        })
    }

    /// Turns an error text into a failure with the place in whichever module it names.
    fn located(&mut self, text: &str) -> Error {
        let paths: Vec<String> =
            self.engine.get_modules().iter().map(|module| module.package.span.source.get_path().clone()).collect();
        let failures = paths.iter().map(|path| failure::at_load(text, path));
        failures.into_iter().find(|failure| failure.location().is_some()).unwrap_or_else(load_failure)
    }
}

#[cfg(feature = "policy-test")]
impl Interpreter {
    /// Counts covered lines from here on.
    pub(crate) fn enable_coverage(&mut self) {
        self.engine.set_enable_coverage(true);
    }

    /// Tells whether a test rule is exactly `true`.
    ///
    /// # Errors
    /// As [`Interpreter::evaluate`].
    pub(crate) fn is_true(&mut self, rule: &str) -> Result<bool, Error> {
        Ok(self.value(rule, Rego::new_object())? == Rego::Bool(true))
    }

    /// Lets a built-in that fails end the evaluation, or not.
    pub(crate) fn set_strict(&mut self, is_strict: bool) {
        self.engine.set_strict_builtin_errors(is_strict);
    }

    /// Returns a rule's value as JSON text, sets as arrays.
    ///
    /// # Errors
    /// As [`Interpreter::evaluate`].
    pub(crate) fn value_text(&mut self, rule: &str, input: Option<&Value>) -> Result<Option<String>, Error> {
        let input = input.map_or(Rego::Undefined, value::from_json);
        match self.value(rule, input)? {
            Rego::Undefined => Ok(None),
            value => value.to_json_str().map(Some).map_err(|_| evaluation_failure()),
        }
    }

    /// Returns the lines of each module that were evaluated, and those that were not.
    ///
    /// # Errors
    /// `policy_evaluation` when the lines cannot be told.
    pub(crate) fn coverage(&self) -> Result<Vec<super::report::FileCoverage>, Error> {
        let report = self.engine.get_coverage_report().map_err(|_| evaluation_failure())?;
        let file = |file: regorus::coverage::File| super::report::FileCoverage {
            path: file.path,
            covered: file.covered.into_iter().collect(),
            not_covered: file.not_covered.into_iter().collect(),
        };
        Ok(report.files.into_iter().map(file).collect())
    }
}

/// Turns a panic of the interpreter into a failure where panics unwind; elsewhere they end the instance.
fn guarded<T>(failure: fn() -> Error, run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    // An engine that panicked is dropped by every caller, so nobody sees it half changed.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(failure()))
}

fn load_failure() -> Error {
    Error::PolicyInvalid { reason: "a module uses a construct that cannot be evaluated".to_owned() }
}

fn evaluation_failure() -> Error {
    Error::PolicyEvaluation { reason: "the evaluation failed".to_owned() }
}
