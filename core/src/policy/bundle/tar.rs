//! The archive: tar, as OPA, Python, GNU and BSD write it. `spec/bundle.md`, "Container".

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::files::Files;
use super::{BundleLimits, files, limit, malformed};
use crate::error::Error;

const BLOCK_SIZE: usize = 512;
const NAME_SIZE: usize = 100;
const MODE: &[u8] = b"0000644\0";
const MAGIC: &[u8] = b"ustar\x0000";
const GNU_MAGIC: &[u8] = b"ustar  \0";
const V7_MAGIC: &[u8] = &[0; 8];

type Block = [u8; BLOCK_SIZE];

/// Holds what an entry's header says.
struct Entry {
    path: Vec<u8>,
    kind: u8,
    size: usize,
}

/// Reads an archive's files.
///
/// # Errors
/// `bundle_malformed`, `bundle_unsupported`, `policy_limit`.
pub(super) fn read(archive: &[u8], limits: &BundleLimits) -> Result<Files, Error> {
    let mut files = Files::default();
    let mut rest = archive;
    let mut long_path: Option<Vec<u8>> = None;
    let mut entries: usize = 0;
    loop {
        let (block, behind) = rest.split_first_chunk().ok_or_else(|| malformed("its archive has no end"))?;
        if block.iter().all(|byte| *byte == 0) {
            break;
        }
        let entry = header(block)?;
        let (content, behind) = content(behind, entry.size)?;
        rest = behind;
        let extended = match entry.kind {
            b'x' | b'g' => Some(pax_path(content, entry.kind == b'x')?),
            b'L' => Some(Some(content.strip_suffix(b"\0").unwrap_or(content).to_owned())),
            _ => None,
        };
        if let Some(path) = extended {
            long_path = path.or(long_path);
        } else {
            entries = entries.saturating_add(1);
            if entries > limits.files {
                return Err(limit("bundle_files", limits.files));
            }
            take(&mut files, entry.kind, &long_path.take().unwrap_or(entry.path), content)?;
        }
    }
    if rest.len() < BLOCK_SIZE.saturating_mul(2) || rest.iter().any(|byte| *byte != 0) || long_path.is_some() {
        return Err(malformed("its archive does not end with two empty blocks"));
    }
    files.check()?;
    Ok(files)
}

/// Returns an archive of files, in their order.
pub(super) fn write<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut archive = Vec::new();
    for (path, content) in files {
        if path.len() > NAME_SIZE {
            let record = pax_record(path);
            push(&mut archive, b"pax", b'x', &record);
        }
        push(&mut archive, path.as_bytes(), b'0', content);
    }
    archive.extend_from_slice(&[0; BLOCK_SIZE]);
    archive.extend_from_slice(&[0; BLOCK_SIZE]);
    archive
}

fn take(files: &mut Files, kind: u8, path: &[u8], content: &[u8]) -> Result<(), Error> {
    let folder = path.strip_suffix(b"/");
    match (kind, folder) {
        (b'0' | 0, None) => files.insert(path, content.to_owned()),
        (b'5', _) | (0, Some(_)) => {
            if !content.is_empty() {
                return Err(malformed("a folder of its archive has content"));
            }
            let folder = folder.unwrap_or(path);
            if matches!(folder, b"" | b".") { Ok(()) } else { files::checked_path(folder).map(drop) }
        }
        _ => {
            let path = String::from_utf8_lossy(path).into_owned();
            Err(malformed(format!("`{}` is neither a file nor a folder", path.escape_debug())))
        }
    }
}

fn header(block: &Block) -> Result<Entry, Error> {
    let field = |from: usize, size: usize| {
        let end = from.saturating_add(size);
        block.get(from..end).unwrap_or_default()
    };
    let sum = block.iter().map(|byte| usize::from(*byte)).fold(0, usize::saturating_add);
    let own = field(148, 8).iter().map(|byte| usize::from(*byte)).fold(0, usize::saturating_add);
    let expected = sum.saturating_sub(own).saturating_add(8 * 32);
    if octal(field(148, 8)) != Some(expected) {
        return Err(malformed("the checksum of a header of its archive does not hold"));
    }
    let name = text(field(0, NAME_SIZE));
    let prefix = text(field(345, 155));
    let path = match field(257, 8) {
        MAGIC if !prefix.is_empty() => [prefix, b"/", name].concat(),
        MAGIC | GNU_MAGIC | V7_MAGIC => name.to_owned(),
        _ => return Err(malformed("its archive is of an unknown form")),
    };
    let size = octal(field(124, 12)).ok_or_else(|| malformed("a size in its archive is no number"))?;
    Ok(Entry { path, kind: block.get(156).copied().unwrap_or_default(), size })
}

/// Takes an entry's content, and its padding, which is nothing.
fn content(rest: &[u8], size: usize) -> Result<(&[u8], &[u8]), Error> {
    let cut = || malformed("its archive is cut short");
    let (content, behind) = rest.split_at_checked(size).ok_or_else(cut)?;
    let padded = size.checked_next_multiple_of(BLOCK_SIZE).ok_or_else(cut)?;
    let (padding, behind) = behind.split_at_checked(padded.saturating_sub(size)).ok_or_else(cut)?;
    if padding.iter().any(|byte| *byte != 0) {
        return Err(malformed("the padding of its archive is not empty"));
    }
    Ok((content, behind))
}

/// Returns the path that a pax header gives the next entry.
fn pax_path(mut records: &[u8], is_local: bool) -> Result<Option<Vec<u8>>, Error> {
    let none = || malformed("a pax header of its archive is none");
    let mut path = None;
    while !records.is_empty() {
        let space = records.iter().position(|byte| *byte == b' ').ok_or_else(none)?;
        let size = records.get(..space).and_then(decimal).ok_or_else(none)?;
        let (record, rest) = records.split_at_checked(size).ok_or_else(none)?;
        let record = record.get(space.saturating_add(1)..).and_then(|record| record.strip_suffix(b"\n"));
        let record = record.ok_or_else(none)?;
        let equals = record.iter().position(|byte| *byte == b'=').ok_or_else(none)?;
        match record.split_at_checked(equals) {
            Some((b"path", value)) if is_local => path = Some(value.get(1..).unwrap_or_default().to_owned()),
            Some((b"path" | b"size" | b"linkpath", _)) => {
                return Err(malformed("a pax header of its archive says too much"));
            }
            Some((key, _)) if key.starts_with(b"GNU.sparse") => {
                return Err(malformed("a file of its archive is sparse"));
            }
            _ => {}
        }
        records = rest;
    }
    Ok(path)
}

/// Returns the record `path` of a pax header: its size counts its own digits.
fn pax_record(path: &str) -> Vec<u8> {
    let body = format!(" path={path}\n");
    let with = |digits: usize| format!("{}{body}", body.len().saturating_add(digits));
    // Paths have 101 to 256 bytes.
    with(3).into_bytes()
}

fn push(archive: &mut Vec<u8>, path: &[u8], kind: u8, content: &[u8]) {
    let mut block: Block = [0; BLOCK_SIZE];
    let mut put = |from: usize, bytes: &[u8]| {
        block.iter_mut().skip(from).zip(bytes).for_each(|(place, byte)| *place = *byte);
    };
    put(0, path.get(..NAME_SIZE).unwrap_or(path));
    put(100, MODE);
    put(108, b"0000000\x000000000\0");
    put(124, format!("{:011o}\0", content.len()).as_bytes());
    put(136, b"00000000000\0        ");
    put(156, &[kind]);
    put(257, MAGIC);
    let sum = block.iter().map(|byte| u32::from(*byte)).fold(0, u32::saturating_add);
    let checksum = format!("{sum:06o}\0 ");
    block.iter_mut().skip(148).zip(checksum.as_bytes()).for_each(|(place, byte)| *place = *byte);
    archive.extend_from_slice(&block);
    archive.extend_from_slice(content);
    let padded = archive.len().next_multiple_of(BLOCK_SIZE);
    archive.append(&mut vec![0; padded.saturating_sub(archive.len())]);
}

/// Returns what stands before the first zero byte.
fn text(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn octal(field: &[u8]) -> Option<usize> {
    let digits = field.trim_ascii_start();
    let end = digits.iter().position(|byte| matches!(byte, 0 | b' ')).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at_checked(end)?;
    if rest.iter().any(|byte| !matches!(byte, 0 | b' ')) {
        return None;
    }
    usize::from_str_radix(unsigned(digits)?, 8).ok()
}

fn decimal(digits: &[u8]) -> Option<usize> {
    unsigned(digits)?.parse().ok()
}

/// Digits alone: the number parsers of the library would take a sign.
fn unsigned(digits: &[u8]) -> Option<&str> {
    digits.iter().all(u8::is_ascii_digit).then(|| str::from_utf8(digits).ok())?
}
