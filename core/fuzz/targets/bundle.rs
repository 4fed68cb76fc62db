//! A bundle that is read is built, and what is built is read as the same policy; what looks signed never verifies by chance.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sealwright_core::policy::{BuildOptions, Bundle, BundleKey, BundleLimits, BundleTrust};

const SECRET: &str = "a secret that no input of a fuzzer can know";

fuzz_target!(|bytes: &[u8]| {
    let limits = BundleLimits { bytes: 1 << 20, packed_bytes: 1 << 20, files: 64, yaml_bytes: 1 << 14 };
    let key = BundleKey::read(None, "HS256", SECRET).unwrap();
    let trust = BundleTrust::new(Vec::new(), vec![key], String::new());
    assert!(trust.verify(bytes, None, &limits).is_err());
    assert!(trust.verify_files([(".signatures.json".to_owned(), bytes.to_vec())], &limits).is_err());
    let files = ["data.json", "a/data.yaml", ".manifest"].map(|path| (path.to_owned(), bytes.to_vec()));
    let read = files.into_iter().map(|file| Bundle::from_files([file], &limits));
    for bundle in read.chain([Bundle::from_bytes(bytes, &limits)]).flatten() {
        let options = BuildOptions { tests: true, ..BuildOptions::default() };
        // Canonical data and a manifest may take more room than what was read.
        let Ok(built) = bundle.build(&options, &BundleLimits::default()) else { continue };
        let again = Bundle::from_bytes(&built, &BundleLimits::default()).unwrap();
        assert_eq!(again.build(&options, &BundleLimits::default()).unwrap(), built);
        let (first, second) = (bundle.into_source(), again.into_source());
        assert_eq!((first.modules, first.entrypoint), (second.modules, second.entrypoint));
    }
});
