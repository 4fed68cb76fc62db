//! Opening by ranges.

use alloc::vec::Vec;

use super::senders::PayloadWatch;
use crate::document::{Outboard, RangeDecryptor, Sender, Watch};
use crate::error::Error;
use crate::label::PrivateRecord;

/// Decrypts ranges of a document whose permit was given.
///
/// A signed document gives out nothing before it was shown to be the signed one: the whole payload at once, or each range
/// by the outboard that is stored beside it.
pub struct RangeOpener {
    ranges: RangeDecryptor,
    payload: (u64, u64),
    signed: Signed,
    private: Option<PrivateRecord>,
}

/// How far a document is shown to be the signed one.
enum Signed {
    /// Nobody signed it, or all of it was verified.
    Settled,
    /// Its payload is to be verified.
    Unverified(PayloadWatch),
    /// Each range is verified by itself.
    ByRange(Outboard, Sender),
}

impl RangeOpener {
    pub(super) fn new(
        ranges: RangeDecryptor,
        payload: (u64, u64),
        unverified: Option<PayloadWatch>,
        private: Option<PrivateRecord>,
    ) -> Self {
        Self { ranges, payload, signed: unverified.map_or(Signed::Settled, Signed::Unverified), private }
    }

    /// Lends the private part of the label, if there is one.
    pub fn private(&self) -> Option<&PrivateRecord> {
        self.private.as_ref()
    }

    /// Returns which part of the document must go through [`RangeOpener::verify`] first, unless there is an outboard:
    /// nothing, for a document without a verified sender.
    pub fn unverified(&self) -> Option<(u64, u64)> {
        matches!(self.signed, Signed::Unverified(_)).then_some(self.payload)
    }

    /// Takes more of the part that must be verified, in its order.
    pub fn verify(&mut self, bytes: &[u8]) {
        if let Signed::Unverified(watch) = &mut self.signed {
            watch.see(bytes);
        }
    }

    /// Ends the part that must be verified.
    ///
    /// # Errors
    /// `sender_signature` when it is not the signed payload.
    pub fn verified(&mut self) -> Result<(), Error> {
        if let Signed::Unverified(watch) = &mut self.signed {
            watch.end()?;
            self.signed = Signed::Settled;
        }
        Ok(())
    }

    /// Has each range verified by itself, by the document's outboard. The ranges that are asked for grow to its groups.
    ///
    /// # Errors
    /// `sender_signature` for the outboard of another payload.
    pub fn verify_by(&mut self, outboard: &[u8]) -> Result<(), Error> {
        if let Signed::Unverified(watch) = &self.signed {
            let sender = watch.sender().clone();
            let outboard = Outboard::from_bytes(outboard, sender.payload())?;
            if self.payload.0.checked_add(sender.payload().length()) != Some(self.payload.1) {
                return Err(Error::SenderSignature);
            }
            self.signed = Signed::ByRange(outboard, sender);
        }
        Ok(())
    }

    /// Returns the size of the plaintext, in bytes.
    pub fn size(&self) -> u64 {
        self.ranges.size()
    }

    /// Returns where the last chunk stands: first byte, one past the last.
    pub fn last_chunk_range(&self) -> (u64, u64) {
        self.cover(self.ranges.last_chunk_range())
    }

    /// Authenticates the last chunk, and with it the size.
    ///
    /// # Errors
    /// `payload_corrupt`, `sender_signature`.
    pub fn authenticate(&mut self, last_chunk: &[u8]) -> Result<(), Error> {
        let part = self.part(self.ranges.last_chunk_range(), last_chunk)?;
        self.ranges.authenticate(part)
    }

    /// Returns which part of the document holds the plaintext `start..end`: first byte, one past the last.
    ///
    /// # Errors
    /// `range_invalid`.
    pub fn ciphertext_range(&self, start: u64, end: u64) -> Result<(u64, u64), Error> {
        self.ranges.ciphertext_range(start, end).map(|range| self.cover(range))
    }

    /// Decrypts the plaintext `start..end` from that part of the document.
    ///
    /// # Errors
    /// As [`RangeDecryptor::decrypt`]; `sender_signature`; `call_order` before the sender is verified.
    pub fn decrypt(&self, start: u64, end: u64, ciphertext: &[u8]) -> Result<Vec<u8>, Error> {
        if matches!(self.signed, Signed::Unverified(_)) {
            return Err(Error::CallOrder { reason: "the sender's signature must be verified first" });
        }
        let part = self.part(self.ranges.ciphertext_range(start, end)?, ciphertext)?;
        self.ranges.decrypt(start, end, part)
    }

    /// Grows a part of the document to what can be verified.
    fn cover(&self, (start, end): (u64, u64)) -> (u64, u64) {
        match &self.signed {
            Signed::ByRange(outboard, _) if start < end => {
                let front = self.payload.0;
                let (from, to) = outboard.cover(start.saturating_sub(front), end.saturating_sub(front));
                (front.saturating_add(from), front.saturating_add(to))
            }
            _ => (start, end),
        }
    }

    /// Verifies what was read for a part of the document, and returns that part.
    fn part<'a>(&self, (start, end): (u64, u64), read: &'a [u8]) -> Result<&'a [u8], Error> {
        let Signed::ByRange(outboard, sender) = &self.signed else { return Ok(read) };
        let (from, to) = self.cover((start, end));
        if u64::try_from(read.len()) != Ok(to.saturating_sub(from)) {
            return Err(Error::PayloadCorrupt);
        }
        if start < end {
            outboard.verify(from.saturating_sub(self.payload.0), read, sender.payload())?;
        }
        let within = |offset: u64| usize::try_from(offset.saturating_sub(from)).unwrap_or(usize::MAX);
        read.get(within(start)..within(end)).ok_or(Error::PayloadCorrupt)
    }
}
