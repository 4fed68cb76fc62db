//! The compressed container: RFC 1952 and RFC 1951. `spec/bundle.md`, "Container" and "Note".

use alloc::vec;
use alloc::vec::Vec;

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress_with_limit, inflate_flags};

use super::files::Files;
use super::{BundleLimits, limit, malformed, tar};
use crate::error::Error;

const MAGIC: [u8; 2] = [0x1f, 0x8b];
const DEFLATE: u8 = 8;
const FHCRC: u8 = 2;
const FEXTRA: u8 = 4;
const FNAME: u8 = 8;
const FCOMMENT: u8 = 16;
const RESERVED: u8 = 0xe0;

/// The header that `build` writes, up to what follows its flags.
const HEADER: [u8; 10] = [0x1f, 0x8b, DEFLATE, 0, 0, 0, 0, 0, 0, 0xff];

/// Names the note among a header's extra fields.
const NOTE_ID: [u8; 2] = *b"SW";

/// The size of CRC-32 and length behind the deflate stream.
const TRAILER_SIZE: usize = 8;

/// The size of the header that `build` writes.
pub(super) const HEADER_SIZE: usize = HEADER.len();

const LEVEL: u8 = 9;

/// Holds a bundle's file, taken apart but not inflated.
pub(super) enum Archive<'a> {
    /// A plain archive.
    Plain(&'a [u8]),
    /// A compressed one.
    Gzip {
        /// The note in its header.
        note: Option<&'a [u8]>,
        /// What a note signs: all behind the header.
        body: &'a [u8],
    },
}

impl<'a> Archive<'a> {
    /// Takes a file apart.
    ///
    /// # Errors
    /// `bundle_malformed` for a header that is none; `policy_limit`.
    pub(super) fn read(bytes: &'a [u8], limits: &BundleLimits) -> Result<Self, Error> {
        if bytes.len() > limits.packed_bytes {
            return Err(limit("bundle_packed_bytes", limits.packed_bytes));
        }
        if !bytes.starts_with(&MAGIC) {
            return Ok(Self::Plain(bytes));
        }
        let body = behind_header(bytes).ok_or_else(|| malformed("its gzip header is cut short or none"))?;
        Ok(Self::Gzip { note: note_of(bytes, body), body })
    }

    /// Inflates it and lends out its files.
    ///
    /// # Errors
    /// `bundle_malformed`, `bundle_unsupported`, `policy_limit`.
    pub(super) fn files(&self, limits: &BundleLimits) -> Result<Files, Error> {
        match self {
            Self::Plain(archive) if archive.len() > limits.bytes => Err(limit("bundle_bytes", limits.bytes)),
            Self::Plain(archive) => tar::read(archive, limits),
            Self::Gzip { body, .. } => tar::read(&inflate(body, limits.bytes)?, limits),
        }
    }
}

/// Compresses an archive.
pub(super) fn compress(archive: &[u8]) -> Vec<u8> {
    let mut body = miniz_oxide::deflate::compress_to_vec(archive, LEVEL);
    body.extend_from_slice(&crc32(archive).to_le_bytes());
    body.extend_from_slice(&size_of(archive).to_le_bytes());
    [HEADER.as_slice(), &body].concat()
}

/// Puts a note into the header of a body. It has at most 4 KiB.
pub(super) fn attach(note: &[u8], body: &[u8]) -> Vec<u8> {
    [header_of(note).as_slice(), body].concat()
}

/// Returns the one form of a header that carries a note.
fn header_of(note: &[u8]) -> Vec<u8> {
    let mut header = HEADER.to_vec();
    if let Some(flags) = header.get_mut(3) {
        *flags = FEXTRA;
    }
    let size = u16::try_from(note.len()).unwrap_or(u16::MAX);
    header.extend_from_slice(&size.saturating_add(4).to_le_bytes());
    header.extend_from_slice(&NOTE_ID);
    header.extend_from_slice(&size.to_le_bytes());
    header.extend_from_slice(note);
    header
}

/// Returns the note of a file whose header is exactly the one that carries it. A header that only looks like it carries none.
fn note_of<'a>(bytes: &'a [u8], body: &[u8]) -> Option<&'a [u8]> {
    let header = bytes.get(..bytes.len().checked_sub(body.len())?)?;
    let note = header.get(HEADER.len().checked_add(6)?..)?;
    (header_of(note) == header).then_some(note)
}

/// Returns what is behind the header.
fn behind_header(bytes: &[u8]) -> Option<&[u8]> {
    let ([_, _, method, flags, _, _, _, _, _, _], mut rest) = bytes.split_first_chunk::<10>()?;
    if *method != DEFLATE || flags & RESERVED != 0 {
        return None;
    }
    if flags & FEXTRA != 0 {
        let (size, behind) = rest.split_first_chunk::<2>()?;
        rest = behind.get(usize::from(u16::from_le_bytes(*size))..)?;
    }
    for flag in [FNAME, FCOMMENT] {
        if flags & flag != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = rest.get(end.checked_add(1)?..)?;
        }
    }
    if flags & FHCRC != 0 {
        rest = rest.get(2..)?;
    }
    Some(rest)
}

/// Inflates a body, and stops where it passes `most` bytes.
fn inflate(body: &[u8], most: usize) -> Result<Vec<u8>, Error> {
    let (deflated, trailer) = body
        .len()
        .checked_sub(TRAILER_SIZE)
        .and_then(|place| body.split_at_checked(place))
        .ok_or_else(|| malformed("its compressed part is cut short"))?;
    let mut state = DecompressorOxide::new();
    let mut out = vec![0; deflated.len().saturating_mul(4).clamp(4096, most.max(4096))];
    let (mut read, mut written) = (0_usize, 0_usize);
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    loop {
        let rest = deflated.get(read..).unwrap_or_default();
        let (status, taken, made) = decompress_with_limit(&mut state, rest, &mut out, written, usize::MAX, flags);
        read = read.saturating_add(taken);
        written = written.saturating_add(made);
        if written > most {
            return Err(limit("bundle_bytes", most));
        }
        match status {
            TINFLStatus::Done => break,
            // One byte beyond the limit tells a bundle of just its size from a larger one.
            TINFLStatus::HasMoreOutput if out.len() <= most => {
                out.resize(out.len().saturating_mul(2).min(most.saturating_add(1)), 0);
            }
            TINFLStatus::HasMoreOutput => return Err(limit("bundle_bytes", most)),
            _ => return Err(malformed("its compressed part cannot be inflated")),
        }
    }
    out.truncate(written);
    if read != deflated.len() {
        return Err(malformed("something follows its compressed part"));
    }
    if trailer != [crc32(&out).to_le_bytes(), size_of(&out).to_le_bytes()].concat() {
        return Err(malformed("its compressed part does not have the checksum that it says"));
    }
    Ok(out)
}

/// Returns a size modulo 2^32.
fn size_of(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len() & 0xffff_ffff).unwrap_or_default()
}

/// Returns the CRC-32 of RFC 1952, section 8, half a byte at a time.
fn crc32(bytes: &[u8]) -> u32 {
    let table: [u32; 16] = core::array::from_fn(|index| {
        let value = u32::try_from(index).unwrap_or_default();
        (0..4).fold(value, |value, _| if value & 1 == 1 { value >> 1 ^ 0xedb8_8320 } else { value >> 1 })
    });
    let step = |crc: u32, half: u32| {
        let place = usize::try_from((crc ^ half) & 15).unwrap_or_default();
        crc >> 4 ^ table.get(place).copied().unwrap_or_default()
    };
    !bytes.iter().fold(u32::MAX, |crc, byte| step(step(crc, u32::from(*byte)), u32::from(byte >> 4)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc_32_has_its_check_value() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn inflating_stops_at_the_limit_and_not_before() {
        for size in [0, 1, 4095, 4096, 4097, 100_000] {
            let packed = compress(&vec![7; size]);
            let body = behind_header(&packed).unwrap();
            assert_eq!(inflate(body, size).unwrap(), vec![7; size]);
            if size > 0 {
                assert_eq!(inflate(body, size - 1).unwrap_err().code(), "policy_limit");
            }
        }
    }

    #[test]
    fn a_bomb_is_not_inflated_beyond_the_limit() {
        let packed = compress(&vec![0; 8 << 20]);
        assert!(packed.len() < 10_000);
        assert_eq!(inflate(behind_header(&packed).unwrap(), 1 << 20).unwrap_err().code(), "policy_limit");
    }
}
