//! The token, and the place it is sealed for: `spec/record.md`, "Token" and "Associated data".

use alloc::vec::Vec;

use sealwright_cipher::{RECORD_NONCE_SIZE, TAG_SIZE};

use super::keys::KEY_ID_SIZE;
use crate::error::Error;

/// The most bytes of a column's name.
pub const MAX_COLUMN_SIZE: usize = 256;

/// The most bytes of a record's id.
pub const MAX_ID_SIZE: usize = 1024;

/// The most bytes of a value: 16 MiB. What is larger belongs into a document.
pub const MAX_VALUE_SIZE: usize = 1 << 24;

/// Bytes that a token has beyond its value.
pub const TOKEN_OVERHEAD: usize = PREFIX_SIZE + TAG_SIZE;

/// Bytes of a token in front of its ciphertext.
const PREFIX_SIZE: usize = 1 + KEY_ID_SIZE + RECORD_NONCE_SIZE;

const VERSION: u8 = 1;
const CONTEXT: &[u8] = b"sealwright.dev/v1/record";

/// Is a token, cut into its parts.
pub(super) struct Token<'a> {
    pub(super) key_id: &'a [u8; KEY_ID_SIZE],
    pub(super) nonce: &'a [u8; RECORD_NONCE_SIZE],
    /// The ciphertext and its tag.
    pub(super) sealed: &'a [u8],
}

impl<'a> Token<'a> {
    /// Cuts a token. There is none in bytes that are too few or too many, or that begin with another version.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&[VERSION])?;
        let (key_id, rest) = rest.split_first_chunk()?;
        let (nonce, sealed) = rest.split_first_chunk()?;
        let size = sealed.len().checked_sub(TAG_SIZE)?;
        (size <= MAX_VALUE_SIZE).then_some(Self { key_id, nonce, sealed })
    }

    /// Writes what stands in front of the ciphertext, and returns the room behind it.
    pub(super) fn write_prefix<'b>(
        key_id: &[u8; KEY_ID_SIZE],
        nonce: &[u8; RECORD_NONCE_SIZE],
        token: &'b mut [u8],
    ) -> Option<&'b mut [u8]> {
        let (version, rest) = token.split_first_mut()?;
        let (held_id, rest) = rest.split_first_chunk_mut()?;
        let (held_nonce, sealed) = rest.split_first_chunk_mut()?;
        (*version, *held_id, *held_nonce) = (VERSION, *key_id, *nonce);
        Some(sealed)
    }
}

/// Writes the associated data of one column's records.
pub(super) struct Place {
    bytes: Vec<u8>,
    column_end: usize,
}

impl Place {
    /// Begins with what the records of a column have in common.
    pub(super) fn new(collection_id: &str, column: &str) -> Result<Self, Error> {
        check_column(column)?;
        let mut bytes = CONTEXT.to_vec();
        append(collection_id.as_bytes(), &mut bytes);
        append(column.as_bytes(), &mut bytes);
        Ok(Self { column_end: bytes.len(), bytes })
    }

    /// Returns the associated data of one record.
    pub(super) fn of(&mut self, id: &[u8]) -> &[u8] {
        self.bytes.truncate(self.column_end);
        append(id, &mut self.bytes);
        &self.bytes
    }
}

/// Appends a text behind its length. Every text that comes here is shorter than 65,536 bytes by its own limit.
fn append(text: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
    out.extend_from_slice(text);
}

pub(super) fn check_column(column: &str) -> Result<(), Error> {
    check("name of the column", None, column.len(), 1, MAX_COLUMN_SIZE)
}

pub(super) fn check_id(index: usize, id: &[u8]) -> Result<(), Error> {
    check("id of a record", Some(index), id.len(), 1, MAX_ID_SIZE)
}

pub(super) fn check_value(index: usize, value: &[u8]) -> Result<(), Error> {
    check("value of a record", Some(index), value.len(), 0, MAX_VALUE_SIZE)
}

/// Refuses a size beyond its limits.
pub(super) fn check(
    what: &'static str,
    index: Option<usize>,
    size: usize,
    least: usize,
    most: usize,
) -> Result<(), Error> {
    if (least..=most).contains(&size) { Ok(()) } else { Err(Error::RecordLimit { what, index, size, least, most }) }
}
