//! Keys, raw age, and the reader that opening goes through.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use crate::document::{self, Flow, Passphrase, Stanza, Unwrap, Wrap};
use crate::encoding::json;
use crate::encoding::members::{object, text, texts};
use crate::error::Error;
use crate::label::Label;
use crate::rng::Entropy;

use super::into_text;

/// Is a secret key.
pub struct Identity(pub(super) Arc<document::Identity>);

/// Is a public key.
#[derive(Clone)]
pub struct Recipient(pub(super) document::Recipient);

/// Encrypts a document, under no policy.
pub struct Encryptor(document::Encryptor);

/// Reads a document's header and goes over to its plaintext, under no policy.
#[derive(Default)]
pub struct Reader(pub(super) document::Reader);

/// Gives out a document's plaintext.
pub struct Decryptor(document::Decryptor);

/// Encrypts or decrypts ranges of a document that was shared.
pub struct Chunks(document::Chunks);

/// Gives out ranges of a document's plaintext.
pub struct RangeDecryptor(document::RangeDecryptor);

impl Identity {
    /// Makes a fresh identity.
    ///
    /// # Errors
    /// `entropy_unavailable`.
    pub fn generate(entropy: &mut dyn Entropy) -> Result<Self, Error> {
        document::Identity::generate(entropy).map(Arc::new).map(Self)
    }

    /// Makes a fresh hybrid identity.
    ///
    /// # Errors
    /// `entropy_unavailable`.
    #[cfg(feature = "pq")]
    pub fn generate_pq(entropy: &mut dyn Entropy) -> Result<Self, Error> {
        document::Identity::generate_pq(entropy).map(Arc::new).map(Self)
    }

    /// Reads `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`.
    ///
    /// # Errors
    /// `identity_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        document::Identity::parse(text).map(Arc::new).map(Self)
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
    /// Reads `age1…` or `age1pq1…`.
    ///
    /// # Errors
    /// `recipient_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        document::Recipient::parse(text).map(Self)
    }

    /// Returns the text.
    pub fn to_text(&self) -> String {
        self.0.to_string()
    }
}

/// Reads an identity file.
///
/// # Errors
/// `identity_invalid`.
pub fn parse_identities(text: &str) -> Result<Vec<Identity>, Error> {
    Ok(document::parse_identities(text)?.into_iter().map(Arc::new).map(Identity).collect())
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
        let label = label_json.map(|text| Label::from_json(text.as_bytes())).transpose()?;
        document::Encryptor::new(&wraps(recipients), label.as_ref(), None, armor, entropy).map(Self)
    }

    /// Begins a document for a passphrase.
    ///
    /// # Errors
    /// `passphrase_invalid`, `entropy_unavailable`.
    pub fn with_passphrase(passphrase: &str, armor: bool, entropy: &mut dyn Entropy) -> Result<Self, Error> {
        document::Encryptor::new(&[&Passphrase::new(passphrase)?], None, None, armor, entropy).map(Self)
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

    /// Returns how many bytes come out for as many that go in, where that can be told before any did.
    pub fn output_size(&self, input: u64) -> Option<u64> {
        self.0.output_size(input)
    }

    /// Lends what the document goes through, for hosts that make room themselves.
    pub fn flow(&mut self) -> &mut dyn Flow {
        &mut self.0
    }

    /// Hands the payload over to workers, whose recipients stand on a line each: returns what their [`Chunks`] unshare.
    ///
    /// # Errors
    /// As [`document::Encryptor::share`].
    pub fn share(&mut self, workers: &str, entropy: &mut dyn Entropy) -> Result<Vec<u8>, Error> {
        self.0.share(&document::parse_recipients(workers)?, entropy)
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
        self.0.push(bytes)
    }

    /// Says that no more of the document comes.
    ///
    /// # Errors
    /// As [`document::Reader::finish`].
    pub fn finish(&mut self) -> Result<(), Error> {
        self.0.finish()
    }

    /// Returns the header as it stands in the document.
    ///
    /// # Errors
    /// `call_order` before the header is complete.
    pub fn header(&self) -> Result<Vec<u8>, Error> {
        Ok(self.0.header()?.as_bytes().to_vec())
    }

    /// Returns what the header says, without a key: `armored`, `header_size` in bytes, `label` or null, and the `stanzas` in
    /// their order, each with its `type` and its further `args`.
    ///
    /// # Errors
    /// `call_order` before the header is complete.
    pub fn inspection(&self) -> Result<String, Error> {
        let header = self.0.header()?;
        let stanza = |stanza: &Stanza| object(vec![("type", text(stanza.kind())), ("args", texts(stanza.args()))]);
        let stanzas = json::canonical(&header.stanzas().iter().map(stanza).collect());
        let armored: &[u8] = if self.0.is_armored() { b"true" } else { b"false" };
        let size = header.as_bytes().len().to_string();
        // The label is canonical as it stands, and so is what stands around it.
        let label = header.label().map_or(&b"null"[..], Label::as_bytes);
        let members: [(&[u8], &[u8]); 4] = [
            (b"{\"armored\":", armored),
            (b",\"header_size\":", size.as_bytes()),
            (b",\"label\":", label),
            (b",\"stanzas\":", &stanzas),
        ];
        let mut out = Vec::new();
        for (name, value) in members {
            out.extend_from_slice(name);
            out.extend_from_slice(value);
        }
        out.push(b'}');
        Ok(into_text(out))
    }

    /// Goes over to the plaintext, under no policy.
    ///
    /// # Errors
    /// As [`document::Reader::decryptor`].
    pub fn decryptor(&mut self, identities: &[&Identity]) -> Result<Decryptor, Error> {
        self.0.decryptor(&unwraps(identities)).map(Decryptor)
    }

    /// Goes over to the plaintext of a document for a passphrase.
    ///
    /// # Errors
    /// As [`document::Reader::decryptor`]; `passphrase_invalid`.
    pub fn passphrase_decryptor(&mut self, passphrase: &str) -> Result<Decryptor, Error> {
        let passphrase = Passphrase::new(passphrase)?;
        self.0.decryptor(&[&passphrase]).map(Decryptor)
    }

    /// Goes over to reading by ranges, under no policy. The document has `document_size` bytes.
    ///
    /// # Errors
    /// As [`document::Reader::range_decryptor`].
    pub fn range_decryptor(&self, identities: &[&Identity], document_size: u64) -> Result<RangeDecryptor, Error> {
        self.0.range_decryptor(&unwraps(identities), document_size).map(RangeDecryptor)
    }
}

/// Writes a document's header anew, for recipients added and, by their identities, removed; with `replace` for those added
/// alone. What stands behind the header stays.
///
/// # Errors
/// As [`document::rewrap`]; those of [`document::Header::from_bytes`].
pub fn rewrap(
    header: &[u8],
    identities: &[&Identity],
    add: &[&Recipient],
    remove: &[&Identity],
    replace: bool,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, Error> {
    let change = document::Rewrap { add: &wraps(add), remove: &unwraps(remove), replace };
    let header = document::Header::from_bytes(header)?;
    Ok(document::rewrap(&header, &unwraps(identities), &change, entropy)?.as_bytes().to_vec())
}

impl Decryptor {
    /// Takes more of the document and returns the plaintext that is ready.
    ///
    /// # Errors
    /// As [`document::Decryptor::push`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        self.0.push(bytes)
    }

    /// Ends the document and returns its rest.
    ///
    /// # Errors
    /// As [`document::Decryptor::finish`].
    pub fn finish(&mut self) -> Result<Vec<u8>, Error> {
        self.0.finish()
    }

    /// Returns how many bytes come out for as many that go in, where that can be told before any did.
    pub fn output_size(&self, input: u64) -> Option<u64> {
        self.0.output_size(input)
    }

    /// Lends what the document goes through, for hosts that make room themselves.
    pub fn flow(&mut self) -> &mut dyn Flow {
        &mut self.0
    }
}

impl Chunks {
    /// Takes what was shared with an identity.
    ///
    /// # Errors
    /// As [`document::Chunks::unshare`].
    pub fn unshare(shared: &[u8], identity: &Identity) -> Result<Self, Error> {
        document::Chunks::unshare(shared, &*identity.0).map(Self)
    }

    /// Returns how many bytes become of a range of so many.
    pub fn worked_size(&self, range: usize) -> usize {
        self.0.worked_size(range)
    }

    /// Fills `out`, which has the size for it, with what becomes of a range; `last` tells whether the document ends with it.
    ///
    /// # Errors
    /// As [`document::Chunks::work_into`].
    pub fn work_into(&mut self, start: u64, last: bool, range: &[u8], out: &mut [u8]) -> Result<(), Error> {
        self.0.work_into(start, last, range, out)
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

    /// Returns how many bytes the plaintext `start..end` has.
    ///
    /// # Errors
    /// As [`document::RangeDecryptor::range_size`].
    pub fn range_size(&self, start: u64, end: u64) -> Result<usize, Error> {
        self.0.range_size(start, end)
    }

    /// Decrypts as [`RangeDecryptor::decrypt`] does, into `out`, which has the range's size.
    ///
    /// # Errors
    /// As [`document::RangeDecryptor::decrypt_into`].
    pub fn decrypt_into(&self, start: u64, end: u64, ciphertext: &[u8], out: &mut [u8]) -> Result<(), Error> {
        self.0.decrypt_into(start, end, ciphertext, out)
    }

    /// Allows that many threads, the caller's among them, to work at once on one range.
    pub fn set_threads(&mut self, threads: usize) {
        self.0.set_threads(threads);
    }

    /// Lets workers, whose recipients stand on a line each, decrypt ranges too: returns what their [`Chunks`] unshare.
    ///
    /// # Errors
    /// As [`document::RangeDecryptor::share`].
    pub fn share(&self, workers: &str, entropy: &mut dyn Entropy) -> Result<Vec<u8>, Error> {
        self.0.share(&document::parse_recipients(workers)?, entropy)
    }
}

pub(super) fn wraps<'a>(recipients: &[&'a Recipient]) -> Vec<&'a dyn Wrap> {
    recipients.iter().map(|recipient| &recipient.0 as &dyn Wrap).collect()
}

pub(super) fn unwraps<'a>(identities: &[&'a Identity]) -> Vec<&'a dyn Unwrap> {
    identities.iter().map(|identity| &*identity.0 as &dyn Unwrap).collect()
}
