//! A batch is cut where its offsets say, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::record::{Batch, OffsetSize};

fuzz_target!(|input: (u8, Vec<u8>, Vec<u8>)| {
    let (size, data, offsets) = input;
    let Ok(size) = OffsetSize::from_bytes(usize::from(size)) else { return };
    let Ok(batch) = Batch::new(&data, &offsets, size) else { return };
    assert_eq!((batch.iter().count(), batch.offsets()), (batch.len(), offsets));
    assert!(batch.iter().map(<[u8]>::len).sum::<usize>() <= data.len());
    if let (Ok(texts), Ok(_)) = (batch.to_text(), batch.from_text()) {
        assert!(texts.from_text().unwrap().iter().eq(batch.iter()));
    }
});
