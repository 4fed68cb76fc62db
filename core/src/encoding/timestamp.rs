//! Times in one fixed form, so that they compare as text.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use core::fmt;

use serde_json::Value;

use crate::error::Error;

/// Holds a UTC time of RFC 3339 in the one form `YYYY-MM-DDTHH:MM:SSZ`: twenty characters, no fraction, no offset.
///
/// Two of them compare as text the way they compare as times; Rego policies rely on it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(String);

impl Timestamp {
    /// Reads a time.
    ///
    /// # Errors
    /// `time_invalid` for another form or a day that the calendar does not have.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if is_timestamp(text.as_bytes()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::TimeInvalid { value: text.chars().take(64).collect() })
        }
    }

    /// Reads a time out of a record.
    pub(crate) fn read(value: Value) -> Result<Self, String> {
        let text = value.as_str().ok_or("expected a time")?;
        Self::parse(text).map_err(|error| error.to_string())
    }

    /// Returns the text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_timestamp(text: &[u8]) -> bool {
    let &[y0, y1, y2, y3, b'-', mo0, mo1, b'-', d0, d1, b'T', h0, h1, b':', mi0, mi1, b':', s0, s1, b'Z'] = text else {
        return false;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_u32, |value, digit| match digit {
            b'0'..=b'9' => value.checked_mul(10)?.checked_add(u32::from(digit.wrapping_sub(b'0'))),
            _ => None,
        })
    };
    let (Some(year), Some(month), Some(day), Some(hour), Some(minute), Some(second)) = (
        number(&[y0, y1, y2, y3]),
        number(&[mo0, mo1]),
        number(&[d0, d1]),
        number(&[h0, h1]),
        number(&[mi0, mi1]),
        number(&[s0, s1]),
    ) else {
        return false;
    };
    (1..=days_in_month(year, month)).contains(&day) && hour < 24 && minute < 60 && second < 60
}

fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_fixed_form_is_a_time() {
        for text in ["2026-11-21T07:00:00Z", "2024-02-29T23:59:59Z", "2000-02-29T00:00:00Z", "0000-01-01T00:00:00Z"] {
            assert_eq!(Timestamp::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            "2026-11-21",
            "2026-11-21T07:00:00",
            "2026-11-21t07:00:00z",
            "2026-11-21T07:00:00.0Z",
            "2026-11-21T07:00:00+00:00",
            "2026-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:60Z",
            "2026-01-0１T00:00:0Z",
        ] {
            assert_eq!(Timestamp::parse(text).unwrap_err().code(), "time_invalid", "{text}");
        }
    }
}
