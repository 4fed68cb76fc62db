//! Bytes of a program, read from the front: nothing is believed, and nothing takes more room than there are bytes for.

use super::malformed;
use crate::error::Error;

/// Holds what is left to read.
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn byte(&mut self) -> Result<u8, Error> {
        let (byte, rest) = self.0.split_first().ok_or_else(|| malformed("it is cut short"))?;
        self.0 = rest;
        Ok(*byte)
    }

    pub(super) fn take(&mut self, size: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.0.split_at_checked(size).ok_or_else(|| malformed("it is cut short"))?;
        self.0 = rest;
        Ok(taken)
    }

    /// Reads a number in as few bytes as it takes.
    pub(super) fn number(&mut self) -> Result<u64, Error> {
        let invalid = || malformed("a number is out of its form");
        let mut number: u64 = 0;
        for place in 0..10_u32 {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if place == 9 && bits > 1 {
                return Err(invalid());
            }
            number |= bits.wrapping_shl(place.wrapping_mul(7));
            if byte & 0x80 == 0 {
                return if byte == 0 && place > 0 { Err(invalid()) } else { Ok(number) };
            }
        }
        Err(invalid())
    }

    /// Reads a number with a sign.
    #[cfg(feature = "policy-program")]
    pub(super) fn signed(&mut self) -> Result<i64, Error> {
        let number = self.number()?;
        Ok((number >> 1).cast_signed() ^ (number & 1).cast_signed().wrapping_neg())
    }

    /// Reads a number below a bound.
    #[cfg(feature = "policy-program")]
    pub(super) fn below(&mut self, bound: usize) -> Result<usize, Error> {
        let number = usize::try_from(self.number()?).ok().filter(|number| *number < bound);
        number.ok_or_else(|| malformed("it refers to what is not there"))
    }

    #[cfg(feature = "policy-program")]
    pub(super) fn small(&mut self) -> Result<u32, Error> {
        u32::try_from(self.number()?).map_err(|_| malformed("a number is too large"))
    }

    /// Reads how many parts follow, each of a byte or more.
    pub(super) fn count(&mut self) -> Result<usize, Error> {
        let count = usize::try_from(self.number()?).ok().filter(|count| *count <= self.0.len());
        count.ok_or_else(|| malformed("it is cut short"))
    }

    pub(super) fn text(&mut self) -> Result<&'a str, Error> {
        let size = self.count()?;
        str::from_utf8(self.take(size)?).map_err(|_| malformed("a text is not UTF-8"))
    }

    #[cfg(feature = "policy-program")]
    pub(super) fn flag(&mut self) -> Result<bool, Error> {
        Ok(self.below(2)? == 1)
    }

    #[cfg(feature = "policy-program")]
    pub(super) fn end(&self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(malformed("something stands behind its end")) }
    }
}
