//! What is found and how it is transformed do not depend on where a text is cut.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::privacy::{Operators, Scanner, Transformer, scan};

fn transformed(pieces: &[&[u8]]) -> Option<Vec<u8>> {
    let operators = Operators::from_bytes(br#"{"DEFAULT": {"operator": "replace"}}"#).unwrap();
    let (mut transformer, mut out) = (Transformer::new(operators), Vec::new());
    for piece in pieces {
        out.append(&mut transformer.push(piece).ok()?);
    }
    out.append(&mut transformer.finish().ok()?);
    Some(out)
}

fuzz_target!(|bytes: &[u8]| {
    let (head, tail) = bytes.split_at(usize::from(bytes.first().copied().unwrap_or_default()).min(bytes.len()));
    let mut scanner = Scanner::new();
    scanner.push(head);
    scanner.push(tail);
    assert_eq!(scanner.finish(), scan(bytes).findings);
    assert_eq!(transformed(&[head, tail]), transformed(&[bytes]));
});
