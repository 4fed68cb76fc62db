//! `units.parse` and `units.parse_bytes`.

use alloc::string::String;

use super::{Outcome, done};
use crate::policy::fuel::{Fuel, length};
use crate::policy::number::Number;
use crate::policy::value::{Text, Value};

/// The most digits of an exponent.
const MAX_EXPONENT_SIZE: usize = 6;

/// Of a number that is no integer, so many places are kept.
const MAX_PLACES: u16 = 10;

pub(super) fn parse(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let Some((text, amount)) = read(args, fuel)? else { return Ok(None) };
    let (number, unit) = text.split_at_checked(amount).unwrap_or_default();
    let mut unit = String::from(unit);
    // `m` and `M` differ; behind them, case does not matter.
    if let Some(rest) = unit.get_mut(1..) {
        rest.make_ascii_lowercase();
    }
    let unit = match unit.as_str() {
        "m" => (1, -3),
        "" => (1, 0),
        "k" | "K" => (1, 3),
        "M" => (1, 6),
        "g" | "G" => (1, 9),
        "t" | "T" => (1, 12),
        "p" | "P" => (1, 15),
        "e" | "E" => (1, 18),
        unit => match binary(&unit.to_ascii_lowercase()) {
            Some(factor) => (factor, 0),
            None => return Ok(None),
        },
    };
    match Number::parse_lenient(number)? {
        Some(number) => done(Value::Number(number.scale(unit.0, unit.1)?.round_to(MAX_PLACES)?)),
        None => Ok(None),
    }
}

pub(super) fn parse_bytes(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let Some((text, _)) = read(args, fuel)? else { return Ok(None) };
    let text = text.to_lowercase();
    let (number, unit) = text.split_at_checked(amount_size(&text).unwrap_or(0)).unwrap_or_default();
    let factor = match unit {
        "" => Some(1),
        "kb" | "k" => Some(1_000),
        "mb" | "m" => Some(1_000_000),
        "gb" | "g" => Some(1_000_000_000),
        "tb" | "t" => Some(1_000_000_000_000),
        "pb" | "p" => Some(1_000_000_000_000_000),
        "eb" | "e" => Some(1_000_000_000_000_000_000),
        unit => binary(unit.strip_suffix('b').unwrap_or(unit)),
    };
    match (factor, Number::parse_lenient(number)?) {
        (Some(factor), Some(number)) => done(Value::Number(number.multiply(&Number::from(factor))?.truncate()?)),
        _ => Ok(None),
    }
}

fn binary(unit: &str) -> Option<i64> {
    Some(match unit {
        "ki" => 1 << 10,
        "mi" => 1 << 20,
        "gi" => 1 << 30,
        "ti" => 1 << 40,
        "pi" => 1 << 50,
        "ei" => 1 << 60,
        _ => return None,
    })
}

/// Returns the text without quotes, and how much of it is the amount.
fn read(args: &[Value], fuel: &mut Fuel) -> Result<Option<(String, usize)>, crate::policy::fuel::Fault> {
    let [Value::Text(text)] = args else { return Ok(None) };
    fuel.read(length(text.len()))?;
    fuel.allocate(length(text.len()).saturating_mul(2))?;
    let text: String = Text::as_str(text).replace('"', "");
    Ok(match amount_size(&text) {
        Some(size) if size > 0 && !text.contains(' ') => Some((text, size)),
        _ => None,
    })
}

/// Returns how long the amount is in front of a unit; nothing if its exponent is too long.
fn amount_size(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut index = 0_usize;
    while let Some(byte) = bytes.get(index) {
        let rest = bytes.get(index.saturating_add(1)..).unwrap_or_default();
        match byte {
            b'0'..=b'9' | b'.' | b'+' | b'-' => {}
            // An `e` that no digit follows is a unit.
            b'e' | b'E' if matches!(rest, [b'0'..=b'9' | b'+' | b'-', ..]) => {
                let digits = rest.iter().skip_while(|byte| matches!(byte, b'+' | b'-'));
                if digits.take_while(|byte| byte.is_ascii_digit()).count() > MAX_EXPONENT_SIZE {
                    return None;
                }
            }
            _ => break,
        }
        index = index.saturating_add(1);
    }
    Some(index)
}
