//! Times as texts, after layouts of Go: an example of the one moment `Mon Jan 2 15:04:05 MST 2006`.

mod read;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::moment::Moment;
use super::time::weekday_name;

pub(super) use read::parse;

pub(super) const RFC3339: &str = "2006-01-02T15:04:05Z07:00";
pub(super) const RFC3339_NANO: &str = "2006-01-02T15:04:05.999999999Z07:00";

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub(super) const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Returns the layout that a name of Go stands for.
pub(super) fn named(layout: &str) -> &str {
    match layout {
        "ANSIC" => "Mon Jan _2 15:04:05 2006",
        "UnixDate" => "Mon Jan _2 15:04:05 MST 2006",
        "RubyDate" => "Mon Jan 02 15:04:05 -0700 2006",
        "RFC822" => "02 Jan 06 15:04 MST",
        "RFC822Z" => "02 Jan 06 15:04 -0700",
        "RFC850" => "Monday, 02-Jan-06 15:04:05 MST",
        "RFC1123" => "Mon, 02 Jan 2006 15:04:05 MST",
        "RFC1123Z" => "Mon, 02 Jan 2006 15:04:05 -0700",
        "RFC3339" => RFC3339,
        "RFC3339Nano" => RFC3339_NANO,
        layout => layout,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Year,
    ShortYear,
    Month,
    ShortMonth,
    PaddedMonth,
    PlainMonth,
    Weekday,
    ShortWeekday,
    PaddedDay,
    SpacedDay,
    PlainDay,
    YearDay,
    Hour,
    PaddedHalf,
    PlainHalf,
    PaddedMinute,
    PlainMinute,
    PaddedSecond,
    PlainSecond,
    UpperNoon,
    LowerNoon,
    Zone,
    /// `Z` for UTC, a colon in between, seconds too, or hours alone.
    Offset {
        is_z: bool,
        has_colon: bool,
        parts: u8,
    },
    /// So many places; whether zeros at their end are left out.
    Fraction {
        places: usize,
        is_short: bool,
    },
}

/// Longer ones come before those that they begin with.
const PARTS: &[(&str, Part)] = &[
    ("January", Part::Month),
    ("Jan", Part::ShortMonth),
    ("Monday", Part::Weekday),
    ("Mon", Part::ShortWeekday),
    ("MST", Part::Zone),
    ("2006", Part::Year),
    ("002", Part::YearDay),
    ("01", Part::PaddedMonth),
    ("02", Part::PaddedDay),
    ("03", Part::PaddedHalf),
    ("04", Part::PaddedMinute),
    ("05", Part::PaddedSecond),
    ("06", Part::ShortYear),
    ("_2", Part::SpacedDay),
    ("15", Part::Hour),
    ("PM", Part::UpperNoon),
    ("pm", Part::LowerNoon),
    ("-07:00:00", Part::Offset { is_z: false, has_colon: true, parts: 3 }),
    ("-07:00", Part::Offset { is_z: false, has_colon: true, parts: 2 }),
    ("-070000", Part::Offset { is_z: false, has_colon: false, parts: 3 }),
    ("-0700", Part::Offset { is_z: false, has_colon: false, parts: 2 }),
    ("-07", Part::Offset { is_z: false, has_colon: false, parts: 1 }),
    ("Z07:00:00", Part::Offset { is_z: true, has_colon: true, parts: 3 }),
    ("Z07:00", Part::Offset { is_z: true, has_colon: true, parts: 2 }),
    ("Z070000", Part::Offset { is_z: true, has_colon: false, parts: 3 }),
    ("Z0700", Part::Offset { is_z: true, has_colon: false, parts: 2 }),
    ("Z07", Part::Offset { is_z: true, has_colon: false, parts: 1 }),
    ("1", Part::PlainMonth),
    ("2", Part::PlainDay),
    ("3", Part::PlainHalf),
    ("4", Part::PlainMinute),
    ("5", Part::PlainSecond),
];

/// Finds the first part of a layout: what is in front of it, the part, and what is behind.
pub(super) fn next(layout: &str) -> Option<(&str, Part, &str)> {
    for (place, _) in layout.char_indices() {
        let (before, rest) = layout.split_at_checked(place)?;
        if let Some((part, size)) = starting(rest) {
            return Some((before, part, rest.get(size..)?));
        }
    }
    None
}

fn starting(rest: &str) -> Option<(Part, usize)> {
    if let Some(digits) = rest.strip_prefix(['.', ',']) {
        let digit = digits.chars().next().filter(|digit| matches!(digit, '0' | '9'))?;
        let places = digits.len().saturating_sub(digits.trim_start_matches(digit).len());
        let behind = digits.get(places..)?;
        let is_end = !behind.starts_with(|next: char| next.is_ascii_digit());
        return is_end.then_some((Part::Fraction { places, is_short: digit == '9' }, places.saturating_add(1)));
    }
    // A lower-case letter behind makes a word of what would be a name, and `_2006` is a year behind a line.
    let (text, part) = PARTS.iter().find(|(text, _)| rest.starts_with(text))?;
    let behind = rest.get(text.len()..)?;
    let is_word =
        matches!(part, Part::ShortMonth | Part::ShortWeekday) && behind.starts_with(|c: char| c.is_ascii_lowercase());
    let is_year = *part == Part::SpacedDay && behind.starts_with("006");
    (!is_word && !is_year).then_some((*part, text.len()))
}

/// Writes a moment in UTC.
pub(super) fn format(layout: &str, moment: &Moment) -> String {
    let (mut out, mut rest) = (String::new(), layout);
    while let Some((before, part, behind)) = next(rest) {
        out.push_str(before);
        out.push_str(&written(part, moment));
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn written(part: Part, moment: &Moment) -> String {
    let Moment { year, month, day, hour, minute, second, nanosecond, .. } = *moment;
    let half = if hour % 12 == 0 { 12 } else { hour % 12 };
    let place = usize::try_from(month.saturating_sub(1)).unwrap_or(0);
    let month_name = MONTHS.get(place).copied().unwrap_or_default();
    let start = |text: &str| text.get(..3).unwrap_or_default().into();
    match part {
        Part::Year => format!("{year:04}"),
        Part::ShortYear => format!("{:02}", year.rem_euclid(100)),
        Part::Month => month_name.into(),
        Part::ShortMonth => start(month_name),
        Part::PaddedMonth => format!("{month:02}"),
        Part::PlainMonth => format!("{month}"),
        Part::Weekday => weekday_name(moment).into(),
        Part::ShortWeekday => start(weekday_name(moment)),
        Part::PaddedDay => format!("{day:02}"),
        Part::SpacedDay => format!("{day:2}"),
        Part::PlainDay => format!("{day}"),
        Part::YearDay => {
            let first = Moment { month: 1, day: 1, ..*moment };
            format!("{:03}", moment.days().saturating_sub(first.days()).saturating_add(1))
        }
        Part::Hour => format!("{hour:02}"),
        Part::PaddedHalf => format!("{half:02}"),
        Part::PlainHalf => format!("{half}"),
        Part::PaddedMinute => format!("{minute:02}"),
        Part::PlainMinute => format!("{minute}"),
        Part::PaddedSecond => format!("{second:02}"),
        Part::PlainSecond => format!("{second}"),
        Part::UpperNoon => if hour < 12 { "AM" } else { "PM" }.into(),
        Part::LowerNoon => if hour < 12 { "am" } else { "pm" }.into(),
        Part::Zone => "UTC".into(),
        Part::Offset { is_z: true, .. } => "Z".into(),
        Part::Offset { has_colon, parts, .. } => {
            let zeros = core::iter::repeat_n("00", parts.into()).collect::<Vec<_>>();
            format!("+{}", zeros.join(if has_colon { ":" } else { "" }))
        }
        Part::Fraction { places, is_short } => {
            let digits = format!("{nanosecond:09}");
            let digits = digits.get(..places.min(9)).unwrap_or_default();
            match if is_short { digits.trim_end_matches('0') } else { digits } {
                "" => String::new(),
                digits => format!(".{digits:0<width$}", width = if is_short { 0 } else { places }),
            }
        }
    }
}
