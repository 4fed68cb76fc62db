//! `json.is_valid`, `json.marshal`, `json.marshal_with_options`, `json.unmarshal`.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use super::{Outcome, done};
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::sort;
use crate::policy::value::{Object, Value};

pub(super) fn marshal(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [value] = args else { return Ok(None) };
    done(Value::text(written(value, None, fuel)?))
}

pub(super) fn marshal_with_options(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [value, Value::Object(options)] = args else { return Ok(None) };
    let Some(options) = Options::read(options) else { return Ok(None) };
    done(Value::text(written(value, options.is_pretty.then_some(&options), fuel)?))
}

pub(super) fn unmarshal(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return Ok(None) };
    read(text, fuel)
}

pub(super) fn is_valid(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Text(text)] = args else { return done(false) };
    done(read(text, fuel)?.is_some())
}

/// Reads JSON. No value takes more than 40 bytes for each byte of its text.
pub(super) fn read(text: &str, fuel: &mut Fuel) -> Outcome {
    fuel.read(length(text.len()).saturating_mul(4))?;
    fuel.allocate(length(text.len()).saturating_mul(40))?;
    Value::parse_exact(text)
}

/// Writes JSON as OPA does: members sorted by their keys' bytes, and what HTML reads escaped.
pub(super) fn written(value: &Value, options: Option<&Options>, fuel: &mut Fuel) -> Result<String, Fault> {
    fuel.read(value.weight().saturating_mul(2))?;
    fuel.allocate(value.weight())?;
    let mut writer = Writer { out: String::new(), options, depth: 0, fuel };
    if let Some(options) = options {
        writer.out.push_str(options.prefix);
    }
    writer.value(value)?;
    Ok(writer.out)
}

pub(super) struct Options<'a> {
    prefix: &'a str,
    indent: &'a str,
    is_pretty: bool,
}

impl<'a> Options<'a> {
    fn read(members: &'a Object) -> Option<Self> {
        let (mut options, mut is_pretty) = (Self { prefix: "", indent: "\t", is_pretty: false }, None);
        for (key, value) in members {
            let Value::Text(key) = key else { return None };
            match (key.as_str(), value) {
                ("prefix", Value::Text(prefix)) => options.prefix = prefix,
                ("indent", Value::Text(indent)) => options.indent = indent,
                ("pretty", Value::Bool(flag)) => is_pretty = Some(*flag),
                _ => return None,
            }
        }
        let is_implied = members.get_text("prefix").is_some() || members.get_text("indent").is_some();
        options.is_pretty = is_pretty.unwrap_or(is_implied);
        Some(options)
    }
}

struct Writer<'a> {
    out: String,
    options: Option<&'a Options<'a>>,
    depth: u64,
    fuel: &'a mut Fuel,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value) -> Result<(), Fault> {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(flag) => self.out.push_str(if *flag { "true" } else { "false" }),
            // Writing to a text does not fail.
            Value::Number(number) => write!(self.out, "{number}").unwrap_or_default(),
            Value::Text(text) => self.text(text)?,
            Value::Array(items) => self.list(['[', ']'], items.as_slice(), Self::value)?,
            Value::Set(items) => self.list(['[', ']'], items.as_slice(), Self::value)?,
            Value::Object(members) => {
                let mut sorted = Vec::new();
                for (key, value) in members.iter() {
                    sorted.push((self.key(key)?, value));
                }
                self.list(['{', '}'], &sort::sorted(sorted), |writer, (key, value)| {
                    writer.text(key)?;
                    writer.out.push_str(if writer.options.is_some() { ": " } else { ":" });
                    writer.value(value)
                })?;
            }
        }
        Ok(())
    }

    /// A key that is no text becomes its own JSON.
    fn key(&mut self, key: &Value) -> Result<String, Fault> {
        match key {
            Value::Text(text) => Ok(text.as_str().into()),
            key => written(key, None, self.fuel),
        }
    }

    fn list<T>(
        &mut self,
        [open, close]: [char; 2],
        items: &[T],
        write: impl Fn(&mut Self, &T) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.out.push(open);
        self.depth = self.depth.saturating_add(1);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.line()?;
            write(self, item)?;
        }
        self.depth = self.depth.saturating_sub(1);
        if !items.is_empty() {
            self.line()?;
        }
        self.out.push(close);
        Ok(())
    }

    fn line(&mut self) -> Result<(), Fault> {
        let Some(options) = self.options else { return Ok(()) };
        let indent = length(options.indent.len()).saturating_mul(self.depth);
        self.fuel.allocate(length(options.prefix.len()).saturating_add(indent).saturating_add(1))?;
        self.out.push('\n');
        self.out.push_str(options.prefix);
        for _ in 0..self.depth {
            self.out.push_str(options.indent);
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        self.out.push('"');
        for character in text.chars() {
            match character {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                    self.fuel.allocate(6)?;
                    write!(self.out, "\\u{:04x}", u32::from(character)).unwrap_or_default();
                }
                plain => self.out.push(plain),
            }
        }
        self.out.push('"');
        Ok(())
    }
}
