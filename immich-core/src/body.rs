//! Request and response bodies. Both stream, and need no runtime.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::{Frame, SizeHint};

use crate::body_end::{BodyEnd, EndSignal};
use crate::transport_error::{TransportError, TransportErrorKind};

/// The chunk size of a body in memory. A chunk that the backend has taken counts as sent for the timeouts.
const CHUNK: usize = 128 << 10;

/// A stream of the bytes of a request body, created by the caller.
pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

type Open = Arc<dyn Fn() -> io::Result<ByteStream> + Send + Sync>;
type BoxedBody = Pin<Box<dyn http_body::Body<Data = Bytes, Error = TransportError> + Send>>;

/// The body of a request: bytes, a stream that can be read once, or a stream that can be reopened.
///
/// A body of known length is sent with `content-length`. A stream that yields fewer or more bytes than declared is an
/// error, never a short request.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::Body;
///
/// let body = Body::from("hello");
/// assert_eq!(body.len(), Some(5));
/// assert!(body.try_clone().is_some(), "bytes can be sent again");
/// ```
pub struct Body {
    source: Source,
    length: Option<u64>,
    sent: u64,
    /// Boxed because few bodies need it: requests are moved often, so small ones should stay cheap.
    extras: Option<Box<Extras>>,
}

#[derive(Default)]
struct Extras {
    /// Only accessed by `&mut`: the lock makes the body `Sync` at no cost.
    opened: Mutex<Option<ByteStream>>,
    fault_handle: BodyFault,
    end: Option<EndSignal>,
    observer: Option<Observer>,
}

/// Called after each chunk, with its length and whether it was the last.
type Observer = Box<dyn FnMut(u64, bool) + Send + Sync>;

/// The reason why a request body could not be read, for backends whose HTTP library does not return the error.
#[derive(Clone, Debug, Default)]
pub struct BodyFault(Option<Arc<Mutex<Option<io::Error>>>>);

impl BodyFault {
    /// Takes the error of the body, if there was one.
    pub fn take(&self) -> Option<io::Error> {
        self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

enum Source {
    Bytes(Bytes),
    Once(Arc<Mutex<Option<ByteStream>>>),
    Replayable(Open),
}

impl Body {
    /// Creates an empty body.
    pub fn empty() -> Self {
        Bytes::new().into()
    }

    /// Creates a body from a stream that can be read once. A request with it is never retried.
    ///
    /// `length` is the number of bytes the stream will yield, if known.
    pub fn stream(stream: impl Stream<Item = io::Result<Bytes>> + Send + 'static, length: Option<u64>) -> Self {
        Self::of(Source::Once(Arc::new(Mutex::new(Some(Box::pin(stream))))), length)
    }

    /// Creates a body from a stream that `open` can reopen, each time from the first byte.
    ///
    /// `length` is the number of bytes each stream will yield, if known.
    pub fn replayable(open: impl Fn() -> io::Result<ByteStream> + Send + Sync + 'static, length: Option<u64>) -> Self {
        Self::of(Source::Replayable(Arc::new(open)), length)
    }

    fn of(source: Source, length: Option<u64>) -> Self {
        Self { source, length, sent: 0, extras: None }
    }

    /// Returns the length in bytes, if known.
    pub fn len(&self) -> Option<u64> {
        self.length
    }

    /// Returns whether the body is known to be empty.
    pub fn is_empty(&self) -> bool {
        self.length == Some(0)
    }

    /// Returns the same body from its first byte, or `None` if it can be sent only once.
    pub fn try_clone(&self) -> Option<Self> {
        match &self.source {
            Source::Once(_) => None,
            _ => Some(self.handle()),
        }
    }

    /// Returns the bytes, if the body is held in memory.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.source {
            Source::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Returns a second handle to the same source. A stream that can be read once goes to the handle that is read
    /// first.
    pub(crate) fn handle(&self) -> Self {
        let source = match &self.source {
            Source::Bytes(bytes) => Source::Bytes(bytes.clone()),
            Source::Once(stream) => Source::Once(Arc::clone(stream)),
            Source::Replayable(open) => Source::Replayable(Arc::clone(open)),
        };
        Self::of(source, self.length)
    }

    /// Returns the next bytes, or `None` at the end. Mocks read requests with it.
    pub async fn chunk(&mut self) -> Option<io::Result<Bytes>> {
        poll_fn(|context| self.poll_chunk(context)).await
    }

    /// Returns a handle to the error of the body, for a backend that is about to hand the body to its HTTP library.
    pub fn watch(&mut self) -> BodyFault {
        if self.as_bytes().is_some() {
            // Bytes in memory can always be read.
            return BodyFault::default();
        }
        let fault_handle = &mut self.extras.get_or_insert_default().fault_handle;
        fault_handle.0.get_or_insert_default();
        fault_handle.clone()
    }

    /// Returns what ends this body early, or `None` if it is sent in one piece.
    pub(crate) fn end_early(&mut self) -> Option<BodyEnd> {
        if self.as_bytes().is_some_and(|bytes| bytes.len() <= CHUNK) {
            return None;
        }
        Some(self.extras.get_or_insert_default().end.get_or_insert_default().end())
    }

    /// Calls `observer` after each chunk read from this body, with its length and whether it was the last.
    pub(crate) fn observe(&mut self, observer: impl FnMut(u64, bool) + Send + Sync + 'static) {
        self.extras.get_or_insert_default().observer = Some(Box::new(observer));
    }

    /// Returns all bytes of the body.
    ///
    /// # Errors
    /// The error of the stream, or an error if the stream does not match its declared length.
    pub async fn bytes(mut self) -> io::Result<Bytes> {
        let mut all = BytesMut::new();
        while let Some(chunk) = self.chunk().await {
            all.extend_from_slice(&chunk?);
        }
        Ok(all.freeze())
    }

    pub(crate) fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let chunk = ready!(self.poll_source(context, CHUNK));
        if let Some(observer) = self.extras.as_mut().and_then(|extras| extras.observer.as_mut()) {
            let length = chunk.as_ref().and_then(|chunk| chunk.as_ref().ok()).map_or(0, Bytes::len);
            observer(length as u64, chunk.is_none() || self.length == Some(self.sent));
        }
        Poll::Ready(chunk)
    }

    fn poll_source(&mut self, context: &mut Context<'_>, max: usize) -> Poll<Option<io::Result<Bytes>>> {
        if let Source::Bytes(bytes) = &mut self.source {
            let chunk = bytes.split_to(bytes.len().min(max));
            self.sent += chunk.len() as u64;
            return Poll::Ready((!chunk.is_empty()).then_some(Ok(chunk)));
        }
        let opened = &mut self.extras.get_or_insert_default().opened;
        let stream = match opened.get_mut().unwrap_or_else(PoisonError::into_inner) {
            Some(stream) => stream,
            closed => match self.source.open() {
                Ok(stream) => closed.insert(stream),
                Err(error) => return Poll::Ready(Some(Err(error))),
            },
        };
        let chunk = ready!(stream.as_mut().poll_next(context)).transpose();
        Poll::Ready(chunk.and_then(|chunk| self.count(chunk)).transpose())
    }

    /// Checks the stream against its declared length.
    fn count(&mut self, chunk: Option<Bytes>) -> io::Result<Option<Bytes>> {
        self.sent += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
        let Some(length) = self.length else { return Ok(chunk) };
        if self.sent > length || (chunk.is_none() && self.sent < length) {
            let kind = if chunk.is_none() { io::ErrorKind::UnexpectedEof } else { io::ErrorKind::InvalidData };
            let sent = self.sent;
            return Err(io::Error::new(kind, format!("the body promised {length} bytes and its stream gave {sent}")));
        }
        Ok(chunk)
    }
}

impl Source {
    fn open(&self) -> io::Result<ByteStream> {
        match self {
            Self::Bytes(_) => Err(io::Error::other("bytes are not opened")),
            Self::Once(stream) => stream
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take()
                .ok_or_else(|| io::Error::other("this body can be sent only once, and was")),
            Self::Replayable(open) => open(),
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        let length = Some(bytes.len() as u64);
        Self::of(Source::Bytes(bytes), length)
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = match &self.source {
            Source::Bytes(_) => "bytes",
            Source::Once(_) => "once",
            Source::Replayable(_) => "replayable",
        };
        formatter.debug_struct("Body").field("source", &source).field("length", &self.length).finish()
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(end) = self.extras.as_ref().and_then(|extras| extras.end.as_ref()) {
            end.poll(context)?;
        }
        let chunk = ready!(self.poll_chunk(context));
        let fault = self.extras.as_ref().and_then(|extras| extras.fault_handle.0.as_ref());
        Poll::Ready(chunk.map(|chunk| match (chunk, fault) {
            (Err(error), Some(fault)) => {
                let kind = error.kind();
                *fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                Err(kind.into())
            }
            (chunk, _) => chunk.map(Frame::data),
        }))
    }

    fn is_end_stream(&self) -> bool {
        // Only bytes end early. A stream is polled to its end, so that its length is checked.
        self.as_bytes().is_some_and(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        match self.length {
            Some(length) => SizeHint::with_exact(length.saturating_sub(self.sent)),
            None => SizeHint::default(),
        }
    }
}

/// The body of a response, streamed.
///
/// A truncated response ends with an error, never as a short body: if the length is known, fewer or more bytes are an
/// error, even if the backend accepts them.
pub struct ResponseBody {
    received: BodyState,
    announced: Option<Announced>,
}

/// The body length announced by the response headers.
#[derive(Clone, Copy)]
struct Announced {
    length: u64,
    left: u64,
}

impl Announced {
    fn new(length: u64) -> Self {
        Self { length, left: length }
    }

    /// Counts a chunk.
    fn count(&mut self, bytes: usize) -> Result<(), TransportError> {
        let rest = self.left.checked_sub(bytes as u64).ok_or_else(|| {
            let why = format!("the body has more than the {} bytes that its head announced", self.length);
            TransportError::new(TransportErrorKind::Protocol).with_source(why)
        })?;
        self.left = rest;
        Ok(())
    }

    fn finish(self) -> Result<(), TransportError> {
        if self.left == 0 {
            return Ok(());
        }
        let received = self.length - self.left;
        Err(TransportError::cut(format!("{received} of the {} bytes came that the head announced", self.length)))
    }
}

enum BodyState {
    /// The complete body.
    Whole(Bytes),
    /// A body that was read, and is longer than the limit of the client.
    TooLong,
    Arriving(BoxedBody),
}

impl ResponseBody {
    /// Wraps the body that a backend received.
    pub fn new(body: impl http_body::Body<Data = Bytes, Error = TransportError> + Send + 'static) -> Self {
        let announced = body.size_hint().exact().map(Announced::new);
        Self { received: BodyState::Arriving(Box::pin(body)), announced }
    }

    /// Marks a body that was read, and is longer than the limit of the client.
    pub(crate) fn too_long() -> Self {
        Self { received: BodyState::TooLong, announced: None }
    }

    /// Sets the expected number of bytes, unless the body itself reports its length.
    pub(crate) fn announce(&mut self, length: u64) {
        self.announced.get_or_insert(Announced::new(length));
    }

    /// Wraps a body with the error type of an HTTP library.
    pub fn with_errors<B>(body: B, mut error: impl FnMut(B::Error) -> TransportError + Send + Unpin + 'static) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    {
        Self::polled(body, move |body, context| body.poll_frame(context).map_err(&mut error))
    }

    /// Creates a body whose frames are read by `poll`; `body` itself reports its length and whether it has ended.
    pub(crate) fn polled<B>(
        body: B,
        poll: impl FnMut(Pin<&mut B>, &mut Context<'_>) -> Polled + Send + Unpin + 'static,
    ) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    {
        Self::new(PolledBody { body, poll })
    }

    /// Creates an empty body.
    pub fn empty() -> Self {
        Bytes::new().into()
    }

    /// Returns the next bytes, or `None` at the end.
    pub async fn chunk(&mut self) -> Option<Result<Bytes, TransportError>> {
        self.next(&mut http_body::Body::poll_frame).await
    }

    async fn next(
        &mut self,
        poll: &mut impl FnMut(Pin<&mut Self>, &mut Context<'_>) -> Polled,
    ) -> Option<Result<Bytes, TransportError>> {
        loop {
            let frame = poll_fn(|context| poll(Pin::new(&mut *self), context)).await?;
            match frame.map(Frame::into_data) {
                Ok(Ok(data)) => return Some(Ok(data)),
                Ok(Err(_trailers)) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// Returns all bytes, or `Ok(None)` if there are more than `limit`.
    ///
    /// # Errors
    /// The error of the transport, also if the body was truncated.
    pub async fn bytes(self, limit: u64) -> Result<Option<Bytes>, TransportError> {
        self.collect_bytes(limit, http_body::Body::poll_frame).await
    }

    /// Like [`bytes`](Self::bytes), from the frames that `poll` returns.
    pub(crate) async fn collect_bytes(
        mut self,
        limit: u64,
        mut poll: impl FnMut(Pin<&mut Self>, &mut Context<'_>) -> Polled,
    ) -> Result<Option<Bytes>, TransportError> {
        let length = self.len();
        let expected = length.unwrap_or_default();
        if expected > limit || matches!(self.received, BodyState::TooLong) {
            return Ok(None);
        }
        let Some(first) = self.next(&mut poll).await.transpose()? else { return Ok(Some(Bytes::new())) };
        if length == Some(first.len() as u64) {
            let rest = if http_body::Body::is_end_stream(&self) { None } else { self.next(&mut poll).await };
            return rest.transpose().map(|_| Some(first));
        }
        // A server may announce any length, so the initial capacity is bounded.
        let mut all = BytesMut::with_capacity(usize::try_from(expected.min(16 << 20)).unwrap_or_default());
        let mut next = Some(first);
        while let Some(chunk) = next {
            all.extend_from_slice(&chunk);
            if all.len() as u64 > limit {
                return Ok(None);
            }
            next = self.next(&mut poll).await.transpose()?;
        }
        Ok(Some(all.freeze()))
    }

    /// Returns the number of remaining bytes, if known.
    pub fn len(&self) -> Option<u64> {
        http_body::Body::size_hint(self).exact()
    }

    /// Returns whether no bytes remain.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }
}

impl<B: Into<Body>> From<B> for ResponseBody {
    /// Converts a request body, as tests and fakes respond with.
    fn from(body: B) -> Self {
        match body.into() {
            Body { source: Source::Bytes(bytes), .. } => Self { received: BodyState::Whole(bytes), announced: None },
            // Yielded as one chunk, so that a caller who needs the whole body does not copy it.
            body => Self::polled(body, |mut body, context| {
                body.poll_source(context, usize::MAX).map_ok(Frame::data).map_err(TransportError::cut)
            }),
        }
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ResponseBody").field("length", &self.len()).finish()
    }
}

impl http_body::Body for ResponseBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let frame = match &mut self.received {
            BodyState::Arriving(body) => ready!(body.as_mut().poll_frame(context)),
            BodyState::TooLong => Some(Err(TransportError::new(TransportErrorKind::TooLarge))),
            BodyState::Whole(bytes) => {
                let all = std::mem::take(bytes);
                (!all.is_empty()).then_some(Ok(Frame::data(all)))
            }
        };
        let checked = match (&frame, &mut self.announced) {
            (Some(Ok(frame)), Some(announced)) => announced.count(frame.data_ref().map_or(0, Bytes::len)),
            (None, announced) => announced.take().map_or(Ok(()), Announced::finish),
            _ => Ok(()),
        };
        if matches!(frame, Some(Err(_))) || checked.is_err() {
            self.announced = None;
        }
        Poll::Ready(checked.map_or_else(|error| Some(Err(error)), |()| frame))
    }

    fn is_end_stream(&self) -> bool {
        let is_short = self.announced.is_some_and(|announced| announced.left > 0);
        !is_short
            && match &self.received {
                BodyState::Arriving(body) => body.is_end_stream(),
                BodyState::Whole(bytes) => bytes.is_empty(),
                BodyState::TooLong => false,
            }
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.announced, &self.received) {
            (Some(announced), _) => SizeHint::with_exact(announced.left),
            (None, BodyState::Arriving(body)) => body.size_hint(),
            (None, BodyState::Whole(bytes)) => SizeHint::with_exact(bytes.len() as u64),
            (None, BodyState::TooLong) => SizeHint::default(),
        }
    }
}

/// The result of polling a response body.
pub(crate) type Polled = Poll<Option<Result<Frame<Bytes>, TransportError>>>;

struct PolledBody<B, P> {
    body: B,
    poll: P,
}

impl<B, P> http_body::Body for PolledBody<B, P>
where
    B: http_body::Body<Data = Bytes> + Unpin,
    P: FnMut(Pin<&mut B>, &mut Context<'_>) -> Polled + Unpin,
{
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        let this = &mut *self;
        (this.poll)(Pin::new(&mut this.body), context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
