//! Runs a policy's own tests.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::case::{Case, CaseSource};
use super::decision::Answer;
use super::engine::Policy;
use super::outline::RuleOutline;
use super::source::PolicySource;
use super::tier::{Evaluator, Trace};
use super::value::Value;
use crate::encoding::json;
use crate::error::Error;

/// Says which tests are run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TestOptions {
    /// Only those whose full name, `package.name` or a case's `path: name`, holds this text.
    pub run: Option<String>,
    /// Cases beside the policy.
    pub cases: Vec<CaseSource>,
}

/// Tells how a policy's tests went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TestReport {
    /// How many tests passed.
    pub passed: usize,
    /// Those that did.
    pub tests: Vec<PassedTest>,
    /// Those that did not.
    pub failed: Vec<FailedTest>,
    /// What the tests reached.
    pub coverage: Coverage,
}

/// Names a test that is exactly `true`, or a case whose answer is the one that is expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassedTest {
    /// The module's path, or the path of the cases.
    pub file: String,
    /// The package, without `data.`; empty for a case.
    pub package: String,
    /// The rule's or the case's name.
    pub name: String,
}

/// Names a test that is not exactly `true`, or a case with another answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailedTest {
    /// The module's path, or the path of the cases.
    pub file: String,
    /// The package, without `data.`; empty for a case.
    pub package: String,
    /// The rule's or the case's name.
    pub name: String,
    /// The row where it went no further; `None` for a case, and where it is not known.
    pub row: Option<u32>,
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

/// Runs every `test_` rule of the test modules, and every case.
pub(crate) fn run(evaluator: &Evaluator, source: &PolicySource, options: &TestOptions) -> Result<TestReport, Error> {
    let tests: BTreeSet<&str> =
        source.modules.iter().filter(|module| module.is_test()).map(|module| module.path.as_str()).collect();
    let coverage_of_none = Coverage { percent: 100.0, files: Vec::new() };
    let report = TestReport { passed: 0, tests: Vec::new(), failed: Vec::new(), coverage: coverage_of_none };
    let mut run = Run { trace: Trace::new(evaluator), options, report };
    let rules: Vec<&RuleOutline> =
        evaluator.rules.iter().filter(|rule| tests.contains(rule.place.file.as_str())).collect();
    let mut seen = BTreeSet::new();
    for rule in rules.iter().filter(|rule| is_test(rule)) {
        if seen.insert(&rule.path) {
            run.rule(rule, &rules);
        }
    }
    for file in &options.cases {
        file.cases()?.iter().for_each(|case| run.case(&file.path, case, &source.entrypoint));
    }
    let mut files = run.trace.coverage()?;
    files.retain(|file| !tests.contains(file.path.as_str()));
    Ok(TestReport { passed: run.report.tests.len(), coverage: coverage(files, source), ..run.report })
}

struct Run<'a> {
    trace: Trace<'a>,
    options: &'a TestOptions,
    report: TestReport,
}

impl Run<'_> {
    fn rule(&mut self, rule: &RuleOutline, rules: &[&RuleOutline]) {
        let path = rule.path.join(".");
        if !self.is_wanted(&path) {
            return;
        }
        let failure = match self.trace.is_true(&path) {
            Ok(true) => None,
            Ok(false) => Some("expected `true`".to_owned()),
            Err(error) => Some(error.to_string()),
        };
        let (name, package) =
            rule.path.split_last().map_or_else(Default::default, |(name, rest)| (name.clone(), rest.join(".")));
        let row = failure.as_ref().and_then(|_| self.last_row(rule, rules));
        self.tell(&rule.place.file, package, name, row, failure);
    }

    fn case(&mut self, file: &str, case: &Case, entrypoint: &str) {
        if !self.is_wanted(&format!("{file}: {}", case.name)) {
            return;
        }
        let outcome = self.answer(case, entrypoint);
        self.tell(file, String::new(), case.name.clone(), None, case.difference(&outcome));
    }

    fn answer(&mut self, case: &Case, entrypoint: &str) -> Result<Answer, Error> {
        let input = match (&case.request, &case.input) {
            (Some(request), _) => Policy::read(&json::canonical(request))?,
            (None, input) => Value::from(input.as_ref().unwrap_or(&serde_json::Value::Null)),
        };
        let answer = self.trace.answer(entrypoint, input)?;
        answer.ok_or_else(|| Error::DecisionInvalid { reason: "the entrypoint is undefined".to_owned() })
    }

    /// Returns the last row of a rule that was reached: what stands there did not hold.
    fn last_row(&self, rule: &RuleOutline, rules: &[&RuleOutline]) -> Option<u32> {
        let place = &rule.place;
        let behind = rules.iter().filter(|other| other.place.file == place.file && other.place.row > place.row);
        let end = behind.map(|other| other.place.row).min().unwrap_or(u32::MAX);
        let rows = self.trace.last_rows(&place.file);
        rows.into_iter().rfind(|row| (place.row..end).contains(row))
    }

    fn is_wanted(&self, name: &str) -> bool {
        self.options.run.as_ref().is_none_or(|run| name.contains(run.as_str()))
    }

    fn tell(&mut self, file: &str, package: String, name: String, row: Option<u32>, failure: Option<String>) {
        let file = file.to_owned();
        match failure {
            None => self.report.tests.push(PassedTest { file, package, name }),
            Some(message) => self.report.failed.push(FailedTest { file, package, name, row, message }),
        }
    }
}

impl TestOptions {
    /// Reads the record out of JSON.
    ///
    /// # Errors
    /// `json_invalid` for anything but the record in I-JSON.
    pub fn from_bytes(text: &[u8]) -> Result<Self, Error> {
        let invalid = |error: serde_json::Error| Error::JsonInvalid { what: "options", reason: error.to_string() };
        serde_json::from_value(json::parse("options", text)?).map_err(invalid)
    }
}

fn is_test(rule: &RuleOutline) -> bool {
    !rule.is_function && rule.path.last().is_some_and(|name| name.starts_with("test_"))
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
