//! The header: version line, stanzas, MAC.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use hmac::Mac;

use super::keys::{self, FileKey};
use super::passphrase::SCRYPT_STANZA;
use super::private::{self, PRIVATE_STANZA};
use super::recipient::{Wrap, check_mix};
use super::sender::{SENDER_STANZA, Sender, Signer};
#[cfg(all(feature = "gate", feature = "pq"))]
use super::stanza::HYBRID_STANZA;
use super::stanza::Stanza;
use crate::encoding::base64;
use crate::error::Error;
use crate::label::{Label, PrivateRecord};
use crate::rng::Entropy;

/// The most bytes that a header may have.
pub const MAX_HEADER_SIZE: usize = 64 * 1024;

/// The most stanzas that a header may have.
pub const MAX_STANZAS: usize = 64;

/// Type of the stanza that carries the label.
pub const LABEL_STANZA: &str = "sealwright.dev/label";

const LABEL_VERSION: &str = "v1";
const VERSION_LINE: &[u8] = b"age-encryption.org/v1";
const END_MARK: &[u8] = b"---";

/// Holds a header as the bytes that stand in the file, and what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    bytes: Vec<u8>,
    authenticated: usize,
    stanzas: Vec<Stanza>,
    label: Option<Label>,
    described: usize,
    sender: Option<Sender>,
    mac: [u8; 32],
}

/// Holds the stanzas of a header that is not written yet.
pub(super) struct Draft {
    described: Vec<Stanza>,
    recipients: Vec<Stanza>,
}

impl Header {
    /// Writes a header of stanzas in their order.
    ///
    /// What is written, every reader of the spec must take: reading it back holds the rules in one place.
    pub(super) fn write(stanzas: &[&Stanza], file_key: &FileKey) -> Result<Self, Error> {
        let mut bytes = [VERSION_LINE, b"\n"].concat();
        for stanza in stanzas {
            stanza.write(&mut bytes);
        }
        bytes.extend_from_slice(END_MARK);
        let mac: [u8; 32] = keys::header_mac(file_key, &bytes).finalize().into_bytes().into();
        bytes.push(b' ');
        bytes.extend_from_slice(base64::encode(&mac).as_bytes());
        bytes.push(b'\n');
        Self::from_bytes(&bytes)
    }

    /// Reads one whole header, in time linear in its size and before any cryptography.
    ///
    /// # Errors
    /// `not_age`, `header_malformed`, `header_too_large`, `too_many_stanzas`, `label_count`, `label_malformed`,
    /// `label_too_large`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let malformed = |reason| Error::HeaderMalformed { reason };
        if bytes.len() > MAX_HEADER_SIZE {
            return Err(Error::HeaderTooLarge { limit: MAX_HEADER_SIZE });
        }
        let text = bytes.strip_suffix(b"\n").ok_or(malformed("it does not end"))?;
        let mut lines = text.split(|byte| *byte == b'\n');
        if lines.next() != Some(VERSION_LINE) {
            return Err(Error::NotAge);
        }
        let mut stanzas = Vec::new();
        let mac = loop {
            let line = lines.next().ok_or(malformed("it has no `---` line"))?;
            if let Some(mac) = line.strip_prefix(END_MARK) {
                break parse_mac(mac)?;
            }
            let first = line.strip_prefix(b"->").ok_or(malformed("expected `->` or `---`"))?;
            if stanzas.len() == MAX_STANZAS {
                return Err(Error::TooManyStanzas { limit: MAX_STANZAS });
            }
            stanzas.push(Stanza::parse(first, &mut lines)?);
        };
        if lines.next().is_some() {
            return Err(malformed("something stands behind its `---` line"));
        }
        if stanzas.is_empty() {
            return Err(malformed("it has no stanza"));
        }
        if stanzas.len() > 1 && stanzas.iter().any(|stanza| stanza.kind() == SCRYPT_STANZA) {
            return Err(malformed("a `scrypt` stanza must stand alone"));
        }
        let (label, described, sender) = describe(&stanzas)?;
        let end = bytes.iter().rposition(|byte| *byte == b'-').unwrap_or_default();
        Ok(Self { bytes: bytes.to_vec(), authenticated: end.saturating_add(1), stanzas, label, described, sender, mac })
    }

    /// Lends the bytes that stand in the file.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Lends the stanzas in their order, the label's among them.
    pub fn stanzas(&self) -> &[Stanza] {
        &self.stanzas
    }

    /// Lends the label. It is authenticated only once the header's MAC was verified, and even then only against those
    /// who never held the file key: `spec/document.md`, "Security considerations".
    pub fn label(&self) -> Option<&Label> {
        self.label.as_ref()
    }

    /// Lends what the document says of who wrote it.
    pub fn sender(&self) -> Option<&Sender> {
        self.sender.as_ref()
    }

    /// Tells whether it is for hybrid recipients.
    #[cfg(all(feature = "gate", feature = "pq"))]
    pub(crate) fn is_hybrid(&self) -> bool {
        self.stanzas.iter().any(|stanza| stanza.kind() == HYBRID_STANZA)
    }

    /// Tells whether there is a private part.
    pub fn has_private(&self) -> bool {
        !self.described().1.is_empty()
    }

    /// Lends the bytes of the label and of the private part, each empty if there is none.
    pub(super) fn described(&self) -> (&[u8], &[u8]) {
        described(&self.stanzas)
    }

    /// Lends the stanzas that say what the document is, and those that say for whom.
    pub(super) fn split(&self) -> (&[Stanza], &[Stanza]) {
        self.stanzas.split_at(self.described.min(self.stanzas.len()))
    }

    /// Decrypts the private part, if there is one, under the file key that [`Header::verify`] returned.
    pub(crate) fn private(&self, file_key: &FileKey) -> Result<Option<PrivateRecord>, Error> {
        match self.described() {
            (_, []) => Ok(None),
            (label, body) => private::read(body, label, file_key).map(Some),
        }
    }

    /// Verifies the MAC under a file key and returns that key.
    pub(crate) fn verify(&self, file_key: FileKey) -> Result<FileKey, Error> {
        let authenticated = self.bytes.get(..self.authenticated).ok_or(Error::HeaderMac)?;
        keys::header_mac(&file_key, authenticated).verify((&self.mac).into()).map_err(|_| Error::HeaderMac)?;
        Ok(file_key)
    }
}

/// Tells how far a header that comes in pieces was looked through, so that each byte is looked at once: pieces may be small,
/// and lines long.
#[derive(Default)]
pub(super) struct Search {
    line: usize,
    at: usize,
}

/// Returns the size of the header at the front of `bytes`, once its last line is there.
pub(super) fn find_end(bytes: &[u8], search: &mut Search) -> Result<Option<usize>, Error> {
    let known = bytes.len().min(VERSION_LINE.len());
    if bytes.get(..known) != VERSION_LINE.get(..known) {
        return Err(Error::NotAge);
    }
    while let Some(rest) = bytes.get(search.at..) {
        let Some(length) = rest.iter().position(|byte| *byte == b'\n') else { break };
        let next = search.at.saturating_add(length).saturating_add(1);
        if bytes.get(search.line..).is_some_and(|line| line.starts_with(END_MARK)) {
            return if next > MAX_HEADER_SIZE { Err(too_large()) } else { Ok(Some(next)) };
        }
        *search = Search { line: next, at: next };
    }
    search.at = bytes.len();
    if bytes.len() > MAX_HEADER_SIZE { Err(too_large()) } else { Ok(None) }
}

fn too_large() -> Error {
    Error::HeaderTooLarge { limit: MAX_HEADER_SIZE }
}

fn parse_mac(text: &[u8]) -> Result<[u8; 32], Error> {
    text.strip_prefix(b" ")
        .and_then(base64::decode_array)
        .ok_or(Error::HeaderMalformed { reason: "its `---` line does not hold a MAC" })
}

impl Draft {
    /// Wraps the file key for each recipient, behind what the document says of itself.
    pub(super) fn new(
        recipients: &[&dyn Wrap],
        label: Option<&Label>,
        private: Option<&PrivateRecord>,
        file_key: &FileKey,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, Error> {
        let mut described = Vec::new();
        if let Some(label) = label {
            described.push(Stanza::new(LABEL_STANZA, &[LABEL_VERSION], label.as_bytes().to_vec()));
        }
        match (label, private) {
            (_, None) => {}
            (Some(label), Some(private)) => described.push(private::write(private, label, file_key, entropy)?),
            (None, Some(_)) => return Err(Error::HeaderMalformed { reason: NO_LABEL }),
        }
        let recipients = wrap_all(recipients, described.len(), file_key, entropy)?;
        check_mix(recipients.iter())?;
        Ok(Self { described, recipients })
    }

    /// Lends the bytes of the label and of the private part, each empty if there is none.
    pub(super) fn described(&self) -> (&[u8], &[u8]) {
        described(&self.described)
    }

    /// Writes the header, with the sender's stanza if there is one.
    pub(super) fn finish(&self, sender: Option<Stanza>, file_key: &FileKey) -> Result<Header, Error> {
        let stanzas: Vec<&Stanza> = self.described.iter().chain(&sender).chain(&self.recipients).collect();
        Header::write(&stanzas, file_key)
    }

    /// Writes a header as long as the one that `signer` will sign.
    pub(super) fn unsigned(&self, signer: &Signer, file_key: &FileKey) -> Result<Header, Error> {
        self.finish(Some(Sender::placeholder(signer.verifier())), file_key)
    }
}

/// Wraps a file key for each recipient, in a header that holds `others` stanzas besides.
pub(super) fn wrap_all(
    recipients: &[&dyn Wrap],
    others: usize,
    file_key: &FileKey,
    entropy: &mut dyn Entropy,
) -> Result<Vec<Stanza>, Error> {
    let limit = MAX_STANZAS.saturating_sub(others);
    match recipients.len() {
        0 => Err(Error::NoRecipients),
        count if count > limit => Err(Error::TooManyRecipients { count, limit }),
        _ => recipients.iter().map(|recipient| recipient.wrap(file_key, entropy)).collect(),
    }
}

fn described(stanzas: &[Stanza]) -> (&[u8], &[u8]) {
    let body = |kind| stanzas.iter().find(|stanza| stanza.kind() == kind).map_or(&[][..], Stanza::body);
    (body(LABEL_STANZA), body(PRIVATE_STANZA))
}

/// Reads the stanzas that say what the document is: in their order, each at most once, before all others.
fn describe(stanzas: &[Stanza]) -> Result<(Option<Label>, usize, Option<Sender>), Error> {
    let label = find_label(stanzas)?;
    let mut rest = stanzas.get(usize::from(label.is_some())..).unwrap_or_default();
    if let Some((first, others)) = rest.split_first().filter(|(first, _)| first.kind() == PRIVATE_STANZA) {
        if label.is_none() {
            return Err(Error::HeaderMalformed { reason: NO_LABEL });
        }
        private::check(first)?;
        rest = others;
    }
    let mut sender = None;
    if let Some((first, others)) = rest.split_first().filter(|(first, _)| first.kind() == SENDER_STANZA) {
        sender = Some(Sender::from_stanza(first)?);
        rest = others;
    }
    if rest.iter().any(|stanza| [PRIVATE_STANZA, SENDER_STANZA].contains(&stanza.kind())) {
        return Err(Error::HeaderMalformed {
            reason: "a `private` or `sender` stanza stands twice or out of its place",
        });
    }
    Ok((label, stanzas.len().saturating_sub(rest.len()), sender))
}

const NO_LABEL: &str = "a private part stands behind a label";

fn find_label(stanzas: &[Stanza]) -> Result<Option<Label>, Error> {
    let found = stanzas.iter().filter(|stanza| stanza.kind() == LABEL_STANZA).count();
    match stanzas.first() {
        _ if found == 0 => Ok(None),
        Some(first) if found == 1 && first.kind() == LABEL_STANZA => match first.args() {
            [version] if version == LABEL_VERSION => Label::from_bytes(first.body()).map(Some),
            _ => Err(Error::LabelMalformed { reason: "its version is not `v1`".to_owned() }),
        },
        _ => Err(Error::LabelCount { found }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds a header byte by byte and returns how many bytes were looked at.
    fn looked_at(header: &[u8]) -> usize {
        let (mut search, mut count) = (Search::default(), 0);
        for end in 0..=header.len() {
            count += end - search.at;
            if find_end(&header[..end], &mut search).unwrap().is_some() {
                return count;
            }
            assert_eq!(search.at, end);
        }
        panic!("no end")
    }

    #[test]
    fn every_byte_of_a_header_is_looked_at_once_however_it_comes() {
        let mac = [b"--- ".as_slice(), &[b'A'; 43], b"\n"].concat();
        for lines in [
            [b"-> ".as_slice(), &[b'x'; 60_000], b"\n\n"].concat(),
            b"\n".repeat(60_000),
            b"-\n".repeat(30_000),
            b"->".repeat(30_000),
        ] {
            let header = [VERSION_LINE, b"\n", &lines, b"\n", &mac].concat();
            assert_eq!(looked_at(&header), header.len());
        }
    }
}
