//! Decisions as `spec/decision.md` has them.
#![cfg(feature = "rego")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]

use sealwright_core::policy::{Decision, Limits, ModuleSource, Policy, PolicySource};
use serde_json::{Value, json};

const SPEC: &str = include_str!("../spec/decision.md");

/// Returns the first fenced block of a language in the spec's example, and what is behind it.
fn block<'a>(text: &'a str, language: &str) -> (&'a str, &'a str) {
    text.split_once(&format!("```{language}\n")).unwrap().1.split_once("```").unwrap()
}

fn source(text: &str) -> PolicySource {
    serde_json::from_value(json!({
        "name": "acme", "revision": "7", "modules": [{"path": "acme.rego", "text": text}]
    }))
    .unwrap()
}

fn policy(rules: &str) -> Policy {
    Policy::load(source(&format!("package sealwright\n\n{rules}"))).unwrap()
}

fn decide(rules: &str) -> Decision {
    policy(rules).decide(REQUEST.as_bytes()).unwrap()
}

fn value(decision: &Decision) -> Value {
    serde_json::from_slice(&decision.to_bytes().unwrap()).unwrap()
}

const REQUEST: &str = r#"{"subject":{"type":"user","id":"ana"},"action":{"name":"open"},
    "resource":{"type":"document","id":"d1","properties":{"size":1,"level":2.5}}}"#;

#[test]
fn the_example_of_the_spec_holds() {
    let (request, rest) = block(SPEC, "json");
    let (module, rest) = block(rest, "rego");
    let (expected, _) = block(rest, "json");
    let decision = Policy::load(source(module)).unwrap().decide(request.as_bytes()).unwrap();
    let shown = serde_json::to_string_pretty(&value(&decision)).unwrap();
    assert_eq!(value(&decision), serde_json::from_str::<Value>(expected).unwrap(), "{shown}");
}

#[test]
fn the_same_request_in_another_spelling_has_the_same_decision() {
    let policy = policy("decision := {\"decision\": input.resource.properties.size == 1}");
    let first = policy.decide(REQUEST.as_bytes()).unwrap();
    assert!(first.is_allowed());
    for other in [
        r#"{"resource":{"properties":{"level":2.50,"size":1.0},"id":"d1","type":"document"},"action":{"name":"open"},"subject":{"id":"ana","type":"user"}}"#,
        r#"{"subject":{"type":"user","id":"\u0061na","properties":{}},"action":{"properties":{},"name":"open"},
            "resource":{"type":"document","id":"d1","properties":{"size":1e0,"level":25e-1}},"context":{}}"#,
    ] {
        assert_eq!(policy.decide(other.as_bytes()).unwrap(), first);
    }
    let changed = REQUEST.replace("2.5", "2.6");
    assert_ne!(policy.decide(changed.as_bytes()).unwrap().decision_id(), first.decision_id());
}

#[test]
fn clones_and_threads_decide_alike() {
    let policy = policy("decision := {\"decision\": count(numbers.range(1, 100)) == 100}");
    let first = policy.decide(REQUEST.as_bytes()).unwrap();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let policy = policy.clone();
            std::thread::spawn(move || (0..50).map(|_| policy.decide(REQUEST.as_bytes()).unwrap()).collect::<Vec<_>>())
        })
        .collect();
    for thread in threads {
        assert!(thread.join().unwrap().iter().all(|decision| *decision == first));
    }
}

#[test]
fn reasons_and_obligations_come_in_one_order_and_once() {
    let decision = decide(
        r#"decision := {"decision": false, "reasons": ["b", "a", "b"], "obligations": [
            {"type": "watermark"}, {"type": "notify", "channel": "b"}, {"type": "notify", "channel": "a"},
            {"type": "watermark"}]}"#,
    );
    assert_eq!(decision.reasons(), ["a", "b"]);
    let names: Vec<_> = value(&decision)["obligations"].as_array().unwrap().iter().map(Value::to_string).collect();
    assert_eq!(
        names,
        [r#"{"channel":"a","type":"notify"}"#, r#"{"channel":"b","type":"notify"}"#, r#"{"type":"watermark"}"#]
    );
}

#[test]
fn every_obligation_is_read() {
    let decision = decide(
        r#"decision := {"decision": true, "obligations": {
            {"type": "transform", "operators": {"DEFAULT": {"operator": "redact"}}},
            {"type": "require_recipients", "recipients": ["age1x"]},
            {"type": "require_signature"},
            {"type": "restrict_label", "purposes": ["train"], "retain_until": "2026-01-01T00:00:00Z"},
            {"type": "watermark"},
            {"type": "notify", "channel": "dpo"},
            {"type": "expire", "at": "2026-01-01T00:00:00Z"},
            {"type": "filter", "condition": {"field": "tenant"}}}, "cache_for_ms": 5}"#,
    );
    let mut names: Vec<_> = decision.obligations().iter().map(|obligation| obligation.name()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "expire",
            "filter",
            "notify",
            "require_recipients",
            "require_signature",
            "restrict_label",
            "transform",
            "watermark"
        ]
    );
    assert_eq!(value(&decision)["cache_for_ms"], 5);
}

#[test]
fn the_digest_names_what_the_policy_does() {
    let base = source("package sealwright\n\ndecision := {\"decision\": true}\n");
    let digest = |policy: &PolicySource| Policy::load(policy.clone()).unwrap().reference().digest.clone();
    let first = digest(&base);

    let mut same = base.clone();
    (same.name, same.revision) = ("other".to_owned(), "8".to_owned());
    let text = "package sealwright_test\n\ntest_nothing if true\n".to_owned();
    same.modules.push(ModuleSource { path: "acme_test.rego".to_owned(), text });
    same.modules.reverse();
    assert_eq!(digest(&same), first);

    let mut text = base.clone();
    text.modules[0].text.push('\n');
    let mut path = base.clone();
    path.modules[0].path = "b.rego".to_owned();
    let mut data = base.clone();
    data.data.insert("a".to_owned(), json!(1));
    let mut module = base.clone();
    module.modules.push(ModuleSource { path: "z.rego".to_owned(), text: "package z\n".to_owned() });
    let mut entrypoint = base.clone();
    entrypoint.modules[0].text.push_str("\nother := decision\n");
    let renamed = PolicySource { entrypoint: "sealwright.other".to_owned(), ..entrypoint.clone() };
    let digests: std::collections::BTreeSet<_> =
        [base, text, path, data, module, entrypoint, renamed].iter().map(digest).collect();
    assert_eq!(digests.len(), 7);
}

#[test]
fn a_test_module_that_does_not_parse_does_not_keep_a_policy_from_deciding() {
    let mut policy = source("package sealwright\n\ndecision := {\"decision\": true}\n");
    policy.modules.push(ModuleSource { path: "a_test.rego".to_owned(), text: "nonsense".to_owned() });
    assert!(Policy::load(policy).unwrap().decide(REQUEST.as_bytes()).unwrap().is_allowed());
}

#[test]
fn data_and_imports_are_seen() {
    let mut policy = source(
        "package sealwright\n\nimport data.acme.lib\nimport input.subject as who\n\n\
        decision := {\"decision\": lib.may(who.id, data.grants)}\n",
    );
    let text = "package acme.lib\n\nmay(id, grants) if id in grants.open\n".to_owned();
    policy.modules.push(ModuleSource { path: "lib.rego".to_owned(), text });
    policy.data.insert("grants".to_owned(), json!({"open": ["ana"]}));
    assert!(Policy::load(policy).unwrap().decide(REQUEST.as_bytes()).unwrap().is_allowed());
}

#[test]
fn policies_that_do_not_fit_together_are_refused() {
    let base = source("package sealwright\n\ndecision := {\"decision\": true}\n\nf(x) := x\n");
    let cases = [
        PolicySource { name: String::new(), ..base.clone() },
        PolicySource { revision: "a\nb".to_owned(), ..base.clone() },
        PolicySource { entrypoint: "sealwright.other".to_owned(), ..base.clone() },
        PolicySource { entrypoint: "sealwright.f".to_owned(), ..base.clone() },
        PolicySource { entrypoint: "sealwright".to_owned(), ..base.clone() },
        PolicySource { entrypoint: "1 == 1".to_owned(), ..base.clone() },
        PolicySource { modules: Vec::new(), ..base.clone() },
        PolicySource { modules: [base.modules.clone(), base.modules.clone()].concat(), ..base.clone() },
    ];
    for policy in cases {
        assert_eq!(Policy::load(policy.clone()).unwrap_err().code(), "policy_invalid", "{policy:?}");
    }
}

#[test]
fn a_policy_record_is_strict() {
    for text in [
        r#"{"name":"a","revision":"1"}"#,
        r#"{"name":"a","revision":"1","modules":[],"extra":1}"#,
        r#"{"name":"a","revision":"1","modules":[{"path":"a"}]}"#,
        r#"{"name":"a","revision":"1","modules":[],"data":[]}"#,
        r#"{"name":"a","name":"a","revision":"1","modules":[]}"#,
    ] {
        assert_eq!(PolicySource::from_bytes(text.as_bytes()).unwrap_err().code(), "json_invalid", "{text}");
    }
}

#[test]
fn a_host_may_set_its_own_limits() {
    let limits = Limits { kilosteps: 1, ..Limits::default() };
    let text =
        "package sealwright\n\ndecision := {\"decision\": true} if count([1 | some x in numbers.range(1, 5000)]) > 0";
    let decide = |limits| Policy::load_with(source(text), limits).unwrap().decide(REQUEST.as_bytes());
    assert_eq!(decide(limits).unwrap_err().code(), "policy_limit");
    assert!(decide(Limits::default()).unwrap().is_allowed());
}

#[cfg(feature = "policy-test")]
mod tests_of_policies {
    use sealwright_core::policy::{CaseSource, TestOptions};

    use super::*;

    fn report(test: &str) -> Value {
        report_of(test, &TestOptions::default())
    }

    fn report_of(test: &str, options: &TestOptions) -> Value {
        let mut policy = source(
            "package sealwright\n\ndefault decision := {\"decision\": false}\n\n\
            decision := {\"decision\": true} if {\n\tinput.subject.id == \"ana\"\n\tdata.grants.open\n}\n\n\
            unused if {\n\tinput.never\n\tinput.after\n}\n",
        );
        policy.data.insert("grants".to_owned(), json!({"open": true}));
        let text = format!("package sealwright_test\n\nimport data.sealwright\n\n{test}");
        policy.modules.push(ModuleSource { path: "acme_test.rego".to_owned(), text });
        serde_json::to_value(Policy::load(policy).unwrap().test(options).unwrap()).unwrap()
    }

    #[test]
    fn passed_and_failed_tests_are_told_apart() {
        let report = report(
            "test_allowed if sealwright.decision.decision with input.subject.id as \"ana\"\n\n\
            test_other if not sealwright.decision.decision with input.subject.id as \"bob\"\n\n\
            test_closed if {\n\tanswer := sealwright.decision with input.subject.id as \"ana\" with data.grants.open as false\n\
            \tanswer.decision == false\n}\n\n\
            test_undefined if sealwright.decision.decision with input.subject.id as \"bob\"\n\n\
            test_false := false\n\ntest_text := \"true\"\n\nhelper := 1\n\n\
            test_error := 1\n\ntest_error := 2\n",
        );
        assert_eq!(report["passed"], 3, "{report}");
        let failed: Vec<_> =
            report["failed"].as_array().unwrap().iter().map(|test| test["name"].as_str().unwrap()).collect();
        assert_eq!(failed, ["test_undefined", "test_false", "test_text", "test_error"]);
        assert_eq!(report["failed"][0]["package"], "sealwright_test");
        assert_eq!(report["failed"][0]["file"], "acme_test.rego");
    }

    #[test]
    fn lines_that_no_test_reaches_are_listed() {
        let report = report("test_allowed if sealwright.decision.decision with input.subject.id as \"ana\"\n");
        let file = &report["coverage"]["files"][0];
        assert_eq!(file["path"], "acme.rego");
        assert!(file["not_covered"].as_array().unwrap().contains(&json!(12)), "{report}");
        assert!(file["covered"].as_array().unwrap().contains(&json!(6)), "{report}");
        assert!(report["coverage"]["percent"].as_f64().unwrap() < 100.0);
    }

    #[test]
    fn a_failed_test_names_the_row_that_did_not_hold() {
        let report =
            report("test_two if {\n\t1 == 1\n\tsealwright.decision.decision\n\t2 == 2\n}\n\ntest_one := true\n");
        assert_eq!(
            (&report["failed"][0]["name"], &report["failed"][0]["row"]),
            (&json!("test_two"), &json!(7)),
            "{report}"
        );
        assert_eq!(report["tests"][0]["name"], "test_one");
    }

    #[test]
    fn only_the_selected_tests_are_run() {
        let options = TestOptions { run: Some("test.test_o".to_owned()), ..TestOptions::default() };
        let report = report_of("test_one := true\n\ntest_two := true\n", &options);
        assert_eq!((&report["passed"], &report["tests"][0]["name"]), (&json!(1), &json!("test_one")));
    }

    fn cases(text: &str) -> TestOptions {
        let cases = vec![CaseSource { path: "acme_cases.json".to_owned(), text: text.to_owned() }];
        TestOptions { cases, ..TestOptions::default() }
    }

    #[test]
    fn cases_are_requests_with_the_answer_that_is_expected() {
        let request = |id: &str| json!({"subject": {"type": "user", "id": id}, "action": {"name": "open"}, "resource": {"type": "document", "id": "d"}});
        let text = json!([
            {"name": "ana may", "request": request("ana"), "expect": {"decision": true, "reasons": [], "obligations": []}},
            {"name": "bob may not", "request": request("bob"), "expect": {"decision": false}},
            {"name": "no subject", "input": {}, "expect": {"decision": false, "cache_for_ms": 0}},
            {"name": "no request", "request": {}, "expect": {"error": "json_invalid"}},
            {"name": "bob may", "request": request("bob"), "expect": {"decision": true}},
            {"name": "ana has a reason", "request": request("ana"), "expect": {"reasons": ["a"]}},
            {"name": "ana fails", "request": request("ana"), "expect": {"error": "policy_limit"}},
        ]);
        let report = report_of("", &cases(&text.to_string()));
        assert_eq!(report["passed"], 4, "{report}");
        let failed = report["failed"].as_array().unwrap().iter();
        let failed: Vec<_> =
            failed.map(|test| (test["name"].as_str().unwrap(), test["message"].as_str().unwrap())).collect();
        assert_eq!(
            failed,
            [
                ("bob may", "expected decision true, got false"),
                ("ana has a reason", "expected reasons [\"a\"], got []"),
                ("ana fails", "expected the failure policy_limit, got decision true"),
            ]
        );
        assert!(report["coverage"]["files"][0]["covered"].as_array().unwrap().contains(&json!(6)), "{report}");
    }

    #[test]
    fn cases_that_expect_nothing_are_refused() {
        let policy = || Policy::load(source("package sealwright\n\ndecision := {\"decision\": true}\n")).unwrap();
        for text in [
            "{}",
            r#"[{"name":"a","request":{},"expect":{}}]"#,
            r#"[{"name":"a","expect":{"decision":true}}]"#,
            r#"[{"name":"a","request":{},"input":{},"expect":{"decision":true}}]"#,
            r#"[{"name":"a","request":{},"expect":{"decision":true,"error":"policy_limit"}}]"#,
            r#"[{"name":"a","request":{},"expect":{"desicion":true}}]"#,
        ] {
            let error = policy().test(&cases(text)).unwrap_err();
            assert_eq!(error.code(), "json_invalid", "{text}");
            assert!(error.to_string().contains("acme_cases.json"), "{error}");
        }
    }

    #[test]
    fn a_hostile_test_is_refused() {
        let mut policy = source("package sealwright\n\ndecision := {\"decision\": true}\n");
        let text = "package sealwright_test\n\nf(x) := f(x)\n\ntest_f if f(1)\n".to_owned();
        policy.modules.push(ModuleSource { path: "acme_test.rego".to_owned(), text });
        assert_eq!(Policy::load(policy).unwrap().test(&TestOptions::default()).unwrap_err().code(), "policy_recursion");
    }
}
