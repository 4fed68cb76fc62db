//! Runs the evaluation cases of the Open Policy Agent project, where they lie beside the checkout. A case runs on the
//! compiled tier and gives what OPA gives, or the tier says why it leaves it to the reference tier.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sealwright_core::policy::{ModuleSource, Trial};
use serde::Deserialize;
use serde_json::{Map, Value};

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
    Left(String),
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
            Err(reason) if self.wants_error() => {
                let _ = reason;
                Outcome::AsWanted
            }
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
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance/opa")
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

#[test]
fn opa_cases_hold() {
    let folder = std::env::var("OPA_CASES").map_or_else(|_| folder(), PathBuf::from);
    if !folder.is_dir() {
        eprintln!("OPA's cases are left out: there is no `../shared/conformance/opa` beside the checkout");
        return;
    }
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lefts: BTreeMap<String, usize> = BTreeMap::new();
    let mut report = String::new();
    for path in paths {
        let file: File = serde_norway::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for case in file.cases {
            let name = path.strip_prefix(&folder).unwrap().display().to_string();
            let trial = Trial::new(case.modules(), case.data.clone().unwrap_or_default());
            let (tier, outcome) = match &trial {
                Err(error) => ("syntax", Outcome::Left(error.to_string())),
                Ok(trial) => match trial.left() {
                    Some(reason) => {
                        let reference = case.judge(trial.reference(
                            "conformance_query.solutions",
                            case.input.as_ref(),
                            case.strict_error,
                        ));
                        let tier = if matches!(reference, Outcome::AsWanted) { "reference" } else { "neither" };
                        (tier, Outcome::Left(reason.to_owned()))
                    }
                    None => (
                        "compiled",
                        case.judge(trial.compiled(
                            "conformance_query.solutions",
                            case.input.as_ref(),
                            case.strict_error,
                        )),
                    ),
                },
            };
            let key = match (&outcome, tier) {
                (Outcome::Wrong(_), _) => "wrong",
                (_, tier) => tier,
            };
            *counts.entry(key).or_default() += 1;
            match outcome {
                Outcome::AsWanted => {}
                Outcome::Left(reason) => {
                    let plain = reason.splitn(4, ':').last().unwrap_or_default().trim().to_owned();
                    writeln!(report, "LEFT {tier} {name} [{}] {reason}", case.note).unwrap();
                    *lefts.entry(plain).or_default() += 1;
                }
                Outcome::Wrong(why) => writeln!(report, "WRONG {name} [{}] {why}", case.note).unwrap(),
            }
        }
    }
    fs::write(std::env::temp_dir().join("opa-report.txt"), &report).unwrap();
    let mut lefts: Vec<(usize, String)> = lefts.into_iter().map(|(reason, count)| (count, reason)).collect();
    lefts.sort_by(|a, b| b.cmp(a));
    for (count, reason) in lefts.iter().take(60) {
        println!("{count:5} {reason}");
    }
    println!("{counts:?}");
}
