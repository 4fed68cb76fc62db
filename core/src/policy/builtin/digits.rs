//! Doubles as decimal digits, rounded at a place: what `sprintf` writes.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use num_bigint::BigInt;

/// Is 0.d₁d₂d₃… · 10^point.
pub(super) struct Digits {
    pub(super) digits: Vec<u8>,
    pub(super) point: i64,
}

impl Digits {
    /// Returns all digits of a double, at most 767.
    pub(super) fn exact(float: f64) -> Self {
        let bits = float.abs().to_bits();
        let stored = i64::try_from(bits >> 52).unwrap_or(0);
        let fraction = bits & ((1 << 52) - 1);
        let mantissa = if stored > 0 { fraction | 1 << 52 } else { fraction };
        let exponent = stored.max(1).saturating_sub(1075);
        let base = if exponent < 0 { 5 } else { 2 };
        let power = BigInt::from(base).pow(u32::try_from(exponent.unsigned_abs()).unwrap_or(0));
        let integer = BigInt::from(mantissa).checked_mul(&power).unwrap_or_default();
        let digits = if mantissa == 0 { Vec::new() } else { integer.to_radix_be(10).1 };
        let point = i64::try_from(digits.len()).unwrap_or(0).saturating_add(exponent.min(0));
        Self { point: if digits.is_empty() { 0 } else { point }, digits }
    }

    /// Rounds to a number of digits; of two as near, to the even one.
    pub(super) fn round(&mut self, count: i64) {
        let Ok(count) = usize::try_from(count) else {
            self.digits.clear();
            return;
        };
        let Some((kept, [first, rest @ ..])) = self.digits.split_at_checked(count) else { return };
        let is_odd = kept.last().is_some_and(|digit| digit & 1 == 1);
        let is_up = *first > 5 || *first == 5 && (is_odd || rest.iter().any(|digit| *digit > 0));
        self.digits.truncate(count);
        if is_up {
            self.increment();
        }
    }

    fn increment(&mut self) {
        for digit in self.digits.iter_mut().rev() {
            if *digit < 9 {
                *digit = digit.saturating_add(1);
                return;
            }
            *digit = 0;
        }
        self.digits.insert(0, 1);
        self.point = self.point.saturating_add(1);
    }

    /// Writes `123.45` with so many places.
    pub(super) fn fixed(&self, places: usize, out: &mut String) {
        let whole = usize::try_from(self.point).unwrap_or(0);
        if whole == 0 {
            out.push('0');
        }
        self.put(0, whole, out);
        if places > 0 {
            out.push('.');
            let zeros = usize::try_from(self.point.saturating_neg()).unwrap_or(0).min(places);
            out.extend(core::iter::repeat_n('0', zeros));
            self.put(whole, places.saturating_sub(zeros), out);
        }
    }

    /// Writes `1.2345e+02` with so many places.
    pub(super) fn scientific(&self, places: usize, mark: char, out: &mut String) {
        self.put(0, 1, out);
        if places > 0 {
            out.push('.');
            self.put(1, places, out);
        }
        let power = if self.digits.is_empty() { 0 } else { self.point.saturating_sub(1) };
        out.push(mark);
        out.push(if power < 0 { '-' } else { '+' });
        let power = power.unsigned_abs().to_string();
        if power.len() < 2 {
            out.push('0');
        }
        out.push_str(&power);
    }

    /// Writes digits from a place on, and zeros behind the last.
    fn put(&self, from: usize, count: usize, out: &mut String) {
        let digits = self.digits.iter().skip(from).map(|digit| char::from(digit.wrapping_add(b'0')));
        out.extend(digits.chain(core::iter::repeat('0')).take(count));
    }
}
