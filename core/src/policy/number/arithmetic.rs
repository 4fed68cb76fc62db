//! Arithmetic: exact on integers, in 64-bit floating point where a fraction takes part or comes out.

use num_bigint::BigInt;

use super::float::Float;
use super::{Number, TOO_LONG};
use crate::policy::fuel::Fault;

impl Number {
    /// Adds.
    pub(crate) fn add(&self, other: &Self) -> Result<Self, Fault> {
        match self.exact(other, i64::checked_add, BigInt::checked_add) {
            Some(sum) => sum,
            None => Float::of(self).add(Float::of(other)).to_number(),
        }
    }

    /// Subtracts.
    pub(crate) fn subtract(&self, other: &Self) -> Result<Self, Fault> {
        match self.exact(other, i64::checked_sub, BigInt::checked_sub) {
            Some(difference) => difference,
            None => Float::of(self).add(Float::of(other).negate()).to_number(),
        }
    }

    /// Multiplies.
    pub(crate) fn multiply(&self, other: &Self) -> Result<Self, Fault> {
        match self.exact(other, i64::checked_mul, BigInt::checked_mul) {
            Some(product) => product,
            None => Float::of(self).multiply(Float::of(other)).to_number(),
        }
    }

    /// Divides; nothing by zero.
    pub(crate) fn divide(&self, other: &Self) -> Result<Option<Self>, Fault> {
        if let (Some(above), Some(below)) = (self.as_i64(), other.as_i64())
            && above.checked_rem(below) == Some(0)
            && let Some(quotient) = above.checked_div(below)
        {
            return Ok(Some(Self::from(quotient)));
        }
        Float::of(self).divide(Float::of(other)).map(Float::to_number).transpose()
    }

    /// Adds all; in floating point if one of them has a fraction.
    pub(crate) fn sum(numbers: &[&Self]) -> Result<Self, Fault> {
        if numbers.iter().all(|number| number.is_integer()) {
            return numbers.iter().try_fold(Self::from(0_i64), |sum, number| sum.add(number));
        }
        numbers.iter().fold(Float::of(&Self::from(0_i64)), |sum, number| sum.add(Float::of(number))).to_number()
    }

    /// Multiplies all; if one of them has a fraction, in the 53 bits of a double, which is what OPA starts with.
    pub(crate) fn product(numbers: &[&Self]) -> Result<Self, Fault> {
        if numbers.iter().all(|number| number.is_integer()) {
            return numbers.iter().try_fold(Self::from(1_i64), |product, number| product.multiply(number));
        }
        let one = Float::of(&Self::from(1_i64)).with_double_precision();
        numbers.iter().fold(one, |product, number| product.multiply(Float::of(number))).to_number()
    }

    /// Multiplies exactly by a factor and a power of ten.
    pub(crate) fn scale(&self, factor: i64, power: i16) -> Result<Self, Fault> {
        let mantissa = self.mantissa().checked_mul(&BigInt::from(factor)).ok_or(TOO_LONG)?;
        Self::new(mantissa, i64::from(self.exponent()).saturating_add(power.into()))
    }

    /// Rounds to so many places; of two as near, to the one further from 0.
    pub(crate) fn round_to(&self, places: u16) -> Result<Self, Fault> {
        let places = i16::try_from(places).unwrap_or(i16::MAX);
        self.scale(1, places)?.round()?.scale(1, places.saturating_neg())
    }

    /// Returns what is left of a division of integers, with the sign of the first; nothing by zero or for fractions.
    pub(crate) fn remainder(&self, other: &Self) -> Result<Option<Self>, Fault> {
        if let (Some(above), Some(below)) = (self.as_i64(), other.as_i64()) {
            return Ok(above.checked_rem(below).or((below == -1).then_some(0)).map(Self::from));
        }
        let (Some(above), Some(below)) = (self.to_integer(), other.to_integer()) else { return Ok(None) };
        let Some(quotient) = above.checked_div(&below) else { return Ok(None) };
        let product = quotient.checked_mul(&below).ok_or(TOO_LONG)?;
        above.checked_sub(&product).map(Self::try_from).transpose()
    }

    /// Returns the absolute value.
    pub(crate) fn magnitude(&self) -> Result<Self, Fault> {
        if self.is_negative() { self.negate() } else { Ok(self.clone()) }
    }

    /// Changes the sign.
    pub(crate) fn negate(&self) -> Result<Self, Fault> {
        let negated = BigInt::from(0).checked_sub(&self.mantissa()).ok_or(TOO_LONG)?;
        Self::new(negated, self.exponent().into())
    }

    /// Returns the next integer below.
    pub(crate) fn floor(&self) -> Result<Self, Fault> {
        self.whole(|whole, rest| if rest.is_negative() { whole.subtract(&Self::from(1_i64)) } else { Ok(whole) })
    }

    /// Returns the next integer above.
    pub(crate) fn ceil(&self) -> Result<Self, Fault> {
        self.whole(|whole, rest| if rest.is_negative() { Ok(whole) } else { whole.add(&Self::from(1_i64)) })
    }

    /// Returns the nearest integer; of two, the one further from 0.
    pub(crate) fn round(&self) -> Result<Self, Fault> {
        self.whole(|whole, rest| {
            let half = Self::new(BigInt::from(5), -1)?;
            match (rest.magnitude()? < half, rest.is_negative()) {
                (true, _) => Ok(whole),
                (false, true) => whole.subtract(&Self::from(1_i64)),
                (false, false) => whole.add(&Self::from(1_i64)),
            }
        })
    }

    /// Cuts the fraction off.
    pub(crate) fn truncate(&self) -> Result<Self, Fault> {
        self.whole(|whole, _| Ok(whole))
    }

    /// Splits a number that is no integer towards 0, and hands both parts on.
    fn whole(&self, finish: impl FnOnce(Self, Self) -> Result<Self, Fault>) -> Result<Self, Fault> {
        if self.is_integer() {
            return Ok(self.clone());
        }
        let (mantissa, exponent) = (self.mantissa(), self.exponent());
        let power = BigInt::from(10).pow(exponent.unsigned_abs().into());
        let whole = mantissa.checked_div(&power).ok_or(TOO_LONG)?;
        let cut = whole.checked_mul(&power).and_then(|product| mantissa.checked_sub(&product)).ok_or(TOO_LONG)?;
        finish(Self::try_from(whole)?, Self::new(cut, exponent.into())?)
    }

    fn exact(
        &self,
        other: &Self,
        small: impl FnOnce(i64, i64) -> Option<i64>,
        large: impl FnOnce(&BigInt, &BigInt) -> Option<BigInt>,
    ) -> Option<Result<Self, Fault>> {
        if let (Some(one), Some(other)) = (self.as_i64(), other.as_i64())
            && let Some(result) = small(one, other)
        {
            return Some(Ok(Self::from(result)));
        }
        large(&self.to_integer()?, &other.to_integer()?).map(Self::try_from)
    }
}
