//! What running a policy's tests asks of a tier: whether a rule is true, and which lines that took.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::{Engine, Evaluator};
use crate::error::Error;
use crate::policy::compiled::Program;
use crate::policy::report::FileCoverage;
use crate::policy::value::Value;

/// Runs rules and remembers which lines they reached.
pub(crate) struct Trace<'a> {
    evaluator: &'a Evaluator,
    runner: Runner<'a>,
}

enum Runner<'a> {
    /// The places that were reached.
    Compiled(&'a Program, Vec<bool>),
    #[cfg(feature = "rego-reference")]
    Reference(Box<super::Interpreter>),
}

impl<'a> Trace<'a> {
    pub(crate) fn new(evaluator: &'a Evaluator) -> Self {
        let runner = match &evaluator.engine {
            Engine::Compiled(program) => Runner::Compiled(program, program.places.iter().map(|_| false).collect()),
            #[cfg(feature = "rego-reference")]
            Engine::Reference(interpreter, _) => {
                let mut interpreter = interpreter.clone();
                interpreter.enable_coverage();
                Runner::Reference(interpreter)
            }
        };
        Self { evaluator, runner }
    }

    /// Tells whether a rule is exactly `true` without an input.
    ///
    /// # Errors
    /// As [`Evaluator::evaluate`].
    pub(crate) fn is_true(&mut self, rule: &str) -> Result<bool, Error> {
        match &mut self.runner {
            Runner::Compiled(program, reached) => {
                let Some(rules) = program.find(rule.split('.')) else { return Ok(false) };
                let mut machine = self.evaluator.machine(program, Some(Value::from(&serde_json::json!({}))));
                machine.note_places();
                let value = machine.evaluate(rules);
                for (all, own) in reached.iter_mut().zip(machine.reached()) {
                    *all |= own;
                }
                Ok(value.map_err(|fault| self.evaluator.failure(fault))? == Some(Value::Bool(true)))
            }
            #[cfg(feature = "rego-reference")]
            Runner::Reference(interpreter) => interpreter.is_true(rule),
        }
    }

    /// Returns the lines of each module that were evaluated, and those that were not.
    ///
    /// # Errors
    /// `policy_evaluation` when the lines cannot be told.
    pub(crate) fn coverage(&self) -> Result<Vec<FileCoverage>, Error> {
        match &self.runner {
            Runner::Compiled(program, reached) => Ok(lines(program, reached)),
            #[cfg(feature = "rego-reference")]
            Runner::Reference(interpreter) => interpreter.coverage(),
        }
    }
}

/// A line was evaluated if one of its places was reached.
fn lines(program: &Program, reached: &[bool]) -> Vec<FileCoverage> {
    let mut files: BTreeMap<&str, BTreeMap<u32, bool>> = BTreeMap::new();
    for (place, reached) in program.places.iter().zip(reached) {
        *files.entry(&place.file).or_default().entry(place.row).or_default() |= reached;
    }
    let file = |(path, rows): (&str, BTreeMap<u32, bool>)| {
        let only = |wanted: bool| rows.iter().filter(move |(_, reached)| **reached == wanted).map(|(row, _)| *row);
        FileCoverage { path: path.into(), covered: only(true).collect(), not_covered: only(false).collect() }
    };
    files.into_iter().map(file).collect()
}
