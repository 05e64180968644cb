//! The place where a rule meets the backend: servers, calls, and events between them.

use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use bytes::Bytes;
use futures_channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt;
use http::{Method, Request, Response};
use immich_core::{Body, HttpSend, ResponseBody, TransportError};

use crate::kit::{Executor, Make};
use crate::rule::{Broken, Protocol};
use crate::server::{Exchange, LIMIT, Server};

/// A backend to be made, and its executor.
pub(crate) struct Bench {
    make: Make,
    executor: Executor,
    pub(crate) protocol: Protocol,
}

impl Bench {
    pub(crate) fn new(make: Make, executor: Executor, protocol: Protocol) -> Self {
        Self { make, executor, protocol }
    }

    /// Starts a server that gives each request to `handler`.
    pub(crate) fn serve(&self, handler: impl Fn(&mut Exchange) + Send + Sync + 'static) -> Server {
        Server::start(self.protocol, 100, Arc::new(handler))
    }

    /// Starts a server of HTTP/2 that takes at most `count` streams at once on a connection.
    pub(crate) fn serve_streams(&self, count: u32, handler: impl Fn(&mut Exchange) + Send + Sync + 'static) -> Server {
        Server::start(self.protocol, count, Arc::new(handler))
    }

    /// Starts a server that gives each connection to `handler`.
    pub(crate) fn raw(&self, handler: impl Fn(TcpStream, usize) + Send + Sync + 'static) -> Server {
        Server::raw(handler)
    }

    /// Makes a backend and runs `call` with it, in the executor.
    pub(crate) fn run<T: Send, F>(&self, server: &Server, call: impl FnOnce(Caller) -> F + Send) -> T
    where
        F: Future<Output = T> + Send,
    {
        let address = server.address();
        self.execute(
            async move { call(Caller { backend: (self.make)(address), base: format!("http://{address}") }).await },
        )
    }

    /// Runs a future in the executor.
    pub(crate) fn execute<T: Send>(&self, future: impl Future<Output = T> + Send) -> T {
        let mut output = None;
        let slot = &mut output;
        (self.executor)(Box::pin(async move { *slot = Some(future.await) }));
        output.expect("the executor ran the task to its end")
    }
}

/// A header that no error may show.
pub(crate) const SECRET: &str = "canary-7d10";

/// A backend, and the URL of the server.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) backend: Arc<dyn HttpSend>,
    pub(crate) base: String,
}

impl Caller {
    pub(crate) fn request(&self, method: &Method, path: &str, body: impl Into<Body>) -> Request<Body> {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        let request = request.header("accept", "image/*").header("user-agent", "immich-conformance");
        request.header("x-api-key", SECRET).body(body.into()).expect("a request")
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        self.backend.send(request).await
    }

    /// Sends a request and returns its response.
    pub(crate) async fn response(&self, request: Request<Body>) -> Result<Response<ResponseBody>, Broken> {
        self.send(request).await.map_err(|error| Broken::new("a response", format!("an error: {error:?}")))
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Response<ResponseBody>, Broken> {
        self.response(self.request(&Method::GET, path, Body::empty())).await
    }

    pub(crate) async fn post(&self, path: &str, body: impl Into<Body>) -> Result<Response<ResponseBody>, Broken> {
        self.response(self.request(&Method::POST, path, body)).await
    }

    /// Sends a request that has to fail without a response.
    pub(crate) async fn failure(&self, request: Request<Body>) -> Result<TransportError, Broken> {
        match self.send(request).await {
            Ok(response) => Err(Broken::new("an error", format!("a response with status {}", response.status()))),
            Err(error) => Ok(error),
        }
    }
}

/// Reads a body that has to be complete.
pub(crate) async fn whole(response: Response<ResponseBody>) -> Result<Bytes, Broken> {
    let body = response.into_body().bytes(u64::MAX).await;
    let body = body.map_err(|error| Broken::new("a complete body", format!("an error: {error:?}")))?;
    Ok(body.unwrap_or_default())
}

/// Reads the next bytes of a body that has to have some.
pub(crate) async fn chunk(body: &mut ResponseBody) -> Result<Bytes, Broken> {
    match body.chunk().await {
        Some(Ok(bytes)) => Ok(bytes),
        Some(Err(error)) => Err(Broken::new("bytes of the body", format!("an error: {error:?}"))),
        None => Err(Broken::new("bytes of the body", "its end")),
    }
}

/// Reads a body that has to fail. Returns the number of bytes before, and the error.
pub(crate) async fn cut(response: Response<ResponseBody>) -> Result<(usize, TransportError), Broken> {
    let (mut body, mut bytes) = (response.into_body(), 0);
    loop {
        match body.chunk().await {
            Some(Ok(chunk)) => bytes += chunk.len(),
            Some(Err(error)) => return Ok((bytes, error)),
            None => return Err(Broken::new("an error of the body", format!("its end after {bytes} bytes"))),
        }
    }
}

/// Events of the server, for the call.
pub(crate) struct Events<T>(UnboundedReceiver<T>);

/// Creates a way for the handler to tell the call something.
pub(crate) fn events<T>() -> (UnboundedSender<T>, Events<T>) {
    let (sender, receiver) = mpsc::unbounded();
    (sender, Events(receiver))
}

impl<T> Events<T> {
    /// Waits for the next event.
    pub(crate) async fn next(&mut self) -> Result<T, Broken> {
        self.0.next().await.ok_or_else(|| Broken::new("an event of the server", "none"))
    }
}

/// Holds the handler until the call lets it continue.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<Door>, Condvar)>);

#[derive(Clone, Copy, Default, PartialEq)]
enum Door {
    #[default]
    Closed,
    Open,
    /// The handler did not wait any longer.
    Late,
}

impl Gate {
    pub(crate) fn open(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = Door::Open;
        self.0.1.notify_all();
    }

    /// Waits until it is open, for a limited time.
    pub(crate) fn wait(&self) {
        let door = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.1.wait_timeout_while(door, LIMIT, |door| *door == Door::Closed);
        let (mut door, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            *door = Door::Late;
        }
    }

    /// Whether the handler went on without it.
    pub(crate) fn is_late(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) == Door::Late
    }
}

/// Bytes of which no two stretches are alike.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
