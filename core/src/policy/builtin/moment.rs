//! A moment, as nanoseconds since 1970 and as a date of the Gregorian calendar.

pub(super) const NANOS: i64 = 1_000_000_000;
pub(super) const DAY: i64 = 86_400;

/// Is a moment in UTC. Its day may lie beyond its month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) nanosecond: i64,
    /// Seconds that the text was ahead of UTC.
    pub(super) offset: i64,
}

impl Moment {
    /// Takes nanoseconds apart.
    pub(super) fn of(nanoseconds: i64) -> Self {
        let (seconds, nanosecond) = (nanoseconds.div_euclid(NANOS), nanoseconds.rem_euclid(NANOS));
        let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        Self { year, month, day, hour, minute, second, nanosecond, offset: 0 }
    }

    /// Counts days since 1970.
    pub(super) fn days(&self) -> i64 {
        // Years that begin in March end with the day that some of them have more.
        let year = self.year.saturating_sub(i64::from(self.month <= 2));
        let month = self.month.saturating_add(9) % 12;
        let of_year = month.saturating_mul(153).saturating_add(2) / 5;
        let leap = year.div_euclid(4).saturating_sub(year.div_euclid(100)).saturating_add(year.div_euclid(400));
        let days = year.saturating_mul(365).saturating_add(leap).saturating_add(of_year).saturating_add(self.day);
        // From 1 March of the year 0 to 1970.
        days.saturating_sub(719_469)
    }

    /// Counts nanoseconds since 1970, if 64 bits hold them.
    pub(super) fn nanoseconds(&self) -> Option<i64> {
        let of_day =
            self.hour.checked_mul(3600)?.checked_add(self.minute.checked_mul(60)?)?.checked_add(self.second)?;
        let seconds = self.days().checked_mul(DAY)?.checked_add(of_day)?.checked_sub(self.offset)?;
        let total = i128::from(seconds).checked_mul(NANOS.into())?.checked_add(self.nanosecond.into())?;
        i64::try_from(total).ok()
    }

    /// Returns what orders moments.
    pub(super) fn key(&self) -> Option<i64> {
        self.nanoseconds()
    }
}

/// Returns year, month and day of a day since 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let leap = (day / 1460).saturating_sub(day / 36_524).saturating_add(day / 146_096);
    let year = day.saturating_sub(leap) / 365;
    let of_year = day.saturating_sub(year.saturating_mul(365).saturating_add(year / 4).saturating_sub(year / 100));
    let month = of_year.saturating_mul(5).saturating_add(2) / 153;
    let day = of_year.saturating_sub(month.saturating_mul(153).saturating_add(2) / 5).saturating_add(1);
    let month = if month < 10 { month.saturating_add(3) } else { month.saturating_sub(9) };
    (era.saturating_mul(400).saturating_add(year).saturating_add(i64::from(month <= 2)), month, day)
}

pub(super) const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
