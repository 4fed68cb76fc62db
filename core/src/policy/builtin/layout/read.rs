//! Reading a moment after a layout.

use alloc::format;

use super::super::moment::{Moment, days_in_month};
use super::{DAYS, MONTHS, Part, next};

/// Reads a moment; nothing for a text that does not follow the layout or a day that the calendar does not have.
pub(in crate::policy::builtin) fn parse(layout: &str, text: &str) -> Option<Moment> {
    let mut reader = Reader {
        rest: text,
        moment: Moment { year: 0, month: 1, day: 1, ..Moment::of(0) },
        noon: None,
        year_day: None,
    };
    let mut rest = layout;
    while let Some((before, part, behind)) = next(rest) {
        reader.literal(before)?;
        reader.part(part, behind)?;
        rest = behind;
    }
    reader.literal(rest)?;
    reader.finish()
}

struct Reader<'a> {
    rest: &'a str,
    moment: Moment,
    noon: Option<bool>,
    year_day: Option<i64>,
}

impl Reader<'_> {
    /// Takes what stands between two parts. As in Go, spaces stand for one or more, and for none at the end.
    fn literal(&mut self, mut text: &str) -> Option<()> {
        while let Some(character) = text.chars().next() {
            if character == ' ' {
                if !self.rest.is_empty() && !self.rest.starts_with(' ') {
                    return None;
                }
                text = text.trim_start_matches(' ');
                self.rest = self.rest.trim_start_matches(' ');
                continue;
            }
            self.rest = self.rest.strip_prefix(character)?;
            text = text.strip_prefix(character)?;
        }
        Some(())
    }

    fn part(&mut self, part: Part, behind: &str) -> Option<()> {
        match part {
            Part::Year => self.moment.year = self.digits(4, 4)?,
            Part::ShortYear => {
                let year = self.digits(2, 2)?;
                self.moment.year = year.saturating_add(if year < 69 { 2000 } else { 1900 });
            }
            Part::Month => self.moment.month = self.name(&MONTHS, false)?,
            Part::ShortMonth => self.moment.month = self.name(&MONTHS, true)?,
            Part::PaddedMonth => self.moment.month = self.digits(2, 2)?,
            Part::PlainMonth => self.moment.month = self.digits(1, 2)?,
            Part::Weekday => drop(self.name(&DAYS, false)?),
            Part::ShortWeekday => drop(self.name(&DAYS, true)?),
            Part::PaddedDay => self.moment.day = self.digits(2, 2)?,
            Part::SpacedDay | Part::PlainDay => {
                self.rest = self.rest.strip_prefix(' ').filter(|_| part == Part::SpacedDay).unwrap_or(self.rest);
                self.moment.day = self.digits(1, 2)?;
            }
            Part::YearDay => self.year_day = Some(self.digits(3, 3)?),
            Part::Hour => self.moment.hour = self.digits(1, 2)?,
            Part::PaddedHalf => self.moment.hour = self.digits(2, 2).filter(|hour| *hour <= 12)?,
            Part::PlainHalf => self.moment.hour = self.digits(1, 2).filter(|hour| *hour <= 12)?,
            Part::PaddedMinute => self.moment.minute = self.digits(2, 2)?,
            Part::PlainMinute => self.moment.minute = self.digits(1, 2)?,
            Part::PaddedSecond | Part::PlainSecond => {
                self.moment.second = self.digits(if part == Part::PlainSecond { 1 } else { 2 }, 2)?;
                // A fraction may follow though the layout has none.
                if !matches!(next(behind), Some(("", Part::Fraction { .. }, _))) {
                    self.fraction(None);
                }
            }
            Part::UpperNoon => self.noon = Some(self.choice("AM", "PM")?),
            Part::LowerNoon => self.noon = Some(self.choice("am", "pm")?),
            Part::Zone => self.rest = self.rest.strip_prefix("UTC").or(self.rest.strip_prefix("GMT"))?,
            Part::Offset { is_z, has_colon, parts } => self.offset(is_z, has_colon, parts)?,
            Part::Fraction { places, is_short } => {
                let read = self.fraction((!is_short).then_some(places));
                if !is_short {
                    read?;
                }
            }
        }
        Some(())
    }

    fn offset(&mut self, is_z: bool, has_colon: bool, parts: u8) -> Option<()> {
        if is_z && let Some(rest) = self.rest.strip_prefix('Z') {
            self.rest = rest;
            return Some(());
        }
        let is_behind = self.choice("+", "-")?;
        let mut total = 0_i64;
        for (index, unit) in (0..parts).zip([3600, 60, 1]) {
            if index > 0 && has_colon {
                self.rest = self.rest.strip_prefix(':')?;
            }
            let most = if index == 0 { 24 } else { 59 };
            total = total.saturating_add(self.digits(2, 2).filter(|number| *number <= most)?.saturating_mul(unit));
        }
        self.moment.offset = if is_behind { total.saturating_neg() } else { total };
        Some(())
    }

    /// Reads a fraction of a second, of exactly so many places if they are given.
    fn fraction(&mut self, places: Option<usize>) -> Option<()> {
        let digits = self.rest.strip_prefix(['.', ','])?;
        let size = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
        if size == 0 || places.is_some_and(|places| places != size) {
            return None;
        }
        let (digits, rest) = digits.split_at_checked(size)?;
        let padded = format!("{:0<9}", digits.get(..size.min(9))?);
        self.moment.nanosecond = padded.parse().ok()?;
        self.rest = rest;
        Some(())
    }

    fn digits(&mut self, least: usize, most: usize) -> Option<i64> {
        let size = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at_checked(size).filter(|_| size >= least)?;
        self.rest = rest;
        digits.parse().ok()
    }

    fn name(&mut self, names: &[&str], is_short: bool) -> Option<i64> {
        for (name, number) in names.iter().zip(1_i64..) {
            let size = if is_short { 3 } else { name.len() };
            let Some((text, rest)) = self.rest.split_at_checked(size) else { continue };
            if name.get(..size).is_some_and(|name| name.eq_ignore_ascii_case(text)) {
                self.rest = rest;
                return Some(number);
            }
        }
        None
    }

    fn choice(&mut self, first: &str, second: &str) -> Option<bool> {
        let (rest, is_second) = match self.rest.strip_prefix(first) {
            Some(rest) => (rest, false),
            None => (self.rest.strip_prefix(second)?, true),
        };
        self.rest = rest;
        Some(is_second)
    }

    fn finish(mut self) -> Option<Moment> {
        let moment = &mut self.moment;
        match self.noon {
            Some(true) if moment.hour < 12 => moment.hour = moment.hour.saturating_add(12),
            Some(false) if moment.hour == 12 => moment.hour = 0,
            _ => {}
        }
        let is_leap = days_in_month(moment.year, 2) == 29;
        match self.year_day {
            Some(day) if day > 0 && day < if is_leap { 367 } else { 366 } => (moment.month, moment.day) = (1, day),
            Some(_) => return None,
            None if !(1..=days_in_month(moment.year, moment.month)).contains(&moment.day) => return None,
            None => {}
        }
        let is_time = moment.hour < 24 && moment.minute < 60 && moment.second < 60;
        (self.rest.is_empty() && is_time && (1..=12).contains(&moment.month)).then_some(self.moment)
    }
}
