//! `time.*`: pure functions of their arguments, in nanoseconds since 1970 and in UTC. There is no clock, and no other zone.

use alloc::vec::Vec;

use super::layout;
use super::moment::{Moment, NANOS, days_in_month};
use super::{Outcome, done};
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::number::Number;
use crate::policy::value::{Text, Value};

pub(super) fn parse_rfc3339_ns(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    parsed(layout::RFC3339, text, fuel)
}

pub(super) fn parse_ns(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(layout), Value::Text(text)] = args else { return Ok(None) };
    parsed(layout::named(layout), text, fuel)
}

fn parsed(layout: &str, text: &Text, fuel: &mut Fuel) -> Outcome {
    fuel.read(length(layout.len()).saturating_add(length(text.len())).saturating_mul(8))?;
    Ok(layout::parse(layout, text).as_ref().and_then(Moment::nanoseconds).map(Value::from))
}

pub(super) fn format(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let Some((moment, layout)) = args.first().and_then(read) else { return Ok(None) };
    let layout = layout::named(layout.map_or("", Text::as_str));
    fuel.read(length(layout.len()).saturating_mul(8))?;
    // The longest part that a short one stands for is the name of a month or a day.
    fuel.allocate(length(layout.len()).saturating_mul(10).saturating_add(64))?;
    done(Value::text(layout::format(if layout.is_empty() { layout::RFC3339_NANO } else { layout }, &moment)))
}

pub(super) fn date(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let Some((moment, _)) = args.first().and_then(read) else { return Ok(None) };
    list(&[moment.year, moment.month, moment.day], fuel)
}

pub(super) fn clock(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let Some((moment, _)) = args.first().and_then(read) else { return Ok(None) };
    list(&[moment.hour, moment.minute, moment.second], fuel)
}

pub(super) fn weekday(args: &[Value], _: &mut Fuel) -> Outcome {
    let Some((moment, _)) = args.first().and_then(read) else { return Ok(None) };
    Ok(Some(Value::text(weekday_name(&moment))))
}

pub(super) fn weekday_name(moment: &Moment) -> &'static str {
    // The first day was a Thursday.
    let place = moment.days().saturating_add(4).rem_euclid(7);
    usize::try_from(place).ok().and_then(|place| layout::DAYS.get(place)).copied().unwrap_or_default()
}

pub(super) fn add_date(args: &[Value], _: &mut Fuel) -> Outcome {
    let [time, Value::Number(years), Value::Number(months), Value::Number(days)] = args else { return Ok(None) };
    let (Some((mut moment, _)), Some(years), Some(months), Some(days)) =
        (read(time), small(years), small(months), small(days))
    else {
        return Ok(None);
    };
    let months = moment.month.saturating_add(months).saturating_sub(1);
    moment.year = moment.year.saturating_add(years).saturating_add(months.div_euclid(12));
    moment.month = months.rem_euclid(12).saturating_add(1);
    // A day beyond the month's last counts on into the next.
    moment.day = moment.day.saturating_add(days);
    Ok(moment.nanoseconds().map(Value::from))
}

pub(super) fn diff(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [one, other] = args else { return Ok(None) };
    let (Some((one, _)), Some((other, _))) = (read(one), read(other)) else { return Ok(None) };
    let (from, to) = if one.key() <= other.key() { (one, other) } else { (other, one) };
    let mut parts = [
        to.year.saturating_sub(from.year),
        to.month.saturating_sub(from.month),
        to.day.saturating_sub(from.day),
        to.hour.saturating_sub(from.hour),
        to.minute.saturating_sub(from.minute),
        to.second.saturating_sub(from.second),
    ];
    let sizes = [0, 12, days_in_month(from.year, from.month), 24, 60, 60];
    // From the seconds upwards: what is below zero is taken from the next.
    let mut borrowed = 0;
    for (part, size) in parts.iter_mut().zip(sizes).rev() {
        *part = part.saturating_sub(borrowed);
        borrowed = i64::from(*part < 0 && size > 0);
        *part = part.saturating_add(size.saturating_mul(borrowed));
    }
    list(&parts, fuel)
}

pub(super) fn parse_duration_ns(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    fuel.read(length(text.len()).saturating_mul(8))?;
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let total = if unsigned == "0" { Some(Number::from(0_i64)) } else { duration(unsigned)? };
    let total = match total {
        Some(total) if text.starts_with('-') => Some(total.negate()?),
        total => total,
    };
    Ok(total.and_then(|total| total.as_i64()).map(Value::from))
}

/// Reads numbers with units, `1h2.5m`.
fn duration(text: &str) -> Result<Option<Number>, Fault> {
    let (mut rest, mut total) = (text, Number::from(0_i64));
    if rest.is_empty() {
        return Ok(None);
    }
    while !rest.is_empty() {
        let size = rest.find(|character: char| !(character.is_ascii_digit() || character == '.')).unwrap_or(0);
        let (number, behind) = rest.split_at_checked(size).unwrap_or_default();
        let end = behind.find(|character: char| character.is_ascii_digit() || character == '.').unwrap_or(behind.len());
        let (unit, behind) = behind.split_at_checked(end).unwrap_or_default();
        let factor = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => NANOS,
            "m" => 60 * NANOS,
            "h" => 3600 * NANOS,
            _ => return Ok(None),
        };
        let Some(number) = Number::parse_lenient(number)? else { return Ok(None) };
        total = total.add(&number.scale(factor, 0)?.truncate()?)?;
        rest = behind;
    }
    Ok(Some(total))
}

/// Reads nanoseconds, or an array of them, the zone UTC, and a layout.
fn read(value: &Value) -> Option<(Moment, Option<&Text>)> {
    let (time, zone, layout) = match value {
        Value::Array(items) => (items.get(0)?, items.get(1), items.get(2)),
        time => (time, None, None),
    };
    let is_utc = match zone {
        None => true,
        Some(Value::Text(zone)) => matches!(zone.as_str(), "" | "UTC"),
        Some(_) => false,
    };
    let layout = match layout {
        None => None,
        Some(Value::Text(layout)) => Some(layout),
        Some(_) => return None,
    };
    match time {
        Value::Number(time) if is_utc => Some((Moment::of(time.as_i64()?), layout)),
        _ => None,
    }
}

/// Years, months and days beyond these lead out of what nanoseconds hold.
fn small(number: &Number) -> Option<i64> {
    number.as_i64().filter(|number| number.unsigned_abs() < 1 << 31)
}

fn list(numbers: &[i64], fuel: &mut Fuel) -> Outcome {
    fuel.allocate(256)?;
    Value::array(numbers.iter().copied().map(Value::from).collect::<Vec<_>>()).map(Some)
}
