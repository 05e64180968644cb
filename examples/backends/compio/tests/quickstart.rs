//! The quickstart on compio, through the bridge: the client on this thread, the transport on its own.

use immich_core::blocking::block_on;
use immich_core::bridge::Bridge;
use quickstart::{Result, Server, run};

#[test]
fn the_quickstart_runs_on_compio() -> Result {
    block_on(run(backend_compio::start()?, Server::start()?))
}

#[test]
fn the_quickstart_runs_beside_the_driver_on_one_thread() -> Result {
    let runtime = compio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let (handle, host) = Bridge::new().open();
        compio::runtime::spawn(host.run(backend_compio::CompioSend::default())).detach();
        run(handle, Server::start()?).await
    })
}
