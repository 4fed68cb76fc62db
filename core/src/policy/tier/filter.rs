//! Filters by a rule: which documents its value admits.

use alloc::format;
use alloc::string::ToString;

use super::{Evaluator, answer};
use crate::error::Error;
use crate::policy::filter::{Filter, Form, Question, Stop, Symbol, decide};
use crate::policy::syntax::Place;
use crate::policy::value::Value;

impl Evaluator {
    /// Finds the condition under which a rule admits a document.
    ///
    /// # Errors
    /// As [`Evaluator::evaluate`], and `policy_invalid` for what is no rule.
    pub(crate) fn filter(&self, rule: &str, question: &Question) -> Result<Filter, Error> {
        let no_rule = || Error::PolicyInvalid { reason: format!("its entrypoint `{rule}` is no rule") };
        let program = match self.program() {
            Ok(program) => program,
            Err(left) => {
                return Ok(Filter::Unsupported { reason: left.reason.to_string(), place: left.location() });
            }
        };
        let rules = program.find(rule.split('.')).ok_or_else(no_rule)?;
        let machine = self.machine(program, Some(question.input()));
        match decide(program, machine, question, rules, &admits) {
            Ok(form) => Ok(Filter::of(form)),
            Err(Stop::Fault(fault)) => Err(self.failure(fault)),
            Err(Stop::Unsupported(reason, place)) => {
                Ok(Filter::Unsupported { reason: reason.into_owned(), place: place.as_ref().map(Place::location) })
            }
        }
    }
}

/// Returns the condition under which a value admits a document: `spec/filter.md`, "Question". `None` if nobody can tell.
fn admits(value: &Symbol) -> Option<Form> {
    match value {
        Symbol::Known(Value::Bool(flag)) => Some(Form::always_if(*flag)),
        Symbol::Known(value @ Value::Object(_)) => {
            Some(Form::always_if(answer::read(value).is_ok_and(|answer| answer.decision)))
        }
        Symbol::Object(members) => {
            let member = |name: &str| members.iter().find(|(key, _)| *key == Value::text(name)).map(|(_, value)| value);
            let decision = match member("decision") {
                Some(Symbol::Known(Value::Bool(flag))) => *flag,
                Some(Symbol::Known(_)) | None => false,
                Some(_) => return None,
            };
            match member("reasons") {
                _ if !decision => Some(Form::Never),
                None => Some(Form::Always),
                Some(Symbol::Known(Value::Set(reasons))) => Some(Form::always_if(reasons.is_empty())),
                Some(Symbol::Known(Value::Array(reasons))) => Some(Form::always_if(reasons.is_empty())),
                Some(Symbol::Set(items)) => {
                    Some(Form::or(items.iter().map(|(guard, _)| guard.clone()).collect()).not())
                }
                Some(_) => None,
            }
        }
        Symbol::Field(_) | Symbol::Collection => None,
        _ => Some(Form::Never),
    }
}
