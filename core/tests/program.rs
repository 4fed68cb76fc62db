//! Programs: what is read decides as what was written, and nothing that is read does harm.
#![cfg(feature = "rego")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test"
)]

use std::path::{Path, PathBuf};

use sealwright_core::policy::{Limits, ModuleSource, Policy, PolicySource};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

const REQUEST: &[u8] = br#"{"subject":{"type":"user","id":"ana","properties":{"roles":["a"]}},"action":{"name":"open"},
    "resource":{"type":"document","id":"d1","properties":{"size":2,"purposes":["x","train"]}}}"#;

/// Uses every part that a program has.
const RICH: &str = r#"package sealwright

default decision := {"decision": false, "reasons": {"no"}}
decision := {"decision": true} if {
    allowed
    every purpose in input.resource.properties.purposes { purpose != "never" }
    count(denied) == 0
    counted[input.subject.id] == 2
    some number in [1, 2.5, 0.0000001, -7, 12345678901234567890]
    number > double(1)
    data.acme.limits[input.action.name].size >= input.resource.properties.size
    {"k": [first, _]} = {"k": ["x", {null}]}
    first in {p | some p in input.resource.properties.purposes}
    nested.a[input.subject.id].b == 1
    data.sealwright.inner == {"p": 1, "q": {"r"}}
    object.get({k: v | some k, v in input.subject.properties}, "none", 5) == 5
    allowed with input.subject.id as "ana" with data.acme.open as ["ana"] with count as 7
    matched(["a", 3])
}
allowed if input.subject.id == "bob"
allowed if input.subject.id == data.acme.open[_]
allowed if "root" in input.subject.properties.roles
allowed if input.subject.id in {"eve", "mallory"}
denied contains "late" if input.context.late
denied contains input.subject.id if input.subject.id in data.acme.closed
counted[id] := count(input.resource.properties.purposes) if id := input.subject.id
nested.a[x].b := 1 if x := input.subject.id
inner.p := 1
inner.q contains "r"
double(x) := 2 * x
double(x) := 3 if x == "three" else := 4 if x == "four"
matched([first, second]) if { first == "a"; second - 1 == 2 }
"#;

fn source(text: &str) -> PolicySource {
    let data = json!({"acme": {"open": ["ana"], "closed": ["zed"], "limits": {"open": {"size": 3}}}});
    PolicySource {
        name: "acme".to_owned(),
        revision: "7".to_owned(),
        entrypoint: "sealwright.decision".to_owned(),
        modules: vec![ModuleSource { path: "acme.rego".to_owned(), text: text.to_owned() }],
        data: data.as_object().unwrap().clone(),
    }
}

fn load(text: &str) -> Policy {
    Policy::load(source(text)).unwrap()
}

fn code(program: &[u8]) -> &'static str {
    Policy::from_program(program).err().map_or("", |error| error.code())
}

/// Returns the program with a checksum that holds.
fn summed(program: &[u8]) -> Vec<u8> {
    let body = &program[..program.len() - 32];
    [body, Sha256::digest(body).as_slice()].concat()
}

fn rego(folder: &Path, root: &Path, modules: &mut Vec<ModuleSource>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rego(&path, root, modules);
        } else if path.extension().is_some_and(|extension| extension == "rego") {
            let text = std::fs::read_to_string(&path).unwrap();
            modules.push(ModuleSource { path: path.strip_prefix(root).unwrap().to_string_lossy().into(), text });
        }
    }
}

fn library() -> PolicySource {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let data: Map<String, Value> = serde_json::from_slice(&std::fs::read(root.join("data.json")).unwrap()).unwrap();
    let mut library = PolicySource { data, modules: Vec::new(), ..source("") };
    rego(&root, &root, &mut library.modules);
    library
}

#[test]
fn a_program_decides_as_its_policy_and_is_written_alike() {
    for (policy, is_allowed) in [(load(RICH), true), (Policy::load(library()).unwrap(), false)] {
        let program = policy.to_program().unwrap();
        let again = Policy::from_program(&program).unwrap();
        assert_eq!(again.to_program().unwrap(), program);
        assert_eq!(again.reference(), policy.reference());
        let decision = policy.decide(REQUEST).unwrap();
        assert_eq!(decision.is_allowed(), is_allowed, "{:?}", decision.reasons());
        assert_eq!(again.decide(REQUEST).unwrap(), decision);
    }
}

#[test]
fn a_program_takes_as_much_fuel_as_its_policy() {
    let text = "package sealwright\ndecision := {\"decision\": count([1 | some _ in numbers.range(1, 100); some _ in numbers.range(1, 10)]) == 1000}";
    let program = load(text).to_program().unwrap();
    let outcomes = |kilosteps: u32| {
        let limits = Limits { kilosteps, ..Limits::default() };
        let one = Policy::load_with(source(text), limits.clone()).unwrap().decide(REQUEST);
        let other = Policy::from_program_with(&program, &limits).unwrap().decide(REQUEST);
        assert_eq!(one, other);
        one.is_ok()
    };
    let (few, enough): (Vec<u32>, Vec<u32>) = (1..6).partition(|kilosteps| !outcomes(*kilosteps));
    assert!(!few.is_empty() && !enough.is_empty(), "{few:?} {enough:?}");
}

#[test]
fn what_explains_and_filters_is_the_same() {
    let policy = load(RICH);
    let again = Policy::from_program(&policy.to_program().unwrap()).unwrap();
    let filter = |policy: &Policy| policy.filter(REQUEST, &["resource.properties.size".to_owned()], None);
    assert_eq!(filter(&again).unwrap(), filter(&policy).unwrap());
    #[cfg(feature = "policy-explain")]
    {
        let record = |policy: &Policy| -> Value {
            let mut record =
                serde_json::from_slice(&policy.explain(REQUEST, true).unwrap().to_bytes().unwrap()).unwrap();
            drop_texts(&mut record);
            record
        };
        assert_eq!(record(&again), record(&policy));
    }
}

/// A program knows where its conditions stand, not what is written there.
#[cfg(feature = "policy-explain")]
fn drop_texts(record: &mut Value) {
    match record {
        Value::Object(members) => {
            members.remove("text");
            members.values_mut().for_each(drop_texts);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_texts),
        _ => {}
    }
}

#[test]
fn a_flipped_or_missing_byte_is_refused() {
    let program =
        load("package sealwright\ndecision := {\"decision\": input.subject.id == \"ana\"}").to_program().unwrap();
    assert_eq!(code(&program), "");
    for place in 0..program.len() {
        let mut flipped = program.clone();
        flipped[place] ^= 1;
        assert_eq!(code(&flipped), "program_malformed", "{place}");
        assert_eq!(code(&program[..place]), "program_malformed", "{place}");
    }
    assert_eq!(code(&[&program[..], b"\0"].concat()), "program_malformed");
}

#[test]
fn no_change_that_is_summed_anew_does_harm() {
    let program = load(RICH).to_program().unwrap();
    let limits = Limits { kilosteps: 10, builtin_bytes: 1 << 20, ..Limits::default() };
    let mut read = 0;
    for place in 26..program.len() - 32 {
        for change in [1, 2, 0x7f, 0x80, 0xff] {
            let mut changed = program.clone();
            changed[place] ^= change;
            let changed = summed(&changed);
            let Ok(policy) = Policy::from_program_with(&changed, &limits) else { continue };
            read += 1;
            assert_eq!(policy.to_program().unwrap(), changed, "{place}");
            drop(policy.decide(REQUEST));
        }
    }
    assert!(read > 100, "{read}");
}

#[test]
fn a_policy_of_the_reference_tier_is_no_program() {
    let policy =
        Policy::load(source("package sealwright\nimport future.keywords.not\ndecision := {\"decision\": false}"));
    if let Ok(policy) = policy {
        assert_eq!(policy.to_program().unwrap_err().code(), "policy_tier");
    }
}

#[test]
fn the_deepest_program_that_passes_is_evaluated_on_a_small_stack() {
    use base64::Engine as _;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/program/stack.json");
    let vector: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let program = base64::engine::general_purpose::STANDARD.decode(vector["program"].as_str().unwrap()).unwrap();
    let small = || std::thread::Builder::new().stack_size(1 << 20);
    let policy = small().spawn(move || Policy::from_program(&program).unwrap()).unwrap().join().unwrap();
    assert!(small().spawn(move || policy.decide(REQUEST).unwrap()).unwrap().join().unwrap().is_allowed());
}
