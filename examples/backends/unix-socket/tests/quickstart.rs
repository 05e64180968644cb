//! The quickstart through a Unix socket, behind which a proxy passes the bytes on to the fake server.

#![cfg(unix)]

use quickstart::{Result, Server, run};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpStream, UnixListener};

#[tokio::test]
async fn the_quickstart_runs_through_a_unix_socket() -> Result {
    let server = Server::start()?;
    let address = server.url().trim_start_matches("http://").to_owned();
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("immich.sock");
    let listener = UnixListener::bind(&path)?;
    let proxy = tokio::spawn(async move {
        while let Ok((mut unix, _)) = listener.accept().await {
            let address = address.clone();
            tokio::spawn(async move {
                let mut tcp = TcpStream::connect(address).await?;
                copy_bidirectional(&mut unix, &mut tcp).await
            });
        }
    });
    run(backend_unix_socket::backend(&path), server).await?;
    proxy.abort();
    Ok(())
}
