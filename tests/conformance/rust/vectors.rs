//! Every vector under `tests/vectors`, through the surface that the bindings carry.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sealwright_core::encoding::hex;
use sealwright_core::error::Error;
use sealwright_core::surface::{Encryptor, Identity, Policy, Reader, Recipient, Scanner, SealRequest};
use sealwright_tests::{entropy, files, library, repository};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

type Run = fn(&Value) -> Result<(), String>;

const KINDS: [(&str, Run); 4] =
    [("document", document), ("label", label), ("privacy", privacy), ("decision", decision)];

#[test]
fn every_vector_holds() {
    let mut failures = Vec::new();
    for kind in files(&repository("tests/vectors")).into_iter().filter(|path| path.is_dir()) {
        let name = kind.file_name().unwrap().to_string_lossy().into_owned();
        let (_, run) = KINDS.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no runner for {name}"));
        for file in files(&kind) {
            let vector: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
            if let Err(failure) = run(&vector) {
                failures.push(format!("{name}/{}: {failure}", file.file_stem().unwrap().to_string_lossy()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn document(vector: &Value) -> Result<(), String> {
    let file = STANDARD.decode(text(&vector["file"])).unwrap();
    let identities: Vec<Identity> =
        vector["identities"].as_array().unwrap().iter().map(|line| Identity::parse(text(line)).unwrap()).collect();
    let outcome = decrypt(&file, &identities.iter().collect::<Vec<_>>(), vector["passphrase"].as_str());
    same(&vector["expect"], code(&outcome))?;
    match outcome {
        Ok(plaintext) => same(&vector["plaintext_sha256"], &hex::encode(&Sha256::digest(plaintext))),
        Err(_) => Ok(()),
    }
}

fn label(vector: &Value) -> Result<(), String> {
    let outcome = label_of(text(&vector["label_json"]));
    same(&vector["expect"], code(&outcome))?;
    match outcome {
        Ok(canonical) => same(&vector["canonical"], &canonical),
        Err(_) => Ok(()),
    }
}

/// Runs a transformation through the gate, on a policy that asks for it.
fn privacy(vector: &Value) -> Result<(), String> {
    let bytes = match vector["text"].as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => STANDARD.decode(text(&vector["base64"])).unwrap(),
    };
    let mut scanner = Scanner::new();
    scanner.push(&bytes);
    let scan = scanner.finish();
    let findings: Value = serde_json::from_str(&scan.findings().unwrap()).unwrap();
    if findings != vector["findings"] {
        return Err(format!("expected {}, got {findings}", vector["findings"]));
    }
    if vector["operators"].is_null() {
        return Ok(());
    }
    let rego = format!(
        "package sealwright\ndecision := {{\"decision\": true, \"obligations\": [{{\"type\": \"transform\", \"operators\": {}}}]}}",
        vector["operators"]
    );
    let source = json!({"name": "vector", "revision": "1", "modules": [{"path": "vector.rego", "text": rego}]});
    let policy = Policy::load(&source.to_string()).unwrap();
    let identity = Identity::generate(&mut entropy()).unwrap();
    let caller = json!({"subject": {"type": "user", "id": "u"}}).to_string();
    let mut request = SealRequest::new(
        &caller,
        "{\"document_id\":\"d\"}",
        None,
        &[&identity.recipient()],
        None,
        &scan,
        &policy.describe().unwrap(),
        &mut entropy(),
    )
    .unwrap();
    let decision = policy.decide(&request.request()).and_then(|decision| request.admit(&decision)).unwrap();
    let decision: Value = serde_json::from_str(&decision).unwrap();
    if let Some(reason) = vector.get("expect") {
        let refused = json!({"decision": decision["decision"], "reasons": decision["reasons"]});
        let expected = json!({"decision": false, "reasons": [reason]});
        return if refused == expected { Ok(()) } else { Err(format!("expected {expected}, got {refused}")) };
    }
    let outcome = request.sealer(false, &mut entropy()).and_then(|mut sealer| {
        let mut document = sealer.push(&bytes)?;
        document.append(&mut sealer.finish()?);
        decrypt(&document, &[&identity], None)
    });
    let plaintext = outcome.map_err(|error| error.to_string())?;
    same(&vector["transformed"], &String::from_utf8_lossy(&plaintext))
}

fn decision(vector: &Value) -> Result<(), String> {
    let policy = match vector["policy"].as_str() {
        Some("library") => library(),
        _ => vector["policy"].to_string(),
    };
    let outcome = Policy::load(&policy).and_then(|policy| policy.decide(text(&vector["request"])));
    match (&outcome, &vector["expect"]) {
        (Ok(decision), expect @ Value::Object(_)) => {
            let decision: Value = serde_json::from_str(decision).unwrap();
            if decision == *expect { Ok(()) } else { Err(format!("expected {expect}, got {decision}")) }
        }
        (_, expect) => same(expect, code(&outcome)),
    }
}

fn decrypt(document: &[u8], identities: &[&Identity], passphrase: Option<&str>) -> Result<Vec<u8>, Error> {
    let mut reader = Reader::new();
    reader.push(document)?;
    reader.finish()?;
    let mut decryptor = match passphrase {
        Some(passphrase) => reader.passphrase_decryptor(passphrase)?,
        None => reader.decryptor(identities)?,
    };
    let mut plaintext = decryptor.push(&[])?;
    plaintext.append(&mut decryptor.finish()?);
    Ok(plaintext)
}

/// Writes a label and returns the bytes of its stanza.
fn label_of(label_json: &str) -> Result<String, Error> {
    let identity = Identity::generate(&mut entropy())?;
    let recipient: Recipient = identity.recipient();
    let mut encryptor = Encryptor::new(&[&recipient], Some(label_json), false, &mut entropy())?;
    let mut document = encryptor.push(&[])?;
    document.append(&mut encryptor.finish()?);
    let document = String::from_utf8_lossy(&document).into_owned();
    let lines = document.lines().skip(2);
    let body: String = lines.take_while(|line| !line.starts_with("->")).collect();
    let body = sealwright_core::encoding::base64::decode(body.as_bytes()).unwrap();
    Ok(String::from_utf8(body).unwrap())
}

fn code<T>(outcome: &Result<T, Error>) -> &'static str {
    outcome.as_ref().err().map_or("ok", Error::code)
}

fn same(expected: &Value, got: &str) -> Result<(), String> {
    if expected == got { Ok(()) } else { Err(format!("expected {expected}, got {got}")) }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
