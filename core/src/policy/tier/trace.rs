//! What running a policy's tests asks of a tier: whether a rule is true, and which lines that took.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::{Engine, Evaluator};
use crate::error::Error;
use crate::policy::compiled::Program;
use crate::policy::decision::Answer;
#[cfg(feature = "rego-reference")]
use crate::policy::fuel::Fault;
use crate::policy::report::FileCoverage;
use crate::policy::value::Value;

/// Runs rules and remembers which lines they reached.
pub(crate) struct Trace<'a> {
    evaluator: &'a Evaluator,
    runner: Runner<'a>,
    /// The places that the last rule reached.
    last: Vec<bool>,
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
        Self { evaluator, runner, last: Vec::new() }
    }

    /// Tells whether a rule is exactly `true` without an input.
    ///
    /// # Errors
    /// As [`Evaluator::evaluate`].
    pub(crate) fn is_true(&mut self, rule: &str) -> Result<bool, Error> {
        match &mut self.runner {
            Runner::Compiled(..) => {
                let value = self.compiled(rule, Value::from(&serde_json::json!({})))?;
                Ok(value == Some(Value::Bool(true)))
            }
            #[cfg(feature = "rego-reference")]
            Runner::Reference(interpreter) => interpreter.is_true(rule),
        }
    }

    /// Evaluates a rule against an input and reads its value as an answer; `None` if it is undefined.
    ///
    /// # Errors
    /// As [`Evaluator::evaluate`].
    pub(crate) fn answer(&mut self, rule: &str, input: Value) -> Result<Option<Answer>, Error> {
        match &mut self.runner {
            Runner::Compiled(..) => self.compiled(rule, input)?.as_ref().map(super::answer::read).transpose(),
            #[cfg(feature = "rego-reference")]
            Runner::Reference(interpreter) => {
                let input = input.to_json().ok_or_else(|| self.evaluator.failure(Fault::Limit("value_depth")))?;
                interpreter.evaluate(rule, &input)?.map(Answer::from_value).transpose()
            }
        }
    }

    /// Returns the rows of a module that the last rule reached, in order; none on the reference tier, which does not tell.
    pub(crate) fn last_rows(&self, file: &str) -> Vec<u32> {
        let Runner::Compiled(program, _) = &self.runner else { return Vec::new() };
        let places = program.places.iter().zip(&self.last).filter(|(place, reached)| **reached && *place.file == *file);
        let rows: BTreeSet<u32> = places.map(|(place, _)| place.row).collect();
        rows.into_iter().collect()
    }

    fn compiled(&mut self, rule: &str, input: Value) -> Result<Option<Value>, Error> {
        self.last.clear();
        let Runner::Compiled(program, reached) = &mut self.runner else { return Ok(None) };
        let Some(rules) = program.find(rule.split('.')) else { return Ok(None) };
        let mut machine = self.evaluator.machine(program, Some(input));
        machine.note_places();
        let value = machine.evaluate(rules);
        self.last.extend_from_slice(machine.reached());
        for (all, own) in reached.iter_mut().zip(&self.last) {
            *all |= own;
        }
        value.map_err(|fault| self.evaluator.failure(fault))
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
