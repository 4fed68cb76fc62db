//! Runs a policy's own tests.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Serialize;

use super::outline::RuleOutline;
use super::source::PolicySource;
use super::tier::{Evaluator, Trace};
use crate::encoding::json;
use crate::error::Error;

/// Tells how a policy's tests went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TestReport {
    /// How many tests passed.
    pub passed: usize,
    /// Those that did not.
    pub failed: Vec<FailedTest>,
    /// What the tests reached.
    pub coverage: Coverage,
}

/// Names a test that is not exactly `true`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailedTest {
    /// The module's path.
    pub file: String,
    /// The package, without `data.`.
    pub package: String,
    /// The rule's name.
    pub name: String,
    /// What it was instead.
    pub message: String,
}

/// Tells which lines of the modules that are no tests were evaluated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// Evaluated lines among all that hold expressions, from 0 to 100.
    pub percent: f64,
    /// By module, sorted by path.
    pub files: Vec<FileCoverage>,
}

/// Tells which lines of one module were evaluated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileCoverage {
    /// The module's path.
    pub path: String,
    /// Rows that were, from 1.
    pub covered: Vec<u32>,
    /// Rows that were not.
    pub not_covered: Vec<u32>,
}

impl TestReport {
    /// Returns the canonical bytes.
    ///
    /// # Errors
    /// Never in practice: a report is JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let invalid = |error: serde_json::Error| Error::JsonInvalid { what: "report", reason: error.to_string() };
        Ok(json::canonical(&serde_json::to_value(self).map_err(invalid)?))
    }
}

/// Runs every `test_` rule of the test modules.
pub(crate) fn run(evaluator: &Evaluator, source: &PolicySource) -> Result<TestReport, Error> {
    let tests: BTreeSet<&str> =
        source.modules.iter().filter(|module| module.is_test()).map(|module| module.path.as_str()).collect();
    let mut trace = Trace::new(evaluator);
    let mut seen = BTreeSet::new();
    let mut report =
        TestReport { passed: 0, failed: Vec::new(), coverage: Coverage { percent: 100.0, files: Vec::new() } };
    for rule in evaluator.rules.iter().filter(|rule| tests.contains(rule.place.file.as_str()) && is_test(rule)) {
        if !seen.insert(&rule.path) {
            continue;
        }
        match trace.is_true(&rule.path.join(".")) {
            Ok(true) => report.passed = report.passed.saturating_add(1),
            Ok(false) => report.failed.push(failed(rule, "expected `true`".to_owned())),
            Err(error) => report.failed.push(failed(rule, error.to_string())),
        }
    }
    let mut files = trace.coverage()?;
    files.retain(|file| !tests.contains(file.path.as_str()));
    report.coverage = coverage(files, source);
    Ok(report)
}

fn is_test(rule: &RuleOutline) -> bool {
    !rule.is_function && rule.path.last().is_some_and(|name| name.starts_with("test_"))
}

fn failed(rule: &RuleOutline, message: String) -> FailedTest {
    let (name, package) =
        rule.path.split_last().map_or_else(Default::default, |(name, rest)| (name.clone(), rest.join(".")));
    FailedTest { file: rule.place.file.clone(), package, name, message }
}

fn coverage(mut files: Vec<FileCoverage>, source: &PolicySource) -> Coverage {
    // A module of which nothing at all was evaluated is missing from the interpreter's account.
    for module in source.modules.iter().filter(|module| !module.is_test()) {
        if !files.iter().any(|file| file.path == module.path) {
            let rows = (1..).zip(module.text.lines()).filter(|(_, line)| holds_code(line)).map(|(row, _)| row);
            files.push(FileCoverage { path: module.path.clone(), covered: Vec::new(), not_covered: rows.collect() });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let count = |rows: fn(&FileCoverage) -> usize| files.iter().map(rows).fold(0, usize::saturating_add);
    let covered = count(|file| file.covered.len());
    let all = covered.saturating_add(count(|file| file.not_covered.len()));
    Coverage { percent: percent(covered, all), files }
}

fn holds_code(line: &str) -> bool {
    let line = line.trim();
    !(line.is_empty() || line.starts_with('#') || line.starts_with("package ") || line.starts_with("import "))
}

#[expect(clippy::cast_precision_loss, reason = "modules have far fewer than 2^52 lines")]
fn percent(part: usize, all: usize) -> f64 {
    if all == 0 { 100.0 } else { part as f64 * 100.0 / all as f64 }
}
