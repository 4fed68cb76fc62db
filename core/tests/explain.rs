//! Explanations, as `spec/policy.md` has them.
#![cfg(feature = "rego")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]

use std::path::{Path, PathBuf};

use sealwright_core::policy::{Explanation, Limits, ModuleSource, Policy, PolicySource, Tier};
use serde_json::{Map, Value, json};

const SPEC: &str = include_str!("../spec/policy.md");

const REQUEST: &str = r#"{"subject":{"type":"user","id":"ana","properties":{"roles":["analyst"]}},"action":{"name":"open"},
    "resource":{"type":"document","id":"d1","properties":{"size":1,"owner":"bob"}}}"#;

fn source(text: &str) -> PolicySource {
    let modules = [ModuleSource { path: "acme.rego".into(), text: text.into() }].into();
    let entrypoint = "sealwright.decision".into();
    PolicySource { name: "acme".into(), revision: "7".into(), entrypoint, modules, data: Map::new() }
}

fn policy(rules: &str) -> Policy {
    Policy::load(source(&format!("package sealwright\n\n{rules}"))).unwrap()
}

fn explain(rules: &str) -> Explanation {
    policy(rules).explain(REQUEST.as_bytes(), false).unwrap()
}

fn record(explanation: &Explanation) -> Value {
    serde_json::from_slice(&explanation.to_bytes().unwrap()).unwrap()
}

/// Returns the evaluation of a rule.
fn rule<'a>(record: &'a Value, name: &str) -> &'a Value {
    let named = record["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == name);
    named.unwrap_or_else(|| panic!("no {name} in {record:#}"))
}

/// Returns what the first candidate of a rule that did not hold failed on.
fn failed<'a>(record: &'a Value, name: &str) -> &'a Value {
    let candidates = rule(record, name)["candidates"].as_array().unwrap();
    candidates.iter().find_map(|candidate| candidate.get("failed")).unwrap()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn library() -> Policy {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let mut found = Vec::new();
    files(&root, &mut found);
    let modules = found.iter().filter(|path| path.extension().is_some_and(|extension| extension == "rego"));
    let module = |path: &PathBuf| ModuleSource {
        path: path.strip_prefix(&root).unwrap().to_str().unwrap().into(),
        text: std::fs::read_to_string(path).unwrap(),
    };
    let data: Value = serde_json::from_slice(&std::fs::read(root.join("data.json")).unwrap()).unwrap();
    let mut source = source("");
    source.modules = modules.map(module).collect();
    source.data = data.as_object().unwrap().clone();
    Policy::load(source).unwrap()
}

/// Asks the library as somebody who signed in with these methods, for a confidential document.
fn asked_of_the_library(amr: &Value, values: bool) -> Explanation {
    let request = json!({
        "subject": {"type": "user", "id": "ana@acme.example",
            "properties": {"roles": ["analyst"], "tenant": "acme", "amr": amr}},
        "action": {"name": "open"},
        "resource": {"type": "document", "id": "doc-1", "properties": {"classification": "confidential",
            "purposes": ["analyse"], "tenant": "acme", "created_at": "2026-01-01T00:00:00Z"}},
        "context": {"time": "2026-11-21T07:00:00Z", "purpose": "analyse"},
    });
    library().explain(request.to_string().as_bytes(), values).unwrap()
}

fn block<'a>(text: &'a str, language: &str) -> (&'a str, &'a str) {
    text.split_once(&format!("```{language}\n")).unwrap().1.split_once("```").unwrap()
}

#[test]
fn the_example_of_the_spec_holds() {
    let (_, example) = SPEC.split_once("## Explain").unwrap();
    let (module, rest) = block(example, "rego");
    let (request, rest) = block(rest, "json");
    let (expected, rest) = block(rest, "json");
    let (tree, _) = block(rest, "text");
    let explanation = Policy::load(source(module)).unwrap().explain(request.as_bytes(), false).unwrap();
    let shown = serde_json::to_string_pretty(&record(&explanation)).unwrap();
    assert_eq!(serde_json::from_str::<Value>(expected).unwrap(), record(&explanation), "{shown}");
    assert_eq!(tree, explanation.to_tree(false));
}

#[test]
fn the_explained_decision_is_the_decision() {
    let policy = policy(
        r#"decision := {"decision": count(deny) == 0, "reasons": deny}
        deny contains "not_owner" if not _own
        _own if input.subject.id == input.resource.properties.owner"#,
    );
    let explanation = policy.explain(REQUEST.as_bytes(), true).unwrap();
    assert_eq!(explanation.decision().unwrap(), &policy.decide(REQUEST.as_bytes()).unwrap());
    assert_eq!(policy.explain(REQUEST.as_bytes(), true).unwrap(), explanation);
}

#[test]
fn the_first_condition_that_failed_is_quoted_with_its_place_and_what_it_saw() {
    let explanation = explain(
        "default decision := {\"decision\": false}\ndecision := {\"decision\": true} if {\n\tinput.action.name == \"open\"\n\tinput.resource.properties.size >\n\t\tdata.most # so\n\tfalse\n}",
    );
    assert_eq!(explanation.missing(), [""; 0]);
    let record = record(&explanation);
    let expected = json!({"by": "condition", "text": "input.resource.properties.size > data.most",
        "place": {"file": "acme.rego", "row": 6, "column": 2},
        "saw": [{"path": "input.resource.properties.size", "type": "number"}, {"path": "data.most", "type": "undefined"}]});
    assert_eq!(failed(&record, "sealwright.decision"), &expected);
}

#[test]
fn of_several_ways_through_a_body_the_one_that_came_furthest_is_told() {
    let explanation = explain(
        r#"decision := {"decision": allowed}
        default allowed := false
        allowed if {
            some name in ["a", "bb", "ccc"]
            count(name) > 1
            count(name) > 2
            name == input.resource.properties.owner
        }"#,
    );
    let record = record(&explanation);
    assert_eq!(failed(&record, "sealwright.allowed")["text"], "name == input.resource.properties.owner");
    assert_eq!(failed(&record, "sealwright.allowed")["saw"][0]["path"], r#"["a", "bb", "ccc"][_]"#);
}

#[test]
fn missing_facts_are_told_once_and_sorted() {
    let explanation = explain(
        r#"decision := {"decision": false, "reasons": {reason | some reason in [1]; input.context.purpose}}
        unused if input.context.never
        obligations := [input.subject.properties.roles, input.subject.properties.amr, input.context.purpose]"#,
    );
    assert_eq!(explanation.missing(), ["input.context.purpose"]);
}

#[test]
fn reasons_and_obligations_are_led_back_to_the_rules_that_give_them() {
    let rules = r#"
decision := {"decision": count(reasons) == 0, "reasons": reasons, "obligations": obligations}
reasons := union({deny, {r | some r in more}})
deny contains "one" if input.action.name == "open"
more contains r if {
	some r in others
	r != "claimed"
}
others contains "two"
others contains "three" if false
roles contains r if some r in input.subject.properties.roles
roles contains "one"
obligations contains {"type": "watermark"}
"#;
    let record = record(&explain(rules));
    let rows = |sources: &Value| -> Vec<u64> {
        sources.as_array().unwrap().iter().map(|source| source["place"]["row"].as_u64().unwrap()).collect()
    };
    let told: Vec<(&Value, Vec<u64>)> =
        record["reasons"].as_array().unwrap().iter().map(|told| (&told["reason"], rows(&told["sources"]))).collect();
    assert_eq!(told, [(&json!("one"), vec![6]), (&json!("two"), vec![11])]);
    assert_eq!(record["obligations"][0]["type"], "watermark");
    assert_eq!(rows(&record["obligations"][0]["sources"]), [15]);
}

#[test]
fn a_reason_that_the_entrypoint_itself_gives_comes_from_there() {
    let record = record(&explain(r#"decision := {"decision": false, "reasons": ["always"]}"#));
    let expected = json!([{"rule": "sealwright.decision", "place": {"file": "acme.rego", "row": 3, "column": 1}}]);
    assert_eq!(record["reasons"][0]["sources"], expected);
}

#[test]
fn what_the_index_rules_out_names_the_condition_it_is_on() {
    let rules: String = (0..6)
        .map(|number| {
            format!("deny contains \"r{number}\" if {{\n\tinput.subject.id\n\tinput.action.name == \"a{number}\"\n}}\n")
        })
        .collect();
    let record = record(&explain(&format!("decision := {{\"decision\": count(deny) == 0}}\n{rules}")));
    let failed = failed(&record, "sealwright.deny");
    assert_eq!((&failed["by"], &failed["text"]), (&json!("index"), &json!("input.action.name == \"a0\"")));
    assert_eq!(failed["saw"], json!([{"path": "input.action.name", "type": "string"}]));
}

#[test]
fn else_functions_and_keys_are_candidates_too() {
    let record = record(&explain(
        r#"decision := {"decision": level(input.action.name) == 2, "reasons": []}
        level("seal") := 1
        level(name) := 3 if {
            name == "train"
        } else := 2 if {
            table[name].level
        }
        table[name] := {"level": 7} if some name in ["open", "close"]"#,
    ));
    let level = rule(&record, "sealwright.level");
    assert_eq!((&level["asked"], &level["count"]), (&json!("call"), &json!(1)));
    let by: Vec<&str> = level["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|candidate| candidate["failed"]["by"].as_str().unwrap_or("held"))
        .collect();
    assert_eq!(by, ["arguments", "condition", "held"]);
    let table = rule(&record, "sealwright.table");
    assert_eq!((&table["asked"], &table["candidates"][0]["held"]), (&json!("keys"), &json!(true)));
}

#[test]
fn values_are_shown_when_asked_for_and_data_never() {
    let mut source = source(
        "package sealwright\n\ndecision := {\"decision\": data.grants[input.subject.id] == input.resource.properties.owner}\n",
    );
    source.data = json!({"grants": {"ana": "a secret grant"}}).as_object().unwrap().clone();
    let policy = Policy::load(source).unwrap();
    let rules = "decision := {\"decision\": true} if { input.subject.id == input.resource.properties.owner }\ndefault decision := {\"decision\": false}";
    let silent = explain(rules);
    for shown in [silent.to_tree(true), silent.to_svg(), record(&silent)["rules"].to_string()] {
        assert!(!shown.contains("bob"), "{shown}");
    }
    let told = self::policy(rules).explain(REQUEST.as_bytes(), true).unwrap();
    assert_eq!(failed(&record(&told), "sealwright.decision")["saw"][1]["value"], "\"bob\"");
    for values in [false, true] {
        let explanation = policy.explain(REQUEST.as_bytes(), values).unwrap();
        assert!(!String::from_utf8(explanation.to_bytes().unwrap()).unwrap().contains("a secret grant"));
    }
}

#[test]
fn a_value_that_data_had_a_part_in_is_not_shown() {
    let mut source = source(
        r#"package sealwright

        default decision := {"decision": false}
        decision := {"decision": true} if {
            some grant in data.grants
            text := concat("-", [grant, input.subject.id])
            wrapped := {"in": text}
            is_other(wrapped, text)
            text == input.resource.properties.owner
        }
        is_other(wrapped, text) if { wrapped.in == text; same(text) }
        same(text) if { startswith(text, "hidden"); upper(text) == lower(text) } else if text != "nothing""#,
    );
    source.data = json!({"grants": ["hidden"]}).as_object().unwrap().clone();
    let explanation = Policy::load(source).unwrap().explain(REQUEST.as_bytes(), true).unwrap();
    let text = String::from_utf8(explanation.to_bytes().unwrap()).unwrap();
    assert!(!text.replace("startswith(text, \\\"hidden\\\")", "").contains("hidden"), "{text}");
    assert!(text.contains("\"value\":\"\\\"bob\\\"\""), "{text}");
}

#[test]
fn an_evaluation_that_fails_is_explained_as_far_as_it_came() {
    let explanation =
        explain("decision := {\"decision\": two}\ntwo := true if input.action.name\ntwo := false if input.subject.id");
    assert_eq!(explanation.decision().unwrap_err().code(), "policy_evaluation");
    let record = record(&explanation);
    assert_eq!(record["failure"]["code"], "policy_evaluation");
    assert_eq!((record.get("decision"), record.get("reasons")), (None, None));
    assert_eq!(rule(&record, "sealwright.two").get("found"), None);
    assert!(explanation.to_tree(false).starts_with("denied: policy_evaluation  sealwright.decision\n"));
}

#[test]
fn an_entrypoint_without_a_value_is_explained() {
    let explanation = explain("decision := {\"decision\": true} if input.context.time");
    assert_eq!(explanation.decision().unwrap_err().code(), "decision_invalid");
    assert_eq!(explanation.missing(), ["input.context.time"]);
}

#[test]
fn what_is_no_request_is_not_explained() {
    let policy = policy("decision := {\"decision\": true}");
    assert_eq!(policy.explain(b"{}", false).unwrap_err().code(), "json_invalid");
}

#[test]
fn exhausted_fuel_ends_the_explanation_as_it_ends_the_decision() {
    let limits = Limits { kilosteps: 1, ..Limits::default() };
    let text = "package sealwright\n\ndecision := {\"decision\": count(pairs) > 0}\npairs := {[x, y] | some x in numbers.range(1, 100); some y in numbers.range(1, 100)}\n";
    let policy = Policy::load_with(source(text), limits).unwrap();
    let explanation = policy.explain(REQUEST.as_bytes(), true).unwrap();
    assert_eq!(explanation.decision().unwrap_err(), &policy.decide(REQUEST.as_bytes()).unwrap_err());
    assert_eq!(rule(&record(&explanation), "sealwright.pairs")["candidates"][0]["failed"]["by"], "ended");
}

#[test]
fn a_huge_fan_out_is_cut_and_says_so() {
    let calls = explain(
        "decision := {\"decision\": count(found) == 5000}\nfound := {n | some n in numbers.range(1, 5000); f(n)}\nf(n) if { n > 0; g([n, 0]); g([n, 1]); g([n, 2]); g([n, 3]); g([n, 4]); g([n, 5]); g([n, 6]); g([n, 7]); g([n, 8]); g([n, 9]) }\ng(n) if count(n) == 2",
    );
    assert!(calls.is_cut() && calls.decision().unwrap().is_allowed());
    assert!(record(&calls)["rules"].as_array().unwrap().len() <= 1000);
    assert!(calls.to_tree(false).contains("cut: there is more than is told"));
    let told = record(&calls);
    let asks = rule(&told, "sealwright.found")["candidates"][0]["asks"].as_array().unwrap().len();
    assert!((20..=50).contains(&asks), "{asks}");
    assert_eq!(told["rules"][0]["candidates"][0]["held"], true);
    assert!(calls.to_svg().len() < 500_000);
    let many: String =
        (0..3000).map(|number| format!("deny contains \"r{number}\" if input.context.f{number}\n")).collect();
    let rules = record(&explain(&format!("decision := {{\"decision\": count(deny) == 0}}\n{many}")));
    let deny = rule(&rules, "sealwright.deny");
    assert_eq!((deny["candidates"].as_array().unwrap().len(), &deny["omitted"]), (20, &json!(2980)));
}

#[cfg(feature = "rego-reference")]
#[test]
fn the_reference_tier_gives_its_answer_and_says_why_it_tells_no_more() {
    let policy = policy("decision := {\"decision\": f(1)}\nf(x) := false if x == 2\nf(count(\"a\")) := true");
    let Tier::Reference { reason, .. } = policy.tier() else { panic!("the compiled tier took it") };
    let explanation = policy.explain(REQUEST.as_bytes(), false).unwrap();
    let record = record(&explanation);
    assert_eq!(record["decision"]["decision"], true);
    assert_eq!((&record["tier"]["name"], &record["tier"]["reason"]), (&json!("reference"), &json!(reason)));
    assert_eq!((record.get("rules"), record.get("missing"), record.get("reasons")), (None, None, None));
    assert!(explanation.to_tree(false).contains("not traced, the reference tier decides: "));
}

#[test]
fn markup_in_names_and_values_stays_text() {
    const HOSTILE: &str = "</text><script>alert(1)</script><svg onload='x'>&\u{1b}[31m\u{202e}\u{fffe}";
    let request = json!({
        "subject": {"type": "user", "id": HOSTILE}, "action": {"name": "open"},
        "resource": {"type": "document", "id": "d", "properties": {HOSTILE: HOSTILE}},
    });
    let name = HOSTILE.replace('\u{1b}', "\\u001b").replace('\u{202e}', "\\u202e").replace('\u{fffe}', "\\ufffe");
    let rules = format!(
        "package sealwright\n\ndefault decision := {{\"decision\": false, \"reasons\": [\"{name}\"]}}\n\ndecision := {{\"decision\": true}} if {{\n\tinput.subject.id == input.resource.properties[\"{name}\"]\n\tinput.resource.properties[\"{name}\"] == \"</title><img src=x>\"\n}}\n"
    );
    let policy = Policy::load(source(&rules)).unwrap();
    let explanation = policy.explain(request.to_string().as_bytes(), true).unwrap();
    let svg = explanation.to_svg();
    for markup in ["<script", "<img", "<svg onload", "</text><s", "\u{1b}", "\u{202e}", "\u{fffe}"] {
        assert!(!svg.contains(markup), "{markup}: {svg}");
        assert!(!explanation.to_tree(false).contains('\u{1b}'));
    }
    assert!(svg.contains("&lt;script&gt;"), "{svg}");
    let tags: Vec<&str> = svg.split('<').skip(1).map(|tag| tag.split([' ', '>']).next().unwrap()).collect();
    let known =
        ["svg", "title", "/title", "style", "/style", "rect", "path", "text", "/text", "tspan", "/tspan", "/svg"];
    assert!(tags.iter().all(|tag| known.contains(tag)), "{tags:?}");
}

#[test]
fn the_library_tells_which_sign_in_was_not_enough() {
    let explanation = asked_of_the_library(&json!(["pwd"]), true);
    let told = record(&explanation);
    assert_eq!(told["reasons"].as_array().unwrap().len(), 1);
    assert_eq!(told["reasons"][0]["reason"], "mfa_required");
    assert_eq!(told["reasons"][0]["sources"][0]["rule"], "sealwright.mfa.deny");
    let verified = failed(&told, "sealwright.mfa.verified");
    assert_eq!(verified["text"], "method in data.sealwright.config.mfa.methods");
    assert_eq!(
        verified["saw"][0],
        json!({"path": "input.subject.properties.amr[_]", "type": "string", "value": "\"pwd\""})
    );
    assert_eq!(verified["saw"][1]["type"], "array");
    assert!(!explanation.is_cut());
}

#[test]
fn the_library_tells_that_the_sign_in_is_not_stated() {
    let told = record(&asked_of_the_library(&json!("mfa"), false));
    let verified = failed(&told, "sealwright.mfa.verified");
    assert_eq!(verified["text"], "is_array(input.subject.properties.amr)");
    assert_eq!(verified["saw"], json!([{"path": "input.subject.properties.amr", "type": "string"}]));
}

#[test]
fn the_library_tells_why_it_allows() {
    let explanation = asked_of_the_library(&json!(["mfa"]), false);
    assert!(explanation.decision().unwrap().is_allowed());
    let told = record(&explanation);
    assert_eq!(rule(&told, "sealwright.mfa.verified")["candidates"][0]["held"], true);
    assert_eq!(failed(&told, "sealwright.mfa.deny")["text"], "not verified");
}
