//! Reads values straight from JSON.
//!
//! This reader knows the frequent forms and leaves the rest, failures included, to [`crate::encoding::json`]: so there is one
//! reader that says what JSON is, and both give the same values.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::{Listed, Node, Sorted, Text, Value};
use crate::encoding::json;
use crate::error::Error;
use crate::policy::fuel::Fault;
use crate::policy::number::Number;
use crate::policy::sort::sorted;

/// So many digits are the shortest form of the double that they stand for.
const MAX_DIGITS: usize = 15;

/// A key that stands in front of fewer is put there; more are sorted at the end.
const MAX_LATER: usize = 16;

impl Value {
    /// Reads one JSON value. `what` names the input in the failure.
    ///
    /// # Errors
    /// `json_invalid` as [`json::parse`], which says what is read.
    pub(crate) fn parse_json(what: &'static str, text: &[u8]) -> Result<Self, Error> {
        let read = core::str::from_utf8(text).ok().and_then(|text| Reader::of(text, false).read());
        match read {
            Some(value) => Ok(value),
            None => json::parse(what, text).map(|json| Self::from(&json)),
        }
    }

    /// Reads one JSON value with numbers of any size, which are kept exactly; nothing for what is none, repeats a key, has
    /// a lone surrogate or is nested deeper than a request may be.
    ///
    /// # Errors
    /// `Limit("number")` for a number beyond the limits.
    pub(crate) fn parse_exact(text: &str) -> Result<Option<Self>, Fault> {
        let mut reader = Reader::of(text, true);
        let value = reader.read();
        reader.fault.map_or(Ok(value), Err)
    }
}

struct Reader<'a> {
    text: &'a str,
    rest: &'a [u8],
    depth: usize,
    members: Vec<(Value, Value)>,
    items: Vec<Value>,
    /// Whether numbers are kept exactly.
    is_exact: bool,
    fault: Option<Fault>,
}

impl<'a> Reader<'a> {
    fn of(text: &'a str, is_exact: bool) -> Self {
        // As many as a request has open at once.
        let (members, items) = (Vec::with_capacity(16), Vec::with_capacity(16));
        Self { text, rest: text.as_bytes(), depth: 0, members, items, is_exact, fault: None }
    }

    fn read(&mut self) -> Option<Value> {
        let value = self.value()?;
        self.next().is_none().then_some(value)
    }

    fn value(&mut self) -> Option<Value> {
        match self.next()? {
            b'"' => self.string().map(Value::Text),
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::array),
            b'-' | b'0'..=b'9' => self.number().map(Value::Number),
            b't' => self.literal(b"true", Value::Bool(true)),
            b'f' => self.literal(b"false", Value::Bool(false)),
            b'n' => self.literal(b"null", Value::Null),
            _ => None,
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Option<Value>) -> Option<Value> {
        if self.depth == json::MAX_DEPTH {
            return None;
        }
        self.depth = self.depth.saturating_add(1);
        self.skip(1);
        let value = read(self)?;
        self.depth = self.depth.saturating_sub(1);
        Some(value)
    }

    // Items wait on one stack for all levels, and leave it as a vector of the right size.

    fn array(&mut self) -> Option<Value> {
        let start = self.items.len();
        if self.next()? == b']' {
            self.skip(1);
        } else {
            loop {
                let item = self.value()?;
                self.items.push(item);
                if self.ends(b']')? {
                    break;
                }
            }
        }
        let items = self.items.split_off(start);
        Node::new(items, Listed).ok().map(|node| Value::Array(Arc::new(node)))
    }

    fn object(&mut self) -> Option<Value> {
        let (start, mut is_sorted) = (self.members.len(), true);
        if self.next()? == b'}' {
            self.skip(1);
        } else {
            loop {
                if self.next()? != b'"' {
                    return None;
                }
                let key = self.string()?;
                if self.next()? != b':' {
                    return None;
                }
                self.skip(1);
                let value = self.value()?;
                is_sorted = self.member(start, key, value, is_sorted)?;
                if self.ends(b'}')? {
                    break;
                }
            }
        }
        let mut members = self.members.split_off(start);
        if !is_sorted {
            members = sorted(members);
            if !members.is_sorted_by(|(one, _), (next, _)| text_of(one) < text_of(next)) {
                return None;
            }
        }
        Node::new(members, Sorted).ok().map(|node| Value::Object(Arc::new(node)))
    }

    /// Puts a member where it belongs among those from `start` on, or at the end if that is far. Tells whether they are sorted.
    fn member(&mut self, start: usize, key: Text, value: Value, is_sorted: bool) -> Option<bool> {
        let before = self.members.get(start..).unwrap_or_default();
        let mut later = 0_usize;
        let mut is_near = is_sorted && before.len() < MAX_LATER;
        if is_sorted {
            for (other, _) in before.iter().rev().take(MAX_LATER) {
                match text_of(other).cmp(&key) {
                    Ordering::Less => {
                        is_near = true;
                        break;
                    }
                    Ordering::Equal => return None,
                    Ordering::Greater => later = later.saturating_add(1),
                }
            }
        }
        let place = self.members.len().saturating_sub(if is_near { later } else { 0 });
        self.members.insert(place, (Value::Text(key), value));
        Some(is_near)
    }

    /// Tells whether a list ends here, or else goes on behind a comma.
    fn ends(&mut self, end: u8) -> Option<bool> {
        let next = self.next()?;
        self.skip(1);
        if next == end { Some(true) } else { (next == b',').then_some(false) }
    }

    fn string(&mut self) -> Option<Text> {
        self.skip(1);
        let plain = self.plain()?;
        if let [b'"', rest @ ..] = self.rest {
            self.rest = rest;
            return Some(Text::new(plain));
        }
        let mut text = String::from(plain);
        while self.rest.first() == Some(&b'\\') {
            self.skip(1);
            text.push(self.escape()?);
            text.push_str(self.plain()?);
        }
        self.rest = self.rest.strip_prefix(b"\"")?;
        Some(Text::from(text))
    }

    /// Reads what needs no escape.
    fn plain(&mut self) -> Option<&'a str> {
        let (start, size) = (self.place(), json::plain_size(self.rest)?);
        let (_, rest) = self.rest.split_at_checked(size)?;
        self.rest = rest;
        self.text.get(start..start.saturating_add(size))
    }

    fn escape(&mut self) -> Option<char> {
        let escape = self.rest.first().copied()?;
        self.skip(1);
        Some(match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut code = self.code_unit()?;
                if (0xd800..0xdc00).contains(&code) {
                    self.rest = self.rest.strip_prefix(b"\\u")?;
                    let low = self.code_unit()?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                    code = (code.wrapping_sub(0xd7c0) << 10) | low;
                }
                char::from_u32(code)?
            }
            _ => return None,
        })
    }

    fn code_unit(&mut self) -> Option<u32> {
        let mut code = 0;
        for _ in 0..4 {
            code = code << 4 | char::from(*self.rest.first()?).to_digit(16)?;
            self.skip(1);
        }
        Some(code)
    }

    fn number(&mut self) -> Option<Number> {
        let rest = self.rest;
        let plain = self.plain_number();
        if plain.is_some() || !self.is_exact {
            return plain;
        }
        self.rest = rest;
        let size = rest.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
        let start = self.place();
        self.skip(size.unwrap_or(rest.len()));
        match Number::parse(self.text.get(start..self.place())?) {
            Ok(number) => number,
            Err(fault) => {
                self.fault = Some(fault);
                None
            }
        }
    }

    /// Reads a number of few digits without an exponent.
    fn plain_number(&mut self) -> Option<Number> {
        let is_negative = self.rest.first() == Some(&b'-');
        if is_negative {
            self.skip(1);
        }
        let first = self.rest.first().copied()?;
        let (mut mantissa, mut size) = (0_i64, 0_usize);
        self.digits(&mut mantissa, &mut size);
        let whole = size;
        let mut places = 0;
        if self.rest.first() == Some(&b'.') {
            self.skip(1);
            self.digits(&mut mantissa, &mut size);
            places = size.saturating_sub(whole);
            if places == 0 {
                return None;
            }
        }
        let is_plain = whole > 0 && size <= MAX_DIGITS && (first != b'0' || whole == 1);
        if !is_plain || matches!(self.rest.first(), Some(b'e' | b'E')) {
            return None;
        }
        let mantissa = if is_negative { mantissa.saturating_neg() } else { mantissa };
        Number::small(mantissa, i64::try_from(places).ok()?.saturating_neg()).ok()
    }

    fn digits(&mut self, mantissa: &mut i64, size: &mut usize) {
        while let Some(digit @ b'0'..=b'9') = self.rest.first() {
            *mantissa = mantissa.wrapping_mul(10).wrapping_add(i64::from(digit & 15));
            *size = size.saturating_add(1);
            self.skip(1);
        }
    }

    fn literal(&mut self, name: &[u8], value: Value) -> Option<Value> {
        self.rest = self.rest.strip_prefix(name)?;
        Some(value)
    }

    /// Skips white space and tells what is next.
    fn next(&mut self) -> Option<u8> {
        while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    fn place(&self) -> usize {
        self.text.len().saturating_sub(self.rest.len())
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }
}

/// Returns a key, which is a text in JSON.
fn text_of(key: &Value) -> &str {
    match key {
        Value::Text(text) => text,
        _ => "",
    }
}
