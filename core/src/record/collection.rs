//! The collection: the keys of records, and the document that carries them.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use sealwright_cipher::{RECORD_NONCE_SIZE, RecordCipher};
use zeroize::Zeroizing;

use super::batch::{Batch, Values};
use super::keys::Keys;
use super::token::{self, Place, TOKEN_OVERHEAD, Token};
use crate::document::{self, FileKey, Reader, Signer, Unwrap, Watch, Wrap};
use crate::error::Error;
use crate::label::{Label, PrivateRecord};
use crate::rng::Entropy;

/// The least bytes of a blind index.
pub const MIN_INDEX_SIZE: usize = 8;

/// The most bytes of a blind index.
pub const MAX_INDEX_SIZE: usize = 32;

/// Seals and opens the records of one collection.
///
/// It has one generation of keys or several: the first seals, each opens the tokens that name its key.
#[derive(Clone)]
pub struct Collection {
    newest: Arc<Generation>,
    older: Vec<Arc<Generation>>,
}

/// Is one document and the keys that its file key makes.
struct Generation {
    document: Vec<u8>,
    label: Label,
    keys: Keys,
}

impl Collection {
    /// Makes a collection with fresh keys, for recipients.
    ///
    /// # Errors
    /// As [`document::Encryptor::new`].
    pub fn create(recipients: &[&dyn Wrap], label: &Label, entropy: &mut dyn Entropy) -> Result<Self, Error> {
        Self::describe(recipients, label, None, None, entropy)
    }

    /// Makes a collection whose document carries all that a document may.
    pub(crate) fn describe(
        recipients: &[&dyn Wrap],
        label: &Label,
        private: Option<&PrivateRecord>,
        signer: Option<&Signer>,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, Error> {
        let (file_key, document) = document::encrypt_key(recipients, label, private, signer, entropy)?;
        Ok(Self::of(document, label.clone(), &file_key))
    }

    /// Unwraps the keys of a collection out of its document.
    ///
    /// # Errors
    /// As [`Collection::read`], [`Reader::push`] and [`Reader::finish`].
    pub fn decrypt(document: &[u8], identities: &[&dyn Unwrap]) -> Result<Self, Error> {
        let mut reader = Reader::new();
        reader.push(document)?;
        Self::read(&mut reader, identities)
    }

    /// Unwraps the keys of a collection whose document a reader has taken whole.
    ///
    /// # Errors
    /// As [`Reader::decryptor`]; `label_count` for a document without a label, `collection_payload` for one with a payload,
    /// `payload_corrupt`.
    pub fn read(reader: &mut Reader, identities: &[&dyn Unwrap]) -> Result<Self, Error> {
        reader.finish()?;
        let file_key = reader.file_key(identities)?;
        Self::read_under(&file_key, reader, None)
    }

    /// Reads a collection whose file key is known; `watch` sees its payload.
    pub(crate) fn read_under(
        file_key: &FileKey,
        reader: &mut Reader,
        watch: Option<Box<dyn Watch>>,
    ) -> Result<Self, Error> {
        reader.finish()?;
        let label = reader.header()?.label().cloned().ok_or(Error::LabelCount { found: 0 })?;
        let document = reader.bytes().to_vec();
        let mut payload = reader.decryptor_under(file_key, watch)?;
        if !payload.push(&[])?.is_empty() || !payload.finish()?.is_empty() {
            return Err(Error::CollectionPayload);
        }
        Ok(Self::of(document, label, file_key))
    }

    fn of(document: Vec<u8>, label: Label, file_key: &FileKey) -> Self {
        let keys = Keys::derive(file_key, &label);
        Self { newest: Arc::new(Generation { document, label, keys }), older: Vec::new() }
    }

    /// Returns a collection that seals as this one does, and opens what either opens.
    ///
    /// # Errors
    /// `collection_mismatch` for a collection of another id.
    pub fn with_older(&self, older: &Self) -> Result<Self, Error> {
        if self.id() != older.id() {
            return Err(Error::CollectionMismatch { newer: self.id().to_owned(), older: older.id().to_owned() });
        }
        let mut joined = self.clone();
        joined.older.push(Arc::clone(&older.newest));
        joined.older.extend(older.older.iter().cloned());
        Ok(joined)
    }

    /// Lends the document of the generation that seals: an age v1 file with a label and an empty payload.
    pub fn document(&self) -> &[u8] {
        &self.newest.document
    }

    /// Lends the label of the generation that seals.
    pub fn label(&self) -> &Label {
        &self.newest.label
    }

    /// Returns the collection's id: the `document_id` of its label.
    pub fn id(&self) -> &str {
        &self.newest.label.record().document_id
    }

    /// Seals values of one column, each for the record whose id stands in the same place.
    ///
    /// # Errors
    /// `record_limit`, `batch_invalid`, `entropy_unavailable`. Nothing comes out then.
    pub fn seal<I: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        column: &str,
        ids: &Batch<I>,
        values: &Batch<V>,
        entropy: &mut dyn Entropy,
    ) -> Result<Batch, Error> {
        self.seal_values(column, ids.lent(), values.lent(), entropy)
    }

    /// Opens tokens of one column, each of the record whose id stands in the same place.
    ///
    /// # Errors
    /// `record_corrupt` or `record_key_unknown` for the first token that does not open, `record_limit`, `batch_invalid`.
    /// Nothing comes out then: whoever would go on without a record opens what stands before it and what stands behind it.
    pub fn open<I: AsRef<[u8]>, T: AsRef<[u8]>>(
        &self,
        column: &str,
        ids: &Batch<I>,
        tokens: &Batch<T>,
    ) -> Result<Batch, Error> {
        self.open_tokens(column, ids.lent(), tokens.lent())
    }

    /// Seals anew, under the newest keys, what is sealed under older ones. Tokens of the newest are verified and stay.
    ///
    /// # Errors
    /// As [`Collection::open`] and [`Collection::seal`].
    pub fn reseal<I: AsRef<[u8]>, T: AsRef<[u8]>>(
        &self,
        column: &str,
        ids: &Batch<I>,
        tokens: &Batch<T>,
        entropy: &mut dyn Entropy,
    ) -> Result<Batch, Error> {
        self.reseal_tokens(column, ids.lent(), tokens.lent(), entropy)
    }

    /// Returns the blind indexes of one column's values, `size` bytes each: equal for equal values, and nothing else to
    /// anybody without the keys. They are those of the newest generation.
    ///
    /// # Errors
    /// `record_limit`.
    pub fn blind_index<V: AsRef<[u8]>>(&self, column: &str, values: &Batch<V>, size: usize) -> Result<Vec<u8>, Error> {
        token::check_column(column)?;
        token::check("blind index", None, size, MIN_INDEX_SIZE, MAX_INDEX_SIZE)?;
        let values = values.lent();
        values.iter().enumerate().try_for_each(|(index, value)| token::check_value(index, value))?;
        let index = self.newest.keys.blind_index(column);
        let mut indexes = Vec::with_capacity(values.len().saturating_mul(size));
        for value in values.iter() {
            indexes.extend(index.of(value).iter().take(size));
        }
        Ok(indexes)
    }

    fn seal_values(
        &self,
        column: &str,
        ids: Values<'_>,
        values: Values<'_>,
        entropy: &mut dyn Entropy,
    ) -> Result<Batch, Error> {
        let mut place = Place::new(self.id(), column)?;
        check_batch(ids, values)?;
        values.iter().enumerate().try_for_each(|(index, value)| token::check_value(index, value))?;
        let mut nonces = Nonces::draw(values.len(), entropy)?;
        let sizes = values.iter().map(|value| value.len().saturating_add(TOKEN_OVERHEAD));
        let mut tokens = Batch::zeroed(sizes, values.offset_size())?;
        for ((id, value), token) in ids.iter().zip(values.iter()).zip(tokens.slots()) {
            self.newest.seal(nonces.next()?, place.of(id), value, token)?;
        }
        Ok(tokens)
    }

    fn open_tokens(&self, column: &str, ids: Values<'_>, tokens: Values<'_>) -> Result<Batch, Error> {
        let mut place = Place::new(self.id(), column)?;
        check_batch(ids, tokens)?;
        let sizes = tokens.iter().map(|token| token.len().saturating_sub(TOKEN_OVERHEAD));
        let mut values = Batch::zeroed(sizes, tokens.offset_size())?;
        let mut places = ids.iter().zip(tokens.iter()).zip(values.slots()).enumerate();
        let opened = places.try_for_each(|(index, ((id, token), value))| {
            self.open_token(index, place.of(id), token, value).map(|_| ())
        });
        drop(places);
        match opened {
            Ok(()) => Ok(values),
            Err(failure) => {
                values.wipe();
                Err(failure)
            }
        }
    }

    fn reseal_tokens(
        &self,
        column: &str,
        ids: Values<'_>,
        tokens: Values<'_>,
        entropy: &mut dyn Entropy,
    ) -> Result<Batch, Error> {
        let mut place = Place::new(self.id(), column)?;
        check_batch(ids, tokens)?;
        let mut nonces = Nonces::draw(tokens.len(), entropy)?;
        let mut resealed = Batch::zeroed(tokens.iter().map(<[u8]>::len), tokens.offset_size())?;
        // As large as it will ever be: what grows leaves copies behind that nobody wipes.
        let largest = tokens.iter().map(<[u8]>::len).max().unwrap_or_default();
        let mut room = Zeroizing::new(Vec::with_capacity(largest));
        for (index, ((id, token), slot)) in ids.iter().zip(tokens.iter()).zip(resealed.slots()).enumerate() {
            room.resize(token.len().saturating_sub(TOKEN_OVERHEAD), 0);
            let data = place.of(id);
            if Arc::ptr_eq(self.open_token(index, data, token, &mut room)?, &self.newest) {
                slot.copy_from_slice(token);
            } else {
                self.newest.seal(nonces.next()?, data, &room, slot)?;
            }
        }
        Ok(resealed)
    }

    /// Writes the value of a token, and returns the generation whose key it names.
    fn open_token(
        &self,
        index: usize,
        associated_data: &[u8],
        token: &[u8],
        value: &mut [u8],
    ) -> Result<&Arc<Generation>, Error> {
        let token = Token::parse(token).ok_or(Error::RecordCorrupt { index })?;
        let mut failure = Error::RecordKeyUnknown { index };
        // An id has four bytes, so that two generations may share it: the tag tells them apart.
        for generation in core::iter::once(&self.newest).chain(&self.older).filter(|held| held.keys.id == *token.key_id)
        {
            let cipher = RecordCipher::new(generation.keys.record.expose());
            match cipher.decrypt(token.nonce, associated_data, token.sealed, value) {
                Ok(()) => return Ok(generation),
                Err(_) => failure = Error::RecordCorrupt { index },
            }
        }
        Err(failure)
    }
}

impl fmt::Debug for Collection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Collection({}, {} older)", self.id(), self.older.len())
    }
}

impl Generation {
    fn seal(
        &self,
        nonce: &[u8; RECORD_NONCE_SIZE],
        associated_data: &[u8],
        value: &[u8],
        token: &mut [u8],
    ) -> Result<(), Error> {
        Token::write_prefix(&self.keys.id, nonce, token)
            .and_then(|sealed| {
                RecordCipher::new(self.keys.record.expose()).encrypt(nonce, associated_data, value, sealed).ok()
            })
            .ok_or(Error::PayloadTooLarge)
    }
}

/// Is the nonces of one batch, drawn at once.
struct Nonces {
    bytes: Vec<u8>,
    next: usize,
}

impl Nonces {
    fn draw(count: usize, entropy: &mut dyn Entropy) -> Result<Self, Error> {
        let mut bytes = vec![0; count.saturating_mul(RECORD_NONCE_SIZE)];
        entropy.fill(&mut bytes)?;
        Ok(Self { bytes, next: 0 })
    }

    fn next(&mut self) -> Result<&[u8; RECORD_NONCE_SIZE], Error> {
        let nonce = self.bytes.as_chunks().0.get(self.next).ok_or(Error::EntropyUnavailable)?;
        self.next = self.next.saturating_add(1);
        Ok(nonce)
    }
}

fn check_batch(ids: Values<'_>, values: Values<'_>) -> Result<(), Error> {
    if ids.len() != values.len() {
        return Err(Error::BatchInvalid { reason: "there are not as many ids as values" });
    }
    ids.iter().enumerate().try_for_each(|(index, id)| token::check_id(index, id))
}
