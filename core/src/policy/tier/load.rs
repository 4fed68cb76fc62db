//! Loads modules: scans, parses, checks and compiles them.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::{Map, Value as Json};

use super::asked::Asked;
use super::{Engine, Evaluator};
use crate::error::{Error, Location};
use crate::policy::check;
use crate::policy::compiled::{self, Left};
#[cfg(feature = "policy-explain")]
use crate::policy::explain::Sources;
#[cfg(feature = "rego-reference")]
use crate::policy::interpreter::Interpreter;
use crate::policy::limit;
use crate::policy::limits::Limits;
use crate::policy::outline::{self, RuleOutline};
use crate::policy::parser;
use crate::policy::scan;
use crate::policy::source::{ModuleSource, PolicySource};
use crate::policy::syntax::Module;
use crate::policy::value::Value;

impl Evaluator {
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
            Ok(program) => {
                program.check_depth(limits.depth)?;
                Engine::Compiled(Box::new(program))
            }
            Err(left) if left.is_invalid => return Err(invalid(&left)),
            Err(left) => reference(modules, &rules, &source.data, limits, left)?,
        };
        let asked = match &engine {
            Engine::Compiled(program) => Asked::new(program, &source.entrypoint),
            #[cfg(feature = "rego-reference")]
            Engine::Reference(..) => Asked::nothing(),
        };
        Ok(Self {
            #[cfg(feature = "rego-reference")]
            rules,
            limits: limits.clone(),
            engine,
            asked,
            #[cfg(feature = "policy-explain")]
            sources: Sources::new(modules),
        })
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
