//! Integers as bits, in two's complement without an end. Nothing for fractions.

use num_bigint::{BigInt, Sign};

use super::{MAX_BITS, Number, TOO_LONG};
use crate::policy::fuel::Fault;

impl Number {
    /// Returns the bits that both have.
    pub(crate) fn bit_and(&self, other: &Self) -> Result<Option<Self>, Fault> {
        self.bitwise(other, |one, other| one & other)
    }

    /// Returns the bits that either has.
    pub(crate) fn bit_or(&self, other: &Self) -> Result<Option<Self>, Fault> {
        self.bitwise(other, |one, other| one | other)
    }

    /// Returns the bits that one of them has.
    pub(crate) fn bit_xor(&self, other: &Self) -> Result<Option<Self>, Fault> {
        self.bitwise(other, |one, other| one ^ other)
    }

    /// Returns the bits that it does not have.
    pub(crate) fn bit_not(&self) -> Result<Option<Self>, Fault> {
        self.to_integer().map(|integer| Self::try_from(!integer)).transpose()
    }

    /// Multiplies by a power of two; nothing for a negative one.
    pub(crate) fn shift_left(&self, by: &Self) -> Result<Option<Self>, Fault> {
        let (Some(integer), Some(by)) = (self.to_integer(), by.as_i64()) else { return Ok(None) };
        if by < 0 {
            return Ok(None);
        }
        let Ok(by @ 0..=MAX_SHIFT) = u32::try_from(by) else { return Err(TOO_LONG) };
        let shifted = integer.checked_mul(&BigInt::from(2).pow(by)).ok_or(TOO_LONG)?;
        Self::try_from(shifted).map(Some)
    }

    /// Divides by a power of two, downwards; nothing for a negative one.
    pub(crate) fn shift_right(&self, by: &Self) -> Result<Option<Self>, Fault> {
        let (Some(integer), Some(by)) = (self.to_integer(), by.as_i64()) else { return Ok(None) };
        if by < 0 {
            return Ok(None);
        }
        // From there on, all bits are the sign.
        let by = u32::try_from(by).unwrap_or(MAX_SHIFT).min(MAX_SHIFT);
        // Division rounds towards 0. The bits that a negative number does not have are those of a positive one.
        let is_negative = integer.sign() == Sign::Minus;
        let flip = |integer: BigInt| if is_negative { !integer } else { integer };
        flip(integer).checked_div(&BigInt::from(2).pow(by)).map(|shifted| Self::try_from(flip(shifted))).transpose()
    }

    fn bitwise(&self, other: &Self, operate: fn(BigInt, BigInt) -> BigInt) -> Result<Option<Self>, Fault> {
        match (self.to_integer(), other.to_integer()) {
            (Some(one), Some(other)) => Self::try_from(operate(one, other)).map(Some),
            _ => Ok(None),
        }
    }
}

/// As many bits as a number has at most.
const MAX_SHIFT: u32 = MAX_BITS;
