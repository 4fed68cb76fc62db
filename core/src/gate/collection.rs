//! Collections under a policy: what it says of a label holds for every record.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::seal::SealPermit;
use crate::document::{FileKey, Reader, Watch, Wrap};
use crate::error::Error;
use crate::label::{Label, PrivateRecord};
use crate::privacy::{Operators, Transformer};
use crate::record::{self, Batch};
use crate::rng::Entropy;

/// Seals and opens the records of one collection, and carries out on each value what the decision asks for.
#[derive(Debug, Clone)]
pub struct Collection {
    records: record::Collection,
    private: Option<PrivateRecord>,
    operators: Option<Operators>,
}

impl Collection {
    /// Makes a collection under a permit.
    ///
    /// # Errors
    /// As [`record::Collection::create`]; `call_order` for a permit to seal what was scanned: the values come later.
    pub fn create(permit: SealPermit, entropy: &mut dyn Entropy) -> Result<Self, Error> {
        if permit.digest.is_some() {
            return Err(Error::CallOrder { reason: "the permit is for a source that was scanned" });
        }
        let recipients: Vec<&dyn Wrap> = permit.recipients.iter().map(|recipient| recipient as &dyn Wrap).collect();
        // What was not scanned gets no permit that asks to transform it.
        let signer = permit.signer.as_deref();
        let records =
            record::Collection::describe(&recipients, &permit.label, permit.private.as_ref(), signer, entropy)?;
        Ok(Self { private: permit.private, ..Self::without_policy(records) })
    }

    /// Takes a collection as it is, under no policy.
    pub fn without_policy(records: record::Collection) -> Self {
        Self { records, private: None, operators: None }
    }

    pub(super) fn read(
        reader: &mut Reader,
        file_key: &FileKey,
        watch: Option<Box<dyn Watch>>,
        private: Option<PrivateRecord>,
        operators: Option<Operators>,
    ) -> Result<Self, Error> {
        Ok(Self { records: record::Collection::read_under(file_key, reader, watch)?, private, operators })
    }

    /// Returns a collection that seals as this one does, and opens what either opens, transformed as either decision asks.
    ///
    /// # Errors
    /// `collection_mismatch` for a collection of another id; `decision_mismatch` when the decisions ask for different
    /// operators.
    pub fn with_older(&self, older: &Self) -> Result<Self, Error> {
        let records = self.records.with_older(&older.records)?;
        let operators = match (&self.operators, &older.operators) {
            (Some(operators), Some(more)) => Some(operators.clone().merge(more).ok_or(Error::DecisionMismatch)?),
            (operators, more) => operators.clone().or_else(|| more.clone()),
        };
        Ok(Self { records, private: self.private.clone(), operators })
    }

    /// Lends the document of the generation that seals.
    pub fn document(&self) -> &[u8] {
        self.records.document()
    }

    /// Lends the label of the generation that seals.
    pub fn label(&self) -> &Label {
        self.records.label()
    }

    /// Lends the private part of the label, if a decision opened it.
    pub fn private(&self) -> Option<&PrivateRecord> {
        self.private.as_ref()
    }

    /// Seals values: [`record::Collection::seal`].
    ///
    /// # Errors
    /// As there.
    pub fn seal<I: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        column: &str,
        ids: &Batch<I>,
        values: &Batch<V>,
        entropy: &mut dyn Entropy,
    ) -> Result<Batch, Error> {
        self.records.seal(column, ids, values, entropy)
    }

    /// Opens tokens: [`record::Collection::open`].
    ///
    /// # Errors
    /// As there; `not_text` for a value that must be transformed and is not text.
    pub fn open<I: AsRef<[u8]>, T: AsRef<[u8]>>(
        &self,
        column: &str,
        ids: &Batch<I>,
        tokens: &Batch<T>,
    ) -> Result<Batch, Error> {
        let mut values = self.records.open(column, ids, tokens)?;
        let Some(operators) = &self.operators else { return Ok(values) };
        let transformed = transform(&values, operators);
        values.wipe();
        transformed
    }

    /// Seals anew what is sealed under older keys: [`record::Collection::reseal`].
    ///
    /// # Errors
    /// As there.
    pub fn reseal<I: AsRef<[u8]>, T: AsRef<[u8]>>(
        &self,
        column: &str,
        ids: &Batch<I>,
        tokens: &Batch<T>,
        entropy: &mut dyn Entropy,
    ) -> Result<Batch, Error> {
        self.records.reseal(column, ids, tokens, entropy)
    }

    /// Returns blind indexes: [`record::Collection::blind_index`].
    ///
    /// # Errors
    /// As there.
    pub fn blind_index<V: AsRef<[u8]>>(&self, column: &str, values: &Batch<V>, size: usize) -> Result<Vec<u8>, Error> {
        self.records.blind_index(column, values, size)
    }
}

/// Transforms each value as a text of its own.
fn transform(values: &Batch, operators: &Operators) -> Result<Batch, Error> {
    let mut transformed = Batch::with_room(values.len(), values.data().len(), values.offset_size());
    for value in values.iter() {
        let mut transformer = Transformer::new(operators.clone());
        transformed.push(|out| {
            out.append(&mut transformer.push(value)?);
            out.append(&mut transformer.finish()?);
            Ok(())
        })?;
    }
    Ok(transformed)
}
