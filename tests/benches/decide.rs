//! Measures decisions of the compiled tier by number of rules and grants: JSON in, the whole decision out.
//!
//! `all new`: no two requests ask the same. `same facts`: they differ in what no rule reads. `repeated`: one request.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use sealwright_core::policy::{Limits, ModuleSource, Policy, PolicySource, Tier};
use serde_json::{Map, Value, json};

/// More than are remembered.
const REQUESTS: usize = 4_096;

/// The best of many short rounds is one that nothing else disturbed.
const ROUNDS: u32 = 60;

/// A module has at most 1 MiB.
const RULES_PER_MODULE: usize = 2_000;

fn main() {
    for (rules, grants) in [(10, 10_000), (100, 10_000), (100, 100_000), (1_000, 10_000), (10_000, 10_000)] {
        let policy = load(source(rules, grants)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(policy.tier(), Tier::Compiled);
        let all_new: Vec<Vec<u8>> = (0..REQUESTS).map(|place| request(rules, place, 0)).collect();
        let same_facts: Vec<Vec<u8>> = (0..REQUESTS).map(|place| request(rules, 0, place)).collect();
        let size = all_new[0].len();
        print!("{rules:6} rules {grants:7} grants {size} bytes in, µs a decision:");
        for (name, requests) in
            [("all new", &all_new), ("same facts", &same_facts), ("repeated", &vec![all_new[0].clone(); REQUESTS])]
        {
            let decision = policy.decide(&requests[0]).unwrap_or_else(|error| panic!("{error}"));
            assert!(decision.is_allowed(), "{decision:?}");
            let best = (0..ROUNDS).map(|_| round(&policy, requests)).fold(f64::MAX, f64::min);
            print!(" {name} {best:.2}");
        }
        println!();
    }
}

/// Ten thousand rules are more text than a policy may have by default.
fn load(source: PolicySource) -> Result<Policy, sealwright_core::error::Error> {
    Policy::load_with(source, Limits { module_bytes: 8 << 20, parse_work: 40_000_000, ..Limits::default() })
}

/// Takes the best of short stretches.
fn round(policy: &Policy, requests: &[Vec<u8>]) -> f64 {
    requests.chunks(512).map(|stretch| timed(policy, stretch)).fold(f64::MAX, f64::min)
}

fn timed(policy: &Policy, requests: &[Vec<u8>]) -> f64 {
    let start = Instant::now();
    for request in requests {
        let decision = policy.decide(black_box(request)).map(|decision| decision.to_bytes());
        let _ = black_box(decision);
    }
    start.elapsed().as_secs_f64() * 1e6 / requests.len() as f64
}

fn source(rules: usize, grants: usize) -> PolicySource {
    let mut text = String::from(
        "package sealwright\n\ndefault allow := false\n\ndecision := {\"decision\": allow, \"reasons\": reasons}\n\n\
         reasons contains \"tenant_mismatch\" if not same_tenant\n\nreasons contains \"not_granted\" if not allow\n\n\
         same_tenant if input.subject.properties.tenant == input.resource.properties.tenant\n",
    );
    let mut modules = Vec::new();
    for rule in 0..rules {
        let verb = ["open", "train", "retrieve"][rule % 3];
        if rule % RULES_PER_MODULE == RULES_PER_MODULE - 1 {
            modules.push(core::mem::replace(&mut text, "package sealwright\n".to_owned()));
        }
        write!(
            text,
            "\nallow if {{ input.action.name in {{\"{verb}\", \"export\"}}; \
             input.resource.properties.department == \"d{rule}\"; some role in input.subject.properties.roles; \
             role == data.departments.d{rule}.role; \
             data.grants[input.subject.id][input.resource.properties.collection] == \"reader\" }}\n"
        )
        .unwrap();
    }
    modules.push(text);
    let mut departments = Map::new();
    for rule in 0..rules {
        departments.insert(format!("d{rule}"), json!({ "role": format!("analyst-{}", rule % 7) }));
    }
    let mut subjects = Map::new();
    for grant in 0..grants {
        subjects.insert(format!("user{grant}@acme.example"), json!({ "contracts-2026": "reader" }));
    }
    let data = json!({ "departments": departments, "grants": subjects });
    let Value::Object(data) = data else { unreachable!() };
    PolicySource {
        name: "bench".to_owned(),
        revision: "1".to_owned(),
        entrypoint: "sealwright.decision".to_owned(),
        modules: (0..).zip(modules).map(|(index, text)| ModuleSource { path: format!("{index}.rego"), text }).collect(),
        data,
    }
}

/// Asks for a user, about a document.
fn request(rules: usize, user: usize, document: usize) -> Vec<u8> {
    let rule = rules * 2 / 3 / 3 * 3;
    let request = json!({
        "subject": {"type": "user", "id": format!("user{user}@acme.example"), "properties": {
            "roles": ["employee", format!("analyst-{}", rule % 7)], "tenant": "acme", "amr": ["pwd", "mfa"]}},
        "action": {"name": "open"},
        "resource": {"type": "document", "id": format!("5c1e0f0e-66b4-4a0b-9f0e-0a4f3ab{document:05x}"), "properties": {
            "classification": "internal", "tenant": "acme", "department": format!("d{rule}"),
            "collection": "contracts-2026", "purposes": ["analyse", "train"],
            "created_at": "2026-01-01T00:00:00Z", "contributor": "legal@acme.example"}},
        "context": {"time": "2026-11-21T07:00:00Z", "purpose": "analyse"}
    });
    serde_json::to_vec(&request).unwrap()
}
