//! Numbers as OPA has them: decimals of any size that compare exactly, integers that are added and multiplied exactly, and
//! everything else in binary floating point of 64 bits.
//!
//! A number has one form, whatever it was written as: `1`, `1.0` and `10e-1` are the same here.

mod arithmetic;
mod bits;
mod float;
mod text;

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Ordering;

use num_bigint::{BigInt, Sign};

use super::fuel::Fault;

/// The most digits of a number, and the furthest that its point may be from them.
pub(crate) const MAX_DIGITS: i64 = 1024;

/// More bits than [`MAX_DIGITS`] digits have.
pub(crate) const MAX_BITS: u32 = 3402;

/// What a number beyond the limits is.
const TOO_LONG: Fault = Fault::Limit("number");

/// Is a decimal number: a mantissa times a power of ten.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Number(Form);

// INVARIANT: a value has one form. It is `Small` with exponent 0 if it is an integer of 64 bits. Otherwise its mantissa does
// not end in 0, and it is `Large` only if the mantissa has more than 64 bits.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Form {
    Small { mantissa: i64, exponent: i16 },
    Large(Arc<Large>),
}

#[derive(PartialEq, Eq, Hash)]
struct Large {
    mantissa: BigInt,
    exponent: i16,
}

impl Number {
    /// Makes a number of a mantissa and a power of ten.
    pub(crate) fn new(mantissa: BigInt, exponent: i64) -> Result<Self, Fault> {
        if let Ok(mantissa) = i64::try_from(&mantissa) {
            return Self::small(mantissa, exponent);
        }
        if mantissa.bits() > u64::from(MAX_BITS).saturating_mul(2) {
            return Err(TOO_LONG);
        }
        let digits = mantissa.magnitude().to_radix_le(10);
        let zeros = digits.iter().take_while(|digit| **digit == 0).count();
        let kept = digits.get(zeros..).unwrap_or_default();
        let exponent = exponent.saturating_add(i64::try_from(zeros).unwrap_or(i64::MAX));
        check(kept.len(), exponent)?;
        if zeros == 0 {
            return Self::large(mantissa, exponent);
        }
        let big = BigInt::from_radix_le(mantissa.sign(), kept, 10).ok_or(TOO_LONG)?;
        match i64::try_from(&big) {
            Ok(small) => Self::small(small, exponent),
            Err(_) => Self::large(big, exponent),
        }
    }

    fn large(mantissa: BigInt, exponent: i64) -> Result<Self, Fault> {
        let exponent = i16::try_from(exponent).map_err(|_| TOO_LONG)?;
        Ok(Self(Form::Large(Arc::new(Large { mantissa, exponent }))))
    }

    pub(super) fn small(mut mantissa: i64, mut exponent: i64) -> Result<Self, Fault> {
        if mantissa == 0 {
            return Ok(Self::from(0_i64));
        }
        while exponent != 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            exponent = exponent.saturating_add(1);
        }
        let power = u32::try_from(exponent).ok().and_then(|exponent| 10_i64.checked_pow(exponent));
        if let Some(integer) = power.and_then(|power| mantissa.checked_mul(power)) {
            return Ok(Self::from(integer));
        }
        while mantissa % 10 == 0 {
            mantissa /= 10;
            exponent = exponent.saturating_add(1);
        }
        check(length_of(mantissa.unsigned_abs()), exponent)?;
        let exponent = i16::try_from(exponent).map_err(|_| TOO_LONG)?;
        Ok(Self(Form::Small { mantissa, exponent }))
    }

    /// Returns the number as an integer of 64 bits, if it is one.
    pub(crate) const fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Form::Small { mantissa, exponent: 0 } => Some(mantissa),
            _ => None,
        }
    }

    /// Returns the number as a count or an index, if it can be one.
    pub(crate) fn as_usize(&self) -> Option<usize> {
        self.as_i64().and_then(|integer| usize::try_from(integer).ok())
    }

    /// Tells whether it has no fraction.
    pub(crate) fn is_integer(&self) -> bool {
        self.exponent() >= 0
    }

    /// Tells whether it is below zero.
    pub(crate) fn is_negative(&self) -> bool {
        self.sign() == Sign::Minus
    }

    /// Returns what it takes in memory.
    pub(crate) fn weight(&self) -> u64 {
        match &self.0 {
            Form::Small { .. } => 0,
            Form::Large(large) => large.mantissa.bits() / 8,
        }
    }

    /// Returns the integer, or nothing for a fraction.
    pub(crate) fn to_integer(&self) -> Option<BigInt> {
        let exponent = u32::try_from(self.exponent()).ok()?;
        let (mantissa, ten) = (self.mantissa(), BigInt::from(10));
        if exponent == 0 { Some(mantissa) } else { mantissa.checked_mul(&ten.pow(exponent)) }
    }

    fn mantissa(&self) -> BigInt {
        match &self.0 {
            Form::Small { mantissa, .. } => BigInt::from(*mantissa),
            Form::Large(large) => large.mantissa.clone(),
        }
    }

    fn exponent(&self) -> i16 {
        match &self.0 {
            Form::Small { exponent, .. } => *exponent,
            Form::Large(large) => large.exponent,
        }
    }

    fn sign(&self) -> Sign {
        match &self.0 {
            Form::Small { mantissa: 0, .. } => Sign::NoSign,
            Form::Small { mantissa: ..0, .. } => Sign::Minus,
            Form::Small { .. } => Sign::Plus,
            Form::Large(large) => large.mantissa.sign(),
        }
    }

    /// Returns the mantissa's digits, the highest first, each from 0 to 9.
    fn digits(&self) -> Vec<u8> {
        match &self.0 {
            Form::Small { mantissa, .. } => digits_of(mantissa.unsigned_abs()),
            Form::Large(large) => large.mantissa.magnitude().to_radix_be(10),
        }
    }

    /// Returns how many digits stand before the point; below zero, how many zeros follow it.
    fn point(&self) -> i64 {
        let digits = match &self.0 {
            Form::Small { mantissa, .. } => length_of(mantissa.unsigned_abs()),
            Form::Large(_) => self.digits().len(),
        };
        i64::try_from(digits).unwrap_or(i64::MAX).saturating_add(self.exponent().into())
    }

    /// Compares the absolute values of two numbers that are not 0.
    fn compare_magnitude(&self, other: &Self) -> Ordering {
        self.point().cmp(&other.point()).then_with(|| {
            // As many digits before the point: the first that differs decides, and then the length.
            self.digits().cmp(&other.digits())
        })
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self(Form::Small { mantissa: integer, exponent: 0 })
    }
}

impl From<usize> for Number {
    fn from(integer: usize) -> Self {
        // No length in memory is longer.
        Self::from(i64::try_from(integer).unwrap_or(i64::MAX))
    }
}

impl TryFrom<BigInt> for Number {
    type Error = Fault;

    fn try_from(integer: BigInt) -> Result<Self, Fault> {
        Self::new(integer, 0)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Some(one), Some(other)) = (self.as_i64(), other.as_i64()) {
            return one.cmp(&other);
        }
        let (sign, other_sign) = (self.sign(), other.sign());
        sign.cmp(&other_sign).then_with(|| match sign {
            Sign::NoSign => Ordering::Equal,
            Sign::Plus => self.compare_magnitude(other),
            Sign::Minus => other.compare_magnitude(self),
        })
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn check(digits: usize, exponent: i64) -> Result<(), Fault> {
    let digits = i64::try_from(digits).unwrap_or(i64::MAX);
    let point = digits.saturating_add(exponent);
    let is_short = digits <= MAX_DIGITS && point <= MAX_DIGITS && exponent >= MAX_DIGITS.saturating_neg();
    if is_short { Ok(()) } else { Err(TOO_LONG) }
}

/// Counts digits.
fn length_of(number: u64) -> usize {
    usize::try_from(number.checked_ilog10().unwrap_or(0).saturating_add(1)).unwrap_or(usize::MAX)
}

/// Returns digits, the highest first, each from 0 to 9.
fn digits_of(mut number: u64) -> Vec<u8> {
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(u8::try_from(number % 10).unwrap_or(0));
        number /= 10;
    }
    digits.reverse();
    digits
}

#[cfg(test)]
mod tests;
