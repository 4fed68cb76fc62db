//! One recipient stanza: a type, arguments and a body.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::encoding::base64;
use crate::error::Error;

/// Type of a hybrid recipient's stanza.
pub(super) const HYBRID_STANZA: &str = "mlkem768x25519";

/// Columns of a full line of a body.
const COLUMNS: usize = 64;

/// Holds a stanza of a header. The first argument is its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stanza {
    args: Vec<String>,
    body: Vec<u8>,
}

impl Stanza {
    /// Makes a stanza of a type, its further arguments and a body.
    pub(crate) fn new(kind: &str, args: &[&str], body: Vec<u8>) -> Self {
        Self { args: core::iter::once(kind).chain(args.iter().copied()).map(str::to_owned).collect(), body }
    }

    /// Returns its type: `X25519`, `scrypt`, `example.com/thing`.
    pub fn kind(&self) -> &str {
        self.args.first().map_or("", String::as_str)
    }

    /// Lends the arguments behind the type.
    pub fn args(&self) -> &[String] {
        self.args.get(1..).unwrap_or_default()
    }

    /// Lends the decoded body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Appends the stanza's text.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"->");
        for arg in &self.args {
            out.push(b' ');
            out.extend_from_slice(arg.as_bytes());
        }
        out.push(b'\n');
        let text = base64::encode(&self.body);
        let (lines, rest) = text.as_bytes().as_chunks::<COLUMNS>();
        for line in lines {
            out.extend_from_slice(line);
            out.push(b'\n');
        }
        // The last line is always a short one, if need be an empty one: it ends the body.
        out.extend_from_slice(rest);
        out.push(b'\n');
    }

    /// Reads the stanza whose first line, less its `->`, is `first`, taking its body from `lines`.
    pub(super) fn parse<'a>(first: &[u8], lines: &mut impl Iterator<Item = &'a [u8]>) -> Result<Self, Error> {
        let malformed = |reason| Error::HeaderMalformed { reason };
        let args = first.strip_prefix(b" ").ok_or(malformed("expected a space and a type behind `->`"))?;
        let args = args.split(|byte| *byte == b' ').map(parse_arg).collect::<Result<Vec<_>, _>>()?;
        let mut text = Vec::new();
        loop {
            let line = lines.next().ok_or(malformed("a stanza's body does not end"))?;
            if line.len() > COLUMNS {
                return Err(malformed("a line of a stanza's body is longer than 64 characters"));
            }
            text.extend_from_slice(line);
            if line.len() < COLUMNS {
                break;
            }
        }
        let body = base64::decode(&text).ok_or(malformed("a stanza's body is not canonical base64"))?;
        Ok(Self { args, body })
    }
}

fn parse_arg(arg: &[u8]) -> Result<String, Error> {
    match core::str::from_utf8(arg) {
        Ok(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(text.to_owned()),
        _ => Err(Error::HeaderMalformed { reason: "a stanza's argument is empty or not printable ASCII" }),
    }
}
