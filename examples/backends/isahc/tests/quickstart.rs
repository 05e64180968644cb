//! The quickstart on isahc, without a runtime around it.

use backend_isahc::IsahcBackend;
use immich_core::blocking::block_on;
use quickstart::{Result, Server, run};

#[test]
fn the_quickstart_runs_on_isahc() -> Result {
    block_on(run(IsahcBackend::new()?, Server::start()?))
}
