//! The fake on a loopback port.

use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::thread::JoinHandle;

use bytes::Bytes;
use futures_core::Stream;
use http::{Request, Response};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use immich_core::{Body, HttpSend, ResponseBody, TransportError};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::FakeImmich;

/// A fake that listens. Made by [`FakeImmich::serve`]; dropping it closes its port and all connections.
#[derive(Debug)]
#[must_use = "the server stops when this is dropped"]
pub struct Served {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl FakeImmich {
    /// Listens on a free port of 127.0.0.1, in a thread of its own, so it needs no runtime.
    ///
    /// ```
    /// let server = immich_mock::FakeImmich::new();
    /// let served = server.serve()?;
    /// assert!(served.url().starts_with("http://127.0.0.1:"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// If there is no port, or no thread.
    pub fn serve(&self) -> io::Result<Served> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = Builder::new_current_thread().enable_io().build()?;
        let listener = {
            let _entered = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let server = self.clone();
        let run = move || {
            runtime.spawn(accept(listener, server));
            // Ends when `stop` is dropped; with the runtime go all its tasks.
            let _ = runtime.block_on(stopped);
        };
        let thread = std::thread::Builder::new().name("fake-immich".to_owned()).spawn(run)?;
        Ok(Served { address, stop: Some(stop), thread: Some(thread) })
    }
}

impl Served {
    /// The base URL, such as `http://127.0.0.1:41234`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(listener: TcpListener, server: FakeImmich) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files, say: others may close some.
            tokio::task::yield_now().await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let server = server.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| answer(&server, request));
            // A client that goes away is no fault of the server.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// A broken request gets no answer: the connection is closed.
async fn answer(server: &FakeImmich, request: Request<Incoming>) -> Result<Response<ResponseBody>, TransportError> {
    let body = |body: Incoming| {
        let length = body.size_hint().exact();
        Body::stream(Chunks(Some(body)), length)
    };
    server.send(request.map(body)).await
}

/// The data of a body that comes in. What is not wanted of it is read all the same, as Immich does: else the
/// client that still sends would not see the answer.
struct Chunks(Option<Incoming>);

impl Stream for Chunks {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            let Some(body) = &mut self.0 else { return Poll::Ready(None) };
            let frame = match ready!(Pin::new(body).poll_frame(context)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => {
                    self.0 = None;
                    return Poll::Ready(Some(Err(io::Error::other(error))));
                }
                None => {
                    self.0 = None;
                    return Poll::Ready(None);
                }
            };
            // Trailers are nothing to us.
            if let Ok(data) = frame.into_data() {
                return Poll::Ready(Some(Ok(data)));
            }
        }
    }
}

impl Drop for Chunks {
    fn drop(&mut self) {
        if let (Some(mut body), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(async move {
                while let Some(Ok(_)) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {}
            });
        }
    }
}
