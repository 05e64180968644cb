//! The conformance kit on compio, through the bridge.

#[test]
fn compio_keeps_the_contract() {
    immich_conformance::check(|_| backend_compio::start().expect("a thread")).run();
}
