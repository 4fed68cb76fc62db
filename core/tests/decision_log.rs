//! Entries of a decision log: `spec/policy.md`, "Decision log".
#![cfg(feature = "rego")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use sealwright_core::policy::{LogContext, ModuleSource, Policy, PolicySource};
use serde_json::{Map, Value, json};

fn load(modules: &[(&str, &str)]) -> Policy {
    let module = |(path, text): &(&str, &str)| ModuleSource { path: (*path).to_owned(), text: (*text).to_owned() };
    let modules = modules.iter().map(module).collect();
    let (name, revision) = ("acme".to_owned(), "7".to_owned());
    let entrypoint = "sealwright.decision".to_owned();
    Policy::load(PolicySource { name, revision, entrypoint, modules, data: Map::new() }).unwrap()
}

const DECISION: &str = "package sealwright\n\ndecision := {\"decision\": allow, \"reasons\": reasons}\n\n\
                        default allow := false\n\nallow if input.subject.id == \"ana\"\n\n\
                        reasons contains \"not_ana\" if not allow\n";

fn policy(mask: &str) -> Policy {
    load(&[("decision.rego", DECISION), ("mask.rego", &format!("package system.log\n\n{mask}\n"))])
}

fn request(id: &str) -> Vec<u8> {
    let subject = json!({"type": "user", "id": id, "properties": {"email": "ana@acme.example", "groups": ["a", "b"]}});
    let resource = json!({"type": "document", "id": "d"});
    json!({"subject": subject, "action": {"name": "open"}, "resource": resource}).to_string().into_bytes()
}

fn context() -> LogContext {
    let text = br#"{"timestamp": "2026-11-21T07:00:00Z", "labels": {"app": "portal"}, "requested_by": "192.0.2.7"}"#;
    LogContext::from_bytes(text).unwrap()
}

fn entry(mask: &str, request: &[u8]) -> Value {
    serde_json::from_slice(&policy(mask).log_entry(request, &context())).unwrap()
}

#[test]
fn an_entry_has_the_fields_of_opas() {
    let policy = policy("");
    let decision = policy.decide(&request("ana")).unwrap();
    let result: Value = serde_json::from_slice(&decision.to_bytes().unwrap()).unwrap();
    let mut input: Value = serde_json::from_slice(&request("ana")).unwrap();
    input["context"] = json!({});
    input["action"]["properties"] = json!({});
    input["resource"]["properties"] = json!({});
    let expected = json!({
        "decision_id": result["decision_id"], "path": "sealwright/decision", "bundles": {"acme": {"revision": "7"}},
        "input": input, "result": result, "timestamp": "2026-11-21T07:00:00Z", "labels": {"app": "portal"},
        "requested_by": "192.0.2.7",
    });
    assert_eq!(entry("", &request("ana")), expected);
    assert_eq!(policy.log_entry(&request("ana"), &context()), policy.log_entry(&request("ana"), &context()));
}

#[test]
fn a_mask_erases_and_sets_and_the_entry_lists_what_it_did() {
    let entry = entry(
        "mask contains \"/input/subject/properties/email\"\n\
         mask contains \"/input/subject/properties/absent\"\n\
         mask contains \"/input/subject/properties/groups/0\"\n\
         mask contains {\"op\": \"remove\", \"path\": \"/result/policy\"} if input.result.decision == false\n\
         mask contains {\"op\": \"upsert\", \"path\": \"/input/subject/id\", \"value\": \"somebody\"}\n\
         mask contains {\"op\": \"upsert\", \"path\": \"/input/nowhere/id\", \"value\": 1}",
        &request("eve"),
    );
    assert_eq!(
        entry["input"]["subject"],
        json!({"type": "user", "id": "somebody", "properties": {"groups": [null, "b"]}})
    );
    assert_eq!(entry["result"]["reasons"], json!(["not_ana"]));
    assert_eq!(entry["result"].get("policy"), None);
    let erased = ["/input/subject/properties/email", "/input/subject/properties/groups/0", "/result/policy"];
    assert_eq!((&entry["erased"], &entry["masked"]), (&json!(erased), &json!(["/input/subject/id"])));
}

#[test]
fn a_mask_that_cannot_be_followed_erases_all_that_it_could() {
    for mask in [
        "mask contains \"/labels/app\"",
        "mask contains \"/inputs\"",
        "mask contains \"\"",
        "mask contains 7",
        "mask contains {\"op\": \"append\", \"path\": \"/input/subject\", \"value\": 1}",
        "mask contains {\"op\": \"upsert\", \"path\": \"/input/subject\"}",
        "mask contains {\"op\": \"remove\", \"path\": \"/input/subject\", \"why\": \"x\"}",
        "mask := \"/input/subject\"",
        "mask := {1: true}",
        "mask := 1\n\nmask := 2",
        "mask := count(numbers.range(1, 100000000))",
    ] {
        let entry = entry(mask, &request("ana"));
        assert_eq!((entry.get("input"), entry.get("result")), (None, None), "{mask}");
        assert_eq!(entry["erased"], json!(["/input", "/result"]), "{mask}");
        assert!(entry["decision_id"].is_string(), "{mask}");
    }
}

#[test]
fn what_fails_is_logged_with_its_error() {
    let none = entry("mask contains \"/input/subject\"", b"{");
    assert_eq!((none.get("input"), none.get("decision_id"), none.get("erased")), (None, None, None));
    assert_eq!(none["error"]["code"], "json_invalid");
    let text = "package sealwright\n\ndecision := {\"decision\": true}\n\ndecision := {\"decision\": false}\n";
    let policy = load(&[("a.rego", text)]);
    let failed: Value = serde_json::from_slice(&policy.log_entry(&request("ana"), &context())).unwrap();
    assert_eq!(failed["error"]["code"], "policy_evaluation");
    assert_eq!(failed["input"]["subject"]["id"], "ana");
    assert_eq!((failed.get("result"), failed.get("decision_id")), (None, None));
}

#[test]
fn the_reference_tier_masks_alike() {
    let mask = "import future.keywords.not\n\nmask contains \"/input/subject/properties\" if not input.result.decision == false";
    let entry = entry(mask, &request("ana"));
    assert_eq!(entry["erased"], json!(["/input/subject/properties"]));
}

#[test]
fn a_context_out_of_its_form_is_refused() {
    for context in
        ["{}", r#"{"timestamp": 1}"#, r#"{"timestamp": "x", "labels": {"a": 1}}"#, r#"{"timestamp": "x", "more": 1}"#]
    {
        assert_eq!(LogContext::from_bytes(context.as_bytes()).unwrap_err().code(), "json_invalid", "{context}");
    }
}
