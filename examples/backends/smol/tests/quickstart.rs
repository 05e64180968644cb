//! The quickstart on smol.

use backend_smol::SmolBackend;
use quickstart::{Result, Server, run};

#[test]
fn the_quickstart_runs_on_smol() -> Result {
    smol::block_on(run(SmolBackend::default(), Server::start()?))
}
