//! Collections: many values at once, sealed one by one.

use alloc::string::String;
use alloc::vec::Vec;

use getrandom::SysRng;
use sealwright_core::surface;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Failure;
use crate::identity::{Identity, Recipient};
use crate::reader::borrowed;

/// Holds many values in one buffer.
#[wasm_bindgen]
pub struct Batch(surface::Batch);

/// Seals and opens the records of a collection.
#[wasm_bindgen]
pub struct Collection(pub(crate) surface::Collection);

#[wasm_bindgen]
impl Batch {
    /// Puts bytes and offsets together.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(constructor)]
    pub fn new(data: Vec<u8>, offsets: &[u8], offset_size: usize) -> Result<Self, Failure> {
        Ok(Self(surface::Batch::new(data, offsets, offset_size)?))
    }

    /// Returns the bytes.
    pub fn data(&self) -> Vec<u8> {
        self.0.data().to_vec()
    }

    /// Returns the offsets.
    pub fn offsets(&self) -> Vec<u8> {
        self.0.offsets()
    }

    /// Returns the texts of tokens.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = encodeText)]
    pub fn encode_text(&self) -> Result<Self, Failure> {
        Ok(Self(self.0.encode_text()?))
    }

    /// Reads the texts of tokens.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = decodeText)]
    pub fn decode_text(&self) -> Result<Self, Failure> {
        Ok(Self(self.0.decode_text()?))
    }
}

#[wasm_bindgen]
impl Collection {
    /// Makes a collection; the recipients are used up.
    ///
    /// # Errors
    /// As the core's.
    pub fn create(recipients: Vec<Recipient>, label_json: &str) -> Result<Self, Failure> {
        let recipients: Vec<_> = recipients.iter().map(|recipient| &recipient.0).collect();
        Ok(Self(surface::Collection::create(&recipients, label_json, &mut SysRng)?))
    }

    /// Reads a collection's document; the identities are used up.
    ///
    /// # Errors
    /// As the core's.
    pub fn decrypt(document: &[u8], identities: Vec<Identity>) -> Result<Self, Failure> {
        Ok(Self(surface::Collection::decrypt(document, &borrowed(&identities))?))
    }

    /// Returns the document that holds the keys.
    pub fn document(&self) -> Vec<u8> {
        self.0.document()
    }

    /// Returns the label, as JSON.
    pub fn label(&self) -> String {
        self.0.label()
    }

    /// Returns the label's private part, as JSON.
    ///
    /// # Errors
    /// As the core's.
    pub fn private(&self) -> Result<Option<String>, Failure> {
        Ok(self.0.private()?)
    }

    /// Returns a collection that opens what an older one sealed, too.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = withOlder)]
    pub fn with_older(&self, older: &Collection) -> Result<Self, Failure> {
        Ok(Self(self.0.with_older(&older.0)?))
    }

    /// Seals values of one column.
    ///
    /// # Errors
    /// As the core's.
    pub fn seal(&self, column: &str, ids: &Batch, values: &Batch) -> Result<Batch, Failure> {
        Ok(Batch(self.0.seal(column, &ids.0, &values.0, &mut SysRng)?))
    }

    /// Opens tokens of one column.
    ///
    /// # Errors
    /// As the core's.
    pub fn open(&self, column: &str, ids: &Batch, tokens: &Batch) -> Result<Batch, Failure> {
        Ok(Batch(self.0.open(column, &ids.0, &tokens.0)?))
    }

    /// Seals anew what is sealed under older keys.
    ///
    /// # Errors
    /// As the core's.
    pub fn reseal(&self, column: &str, ids: &Batch, tokens: &Batch) -> Result<Batch, Failure> {
        Ok(Batch(self.0.reseal(column, &ids.0, &tokens.0, &mut SysRng)?))
    }

    /// Returns the blind indexes of values.
    ///
    /// # Errors
    /// As the core's.
    #[wasm_bindgen(js_name = blindIndex)]
    pub fn blind_index(&self, column: &str, values: &Batch, size: usize) -> Result<Vec<u8>, Failure> {
        Ok(self.0.blind_index(column, &values.0, size)?)
    }
}
