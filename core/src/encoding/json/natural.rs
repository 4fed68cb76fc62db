//! Natural numbers of any size, as far as decimals need them.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// How many bits a limb has.
const LIMB_BITS: u32 = 32;

/// The largest power of ten in a limb, and its exponent.
const TEN_TO_NINE: u32 = 1_000_000_000;

/// Is a natural number: limbs, the least significant first, without a leading zero.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Natural(Vec<u32>);

impl Natural {
    /// Makes a number of its decimal digits, each from 0 to 9.
    pub(super) fn from_digits(digits: &[u8]) -> Self {
        let mut number = Self(Vec::new());
        for digit in digits {
            number.scale(10, u32::from(*digit));
        }
        number
    }

    /// Multiplies by `factor`, which is not 0, and adds `addend`.
    pub(super) fn scale(&mut self, factor: u32, addend: u32) {
        let mut carry = u64::from(addend);
        for limb in &mut self.0 {
            // At most (2^32 - 1)^2 + 2^32 - 1, which fits.
            let wide = u64::from(*limb).wrapping_mul(u64::from(factor)).wrapping_add(carry);
            *limb = low(wide);
            carry = wide >> LIMB_BITS;
        }
        if carry > 0 {
            self.0.push(low(carry));
        }
    }

    /// Multiplies by a power of ten.
    pub(super) fn scale_by_ten(&mut self, mut exponent: u32) {
        while let Some(rest) = exponent.checked_sub(9) {
            self.scale(TEN_TO_NINE, 0);
            exponent = rest;
        }
        self.scale(10_u32.saturating_pow(exponent), 0);
    }

    /// Multiplies by a power of two.
    pub(super) fn shift(&mut self, bits: u32) {
        self.scale(1 << (bits % LIMB_BITS), 0);
        let mut limbs = vec![0; (bits / LIMB_BITS) as usize];
        limbs.append(&mut self.0);
        self.0 = limbs;
    }

    /// Adds another number.
    pub(super) fn add(&mut self, other: &Self) {
        let size = self.0.len().max(other.0.len());
        self.0.resize(size, 0);
        let mut carry = 0_u64;
        for (limb, more) in self.0.iter_mut().zip(other.0.iter().chain(core::iter::repeat(&0))) {
            let wide = u64::from(*limb).wrapping_add(u64::from(*more)).wrapping_add(carry);
            *limb = low(wide);
            carry = wide >> LIMB_BITS;
        }
        if carry > 0 {
            self.0.push(low(carry));
        }
    }

    /// Takes another number away if it is not larger, and tells whether it did.
    pub(super) fn take(&mut self, other: &Self) -> bool {
        if *self < *other {
            return false;
        }
        let mut borrow = false;
        for (limb, less) in self.0.iter_mut().zip(other.0.iter().chain(core::iter::repeat(&0))) {
            let (rest, first) = limb.overflowing_sub(*less);
            let (rest, second) = rest.overflowing_sub(u32::from(borrow));
            *limb = rest;
            borrow = first || second;
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        true
    }

    /// Returns how many bits it has.
    pub(super) fn bits(&self) -> u32 {
        let bits = |limbs: usize| u32::try_from(limbs).unwrap_or(u32::MAX).saturating_mul(LIMB_BITS);
        bits(self.0.len()).saturating_sub(self.0.last().map_or(0, |limb| limb.leading_zeros()))
    }
}

impl From<u64> for Natural {
    fn from(number: u64) -> Self {
        let mut limbs = vec![low(number), low(number >> LIMB_BITS)];
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        Self(limbs)
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is what is asked for")]
fn low(wide: u64) -> u32 {
    wide as u32
}
