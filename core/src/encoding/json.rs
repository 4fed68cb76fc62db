//! Strict JSON in (RFC 8259 with the limits of I-JSON, RFC 7493) and canonical JSON out (RFC 8785).

use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, Serialize};
use serde_json::{Map, Number, Value};

use crate::error::Error;

/// How deep a JSON text may nest.
pub const MAX_DEPTH: usize = 64;

/// The largest integer that every runtime holds exactly, 2^53 - 1.
const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991;

/// Reads one JSON value. `what` names the input in the failure.
///
/// # Errors
/// `json_invalid` for anything but one value of I-JSON: a repeated key, an integer beyond 2^53 - 1, a lone surrogate, or
/// nesting beyond [`MAX_DEPTH`].
pub fn parse(what: &'static str, text: &[u8]) -> Result<Value, Error> {
    let invalid = |error: serde_json::Error| Error::JsonInvalid { what, reason: error.to_string() };
    let text = std::str::from_utf8(text).map_err(|_| Error::JsonInvalid { what, reason: "not UTF-8".to_owned() })?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict { depth: 0 }.deserialize(&mut deserializer).map_err(invalid)?;
    deserializer.end().map_err(invalid)?;
    Ok(value)
}

/// Reads one record.
///
/// # Errors
/// `json_invalid` as [`parse`] has it, and for a field that is missing, unknown or of the wrong type.
pub fn parse_record<T: DeserializeOwned>(what: &'static str, text: &[u8]) -> Result<T, Error> {
    from_value(what, parse(what, text)?)
}

/// Reads a record out of a value.
///
/// # Errors
/// `json_invalid` for a field that is missing, unknown or of the wrong type.
pub fn from_value<T: DeserializeOwned>(what: &'static str, value: Value) -> Result<T, Error> {
    // A derived reader would take an array for a record, field by field.
    if !value.is_object() {
        return Err(Error::JsonInvalid { what, reason: "expected an object".to_owned() });
    }
    serde_json::from_value(value).map_err(|error| Error::JsonInvalid { what, reason: error.to_string() })
}

/// Returns the canonical bytes of a record.
///
/// # Errors
/// `json_invalid` when the record holds what JSON cannot.
pub fn to_canonical<T: Serialize>(what: &'static str, record: &T) -> Result<Vec<u8>, Error> {
    let value = serde_json::to_value(record).map_err(|error| Error::JsonInvalid { what, reason: error.to_string() })?;
    Ok(canonical(&value))
}

/// Returns the canonical bytes of a value: RFC 8785.
pub fn canonical(value: &Value) -> Vec<u8> {
    let mut text = String::new();
    write_value(value, &mut text);
    text.into_bytes()
}

/// Returns the canonical bytes of an object: RFC 8785.
pub fn canonical_object(members: &Map<String, Value>) -> Vec<u8> {
    let mut text = String::new();
    write_object(members, &mut text);
    text.into_bytes()
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(number, out),
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_value(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => write_object(members, out),
    }
}

fn write_object(members: &Map<String, Value>, out: &mut String) {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_unstable_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    out.push('{');
    for (index, (key, item)) in sorted.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_string(key, out);
        out.push(':');
        write_value(item, out);
    }
    out.push('}');
}

fn write_number(number: &Number, out: &mut String) {
    match number.as_f64() {
        Some(float) => write_float(float, out),
        None => out.push_str(&number.to_string()),
    }
}

/// Writes a number as ECMAScript does (Number::toString), which RFC 8785 asks for.
fn write_float(float: f64, out: &mut String) {
    let text = shortest(float.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = mantissa.replace('.', "");
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let size = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    if float < 0.0 {
        out.push('-');
    }
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    match exponent {
        -6..0 => {
            out.push_str("0.");
            out.push_str(&zeros(exponent.saturating_add(1).saturating_neg()));
            out.push_str(&digits);
        }
        0..21 if exponent.saturating_add(1) >= size => {
            out.push_str(&digits);
            out.push_str(&zeros(exponent.saturating_add(1).saturating_sub(size)));
        }
        0..21 => {
            let (whole, fraction) = digits.split_at(usize::try_from(exponent).unwrap_or(0).saturating_add(1));
            out.push_str(whole);
            out.push('.');
            out.push_str(fraction);
        }
        _ => {
            out.push_str(mantissa);
            out.push_str(if exponent < 0 { "e" } else { "e+" });
            out.push_str(&exponent.to_string());
        }
    }
}

/// Returns a number with the fewest digits that give it back, in the form `1.5e-7`.
///
/// Where two such are equally near, Rust takes the upper and ECMAScript the even one.
fn shortest(float: f64) -> String {
    let text = format!("{float:e}");
    let digits = text.split('e').next().map_or(0, |mantissa| mantissa.bytes().filter(u8::is_ascii_digit).count());
    let longer = format!("{float:.digits$e}");
    let is_odd = text.split('e').next().is_some_and(|mantissa| mantissa.ends_with(['1', '3', '5', '7', '9']));
    let Some((mantissa, exponent)) = longer.split_once('e').filter(|(mantissa, _)| is_odd && mantissa.ends_with('5'))
    else {
        return text;
    };
    // No number has more digits than these, so this is all of it.
    let exact = format!("{float:.800e}");
    if exact.split('e').next().map(|digits| digits.trim_end_matches('0')) != Some(mantissa) {
        return text;
    }
    let lower = format!("{}e{exponent}", mantissa.strip_suffix('5').unwrap_or(mantissa));
    if lower.parse() == Ok(float) { lower } else { text }
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => {
                out.push_str("\\u00");
                out.push_str(&super::hex::encode(&[u8::try_from(control).unwrap_or_default()]));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Builds a [`Value`] while it refuses what runtimes read differently.
#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.depth.saturating_add(1) {
            depth if depth <= MAX_DEPTH => Ok(Self { depth }),
            _ => Err(E::custom(format_args!("nested deeper than {MAX_DEPTH}"))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        if value > MAX_SAFE_INTEGER {
            return Err(E::custom(format_args!("the integer `{value}` is beyond 2^53 - 1")));
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        if value.unsigned_abs() > MAX_SAFE_INTEGER {
            return Err(E::custom(format_args!("the integer `{value}` is beyond 2^53 - 1")));
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        // An integral float is the same number as the integer of that value; RFC 8785 writes both alike, so both must
        // become the same value here.
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "checked to be exact")]
        if value.fract() == 0.0 {
            if value.abs() > MAX_SAFE_INTEGER as f64 {
                return Err(E::custom(format_args!("the integer `{value}` is beyond 2^53 - 1")));
            }
            return Ok(Value::Number((value as i64).into()));
        }
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format_args!("the key `{key}` is repeated")));
            }
            let value = members.next_value_seed(inner)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical_of(text: &str) -> String {
        String::from_utf8(canonical(&parse("text", text.as_bytes()).unwrap())).unwrap()
    }

    /// The example of RFC 8785, section 3.2.2, less its integer beyond 2^53.
    #[test]
    fn rfc_8785_example_holds() {
        let text = r#"{"numbers":[4.50,2e-3,0.000000000000000000000000001],
            "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#;
        assert_eq!(
            canonical_of(text),
            "{\"literals\":[null,true,false],\"numbers\":[4.5,0.002,1e-27],\
             \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
    }

    /// The sorting example of RFC 8785, section 3.2.3: by UTF-16 code units.
    #[test]
    fn keys_sort_by_utf16() {
        let text = "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}";
        assert_eq!(canonical_of(text), "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}");
    }

    /// The samples of RFC 8785, appendix B.
    #[test]
    fn numbers_are_written_as_ecmascript_does() {
        for (bits, expected) in [
            (0x0000_0000_0000_0000_u64, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            let mut text = String::new();
            write_float(f64::from_bits(bits), &mut text);
            assert_eq!(text, expected, "{bits:x}");
        }
    }

    #[test]
    fn equal_numbers_have_one_form() {
        assert_eq!(canonical_of("[1,1.0,1e0,-0,-0.0,100e-2]"), "[1,1,1,0,0,1]");
    }

    #[test]
    fn what_runtimes_read_differently_is_refused() {
        let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
        for text in [
            "{\"a\":1,\"a\":2}",
            "9007199254740992",
            "-9007199254740992",
            "1e300",
            "1e999",
            "\"\\ud800\"",
            "1 2",
            "",
            &deep,
        ] {
            assert_eq!(parse("text", text.as_bytes()).unwrap_err().code(), "json_invalid", "{text}");
        }
        assert!(parse("text", format!("{}{}", "[".repeat(64), "]".repeat(64)).as_bytes()).is_ok());
    }
}
