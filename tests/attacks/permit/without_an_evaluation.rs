// A decision cannot be written down, nor read from data as if it had been made.
use sealwright_core::policy::Decision;

fn main() {
    let _: Result<Decision, _> = serde_json::from_str("{\"decision\":true}");
    let _ = Decision::default();
}
