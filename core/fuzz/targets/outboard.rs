//! An outboard is the one of its payload, or none.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::document::{Outboard, OutboardWriter, PayloadHasher};

fuzz_target!(|input: (u8, u8, Vec<u8>)| {
    let (size, cut, changes) = input;
    let payload = vec![size; usize::from(size % 40) * 8192];
    let (mut hasher, mut writer) = (PayloadHasher::default(), OutboardWriter::new());
    hasher.push(&payload);
    writer.push(&payload);
    let (signed, written) = (hasher.finish(), writer.finish());
    let mut changed = written.clone();
    changed.resize(changed.len().max(changes.len()).saturating_sub(usize::from(cut)), 0);
    changed.iter_mut().zip(&changes).for_each(|(slot, change)| *slot ^= change);
    assert_eq!(Outboard::from_bytes(&changed, &signed).is_ok(), changed == written);
});
