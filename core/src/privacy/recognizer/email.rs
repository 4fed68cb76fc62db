//! E-mail addresses: the part of RFC 5321 and RFC 6531 that people use. See `spec/privacy.md`.

use super::{Match, Matches};
use crate::privacy::context::Need;
use crate::privacy::cursor::Cursor;

/// The most bytes before the `@`: RFC 5321, 4.5.3.1.1.
const MAX_LOCAL_SIZE: usize = 64;

/// The most bytes of a domain: RFC 1035, 2.3.4, less the root label.
const MAX_DOMAIN_SIZE: usize = 253;

/// The most bytes of one label of a domain that is written in ASCII: RFC 1035, 2.3.4.
const MAX_LABEL_SIZE: usize = 63;

/// Ends of file names that are no top-level domains, as in `logo@2x.png`.
const FILE_EXTENSIONS: &[&str] = &[
    "bmp", "css", "csv", "docx", "exe", "gif", "html", "ico", "jpeg", "jpg", "js", "json", "log", "pdf", "png", "svg",
    "tiff", "toml", "ts", "txt", "webp", "xlsx", "xml", "yaml", "yml",
];

pub(super) fn matches(at: Cursor<'_>) -> Matches {
    [find(at), None]
}

fn find(at: Cursor<'_>) -> Option<Match> {
    let start = local_start(at)?;
    let end = domain_end(at.forward(1))?;
    Some(Match { start, end, need: Need::Nothing })
}

/// Returns where the local part starts that ends at the cursor.
fn local_start(at: Cursor<'_>) -> Option<usize> {
    if at.byte_before()? == b'.' {
        return None;
    }
    let mut cursor = at;
    let mut start = None;
    // Where a part that is too long would be cut: after the first mark in reach.
    let mut cut = None;
    while let Some(character) = cursor.char_before().filter(|character| is_local(*character)) {
        let next = cursor.back(character.len_utf8());
        if at.position().saturating_sub(next.position()) > MAX_LOCAL_SIZE {
            return cut;
        }
        if character == '.' && next.byte_before() == Some(b'.') {
            return start;
        }
        if is_escape(character, next) {
            return start;
        }
        if may_start(character) {
            start = Some(next.position());
        } else {
            cut = start;
        }
        cursor = next;
    }
    // `@name@host` is a handle of a social network.
    start.filter(|_| cursor.byte_before() != Some(b'@'))
}

fn is_escape(character: char, before: Cursor<'_>) -> bool {
    matches!(character, 'n' | 'r' | 't') && before.byte_before() == Some(b'\\')
}

fn is_local(character: char) -> bool {
    may_start(character) || matches!(character, '.' | '-' | '+' | '\'' | '\u{2019}' | '%')
}

fn may_start(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

/// Returns where the longest domain ends that starts at the cursor: at least two labels, the last a top-level domain.
fn domain_end(domain: Cursor<'_>) -> Option<usize> {
    let mut label = domain;
    let mut best = None;
    let mut labels: usize = 0;
    loop {
        let end = label_end(label, domain)?;
        labels = labels.saturating_add(1);
        if labels > 1
            && let Some(end) = top_level_end(label, end)
        {
            best = Some(end);
        }
        if end.byte() != Some(b'.') || !end.forward(1).char().is_some_and(char::is_alphanumeric) {
            return best;
        }
        label = end.forward(1);
    }
}

/// Returns where the label ends, without the dashes at its end. Too long a label or domain is none.
fn label_end<'a>(label: Cursor<'a>, domain: Cursor<'a>) -> Option<Cursor<'a>> {
    let mut cursor = label;
    let mut end = label;
    let mut ascii = true;
    while let Some(character) = cursor.char().filter(|character| *character == '-' || character.is_alphanumeric()) {
        ascii = ascii && character.is_ascii();
        cursor = cursor.forward(character.len_utf8());
        if character != '-' {
            end = cursor;
        }
        let size = cursor.position().saturating_sub(label.position());
        let whole = cursor.position().saturating_sub(domain.position());
        if whole > MAX_DOMAIN_SIZE || (ascii && size > MAX_LABEL_SIZE) {
            return None;
        }
    }
    (end.position() > label.position() && label.byte() != Some(b'-')).then_some(end)
}

/// Returns where the label ends as a top-level domain, if it is one: letters, or the ASCII form of others (RFC 5890).
fn top_level_end(label: Cursor<'_>, end: Cursor<'_>) -> Option<usize> {
    if is_ace(label) {
        return Some(end.position());
    }
    let ascii = label.byte()?.is_ascii();
    let mut cursor = label;
    let mut letters: usize = 0;
    let mut name = [0_u8; 4];
    while cursor.position() < end.position() {
        let Some(character) = cursor.char() else { break };
        if character == '-' || (ascii && !character.is_ascii()) {
            break;
        }
        if !character.is_alphabetic() {
            return None;
        }
        if let (Some(slot), Some(byte)) = (name.get_mut(letters), cursor.byte()) {
            *slot = byte.to_ascii_lowercase();
        }
        letters = letters.saturating_add(1);
        cursor = cursor.forward(character.len_utf8());
    }
    let is_file = name.get(..letters).is_some_and(|name| FILE_EXTENSIONS.iter().any(|file| file.as_bytes() == name));
    (letters >= 2 && !is_file).then_some(cursor.position())
}

fn is_ace(label: Cursor<'_>) -> bool {
    b"xn--"
        .iter()
        .enumerate()
        .all(|(offset, expected)| label.forward(offset).byte().is_some_and(|byte| byte.eq_ignore_ascii_case(expected)))
}
