//! Every vector under `tests/vectors`, through the surface that the bindings carry.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sealwright_core::encoding::hex;
use sealwright_core::error::Error;
use sealwright_core::record;
use sealwright_core::surface::{
    Batch, Bundle, Collection, Encryptor, Identity, OpenRequest, Policy, Reader, Recipient, Scanner, SealRequest,
    Senders, VerifierKey,
};
use sealwright_tests::{entropy, files, library, repository};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

type Run = fn(&Value) -> Result<(), String>;

const KINDS: [(&str, Run); 11] = [
    ("bundle", bundle),
    ("document", document),
    ("sender", sender),
    ("record", record),
    ("label", label),
    ("privacy", privacy),
    ("decision", decision),
    ("explain", explain),
    ("check", check),
    ("log", log),
    ("program", program),
];

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

fn bundle(vector: &Value) -> Result<(), String> {
    let options = vector["options"].to_string();
    let outcome = match &vector["files"] {
        Value::Object(files) => {
            let paths: Vec<String> = files.keys().cloned().collect();
            let contents: Vec<Vec<u8>> =
                files.values().map(|content| STANDARD.decode(text(content)).unwrap()).collect();
            let contents: Vec<&[u8]> = contents.iter().map(Vec::as_slice).collect();
            Bundle::from_files(&paths, &contents, &options)
        }
        _ => Bundle::open(&STANDARD.decode(text(&vector["archive"])).unwrap(), &options),
    };
    same(&vector["expect"], code(&outcome))?;
    let Ok(bundle) = outcome else { return Ok(()) };
    let described: Value = serde_json::from_str(&bundle.describe().unwrap()).unwrap();
    let source: Value = serde_json::from_str(&bundle.source("{}").unwrap()).unwrap();
    for (found, expected) in [
        (&described["digest"], &vector["digest"]),
        (&described["signer"], &vector["signer"]),
        (&described["revision"], &vector["source"]["revision"]),
        (&source, &vector["source"]),
    ] {
        if found != expected {
            return Err(format!("got {found} in place of {expected}"));
        }
    }
    let built = Bundle::open(&bundle.build("{\"tests\": true}").unwrap(), "{}").unwrap();
    let rebuilt: Value = serde_json::from_str(&built.source("{}").unwrap()).unwrap();
    if rebuilt["modules"] == source["modules"] && rebuilt["data"] == source["data"] {
        Ok(())
    } else {
        Err("rebuilt otherwise".into())
    }
}

/// Checks a policy with planted faults: each is found, at its place, and nothing else is.
fn check(vector: &Value) -> Result<(), String> {
    let schemas = vector.get("schemas").cloned().unwrap_or_else(|| json!({}));
    let found =
        Policy::check(&vector["policy"].to_string(), &schemas.to_string()).map_err(|error| error.to_string())?;
    let mut found: Value = serde_json::from_str(&found).unwrap();
    for finding in found.as_array_mut().unwrap() {
        let finding = finding.as_object_mut().unwrap();
        if ["message", "hint"].iter().any(|part| finding.remove(*part).is_none_or(|text| text == "")) {
            return Err("a message or hint is missing".to_owned());
        }
    }
    if found == vector["expect"] { Ok(()) } else { Err(format!("expected {}, got {found}", vector["expect"])) }
}

fn document(vector: &Value) -> Result<(), String> {
    let file = STANDARD.decode(text(&vector["file"])).unwrap();
    let identities = identities(vector);
    let identities: Vec<&Identity> = identities.iter().collect();
    // Whole, in pieces, and byte by byte as far as the header goes.
    for size in [file.len().max(1), 997, if file.len() > 4096 { 997 } else { 1 }] {
        let outcome = decrypt(&file, size, &identities, vector["passphrase"].as_str());
        same(&vector["expect"], code(&outcome))?;
        if let Ok(plaintext) = outcome {
            same(&vector["plaintext_sha256"], &hex::encode(&Sha256::digest(plaintext)))?;
        }
    }
    Ok(())
}

/// Holds what a gate lets out.
struct Opened {
    sender: Value,
    private: Value,
    plaintext: Vec<u8>,
}

/// Opens under a policy that allows everything: the sender alone decides.
fn sender(vector: &Value) -> Result<(), String> {
    let file = STANDARD.decode(text(&vector["file"])).unwrap();
    let identities = identities(vector);
    let identities: Vec<&Identity> = identities.iter().collect();
    let mut outcomes = Vec::new();
    if vector["outboard"].is_null() {
        outcomes.extend([file.len(), 1].map(|size| (&vector["expect"], open(vector, &file, size, &identities))));
    }
    if !file.starts_with(b"-----BEGIN") {
        let expect = vector.get("expect_by_ranges").unwrap_or(&vector["expect"]);
        outcomes.push((expect, open_ranges(vector, &file, &identities)));
    }
    for (expect, outcome) in outcomes {
        same(expect, code(&outcome))?;
        let Ok(opened) = outcome else { continue };
        same(&vector["plaintext_sha256"], &hex::encode(&Sha256::digest(opened.plaintext)))?;
        if (&opened.sender, &opened.private) != (&vector["sender"], &vector["private"]) {
            return Err(format!("got {} and {}", opened.sender, opened.private));
        }
    }
    Ok(())
}

fn open(vector: &Value, file: &[u8], size: usize, identities: &[&Identity]) -> Result<Opened, Error> {
    let (mut reader, mut pieces) = (Reader::new(), file.chunks(size));
    while !reader.push(pieces.next().unwrap_or_default())? {
        if pieces.len() == 0 {
            reader.finish()?;
            break;
        }
    }
    let (mut request, sender) = admitted(vector, &reader)?;
    let mut opener = request.opener(&mut reader, identities)?;
    let private = opener.private()?.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
    let mut plaintext = Vec::new();
    for piece in pieces {
        plaintext.append(&mut opener.push(piece)?);
    }
    plaintext.append(&mut opener.finish()?);
    Ok(Opened { sender, private, plaintext })
}

fn open_ranges(vector: &Value, file: &[u8], identities: &[&Identity]) -> Result<Opened, Error> {
    let mut reader = Reader::new();
    reader.push(file)?;
    let (request, sender) = admitted(vector, &reader)?;
    let mut opener = request.range_opener(&reader, identities, file.len() as u64)?;
    let part = |(start, end): (u64, u64)| &file[start as usize..end as usize];
    if let Some(outboard) = vector["outboard"].as_str() {
        opener.verify_by(&STANDARD.decode(outboard).unwrap())?;
    } else if let Some(unverified) = opener.unverified() {
        opener.verify(part(unverified));
        opener.verified()?;
    }
    opener.authenticate(part(opener.last_chunk_range()))?;
    let private = opener.private()?.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
    let all = part(opener.ciphertext_range(0, opener.size())?);
    Ok(Opened { sender, private, plaintext: opener.decrypt(0, opener.size(), all)? })
}

/// Returns the request that a policy allowed, and what it saw of the sender.
fn admitted(vector: &Value, reader: &Reader) -> Result<(OpenRequest, Value), Error> {
    let trusted = vector["trusted"].as_array().unwrap().iter().map(|key| VerifierKey::parse(text(key)));
    let trusted = trusted.collect::<Result<Vec<_>, _>>()?;
    let senders = Senders::new(&trusted.iter().collect::<Vec<_>>(), vector["allow_unsigned"].as_bool().unwrap());
    let mut request = OpenRequest::new(r#"{"subject": {"type": "user", "id": "u"}}"#, reader, &senders)?;
    let asked: Value = serde_json::from_str(&request.request()).unwrap();
    let rego = "package sealwright\ndecision := {\"decision\": true}";
    let source = json!({"name": "vector", "revision": "1", "modules": [{"path": "vector.rego", "text": rego}]});
    let policy = Policy::load(&source.to_string())?;
    let described: Value = serde_json::from_str(&policy.describe()?).unwrap();
    request.admit(&policy.decide(&request.request())?, text(&described["digest"]))?;
    Ok((request, asked["resource"]["properties"]["sender"].clone()))
}

fn identities(vector: &Value) -> Vec<Identity> {
    let texts = vector["identities"].as_array().unwrap().iter();
    texts.map(|line| Identity::parse(text(line)).unwrap()).collect()
}

fn record(vector: &Value) -> Result<(), String> {
    let column = text(&vector["column"]);
    let (ids, tokens) = (batch(&vector["ids"]), batch(&vector["tokens"]));
    let collection = match generations(vector) {
        Ok(collection) => collection,
        Err(error) => return same(&vector["expect"], error.code()),
    };
    let outcome = collection.open(column, &ids, &tokens);
    same(&vector["expect"], code(&outcome))?;
    let values = match outcome {
        Ok(values) => values,
        Err(error) if error.index() == vector["index"].as_u64().map(|index| index as usize) => return Ok(()),
        Err(error) => return Err(format!("expected record {}, got {:?}", vector["index"], error.index())),
    };
    let expected = batch(&vector["values"]);
    same_batch("values", &expected, &values)?;
    if let Some(texts) = vector["text"].as_array() {
        let texts = Batch::from(record::Batch::from_values(texts.iter().map(text)));
        same_batch("texts", &texts, &tokens.encode_text().unwrap())?;
        same_batch("tokens of texts", &tokens, &texts.decode_text().unwrap())?;
    }
    for (size, indexes) in vector["blind_index"].as_object().into_iter().flatten() {
        let got = collection.blind_index(column, &expected, size.parse().unwrap()).unwrap();
        if got != batch(indexes).data() {
            return Err(format!("another blind index of {size} bytes"));
        }
    }
    let resealed = collection.seal(column, &ids, &values, &mut entropy()).unwrap();
    same_batch("values sealed again", &expected, &collection.open(column, &ids, &resealed).unwrap())
}

/// Returns the first of a vector's collections, which opens what the others sealed too.
fn generations(vector: &Value) -> Result<Collection, Error> {
    let identity = Identity::parse(text(&vector["identity"]))?;
    let documents = vector["collections"].as_array().unwrap().iter().map(|file| STANDARD.decode(text(file)).unwrap());
    let mut collections = documents.map(|document| Collection::decrypt(&document, &[&identity]));
    let newest = collections.next().unwrap()?;
    collections.try_fold(newest, |newest, older| newest.with_older(&older?))
}

fn batch(values: &Value) -> Batch {
    let values = values.as_array().unwrap().iter().map(|value| STANDARD.decode(text(value)).unwrap());
    record::Batch::from_values(values).into()
}

fn same_batch(what: &str, expected: &Batch, got: &Batch) -> Result<(), String> {
    if (expected.data(), expected.offsets()) == (got.data(), got.offsets()) {
        Ok(())
    } else {
        Err(format!("{what}: others came out"))
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
        decrypt(&document, document.len(), &[&identity], None)
    });
    let plaintext = outcome.map_err(|error| error.to_string())?;
    same(&vector["transformed"], &String::from_utf8_lossy(&plaintext))
}

fn decision(vector: &Value) -> Result<(), String> {
    let policy = match vector["policy"].as_str() {
        Some("library") => library(),
        _ => vector["policy"].to_string(),
    };
    let loaded = Policy::load(&policy);
    if let Ok(loaded) = &loaded {
        through_program(loaded, text(&vector["request"]))?;
    }
    if let Ok(explanation) = loaded
        .as_ref()
        .map_err(|_| ())
        .and_then(|policy| policy.explain(text(&vector["request"]), true).map_err(|_| ()))
    {
        let record: Value = serde_json::from_str(&explanation.record().unwrap()).unwrap();
        let told = record.get("decision").unwrap_or(&record["failure"]["code"]);
        if *told != vector["expect"] {
            return Err(format!("expected {}, explained {told}", vector["expect"]));
        }
    }
    let outcome = loaded.and_then(|policy| policy.decide(text(&vector["request"])));
    match (&outcome, &vector["expect"]) {
        (Ok(decision), expect @ Value::Object(_)) => {
            let decision: Value = serde_json::from_str(decision).unwrap();
            if decision == *expect { Ok(()) } else { Err(format!("expected {expect}, got {decision}")) }
        }
        (_, expect) => same(expect, code(&outcome)),
    }
}

/// Checks that a policy on the compiled tier decides the same when it was compiled before.
fn through_program(policy: &Policy, request: &str) -> Result<(), String> {
    let program = match policy.to_program() {
        Ok(program) => program,
        Err(error) if error.code() == "policy_tier" => return Ok(()),
        Err(error) => return Err(error.to_string()),
    };
    let again = Policy::from_program(&program).map_err(|error| error.to_string())?;
    let (one, other) = (policy.decide(request), again.decide(request));
    if one == other { Ok(()) } else { Err(format!("gives {one:?} and as a program {other:?}")) }
}

fn program(vector: &Value) -> Result<(), String> {
    let loaded = Policy::from_program(&STANDARD.decode(text(&vector["program"])).unwrap());
    let outcome = loaded.and_then(|policy| policy.decide(text(&vector["request"])));
    let Ok(decision) = outcome else { return same(&vector["expect"], code(&outcome)) };
    let decision: Value = serde_json::from_str(&decision).unwrap();
    let found = json!({
        "decision": decision["decision"], "digest": decision["policy"]["digest"], "reasons": decision["reasons"],
    });
    if found == vector["expect"] { Ok(()) } else { Err(format!("expected {}, got {found}", vector["expect"])) }
}

fn explain(vector: &Value) -> Result<(), String> {
    let policy = vector["policy"].to_string();
    let explain = |policy: Policy| policy.explain(text(&vector["request"]), vector["values"] == true);
    let outcome = Policy::load(&policy).and_then(explain);
    let Ok(explanation) = outcome else { return same(&vector["expect"], code(&outcome)) };
    same(&vector["expect"], &explanation.record().map_err(|error| error.to_string())?)?;
    same(&vector["tree"], &explanation.tree(false))?;
    same(&vector["svg_sha256"], &hex::encode(&Sha256::digest(explanation.svg())))
}

fn log(vector: &Value) -> Result<(), String> {
    let policy = Policy::load(&vector["policy"].to_string()).map_err(|error| error.to_string())?;
    let entry = policy.log_entry(text(&vector["request"]), &vector["context"].to_string());
    same(&vector["expect"], &entry.map_err(|error| error.to_string())?)
}

fn decrypt(document: &[u8], size: usize, identities: &[&Identity], passphrase: Option<&str>) -> Result<Vec<u8>, Error> {
    let mut reader = Reader::new();
    for piece in document.chunks(size) {
        reader.push(piece)?;
    }
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

#[test]
fn the_library_has_no_finding_but_one_that_stands() {
    let read = |name: &str| -> Value {
        let file = repository(&format!("policies/schemas/{name}.schema.json"));
        serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
    };
    let schemas = json!({"input": read("input"), "data": read("data")});
    let findings = Policy::check(&library(), &schemas.to_string()).unwrap();
    let findings: Vec<Value> = serde_json::from_str(&findings).unwrap();
    let places: Vec<_> = findings.iter().map(|finding| (finding["code"].as_str(), finding["file"].as_str())).collect();
    // The key of `not _lacks(_rules[name])` comes out of `unmet`, whose names are keys of `_rules`.
    assert_eq!(places, [(Some("negated_missing"), Some("sealwright/attributes/attributes.rego"))], "{findings:?}");
}
