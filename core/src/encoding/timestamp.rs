//! Times in one fixed form, so that they compare as text.

use alloc::borrow::ToOwned;
#[cfg(feature = "release")]
use alloc::format;
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

    /// Returns the time that is so many seconds after 1970 began; nothing past the year 9999.
    #[cfg(feature = "release")]
    pub fn from_seconds(seconds: u64) -> Option<Self> {
        let (days, second) = (seconds / DAY, seconds % DAY);
        let mut day = u32::try_from(days).ok()?;
        let mut year = 1970_u32;
        loop {
            let in_year = if is_leap(year) { 366 } else { 365 };
            if day < in_year {
                break;
            }
            day = day.checked_sub(in_year)?;
            year = year.checked_add(1).filter(|year| *year <= 9999)?;
        }
        let mut month = 1;
        while day >= days_in_month(year, month) {
            day = day.checked_sub(days_in_month(year, month))?;
            month = month.checked_add(1)?;
        }
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let day = day.checked_add(1)?;
        Some(Self(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")))
    }

    /// Returns the seconds since 1970 began; nothing before.
    #[cfg(feature = "release")]
    pub(crate) fn to_seconds(&self) -> Option<u64> {
        let number = |range: core::ops::Range<usize>| self.0.get(range)?.parse::<u32>().ok();
        let year = number(0..4)?.checked_sub(1970)?.checked_add(1970)?;
        let month = number(5..7)?;
        let whole_years = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 });
        let whole_months = (1..month).map(|month| days_in_month(year, month));
        let days = whole_years.chain(whole_months).fold(0_u64, |sum, days| sum.saturating_add(days.into()));
        let days = days.checked_add(number(8..10)?.checked_sub(1)?.into())?;
        let of_day = [(11..13, 3600_u64), (14..16, 60), (17..19, 1)];
        of_day.into_iter().try_fold(days.checked_mul(DAY)?, |sum, (range, weight)| {
            sum.checked_add(u64::from(number(range)?).checked_mul(weight)?)
        })
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
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Seconds of a day.
#[cfg(feature = "release")]
const DAY: u64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_since_1970_and_times_are_one() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"),
            (1_795_244_400, "2026-11-21T07:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(Timestamp::from_seconds(seconds).unwrap().as_str(), text);
            assert_eq!(Timestamp::parse(text).unwrap().to_seconds(), Some(seconds));
        }
        assert!(Timestamp::from_seconds(253_402_300_800).is_none());
        assert!(Timestamp::from_seconds(u64::MAX).is_none());
        assert!(Timestamp::parse("1969-12-31T23:59:59Z").unwrap().to_seconds().is_none());
    }

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
