//! Opening by ranges.

use alloc::vec::Vec;

use super::senders::PayloadWatch;
use crate::document::{RangeDecryptor, Watch};
use crate::error::Error;
use crate::label::PrivateRecord;

/// Decrypts ranges of a document whose permit was given.
///
/// A signed document gives out nothing before its whole payload was shown to be the signed one.
pub struct RangeOpener {
    ranges: RangeDecryptor,
    payload: (u64, u64),
    unverified: Option<PayloadWatch>,
    private: Option<PrivateRecord>,
}

impl RangeOpener {
    pub(super) fn new(
        ranges: RangeDecryptor,
        payload: (u64, u64),
        unverified: Option<PayloadWatch>,
        private: Option<PrivateRecord>,
    ) -> Self {
        Self { ranges, payload, unverified, private }
    }

    /// Lends the private part of the label, if there is one.
    pub fn private(&self) -> Option<&PrivateRecord> {
        self.private.as_ref()
    }

    /// Returns which part of the document must go through [`RangeOpener::verify`] first: nothing, for a document without
    /// a verified sender.
    pub fn unverified(&self) -> Option<(u64, u64)> {
        self.unverified.as_ref().map(|_| self.payload)
    }

    /// Takes more of the part that must be verified, in its order.
    pub fn verify(&mut self, bytes: &[u8]) {
        if let Some(watch) = &mut self.unverified {
            watch.see(bytes);
        }
    }

    /// Ends the part that must be verified.
    ///
    /// # Errors
    /// `sender_signature` when it is not the signed payload.
    pub fn verified(&mut self) -> Result<(), Error> {
        if let Some(watch) = &mut self.unverified {
            watch.end()?;
        }
        self.unverified = None;
        Ok(())
    }

    /// Returns the size of the plaintext, in bytes.
    pub fn size(&self) -> u64 {
        self.ranges.size()
    }

    /// Returns where the last chunk stands: first byte, one past the last.
    pub fn last_chunk_range(&self) -> (u64, u64) {
        self.ranges.last_chunk_range()
    }

    /// Authenticates the last chunk, and with it the size.
    ///
    /// # Errors
    /// `payload_corrupt`.
    pub fn authenticate(&mut self, last_chunk: &[u8]) -> Result<(), Error> {
        self.ranges.authenticate(last_chunk)
    }

    /// Returns which part of the document holds the plaintext `start..end`: first byte, one past the last.
    ///
    /// # Errors
    /// `range_invalid`.
    pub fn ciphertext_range(&self, start: u64, end: u64) -> Result<(u64, u64), Error> {
        self.ranges.ciphertext_range(start, end)
    }

    /// Decrypts the plaintext `start..end` from that part of the document.
    ///
    /// # Errors
    /// As [`RangeDecryptor::decrypt`]; `call_order` before the sender is verified.
    pub fn decrypt(&self, start: u64, end: u64, ciphertext: &[u8]) -> Result<Vec<u8>, Error> {
        if self.unverified.is_some() {
            return Err(Error::CallOrder { reason: "the sender's signature must be verified first" });
        }
        self.ranges.decrypt(start, end, ciphertext)
    }
}
