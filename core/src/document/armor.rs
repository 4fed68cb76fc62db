//! The text form: strict PEM. `spec/document.md`, "Armor".

use alloc::string::String;
use alloc::vec::Vec;

use crate::encoding::base64;
use crate::error::Error;

/// First line of an armored document.
pub(super) const BEGIN: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const END: &[u8] = b"-----END AGE ENCRYPTED FILE-----";

/// Columns of a full line, and the bytes that it holds.
const COLUMNS: usize = 64;
const LINE_BYTES: usize = 48;

/// How much white space may stand before and behind.
const MAX_WHITESPACE: usize = 1024;

/// Writes armor.
#[derive(Default)]
pub(super) struct ArmorWriter {
    begun: bool,
    held: Vec<u8>,
}

impl ArmorWriter {
    /// Takes bytes and returns the lines that they fill.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut text = String::new();
        if !self.begun {
            self.begun = true;
            text.push_str("-----BEGIN AGE ENCRYPTED FILE-----\n");
        }
        self.held.extend_from_slice(bytes);
        let held = core::mem::take(&mut self.held);
        let (lines, rest) = held.as_chunks::<LINE_BYTES>();
        for line in lines {
            base64::encode_padded(line, &mut text);
            text.push('\n');
        }
        self.held = rest.to_vec();
        text.into_bytes()
    }

    /// Appends the last line and the end mark.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        if !self.held.is_empty() {
            let mut line = String::new();
            base64::encode_padded(&self.held, &mut line);
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
        out.extend_from_slice(END);
        out.push(b'\n');
    }
}

/// Armors a document that is whole, given in parts.
pub(crate) fn armored(parts: &[&[u8]]) -> Vec<u8> {
    let mut writer = ArmorWriter::default();
    let mut out = Vec::new();
    for part in parts {
        out.append(&mut writer.push(part));
    }
    writer.finish(&mut out);
    out
}

/// Reads armor that comes in pieces. It holds at most one line.
#[derive(Default)]
pub(super) struct ArmorReader {
    line: Vec<u8>,
    state: State,
    skipped: usize,
    line_end: Option<LineEnd>,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// White space and the begin line are still to come.
    #[default]
    Before,
    /// Full lines.
    Body,
    /// A short line was read: only the end line may follow.
    Short,
    /// The end line was read: only white space may follow.
    After,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    Lf,
    CrLf,
}

impl ArmorReader {
    /// Takes text and appends the bytes that it holds.
    pub(super) fn push(&mut self, text: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        for byte in text {
            match (self.state, *byte) {
                (State::Before, byte) if self.line.is_empty() && byte.is_ascii_whitespace() => self.skip()?,
                (State::After, byte) if byte.is_ascii_whitespace() => self.skip()?,
                (State::After, _) => return Err(malformed("something stands behind its end line")),
                (_, b'\n') => {
                    let mut line = core::mem::take(&mut self.line);
                    self.end_line(&line, out)?;
                    line.clear();
                    self.line = line;
                }
                (_, byte) => {
                    if self.line.len() > COLUMNS {
                        return Err(malformed("a line is longer than 64 characters"));
                    }
                    self.line.push(byte);
                }
            }
        }
        Ok(())
    }

    /// Checks that the armor is whole.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        if !self.line.is_empty() {
            let line = core::mem::take(&mut self.line);
            if line != END {
                return Err(malformed("it does not end with its end line"));
            }
            self.end_line(&line, out)?;
        }
        match self.state {
            State::After => Ok(()),
            _ => Err(malformed("it does not end with its end line")),
        }
    }

    fn end_line(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let (line, line_end) = match line.strip_suffix(b"\r") {
            Some(line) => (line, LineEnd::CrLf),
            None => (line, LineEnd::Lf),
        };
        if line != END && *self.line_end.get_or_insert(line_end) != line_end {
            return Err(malformed("its line ends differ"));
        }
        self.state = match self.state {
            State::Before if line == BEGIN => State::Body,
            State::Body | State::Short if line == END => State::After,
            State::Body if (1..=COLUMNS).contains(&line.len()) => {
                base64::decode_padded(line, out).ok_or(malformed("a line is not canonical base64"))?;
                let full = line.len() == COLUMNS && !line.ends_with(b"=");
                if full { State::Body } else { State::Short }
            }
            State::Before => return Err(malformed("it does not begin with its begin line")),
            State::Short => return Err(malformed("a line follows a short one")),
            _ => return Err(malformed("a line is empty or longer than 64 characters")),
        };
        Ok(())
    }

    fn skip(&mut self) -> Result<(), Error> {
        self.skipped = self.skipped.saturating_add(1);
        if self.skipped > MAX_WHITESPACE { Err(malformed("too much white space stands around it")) } else { Ok(()) }
    }
}

/// Tells whether `bytes` begin an armored document, once enough of them are there.
///
/// Less than the whole begin line would not do: the answer must not depend on how the document is cut into pieces.
pub(super) fn begins(bytes: &[u8]) -> Option<bool> {
    let text = bytes.trim_ascii_start();
    let known = text.len().min(BEGIN.len());
    if bytes.len().saturating_sub(text.len()) > MAX_WHITESPACE {
        // Armor, and one that the reader refuses: white space without end is not looked through again for every piece.
        return Some(true);
    }
    match text.get(..known) == BEGIN.get(..known) {
        false => Some(false),
        true if known < BEGIN.len() => None,
        true => Some(true),
    }
}

fn malformed(reason: &'static str) -> Error {
    Error::ArmorMalformed { reason }
}
