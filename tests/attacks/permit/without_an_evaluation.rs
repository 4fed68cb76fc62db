// A decision cannot be written down, nor turned from a refusal into a permission.
use std::sync::Arc;

use sealwright_core::policy::{Answer, Decision};

fn attack(refusal: Decision) {
    let answer = Arc::new(Answer { decision: true, ..Answer::default() });
    let _ = Decision { answer, ..refusal };
}

fn main() {
    let _ = attack;
}
