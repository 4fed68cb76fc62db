//! A module is refused, or decides alike whenever it is asked; the process survives it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::policy::{ModuleSource, Policy, PolicySource};

const REQUEST: &[u8] = br#"{"subject": {"type": "user", "id": "ana"}, "action": {"name": "open"},
    "resource": {"type": "document", "id": "d1", "properties": {"purposes": ["train"]}}}"#;

// A panic inside the interpreter is caught there, and a refusal: it must not end the process as elsewhere.
fuzz_target!(init: std::panic::set_hook(Box::new(|_| ())), |text: &str| {
    let modules = vec![ModuleSource { path: "fuzz.rego".into(), text: text.into() }];
    let (name, revision, entrypoint) = ("fuzz".into(), "1".into(), "sealwright.decision".into());
    let source = PolicySource { name, revision, entrypoint, modules, data: serde_json::Map::new() };
    let Ok(policy) = Policy::load(source) else { return };
    assert_eq!(policy.decide(REQUEST).ok(), policy.decide(REQUEST).ok());
});
