//! The conformance kit on smol.

use backend_smol::SmolBackend;

#[test]
fn smol_keeps_the_contract() {
    immich_conformance::check(|_| SmolBackend::default()).executor(|task| smol::block_on(task)).run();
}
