//! Holds the compiled tier against the reference tier on policies and requests that are made up, within what both have from
//! OPA: a negation is of a rule, never of a call.

use proptest::prelude::*;
use std::fs;
use std::path::Path;

use sealwright_core::policy::{ModuleSource, Policy, PolicySource, TestOptions, Tier, Trial};
use serde_json::{Map, Value, json};

const RULES: usize = 5;

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec!["a", "b", "c"]).prop_map(Value::from),
        (0..4_i64).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!(0.5)),
    ]
}

fn path() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["input.a", "input.b", "input.o.c", "input.o[\"d\"]", "data.t.x", "input.missing"])
}

fn list() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["input.list", "input.o", "data.t", "{\"a\", 1}", "[1, \"b\", input.a]", "s0", "o0"])
}

/// Makes a condition of the rule of this number: it may build on those before it.
fn condition(rule: usize) -> impl Strategy<Value = String> {
    let before = move |rule: usize| (0..rule.max(1)).prop_map(move |before| (rule > 0).then_some(before));
    let operator = prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    prop_oneof![
        (path(), operator.clone(), scalar()).prop_map(|(path, operator, value)| format!("{path} {operator} {value}")),
        (scalar(), list()).prop_map(|(value, list)| format!("{value} in {list}")),
        (list(), operator, scalar())
            .prop_map(|(list, operator, value)| format!("some v in {list}; v {operator} {value}")),
        (list(), scalar()).prop_map(|(list, value)| format!("every v in {list} {{ v != {value} }}")),
        (list(), 0..4).prop_map(|(list, count)| format!("count({list}) > {count}")),
        (list(), scalar()).prop_map(|(list, value)| format!("{value} == {list}[_]")),
        (list(), 0..4).prop_map(|(list, count)| format!("count([k | some k, _ in {list}]) >= {count}")),
        (path(), scalar()).prop_map(|(path, value)| format!("f({path}, {value})")),
        (path(), path()).prop_map(|(one, other)| format!("[x, y] := [{one}, {other}]; x == y")),
        (path(), scalar()).prop_map(|(path, value)| format!("z = {path}; {{\"k\": z}} = {{\"k\": {value}}}")),
        (path(), scalar()).prop_map(|(path, value)| format!("{path} == {value} with input.a as {value}")),
        before(rule).prop_map(|rule| rule.map_or("true".to_owned(), |rule| format!("h{rule}"))),
        before(rule).prop_map(|rule| rule.map_or("true".to_owned(), |rule| format!("not h{rule}"))),
        (before(rule), scalar()).prop_map(|(rule, value)| {
            rule.map_or("true".to_owned(), |rule| format!("h{rule} with input.b as {value}"))
        }),
    ]
}

/// Variables are renamed by their place, so that two conditions of a body share none.
fn body(rule: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(condition(rule), 1..4).prop_map(|conditions| {
        let named = conditions.into_iter().enumerate().map(|(place, condition)| {
            let mut condition = condition;
            for name in ["v", "k", "x", "y", "z"] {
                condition = rename(&condition, name, &format!("{name}{place}"));
            }
            condition
        });
        named.collect::<Vec<_>>().join("; ")
    })
}

fn rename(text: &str, name: &str, to: &str) -> String {
    let is_word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '.' | '"');
    let mut renamed = String::new();
    let mut word = String::new();
    for character in text.chars().chain(['\n']) {
        if is_word(character) {
            word.push(character);
        } else {
            renamed.push_str(if word == name { to } else { &word });
            word.clear();
            renamed.push(character);
        }
    }
    renamed.trim_end_matches('\n').to_owned()
}

fn module() -> impl Strategy<Value = String> {
    let bodies: Vec<_> = (0..RULES).map(|rule| prop::collection::vec(body(rule), 1..7)).collect();
    let sets = prop::collection::vec((scalar(), path(), scalar()), 1..4);
    let functions = prop::collection::vec((scalar(), path()), 1..4);
    (bodies, sets, functions).prop_map(|(bodies, sets, functions)| {
        let mut text = "package made\n\ns0 contains v if some v in input.list\n\n".to_owned();
        for (value, path, wanted) in sets {
            text += &format!("s0 contains {value} if {path} == {wanted}\n\n");
        }
        text += "o0[k] := v if some k, v in input.o\n\n";
        for (value, path) in functions {
            text += &format!("f(x, y) if {{ x == {value}; y != {path} }}\n\n");
        }
        let mut members = vec!["\"s\": s0".to_owned(), "\"o\": o0".to_owned()];
        for (rule, bodies) in bodies.into_iter().enumerate() {
            text += &format!("default h{rule} := false\n\n");
            for body in bodies {
                text += &format!("h{rule} if {{ {body} }}\n\n");
            }
            members.push(format!("\"h{rule}\": h{rule}"));
        }
        text + &format!("result := {{{}}}\n", members.join(", "))
    })
}

fn request() -> impl Strategy<Value = Value> {
    let optional = || prop::option::of(scalar());
    let list = prop::collection::vec(scalar(), 0..4);
    let object = prop::collection::btree_map(prop::sample::select(vec!["c", "d", "e"]), scalar(), 0..3);
    (optional(), optional(), list, object).prop_map(|(a, b, list, object)| {
        let mut request = Map::new();
        request.extend(a.map(|value| ("a".to_owned(), value)));
        request.extend(b.map(|value| ("b".to_owned(), value)));
        request.insert("list".to_owned(), list.into());
        request.insert("o".to_owned(), json!(object));
        Value::Object(request)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn both_tiers_give_the_same(text in module(), requests in prop::collection::vec(request(), 1..5)) {
        let Value::Object(data) = json!({ "t": {"x": "a", "y": 2, "z": [1, "b"]} }) else { unreachable!() };
        let modules = vec![ModuleSource { path: "made.rego".to_owned(), text: text.clone() }];
        let trial = Trial::new(modules, data).unwrap();
        prop_assert_eq!(trial.left(), None, "{}", text);
        let program = trial.through_program("made.result").unwrap();
        for request in requests {
            let measured = |trial: &Trial| trial.measured("made.result", Some(&request), false);
            prop_assert_eq!(measured(&program), measured(&trial), "as a program: {}", text);
            let compiled = trial.compiled("made.result", Some(&request), false).unwrap();
            let reference = trial.reference("made.result", Some(&request), false).unwrap();
            prop_assert!(compiled.is_some(), "{}", text);
            prop_assert_eq!(compiled, reference, "{}\n{}", text, request);
        }
    }
}

fn library() -> PolicySource {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let mut modules = Vec::new();
    let mut folders = vec![root.join("sealwright")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rego") {
                let name = path.strip_prefix(&root).unwrap().display().to_string();
                modules.push(ModuleSource { path: name, text: fs::read_to_string(path).unwrap() });
            }
        }
    }
    let Value::Object(data) = serde_json::from_str(&fs::read_to_string(root.join("data.json")).unwrap()).unwrap()
    else {
        unreachable!()
    };
    let text = |text: &str| text.to_owned();
    PolicySource { name: text("library"), revision: text("1"), entrypoint: text("sealwright.decision"), modules, data }
}

#[test]
fn the_library_runs_on_the_compiled_tier_and_its_tests_reach_every_line() {
    let policy = Policy::load(library()).unwrap();
    assert_eq!(policy.tier(), Tier::Compiled);
    let report = policy.test(&TestOptions::default()).unwrap();
    assert!(report.passed > 50, "{report:#?}");
    assert_eq!(report.failed, []);
    assert_eq!(report.coverage.percent, 100.0, "{:#?}", report.coverage);
}
