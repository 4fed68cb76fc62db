//! The memory that JavaScript writes into and reads from.

use alloc::vec;
use alloc::vec::Vec;

use sealwright_core::error::Error;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Failure;

/// Holds what goes into a call and what came out of it: on its way each is copied once.
#[wasm_bindgen]
pub struct Buffers {
    input: Vec<u8>,
    output: Vec<u8>,
    /// How much of the input was written to since it was wiped.
    used: usize,
}

#[wasm_bindgen]
impl Buffers {
    /// Makes room for that many bytes at once.
    #[wasm_bindgen(constructor)]
    pub fn new(size: usize) -> Self {
        Self { input: vec![0; size], output: Vec::new(), used: 0 }
    }

    /// Returns where what goes in is written.
    pub fn input(&mut self) -> *mut u8 {
        self.input.as_mut_ptr()
    }

    /// Returns where what came out stands, up to the next call.
    pub fn output(&self) -> *const u8 {
        self.output.as_ptr()
    }

    /// Wipes both.
    pub fn wipe(&mut self) {
        let used = core::mem::take(&mut self.used);
        self.input.iter_mut().take(used).for_each(|byte| *byte = 0);
        self.output.fill(0);
    }
}

impl Buffers {
    /// Lends the first `size` bytes of what was written.
    pub(crate) fn taken(&mut self, size: usize) -> Result<&[u8], Failure> {
        self.used = self.used.max(size);
        Ok(self.input.get(..size).ok_or(Error::CallOrder { reason: "the buffer holds fewer bytes" })?)
    }

    /// Makes a call with the first `size` bytes, keeps what comes out and returns its size; after a failure that is nothing.
    pub(crate) fn pass(
        &mut self,
        size: usize,
        call: impl FnOnce(&[u8]) -> Result<Vec<u8>, Error>,
    ) -> Result<usize, Failure> {
        self.output = Vec::new();
        self.output = call(self.taken(size)?)?;
        Ok(self.output.len())
    }
}
