//! Walks `tests/vectors/privacy`: what is found in each text, and what the operators make of it.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sealwright_core::privacy::{Findings, Operators, Scanner, Transformer, scan};
use serde::Deserialize;

/// Is one scenario. A text that is not UTF-8 comes as `base64`, and has no `transformed`: it must be refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    #[serde(rename = "comment")]
    _comment: String,
    text: Option<String>,
    base64: Option<String>,
    findings: Findings,
    operators: Operators,
    transformed: Option<String>,
}

impl Vector {
    fn input(&self) -> Vec<u8> {
        match (&self.text, &self.base64) {
            (Some(text), None) => text.clone().into_bytes(),
            (None, Some(base64)) => STANDARD.decode(base64).unwrap(),
            _ => Vec::new(),
        }
    }
}

#[test]
fn every_vector_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/privacy");
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty(), "no vectors");
    for file in files {
        let vector: Vector = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        assert!(vector.text.is_some() != vector.base64.is_some(), "{}: one of `text` and `base64`", file.display());
        let input = vector.input();
        assert_eq!(scan(&input).findings, vector.findings, "{}", file.display());
        for size in [1, 7, input.len().max(1)] {
            let mut scanner = Scanner::new();
            input.chunks(size).for_each(|piece| scanner.push(piece));
            assert_eq!(scanner.finish(), vector.findings, "{} in pieces of {size}", file.display());
            let transformed = transform(&input, size, &vector.operators);
            assert_eq!(transformed, vector.transformed.clone().ok_or("not_text"), "{}", file.display());
        }
    }
}

fn transform(input: &[u8], size: usize, operators: &Operators) -> Result<String, &'static str> {
    let mut transformer = Transformer::new(operators.clone());
    let mut output = Vec::new();
    for piece in input.chunks(size) {
        output.extend(transformer.push(piece).map_err(|error| error.code())?);
    }
    output.extend(transformer.finish().map_err(|error| error.code())?);
    Ok(String::from_utf8(output).unwrap())
}
