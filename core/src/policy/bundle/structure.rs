//! The form in which OPA hashes JSON files, so that space in them does not matter. `spec/bundle.md`, "`.signatures.json`".

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::Value;

use crate::encoding::json;

/// Returns the structural form of a text that is known to be I-JSON.
pub(super) fn of(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Reader(text).value(&mut out);
    out
}

/// Reads JSON whose numbers are kept as they are written. It is at most 64 levels deep.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn value(&mut self, out: &mut Vec<u8>) {
        match self.peek() {
            Some(b'{') => self.object(out),
            Some(b'[') => self.list(out),
            Some(b'"') => write_text(&self.text(), out),
            _ => self.word(out),
        }
    }

    fn object(&mut self, out: &mut Vec<u8>) {
        let mut members: Vec<(String, Vec<u8>)> = Vec::new();
        self.next();
        while self.peek() == Some(b'"') {
            let key = self.text();
            self.peek();
            self.next();
            let mut value = Vec::new();
            self.value(&mut value);
            members.push((key, value));
            self.comma();
        }
        self.next();
        members.sort_unstable();
        out.push(b'{');
        for (place, (key, value)) in members.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            write_text(key, out);
            out.push(b':');
            out.extend_from_slice(value);
        }
        out.push(b'}');
    }

    fn list(&mut self, out: &mut Vec<u8>) {
        self.next();
        out.push(b'[');
        let mut is_first = true;
        while !matches!(self.peek(), Some(b']') | None) {
            if !is_first {
                out.push(b',');
            }
            is_first = false;
            self.value(out);
            self.comma();
        }
        self.next();
        out.push(b']');
    }

    /// Copies a number or literal.
    fn word(&mut self, out: &mut Vec<u8>) {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let end = self.0.iter().position(|byte| !is_part(byte)).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at_checked(end.max(1)).unwrap_or((self.0, &[]));
        out.extend_from_slice(word);
        self.0 = rest;
    }

    fn text(&mut self) -> String {
        let mut is_escaped = true;
        let end = self.0.iter().position(|byte| {
            let is_end = *byte == b'"' && !is_escaped;
            is_escaped = match byte {
                // The first one opens the text.
                b'"' => false,
                b'\\' => !is_escaped,
                _ => false,
            };
            is_end
        });
        let end = end.unwrap_or(self.0.len()).saturating_add(1).min(self.0.len());
        let (text, rest) = self.0.split_at_checked(end).unwrap_or((self.0, &[]));
        self.0 = rest;
        match json::parse("bundle", text) {
            Ok(Value::String(text)) => text,
            _ => String::new(),
        }
    }

    fn comma(&mut self) {
        if self.peek() == Some(b',') {
            self.next();
        }
    }

    /// Passes over space and lends the next byte.
    fn peek(&mut self) -> Option<u8> {
        self.0 = self.0.trim_ascii_start();
        self.0.first().copied()
    }

    fn next(&mut self) {
        self.0 = self.0.get(1..).unwrap_or_default();
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut buffer = [0; 4];
    for character in text.chars() {
        match character {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\u{8}' => out.extend_from_slice(b"\\b"),
            '\u{c}' => out.extend_from_slice(b"\\f"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\r' => out.extend_from_slice(b"\\r"),
            '\t' => out.extend_from_slice(b"\\t"),
            '\0'..' ' | '\u{2028}' | '\u{2029}' => {
                out.extend_from_slice(format!("\\u{:04x}", u32::from(character)).as_bytes());
            }
            _ => out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes()),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_and_order_do_not_matter_and_numbers_stay_as_they_are() {
        let text =
            " { \"b\" : [ 1.0 , -2e3 , { } , [ ] ] , \"a\\u0041\" : \"\\/\\u2028\\b\\u0001\\\\\" , \"\u{e9}\" : null }";
        let form = "{\"aA\":\"/\\u2028\\b\\u0001\\\\\",\"b\":[1.0,-2e3,{},[]],\"\u{e9}\":null}";
        assert_eq!(String::from_utf8(of(text.as_bytes())).unwrap(), form);
        assert_eq!(of(b"\"\\\"\""), b"\"\\\"\"");
        assert_eq!(of(b" true "), b"true");
    }
}
