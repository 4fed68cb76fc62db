//! What the fuzz targets share: the file key of the vectors, and headers whose MAC holds whatever they say.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sealwright_core::document::{FileKey, Reader, Stanza, Unwrap};
use sealwright_core::encoding::base64;
use sealwright_core::error::Error;
use sealwright_core::rng::Entropy;
use sha2::Sha256;

/// The file key of `tests/vectors/make_document.py`.
const FILE_KEY: [u8; 16] = *b"\xb2\x26\x83\x90\xa0\x2f\xfc\x54\x75\x97\x1c\xe6\x7e\x7d\x88\xc4";

/// Is whoever was given the vectors' file key.
pub struct Insider;

impl Unwrap for Insider {
    fn unwrap(&self, _: &[Stanza]) -> Result<Option<FileKey>, Error> {
        Ok(Some(FileKey::take(&mut { FILE_KEY })))
    }
}

/// Returns the document with the MAC that an insider would write, so that mutants reach what stands behind it.
pub fn with_mac(document: &[u8]) -> Option<Vec<u8>> {
    let end = document.windows(4).position(|window| window == b"\n---")? + 4;
    let (header, rest) = document.split_at(end);
    let payload = &rest[rest.iter().position(|byte| *byte == b'\n')? + 1..];
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, &FILE_KEY).expand(b"header", &mut key).ok()?;
    let mac = Hmac::<Sha256>::new_from_slice(&key).ok()?.chain_update(header).finalize().into_bytes();
    Some([header, b" ", base64::encode(&mac).as_bytes(), b"\n", payload].concat())
}

/// Is a source of randomness that has none, so that every run is alike.
pub struct Constant;

impl Entropy for Constant {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        bytes.fill(7);
        Ok(())
    }
}

/// Decrypts a document that comes in pieces of a size.
pub fn decrypt_in_pieces(document: &[u8], size: usize) -> Result<Vec<u8>, Error> {
    let (mut reader, mut pieces) = (Reader::new(), document.chunks(size));
    while !reader.push(pieces.next().unwrap_or_default())? {
        if pieces.len() == 0 {
            reader.finish()?;
            break;
        }
    }
    let mut decryptor = reader.decryptor(&[&Insider])?;
    let mut plaintext = Vec::new();
    for piece in pieces {
        plaintext.append(&mut decryptor.push(piece)?);
    }
    plaintext.append(&mut decryptor.finish()?);
    Ok(plaintext)
}
