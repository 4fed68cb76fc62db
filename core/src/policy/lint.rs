//! Says what is doubtful in a policy, and everything that keeps it from being loaded. `spec/policy.md`, "Checking".

mod body;
mod entrypoint;
mod expr;
mod hint;
mod names;
mod schema;
mod unused;
mod world;

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::check;
use super::engine::Policy;
use super::limits::Limits;
use super::outline::{self, RuleOutline};
use super::parser;
use super::source::{ModuleSource, PolicySource};
use super::syntax::{Module, Place};
use super::tier::{self, Evaluator, Tier};
use crate::encoding::json;
use crate::error::{Error, Location};
use world::World;

/// Tells of one place in a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind it is: an error's code, or one of `spec/policy.md`, "Checking".
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// The module's path. `None`, as row and column are, if it concerns no single place.
    pub file: Option<String>,
    /// Row, from 1.
    pub row: Option<u32>,
    /// Column, from 1.
    pub column: Option<u32>,
    /// What is there.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// Tells how bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The policy cannot be loaded, or cannot mean what it says.
    Error,
    /// The policy is loaded, and may not do what it seems to.
    Warning,
}

/// Holds JSON Schemas that say what there may be.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Schemas {
    /// What `input` may hold.
    pub input: Option<Json>,
    /// What `data` may hold beside what they do.
    pub data: Option<Json>,
}

impl Finding {
    /// Returns the canonical bytes of a list.
    ///
    /// # Errors
    /// Never in practice: findings are JSON.
    pub fn list_to_bytes(list: &[Self]) -> Result<Vec<u8>, Error> {
        let invalid = |error: serde_json::Error| Error::JsonInvalid { what: "findings", reason: error.to_string() };
        Ok(json::canonical(&serde_json::to_value(list).map_err(invalid)?))
    }
}

impl Schemas {
    /// Reads the record out of JSON.
    ///
    /// # Errors
    /// `json_invalid` for anything but the record in I-JSON.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        let invalid = |error: serde_json::Error| Error::JsonInvalid { what: "schemas", reason: error.to_string() };
        serde_json::from_value(json::parse("schemas", text)?).map_err(invalid)
    }
}

impl Policy {
    /// Says what is doubtful in a policy, and everything that keeps it from being loaded: sorted by place.
    ///
    /// A policy without a finding of [`Severity::Error`] is loaded.
    pub fn check(source: &PolicySource, schemas: &Schemas) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Err(findings) = find(source, schemas, &mut findings) {
            return findings;
        }
        findings.retain(|finding| !is_allowed(finding, source));
        findings.sort_by(|a, b| (&a.file, a.row, a.column, &a.code).cmp(&(&b.file, b.row, b.column, &b.code)));
        findings.dedup();
        findings
    }
}

/// Collects the findings. What comes back as a failure stands alone, as nothing further can be told.
fn find(source: &PolicySource, schemas: &Schemas, findings: &mut Vec<Finding>) -> Result<(), Vec<Finding>> {
    let limits = Limits::default();
    let modules: Vec<&ModuleSource> = source.modules.iter().collect();
    source.check().map_err(|error| Vec::from([failure(&error)]))?;
    let trees = parse(&modules, &limits)?;
    let mut rules: Vec<RuleOutline> = Vec::new();
    trees.iter().for_each(|tree| outline::outline(tree, &mut rules));
    findings.extend(check::all_failures(&rules, limits.depth).iter().map(failure));
    let world = World::new(source, &trees, schemas);
    for tree in &trees {
        names::check(&world, tree, findings);
        unused::check(tree, findings);
        if !world.is_test(tree) {
            body::check(&world, tree, findings);
        }
    }
    entrypoint::check(&world, findings);
    findings.extend(from_loading(source, &modules, &limits, findings));
    Ok(())
}

/// Parses each module on its own, so that one that cannot be read hides nothing of another.
fn parse(modules: &[&ModuleSource], limits: &Limits) -> Result<Vec<Module>, Vec<Finding>> {
    let alone = |module: &&ModuleSource| {
        tier::check_text(&[*module], limits).and_then(|()| parser::parse(module)).map_err(|error| failure(&error))
    };
    let (mut trees, mut failures) = (Vec::new(), Vec::new());
    for module in modules {
        match alone(module) {
            Ok(tree) => trees.push(tree),
            Err(failure) => failures.push(failure),
        }
    }
    if failures.is_empty() {
        tier::check_text(modules, limits).map_err(|error| Vec::from([failure(&error)]))?;
        return Ok(trees);
    }
    Err(failures)
}

/// Loads the policy, and its tests with it: this says what the other checks do not.
fn from_loading(
    source: &PolicySource,
    modules: &[&ModuleSource],
    limits: &Limits,
    known: &[Finding],
) -> Option<Finding> {
    if known.iter().any(|finding| finding.severity == Severity::Error) {
        return None;
    }
    let tier = match Policy::load(source.clone()) {
        Ok(policy) => policy.tier(),
        // A build without the reference tier says the same of a policy as one that has it.
        Err(Error::PolicyTier { reason, place }) => Tier::Reference { reason, place },
        Err(error) => return Some(failure(&error)),
    };
    match Evaluator::load(source, modules, limits) {
        Ok(_) | Err(Error::PolicyTier { .. }) => {}
        Err(error) => return Some(failure(&error)),
    }
    let Tier::Reference { reason, place } = tier else { return None };
    let message = format!("the compiled tier does not take this policy: {reason}");
    Some(Finding {
        code: "reference_tier".to_owned(),
        severity: Severity::Warning,
        hint: "say it in another way: the reference tier takes some hundred times as long, and not every build has it"
            .to_owned(),
        ..located(place, message)
    })
}

fn failure(error: &Error) -> Finding {
    let location = error.location();
    let text = error.to_string();
    let message = match &location {
        Some(Location { file, row, column }) => {
            text.strip_prefix(&format!("{file}:{row}:{column}: ")).unwrap_or(&text).to_owned()
        }
        None => text,
    };
    let called = match error {
        Error::PolicyBuiltin { name, .. } => Some(name.as_str()),
        _ => None,
    };
    let hint = hint::of_failure(error.code(), called);
    Finding { code: error.code().to_owned(), severity: Severity::Error, hint, ..located(location, message) }
}

fn located(location: Option<Location>, message: String) -> Finding {
    Finding {
        code: String::new(),
        severity: Severity::Warning,
        file: location.as_ref().map(|location| location.file.clone()),
        row: location.as_ref().map(|location| location.row),
        column: location.as_ref().map(|location| location.column),
        message,
        hint: String::new(),
    }
}

fn error(code: &str, place: &Place, message: String, hint: &str) -> Finding {
    Finding { severity: Severity::Error, ..warning(code, place, message, hint) }
}

fn warning(code: &str, place: &Place, message: String, hint: &str) -> Finding {
    Finding { code: code.to_owned(), hint: hint.to_owned(), ..located(Some(place.location()), message) }
}

/// Tells whether the line, or the one above, says why a warning stands: `# allow data_scan: there are five`.
fn is_allowed(finding: &Finding, source: &PolicySource) -> bool {
    let (Severity::Warning, Some(file), Some(row)) = (finding.severity, &finding.file, finding.row) else {
        return false;
    };
    let Some(module) = source.modules.iter().find(|module| module.path == *file) else { return false };
    let Ok(row) = usize::try_from(row) else { return false };
    let says_why = |line: &str| {
        let (_, comment) = line.split_once("# allow ")?;
        let (code, reason) = comment.split_once(':')?;
        Some(code.trim() == finding.code && !reason.trim().is_empty())
    };
    module.text.lines().take(row).skip(row.saturating_sub(2)).any(|line| says_why(line) == Some(true))
}
