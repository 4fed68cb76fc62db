//! What the entrypoint was asked before: its answer depends on the parts of the input that it reads, and on nothing else.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::answer;
use crate::error::Error;
use crate::policy::cache::{Cache, MAX_SIZE, REMEMBERS_PARTS, hash_of};
use crate::policy::compiled::{Program, RulesId, SlotId};
use crate::policy::decision::Answer;
use crate::policy::fuel::length;
use crate::policy::value::Value;

/// Hands over the parts of the input that were read already.
pub(super) type Read<'a> = &'a mut dyn Iterator<Item = (SlotId, Option<Value>)>;

/// Remembers answers by what they depend on.
pub(super) struct Asked {
    entrypoint: Option<RulesId>,
    slots: Vec<SlotId>,
    answers: Cache<Vec<Option<Value>>, Arc<Answer>>,
}

impl Asked {
    /// Finds the entrypoint of a program and what it reads.
    pub(super) fn new(program: &Program, entrypoint: &str) -> Self {
        let entrypoint = program.find(entrypoint.split('.'));
        let slots = entrypoint.filter(|_| REMEMBERS_PARTS).map(|rules| program.reads(rules)).unwrap_or_default();
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
        evaluate: impl FnOnce(Read<'_>) -> Result<Option<Value>, Error>,
    ) -> Result<Option<Arc<Answer>>, Error> {
        if !REMEMBERS_PARTS {
            let answer = evaluate(&mut core::iter::empty())?.as_ref().map(answer::read).transpose()?;
            return Ok(answer.map(Arc::new));
        }
        let slots = program.read_all(&self.slots, input);
        let hash = hash_of(slots.as_slice());
        if let Some(answer) = self.answers.get(hash, &slots) {
            return Ok(Some(answer));
        }
        let mut read = self.slots.iter().copied().zip(slots.iter().cloned());
        let Some(value) = evaluate(&mut read)? else { return Ok(None) };
        let answer = Arc::new(answer::read(&value)?);
        let most = length(MAX_SIZE);
        let weight = slots.iter().flatten().map(Value::weight).fold(0, u64::saturating_add);
        if weight <= most && value.weight() <= most {
            self.answers.put(hash, slots, answer.clone());
        }
        Ok(Some(answer))
    }
}
