//! Who wrote a document: the `sealwright.dev/sender` stanza. `spec/document.md`, "Sender".
//!
//! The header's MAC is keyed by the file key, so whoever once held that key can write another label over the same payload.
//! Only this signature binds label and payload to a contributor.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::header::Header;
use super::keys::{self, FileKey};
use super::stanza::Stanza;
use crate::encoding::{base64, hex};
use crate::error::Error;
use crate::rng::{self, Entropy};

/// Type of the stanza that carries a signature.
pub const SENDER_STANZA: &str = "sealwright.dev/sender";

const SENDER_VERSION: &str = "v1";
const CONTEXT: &[u8] = b"sealwright.dev/v1/sender";
const SIGNER_PREFIX: &str = "PRIVATE+KEY+";

/// Names Ed25519 in a signed note's key.
const ALGORITHM: u8 = 1;

/// The most bytes of a key's name.
const MAX_NAME_SIZE: usize = 128;

const COMMITMENT_SIZE: usize = 32;
const DIGEST_SIZE: usize = 32;
const SIGNATURE_SIZE: usize = 64;
const BODY_SIZE: usize = COMMITMENT_SIZE + 8 + DIGEST_SIZE + SIGNATURE_SIZE;

/// Signs documents: an Ed25519 key with a name, written as the signer key of a signed note.
pub struct Signer {
    key: SigningKey,
    verifier: VerifierKey,
}

/// Verifies what a [`Signer`] signed, written `name+hash+key` as the verifier key of a signed note.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    hash: [u8; 4],
    key: VerifyingKey,
}

/// Holds what a sender stanza claims. Nothing of it holds before [`Sender::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    key_id: String,
    commitment: [u8; COMMITMENT_SIZE],
    payload: PayloadDigest,
    signature: [u8; SIGNATURE_SIZE],
}

/// Names the bytes behind a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayloadDigest {
    length: u64,
    blake3: [u8; DIGEST_SIZE],
}

/// Digests the bytes behind a header as they pass.
#[derive(Default, Clone)]
pub struct PayloadHasher {
    length: u64,
    hasher: Box<blake3::Hasher>,
}

impl Signer {
    /// Makes a fresh signer.
    ///
    /// # Errors
    /// `signer_invalid` for a name that is empty, too long, or holds a space, `+` or anything but printable ASCII;
    /// `entropy_unavailable`.
    pub fn generate(name: &str, entropy: &mut dyn Entropy) -> Result<Self, Error> {
        let seed = Zeroizing::new(rng::random::<32>(entropy)?);
        Self::from_seed(name, &seed).ok_or(Error::SignerInvalid { reason: "its name is not usable" })
    }

    /// Reads `PRIVATE+KEY+name+hash+key`.
    ///
    /// # Errors
    /// `signer_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = |reason| Error::SignerInvalid { reason };
        let rest = text.strip_prefix(SIGNER_PREFIX).ok_or(invalid("it does not begin with `PRIVATE+KEY+`"))?;
        let (name, hash, key) = parts(rest).ok_or(invalid("it is not `PRIVATE+KEY+name+hash+key`"))?;
        let signer = Self::from_seed(name, &Zeroizing::new(key)).ok_or(invalid("its name is not usable"))?;
        if signer.verifier.hash == hash { Ok(signer) } else { Err(invalid("its hash is not that of its key")) }
    }

    /// Lends the public half.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Returns the secret's text, wiped when dropped.
    pub fn reveal(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(SIGNER_PREFIX.to_owned());
        self.verifier.write(self.key.as_bytes(), &mut text);
        text
    }

    /// Returns the stanza that binds a payload, its file key, and what a header says of it, to this signer.
    pub(super) fn sign(
        &self,
        label: &[u8],
        private: &[u8],
        file_key: &FileKey,
        payload: PayloadDigest,
    ) -> Result<Stanza, Error> {
        let commitment = *keys::commitment(file_key);
        let signature = self.key.sign(&message(label, private, &commitment, &payload)).to_bytes();
        Ok(Sender { key_id: self.verifier.key_id(), commitment, payload, signature }.to_stanza())
    }

    /// Returns the signature of a text that begins with a context of its own, in which no other is.
    #[cfg(feature = "bundle")]
    pub(crate) fn sign_text(&self, text: &[u8]) -> [u8; SIGNATURE_SIZE] {
        self.key.sign(text).to_bytes()
    }

    fn from_seed(name: &str, seed: &[u8; 32]) -> Option<Self> {
        let key = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, key.verifying_key())?;
        Some(Self { key, verifier })
    }
}

impl VerifierKey {
    /// Reads `name+hash+key`.
    ///
    /// # Errors
    /// `verifier_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = |reason| Error::VerifierInvalid { value: text.chars().take(100).collect(), reason };
        let (name, hash, key) = parts(text).ok_or(invalid("it is not `name+hash+key`"))?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| invalid("its key is no point of the curve"))?;
        if key.is_weak() {
            return Err(invalid("its key is of low order"));
        }
        let verifier = Self::new(name, key).ok_or(invalid("its name is not usable"))?;
        if verifier.hash == hash { Ok(verifier) } else { Err(invalid("its hash is not that of its key")) }
    }

    /// Lends the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns `name+hash`, by which a document names its sender.
    pub fn key_id(&self) -> String {
        [&self.name, "+", &hex::encode(&self.hash)].concat()
    }

    /// Takes a key that is written otherwise, under a name.
    #[cfg(feature = "bundle")]
    pub(crate) fn from_ed25519(name: &str, key: &[u8; 32]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(key).ok().filter(|key| !key.is_weak())?;
        Self::new(name, key)
    }

    /// Lends what a signature line names besides the name.
    #[cfg(feature = "bundle")]
    pub(crate) fn hash(&self) -> [u8; 4] {
        self.hash
    }

    /// Tells whether a signature of a text holds.
    #[cfg(feature = "bundle")]
    pub(crate) fn signed_text(&self, text: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.key.verify_strict(text, &signature).is_ok())
    }

    fn new(name: &str, key: VerifyingKey) -> Option<Self> {
        let usable = |byte: u8| byte.is_ascii_graphic() && byte != b'+';
        if name.is_empty() || name.len() > MAX_NAME_SIZE || !name.bytes().all(usable) {
            return None;
        }
        let digest =
            Sha256::new().chain_update(name).chain_update([b'\n', ALGORITHM]).chain_update(key.as_bytes()).finalize();
        Some(Self { name: name.to_owned(), hash: *digest.first_chunk()?, key })
    }

    fn write(&self, key: &[u8; 32], out: &mut String) {
        let mut encoded = Zeroizing::new([ALGORITHM; 33]);
        encoded.iter_mut().skip(1).zip(key).for_each(|(place, byte)| *place = *byte);
        out.push_str(&self.key_id());
        out.push('+');
        base64::encode_padded(encoded.as_slice(), out);
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(self.key.as_bytes(), &mut text);
        formatter.write_str(&text)
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Signer({})", self.verifier)
    }
}

/// Reads a file of verifier keys: one a line, `#` comments and empty lines.
///
/// # Errors
/// `verifier_invalid` for the first line that is none.
pub fn parse_verifiers(text: &str) -> Result<Vec<VerifierKey>, Error> {
    super::recipient::lines_of(text).map(VerifierKey::parse).collect()
}

impl Sender {
    /// Reads a stanza of this type.
    pub(super) fn from_stanza(stanza: &Stanza) -> Result<Self, Error> {
        let malformed = |reason| Error::HeaderMalformed { reason };
        let [version, key_id] = stanza.args() else {
            return Err(malformed("a `sealwright.dev/sender` stanza must have a version and a key id"));
        };
        if version != SENDER_VERSION {
            return Err(malformed("the version of a `sealwright.dev/sender` stanza is not `v1`"));
        }
        let read = || {
            let (commitment, rest) = stanza.body().split_first_chunk()?;
            let (length, rest) = rest.split_first_chunk()?;
            let (blake3, signature) = rest.split_first_chunk()?;
            let payload = PayloadDigest { length: u64::from_be_bytes(*length), blake3: *blake3 };
            let signature = signature.try_into().ok()?;
            Some(Self { key_id: key_id.clone(), commitment: *commitment, payload, signature })
        };
        read().ok_or(malformed("the body of a `sealwright.dev/sender` stanza must have 136 bytes"))
    }

    /// Returns `name+hash`, as the document claims.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Lends what the payload must be.
    pub fn payload(&self) -> &PayloadDigest {
        &self.payload
    }

    /// Verifies the signature over a header's label and private part and over the claims about its payload.
    ///
    /// # Errors
    /// `sender_signature`.
    pub fn verify(&self, header: &Header, key: &VerifierKey) -> Result<(), Error> {
        let (label, private) = header.described();
        let message = message(label, private, &self.commitment, &self.payload);
        let signature = Signature::from_bytes(&self.signature);
        key.key.verify_strict(&message, &signature).map_err(|_| Error::SenderSignature)
    }

    /// Checks that the payload is under the file key that the sender used.
    pub(crate) fn check_key(&self, file_key: &FileKey) -> Result<(), Error> {
        use subtle::ConstantTimeEq;
        let same: bool = keys::commitment(file_key).ct_eq(&self.commitment).into();
        if same { Ok(()) } else { Err(Error::SenderSignature) }
    }

    fn to_stanza(&self) -> Stanza {
        let mut body = Vec::with_capacity(BODY_SIZE);
        body.extend_from_slice(&self.commitment);
        body.extend_from_slice(&self.payload.length.to_be_bytes());
        body.extend_from_slice(&self.payload.blake3);
        body.extend_from_slice(&self.signature);
        Stanza::new(SENDER_STANZA, &[SENDER_VERSION, &self.key_id], body)
    }

    /// Stands for the stanza of a signer before there is a payload: as long, and worth nothing.
    pub(super) fn placeholder(signer: &VerifierKey) -> Stanza {
        let payload = PayloadDigest { length: 0, blake3: [0; DIGEST_SIZE] };
        let signature = [0; SIGNATURE_SIZE];
        Self { key_id: signer.key_id(), commitment: [0; COMMITMENT_SIZE], payload, signature }.to_stanza()
    }
}

impl PayloadDigest {
    /// Returns how many bytes the payload has.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Lends its BLAKE3 digest.
    pub fn blake3(&self) -> &[u8; DIGEST_SIZE] {
        &self.blake3
    }
}

impl PayloadHasher {
    /// Takes more of the payload.
    pub fn push(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.length = self.length.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    }

    /// Ends the payload.
    pub fn finish(&self) -> PayloadDigest {
        PayloadDigest { length: self.length, blake3: *self.hasher.finalize().as_bytes() }
    }

    /// Ends the payload, which must be the signed one.
    ///
    /// # Errors
    /// `sender_signature`.
    pub fn check(&self, signed: &PayloadDigest) -> Result<(), Error> {
        if self.finish() == *signed { Ok(()) } else { Err(Error::SenderSignature) }
    }
}

/// Returns what is signed. Every part of variable length stands behind its length, so that no two say the same.
fn message(label: &[u8], private: &[u8], commitment: &[u8; COMMITMENT_SIZE], payload: &PayloadDigest) -> Vec<u8> {
    let mut message = CONTEXT.to_vec();
    for part in [label, private] {
        // A header has at most 64 KiB.
        message.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        message.extend_from_slice(part);
    }
    message.extend_from_slice(commitment);
    message.extend_from_slice(&payload.length.to_be_bytes());
    message.extend_from_slice(&payload.blake3);
    message
}

/// Takes a signed note's key apart: name, hash, 32 bytes of Ed25519 key.
fn parts(text: &str) -> Option<(&str, [u8; 4], [u8; 32])> {
    let (name, rest) = text.split_once('+')?;
    let (hash, key) = rest.split_once('+')?;
    let mut decoded = Zeroizing::new(Vec::with_capacity(33));
    base64::decode_padded(key.as_bytes(), &mut decoded)?;
    let (algorithm, key) = decoded.split_first()?;
    if *algorithm != ALGORITHM {
        return None;
    }
    Some((name, hex::decode(hash)?, key.try_into().ok()?))
}
