//! Collections and their records.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Error;
use crate::gate;
use crate::label::Label;
use crate::record::{self, OffsetSize};
use crate::rng::Entropy;

use super::document::{Identity, Recipient, unwraps, wraps};
use super::into_text;
use super::open::private_text;

/// Holds many values in one buffer, cut by offsets, as Arrow lays them out.
pub struct Batch(record::Batch<Bytes>);

/// Seals and opens the records of a collection.
pub struct Collection(pub(super) gate::Collection);

/// Is memory of the host or of the core.
struct Bytes(Box<dyn AsRef<[u8]> + Send + Sync>);

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        (*self.0).as_ref()
    }
}

impl Batch {
    /// Puts bytes and offsets of `offset_size` bytes together. The bytes must not change as long as the batch is there.
    ///
    /// # Errors
    /// As [`record::Batch::new`].
    pub fn new(
        data: impl AsRef<[u8]> + Send + Sync + 'static,
        offsets: &[u8],
        offset_size: usize,
    ) -> Result<Self, Error> {
        record::Batch::new(Bytes(Box::new(data)), offsets, OffsetSize::from_bytes(offset_size)?).map(Self)
    }

    /// Lends the bytes.
    pub fn data(&self) -> &[u8] {
        self.0.data()
    }

    /// Returns the offsets, as large as those of the batch that this one was made from.
    pub fn offsets(&self) -> Vec<u8> {
        self.0.offsets()
    }

    /// Returns the texts of tokens.
    ///
    /// # Errors
    /// As [`record::Batch::to_text`].
    pub fn encode_text(&self) -> Result<Self, Error> {
        self.0.to_text().map(Self::from)
    }

    /// Reads the texts of tokens.
    ///
    /// # Errors
    /// As [`record::Batch::from_text`].
    pub fn decode_text(&self) -> Result<Self, Error> {
        self.0.from_text().map(Self::from)
    }
}

impl From<record::Batch> for Batch {
    fn from(batch: record::Batch) -> Self {
        Self(batch.map(|data| Bytes(Box::new(data))))
    }
}

impl Collection {
    /// Makes a collection with a label given as JSON, under no policy.
    ///
    /// # Errors
    /// As [`record::Collection::create`]; `json_invalid`, `label_malformed`, `label_too_large`.
    pub fn create(recipients: &[&Recipient], label_json: &str, entropy: &mut dyn Entropy) -> Result<Self, Error> {
        let label = Label::from_json(label_json.as_bytes())?;
        let records = record::Collection::create(&wraps(recipients), &label, entropy)?;
        Ok(Self(gate::Collection::without_policy(records)))
    }

    /// Reads a collection's document, under no policy.
    ///
    /// # Errors
    /// As [`record::Collection::decrypt`].
    pub fn decrypt(document: &[u8], identities: &[&Identity]) -> Result<Self, Error> {
        let records = record::Collection::decrypt(document, &unwraps(identities))?;
        Ok(Self(gate::Collection::without_policy(records)))
    }

    /// Returns the document of the generation that seals.
    pub fn document(&self) -> Vec<u8> {
        self.0.document().to_vec()
    }

    /// Returns the label, as [`LabelRecord`](crate::label::LabelRecord).
    pub fn label(&self) -> String {
        into_text(self.0.label().as_bytes().to_vec())
    }

    /// Returns the label's private part, as [`PrivateRecord`](crate::label::PrivateRecord), if a decision opened it.
    ///
    /// # Errors
    /// Never in practice: it was as small when it was sealed.
    pub fn private(&self) -> Result<Option<String>, Error> {
        private_text(self.0.private())
    }

    /// Returns a collection that seals as this one does, and opens what either opens.
    ///
    /// # Errors
    /// As [`gate::Collection::with_older`].
    pub fn with_older(&self, older: &Self) -> Result<Self, Error> {
        self.0.with_older(&older.0).map(Self)
    }

    /// Seals values of one column.
    ///
    /// # Errors
    /// As [`record::Collection::seal`].
    pub fn seal(&self, column: &str, ids: &Batch, values: &Batch, entropy: &mut dyn Entropy) -> Result<Batch, Error> {
        self.0.seal(column, &ids.0, &values.0, entropy).map(Batch::from)
    }

    /// Opens tokens of one column.
    ///
    /// # Errors
    /// As [`gate::Collection::open`].
    pub fn open(&self, column: &str, ids: &Batch, tokens: &Batch) -> Result<Batch, Error> {
        self.0.open(column, &ids.0, &tokens.0).map(Batch::from)
    }

    /// Seals anew what is sealed under older keys.
    ///
    /// # Errors
    /// As [`record::Collection::reseal`].
    pub fn reseal(&self, column: &str, ids: &Batch, tokens: &Batch, entropy: &mut dyn Entropy) -> Result<Batch, Error> {
        self.0.reseal(column, &ids.0, &tokens.0, entropy).map(Batch::from)
    }

    /// Returns the blind indexes of values, `size` bytes each.
    ///
    /// # Errors
    /// As [`record::Collection::blind_index`].
    pub fn blind_index(&self, column: &str, values: &Batch, size: usize) -> Result<Vec<u8>, Error> {
        self.0.blind_index(column, &values.0, size)
    }
}
