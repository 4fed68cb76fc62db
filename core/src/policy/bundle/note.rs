//! The signed note of a bundle: C2SP `signed-note`. `spec/bundle.md`, "Note".

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use sha2::{Digest, Sha256};

use super::gzip::{self, Archive};
use super::{Bundle, BundleLimits, malformed};
use crate::document::{Signer, VerifierKey};
use crate::encoding::{base64, hex};
use crate::error::Error;

const FIRST_LINE: &str = "sealwright.dev/bundle v1";
const SIGNATURE_PREFIX: &str = "\u{2014} ";

/// The most bytes of a note, and its most signatures.
const MAX_NOTE_SIZE: usize = 4096;
const MAX_SIGNATURES: usize = 8;

/// Holds a note that is read and not verified.
struct Note<'a> {
    text: &'a str,
    revision: &'a str,
    body: &'a str,
    signatures: Vec<NoteSignature<'a>>,
}

struct NoteSignature<'a> {
    name: &'a str,
    hash: [u8; 4],
    signature: Vec<u8>,
}

/// Returns the bundle with a note of the signer in its header, in place of any other. A plain archive is compressed.
///
/// # Errors
/// As [`Bundle::from_bytes`]: what cannot be read is not signed.
pub fn sign(bytes: &[u8], signer: &Signer, limits: &BundleLimits) -> Result<Vec<u8>, Error> {
    let revision = Bundle::from_bytes(bytes, limits)?.revision();
    let packed;
    let body = match Archive::read(bytes, limits)? {
        Archive::Gzip { body, .. } => body,
        Archive::Plain(archive) => {
            packed = gzip::compress(archive);
            packed.get(gzip::HEADER_SIZE..).unwrap_or_default()
        }
    };
    Ok(gzip::attach(signed(&revision, body, signer).as_bytes(), body))
}

/// Returns the signer's note of a compressed bundle, to be kept beside it.
///
/// # Errors
/// As [`sign`]; `bundle_unsupported` for a plain archive.
pub fn sign_detached(bytes: &[u8], signer: &Signer, limits: &BundleLimits) -> Result<String, Error> {
    let revision = Bundle::from_bytes(bytes, limits)?.revision();
    match Archive::read(bytes, limits)? {
        Archive::Gzip { body, .. } => Ok(signed(&revision, body, signer)),
        Archive::Plain(_) => Err(super::unsupported("a note is of a compressed bundle")),
    }
}

/// Returns who signed a bundle's note, and the revision that the note is of.
///
/// # Errors
/// `bundle_unsigned`, `bundle_untrusted`, `bundle_signature`, `bundle_malformed`.
pub(super) fn verify(
    archive: &Archive<'_>,
    detached: Option<&[u8]>,
    trusted: &[VerifierKey],
) -> Result<(String, String), Error> {
    let Archive::Gzip { note, body } = archive else { return Err(Error::BundleUnsigned) };
    let text = detached.or(*note).ok_or(Error::BundleUnsigned)?;
    let note = Note::read(text).ok_or_else(|| malformed("its note is none"))?;
    let mut signer = None;
    for line in &note.signatures {
        let Some(key) = trusted.iter().find(|key| key.name() == line.name && key.hash() == line.hash) else { continue };
        if !key.signed_text(note.text.as_bytes(), &line.signature) {
            return Err(broken("its note was altered"));
        }
        signer.get_or_insert_with(|| key.key_id());
    }
    let Some(signer) = signer else {
        let unknown = note.signatures.first().map(|line| [line.name, "+", &hex::encode(&line.hash)].concat());
        return Err(Error::BundleUntrusted { key_id: unknown.unwrap_or_default() });
    };
    if digest(body) != note.body {
        return Err(broken("it is not the file that was signed"));
    }
    Ok((signer, note.revision.to_owned()))
}

fn broken(reason: &str) -> Error {
    Error::BundleSignature { reason: reason.to_owned() }
}

fn digest(body: &[u8]) -> String {
    hex::encode(&Sha256::digest(body))
}

fn signed(revision: &str, body: &[u8], signer: &Signer) -> String {
    let mut note = [FIRST_LINE, "\n", revision, "\n", &digest(body), "\n"].concat();
    let key = signer.verifier();
    let signature = [key.hash().as_slice(), &signer.sign_text(note.as_bytes())].concat();
    for part in ["\n", SIGNATURE_PREFIX, key.name(), " "] {
        note.push_str(part);
    }
    base64::encode_padded(&signature, &mut note);
    note.push('\n');
    note
}

impl<'a> Note<'a> {
    fn read(note: &'a [u8]) -> Option<Self> {
        let note = str::from_utf8(note).ok().filter(|note| note.len() <= MAX_NOTE_SIZE)?;
        let split = note.find("\n\n")?.checked_add(1)?;
        let (text, lines) = note.split_at_checked(split)?;
        let mut parts = text.strip_suffix('\n')?.split('\n');
        let (Some(FIRST_LINE), Some(revision), Some(body), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        if revision.is_empty() || revision.chars().any(char::is_control) {
            return None;
        }
        let lines = lines.strip_prefix('\n')?.strip_suffix('\n')?;
        let signatures = lines.split('\n').map(NoteSignature::read).collect::<Option<Vec<_>>>()?;
        (signatures.len() <= MAX_SIGNATURES).then_some(Self { text, revision, body, signatures })
    }
}

impl<'a> NoteSignature<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
        let mut decoded = Vec::new();
        base64::decode_padded(encoded.as_bytes(), &mut decoded)?;
        let (hash, signature) = decoded.split_first_chunk()?;
        (!name.is_empty()).then(|| Self { name, hash: *hash, signature: signature.to_owned() })
    }
}
