//! Reading, which refuses what runtimes read differently.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Number, Value};

use super::MAX_DEPTH;
use super::decimal::{Decimal, MAX_SAFE_INTEGER};

/// Reads one value and returns what is wrong otherwise, and where.
pub(super) fn text(bytes: &[u8]) -> Result<Value, String> {
    let text = core::str::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())?;
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value()?;
    match reader.next() {
        None => Ok(value),
        Some(_) => reader.fail("expected the end"),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<Value, String> {
        match self.next() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'n') => self.literal("null", Value::Null),
            Some(b't') => self.literal("true", Value::Bool(true)),
            Some(b'f') => self.literal("false", Value::Bool(false)),
            _ => self.fail("expected a value"),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, String>) -> Result<Value, String> {
        if self.depth == MAX_DEPTH {
            return self.fail("nested deeper than 64");
        }
        self.depth = self.depth.saturating_add(1);
        self.skip();
        let value = read(self)?;
        self.depth = self.depth.saturating_sub(1);
        Ok(value)
    }

    fn object(&mut self) -> Result<Value, String> {
        let mut members = Map::new();
        if self.ends(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            if self.next() != Some(b'"') {
                return self.fail("expected a key");
            }
            let start = self.at;
            let key = self.string()?;
            let end = self.at;
            if !self.ends(b':') {
                return self.fail("expected `:`");
            }
            let value = self.value()?;
            if members.insert(key, value).is_some() {
                let key = self.text.get(start..end).unwrap_or_default().trim_matches('"');
                self.at = start;
                return self.fail(&format!("the key `{key}` is repeated"));
            }
            if self.ends(b'}') {
                return Ok(Value::Object(members));
            }
            if !self.ends(b',') {
                return self.fail("expected `,` or `}`");
            }
        }
    }

    fn array(&mut self) -> Result<Value, String> {
        let mut items = Vec::new();
        if self.ends(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            if self.ends(b']') {
                return Ok(Value::Array(items));
            }
            if !self.ends(b',') {
                return self.fail("expected `,` or `]`");
            }
        }
    }

    fn string(&mut self) -> Result<String, String> {
        let mut string = String::new();
        self.skip();
        loop {
            let start = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.skip();
            }
            string.push_str(self.text.get(start..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.skip();
                    return Ok(string);
                }
                Some(b'\\') => string.push(self.escape()?),
                None => return self.fail("a text without an end"),
                Some(_) => return self.fail("a control character in a text"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        self.skip();
        let character = match self.peek() {
            Some(same @ (b'"' | b'\\' | b'/')) => char::from(same),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.code_point(),
            _ => return self.fail("an unknown escape"),
        };
        self.skip();
        Ok(character)
    }

    fn code_point(&mut self) -> Result<char, String> {
        let mut code = self.code_unit()?;
        if (0xd800..0xdc00).contains(&code) && self.rest().starts_with(b"\\u") {
            self.skip();
            let low = self.code_unit()?.wrapping_sub(0xdc00);
            code = if low < 0x400 { (code.wrapping_sub(0xd7c0) << 10) | low } else { u32::MAX };
        }
        char::from_u32(code).map_or_else(|| self.fail("a lone surrogate"), Ok)
    }

    fn code_unit(&mut self) -> Result<u32, String> {
        self.skip();
        let mut code = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(16)) else {
                return self.fail("expected four hexadecimal digits");
            };
            code = code << 4 | digit;
            self.skip();
        }
        Ok(code)
    }

    fn number(&mut self) -> Result<Value, String> {
        let start = self.at;
        let is_negative = self.skip_if(b"-");
        let unsigned = self.at;
        let is_whole = self.skip_if(b"0") || self.digits();
        let is_fraction = !self.skip_if(b".") || self.digits();
        let is_exponent = !self.skip_if(b"eE") || {
            self.skip_if(b"+-");
            self.digits()
        };
        if !(is_whole && is_fraction && is_exponent) {
            return self.fail("expected a digit");
        }
        let text = self.text.get(unsigned..self.at).unwrap_or_default();
        let number = Decimal::parse(text.as_bytes()).to_float().and_then(|float| number(float, is_negative));
        let text = self.text.get(start..self.at).unwrap_or_default();
        match number {
            Some(number) => Ok(Value::Number(number)),
            None => self.fail(&format!("the integer `{text}` is beyond 2^53 - 1")),
        }
    }

    fn literal(&mut self, name: &str, value: Value) -> Result<Value, String> {
        if !self.rest().starts_with(name.as_bytes()) {
            return self.fail("expected a value");
        }
        self.at = self.at.saturating_add(name.len());
        Ok(value)
    }

    /// Skips white space, and then `byte` if it is next.
    fn ends(&mut self, byte: u8) -> bool {
        self.next();
        self.skip_if(&[byte])
    }

    /// Skips white space and tells what is next.
    fn next(&mut self) -> Option<u8> {
        while self.skip_if(b" \n\r\t") {}
        self.peek()
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.skip_if(b"0123456789") {}
        self.at > start
    }

    fn skip_if(&mut self, bytes: &[u8]) -> bool {
        let is_next = self.peek().is_some_and(|next| bytes.contains(&next));
        if is_next {
            self.skip();
        }
        is_next
    }

    fn skip(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn fail<T>(&self, reason: &str) -> Result<T, String> {
        let before = self.text.as_bytes().get(..self.at).unwrap_or_default();
        let line = before.split(|byte| *byte == b'\n').count();
        let column = before.rsplit(|byte| *byte == b'\n').next().map_or(0, <[u8]>::len).saturating_add(1);
        Err(format!("{reason} at line {line} column {column}"))
    }
}

/// Makes an integer of what is integral, in whatever form it was written: RFC 8785 writes all forms alike, so all must become
/// the same value here.
fn number(float: f64, is_negative: bool) -> Option<Number> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a positive number below 10^16")]
    let whole = float as u64;
    #[expect(clippy::cast_precision_loss, reason = "equal only where exact")]
    let is_whole = whole as f64 == float;
    match (is_whole, is_negative) {
        (true, _) if whole > MAX_SAFE_INTEGER => None,
        (true, true) => Some(Number::from(whole.cast_signed().saturating_neg())),
        (true, false) => Some(Number::from(whole)),
        (false, true) => Number::from_f64(-float),
        (false, false) => Number::from_f64(float),
    }
}
