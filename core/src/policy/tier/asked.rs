//! What the entrypoint was asked before: its answer depends on the parts of the input that it reads, and on nothing else.

use alloc::vec::Vec;

use super::answer;
use crate::error::Error;
use crate::policy::cache::{Cache, MAX_SIZE, REMEMBERS};
use crate::policy::compiled::{Program, RulesId, SlotId};
use crate::policy::decision::Answer;
use crate::policy::fuel::length;
use crate::policy::value::Value;

/// Remembers answers by what they depend on.
pub(super) struct Asked {
    entrypoint: Option<RulesId>,
    slots: Vec<SlotId>,
    answers: Cache<Vec<Option<Value>>, Answer>,
}

impl Asked {
    /// Finds the entrypoint of a program and what it reads.
    pub(super) fn new(program: &Program, entrypoint: &str) -> Self {
        let entrypoint = program.find(entrypoint.split('.'));
        let slots = entrypoint.filter(|_| REMEMBERS).map(|rules| program.reads(rules)).unwrap_or_default();
        Self { entrypoint, slots, answers: Cache::new() }
    }

    /// Remembers nothing.
    #[cfg(feature = "rego-reference")]
    pub(super) fn nothing() -> Self {
        Self { entrypoint: None, slots: Vec::new(), answers: Cache::new() }
    }

    pub(super) const fn entrypoint(&self) -> Option<RulesId> {
        self.entrypoint
    }

    /// Returns the answer for an input, which is evaluated unless it says the same as another one where it matters.
    ///
    /// # Errors
    /// Those of the evaluation, which are not remembered; `decision_invalid` when the value is no answer.
    pub(super) fn answer(
        &self,
        program: &Program,
        input: &Value,
        evaluate: impl FnOnce() -> Result<Option<Value>, Error>,
    ) -> Result<Option<Answer>, Error> {
        if !REMEMBERS {
            return evaluate()?.as_ref().map(answer::read).transpose();
        }
        let read = |slot: &SlotId| program.read(*slot, input).cloned();
        let slots: Vec<Option<Value>> = self.slots.iter().map(read).collect();
        let hash = self.answers.hash(&slots);
        if let Some(answer) = self.answers.get(hash, &slots) {
            return Ok(Some(answer));
        }
        let Some(value) = evaluate()? else { return Ok(None) };
        let answer = answer::read(&value)?;
        let most = length(MAX_SIZE);
        let weight = slots.iter().flatten().map(Value::weight).fold(0, u64::saturating_add);
        if weight <= most && value.weight() <= most {
            self.answers.put(hash, slots, answer.clone());
        }
        Ok(Some(answer))
    }
}
