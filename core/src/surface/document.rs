//! Keys, raw age, and the reader that opening goes through.

use serde_json::Value;

use crate::document::{self, Passphrase, Unwrap, Wrap};
use crate::encoding::json;
use crate::encoding::members::{object, text, texts};
use crate::error::Error;
use crate::gate::{Caller, OpenPermit, OpenRequest, Opener, Outcome};
use crate::label::{Label, LabelRecord};
use crate::policy::Decision;
use crate::rng::Entropy;

use super::into_text;

/// Is a secret key.
pub struct Identity(document::Identity);

/// Is a public key.
#[derive(Clone)]
pub struct Recipient(pub(super) document::Recipient);

/// Encrypts a document, under no policy.
pub struct Encryptor(document::Encryptor);

/// Reads a document's header and goes over to its plaintext, with or without a policy.
#[derive(Default)]
pub struct Reader {
    reader: document::Reader,
    request: Option<OpenRequest>,
    permit: Option<OpenPermit>,
}

/// Gives out a document's plaintext.
pub struct Decryptor(Plain);

enum Plain {
    Raw(document::Decryptor),
    Opened(Box<Opener>),
}

/// Gives out ranges of a document's plaintext.
pub struct RangeDecryptor(document::RangeDecryptor);

/// Tells what a document's header says, without a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Whether the document is armored.
    pub armored: bool,
    /// Size of the header, in bytes.
    pub header_size: usize,
    /// The label, if it has one.
    pub label: Option<LabelRecord>,
    /// The stanzas in their order.
    pub stanzas: Vec<StanzaInspection>,
}

/// Tells what one stanza is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StanzaInspection {
    /// Its type.
    pub kind: String,
    /// Its further arguments.
    pub args: Vec<String>,
}

impl Identity {
    /// Makes a fresh identity.
    ///
    /// # Errors
    /// `entropy_unavailable`.
    pub fn generate(entropy: &mut dyn Entropy) -> Result<Self, Error> {
        document::Identity::generate(entropy).map(Self)
    }

    /// Reads `AGE-SECRET-KEY-1…`.
    ///
    /// # Errors
    /// `identity_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        document::Identity::parse(text).map(Self)
    }

    /// Returns the public half.
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.recipient().clone())
    }

    /// Returns the secret's text.
    pub fn reveal(&self) -> String {
        self.0.reveal().to_string()
    }
}

impl Recipient {
    /// Reads `age1…`.
    ///
    /// # Errors
    /// `recipient_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        document::Recipient::parse(text).map(Self)
    }

    /// Returns the text, `age1…`.
    pub fn to_text(&self) -> String {
        self.0.to_string()
    }
}

/// Reads an identity file.
///
/// # Errors
/// `identity_invalid`.
pub fn parse_identities(text: &str) -> Result<Vec<Identity>, Error> {
    Ok(document::parse_identities(text)?.into_iter().map(Identity).collect())
}

/// Reads a recipients file.
///
/// # Errors
/// `recipient_invalid`.
pub fn parse_recipients(text: &str) -> Result<Vec<Recipient>, Error> {
    Ok(document::parse_recipients(text)?.into_iter().map(Recipient).collect())
}

impl Encryptor {
    /// Begins a document for recipients, with the label given as JSON if there is one.
    ///
    /// # Errors
    /// As [`document::Encryptor::new`]; `json_invalid`, `label_malformed`, `label_too_large`.
    pub fn new(
        recipients: &[&Recipient],
        label_json: Option<&str>,
        armor: bool,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, Error> {
        let label = label_json.map(|text| LabelRecord::from_bytes(text.as_bytes())).transpose()?;
        let label = label.map(Label::from_record).transpose()?;
        let recipients: Vec<&dyn Wrap> = recipients.iter().map(|recipient| &recipient.0 as &dyn Wrap).collect();
        document::Encryptor::new(&recipients, label.as_ref(), armor, entropy).map(Self)
    }

    /// Begins a document for a passphrase.
    ///
    /// # Errors
    /// `passphrase_invalid`, `entropy_unavailable`.
    pub fn with_passphrase(passphrase: &str, armor: bool, entropy: &mut dyn Entropy) -> Result<Self, Error> {
        document::Encryptor::new(&[&Passphrase::new(passphrase)?], None, armor, entropy).map(Self)
    }

    /// Takes more plaintext and returns what of the document is ready.
    ///
    /// # Errors
    /// `call_order`.
    pub fn push(&mut self, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        self.0.push(plaintext)
    }

    /// Ends the document and returns its rest.
    ///
    /// # Errors
    /// `call_order`.
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        self.0.finish()
    }
}

impl Reader {
    /// Begins a document.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes more of the document and tells whether its header is complete.
    ///
    /// # Errors
    /// As [`document::Reader::push`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<bool, Error> {
        self.reader.push(bytes)
    }

    /// Says that no more of the document comes.
    ///
    /// # Errors
    /// As [`document::Reader::finish`].
    pub fn finish(&mut self) -> Result<(), Error> {
        self.reader.finish()
    }

    /// Returns what the header says, as an [`Inspection`].
    ///
    /// # Errors
    /// `call_order` before the header is complete.
    pub fn inspection(&self) -> Result<String, Error> {
        let header = self.reader.header()?;
        let stanzas = header.stanzas().iter();
        let inspection = Inspection {
            armored: self.reader.is_armored(),
            header_size: header.as_bytes().len(),
            label: header.label().map(|label| label.record().clone()),
            stanzas: stanzas
                .map(|stanza| StanzaInspection { kind: stanza.kind().to_owned(), args: stanza.args().to_vec() })
                .collect(),
        };
        Ok(into_text(inspection.to_bytes()))
    }

    /// Goes over to the plaintext, under no policy.
    ///
    /// # Errors
    /// As [`document::Reader::decryptor`].
    pub fn decryptor(&mut self, identities: &[&Identity]) -> Result<Decryptor, Error> {
        self.reader.decryptor(&unwraps(identities)).map(|decryptor| Decryptor(Plain::Raw(decryptor)))
    }

    /// Goes over to the plaintext of a document for a passphrase.
    ///
    /// # Errors
    /// As [`document::Reader::decryptor`]; `passphrase_invalid`.
    pub fn passphrase_decryptor(&mut self, passphrase: &str) -> Result<Decryptor, Error> {
        let passphrase = Passphrase::new(passphrase)?;
        self.reader.decryptor(&[&passphrase]).map(|decryptor| Decryptor(Plain::Raw(decryptor)))
    }

    /// Goes over to reading by ranges, under no policy. The document has `document_size` bytes.
    ///
    /// # Errors
    /// As [`document::Reader::range_decryptor`].
    pub fn range_decryptor(&self, identities: &[&Identity], document_size: u64) -> Result<RangeDecryptor, Error> {
        self.reader.range_decryptor(&unwraps(identities), document_size).map(RangeDecryptor)
    }

    /// Returns the canonical AuthZEN request of a caller, given as JSON, for this document.
    ///
    /// # Errors
    /// As [`OpenRequest::new`]; `json_invalid`.
    pub fn request(&mut self, caller_json: &str) -> Result<String, Error> {
        let caller = Caller::from_bytes(caller_json.as_bytes())?;
        let request = OpenRequest::new(caller, &self.reader)?;
        let text = into_text(request.request().to_vec());
        self.permit = None;
        self.request = Some(request);
        Ok(text)
    }

    /// Takes the decision on the last request and returns it as the gate leaves it: a refusal if an obligation cannot be
    /// carried out.
    ///
    /// # Errors
    /// As [`OpenRequest::permit`]; `decision_invalid`; `call_order` without a request.
    pub fn admit(&mut self, decision_json: &str, policy_digest: &str) -> Result<String, Error> {
        let request = self.request.take().ok_or(Error::CallOrder { reason: "no request was made" })?;
        let decision = Decision::danger_from_evaluator(decision_json.as_bytes(), policy_digest, request.request())?;
        match request.permit(decision, policy_digest)? {
            Outcome::Denied(decision) => decision.to_bytes().map(into_text),
            Outcome::Allowed(permit) => {
                let text = permit.decision().to_bytes().map(into_text)?;
                self.permit = Some(permit);
                Ok(text)
            }
        }
    }

    /// Goes over to the plaintext that the decision allows.
    ///
    /// # Errors
    /// As [`OpenPermit::open`]; `call_order` without an allowing decision.
    pub fn opener(&mut self, identities: &[&Identity]) -> Result<Decryptor, Error> {
        let permit = self.permit.take().ok_or(Error::CallOrder { reason: "no decision allows it" })?;
        permit.open(&mut self.reader, &unwraps(identities)).map(|opener| Decryptor(Plain::Opened(Box::new(opener))))
    }

    /// Goes over to reading by ranges what the decision allows. The document has `document_size` bytes.
    ///
    /// # Errors
    /// As [`OpenPermit::open_ranges`]; `call_order` without an allowing decision.
    pub fn range_opener(&mut self, identities: &[&Identity], document_size: u64) -> Result<RangeDecryptor, Error> {
        let permit = self.permit.as_ref().ok_or(Error::CallOrder { reason: "no decision allows it" })?;
        permit.open_ranges(&self.reader, &unwraps(identities), document_size).map(RangeDecryptor)
    }
}

impl Decryptor {
    /// Takes more of the document and returns the plaintext that is ready.
    ///
    /// # Errors
    /// As [`document::Decryptor::push`] and [`Opener::push`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        match &mut self.0 {
            Plain::Raw(decryptor) => decryptor.push(bytes),
            Plain::Opened(opener) => opener.push(bytes),
        }
    }

    /// Ends the document and returns its rest.
    ///
    /// # Errors
    /// As [`document::Decryptor::finish`] and [`Opener::finish`].
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        match &mut self.0 {
            Plain::Raw(decryptor) => decryptor.finish(),
            Plain::Opened(opener) => opener.finish(),
        }
    }
}

impl RangeDecryptor {
    /// Returns the size of the plaintext, in bytes.
    pub fn size(&self) -> u64 {
        self.0.size()
    }

    /// Returns where the last chunk stands: first byte, one past the last.
    pub fn last_chunk_range(&self) -> (u64, u64) {
        self.0.last_chunk_range()
    }

    /// Authenticates the last chunk, and with it the size.
    ///
    /// # Errors
    /// `payload_corrupt`.
    pub fn authenticate(&mut self, last_chunk: &[u8]) -> Result<(), Error> {
        self.0.authenticate(last_chunk)
    }

    /// Returns which part of the document holds the plaintext `start..end`: first byte, one past the last.
    ///
    /// # Errors
    /// `range_invalid`.
    pub fn ciphertext_range(&self, start: u64, end: u64) -> Result<(u64, u64), Error> {
        self.0.ciphertext_range(start, end)
    }

    /// Decrypts the plaintext `start..end` from that part of the document.
    ///
    /// # Errors
    /// As [`document::RangeDecryptor::decrypt`].
    pub fn decrypt(&self, start: u64, end: u64, ciphertext: &[u8]) -> Result<Vec<u8>, Error> {
        self.0.decrypt(start, end, ciphertext)
    }
}

impl Inspection {
    /// Returns the canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let stanza =
            |stanza: &StanzaInspection| object(vec![("type", text(&stanza.kind)), ("args", texts(&stanza.args))]);
        json::canonical(&object(vec![
            ("armored", Some(Value::Bool(self.armored))),
            ("header_size", Some(Value::from(self.header_size))),
            ("label", Some(self.label.as_ref().map_or(Value::Null, |label| Value::Object(label.to_members())))),
            ("stanzas", Some(self.stanzas.iter().map(stanza).collect())),
        ]))
    }
}

fn unwraps<'a>(identities: &[&'a Identity]) -> Vec<&'a dyn Unwrap> {
    identities.iter().map(|identity| &identity.0 as &dyn Unwrap).collect()
}
