//! Sealing or opening without a decision does not build.

#[test]
fn without_a_permit_nothing_seals_or_opens() {
    let cases = trybuild::TestCases::new();
    cases.pass("attacks/permit/with_a_decision.rs");
    cases.compile_fail("attacks/permit/without_*.rs");
}
