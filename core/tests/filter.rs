//! Filters as `spec/filter.md` has them: what a filter admits is what the policy decides.
#![cfg(feature = "rego")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]
#![allow(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]

#[path = "filter/generator.rs"]
mod generator;
#[path = "filter/stores.rs"]
mod stores;

use generator::Random;
use sealwright_core::policy::{Filter, ModuleSource, Policy, PolicySource};
use serde_json::{Value, json};

const SPEC: &str = include_str!("../spec/filter.md");

const PROPERTIES: &str = "resource.properties";

/// How many random documents each policy decides. `SEALWRIGHT_FILTER_DOCUMENTS` asks for more.
fn documents() -> usize {
    std::env::var("SEALWRIGHT_FILTER_DOCUMENTS").map_or(5_000, |count| count.parse().unwrap())
}

fn load(rules: &str, data: &Value) -> Policy {
    Policy::load(PolicySource {
        name: "acme".to_owned(),
        revision: "7".to_owned(),
        entrypoint: "sealwright.decision".to_owned(),
        modules: vec![ModuleSource {
            path: "acme.rego".to_owned(),
            text: format!(
                "package sealwright\n\ndecision := {{\"decision\": allow}}\n\ndefault allow := false\n\n{rules}"
            ),
        }],
        data: data.as_object().unwrap().clone(),
    })
    .unwrap_or_else(|error| panic!("{error}: {rules}"))
}

fn known() -> Value {
    json!({"subject": {"type": "user", "id": "ana", "properties": {"tenant": "acme", "roles": ["a", "b"], "level": 2}},
        "action": {"name": "retrieve"}, "context": {"time": "2026-11-21T07:00:00Z"}})
}

fn filter(policy: &Policy) -> Filter {
    policy.filter(known().to_string().as_bytes(), &[PROPERTIES.to_owned()], None).unwrap()
}

fn kind(rules: &str) -> String {
    let filter: Value = serde_json::from_slice(&filter(&load(rules, &json!({}))).to_bytes()).unwrap();
    filter["kind"].as_str().unwrap().to_owned()
}

fn condition(rules: &str) -> Value {
    let filter: Value = serde_json::from_slice(&filter(&load(rules, &json!({}))).to_bytes()).unwrap();
    filter["condition"].clone()
}

/// Decides about a document; a failure denies.
fn decides(policy: &Policy, request: &Value, properties: &Value) -> bool {
    let mut request = request.clone();
    request["resource"] = json!({"type": "document", "id": "d1", "properties": properties});
    policy.decide(request.to_string().as_bytes()).is_ok_and(|decision| {
        let decision: Value = serde_json::from_slice(&decision.to_bytes().unwrap()).unwrap();
        decision["decision"] == json!(true)
    })
}

/// Compares a filter with the decisions about random documents. Returns how many it admitted.
fn agree(policy: &Policy, request: &Value, filter: &Filter, random: &mut Random, count: usize, rules: &str) -> usize {
    let mut admitted = 0;
    for _ in 0..count {
        let properties = random.document();
        let matches = filter.matches(json!({"properties": properties}).to_string().as_bytes()).unwrap();
        let shown = || String::from_utf8(filter.to_bytes()).unwrap();
        assert_eq!(matches, decides(policy, request, &properties), "{properties}\n{}\n{rules}", shown());
        admitted += usize::from(matches);
    }
    admitted
}

#[test]
fn the_example_of_the_spec_holds() {
    let module = SPEC.split_once("```rego\n").unwrap().1;
    let (module, rest) = module.split_once("```").unwrap();
    let expected = rest.split_once("```json\n").unwrap().1.split_once("\n```").unwrap().0;
    let policy = Policy::load(PolicySource {
        name: "acme".to_owned(),
        revision: "7".to_owned(),
        entrypoint: "sealwright.allow".to_owned(),
        modules: vec![ModuleSource { path: "acme.rego".to_owned(), text: module.to_owned() }],
        data: serde_json::Map::new(),
    })
    .unwrap();
    let filter = filter(&policy);
    assert_eq!(String::from_utf8(filter.to_bytes()).unwrap(), expected);
    assert_eq!(Filter::from_bytes(expected.as_bytes()).unwrap(), filter);
    let target = rest.split("```json\n").nth(2).unwrap().split_once("\n```").unwrap().0;
    let target = sealwright_core::policy::Target::from_bytes(target.as_bytes()).unwrap();
    let lowered: Value = serde_json::from_slice(&filter.lower(&target).unwrap()).unwrap();
    assert_eq!(lowered["parameters"], json!(["acme", "$.\"attributes\".\"hold\"", "$.\"attributes\".\"hold\"", 1]));
}

#[test]
fn generated_policies_admit_what_they_decide() {
    let (mut exact, mut varied, mut refused) = (0, 0, 0);
    for seed in 1..300 {
        let mut random = Random::new(seed);
        let (rules, data) = random.policy();
        let policy = load(&rules, &data);
        let filter = filter(&policy);
        if matches!(filter, Filter::Unsupported { .. }) {
            refused += 1;
            continue;
        }
        let is_exact = matches!(filter, Filter::Exact(_));
        let count = if is_exact && exact < 20 { documents() } else { 100 };
        let admitted = agree(&policy, &known(), &filter, &mut random, count, &rules);
        exact += usize::from(is_exact);
        varied += usize::from(0 < admitted && admitted < count);
        assert_eq!(Filter::from_bytes(&filter.to_bytes()).unwrap().to_bytes(), filter.to_bytes(), "{rules}");
    }
    assert!(exact > 200 && varied > 150 && refused < 30, "{exact} exact, {varied} varied, {refused} refused");
}

#[test]
fn a_missing_field_is_undefined_and_its_negation_true() {
    let policy = load("allow if not input.resource.properties.hold == true", &json!({}));
    let filter = filter(&policy);
    for (properties, admitted) in
        [(json!({}), true), (json!({"hold": true}), false), (json!({"hold": null}), true), (json!({"hold": 1}), true)]
    {
        assert_eq!(filter.matches(json!({"properties": properties}).to_string().as_bytes()).unwrap(), admitted);
        assert_eq!(decides(&policy, &known(), &properties), admitted);
    }
    assert_eq!(
        condition("allow if input.resource.properties.hold != true"),
        json!({"type": "field", "operator": "ne", "field": "resource.properties.hold", "value": true})
    );
}

#[test]
fn what_is_known_settles_the_filter() {
    assert_eq!(kind("allow if input.subject.id == \"ana\""), "always");
    assert_eq!(kind("allow if input.subject.id == \"eve\""), "never");
    assert_eq!(kind("allow if input.resource.properties.tenant in input.subject.properties.none"), "never");
    assert_eq!(kind("allow if input.resource.properties.tenant in []"), "never");
    assert_eq!(kind("allow if { p := input.resource.properties\n p.a == 1\n p.a == 2 }"), "never");
}

#[test]
fn what_no_condition_says_is_refused_with_its_place() {
    for rules in [
        "allow if input.resource.properties.a == input.resource.properties.b",
        "allow if startswith(input.resource.properties.a, \"x\")",
        "allow if input.resource.properties.a + 1 == 2",
        "allow if input.resource.properties.list[0] == 1",
        "allow if every tag in input.resource.properties.tags { tag == \"a\" }",
        "allow if { some tag in input.resource.properties.tags\n tag != \"a\" }",
        "allow if { some tag in input.resource.properties.tags }",
        "allow if { value == \"a\" }\nvalue := tag if { some tag in input.resource.properties.tags\n tag in {\"a\", \"b\"} }",
        "allow if rank == 1\nrank := 1 if input.resource.properties.a == 1\nrank := 2 if input.resource.properties.b == 1",
        "allow if input.resource.properties[\"a.b\"] == 1",
        "allow if input.resource.id == \"d1\"",
        "allow if count({tag | some tag in input.resource.properties.tags}) == 1",
        "allow if input.resource.properties.tags == {input.resource.properties.a}",
        "allow if input.resource.properties.b with input.resource.properties.a as 1",
    ] {
        match filter(&load(rules, &json!({}))) {
            Filter::Unsupported { place: Some(place), .. } => assert!(place.row > 5, "{rules}"),
            other => panic!("{other:?}: {rules}"),
        }
    }
}

#[test]
fn a_conflict_in_what_is_known_denies() {
    let rules = "allow if { rank == 1\n input.resource.properties.a == 1 }\nrank := 1 if input.subject.id\nrank := 2 if input.action.name";
    let error = load(rules, &json!({})).filter(known().to_string().as_bytes(), &[PROPERTIES.to_owned()], None);
    assert_eq!(error.unwrap_err().code(), "policy_evaluation");
}

#[test]
fn a_condition_beyond_its_size_is_refused() {
    let tests = (0..1200)
        .map(|n| format!("allow if {{ input.resource.properties.a{n} == 1\n input.resource.properties.b{n} == 2 }}\n"));
    let policy = load(&tests.collect::<String>(), &json!({}));
    assert!(matches!(filter(&policy), Filter::Unsupported { reason, .. } if reason.contains("too large")));
}

#[test]
fn a_question_out_of_its_form_is_refused() {
    let policy = load("allow if input.resource.properties.a == 1", &json!({}));
    let ask = |known: &Value, unknowns: &[&str], rule: Option<&str>| {
        let unknowns: Vec<String> = unknowns.iter().map(|&path| path.to_owned()).collect();
        policy.filter(known.to_string().as_bytes(), &unknowns, rule).map_err(|error| error.code())
    };
    assert_eq!(ask(&known(), &[], None), Err("json_invalid"));
    for path in ["subject", "resource", "resource.owner", "resource.properties.", "resource.id.x", "input"] {
        assert_eq!(ask(&known(), &[path], None), Err("json_invalid"), "{path}");
    }
    assert_eq!(ask(&json!({"subject": {}}), &[PROPERTIES], None), Err("json_invalid"));
    assert_eq!(ask(&known(), &[PROPERTIES], Some("sealwright.none")), Err("policy_invalid"));
    assert!(ask(&known(), &[PROPERTIES], Some("sealwright.allow")).is_ok());
    assert!(ask(&known(), &["input.resource.properties.a"], None).is_ok());
}

#[test]
fn a_part_of_the_properties_can_be_known() {
    let rules = "allow if { input.resource.properties.a == 1\n input.resource.properties.b == 2 }";
    let mut question = known();
    question["resource"] = json!({"type": "document", "properties": {"a": 1}});
    let filter = load(rules, &json!({}))
        .filter(question.to_string().as_bytes(), &["resource.properties.b".to_owned()], None)
        .unwrap();
    assert!(filter.matches(br#"{"properties": {"b": 2}}"#).unwrap());
    assert!(!filter.matches(br#"{"properties": {"a": 1, "b": 1}}"#).unwrap());
}

mod library {
    use super::*;
    use std::fs;
    use std::path::Path;

    fn modules(folder: &Path, found: &mut Vec<ModuleSource>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                modules(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rego") {
                let text = fs::read_to_string(&path).unwrap();
                found.push(ModuleSource { path: path.to_string_lossy().into_owned(), text });
            }
        }
    }

    fn library(change: impl Fn(&mut Value)) -> PolicySource {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
        let mut found = Vec::new();
        modules(&root, &mut found);
        let mut data: Value = serde_json::from_slice(&fs::read(root.join("data.json")).unwrap()).unwrap();
        change(&mut data);
        PolicySource {
            name: "library".to_owned(),
            revision: "1".to_owned(),
            entrypoint: "sealwright.retrieval.decision".to_owned(),
            modules: found,
            data: data.as_object().unwrap().clone(),
        }
    }

    fn request() -> Value {
        json!({"subject": {"type": "user", "id": "ana", "properties": {"tenant": "acme", "unit": "legal",
            "roles": ["analyst", "contractor"], "amr": ["pwd", "otp"]}}, "action": {"name": "retrieve"},
            "context": {"time": "2026-11-21T07:00:00Z", "purpose": "retrieve"}})
    }

    #[test]
    fn the_retrieval_policy_admits_what_it_decides() {
        let changes: [fn(&mut Value); 4] = [
            |_| {},
            |data| data["sealwright"]["config"]["retrieval"] = json!({"every_document_ends": true}),
            |data| data["sealwright"]["config"]["retrieval"] = json!({"match": {"department": "unit"}}),
            |data| {
                data["sealwright"]["config"]["retrieval"] =
                    json!({"match": {"department": "unit", "region": "tenant"}, "every_document_ends": true});
            },
        ];
        for change in changes {
            let policy = Policy::load(library(change)).unwrap();
            let request = request();
            for entrypoint in ["sealwright.retrieval.decision", "sealwright.retrieval.allow"] {
                let filter =
                    policy.filter(request.to_string().as_bytes(), &[PROPERTIES.to_owned()], Some(entrypoint)).unwrap();
                assert!(matches!(filter, Filter::Exact(_)), "{filter:?}");
                let admitted =
                    agree(&policy, &request, &filter, &mut Random::labels(7), documents().max(2_000) / 2, "retrieval");
                assert!(admitted > 0);
            }
        }
    }

    #[test]
    fn who_may_read_nothing_finds_nothing() {
        let policy = Policy::load(library(|_| {})).unwrap();
        for change in [json!({"roles": []}), json!({"tenant": "acme"}), json!({"roles": ["analyst"], "tenant": 7})] {
            let mut request = request();
            request["subject"]["properties"] = change;
            let filter = policy.filter(request.to_string().as_bytes(), &[PROPERTIES.to_owned()], None).unwrap();
            assert_eq!(filter, Filter::Never);
        }
    }
}
