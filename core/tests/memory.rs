//! What a policy remembers changes no answer. `spec/decision.md`, "Memory" and "Many requests".
#![cfg(feature = "rego")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use sealwright_core::policy::{Limits, ModuleSource, Policy, PolicySource};
use sealwright_core::surface;
use serde_json::{Map, Value, json};

const RULES: &str = "package sealwright

decision := {\"decision\": allow, \"reasons\": reasons}

default allow := false

allow if {
    user_is[\"ana\"]
    not input.resource.properties.level > 3
}

user_is[name] if name := input.subject.id

reasons contains \"level\" if input.resource.properties.level > 3

reasons contains \"not_ana\" if not allow
";

fn source(text: &str) -> PolicySource {
    PolicySource {
        name: "memory".to_owned(),
        revision: "1".to_owned(),
        entrypoint: "sealwright.decision".to_owned(),
        modules: vec![ModuleSource { path: "p.rego".to_owned(), text: text.to_owned() }],
        data: Map::new(),
    }
}

fn policy() -> Policy {
    Policy::load(source(RULES)).unwrap()
}

fn request(user: &str, document: usize, level: &Value) -> Vec<u8> {
    let request = json!({"subject": {"type": "user", "id": user}, "action": {"name": "open"},
        "resource": {"type": "document", "id": format!("d{document}"), "properties": {"level": level}}});
    serde_json::to_vec(&request).unwrap()
}

#[test]
fn a_policy_that_remembers_answers_as_a_fresh_one_does() {
    let remembering = policy();
    for round in 0..3 {
        for document in 0..40 {
            for user in ["ana", "bob"] {
                for level in [json!(1), json!(1.0), json!("x")] {
                    let request = request(user, document, &level);
                    let decision = remembering.decide(&request).unwrap();
                    assert_eq!(decision, policy().decide(&request).unwrap(), "{round}");
                    let allows = user == "ana" && level != json!("x");
                    assert_eq!(decision.is_allowed(), allows, "{decision:?}");
                }
            }
        }
    }
}

#[test]
fn what_no_rule_reads_changes_the_id_alone() {
    let policy = policy();
    let [one, other] = [0, 1].map(|document| policy.decide(&request("bob", document, &json!(9))).unwrap());
    assert_ne!(one.decision_id(), other.decision_id());
    assert_eq!((one.is_allowed(), one.reasons()), (other.is_allowed(), other.reasons()));
    assert_eq!(one.reasons(), ["level", "not_ana"]);
}

#[test]
fn what_stands_below_a_part_that_is_read_counts() {
    let text = "package sealwright\n\ndecision := {\"decision\": deep == 7} if deep := nested\n\n\
                nested := object.get(input.resource.properties, \"level\", 0)\n";
    let policy = Policy::load(source(text)).unwrap();
    for (level, allows) in [(7, true), (8, false), (7, true)] {
        assert_eq!(policy.decide(&request("ana", 0, &json!(level))).unwrap().is_allowed(), allows);
    }
}

#[test]
fn a_failure_is_a_failure_each_time() {
    let limits = Limits { kilosteps: 0, ..Limits::default() };
    let policy = Policy::load_with(source(RULES), limits).unwrap();
    for _ in 0..3 {
        assert_eq!(policy.decide(&request("ana", 0, &json!(1))).unwrap_err().code(), "policy_limit");
    }
}

#[test]
fn many_requests_are_answered_in_their_order() {
    let policy = policy();
    let requests: Vec<Vec<u8>> =
        (0..10_000).map(|place| request(["ana", "bob"][place % 2], place % 7, &json!(1))).collect();
    let lent: Vec<&[u8]> = requests.iter().map(Vec::as_slice).collect();
    let answers = policy.decide_all(&lent).unwrap();
    assert_eq!(answers.len(), lent.len());
    for (request, answer) in lent.iter().zip(answers) {
        assert_eq!(answer, policy.decide(request));
    }
    let too_many: Vec<&[u8]> = lent.iter().copied().chain([lent[0]]).collect();
    assert_eq!(policy.decide_all(&too_many).unwrap_err().code(), "policy_limit");
}

#[test]
fn one_that_fails_among_many_is_refused_alone() {
    let policy = surface::Policy::load(
        &json!({"name": "memory", "revision": "1", "modules": [{"path": "p.rego", "text": RULES}]}).to_string(),
    )
    .unwrap();
    let good = String::from_utf8(request("ana", 0, &json!(1))).unwrap();
    let answers = policy.decide_all(&[good.clone(), "{}".to_owned(), good.clone()]).unwrap();
    assert_eq!((&answers[0], &answers[2]), (&policy.decide(&good).unwrap(), &answers[0]));
    let refusal: Value = serde_json::from_str(&answers[1]).unwrap();
    assert_eq!((&refusal["decision"], &refusal["error"]["code"]), (&json!(false), &json!("json_invalid")));
    assert!(refusal["error"]["message"].as_str().unwrap().len() > 5, "{refusal}");
}
