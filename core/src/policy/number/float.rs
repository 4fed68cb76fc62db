//! Binary floating point of 64 bits, which is what OPA computes fractions in: precise enough that `0.1 + 0.2` is `0.3`.
//!
//! Every operation rounds once, to the nearest, of two to the even one.

use num_bigint::{BigInt, Sign};

use super::{Number, TOO_LONG};
use crate::policy::fuel::Fault;

/// The bits of a mantissa.
const BITS: i64 = 64;

/// The bits of a double's mantissa.
const DOUBLE_BITS: i64 = 53;

/// Is a mantissa times a power of two.
// INVARIANT: the mantissa's highest bit is set, or it is 0; those below the precision are not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Float {
    is_negative: bool,
    mantissa: u64,
    exponent: i64,
    precision: i64,
}

impl Float {
    /// Returns the nearest one to a number.
    pub(super) fn of(number: &Number) -> Self {
        Self::nearest(BITS, number)
    }

    /// Returns the nearest double of a number that is no smaller than the smallest with all its bits.
    pub(super) fn double_of(number: &Number) -> Option<f64> {
        let Self { is_negative, mantissa, exponent, .. } = Self::nearest(DOUBLE_BITS, number);
        let stored = u64::try_from(exponent.saturating_add(BITS).saturating_add(1022)).ok()?;
        let fraction = mantissa >> BITS.saturating_sub(DOUBLE_BITS) & ((1 << 52) - 1);
        let magnitude = (1..2047).contains(&stored).then(|| f64::from_bits(stored << 52 | fraction))?;
        Some(if is_negative { -magnitude } else { magnitude })
    }

    fn nearest(precision: i64, number: &Number) -> Self {
        let (sign, magnitude) = number.mantissa().into_parts();
        let (mantissa, one) = (BigInt::from(magnitude), BigInt::from(1));
        let power = BigInt::from(10).pow(number.exponent().unsigned_abs().into());
        let (above, below) = if number.exponent() < 0 {
            (mantissa, power)
        } else {
            (mantissa.checked_mul(&power).unwrap_or_default(), one)
        };
        let bits = |number: &BigInt| i64::try_from(number.bits()).unwrap_or(i64::MAX);
        // The quotient has 66 or 67 bits.
        let shift = BITS.saturating_add(2).saturating_sub(bits(&above)).saturating_add(bits(&below));
        let (above, below) = (shifted(&above, shift), shifted(&below, shift.saturating_neg()));
        let quotient = above.checked_div(&below).unwrap_or_default();
        let is_inexact = quotient.checked_mul(&below).unwrap_or_default() != above;
        let bits = u128::try_from(&quotient).unwrap_or(0);
        Self::round_to(precision, sign == Sign::Minus, bits, shift.saturating_neg(), is_inexact)
    }

    /// Rounds to 64 bits; `is_inexact` says that something positive below the lowest bit was cut off before.
    fn round(is_negative: bool, bits: u128, exponent: i64, is_inexact: bool) -> Self {
        Self::round_to(BITS, is_negative, bits, exponent, is_inexact)
    }

    fn round_to(precision: i64, is_negative: bool, bits: u128, exponent: i64, is_inexact: bool) -> Self {
        // With its highest bit set, the number lies `room` below where its exponent says.
        let room = bits.leading_zeros();
        let (bits, exponent) = (bits.checked_shl(room).unwrap_or(0), exponent.saturating_sub(room.into()));
        let cut = u32::try_from(BITS.saturating_mul(2).saturating_sub(precision)).unwrap_or(0);
        let (kept, half) = (bits >> cut, 1_u128 << cut >> 1);
        let rest = bits ^ kept << cut;
        let is_up = rest > half || rest == half && (is_inexact || kept & 1 == 1);
        let rounded = kept.saturating_add(u128::from(is_up)) << cut;
        let exponent = exponent.saturating_add(BITS);
        match u64::try_from(rounded >> BITS) {
            // Rounded up to the next power of two, the highest bit fell out.
            Ok(0) if is_up => Self { is_negative, mantissa: 1 << 63, exponent: exponent.saturating_add(1), precision },
            mantissa => Self { is_negative, mantissa: mantissa.unwrap_or(0), exponent, precision },
        }
    }

    /// Makes what it is multiplied with be rounded as doubles are.
    pub(super) const fn with_double_precision(self) -> Self {
        Self { precision: DOUBLE_BITS, ..self }
    }

    pub(super) const fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    pub(super) const fn negate(self) -> Self {
        Self { is_negative: !self.is_negative, ..self }
    }

    pub(super) fn add(self, other: Self) -> Self {
        let (large, small) = if (self.is_zero(), self.exponent, self.mantissa)
            .cmp(&(other.is_zero(), other.exponent, other.mantissa))
            .is_ge()
            != (self.is_zero() != other.is_zero())
        {
            (self, other)
        } else {
            (other, self)
        };
        if small.is_zero() {
            return large;
        }
        // Room below for what is shifted out, and above for a carry.
        let distance = u32::try_from(large.exponent.saturating_sub(small.exponent)).unwrap_or(u32::MAX);
        let (above, below) = (u128::from(large.mantissa) << 62, u128::from(small.mantissa) << 62);
        let moved = below.checked_shr(distance).unwrap_or(0);
        let is_inexact = moved.checked_shl(distance).unwrap_or(0) != below;
        let bits = if large.is_negative == small.is_negative {
            above.saturating_add(moved)
        } else {
            // What was cut off makes the difference smaller.
            above.saturating_sub(moved).saturating_sub(u128::from(is_inexact))
        };
        Self::round(large.is_negative, bits, large.exponent.saturating_sub(62), is_inexact)
    }

    pub(super) fn multiply(self, other: Self) -> Self {
        let bits = u128::from(self.mantissa).saturating_mul(u128::from(other.mantissa));
        let exponent = self.exponent.saturating_add(other.exponent);
        Self::round_to(self.precision, self.is_negative != other.is_negative, bits, exponent, false)
    }

    /// Divides; nothing by zero.
    pub(super) fn divide(self, other: Self) -> Option<Self> {
        let (above, below) = (u128::from(self.mantissa) << 64, u128::from(other.mantissa));
        let (quotient, rest) = (above.checked_div(below)?, above.checked_rem(below)?.saturating_mul(2));
        let (bit, rest) = if rest >= below { (1, rest.saturating_sub(below)) } else { (0, rest) };
        let exponent = self.exponent.saturating_sub(other.exponent).saturating_sub(65);
        let bits = quotient.saturating_mul(2).saturating_add(bit);
        Some(Self::round(self.is_negative != other.is_negative, bits, exponent, rest > 0))
    }

    /// Returns the shortest decimal between the middles to both neighbours, of several the nearest.
    pub(super) fn to_number(self) -> Result<Number, Fault> {
        if self.is_zero() {
            return Ok(Number::from(0_i64));
        }
        if let Some(integer) = self.to_u64() {
            return Number::new(self.signed(integer.into()), 0);
        }
        // Ten times the mantissa, and half of the distance to a neighbour, times powers that make both integers.
        let (two, five) = (BigInt::from(2), BigInt::from(5));
        let size = u32::try_from(self.exponent.unsigned_abs()).ok().filter(|size| *size < 8192).ok_or(TOO_LONG)?;
        let power = if self.exponent < 0 { &five } else { &two }.pow(size);
        let unit = power.checked_mul(&five).ok_or(TOO_LONG)?;
        let value = unit.checked_mul(&BigInt::from(u128::from(self.mantissa) << 1)).ok_or(TOO_LONG)?;
        let lowest = 1_u64 << BITS.saturating_sub(self.precision);
        let half = unit.checked_mul(&BigInt::from(lowest)).ok_or(TOO_LONG)?;
        let places = self.exponent.min(0).saturating_sub(1);
        let (digits, cut) = shortest(&value, &half, self.mantissa & lowest == 0).ok_or(TOO_LONG)?;
        Number::new(self.signed(digits), places.saturating_add(cut.into()))
    }

    /// Returns the absolute value, if it is an integer of 64 bits.
    fn to_u64(self) -> Option<u64> {
        let places = u32::try_from(self.exponent.checked_neg()?).ok()?;
        let integer = self.mantissa.checked_shr(places)?;
        let is_exact = integer.checked_shl(places) == Some(self.mantissa);
        (is_exact && integer.checked_shr(u32::try_from(self.precision).ok()?).unwrap_or(0) == 0).then_some(integer)
    }

    fn signed(self, magnitude: BigInt) -> BigInt {
        let sign = if self.is_negative { Sign::Minus } else { Sign::Plus };
        BigInt::from_biguint(sign, magnitude.into_parts().1)
    }
}

/// Returns the multiple of the highest power of ten within `half` of `value`, divided by that power, and the power.
fn shortest(value: &BigInt, half: &BigInt, is_inclusive: bool) -> Option<(BigInt, u32)> {
    let width = half.checked_mul(&BigInt::from(2))?;
    let digits = u32::try_from(width.to_radix_le(10).1.len()).ok()?;
    // A power beyond the width has at most one multiple in it; the next lower power has one for sure.
    for cut in [digits, digits.saturating_sub(1), 0] {
        let power = BigInt::from(10).pow(cut);
        let below = value.checked_div(&power)?;
        let rest = value.checked_sub(&below.checked_mul(&power)?)?;
        let to_next = power.checked_sub(&rest)?;
        let is_up = to_next < rest || to_next == rest && below.bit(0);
        let distance = if is_up { &to_next } else { &rest };
        if distance < half || is_inclusive && distance == half {
            let nearest = if is_up { below.checked_add(&BigInt::from(1))? } else { below };
            return Some((nearest, cut));
        }
    }
    None
}

/// Multiplies by a power of two; a negative one leaves the number as it is.
fn shifted(number: &BigInt, by: i64) -> BigInt {
    let power = BigInt::from(2).pow(u32::try_from(by).unwrap_or(0));
    number.checked_mul(&power).unwrap_or_default()
}
