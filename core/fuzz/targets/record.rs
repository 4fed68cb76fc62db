//! A token opens only where it was sealed, and a collection keeps its bytes.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sealwright_core::document::Recipient;
use sealwright_core::label::Label;
use sealwright_core::record::{Batch, Collection};
use sealwright_fuzz::{Constant, Insider, with_mac};

static COLLECTION: LazyLock<Collection> = LazyLock::new(|| {
    let ana = Recipient::parse("age13qs2767x2dxmdm7fw25827n7e7v2x3v84vz9mjfsnsmwqhtx2d4qk6mmqv").unwrap();
    let label = Label::from_bytes(br#"{"document_id":"patients"}"#).unwrap();
    Collection::create(&[&ana], &label, &mut Constant).unwrap()
});

fuzz_target!(|bytes: &[u8]| {
    let batch = |value: &[u8]| Batch::from_values([value]);
    let sealed = COLLECTION.seal("ssn", &batch(b"row-1"), &batch(b"123"), &mut Constant).unwrap();
    let mut changed = sealed.data().to_vec();
    changed.iter_mut().zip(bytes).for_each(|(slot, change)| *slot ^= change);
    for token in [&changed, bytes] {
        let opened = COLLECTION.open("ssn", &batch(b"row-1"), &batch(token));
        assert_eq!(opened.is_ok(), token == sealed.data());
    }
    let document = with_mac(bytes).unwrap_or_else(|| bytes.to_vec());
    if let Ok(collection) = Collection::decrypt(&document, &[&Insider]) {
        assert!(document.trim_ascii_start().starts_with(b"-") || collection.document() == document);
    }
});
