//! What the specs show is what the code does.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sealwright_core::document::{Identity, decrypt};
use sealwright_core::label::Label;
use sealwright_tests::repository;

fn read(path: &str) -> String {
    std::fs::read_to_string(repository(path)).unwrap()
}

/// Returns the first text between two marks.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).unwrap().1.split_once(to).unwrap().0
}

#[test]
fn the_example_document_opens() {
    let spec = read("core/spec/document.md");
    let header = between(&spec, "## Example\n\n", "    <nonce").replace("    ", "");
    let payload = STANDARD.decode(between(&spec, "in base64: ", ">")).unwrap();
    let identity = Identity::parse(between(&spec, "opens with the identity\n`", "`")).unwrap();
    let document = [header.as_bytes(), &payload].concat();
    assert_eq!(decrypt(&document, &[&identity]).unwrap(), "Grüße aus der Prüfung.\n".as_bytes());
}

#[test]
fn the_example_label_is_one() {
    let spec = read("core/spec/label.md");
    let label = between(&spec, "## Example\n\n    ", "\n");
    assert_eq!(Label::from_bytes(label.as_bytes()).unwrap().record().classification.as_deref(), Some("confidential"));
}

#[test]
fn every_code_is_listed_once() {
    let code = read("core/src/error.rs");
    let coded: Vec<&str> = between(&code, "pub fn code(", "pub fn kind(")
        .lines()
        .filter_map(|line| line.split_once("=> \"")?.1.split('"').next())
        .collect();
    let spec = read("core/spec/errors.md");
    let listed: Vec<&str> = between(&spec, "| code | kind | meaning |", "## Codes of hosts")
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    assert!(coded.len() > 30);
    assert_eq!(listed, coded);
}
