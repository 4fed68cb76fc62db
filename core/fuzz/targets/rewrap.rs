//! A header written anew is read again, and says the same of the document.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::document::{Header, Recipient, Rewrap, rewrap};
use sealwright_fuzz::{Constant, Insider, with_mac};

const RECIPIENT: &str = "age13qs2767x2dxmdm7fw25827n7e7v2x3v84vz9mjfsnsmwqhtx2d4qk6mmqv";

fuzz_target!(|bytes: &[u8]| {
    let Some(header) = with_mac(bytes).and_then(|document| Header::from_bytes(&document).ok()) else { return };
    let recipient = Recipient::parse(RECIPIENT).unwrap();
    for replace in [false, true] {
        let change = Rewrap { add: &[&recipient], replace, ..Rewrap::default() };
        let Ok(written) = rewrap(&header, &[&Insider], &change, &mut Constant) else { continue };
        assert_eq!((written.label(), written.sender()), (header.label(), header.sender()));
    }
});
