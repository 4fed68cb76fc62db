//! Numbers from text and to text.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use num_bigint::{BigInt, Sign};

use super::float::Float;
use super::{Form, MAX_DIGITS, Number, TOO_LONG};
use crate::encoding::json;
use crate::policy::fuel::Fault;

/// The most zeros that a number ends in before it is written with an exponent.
const MAX_ZEROS: i64 = 40;

/// The most zeros that follow a point before a number is written with an exponent.
const MAX_PLACES: i64 = 6;

/// The digits in front of the point that a double has at most.
const MAX_DOUBLE_POINT: i64 = 309;

impl Number {
    /// Reads a number of JSON's grammar, exactly; nothing for any other text.
    ///
    /// # Errors
    /// `Limit("number")` for more than [`MAX_DIGITS`] digits on either side of the point, which are never made.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, Fault> {
        let Some(parts) = Parts::split(text) else { return Ok(None) };
        let Parts { is_negative, whole, fraction, exponent } = parts;
        let digits: Vec<u8> =
            whole.bytes().chain(fraction.bytes()).map(|byte| byte.wrapping_sub(b'0')).skip_while(|d| *d == 0).collect();
        if digits.is_empty() {
            return Ok(Some(Self::from(0_i64)));
        }
        let places = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
        let zeros = digits.iter().rev().take_while(|digit| **digit == 0).count();
        let kept = digits.get(..digits.len().saturating_sub(zeros)).unwrap_or_default();
        if i64::try_from(kept.len()).unwrap_or(i64::MAX) > MAX_DIGITS {
            return Err(TOO_LONG);
        }
        let sign = if is_negative { Sign::Minus } else { Sign::Plus };
        let mantissa = BigInt::from_radix_be(sign, kept, 10).ok_or(TOO_LONG)?;
        let zeros = i64::try_from(zeros).unwrap_or(i64::MAX);
        Self::new(mantissa, exponent.saturating_sub(places).saturating_add(zeros)).map(Some)
    }

    /// Reads a number that may also begin with a plus, zeros or a point, or end in a point.
    pub(crate) fn parse_lenient(text: &str) -> Result<Option<Self>, Fault> {
        let (sign, unsigned) = match text.strip_prefix(['+', '-']) {
            Some(unsigned) => (if text.starts_with('-') { "-" } else { "" }, unsigned),
            None => ("", text),
        };
        let end = unsigned.find(['e', 'E']).unwrap_or(unsigned.len());
        let (number, exponent) = unsigned.split_at_checked(end).unwrap_or_default();
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() {
            return Ok(None);
        }
        // A zero more at either end changes nothing, but there must be a digit, and no zero in front of others.
        let whole = whole.trim_start_matches('0');
        let zero = if whole.is_empty() { "0" } else { "" };
        Self::parse(&[sign, zero, whole, ".", fraction, "0", exponent].concat())
    }

    /// Tells whether it lies within what doubles reach.
    pub(crate) fn is_double(&self) -> bool {
        self.point() <= MAX_DOUBLE_POINT
    }

    /// Takes the shortest decimal that gives the double back; nothing for what is no number.
    pub(crate) fn from_f64(float: f64) -> Option<Self> {
        if float == 0.0 {
            return Some(Self::from(0_i64));
        }
        if !float.is_finite() {
            return None;
        }
        let (digits, point) = json::shortest(float.abs());
        let sign = if float < 0.0 { Sign::Minus } else { Sign::Plus };
        let places = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        Self::new(BigInt::from_radix_be(sign, &digits, 10)?, i64::from(point).saturating_sub(places)).ok()
    }

    /// Returns the nearest double of a number below 10^16, and nothing from there.
    pub(crate) fn to_f64(&self) -> Option<f64> {
        let point = i32::try_from(self.point()).ok()?;
        let mut digits = self.digits();
        while digits.last() == Some(&0) {
            digits.pop();
        }
        let float = json::nearest(digits, point)?;
        Some(if self.is_negative() { -float } else { float })
    }
}

impl Number {
    /// Returns the nearest double; nothing beyond them.
    pub(crate) fn to_double(&self) -> Option<f64> {
        self.to_f64().or_else(|| Float::double_of(self))
    }
}

/// Writes the number exactly, in JSON's grammar.
impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Form::Small { mantissa, exponent: 0 } = self.0 {
            return write!(formatter, "{mantissa}");
        }
        let digits: String = self.digits().iter().map(|digit| char::from(digit.wrapping_add(b'0'))).collect();
        let (exponent, point) = (i64::from(self.exponent()), self.point());
        if self.is_negative() {
            formatter.write_str("-")?;
        }
        let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
        if (0..=MAX_ZEROS).contains(&exponent) {
            return write!(formatter, "{digits}{}", zeros(exponent));
        }
        let place = usize::try_from(point).unwrap_or(0);
        match digits.split_at_checked(place) {
            Some((whole, fraction)) if point > 0 && exponent < 0 => write!(formatter, "{whole}.{fraction}"),
            _ if exponent < 0 && point > MAX_PLACES.saturating_neg() => {
                write!(formatter, "0.{}{digits}", zeros(point.saturating_neg()))
            }
            _ => {
                let (first, rest) = digits.split_at_checked(1).unwrap_or((&digits, ""));
                let dot = if rest.is_empty() { "" } else { "." };
                let power = point.saturating_sub(1);
                let sign = if power < 0 { "-" } else { "" };
                write!(formatter, "{first}{dot}{rest}e{sign}{:02}", power.unsigned_abs())
            }
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

struct Parts<'a> {
    is_negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i64,
}

impl<'a> Parts<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let unsigned = text.strip_prefix('-');
        let is_negative = unsigned.is_some();
        let unsigned = unsigned.unwrap_or(text);
        let (number, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, read_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = match number.split_once('.') {
            Some((whole, fraction)) if is_digits(fraction) => (whole, fraction),
            Some(_) => return None,
            None => (number, ""),
        };
        let is_whole = is_digits(whole) && (whole.len() == 1 || !whole.starts_with('0'));
        is_whole.then_some(Self { is_negative, whole, fraction, exponent })
    }
}

/// What does not fit is far beyond the limits.
fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !is_digits(digits) {
        return None;
    }
    let fold = |value: i64, digit: u8| value.saturating_mul(10).saturating_add(i64::from(digit.wrapping_sub(b'0')));
    let exponent = digits.bytes().fold(0_i64, fold);
    Some(if text.starts_with('-') { exponent.saturating_neg() } else { exponent })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
