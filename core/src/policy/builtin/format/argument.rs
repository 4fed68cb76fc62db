//! One argument of a format, as the type that it is to Go.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};

use num_bigint::{BigInt, Sign};

use super::super::digits::Digits;
use super::Flags;
use crate::encoding::{hex, json};
use crate::policy::fuel::length;
use crate::policy::value::Value;

/// From this power of ten on, and below the other, `%g` writes an exponent where no precision says.
const MAX_PLAIN_POWER: i64 = 6;
const MIN_PLAIN_POWER: i64 = -4;

/// How many places are written if no precision says.
const PLACES: usize = 6;

pub(super) enum Argument {
    Integer(i64),
    Large(BigInt),
    Float(f64),
    Text(String),
}

impl Argument {
    pub(super) fn of(value: &Value) -> Self {
        let Value::Number(number) = value else {
            return Self::Text(match value {
                Value::Text(text) => text.as_str().to_owned(),
                other => other.to_rego(),
            });
        };
        if let Some(integer) = number.as_i64() {
            return Self::Integer(integer);
        }
        let text = number.to_string();
        match (number.to_integer(), number.to_double()) {
            (Some(integer), _) if !text.contains('e') => Self::Large(integer),
            (_, Some(float)) => Self::Float(float),
            (_, None) => Self::Text(text),
        }
    }

    /// Returns about how many bytes it takes when it is written, before it is padded.
    pub(super) fn weight(&self) -> u64 {
        match self {
            Self::Integer(_) => 64,
            Self::Large(integer) => integer.bits().saturating_add(64),
            // As many digits stand before the point.
            Self::Float(_) => 400,
            Self::Text(text) => length(text.len()).saturating_mul(6),
        }
    }

    pub(super) const fn type_name(&self) -> &'static str {
        match self {
            Self::Integer(_) => "int",
            Self::Large(_) => "*big.Int",
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
        }
    }

    pub(super) fn write(&self, verb: char, flags: &Flags, out: &mut String) {
        let body = match (verb, self) {
            ('T', argument) => Some(argument.type_name().to_owned()),
            (_, Self::Integer(integer)) => written_integer(&BigInt::from(*integer), verb, flags, false),
            (_, Self::Large(integer)) => written_integer(integer, verb, flags, true),
            (_, Self::Float(float)) => written_float(*float, verb, flags),
            (_, Self::Text(text)) => written_text(text, verb, flags),
        };
        match body {
            Some(body) => pad(&body, flags, out),
            None => self.write_bad(verb, out),
        }
    }

    /// Writes what Go does for a verb that the type does not have.
    fn write_bad(&self, verb: char, out: &mut String) {
        out.push_str("%!");
        out.push(verb);
        out.push('(');
        out.push_str(self.type_name().trim_start_matches('*'));
        out.push('=');
        self.write('v', &Flags::default(), out);
        out.push(')');
    }
}

fn written_integer(integer: &BigInt, verb: char, flags: &Flags, is_large: bool) -> Option<String> {
    let (base, prefix) = match verb {
        'd' | 'v' => (10, ""),
        's' if is_large => (10, ""),
        'b' => (2, if flags.sharp { "0b" } else { "" }),
        'o' => (8, if flags.sharp { "0" } else { "" }),
        'O' => (8, "0o"),
        'x' => (16, if flags.sharp { "0x" } else { "" }),
        'X' => (16, if flags.sharp { "0X" } else { "" }),
        'c' | 'q' | 'U' if !is_large => return written_character(integer, verb),
        _ => return None,
    };
    let mut digits = integer.magnitude().to_str_radix(base);
    if verb == 'X' {
        digits.make_ascii_uppercase();
    }
    let sign = sign(integer.sign() == Sign::Minus, flags);
    if flags.precision == Some(0) && integer.sign() == Sign::NoSign {
        return Some(String::new());
    }
    let fill = match (flags.precision, flags.width) {
        (Some(precision), _) => precision,
        (None, Some(width)) if flags.zero && !flags.minus => width.saturating_sub(sign.len()),
        _ => 0,
    };
    let zeros = "0".repeat(fill.saturating_sub(digits.len()));
    Some([sign, prefix, &zeros, &digits].concat())
}

fn written_character(integer: &BigInt, verb: char) -> Option<String> {
    let code = u32::try_from(integer).ok();
    let character = code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
    Some(match verb {
        'c' => character.to_string(),
        'q' => format!("'{}'", character.escape_debug()),
        _ => format!("U+{:04X}", code.unwrap_or(0)),
    })
}

fn written_text(text: &str, verb: char, flags: &Flags) -> Option<String> {
    let cut = flags.precision.and_then(|most| text.char_indices().nth(most)).map(|(end, _)| end);
    let text = cut.and_then(|end| text.get(..end)).unwrap_or(text);
    Some(match verb {
        's' | 'v' => text.to_owned(),
        'q' => Value::text(text).to_rego(),
        'x' => hex::encode(text.as_bytes()),
        'X' => hex::encode(text.as_bytes()).to_uppercase(),
        _ => return None,
    })
}

fn written_float(float: f64, verb: char, flags: &Flags) -> Option<String> {
    let mut body = String::new();
    let mark = if verb.is_ascii_uppercase() { 'E' } else { 'e' };
    let places = flags.precision.unwrap_or(PLACES);
    let size = |places: usize| i64::try_from(places).unwrap_or(i64::MAX);
    match verb {
        'f' | 'F' => {
            let mut digits = Digits::exact(float);
            digits.round(digits.point.saturating_add(size(places)));
            digits.fixed(places, &mut body);
        }
        'e' | 'E' => {
            let mut digits = Digits::exact(float);
            digits.round(size(places).saturating_add(1));
            digits.scientific(places, mark, &mut body);
        }
        'g' | 'G' | 'v' => write_general(float, flags, mark, &mut body),
        _ => return None,
    }
    let sign = sign(float < 0.0, flags);
    let width = flags.width.filter(|_| flags.zero && !flags.minus).unwrap_or(0);
    let zeros = "0".repeat(width.saturating_sub(sign.len()).saturating_sub(body.len()));
    Some([sign, &zeros, &body].concat())
}

fn write_general(float: f64, flags: &Flags, mark: char, out: &mut String) {
    let (digits, limit) = match flags.precision {
        None => {
            let (digits, point) = if float == 0.0 { Default::default() } else { json::shortest(float.abs()) };
            (Digits { digits, point: point.into() }, MAX_PLAIN_POWER)
        }
        Some(precision) => {
            let mut digits = Digits::exact(float);
            let precision = i64::try_from(precision.max(1)).unwrap_or(i64::MAX);
            digits.round(precision);
            while digits.digits.last() == Some(&0) {
                digits.digits.pop();
            }
            (digits, precision)
        }
    };
    let (count, power) = (i64::try_from(digits.digits.len()).unwrap_or(0), digits.point.saturating_sub(1));
    let is_plain = digits.digits.is_empty() || (MIN_PLAIN_POWER..limit).contains(&power);
    if is_plain {
        digits.fixed(usize::try_from(count.saturating_sub(digits.point)).unwrap_or(0), out);
    } else {
        digits.scientific(usize::try_from(count.saturating_sub(1)).unwrap_or(0), mark, out);
    }
}

const fn sign(is_negative: bool, flags: &Flags) -> &'static str {
    match (is_negative, flags.plus, flags.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    }
}

/// Fills up to the width, which counts characters.
fn pad(body: &str, flags: &Flags, out: &mut String) {
    let fill = flags.width.unwrap_or(0).saturating_sub(body.chars().count());
    if flags.minus {
        out.push_str(body);
        out.push_str(&" ".repeat(fill));
    } else {
        out.push_str(&if flags.zero { "0" } else { " " }.repeat(fill));
        out.push_str(body);
    }
}
