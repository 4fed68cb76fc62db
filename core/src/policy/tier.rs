//! The two tiers behind one policy: the compiled one wherever it has OPA's meaning exactly, the reference interpreter for
//! the rest.

mod answer;
mod asked;
#[cfg(feature = "policy-explain")]
mod explain;
mod filter;
#[cfg(feature = "rego")]
mod load;
#[cfg(feature = "policy-test")]
mod trace;

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
#[cfg(feature = "rego-reference")]
use alloc::string::ToString;
use alloc::sync::Arc;
#[cfg(feature = "rego-reference")]
use alloc::vec::Vec;

use serde_json::Value as Json;

use super::compiled::{Left, Machine, Program};
use super::decision::Answer;
#[cfg(feature = "policy-explain")]
use super::explain::Sources;
use super::fuel::{Fault, Fuel};
#[cfg(feature = "rego-reference")]
use super::interpreter::Interpreter;
use super::limits::Limits;
use super::number::MAX_DIGITS;
#[cfg(feature = "rego-reference")]
use super::outline::RuleOutline;
use super::value::{MAX_DEPTH, Value};
use crate::error::{Error, Location};
use asked::Asked;

#[cfg(feature = "policy-check")]
pub(crate) use load::check_text;
#[cfg(feature = "policy-test")]
pub(crate) use trace::Trace;

/// Tells which tier decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tier {
    /// The compiled one.
    Compiled,
    /// The reference interpreter, which takes all of Rego v1 and some hundred times as long.
    Reference {
        /// What the compiled tier does not take.
        reason: String,
        /// Where that stands, if it stands in one place.
        place: Option<Location>,
    },
}

/// Holds checked modules, ready to be evaluated.
pub(crate) struct Evaluator {
    #[cfg(feature = "rego-reference")]
    pub(crate) rules: Vec<RuleOutline>,
    limits: Limits,
    engine: Engine,
    /// What conditions are quoted from.
    #[cfg(feature = "policy-explain")]
    sources: Sources,
    asked: Asked,
}

enum Engine {
    Compiled(Box<Program>),
    #[cfg(feature = "rego-reference")]
    Reference(Box<Interpreter>, Left),
}

impl Evaluator {
    /// Lends the program, or tells what the compiled tier did not take.
    pub(crate) fn program(&self) -> Result<&Program, &Left> {
        match &self.engine {
            Engine::Compiled(program) => Ok(program),
            #[cfg(feature = "rego-reference")]
            Engine::Reference(_, left) => Err(left),
        }
    }

    /// Holds a program that was compiled before.
    pub(crate) fn of_program(program: Program, entrypoint: &str, limits: &Limits) -> Self {
        Self {
            #[cfg(feature = "rego-reference")]
            rules: Vec::new(),
            limits: limits.clone(),
            asked: Asked::new(&program, entrypoint),
            engine: Engine::Compiled(Box::new(program)),
            #[cfg(feature = "policy-explain")]
            sources: Sources::new(&[]),
        }
    }

    pub(crate) fn tier(&self) -> Tier {
        match &self.engine {
            Engine::Compiled(_) => Tier::Compiled,
            #[cfg(feature = "rego-reference")]
            Engine::Reference(_, left) => Tier::Reference { reason: left.reason.to_string(), place: left.location() },
        }
    }

    /// Evaluates the entrypoint against an input and reads its value as an answer; `None` if it is undefined.
    ///
    /// # Errors
    /// `policy_limit` when it takes too much, `decision_invalid` when it is no answer, `policy_evaluation` for every other
    /// failure.
    #[cfg_attr(
        not(feature = "rego-reference"),
        expect(unused_variables, reason = "the reference tier finds it by name")
    )]
    pub(crate) fn evaluate(&self, entrypoint: &str, input: Value) -> Result<Option<Arc<Answer>>, Error> {
        match &self.engine {
            Engine::Compiled(program) => {
                let Some(rules) = self.asked.entrypoint() else { return Ok(None) };
                self.asked.answer(program, &input, |read| {
                    let mut machine = self.machine(program, Some(input.clone()));
                    machine.take_read(read);
                    machine.evaluate(rules).map_err(|fault| self.failure(fault))
                })
            }
            #[cfg(feature = "rego-reference")]
            Engine::Reference(interpreter, _) => {
                let input = input.to_json().ok_or_else(|| self.failure(Fault::Limit("value_depth")))?;
                let answer = interpreter.as_ref().clone().evaluate(entrypoint, &input)?.map(Answer::from_value);
                Ok(answer.transpose()?.map(Arc::new))
            }
        }
    }

    /// Evaluates any rule and returns its value as JSON; nothing if it is undefined or is no rule.
    ///
    /// # Errors
    /// As [`Evaluator::evaluate`].
    pub(crate) fn value(&self, rule: &str, input: Value) -> Result<Option<Json>, Error> {
        let too_deep = || self.failure(Fault::Limit("value_depth"));
        match &self.engine {
            Engine::Compiled(program) => {
                let Some(rules) = program.find(rule.split('.')) else { return Ok(None) };
                let value = self.machine(program, Some(input)).evaluate(rules).map_err(|fault| self.failure(fault))?;
                value.map(|value| value.to_json().ok_or_else(too_deep)).transpose()
            }
            #[cfg(feature = "rego-reference")]
            Engine::Reference(interpreter, _) => {
                if !self.rules.iter().any(|outline| outline.path.iter().map(String::as_str).eq(rule.split('.'))) {
                    return Ok(None);
                }
                let input = input.to_json().ok_or_else(too_deep)?;
                interpreter.as_ref().clone().evaluate(rule, &input)
            }
        }
    }

    fn machine<'p>(&self, program: &'p Program, input: Option<Value>) -> Machine<'p> {
        let steps = u64::from(self.limits.kilosteps).saturating_mul(1000);
        let bytes = u64::try_from(self.limits.builtin_bytes).unwrap_or(u64::MAX);
        Machine::new(program, input, Fuel::new(steps, bytes))
    }

    fn failure(&self, fault: Fault) -> Error {
        let (limit, most) = match fault {
            Fault::Conflict(reason) => return Error::PolicyEvaluation { reason: reason.to_owned() },
            Fault::Limit("steps") => ("kilosteps", self.limits.kilosteps.into()),
            Fault::Limit("bytes") => ("builtin_bytes", u64::try_from(self.limits.builtin_bytes).unwrap_or(u64::MAX)),
            Fault::Limit("depth") => ("depth", self.limits.depth.into()),
            Fault::Limit(limit @ "value_depth") => (limit, MAX_DEPTH.into()),
            Fault::Limit(limit @ "number") => (limit, MAX_DIGITS.unsigned_abs()),
            Fault::Limit(limit) => (limit, 0),
        };
        Error::PolicyLimit { limit, most }
    }
}
