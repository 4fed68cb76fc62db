//! Opening by ranges: `spec/document.md`, "Verified ranges".

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::document::{Outboard, OutboardWriter, RangeDecryptor, Sender};
use crate::error::Error;
use crate::label::PrivateRecord;

/// Decrypts ranges of a document whose permit was given.
///
/// A signed document gives out nothing before it was shown to be the signed one: the whole payload is read first, or an
/// outboard is stored beside it.
///
/// # Security
/// Either way each range is verified again as it is read: whoever stores a document may show one payload first and another
/// later, and a former recipient can make one that decrypts.
pub struct RangeOpener {
    ranges: RangeDecryptor,
    payload: (u64, u64),
    signed: Signed,
    private: Option<PrivateRecord>,
}

/// How far a document is shown to be the signed one.
enum Signed {
    /// Nobody signed it.
    Unsigned,
    /// Its payload is to be verified.
    Unverified(Box<OutboardWriter>, Sender),
    /// Each range is verified by itself.
    ByRange(Outboard, Sender),
}

impl RangeOpener {
    pub(super) fn new(
        ranges: RangeDecryptor,
        payload: (u64, u64),
        sender: Option<Sender>,
        private: Option<PrivateRecord>,
    ) -> Self {
        let unverified = |sender| Signed::Unverified(Box::default(), sender);
        Self { ranges, payload, signed: sender.map_or(Signed::Unsigned, unverified), private }
    }

    /// Lends the private part of the label, if there is one.
    pub fn private(&self) -> Option<&PrivateRecord> {
        self.private.as_ref()
    }

    /// Returns which part of the document must go through [`RangeOpener::verify`] first, unless there is an outboard:
    /// nothing, for a document without a verified sender.
    pub fn unverified(&self) -> Option<(u64, u64)> {
        matches!(self.signed, Signed::Unverified(..)).then_some(self.payload)
    }

    /// Takes more of the part that must be verified, in its order.
    pub fn verify(&mut self, bytes: &[u8]) {
        if let Signed::Unverified(writer, _) = &mut self.signed {
            writer.push(bytes);
        }
    }

    /// Ends the part that must be verified. The ranges that are asked for grow from now on, as by an outboard.
    ///
    /// # Errors
    /// `sender_signature` when it is not the signed payload.
    pub fn verified(&mut self) -> Result<(), Error> {
        if let Signed::Unverified(writer, sender) = &mut self.signed {
            let outboard = core::mem::take(&mut **writer).verify(sender.payload())?;
            self.trust(outboard)?;
        }
        Ok(())
    }

    /// Has each range verified by itself, by the document's outboard. The ranges that are asked for grow to its groups.
    ///
    /// # Errors
    /// `sender_signature` for the outboard of another payload.
    pub fn verify_by(&mut self, outboard: &[u8]) -> Result<(), Error> {
        if let Signed::Unverified(_, sender) = &self.signed {
            let outboard = Outboard::from_bytes(outboard, sender.payload())?;
            self.trust(outboard)?;
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

    /// Allows that many threads, the caller's among them, to work at once on one range.
    pub fn set_threads(&mut self, threads: usize) {
        self.ranges.set_threads(threads);
    }

    /// Decrypts the plaintext `start..end` from that part of the document.
    ///
    /// # Errors
    /// As [`RangeDecryptor::decrypt`]; `sender_signature`; `call_order` before the sender is verified.
    pub fn decrypt(&self, start: u64, end: u64, ciphertext: &[u8]) -> Result<Vec<u8>, Error> {
        self.ranges.decrypt(start, end, self.verified_part(start, end, ciphertext)?)
    }

    /// Returns how many bytes the plaintext `start..end` has.
    ///
    /// # Errors
    /// As [`RangeDecryptor::range_size`].
    pub fn range_size(&self, start: u64, end: u64) -> Result<usize, Error> {
        self.ranges.range_size(start, end)
    }

    /// Decrypts as [`RangeOpener::decrypt`] does, into `out`, which has the range's size.
    ///
    /// # Errors
    /// As [`RangeOpener::decrypt`]; `out` is then all zeros. `call_order` for another size.
    pub fn decrypt_into(&self, start: u64, end: u64, ciphertext: &[u8], out: &mut [u8]) -> Result<(), Error> {
        let part = self.verified_part(start, end, ciphertext).inspect_err(|_| out.fill(0))?;
        self.ranges.decrypt_into(start, end, part, out)
    }

    /// Returns the part of `ciphertext` that holds a range, once the sender's signature holds for it.
    fn verified_part<'a>(&self, start: u64, end: u64, ciphertext: &'a [u8]) -> Result<&'a [u8], Error> {
        if matches!(self.signed, Signed::Unverified(..)) {
            return Err(Error::CallOrder { reason: "the sender's signature must be verified first" });
        }
        self.part(self.ranges.ciphertext_range(start, end)?, ciphertext)
    }

    /// Takes an outboard that was verified, for a document of the signed length.
    fn trust(&mut self, outboard: Outboard) -> Result<(), Error> {
        if let Signed::Unverified(_, sender) = &self.signed {
            if self.payload.0.checked_add(sender.payload().length()) != Some(self.payload.1) {
                return Err(Error::SenderSignature);
            }
            self.signed = Signed::ByRange(outboard, sender.clone());
        }
        Ok(())
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
