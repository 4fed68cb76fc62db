// A decision cannot be written down, nor turned from a refusal into a permission.
use sealwright_core::policy::Decision;

fn attack(refusal: Decision) {
    let _ = Decision { decision: true, ..refusal };
}

fn main() {
    let _ = attack;
}
