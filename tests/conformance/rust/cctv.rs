//! Every age vector of C2SP CCTV, each with its failure class.

use sealwright_core::document::{Identity, Passphrase, Reader, Unwrap};
use sealwright_core::error::Error;
use sha2::{Digest, Sha256};

#[test]
fn every_vector_has_its_class() {
    let mut failures = Vec::new();
    let files = sealwright_tests::files(&cctv());
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(file).unwrap();
        let vector = Vector::read(&bytes);
        let (class, plaintext) = vector.run(&vector.identities());
        if class != vector.expect() {
            failures.push(format!("{name}: expected {}, got {class}", vector.expect()));
        }
        if class == "success"
            && Some(sealwright_core::encoding::hex::encode(&Sha256::digest(&plaintext)).as_str())
                != vector.field("payload")
        {
            failures.push(format!("{name}: another payload came out"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(files.len(), 143);
}

/// Without a hybrid identity such a file is for somebody else. One alone is broken for whoever reads it: its body is not
/// canonical base64, which the header's grammar rules out.
#[test]
fn to_who_has_no_hybrid_identity_a_hybrid_file_is_for_somebody_else() {
    let files = sealwright_tests::files(&cctv());
    let stranger = [Identity::generate(&mut sealwright_tests::entropy()).unwrap()];
    let classes: Vec<_> = files
        .iter()
        .filter(|file| file.file_name().unwrap().to_string_lossy().contains("hybrid"))
        .map(|file| (file.file_name().unwrap().to_str().unwrap(), std::fs::read(file).unwrap()))
        // The stanza is X25519's, with a hybrid key in it.
        .filter(|(name, _)| *name != "hybrid_x25519_arg")
        .map(|(name, bytes)| (name, Vector::read(&bytes).run(&stranger).0))
        .collect();
    assert_eq!(classes.len(), 18);
    for (name, class) in classes {
        assert_eq!(class, if name == "hybrid_not_canonical_body" { "header failure" } else { "no match" }, "{name}");
    }
}

fn cctv() -> std::path::PathBuf {
    std::env::var_os("SEALWRIGHT_CCTV").map_or_else(|| sealwright_tests::repository("target/cctv"), Into::into)
}

/// Holds a vector: fields, of which some come twice, and the document.
struct Vector<'a> {
    fields: Vec<(&'a str, &'a str)>,
    document: &'a [u8],
}

impl<'a> Vector<'a> {
    fn read(bytes: &'a [u8]) -> Self {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let fields = head.lines().map(|line| line.split_once(": ").unwrap());
        Self { fields: fields.collect(), document: &bytes[end + 2..] }
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(key, _)| *key == name).map(|(_, value)| *value)
    }

    fn field(&self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }

    fn expect(&self) -> &'a str {
        self.field("expect").unwrap()
    }

    fn identities(&self) -> Vec<Identity> {
        self.all("identity").map(|text| Identity::parse(text).unwrap()).collect()
    }

    /// Decrypts in small pushes and returns the failure class, and what came out before it.
    fn run(&self, identities: &[Identity]) -> (&'static str, Vec<u8>) {
        let passphrase = self.field("passphrase").map(|text| Passphrase::new(text).unwrap());
        let identities: Vec<&dyn Unwrap> = identities
            .iter()
            .map(|identity| identity as &dyn Unwrap)
            .chain(passphrase.iter().map(|passphrase| passphrase as &dyn Unwrap))
            .collect();
        let mut plaintext = Vec::new();
        match decrypt(self.document, &identities, &mut plaintext) {
            Ok(()) => ("success", plaintext),
            // A file that is said to be armored and has no begin line fails as armor; to the reader it is no age file.
            Err(Error::NotAge)
                if self.field("armored").is_some()
                    && !self.document.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----") =>
            {
                ("armor failure", plaintext)
            }
            Err(error) => (class(&error), plaintext),
        }
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
