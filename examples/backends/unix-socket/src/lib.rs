//! A backend over a Unix socket, such as that of a reverse proxy on the same machine: a connector of hyper's, and
//! `HyperBackend::from_client` around it.

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo};
use immich_core::http::Uri;
use immich_hyper::HyperBackend;
use tokio::net::UnixStream;
use tower_service::Service;

/// Sends every request through the socket at `path`. The base URL of the client is then only what the server sees as its
/// name, such as `http://localhost`.
pub fn backend(path: impl AsRef<Path>) -> HyperBackend<UnixConnector> {
    let connector = UnixConnector(Arc::new(path.as_ref().to_owned()));
    HyperBackend::from_client(Client::builder(TokioExecutor::new()).build(connector))
}

/// Connects to a socket, whatever the URL.
#[derive(Clone, Debug)]
pub struct UnixConnector(Arc<PathBuf>);

impl Service<Uri> for UnixConnector {
    type Response = UnixConnection;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<UnixConnection>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let path = Arc::clone(&self.0);
        Box::pin(async move { Ok(UnixConnection(TokioIo::new(UnixStream::connect(&*path).await?))) })
    }
}

/// A connection of the pool.
#[derive(Debug)]
pub struct UnixConnection(TokioIo<UnixStream>);

impl Connection for UnixConnection {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl hyper::rt::Read for UnixConnection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: hyper::rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl hyper::rt::Write for UnixConnection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
