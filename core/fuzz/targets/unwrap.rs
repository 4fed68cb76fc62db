//! Identities take or refuse whatever stanzas a header has.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sealwright_core::document::{Identity, decrypt};

static IDENTITIES: LazyLock<Vec<Identity>> = LazyLock::new(|| {
    let texts = [
        "AGE-SECRET-KEY-1NEU7FQ25LNL923S8Y9937SJX92SEA2YFEP320KR7ZRWEQWKKRUDQZ4F7MG",
        "AGE-SECRET-KEY-PQ-107WZHF8G37P86CTQG4G8VPV98MTNHQYN7MHMEZ8TRFH2E7NXAUNQSTZN4F",
    ];
    texts.map(|text| Identity::parse(text).unwrap()).into()
});

fuzz_target!(|bytes: &[u8]| {
    let whole = decrypt(bytes, &[&IDENTITIES[0], &IDENTITIES[1]]);
    if let Ok(plaintext) = &whole {
        assert_eq!(decrypt(bytes, &[&IDENTITIES[1], &IDENTITIES[0]]).as_ref(), Ok(plaintext));
    }
});
