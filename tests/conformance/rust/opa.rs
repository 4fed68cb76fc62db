//! Runs the evaluation cases of the Open Policy Agent project, where they lie beside the checkout. A case runs on the
//! compiled tier and gives what OPA gives, or the tier says why it leaves it to the reference tier.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use sealwright_core::policy::{ModuleSource, Policy, PolicySource, Trial};
use serde::Deserialize;
use serde_json::{Map, Value};

/// How many cases the interpreter of the reference tier passes with all its features.
const INTERPRETER: usize = 1592;

#[derive(Deserialize)]
struct File {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    note: String,
    query: String,
    #[serde(default)]
    modules: Option<Vec<String>>,
    #[serde(default)]
    data: Option<Map<String, Value>>,
    #[serde(default)]
    input: Option<Value>,
    #[serde(default)]
    input_term: Option<String>,
    #[serde(default)]
    want_result: Option<Vec<Map<String, Value>>>,
    #[serde(default)]
    want_error_code: Option<String>,
    #[serde(default)]
    want_error: Option<String>,
    #[serde(default)]
    strict_error: bool,
    #[serde(default)]
    sort_bindings: bool,
}

/// Says what came of a case on one tier.
enum Outcome {
    AsWanted,
    Wrong(String),
}

impl Case {
    fn wants_error(&self) -> bool {
        self.want_error_code.is_some() || self.want_error.is_some()
    }

    fn modules(&self) -> Vec<ModuleSource> {
        let names: Vec<&String> = self.want_result.iter().flatten().flat_map(Map::keys).collect();
        let mut names: Vec<&str> = names.into_iter().map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        let members: Vec<String> = names.iter().map(|name| format!("{name:?}: {name}")).collect();
        let with = self.input_term.as_ref().map_or_else(String::new, |term| format!(" with input as {term}"));
        let text = format!(
            "package conformance_query\n\nsolutions contains {{{}}} if {{\n\t{}{with}\n}}\n",
            members.join(", "),
            self.query.trim()
        );
        let query = ModuleSource { path: "query.rego".to_owned(), text };
        let own = self.modules.iter().flatten().enumerate();
        let own = own.map(|(index, text)| ModuleSource { path: format!("test-{index}.rego"), text: text.clone() });
        own.chain([query]).collect()
    }

    fn wanted(&self) -> String {
        self.texts(self.want_result.iter().flatten().cloned().map(Value::Object).collect())
    }

    fn texts(&self, mut solutions: Vec<Value>) -> String {
        if self.sort_bindings {
            let bindings = solutions.iter_mut().filter_map(Value::as_object_mut).flat_map(Map::values_mut);
            bindings
                .filter_map(Value::as_array_mut)
                .for_each(|items| items.sort_by_cached_key(|item| Trial::normal(item).unwrap()));
        }
        let mut texts: Vec<String> = solutions.iter().map(|value| Trial::normal(value).unwrap()).collect();
        texts.sort_unstable();
        texts.dedup();
        texts.join("\n")
    }

    fn judge(&self, found: Result<Option<String>, String>) -> Outcome {
        match found {
            Err(_) if self.wants_error() => Outcome::AsWanted,
            Err(reason) => Outcome::Wrong(format!("fails: {reason}")),
            Ok(found) if self.wants_error() => Outcome::Wrong(format!("wants an error, finds {found:?}")),
            Ok(found) => {
                let found: Value =
                    serde_json::from_str(&found.unwrap_or_else(|| "[]".to_owned())).unwrap_or(Value::Null);
                let found = self.texts(found.as_array().cloned().unwrap_or_default());
                let wanted = self.wanted();
                if found == wanted {
                    Outcome::AsWanted
                } else {
                    Outcome::Wrong(format!("wants {wanted}\n    finds {found}"))
                }
            }
        }
    }
}

fn folder() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance/opa");
    std::env::var("OPA_CASES").map_or(beside, PathBuf::from)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            files(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "yaml") {
            found.push(entry);
        }
    }
}

/// Lists cases by why they are listed: a group, a reason, the cases' notes.
type Listed = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// Runs a case on the compiled tier, or else on the reference tier. Returns the group that it belongs to and the reason.
fn run(case: &Case) -> (&'static str, String) {
    const RULE: &str = "conformance_query.solutions";
    let trial = match Trial::new(case.modules(), case.data.clone().unwrap_or_default()) {
        Ok(trial) => trial,
        Err(error) => return ("left to neither", without_place(&error.to_string())),
    };
    let Some(reason) = trial.left() else {
        if let Err(why) = check_program(&trial, case, RULE) {
            return ("differs", why);
        }
        return match case.judge(trial.compiled(RULE, case.input.as_ref(), case.strict_error)) {
            Outcome::AsWanted => ("compiled", String::new()),
            Outcome::Wrong(why) => ("differs", why),
        };
    };
    // An error for lack of a built-in is not the one that is wanted.
    if case.wants_error() && reason.ends_with("is not built in") {
        return ("left to neither", without_place(reason));
    }
    match case.judge(trial.reference(RULE, case.input.as_ref(), case.strict_error)) {
        Outcome::AsWanted => ("left to reference", without_place(reason)),
        Outcome::Wrong(_) => ("left to neither", without_place(reason)),
    }
}

/// Tells whether the case is no policy, because something in it builds on itself.
fn is_recursive(case: &Case, rule: &str) -> bool {
    let source = PolicySource {
        name: "case".to_owned(),
        revision: "1".to_owned(),
        entrypoint: rule.to_owned(),
        modules: case.modules(),
        data: case.data.clone().unwrap_or_default(),
    };
    Policy::load(source).is_err_and(|error| error.code() == "policy_recursion")
}

/// Checks that a program that was written and read gives the same, for the same fuel.
fn check_program(trial: &Trial, case: &Case, rule: &str) -> Result<(), String> {
    let again = match trial.through_program(rule) {
        Ok(again) => again,
        // The compiler alone does not check what builds on itself.
        Err(reason) if reason.starts_with("policy_recursion") && is_recursive(case, rule) => return Ok(()),
        Err(reason) => return Err(format!("is no program: {reason}")),
    };
    let measured = |trial: &Trial| trial.measured(rule, case.input.as_ref(), case.strict_error);
    let (one, other) = (measured(trial), measured(&again));
    if one == other { Ok(()) } else { Err(format!("gives {one:?} and as a program {other:?}")) }
}

fn without_place(reason: &str) -> String {
    reason.splitn(4, ':').last().unwrap_or_default().trim().to_owned()
}

/// Reads the list of what does not run on the compiled tier, or differs there and why.
fn listed() -> Listed {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/opa.json");
    let mut listed: Listed = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    listed.values_mut().flat_map(BTreeMap::values_mut).for_each(|notes| notes.sort());
    listed
}

fn reasons(listed: &Listed, group: &str) -> BTreeSet<(String, String)> {
    let reasons = listed.get(group).into_iter().flatten();
    reasons.flat_map(|(reason, notes)| notes.iter().map(|note| (reason.clone(), note.clone()))).collect()
}

fn notes(listed: &Listed, group: &str) -> Vec<String> {
    let mut notes: Vec<String> = listed.get(group).into_iter().flat_map(BTreeMap::values).flatten().cloned().collect();
    notes.sort();
    notes
}

#[test]
fn every_case_gives_what_opa_gives_or_is_listed_with_the_reason() {
    let folder = folder();
    if !folder.is_dir() {
        eprintln!("left out: OPA's cases are not at `../shared/conformance/opa` beside the checkout");
        return;
    }
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found = Listed::new();
    for path in paths {
        let file: File = serde_norway::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for case in file.cases {
            let (group, reason) = run(&case);
            *counts.entry(group).or_default() += 1;
            if group != "compiled" {
                found.entry(group.to_owned()).or_default().entry(reason).or_default().push(case.note.clone());
            }
        }
    }
    found.values_mut().flat_map(BTreeMap::values_mut).for_each(|notes| notes.sort());
    println!("{counts:?}");
    let listed = listed();
    if let Ok(path) = std::env::var("OPA_FOUND") {
        fs::write(path, serde_json::to_string_pretty(&found).unwrap()).unwrap();
    }
    for group in ["left to reference", "left to neither"] {
        let (found, listed) = (reasons(&found, group), reasons(&listed, group));
        let new: Vec<_> = found.difference(&listed).collect();
        let gone: Vec<_> = listed.difference(&found).collect();
        assert!(new.is_empty() && gone.is_empty(), "{group}: not listed {new:#?}, listed in vain {gone:#?}");
    }
    assert_eq!(notes(&found, "differs"), notes(&listed, "differs"), "{:#?}", found.get("differs"));
    assert!(counts["compiled"] + counts["left to reference"] >= INTERPRETER, "{counts:?}");
}
