//! Strict JSON in (RFC 8259 with the limits of I-JSON, RFC 7493) and canonical JSON out (RFC 8785).
//!
//! The reader and the writer are this crate's own: those of `serde_json` take repeated keys, may miss the nearest number by
//! one place, and would make up half of the module that browsers load. Of `serde_json`, only the value is used, and never
//! the order of its members, which any crate in a build may change.

mod decimal;
mod natural;
mod parse;
mod write;

use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use crate::error::Error;

/// How deep a JSON text may nest.
pub const MAX_DEPTH: usize = 64;

/// Reads one JSON value. `what` names the input in the failure.
///
/// # Errors
/// `json_invalid` for anything but one value of I-JSON: a repeated key, an integer beyond 2^53 - 1, a lone surrogate, or
/// nesting beyond [`MAX_DEPTH`].
pub fn parse(what: &'static str, text: &[u8]) -> Result<Value, Error> {
    parse::text(text).map_err(|reason| Error::JsonInvalid { what, reason })
}

/// Returns the canonical bytes of a value: RFC 8785.
pub fn canonical(value: &Value) -> Vec<u8> {
    let mut text = Vec::new();
    write::value(value, &mut text);
    text
}

/// Returns the canonical bytes of an object: RFC 8785.
pub fn canonical_object(members: &Map<String, Value>) -> Vec<u8> {
    let mut text = Vec::new();
    write::object(members, &mut text);
    text
}

/// Appends a text in its canonical form.
pub(crate) fn write_text(text: &str, out: &mut Vec<u8>) {
    write::string(text, out);
}

/// Counts the bytes in front of what a text cannot hold as it is; nothing if there is none.
#[cfg(feature = "policy-program")]
pub(crate) fn plain_size(text: &[u8]) -> Option<usize> {
    write::plain_size(text)
}

/// Appends an integer up to 2^53 - 1 in its canonical form.
#[cfg(feature = "policy-program")]
pub(crate) fn write_integer(integer: i64, out: &mut Vec<u8>) {
    write::integer(integer, out);
}

/// Appends a count in its canonical form, which it has up to 2^53 - 1.
pub(crate) fn write_count(count: u64, out: &mut Vec<u8>) {
    write::count(count, out);
}

/// Appends a number in its canonical form.
#[cfg(feature = "policy-program")]
pub(crate) fn write_float(number: f64, out: &mut Vec<u8>) {
    write::float(number, out);
}

/// Returns the nearest double of 0.d₁d₂d₃… · 10^point, its digits from 0 to 9; nothing from 10^16.
#[cfg(feature = "policy-program")]
pub(crate) fn nearest(digits: Vec<u8>, point: i32) -> Option<f64> {
    decimal::Decimal { digits, point }.to_float()
}

/// Returns the fewest digits that give a positive double back, and where the point stands among them.
#[cfg(feature = "policy-program")]
pub(crate) fn shortest(float: f64) -> (Vec<u8>, i32) {
    let decimal::Decimal { digits, point } = decimal::Decimal::shortest(float);
    (digits, point)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

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
            let mut text = Vec::new();
            write::float(f64::from_bits(bits), &mut text);
            assert_eq!(String::from_utf8(text).unwrap(), expected, "{bits:x}");
        }
    }

    #[test]
    fn integers_are_written_in_full() {
        for number in [0, 7, -1, 10, 1_234_567_890, 9_007_199_254_740_991, -9_007_199_254_740_991] {
            let mut text = Vec::new();
            write::integer(number, &mut text);
            assert_eq!(String::from_utf8(text).unwrap(), format!("{number}"));
        }
        let mut text = Vec::new();
        write::count(u64::MAX, &mut text);
        assert_eq!(text, b"18446744073709551615");
    }

    /// Eight bytes are looked at at once: what a text cannot hold as it is stands at each place of one, and behind it.
    #[test]
    fn what_must_be_escaped_is_found_at_every_place() {
        for size in 0..20_usize {
            assert_eq!(write::plain_size("é".repeat(size).as_bytes()), None);
            for place in 0..size {
                for special in [b'"', b'\\', 0, 0x1f] {
                    let mut text = "a".repeat(size).into_bytes();
                    *text.get_mut(place).unwrap() = special;
                    assert_eq!(write::plain_size(&text), Some(place), "{special} at {place} of {size}");
                }
            }
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
