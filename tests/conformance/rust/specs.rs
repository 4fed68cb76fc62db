//! What the specs show is what the code does.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sealwright_core::document::{Header, Identity, MAX_HEADER_SIZE, MAX_STANZAS, PayloadHasher, VerifierKey, decrypt};
use sealwright_core::encoding::hex;
use sealwright_core::label::{Label, MAX_LABEL_SIZE, MAX_PRIVATE_SIZE, PrivateRecord};
use sealwright_core::policy::{BuildOptions, Bundle, BundleLimits, BundleTrust, ModuleSource, Policy, PolicySource};
use sealwright_core::record::{
    Batch, Collection, MAX_COLUMN_SIZE, MAX_ID_SIZE, MAX_INDEX_SIZE, MAX_VALUE_SIZE, MIN_INDEX_SIZE,
};
use sealwright_tests::repository;
use serde_json::Value;

fn read(path: &str) -> String {
    std::fs::read_to_string(repository(path)).unwrap()
}

/// Returns the first text between two marks.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).unwrap().1.split_once(to).unwrap().0
}

#[test]
fn the_example_document_opens_and_its_sender_holds() {
    let spec = read("core/spec/document.md");
    let header = between(&spec, "## Example\n\n", "    <nonce").replace("    ", "");
    let payload = STANDARD.decode(between(&spec, "in base64: ", ">")).unwrap();
    let identity = Identity::parse(between(&spec, "opens with the identity\n`", "`")).unwrap();
    let document = [header.as_bytes(), &payload].concat();
    assert_eq!(decrypt(&document, &[&identity]).unwrap(), "Grüße aus der Prüfung.\n".as_bytes());
    let header = Header::from_bytes(header.as_bytes()).unwrap();
    assert_eq!(header.label().unwrap().as_bytes(), between(&spec, "body is the label `", "`").as_bytes());
    let (sender, mut hasher) = (header.sender().unwrap(), PayloadHasher::default());
    sender.verify(&header, &VerifierKey::parse(between(&spec, "trusts the key\n`", "`")).unwrap()).unwrap();
    hasher.push(&payload);
    hasher.check(sender.payload()).unwrap();
}

#[test]
fn the_example_record_opens() {
    let spec = read("core/spec/record.md");
    let example = between(&spec, "## Example", "## Grammar");
    let header = between(example, ":\n\n", "    <nonce").replace("    ", "");
    let payload = STANDARD.decode(between(example, "in base64: ", ">")).unwrap();
    let identity = Identity::parse(between(example, "with the identity\n`", "`")).unwrap();
    let collection = Collection::decrypt(&[header.as_bytes(), &payload].concat(), &[&identity]).unwrap();
    assert_eq!(collection.label().as_bytes(), between(example, "label `", "`").as_bytes());
    let ids = Batch::from_values([between(example, "record id `", "`")]);
    let tokens = Batch::from_values([between(example, "as text:\n\n    ", "\n")]).from_text().unwrap();
    let value = collection.open(between(example, "for column `", "`"), &ids, &tokens).unwrap();
    assert_eq!(value.data(), between(example, "Its value is `", "`").as_bytes());
    let index = collection.blind_index("ssn", &value, 16).unwrap();
    assert_eq!(hex::encode(&index), between(example, "blind index in 16 bytes `", "`"));
}

#[test]
fn the_example_program_is_that_of_its_module() {
    let spec = read("core/spec/program.md");
    let example = between(&spec, "## Example", "## Bytes");
    let text = between(example, "`acme.rego`\n\n", "\n\nwith the entrypoint").replace("    ", "") + "\n";
    let source = PolicySource {
        name: "acme".to_owned(),
        revision: "7".to_owned(),
        entrypoint: between(example, "the entrypoint `", "`").to_owned(),
        modules: vec![ModuleSource { path: "acme.rego".to_owned(), text }],
        data: serde_json::Map::new(),
    };
    let policy = Policy::load(source).unwrap();
    assert_eq!(policy.reference().digest, between(example, "digest is `", "`"));
    assert_eq!(STANDARD.encode(policy.to_program().unwrap()), between(example, "in base64:\n\n    ", "\n"));
}

#[test]
fn the_example_bundle_holds() {
    let spec = read("core/spec/bundle.md");
    let prose = spec.replace('\n', " ");
    let bytes = STANDARD.decode(between(&spec, "in base64:\n\n    ", "\n")).unwrap();
    let signer = VerifierKey::parse(between(&prose, "Signed by `", "`")).unwrap();
    let trust = BundleTrust::new(vec![signer], Vec::new(), String::new());
    let verified = trust.verify(&bytes, None, &BundleLimits::default()).unwrap();
    assert_eq!(verified.bundle().digest(), between(&prose, "digest of its files is `", "`"));
    let note = between(&spec, "it carries the note\n\n", "\n\nin its header").replace("    ", "");
    assert!(bytes.windows(note.len()).any(|window| window == note.as_bytes()));
    let archive = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff], &bytes[16 + note.len() + 1..]].concat();
    trust.verify(&archive, Some(format!("{note}\n").as_bytes()), &BundleLimits::default()).unwrap();
    let built = verified.bundle().build(&BuildOptions::default(), &BundleLimits::default()).unwrap();
    assert_eq!(verified.bundle().digest(), Bundle::from_bytes(&built, &BundleLimits::default()).unwrap().digest());
}

#[test]
fn every_limit_of_bundles_stands_in_their_spec() {
    let spec = read("core/spec/bundle.md").replace(',', "");
    let limits = BundleLimits::default();
    for (what, most) in [
        ("bundle_packed_bytes", format!("{} MiB", limits.packed_bytes >> 20)),
        ("bundle_bytes", format!("{} MiB", limits.bytes >> 20)),
        ("bundle_files", limits.files.to_string()),
        ("bundle_yaml_bytes", format!("{} MiB", limits.yaml_bytes >> 20)),
    ] {
        assert!(spec.contains(&format!("| `{what}` | {most} |")), "{what}");
    }
}

#[test]
fn the_example_document_is_a_vector_of_both_kinds() {
    let spec = read("core/spec/document.md");
    let header = between(&spec, "## Example\n\n", "    <nonce").replace("    ", "");
    let payload = STANDARD.decode(between(&spec, "in base64: ", ">")).unwrap();
    for kind in ["document", "sender"] {
        let vector: Value = serde_json::from_str(&read(&format!("tests/vectors/{kind}/signed_private.json"))).unwrap();
        assert_eq!(vector["file"], STANDARD.encode([header.as_bytes(), &payload].concat()));
        let private = between(&spec, "the second stanza says\n`", "`");
        if kind == "sender" {
            assert_eq!(vector["private"], serde_json::from_str::<Value>(private).unwrap());
        }
    }
}

#[test]
fn the_example_label_and_private_part_are_such() {
    let spec = read("core/spec/label.md");
    let private = between(&spec, "private part beside it:\n\n    ", "\n").as_bytes();
    assert_eq!(PrivateRecord::from_bytes(private).unwrap().to_bytes().unwrap(), private);
    let label = between(&spec, "## Example\n\n    ", "\n");
    assert_eq!(Label::from_bytes(label.as_bytes()).unwrap().record().classification.as_deref(), Some("confidential"));
}

#[test]
fn every_derivation_of_the_code_stands_in_the_spec() {
    let spec = read("core/spec/document.md");
    let code = [read("core/src/document/keys.rs"), read("core/src/document/sender.rs")].concat();
    let derivations: Vec<&str> =
        code.lines().filter_map(|line| line.split_once(": &[u8] = b")?.1.strip_suffix(';')).collect();
    assert_eq!(derivations.len(), 8);
    for derivation in derivations {
        assert!(spec.contains(derivation), "{derivation}");
    }
}

#[test]
fn every_derivation_and_limit_of_records_stands_in_their_spec() {
    let spec = read("core/spec/record.md").replace(',', "");
    let code = [read("core/src/record/keys.rs"), read("core/src/record/token.rs")].concat();
    let derivations: Vec<&str> =
        code.lines().filter_map(|line| line.split_once(": &[u8] = b")?.1.strip_suffix(';')).collect();
    assert_eq!(derivations.len(), 4);
    assert!(derivations.iter().all(|derivation| spec.contains(derivation)), "{derivations:?}");
    for (what, least, most) in [
        ("column", 1, MAX_COLUMN_SIZE),
        ("record id", 1, MAX_ID_SIZE),
        ("value", 0, MAX_VALUE_SIZE),
        ("blind index", MIN_INDEX_SIZE, MAX_INDEX_SIZE),
    ] {
        assert!(spec.contains(&format!("| {what} | {least} to {most} |")), "{what}");
    }
}

#[test]
fn every_limit_of_the_spec_is_that_of_the_code() {
    let spec = read("core/spec/document.md");
    let table = between(&spec, "| what | most |", "##").replace(',', "");
    for (what, most) in [
        ("header", MAX_HEADER_SIZE),
        ("stanzas", MAX_STANZAS),
        ("label", MAX_LABEL_SIZE),
        ("private part", MAX_PRIVATE_SIZE),
    ] {
        assert!(table.contains(&format!("| {what} | {most} ")), "{what}");
    }
}

#[test]
fn every_code_that_a_spec_names_is_listed() {
    let listed = read("core/spec/errors.md");
    for spec in ["core/spec/document.md", "core/spec/label.md", "core/spec/record.md"] {
        let spec = read(spec);
        let cells = spec.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.rsplit(" | ").next());
        let codes: Vec<&str> = cells.filter(|cell| cell.starts_with('`')).flat_map(|cell| cell.split(", ")).collect();
        assert!(codes.len() > 4);
        for code in codes {
            assert!(listed.contains(&format!("| {code} |")), "{code}");
        }
    }
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
