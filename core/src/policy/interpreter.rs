//! Evaluates Rego with the interpreter of `regorus`, which is named in this module and its children alone.
//!
//! Its virtual machine is not used: it lets pass what must fail (`every` over a limit, conflicting rules). Its parser is
//! only given text that `scan` has passed, its evaluator only rules that `check` has passed.

mod failure;
mod meter;
mod reference;
mod syntax;

use std::panic::{AssertUnwindSafe, catch_unwind};

use regorus::{Engine, Value};

use super::limits::Limits;
use super::outline::RuleOutline;
use super::source::ModuleSource;
use crate::error::Error;

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
            meter::install(&mut engine, limits)?;
            for module in modules {
                engine
                    .add_policy(module.path.clone(), module.text.clone())
                    .map_err(|error| failure::at_load(&error.to_string(), &module.path))?;
            }
            Ok(Self { engine, limits: limits.clone() })
        })
    }

    /// Outlines every rule, for `check`.
    ///
    /// # Errors
    /// `policy_syntax` for a reference that cannot be read.
    pub(crate) fn outline(&mut self) -> Result<Vec<RuleOutline>, Error> {
        let mut rules = Vec::new();
        for module in self.engine.get_modules().iter() {
            syntax::outline(module, &mut rules)?;
        }
        Ok(rules)
    }

    /// Adds the data, a canonical JSON object, and prepares the rules for evaluation, once for all clones.
    ///
    /// # Errors
    /// `policy_syntax`, `policy_invalid`.
    pub(crate) fn prepare(&mut self, data: &str) -> Result<(), Error> {
        guarded(load_failure, || {
            let invalid = |_| Error::PolicyInvalid { reason: "its data cannot be read".to_owned() };
            self.engine.add_data_json(data).map_err(invalid)?;
            let paths: Vec<String> = self.engine.get_modules().iter().map(|module| syntax::path_of(module)).collect();
            let failure = |text: &str| {
                let located = paths.iter().map(|path| failure::at_load(text, path));
                located.into_iter().find(|error| error.location().is_some()).unwrap_or_else(load_failure)
            };
            self.engine.eval_query("1".to_owned(), false).map_err(|error| failure(&error.to_string()))?;
            Ok(())
        })
    }

    /// Evaluates one rule against an input and returns its value as JSON, sets as arrays; `None` if it is undefined.
    ///
    /// # Errors
    /// `policy_limit` when it takes too much, `policy_evaluation` for every other failure.
    pub(crate) fn evaluate(&mut self, rule: &str, input: &str) -> Result<Option<String>, Error> {
        match self.value(rule, Some(input))? {
            Value::Undefined => Ok(None),
            value => meter::to_json(&value).map(Some),
        }
    }

    fn value(&mut self, rule: &str, input: Option<&str>) -> Result<Value, Error> {
        guarded(evaluation_failure, || {
            let input = match input {
                Some(text) => Value::from_json_str(text).map_err(|_| evaluation_failure())?,
                None => Value::new_object(),
            };
            self.engine.set_input(input);
            let metered = meter::start(&self.limits);
            let value = self.engine.eval_rule(format!("data.{rule}"));
            metered.finish()?;
            value.map_err(|error| failure::at_evaluation(&error.to_string(), &self.limits))
        })
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
        Ok(self.value(rule, None)? == Value::Bool(true))
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
