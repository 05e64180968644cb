//! A backend of this crate on a loopback port, so that a program or an HTTP backend can reach it over TCP.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::header::{CONTENT_LENGTH, HOST};
use http::{Request, Response, Uri};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use immich_core::{Body, HttpSend, ResponseBody, TransportError};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, JoinSet};

use crate::planned_delay::{Delay, OverTcp};

/// A server on a free port of the loopback address. It stops, with all its connections, when it is dropped.
///
/// A transport failure of the backend closes the connection without a response.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// use immich_mock::{MockSend, Served};
///
/// let served = Served::start(MockSend::new()).await?;
/// assert!(served.url().starts_with("http://127.0.0.1:"));
/// # Ok(()) }
/// ```
pub struct Served {
    address: SocketAddr,
    backend: Arc<dyn HttpSend>,
    /// The task that accepts connections; `None` while the port is closed.
    accepting: Option<JoinHandle<()>>,
}

impl Served {
    /// Serves a backend over HTTP/1.1. Requires a tokio runtime with I/O and time enabled.
    ///
    /// # Errors
    /// Returns the I/O error of the operating system if no port is available.
    pub async fn start(backend: impl HttpSend + 'static) -> io::Result<Self> {
        Self::bind((Ipv4Addr::LOCALHOST, 0).into(), backend).await
    }

    /// Serves a backend like [`start`](Self::start), on an address of the caller; port 0 is a free port.
    ///
    /// On an address that is not of the loopback interface, other machines can reach the backend.
    ///
    /// # Errors
    /// Returns the I/O error of the operating system, such as [`io::ErrorKind::AddrInUse`].
    pub async fn bind(address: SocketAddr, backend: impl HttpSend + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let backend: Arc<dyn HttpSend> = Arc::new(backend);
        let accepting = Some(tokio::spawn(accept(listener, Arc::clone(&backend))));
        Ok(Self { address, backend, accepting })
    }

    /// The address to give to a client as its base URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Closes the port and all connections, and waits until that is done.
    pub async fn stop(mut self) {
        self.close().await;
    }

    /// Closes the port and all connections, like a server shutting down, and waits until that is done. New connections
    /// are refused until [`reopen`](Self::reopen) opens the same port again.
    pub async fn close(&mut self) {
        if let Some(accepting) = self.accepting.take() {
            accepting.abort();
            // Only waits for the task to end; the result is the cancellation.
            drop(accepting.await);
        }
    }

    /// Serves the same backend on the same port again, after [`close`](Self::close). Does nothing if it is open.
    ///
    /// # Errors
    /// Returns the I/O error of the operating system if another program has taken the port.
    pub async fn reopen(&mut self) -> io::Result<()> {
        if self.accepting.is_none() {
            let listener = TcpListener::bind(self.address).await?;
            self.accepting = Some(tokio::spawn(accept(listener, Arc::clone(&self.backend))));
        }
        Ok(())
    }

    /// The host and the port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // The task owns the connections, which end with it.
        if let Some(accepting) = &self.accepting {
            accepting.abort();
        }
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Served").field("address", &self.address).finish_non_exhaustive()
    }
}

async fn accept(listener: TcpListener, backend: Arc<dyn HttpSend>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                // Without this, small responses are delayed by Nagle's algorithm.
                drop(stream.set_nodelay(true));
                let backend = Arc::clone(&backend);
                connections.spawn(async move {
                    let service = service_fn(move |request| respond(Arc::clone(&backend), request));
                    let mut server = http1::Builder::new();
                    let connection = server.timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
                    // An error means that the connection broke, which the client notices itself.
                    drop(connection.await);
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn respond(
    backend: Arc<dyn HttpSend>,
    request: Request<Incoming>,
) -> Result<Response<ResponseBody>, TransportError> {
    let (mut head, body) = request.into_parts();
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    if let Ok(uri) = format!("http://{host}{path}").parse::<Uri>() {
        head.uri = uri;
    }
    let length = body.size_hint().exact();
    let method = head.method.clone();
    head.extensions.insert(OverTcp);
    let request = Request::from_parts(head, Body::stream(IncomingBody(Some(body)), length));
    let mut response = backend.send(request).await?;
    if let Some(Delay(delay)) = response.extensions().get() {
        tokio::time::sleep(*delay).await;
    }
    if method == http::Method::HEAD {
        // hyper takes the length from the header, and sends no body.
        *response.body_mut() = ResponseBody::empty();
    } else if response.body().len().is_none() {
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    Ok(response)
}

/// A request body as a stream. On drop, the rest of the body is read and discarded, as Immich does, so that a client
/// that is still sending sees the response.
struct IncomingBody(Option<Incoming>);

impl Stream for IncomingBody {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            let Some(body) = &mut self.0 else { return Poll::Ready(None) };
            let frame = ready!(Pin::new(body).poll_frame(context));
            if !matches!(frame, Some(Ok(_))) {
                self.0 = None;
            }
            match frame.map(|frame| frame.map(|frame| frame.into_data())) {
                Some(Ok(Ok(data))) => return Poll::Ready(Some(Ok(data))),
                Some(Ok(Err(_trailers))) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(io::Error::other(error)))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl Drop for IncomingBody {
    fn drop(&mut self) {
        if let (Some(mut body), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(async move {
                while let Some(Ok(_)) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {}
            });
        }
    }
}
