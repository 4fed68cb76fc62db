//! Numbers between decimal text and IEEE 754 double precision, exact both ways.
//!
//! The standard library does both, with tables of 20 KB.

use alloc::vec::Vec;

use super::natural::Natural;

/// The largest integer that every runtime holds exactly, 2^53 - 1.
pub(super) const MAX_SAFE_INTEGER: u64 = (1 << FRACTION_BITS << 1) - 1;

/// The bits of a number's fraction.
const FRACTION_BITS: u32 = 52;

/// The exponent of the smallest number with all its bits.
const MIN_EXPONENT: i32 = -1022;

/// More digits than this decide nothing but whether a number lies above the middle of its two neighbours.
const MAX_DIGITS: usize = 800;

/// Is a positive decimal number, 0.d₁d₂d₃… · 10^point, with neither its first nor its last digit 0. Without a digit, it is 0.
pub(super) struct Decimal {
    /// Each from 0 to 9.
    pub(super) digits: Vec<u8>,
    pub(super) point: i32,
}

impl Decimal {
    /// Reads a number of JSON's grammar, its sign left out.
    pub(super) fn parse(text: &[u8]) -> Self {
        let (mut digits, mut point, mut is_fraction, mut is_longer) = (Vec::new(), 0_i32, false, false);
        let mut bytes = text.iter();
        for byte in bytes.by_ref() {
            match byte {
                b'.' => is_fraction = true,
                b'0'..=b'9' => {
                    let is_leading = digits.is_empty() && *byte == b'0';
                    if digits.len() < MAX_DIGITS && !is_leading {
                        digits.push(byte.wrapping_sub(b'0'));
                    } else {
                        is_longer |= *byte != b'0';
                    }
                    match (is_fraction, is_leading) {
                        (false, false) => point = point.saturating_add(1),
                        (true, true) => point = point.saturating_sub(1),
                        _ => {}
                    }
                }
                _ => break,
            }
        }
        while digits.last() == Some(&0) && !is_longer {
            digits.pop();
        }
        if is_longer {
            digits.push(1);
        }
        Self { digits, point: point.saturating_add(exponent(bytes.as_slice())) }
    }

    /// Returns the nearest double; of two, the even one. Nothing is returned for a number of 10^16 and more.
    pub(super) fn to_float(&self) -> Option<f64> {
        let size = i32::try_from(self.digits.len()).unwrap_or(i32::MAX);
        let places = size.saturating_sub(self.point);
        match self.point {
            _ if self.digits.is_empty() => return Some(0.0),
            17.. => return None,
            // Less than half of the smallest number.
            ..-323 => return Some(0.0),
            _ => {}
        }
        if let Some(float) = self.to_float_in_one_step(places) {
            return Some(float);
        }
        let mut number = Natural::from_digits(&self.digits);
        let mut divisor = Natural::from(1);
        match u32::try_from(places) {
            Ok(places) => divisor.scale_by_ten(places),
            Err(_) => number.scale_by_ten(places.unsigned_abs()),
        }
        Some(quotient(number, divisor))
    }

    /// Divides two doubles that are exact, so that only their quotient is rounded.
    fn to_float_in_one_step(&self, places: i32) -> Option<f64> {
        if self.digits.len() > 15 || !(0..=22).contains(&places) {
            return None;
        }
        let fold = |number: f64, digit: &u8| number * 10.0 + f64::from(*digit);
        Some(self.digits.iter().fold(0.0, fold) / (0..places).fold(1.0, |power, _| power * 10.0))
    }

    /// Returns the fewest digits that give a positive number back; of two such decimals, the nearer one, or else the even.
    pub(super) fn shortest(float: f64) -> Self {
        short(float).unwrap_or_else(|| free(float))
    }
}

fn exponent(text: &[u8]) -> i32 {
    let (is_negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    let fold = |value: i32, digit: &u8| value.saturating_mul(10).saturating_add(i32::from(digit.wrapping_sub(b'0')));
    let exponent = digits.iter().fold(0, fold);
    if is_negative { exponent.saturating_neg() } else { exponent }
}

/// Divides, bit by bit.
fn quotient(mut number: Natural, mut divisor: Natural) -> f64 {
    let (size, divisor_size) = (number.bits(), divisor.bits());
    number.shift(divisor_size.saturating_sub(size));
    divisor.shift(size.saturating_sub(divisor_size));
    let mut exponent = size.cast_signed().saturating_sub(divisor_size.cast_signed());
    if number < divisor {
        number.shift(1);
        exponent = exponent.saturating_sub(1);
    }
    // Now 1 <= number / divisor < 2. Below the smallest exponent, a number has fewer bits.
    let lost = MIN_EXPONENT.saturating_sub(exponent).max(0).unsigned_abs();
    let Some(bits) = FRACTION_BITS.saturating_add(1).checked_sub(lost) else { return 0.0 };
    let mut mantissa = 0_u64;
    for _ in 0..bits {
        mantissa = mantissa << 1 | u64::from(number.take(&divisor));
        number.shift(1);
    }
    let is_up = number > divisor || number == divisor && mantissa & 1 == 1;
    // The highest bit of a number with all its bits is not stored; added to the exponent, it counts as one.
    let stored = u64::from(exponent.max(MIN_EXPONENT).saturating_sub(MIN_EXPONENT).unsigned_abs()) << FRACTION_BITS;
    f64::from_bits(stored.saturating_add(mantissa).saturating_add(u64::from(is_up)))
}

/// Finds a decimal of at most 15 digits and 15 places: no other of that many gives the same double.
fn short(float: f64) -> Option<Decimal> {
    let mut power = 1.0;
    for places in 0..=15 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a positive number below 2^53")]
        let scaled = (float * power + 0.5) as u64;
        if scaled >= 1_000_000_000_000_000 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "it has 15 digits")]
        if scaled > 0 && scaled as f64 / power == float {
            let mut digits = Vec::new();
            let mut rest = scaled;
            while rest > 0 {
                digits.insert(0, u8::try_from(rest % 10).unwrap_or(0));
                rest /= 10;
            }
            let point = i32::try_from(digits.len()).unwrap_or(0).saturating_sub(places);
            while digits.last() == Some(&0) {
                digits.pop();
            }
            return Some(Decimal { digits, point });
        }
        power *= 10.0;
    }
    None
}

/// Writes digits until no further is needed (Steele and White, "How to print floating-point numbers accurately", 1990).
fn free(float: f64) -> Decimal {
    let stored = i32::try_from(float.to_bits() >> FRACTION_BITS).unwrap_or(0);
    let fraction = float.to_bits() & (MAX_SAFE_INTEGER >> 1);
    let mantissa = if stored > 0 { fraction | 1 << FRACTION_BITS } else { fraction };
    let exponent =
        stored.max(1).saturating_sub(1).saturating_add(MIN_EXPONENT).saturating_sub(FRACTION_BITS.cast_signed());
    // The number is `rest / unit`, and half of the way to its neighbours is `above / unit` and `below / unit`.
    let is_power = fraction == 0 && stored > 1;
    let (mut rest, mut unit) = (Natural::from(mantissa), Natural::from(1));
    let (mut above, mut below) = (Natural::from(1), Natural::from(1));
    [&mut rest, &mut unit].into_iter().for_each(|number| number.shift(1));
    if is_power {
        [&mut rest, &mut unit, &mut above].into_iter().for_each(|number| number.shift(1));
    }
    let upwards = u32::try_from(exponent).unwrap_or(0);
    [&mut rest, &mut above, &mut below].into_iter().for_each(|number| number.shift(upwards));
    unit.shift(exponent.min(0).unsigned_abs());
    // From the logarithm rounded down, at most one too small.
    let logarithm = rest.bits().cast_signed().saturating_sub(unit.bits().cast_signed()).saturating_sub(1);
    let mut point = logarithm.saturating_mul(78_913) >> 18;
    unit.scale_by_ten(u32::try_from(point).unwrap_or(0));
    let places = point.min(0).unsigned_abs();
    [&mut rest, &mut above, &mut below].into_iter().for_each(|number| number.scale_by_ten(places));
    let is_even = mantissa & 1 == 0;
    let reaches = |rest: &Natural, above: &Natural, unit: &Natural| {
        let mut sum = rest.clone();
        sum.add(above);
        sum > *unit || is_even && sum == *unit
    };
    while reaches(&rest, &above, &unit) {
        unit.scale(10, 0);
        point = point.saturating_add(1);
    }
    let mut digits = Vec::new();
    loop {
        [&mut rest, &mut above, &mut below].into_iter().for_each(|number| number.scale(10, 0));
        let mut digit = 0_u8;
        while rest.take(&unit) {
            digit = digit.saturating_add(1);
        }
        let is_low = rest < below || is_even && rest == below;
        let is_high = reaches(&rest, &above, &unit);
        if is_low || is_high {
            rest.shift(1);
            let is_nearer = rest > unit || rest == unit && digit & 1 == 1;
            digits.push(digit.saturating_add(u8::from(is_high && (!is_low || is_nearer))));
            return Decimal { digits, point };
        }
        digits.push(digit);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::format;

    use super::*;
    use crate::encoding::json::{self, write};

    fn read(text: &str) -> f64 {
        Decimal::parse(text.as_bytes()).to_float().unwrap()
    }

    /// Returns the digits of what lies in the middle of two neighbours, and how many of them are places.
    fn middle(lower: f64) -> (Vec<u8>, usize) {
        let stored = (lower.to_bits() >> 52) as i32;
        let mantissa = (lower.to_bits() & ((1 << 52) - 1)) | if stored > 0 { 1 << 52 } else { 0 };
        let places = usize::try_from(1075 - stored.max(1) + 1).unwrap();
        let mut digits: Vec<u32> =
            (mantissa * 2 + 1).to_string().bytes().rev().map(|digit| u32::from(digit - b'0')).collect();
        for _ in 0..places {
            let mut carry = 0;
            for digit in &mut digits {
                carry += *digit * 5;
                *digit = carry % 10;
                carry /= 10;
            }
            digits.extend((carry > 0).then_some(carry));
        }
        (digits.into_iter().rev().map(|digit| digit as u8 + b'0').collect(), places)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn numbers_are_written_as_another_writer_does(bits in any::<u64>(), small in any::<u32>(), places in 0_i32..12) {
            for float in [f64::from_bits(bits), f64::from_bits(bits & (0x7ff << 52)), f64::from(small) / 10_f64.powi(places)] {
                prop_assume!(float.is_finite());
                let mut text = Vec::new();
                write::float(float, &mut text);
                let mut buffer = ryu_js::Buffer::new();
                prop_assert_eq!(String::from_utf8(text).unwrap(), buffer.format_finite(float));
            }
        }

        #[test]
        fn numbers_are_read_as_another_reader_does(bits in 0_u64..0x4340_0000_0000_0000, precision in 0_usize..30) {
            let float = f64::from_bits(bits);
            for text in [format!("{float:e}"), format!("{float:.precision$e}"), format!("{float:.precision$}")] {
                prop_assert_eq!(read(&text), text.parse::<f64>().unwrap(), "{}", text);
            }
        }

        #[test]
        fn forms_of_json_are_read(text in "(0|[1-9][0-9]{0,9})(\\.[0-9]{1,40})?([eE][+-]?0{0,3}[0-9]{1,3})?") {
            let expected: f64 = text.parse().unwrap();
            match Decimal::parse(text.as_bytes()).to_float() {
                Some(float) => prop_assert_eq!(float, expected, "{}", text),
                None => prop_assert!(expected >= 1e16, "{}", text),
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn the_middle_of_two_numbers_becomes_the_even_one(bits in 0_u64..0x4330_0000_0000_0000, shift in 0_u32..52) {
            for bits in [bits, bits >> shift, bits >> shift << shift] {
                let (digits, places) = middle(f64::from_bits(bits));
                let digits = String::from_utf8(digits).unwrap();
                let even = f64::from_bits(bits + (bits & 1));
                let below = format!("{}49", digits.strip_suffix('5').unwrap());
                prop_assert_eq!(read(&format!("{digits}e-{places}")), even);
                prop_assert_eq!(read(&format!("{digits}{}1e-{}", "0".repeat(900), places + 901)), f64::from_bits(bits + 1));
                prop_assert_eq!(read(&format!("{below}e-{}", places + 1)), f64::from_bits(bits));
            }
        }
    }

    /// The default of `serde_json` takes the first for its neighbour, which is written in other digits.
    #[test]
    fn a_number_is_read_to_the_last_bit() {
        for text in ["0.9910798119998291", "1.7976931348623157", "2.2250738585072011e-308", "4.9e-324", "2e-324"] {
            assert_eq!(read(text), text.parse::<f64>().unwrap(), "{text}");
        }
        let text = br#"[0.9910798119998291]"#;
        assert_eq!(json::canonical(&json::parse("text", text).unwrap()), text);
    }
}
