//! The trait for transports that cannot leave their thread.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Frame, SizeHint};

use crate::body::{Body, ResponseBody};
use crate::transport_error::TransportError;

/// Sends requests on the thread that it lives on: [`HttpSend`](crate::HttpSend) without `Send`.
///
/// A [`Bridge`](super::Bridge) makes a backend of it. The contract is that of [`HttpSend::send`](crate::HttpSend::send).
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use std::rc::Rc;
///
/// use immich_sdk::bridge::{LocalBody, LocalHttpSend};
/// use immich_sdk::{Body, TransportError, http};
///
/// /// Responds to every request with the same text, which is bound to its thread.
/// struct Fixed(Rc<str>);
///
/// impl LocalHttpSend for Fixed {
///     async fn send(&self, _: http::Request<Body>) -> Result<http::Response<LocalBody>, TransportError> {
///         Ok(http::Response::new(self.0.to_string().into()))
///     }
/// }
/// ```
pub trait LocalHttpSend {
    /// Sends one request and returns the response as soon as its head has arrived.
    ///
    /// A request body of a stream is read on the task of the caller, each chunk when the transport polls for it.
    ///
    /// # Errors
    /// A [`TransportError`] when no response came, as in [`HttpSend::send`](crate::HttpSend::send).
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> impl Future<Output = Result<http::Response<LocalBody>, TransportError>>;
}

/// The body of a response that cannot leave its thread.
pub struct LocalBody(Received);

enum Received {
    Anywhere(ResponseBody),
    Here(Pin<Box<dyn http_body::Body<Data = Bytes, Error = TransportError>>>),
}

impl LocalBody {
    /// Wraps the body that a transport received. An exact size hint is the length that the body must have.
    pub fn new(body: impl http_body::Body<Data = Bytes, Error = TransportError> + 'static) -> Self {
        Self(Received::Here(Box::pin(body)))
    }

    /// Wraps a stream of bytes. `length` is the number of bytes that the head of the response announced.
    pub fn stream(stream: impl Stream<Item = Result<Bytes, TransportError>> + 'static, length: Option<u64>) -> Self {
        Self::new(Streamed { stream: Box::pin(stream), length })
    }

    /// A body without bytes.
    pub fn empty() -> Self {
        ResponseBody::empty().into()
    }
}

impl From<ResponseBody> for LocalBody {
    fn from(body: ResponseBody) -> Self {
        Self(Received::Anywhere(body))
    }
}

impl<B: Into<Body>> From<B> for LocalBody {
    fn from(body: B) -> Self {
        ResponseBody::from(body).into()
    }
}

impl http_body::Body for LocalBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        match &mut self.0 {
            Received::Anywhere(body) => Pin::new(body).poll_frame(context),
            Received::Here(body) => body.as_mut().poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Received::Anywhere(body) => body.is_end_stream(),
            Received::Here(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Received::Anywhere(body) => body.size_hint(),
            Received::Here(body) => body.size_hint(),
        }
    }
}

impl fmt::Debug for LocalBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LocalBody").finish_non_exhaustive()
    }
}

struct Streamed<S> {
    stream: Pin<Box<S>>,
    length: Option<u64>,
}

impl<S: Stream<Item = Result<Bytes, TransportError>>> http_body::Body for Streamed<S> {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        self.stream.as_mut().poll_next(context).map_ok(Frame::data)
    }

    fn size_hint(&self) -> SizeHint {
        // The length is read once, before the first frame.
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

pub(super) type LocalSleep = Pin<Box<dyn Future<Output = ()>>>;

/// The timer of a thread-bound runtime: its sleep runs on the thread of the transport.
#[derive(Clone)]
pub struct LocalTimer {
    sleep: Arc<dyn Fn(Duration) -> LocalSleep + Send + Sync>,
    clock: Arc<dyn Fn() -> Duration + Send + Sync>,
}

impl LocalTimer {
    /// A timer that sleeps with `sleep`, such as `compio::time::sleep`, and has the clock of the standard library.
    pub fn new<F>(sleep: impl Fn(Duration) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + 'static,
    {
        let origin = Instant::now();
        Self::with_clock(sleep, move || origin.elapsed())
    }

    /// A timer with a clock of the caller's, since the standard library has none on `wasm32-unknown-unknown`. It is read on
    /// any thread, and must never go backwards.
    pub fn with_clock<F>(
        sleep: impl Fn(Duration) -> F + Send + Sync + 'static,
        clock: impl Fn() -> Duration + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + 'static,
    {
        Self { sleep: Arc::new(move |duration| Box::pin(sleep(duration))), clock: Arc::new(clock) }
    }

    pub(super) fn sleep(&self, duration: Duration) -> LocalSleep {
        (self.sleep)(duration)
    }

    pub(super) fn elapsed(&self) -> Duration {
        (self.clock)()
    }
}

impl fmt::Debug for LocalTimer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LocalTimer").finish_non_exhaustive()
    }
}
