//! The two tiers behind one policy: the compiled one wherever it has OPA's meaning exactly, the reference interpreter for
//! the rest.

mod answer;
mod asked;
#[cfg(feature = "policy-explain")]
mod explain;
mod filter;
#[cfg(feature = "policy-test")]
mod trace;

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::{Map, Value as Json};

use super::check;
use super::compiled::{self, Left, Machine, Program};
use super::decision::Answer;
#[cfg(feature = "policy-explain")]
use super::explain::Sources;
use super::fuel::{Fault, Fuel};
#[cfg(feature = "rego-reference")]
use super::interpreter::Interpreter;
use super::limits::Limits;
use super::number::MAX_DIGITS;
use super::outline::{self, RuleOutline};
use super::parser;
use super::scan;
use super::source::{ModuleSource, PolicySource};
use super::syntax::Module;
use super::value::{MAX_DEPTH, Value};
use crate::error::{Error, Location};
use asked::Asked;

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
    fn program(&self) -> Result<&Program, &Left> {
        match &self.engine {
            Engine::Compiled(program) => Ok(program),
            #[cfg(feature = "rego-reference")]
            Engine::Reference(_, left) => Err(left),
        }
    }

    /// Scans, parses, checks and compiles modules.
    ///
    /// # Errors
    /// `policy_syntax`, `policy_builtin`, `policy_recursion`, `policy_limit`, `policy_invalid`.
    pub(crate) fn load(source: &PolicySource, modules: &[&ModuleSource], limits: &Limits) -> Result<Self, Error> {
        let trees = parse(modules, limits)?;
        let mut rules = Vec::new();
        trees.iter().for_each(|tree| outline::outline(tree, &mut rules));
        check::check_rules(&rules, limits.depth)?;
        check::check_data(&rules, &source.data)?;
        if !rules.iter().any(|rule| !rule.is_function && rule.path.join(".") == source.entrypoint) {
            return Err(Error::PolicyInvalid { reason: format!("its entrypoint `{}` is no rule", source.entrypoint) });
        }
        let data = Value::from(&Json::Object(source.data.clone()));
        let engine = match compiled::compile(&trees, Some(data)) {
            Ok(program) => Engine::Compiled(Box::new(program)),
            Err(left) if left.is_invalid => return Err(invalid(&left)),
            Err(left) => reference(modules, &rules, &source.data, limits, left)?,
        };
        let asked = match &engine {
            Engine::Compiled(program) => Asked::new(program, &source.entrypoint),
            #[cfg(feature = "rego-reference")]
            Engine::Reference(..) => Asked::nothing(),
        };
        Ok(Self {
            rules,
            limits: limits.clone(),
            engine,
            asked,
            #[cfg(feature = "policy-explain")]
            sources: Sources::new(modules),
        })
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
    pub(crate) fn evaluate(&self, entrypoint: &str, input: Value) -> Result<Option<Answer>, Error> {
        match &self.engine {
            Engine::Compiled(program) => {
                let Some(rules) = self.asked.entrypoint() else { return Ok(None) };
                self.asked.answer(program, &input.clone(), || {
                    let mut machine = self.machine(program, Some(input));
                    machine.evaluate(rules).map_err(|fault| self.failure(fault))
                })
            }
            #[cfg(feature = "rego-reference")]
            Engine::Reference(interpreter, _) => {
                let input = input.to_json().ok_or_else(|| self.failure(Fault::Limit("value_depth")))?;
                interpreter.as_ref().clone().evaluate(entrypoint, &input)?.map(Answer::from_value).transpose()
            }
        }
    }

    /// Evaluates any rule and returns its value as JSON; nothing if it is undefined or is no rule.
    ///
    /// # Errors
    /// As [`Evaluator::evaluate`].
    pub(crate) fn value(&self, rule: &str, input: Value) -> Result<Option<Json>, Error> {
        if !self.rules.iter().any(|outline| outline.path.iter().map(String::as_str).eq(rule.split('.'))) {
            return Ok(None);
        }
        let too_deep = || self.failure(Fault::Limit("value_depth"));
        match &self.engine {
            Engine::Compiled(program) => {
                let Some(rules) = program.find(rule.split('.')) else { return Ok(None) };
                let value = self.machine(program, Some(input)).evaluate(rules).map_err(|fault| self.failure(fault))?;
                value.map(|value| value.to_json().ok_or_else(too_deep)).transpose()
            }
            #[cfg(feature = "rego-reference")]
            Engine::Reference(interpreter, _) => {
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

/// Refuses what no tier may take.
fn invalid(left: &Left) -> Error {
    let reason = left.reason.to_string();
    match left.location() {
        Some(Location { file, row, column }) => Error::PolicySyntax { file, row, column, reason },
        None => Error::PolicyInvalid { reason },
    }
}

fn parse(modules: &[&ModuleSource], limits: &Limits) -> Result<Vec<Module>, Error> {
    check_text(modules, limits)?;
    modules.iter().map(|module| parser::parse(module)).collect()
}

/// Checks what would take the parser too long.
///
/// # Errors
/// `policy_limit`, `policy_syntax`.
pub(crate) fn check_text(modules: &[&ModuleSource], limits: &Limits) -> Result<(), Error> {
    let limit = |limit, most: usize| Error::PolicyLimit { limit, most: u64::try_from(most).unwrap_or(u64::MAX) };
    let size = modules.iter().map(|module| module.text.len()).fold(0, usize::saturating_add);
    if size > limits.module_bytes {
        return Err(limit("module_bytes", limits.module_bytes));
    }
    let mut work: u64 = 0;
    for module in modules {
        work = work.saturating_add(scan::scan(&module.path, &module.text, limits)?);
    }
    if work > limits.parse_work {
        return Err(Error::PolicyLimit { limit: "parse_work", most: limits.parse_work });
    }
    Ok(())
}

#[cfg(feature = "rego-reference")]
fn reference(
    modules: &[&ModuleSource],
    rules: &[RuleOutline],
    data: &Map<String, Json>,
    limits: &Limits,
    left: Left,
) -> Result<Engine, Error> {
    check::check_reference(rules, &left.to_string())?;
    let mut interpreter = Interpreter::parse(modules, limits)?;
    interpreter.prepare(data)?;
    Ok(Engine::Reference(Box::new(interpreter), left))
}

/// Without the reference tier, what the compiled tier does not take is refused.
#[cfg(not(feature = "rego-reference"))]
fn reference(
    _: &[&ModuleSource],
    _: &[RuleOutline],
    _: &Map<String, Json>,
    _: &Limits,
    left: Left,
) -> Result<Engine, Error> {
    Err(Error::PolicyTier { reason: left.reason.to_string(), place: left.location() })
}
