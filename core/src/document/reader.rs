//! Reading a document's header as it streams in.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::armor::{self, ArmorReader};
use super::decryptor::{Decryptor, Watch};
use super::flow::{Flow, Part};
use super::header::{self, Header, Search};
use super::identity::{self, Unwrap};
use super::keys::{FileKey, NONCE_SIZE};
use super::payload::ChunkCipher;
use super::range::RangeDecryptor;
use crate::error::Error;

/// Collects a document until its header and the payload's nonce are there.
///
/// Push until it answers `true`, then ask for what the header says or for a decryptor. Bytes that were pushed beyond the
/// header are not lost: they come out of the decryptor first.
#[derive(Default)]
pub struct Reader {
    form: Form,
    buffer: Vec<u8>,
    search: Search,
    header: Option<Header>,
    ended: bool,
}

/// How the document is written.
#[derive(Default)]
enum Form {
    /// Too few bytes have come to tell.
    #[default]
    Unknown,
    Binary,
    Armored(ArmorReader),
}

/// Decrypts a whole document.
///
/// # Errors
/// As [`Reader::push`], [`Reader::decryptor`] and [`Decryptor::finish`]. Nothing of the plaintext comes out then.
pub fn decrypt(document: &[u8], identities: &[&dyn Unwrap]) -> Result<Vec<u8>, Error> {
    let (mut reader, rest) = Reader::split(document)?;
    let mut decryptor = reader.decryptor(identities)?;
    decryptor.take(Part::Last(rest))
}

/// How much of a whole document is looked through at once for the end of its header.
const HEADER_PIECE: usize = 1024;

impl Reader {
    /// Begins a document.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the header of a whole document and returns what stands behind the last byte read, not copied.
    ///
    /// # Errors
    /// As [`Reader::push`] and [`Reader::finish`].
    pub fn split(document: &[u8]) -> Result<(Self, &[u8]), Error> {
        let mut reader = Self::new();
        let mut rest = document;
        loop {
            let (piece, more) = rest.split_at(rest.len().min(HEADER_PIECE));
            rest = more;
            if reader.push(piece)? {
                return Ok((reader, rest));
            }
            if rest.is_empty() {
                reader.finish()?;
                return Ok((reader, rest));
            }
        }
    }

    /// Takes more of the document and tells whether its header is complete.
    ///
    /// # Errors
    /// Those of [`Header::from_bytes`], and `armor_malformed`.
    pub fn push(&mut self, bytes: &[u8]) -> Result<bool, Error> {
        if self.ended {
            return Err(Error::CallOrder { reason: "the document is finished" });
        }
        match &mut self.form {
            Form::Armored(armor) => armor.push(bytes, &mut self.buffer)?,
            Form::Binary => self.buffer.extend_from_slice(bytes),
            Form::Unknown => {
                self.buffer.extend_from_slice(bytes);
                self.tell_form()?;
            }
        }
        self.read_header()
    }

    /// Says that no more of the document comes; once said, it stays said.
    ///
    /// # Errors
    /// `header_malformed` or `armor_malformed` when it ended too early, `not_age` when it is empty.
    pub fn finish(&mut self) -> Result<(), Error> {
        match &mut self.form {
            _ if self.ended => {}
            Form::Armored(armor) => armor.finish(&mut self.buffer)?,
            Form::Unknown if !self.buffer.trim_ascii_start().is_empty() => {
                return Err(Error::ArmorMalformed { reason: "it ends in its begin line" });
            }
            Form::Unknown | Form::Binary => {}
        }
        self.ended = true;
        if self.read_header()? {
            return Ok(());
        }
        match self.form {
            Form::Unknown => Err(Error::NotAge),
            _ => Err(Error::HeaderMalformed { reason: "the document ends before its payload begins" }),
        }
    }

    /// Lends the header, once it is complete.
    ///
    /// # Errors
    /// `call_order` before.
    pub fn header(&self) -> Result<&Header, Error> {
        self.header.as_ref().ok_or(INCOMPLETE)
    }

    /// Tells whether the document is armored.
    pub fn is_armored(&self) -> bool {
        matches!(self.form, Form::Armored(_))
    }

    /// Unwraps the file key and goes over to the payload.
    ///
    /// # Errors
    /// `no_identity`, `header_mac`; `header_malformed` for a stanza that breaks its type's form; `call_order` before the
    /// header is complete.
    pub fn decryptor(&mut self, identities: &[&dyn Unwrap]) -> Result<Decryptor, Error> {
        let file_key = self.file_key(identities)?;
        self.decryptor_under(&file_key, None)
    }

    /// Unwraps the file key for reading by ranges from a document of `document_size` bytes.
    ///
    /// # Errors
    /// As [`Reader::decryptor`]; `range_unavailable` for an armored document.
    pub fn range_decryptor(&self, identities: &[&dyn Unwrap], document_size: u64) -> Result<RangeDecryptor, Error> {
        self.range_decryptor_under(&self.file_key(identities)?, document_size)
    }

    /// Unwraps the file key.
    pub(crate) fn file_key(&self, identities: &[&dyn Unwrap]) -> Result<FileKey, Error> {
        identity::unwrap(self.header()?, identities)
    }

    /// Goes over to the payload, which `watch` sees as it stands in the document.
    pub(crate) fn decryptor_under(
        &mut self,
        file_key: &FileKey,
        mut watch: Option<Box<dyn Watch>>,
    ) -> Result<Decryptor, Error> {
        let nonce = self.nonce()?;
        let payload = self.payload_start()?;
        let rest = self.buffer.split_off(payload.min(self.buffer.len()));
        if let Some(watch) = &mut watch {
            watch.see(&nonce);
        }
        let armor = match core::mem::take(&mut self.form) {
            Form::Armored(armor) if !self.ended => Some(armor),
            _ => None,
        };
        Ok(Decryptor::new(ChunkCipher::new(file_key, &nonce), armor, rest, watch))
    }

    /// Goes over to reading by ranges.
    pub(crate) fn range_decryptor_under(
        &self,
        file_key: &FileKey,
        document_size: u64,
    ) -> Result<RangeDecryptor, Error> {
        if self.is_armored() {
            return Err(Error::RangeUnavailable { reason: "it is armored" });
        }
        let payload = self.payload_start()?;
        let cipher = ChunkCipher::new(file_key, &self.nonce()?);
        RangeDecryptor::new(cipher, u64::try_from(payload).unwrap_or(u64::MAX), document_size)
    }

    /// Lends what came of the document, without its armor.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    fn payload_start(&self) -> Result<usize, Error> {
        Ok(self.header()?.as_bytes().len().saturating_add(NONCE_SIZE))
    }

    fn nonce(&self) -> Result<[u8; NONCE_SIZE], Error> {
        let header = self.header()?.as_bytes().len();
        self.buffer.get(header..).and_then(<[u8]>::first_chunk).copied().ok_or(INCOMPLETE)
    }

    fn tell_form(&mut self) -> Result<(), Error> {
        match armor::begins(&self.buffer) {
            Some(false) => self.form = Form::Binary,
            Some(true) => {
                let mut armor = ArmorReader::default();
                let text = core::mem::take(&mut self.buffer);
                armor.push(&text, &mut self.buffer)?;
                self.form = Form::Armored(armor);
            }
            None => {}
        }
        Ok(())
    }

    fn read_header(&mut self) -> Result<bool, Error> {
        if matches!(self.form, Form::Unknown) {
            return Ok(false);
        }
        if self.header.is_none() {
            let Some(end) = header::find_end(&self.buffer, &mut self.search)? else { return Ok(false) };
            self.header = Some(Header::from_bytes(self.buffer.get(..end).unwrap_or_default())?);
        }
        Ok(self.nonce().is_ok())
    }
}

const INCOMPLETE: Error = Error::CallOrder { reason: "the document's header is not complete" };
