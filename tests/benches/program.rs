//! Measures how long it takes until the policy library can decide: from its modules, and from its program.

use std::hint::black_box;
use std::time::Instant;

use sealwright_core::policy::{Policy, PolicySource};
use sealwright_tests::library;

/// The best of many rounds is one that nothing else disturbed.
const ROUNDS: u32 = 200;

fn main() {
    let text = library();
    let load = || PolicySource::from_bytes(black_box(text.as_bytes())).and_then(Policy::load);
    let program = load().and_then(|policy| policy.to_program()).unwrap_or_else(|error| panic!("{error}"));
    let sizes = [text.len(), program.len()];
    let [modules, compiled] = [best(|| load().is_ok()), best(|| Policy::from_program(black_box(&program)).is_ok())];
    println!(
        "the library, µs to load: {modules:.0} from modules ({} bytes), {compiled:.0} as a program ({} bytes)",
        sizes[0], sizes[1]
    );
}

fn best(load: impl Fn() -> bool) -> f64 {
    let timed = |_| {
        let start = Instant::now();
        assert!(load());
        start.elapsed().as_secs_f64() * 1e6
    };
    (0..ROUNDS).map(timed).fold(f64::MAX, f64::min)
}
