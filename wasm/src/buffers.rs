//! The memory that JavaScript writes into and reads from.

use alloc::vec;
use alloc::vec::Vec;

use sealwright_core::document::{Flow, Part};
use sealwright_core::error::Error;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::Failure;

/// Holds what goes into a call and what came out of it: on its way each is copied once.
#[wasm_bindgen]
pub struct Buffers {
    input: Vec<u8>,
    output: Vec<u8>,
    /// How much of each was written to since it was wiped.
    used: usize,
    left: usize,
}

#[wasm_bindgen]
impl Buffers {
    /// Makes room for that many bytes at once.
    #[wasm_bindgen(constructor)]
    pub fn new(size: usize) -> Self {
        Self { input: vec![0; size], output: Vec::new(), used: 0, left: 0 }
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
        let (used, left) = (core::mem::take(&mut self.used), core::mem::take(&mut self.left));
        self.input.get_mut(..used).unwrap_or_default().fill(0);
        self.output.get_mut(..left).unwrap_or_default().fill(0);
    }
}

impl Buffers {
    /// Lends the first `size` bytes of what was written.
    pub(crate) fn taken(&mut self, size: usize) -> Result<&[u8], Failure> {
        self.used = self.used.max(size);
        Ok(self.input.get(..size).ok_or(TOO_FEW)?)
    }

    /// Sends the first `size` bytes through a document, keeps what comes out and returns its size.
    pub(crate) fn push(&mut self, size: usize, flow: &mut dyn Flow) -> Result<usize, Failure> {
        self.through(size, flow, false)
    }

    /// Ends a document, keeps what comes out and returns its size.
    pub(crate) fn finish(&mut self, flow: &mut dyn Flow) -> Result<usize, Failure> {
        self.through(0, flow, true)
    }

    /// Has the first `size` bytes fill `room` bytes of what comes out, and returns `room`.
    pub(crate) fn fill(
        &mut self,
        size: usize,
        room: usize,
        call: impl FnOnce(&[u8], &mut [u8]) -> Result<(), Error>,
    ) -> Result<usize, Failure> {
        // What stood there may stay: whoever fills it fills all of it.
        if self.output.len() < room {
            self.keep(vec![0; room]);
        }
        self.left = self.left.max(room);
        self.used = self.used.max(size);
        let input = self.input.get(..size).ok_or(TOO_FEW)?;
        call(input, self.output.get_mut(..room).unwrap_or_default())?;
        Ok(room)
    }

    fn through(&mut self, size: usize, flow: &mut dyn Flow, last: bool) -> Result<usize, Failure> {
        let part: fn(&[u8]) -> Part<'_> = if last { |bytes| Part::Last(bytes) } else { |bytes| Part::More(bytes) };
        match flow.ready(part(self.taken(size)?)) {
            Some(room) => self.fill(size, room, |bytes, out| flow.take_into(part(bytes), out)),
            None => {
                let output = flow.take(part(self.taken(size)?))?;
                let size = output.len();
                self.keep(output);
                self.left = size;
                Ok(size)
            }
        }
    }

    fn keep(&mut self, output: Vec<u8>) {
        self.output.fill(0);
        self.output = output;
    }
}

const TOO_FEW: Error = Error::CallOrder { reason: "the buffer holds fewer bytes" };
