//! Bundles: what is built is read, what is signed holds, and what was altered does not.
#![cfg(all(feature = "bundle", feature = "rego"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test"
)]

use sealwright_core::document::{Signer, VerifierKey};
use sealwright_core::error::Error;
use sealwright_core::policy::{
    BuildOptions, Bundle, BundleKey, BundleLimits, BundleTrust, Policy, sign, sign_detached,
};

const MODULE: &str = "package acme\n\ndecision := {\"decision\": data.acme.open}\n";
const MANIFEST: &str = r#"{"revision": "7", "roots": ["/acme/"], "metadata": {"owner": "ops",
    "sealwright": {"name": "acme", "entrypoint": "acme.decision"}}}"#;
const REQUEST: &[u8] =
    br#"{"subject":{"type":"user","id":"a"},"action":{"name":"open"},"resource":{"type":"document","id":"d"}}"#;

fn limits() -> BundleLimits {
    BundleLimits::default()
}

fn folder() -> Vec<(String, Vec<u8>)> {
    let file = |path: &str, text: &str| (path.to_owned(), text.as_bytes().to_vec());
    vec![
        file(".manifest", MANIFEST),
        file("acme/acme.rego", MODULE),
        file("acme/acme_test.rego", "package acme_test\n"),
        file("acme/data.json", "{\"open\": true}"),
        file("README.md", "what it is"),
    ]
}

fn with(path: &str, text: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = folder();
    files.retain(|(name, _)| name != path && name != "acme/acme_test.rego");
    files.push((path.to_owned(), text.as_bytes().to_vec()));
    files
}

fn read(files: Vec<(String, Vec<u8>)>) -> Result<Bundle, Error> {
    Bundle::from_files(files, &limits())
}

fn bundle() -> Vec<u8> {
    read(with("x.txt", "")).unwrap().build(&BuildOptions::default(), &limits()).unwrap()
}

fn signer(name: &str) -> Signer {
    Signer::generate(name, &mut getrandom::SysRng).unwrap()
}

fn trust(signers: &[&Signer]) -> BundleTrust {
    let signers = signers.iter().map(|signer| VerifierKey::parse(&signer.verifier().to_string()).unwrap());
    BundleTrust::new(signers.collect(), Vec::new(), String::new())
}

fn code<T>(outcome: Result<T, Error>) -> &'static str {
    outcome.map_or_else(|error| error.code(), |_| "ok")
}

#[test]
fn what_is_built_is_read_and_decides() {
    let built = Bundle::from_bytes(&bundle(), &limits()).unwrap();
    assert_eq!((built.name(), built.revision().as_str(), built.roots()), (Some("acme"), "7", &["acme".to_owned()][..]));
    assert_eq!(built.metadata()["owner"], "ops");
    let policy = Policy::load(built.into_source()).unwrap();
    assert_eq!((policy.reference().name.as_str(), policy.reference().revision.as_str()), ("acme", "7"));
    assert!(policy.decide(REQUEST).unwrap().is_allowed());
}

#[test]
fn the_same_files_in_any_order_are_the_same_bytes() {
    let mut files = with("x.txt", "");
    files.reverse();
    let again = read(files).unwrap().build(&BuildOptions::default(), &limits()).unwrap();
    assert_eq!(again, bundle());
    let rebuilt = Bundle::from_bytes(&again, &limits()).unwrap().build(&BuildOptions::default(), &limits()).unwrap();
    assert_eq!(rebuilt, bundle());
}

#[test]
fn a_revision_that_nobody_gives_follows_the_content() {
    let build = |module: &str| {
        let mut files = with("acme/acme.rego", module);
        files.retain(|(path, _)| path != ".manifest");
        let bundle = read(files).unwrap();
        let built = bundle.build(&BuildOptions::default(), &limits()).unwrap();
        Bundle::from_bytes(&built, &limits()).unwrap().revision()
    };
    assert!(build(MODULE).starts_with("sha256:"));
    assert_eq!(build(MODULE), build(MODULE));
    assert_ne!(build(MODULE), build(&MODULE.replace("open", "shut")));
    let given = BuildOptions { revision: Some("8".to_owned()), ..BuildOptions::default() };
    let built = read(with("x", "")).unwrap().build(&given, &limits()).unwrap();
    assert_eq!(Bundle::from_bytes(&built, &limits()).unwrap().revision(), "8");
}

#[test]
fn tests_are_left_out_unless_asked_for() {
    let tested = MANIFEST.replace("[\"/acme/\"]", "[\"acme\", \"acme_test\"]");
    let mut files = folder();
    files[0].1 = tested.into_bytes();
    let bundle = read(files).unwrap();
    let modules = |tests| {
        let built = bundle.build(&BuildOptions { tests, ..BuildOptions::default() }, &limits()).unwrap();
        Bundle::from_bytes(&built, &limits()).unwrap().into_source().modules.len()
    };
    assert_eq!((modules(false), modules(true)), (1, 2));
}

#[test]
fn every_flipped_byte_of_a_signed_bundle_is_refused() {
    let ops = signer("ops");
    let signed = sign(&bundle(), &ops, &limits()).unwrap();
    let trust = trust(&[&ops]);
    assert_eq!(trust.verify(&signed, None, &limits()).unwrap().signer(), ops.verifier().key_id());
    for place in 0..signed.len() {
        for bit in 0..8 {
            let mut flipped = signed.clone();
            flipped[place] ^= 1 << bit;
            assert_ne!(code(trust.verify(&flipped, None, &limits())), "ok", "byte {place}, bit {bit}");
        }
    }
    for size in 0..signed.len() {
        assert_ne!(code(trust.verify(&signed[..size], None, &limits())), "ok", "{size} bytes");
    }
    assert_eq!(code(trust.verify(&[&signed[..], &[0]].concat(), None, &limits())), "bundle_signature");
}

#[test]
fn every_flipped_byte_of_an_unsigned_bundle_is_refused_or_changes_nothing() {
    let plain = bundle();
    let digest = Bundle::from_bytes(&plain, &limits()).unwrap().digest().to_owned();
    for place in 0..plain.len() {
        let mut flipped = plain.clone();
        flipped[place] ^= 0x10;
        if let Ok(read) = Bundle::from_bytes(&flipped, &limits()) {
            assert_eq!(read.digest(), digest, "byte {place}");
        }
    }
}

#[test]
fn a_detached_note_holds_for_its_bundle_alone() {
    let (ops, bundle) = (signer("ops"), bundle());
    let note = sign_detached(&bundle, &ops, &limits()).unwrap();
    let trust = trust(&[&ops]);
    assert!(trust.verify(&bundle, Some(note.as_bytes()), &limits()).is_ok());
    let given = BuildOptions { revision: Some("8".to_owned()), ..BuildOptions::default() };
    let other = read(with("x.txt", "")).unwrap().build(&given, &limits()).unwrap();
    assert_eq!(code(trust.verify(&other, Some(note.as_bytes()), &limits())), "bundle_signature");
    assert_eq!(
        code(trust.verify(&bundle, Some(note.replace("\n7\n", "\n8\n").as_bytes()), &limits())),
        "bundle_signature"
    );
}

#[test]
fn who_must_be_trusted_must_have_signed() {
    let (ops, eve) = (signer("ops"), signer("ops"));
    let signed = sign(&bundle(), &eve, &limits()).unwrap();
    assert_eq!(code(trust(&[&ops]).verify(&bundle(), None, &limits())), "bundle_unsigned");
    assert_eq!(code(trust(&[&ops]).verify(&signed, None, &limits())), "bundle_untrusted");
    assert_eq!(code(trust(&[]).verify(&signed, None, &limits())), "bundle_untrusted");
    assert_eq!(code(BundleTrust::default().verify(&bundle(), None, &limits())), "bundle_unsigned");
    assert_eq!(code(BundleTrust::default().verify_files(folder(), &limits())), "bundle_unsigned");
    assert!(trust(&[&ops, &eve]).verify(&signed, None, &limits()).is_ok());
    let again = sign(&signed, &ops, &limits()).unwrap();
    assert!(trust(&[&ops]).verify(&again, None, &limits()).is_ok());
}

#[test]
fn a_secret_too_short_and_a_foreign_algorithm_are_no_keys() {
    for (algorithm, key) in [("HS256", "secret"), ("none", ""), ("EdDSA", "x"), ("PS256", "x")] {
        assert_eq!(code(BundleKey::read(None, algorithm, key)), "bundle_key_invalid", "{algorithm}");
    }
}

#[test]
fn what_lies_outside_the_roots_is_refused() {
    for (path, text, expected) in [
        ("acme/b.rego", "package acme.b.c", "ok"),
        ("b/b.rego", "package acme[\"b\"]", "ok"),
        ("acme/b.rego", "package acmes", "bundle_roots"),
        ("acme/b.rego", "package data.acme", "bundle_roots"),
        ("acme/b.rego", "# package acme\npackage other", "bundle_roots"),
        ("acme/b.rego", "package\nacme", "bundle_roots"),
        ("acme/b/data.json", "[1]", "ok"),
        ("data.json", "{\"acme\": {\"x\": 1}}", "ok"),
        ("data.json", "{\"acmes\": {}}", "bundle_roots"),
        ("acme_b/data.json", "{}", "bundle_roots"),
        (".manifest", "{\"roots\": []}", "bundle_roots"),
        (".manifest", "{\"roots\": [\"acme\", \"acme/b\"]}", "bundle_roots"),
        (".manifest", "{\"roots\": [\"acme\", \"\"]}", "bundle_roots"),
        (".manifest", "{\"roots\": [\"acme\", \"/acme\"]}", "bundle_roots"),
        (".manifest", "{\"roots\": [\"acme\", \"acme_b\"]}", "ok"),
        (".manifest", "{\"roots\": [\"acme/b\"]}", "bundle_roots"),
        (".manifest", "{}", "ok"),
    ] {
        assert_eq!(code(read(with(path, text))), expected, "{path} {text}");
    }
}

#[test]
fn what_another_reader_would_read_differently_is_refused() {
    for (path, text, expected) in [
        ("acme/patch.json", "{}", "bundle_unsupported"),
        ("policy.wasm", "", "bundle_unsupported"),
        ("plan.json", "{}", "bundle_unsupported"),
        (".manifest", "{\"rego_version\": 0}", "bundle_unsupported"),
        (".manifest", "{\"rego_version\": 1, \"file_rego_versions\": {\"/acme/*\": 0}}", "bundle_unsupported"),
        (".manifest", "{\"wasm\": [{\"module\": \"x\"}]}", "bundle_unsupported"),
        (".manifest", "{\"else\": 1}", "bundle_unsupported"),
        (".manifest", "{\"roots\": [\"acme\"], \"rego_version\": 1, \"wasm\": []}", "ok"),
        (".manifest", "{\"roots\": \"acme\"}", "bundle_malformed"),
        (".manifest", "{\"revision\": \"a\\n\"}", "bundle_malformed"),
        (".manifest", "[]", "bundle_malformed"),
        ("acme/.manifest", "{}", "bundle_malformed"),
        ("acme/signatures.json", "{}", "bundle_malformed"),
        (".acme/data.json", "{}", "bundle_malformed"),
        ("acme/data.yaml", "open: false", "bundle_malformed"),
        ("acme/data.yml", "shut: false", "ok"),
        ("acme/data.json", "{\"a\": 1, \"a\": 2}", "bundle_malformed"),
        ("data.json", "{\"acme\": {\"open\": true}}", "bundle_malformed"),
        ("data.json", "[]", "bundle_malformed"),
        ("acme", "", "bundle_malformed"),
        ("../acme.txt", "", "bundle_malformed"),
        ("a/../b", "", "bundle_malformed"),
        ("/a", "", "ok"),
        ("//a", "", "bundle_malformed"),
        ("a//b", "", "bundle_malformed"),
        ("a\\b", "", "bundle_malformed"),
        ("/README.md", "", "bundle_malformed"),
    ] {
        assert_eq!(code(read(with(path, text))), expected, "{path} {text}");
    }
}

#[test]
fn each_limit_holds_for_folders_and_archives() {
    let (plain, files) = (bundle(), with("x.txt", ""));
    for (limits, expected) in [
        (BundleLimits { packed_bytes: plain.len() - 1, ..limits() }, ["policy_limit", "ok"]),
        (BundleLimits { packed_bytes: plain.len(), ..limits() }, ["ok", "ok"]),
        (BundleLimits { bytes: 100, ..limits() }, ["policy_limit", "policy_limit"]),
        (BundleLimits { files: 2, ..limits() }, ["policy_limit", "policy_limit"]),
    ] {
        let found = [code(Bundle::from_bytes(&plain, &limits)), code(Bundle::from_files(files.clone(), &limits))];
        assert_eq!(found, expected, "{limits:?}");
    }
}

#[test]
fn a_long_path_is_written_and_read() {
    for size in [90, 99, 100, 101, 150, 251] {
        let path = format!("{}.rego", "a".repeat(size));
        let built = read(with(&path, "package acme")).unwrap().build(&BuildOptions::default(), &limits()).unwrap();
        let source = Bundle::from_bytes(&built, &limits()).unwrap().into_source();
        assert!(source.modules.iter().any(|module| module.path == path), "{size}");
    }
    assert_eq!(code(read(with(&"a".repeat(257), ""))), "bundle_malformed");
}

/// Returns the files of a bundle with a program.
fn compiled() -> Vec<u8> {
    let options = BuildOptions { program: true, ..BuildOptions::default() };
    read(with("x.txt", "")).unwrap().build(&options, &limits()).unwrap()
}

#[test]
fn a_bundle_with_a_program_lends_it_once_it_is_verified() {
    let bytes = compiled();
    let plain = Bundle::from_bytes(&bytes, &limits()).unwrap();
    assert!(plain.has_program() && !Bundle::from_bytes(&bundle(), &limits()).unwrap().has_program());
    plain.verify_program().unwrap();
    let ana = signer("ana");
    let signed = sign(&bytes, &ana, &limits()).unwrap();
    let verified = trust(&[&ana]).verify(&signed, None, &limits()).unwrap();
    let program = Policy::from_program(verified.program().unwrap()).unwrap();
    let policy = Policy::load(verified.into_bundle().into_source()).unwrap();
    assert_eq!(program.reference(), policy.reference());
    assert_eq!(program.decide(REQUEST).unwrap(), policy.decide(REQUEST).unwrap());
    assert_eq!(compiled(), bytes);
}

#[test]
fn a_program_beside_other_sources_is_refused() {
    let program = |source: sealwright_core::policy::PolicySource| Policy::load(source).unwrap().to_program().unwrap();
    let own = Bundle::from_bytes(&bundle(), &limits()).unwrap().into_source();
    let files = |program: Vec<u8>| {
        let mut files = with("policy.program", "");
        files.pop();
        files.push(("policy.program".to_owned(), program));
        read(files)
    };
    files(program(own.clone())).unwrap().verify_program().unwrap();
    let mut others = vec![own.clone(); 4];
    others[0].name = "other".to_owned();
    others[1].revision = "8".to_owned();
    others[2].modules[0].text.push_str("other := 1\n");
    others[3].data["acme"]["open"] = false.into();
    for other in others {
        assert_eq!(files(program(other)).unwrap_err().code(), "program_mismatch");
    }
    assert_eq!(files(b"policy".to_vec()).unwrap_err().code(), "program_malformed");
}

#[test]
fn a_program_that_says_it_is_of_its_sources_and_is_not_is_found_out() {
    use sha2::{Digest, Sha256};
    let own = Bundle::from_bytes(&bundle(), &limits()).unwrap().into_source();
    let mut other = own.clone();
    other.modules[0].text = other.modules[0].text.replace("data.acme.open", "true");
    let program = |source| Policy::load(source).unwrap().to_program().unwrap();
    let (honest, mut forged) = (program(own), program(other));
    // Behind the first line stands the digest of the policy.
    forged[26..58].copy_from_slice(&honest[26..58]);
    let body = forged[..forged.len() - 32].to_vec();
    let forged = [body.as_slice(), Sha256::digest(&body).as_slice()].concat();
    let mut files = with("policy.program", "");
    files.pop();
    files.push(("policy.program".to_owned(), forged));
    assert_eq!(read(files).unwrap().verify_program().unwrap_err().code(), "program_mismatch");
}
