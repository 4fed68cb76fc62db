//! The tasks on records: a column of 1 KiB values, in one batch.

use std::error::Error;
use std::hint::black_box;

use sealwright_core::document::{Identity, Wrap};
use sealwright_core::label::{Label, LabelRecord};
use sealwright_core::record::{Batch, Collection};
use sealwright_tests::entropy;

const RECORDS: usize = 4096;
const SIZE: usize = 1024;
const COLUMN: &str = "note";

/// What is measured: ids and values, and their tokens.
pub struct Records {
    collection: Collection,
    newer: Collection,
    ids: Batch,
    values: Batch,
    tokens: Batch,
}

impl Records {
    pub fn new(identity: &Identity) -> Result<Self, Box<dyn Error>> {
        let label = Label::from_record(LabelRecord { document_id: "notes".to_owned(), ..LabelRecord::default() })?;
        let recipients: [&dyn Wrap; 1] = [identity.recipient()];
        let collection = Collection::create(&recipients, &label, &mut entropy())?;
        let newer = Collection::create(&recipients, &label, &mut entropy())?.with_older(&collection)?;
        let ids = Batch::from_values((0..RECORDS).map(|record| format!("patient-{record:08}")));
        let values = Batch::from_values((0..RECORDS).map(|record| vec![u8::try_from(record % 251).unwrap_or(0); SIZE]));
        let tokens = collection.seal(COLUMN, &ids, &values, &mut entropy())?;
        Ok(Self { collection, newer, ids, values, tokens })
    }

    pub fn seal(&self) -> Result<u64, Box<dyn Error>> {
        black_box(self.collection.seal(COLUMN, &self.ids, black_box(&self.values), &mut entropy())?);
        Ok(u64::try_from(RECORDS)?)
    }

    pub fn open(&self) -> Result<u64, Box<dyn Error>> {
        black_box(self.collection.open(COLUMN, &self.ids, black_box(&self.tokens))?);
        Ok(u64::try_from(RECORDS)?)
    }

    pub fn reseal(&self) -> Result<u64, Box<dyn Error>> {
        black_box(self.newer.reseal(COLUMN, &self.ids, black_box(&self.tokens), &mut entropy())?);
        Ok(u64::try_from(RECORDS)?)
    }

    pub fn blind_index(&self) -> Result<u64, Box<dyn Error>> {
        black_box(self.collection.blind_index(COLUMN, black_box(&self.ids), 16)?);
        Ok(u64::try_from(RECORDS)?)
    }
}
