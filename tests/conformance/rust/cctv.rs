//! Every age vector of C2SP CCTV, each with its failure class.

use std::collections::HashMap;

use sealwright_core::document::{Identity, Passphrase, Reader, Unwrap};
use sealwright_core::error::Error;
use sha2::{Digest, Sha256};

/// Tells whether a vector needs the hybrid recipient, which this version does not have: such a file must be refused as
/// one that no identity matches, not as broken. One of them is broken for every reader.
fn needs_hybrid(name: &str) -> bool {
    name.contains("hybrid") && name != "hybrid_not_canonical_body"
}

#[test]
fn every_vector_has_its_class() {
    let mut failures = Vec::new();
    let files = sealwright_tests::files(&cctv());
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(file).unwrap();
        let (fields, document) = split(&bytes);
        let expect = if needs_hybrid(&name) { "no match" } else { fields["expect"].as_str() };
        let (class, plaintext) = run(&fields, document);
        if class != expect {
            failures.push(format!("{name}: expected {expect}, got {class}"));
        }
        if class == "success"
            && sealwright_core::encoding::hex::encode(&Sha256::digest(&plaintext)) != fields["payload"]
        {
            failures.push(format!("{name}: another payload came out"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let hybrid = files.iter().filter(|file| needs_hybrid(&file.file_name().unwrap().to_string_lossy())).count();
    assert_eq!((files.len(), hybrid), (143, 18));
}

fn cctv() -> std::path::PathBuf {
    std::env::var_os("SEALWRIGHT_CCTV").map_or_else(|| sealwright_tests::repository("target/cctv"), Into::into)
}

fn split(bytes: &[u8]) -> (HashMap<String, String>, &[u8]) {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let fields = head.lines().map(|line| line.split_once(": ").unwrap());
    (fields.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(), &bytes[end + 2..])
}

/// Decrypts in small pushes and returns the failure class, and what came out before it.
fn run(fields: &HashMap<String, String>, document: &[u8]) -> (&'static str, Vec<u8>) {
    let identity = fields.get("identity").and_then(|text| Identity::parse(text).ok());
    let passphrase = fields.get("passphrase").map(|text| Passphrase::new(text).unwrap());
    let identities: Vec<&dyn Unwrap> = identity
        .iter()
        .map(|identity| identity as &dyn Unwrap)
        .chain(passphrase.iter().map(|passphrase| passphrase as &dyn Unwrap))
        .collect();
    let mut plaintext = Vec::new();
    match decrypt(document, &identities, &mut plaintext) {
        Ok(()) => ("success", plaintext),
        // A file that is said to be armored and has no begin line fails as armor; to the reader it is no age file at all.
        Err(Error::NotAge)
            if fields.contains_key("armored") && !document.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----") =>
        {
            ("armor failure", plaintext)
        }
        Err(error) => (class(&error), plaintext),
    }
}

fn decrypt(document: &[u8], identities: &[&dyn Unwrap], plaintext: &mut Vec<u8>) -> Result<(), Error> {
    let mut reader = Reader::new();
    let mut pieces = document.chunks(997);
    loop {
        let Some(piece) = pieces.next() else {
            reader.finish()?;
            break;
        };
        if reader.push(piece)? {
            break;
        }
    }
    let mut decryptor = reader.decryptor(identities)?;
    plaintext.append(&mut decryptor.push(&[])?);
    for piece in pieces {
        plaintext.append(&mut decryptor.push(piece)?);
    }
    plaintext.append(&mut decryptor.finish()?);
    Ok(())
}

fn class(error: &Error) -> &'static str {
    match error.code() {
        "not_age" | "header_malformed" | "header_too_large" | "too_many_stanzas" => "header failure",
        "armor_malformed" => "armor failure",
        "no_identity" => "no match",
        "header_mac" => "HMAC failure",
        "payload_corrupt" => "payload failure",
        other => panic!("no class for `{other}`"),
    }
}
