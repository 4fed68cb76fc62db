//! Evaluates with a trace, where the tier has one.

#[cfg(feature = "rego-reference")]
use alloc::sync::Arc;

use super::{Engine, Evaluator, answer};
use crate::error::Error;
use crate::policy::decision::Answer;
use crate::policy::explain::{Account, assemble};
use crate::policy::value::Value;

impl Evaluator {
    /// Evaluates one rule as [`Evaluator::evaluate`] does, and tells what happened. The reference tier tells nothing.
    pub(crate) fn explain(&self, rule: &str, input: Value, values: bool) -> (Result<Option<Answer>, Error>, Account) {
        match &self.engine {
            Engine::Compiled(program) => {
                let Some(rules) = program.find(rule.split('.')) else { return (Ok(None), Account::default()) };
                let mut machine = self.machine(program, Some(input));
                machine.trace();
                let value = machine.evaluate(rules);
                let trace = machine.into_trace();
                let value = value.map_err(|fault| self.failure(fault));
                let answer = value.and_then(|value| value.as_ref().map(answer::read).transpose());
                let told = answer.as_ref().ok().and_then(Option::as_ref);
                let account = assemble(program, &trace, &self.sources, told, values);
                (answer, account)
            }
            #[cfg(feature = "rego-reference")]
            Engine::Reference(..) => {
                let answer = self.evaluate(rule, input);
                (answer.map(|answer| answer.map(Arc::unwrap_or_clone)), Account::default())
            }
        }
    }
}
