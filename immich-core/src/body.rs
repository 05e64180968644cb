//! Bodies of requests and responses. Both stream; neither needs a runtime.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::{Frame, SizeHint};

use crate::send::{TransportError, TransportErrorKind};

/// How much of a body in memory is given at once: what a backend took counts as sent for the time limits.
const CHUNK: usize = 128 << 10;

/// A stream of the bytes of a request body, made by the caller.
pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

type Open = Arc<dyn Fn() -> io::Result<ByteStream> + Send + Sync>;
type BoxedBody = Pin<Box<dyn http_body::Body<Data = Bytes, Error = TransportError> + Send>>;

/// The body of a request: bytes, a stream used once, or a stream that can be opened again.
///
/// A body with a known length is sent with `content-length`, and a stream that yields fewer or more bytes
/// than promised is an error, never a short request.
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
    /// What few bodies have: each request is moved many times, and small ones should be cheap.
    more: Option<Box<More>>,
}

#[derive(Default)]
struct More {
    /// Only ever reached by `&mut`: the lock makes the body `Sync`, and costs nothing.
    opened: Mutex<Option<ByteStream>>,
    watched: BodyFault,
    observer: Option<Observer>,
}

/// Told after each chunk whether it was the last.
type Observer = Box<dyn FnMut(u64, bool) + Send + Sync>;

/// Why a request body could not be read, for a backend whose HTTP library does not hand the error back.
#[derive(Clone, Debug, Default)]
pub struct BodyFault(Option<Arc<Mutex<Option<io::Error>>>>);

impl BodyFault {
    /// The error of the body, once, if it had one.
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
    /// A body without bytes.
    pub fn empty() -> Self {
        Bytes::new().into()
    }

    /// A body from a stream that can be read once, so a request with it is never retried.
    ///
    /// `length` is the number of bytes the stream will yield, where it is known.
    pub fn stream(stream: impl Stream<Item = io::Result<Bytes>> + Send + 'static, length: Option<u64>) -> Self {
        Self::of(Source::Once(Arc::new(Mutex::new(Some(Box::pin(stream))))), length)
    }

    /// A body from a stream that `open` can make again, each time from the first byte.
    ///
    /// `length` is the number of bytes each stream will yield, where it is known.
    pub fn replayable(open: impl Fn() -> io::Result<ByteStream> + Send + Sync + 'static, length: Option<u64>) -> Self {
        Self::of(Source::Replayable(Arc::new(open)), length)
    }

    fn of(source: Source, length: Option<u64>) -> Self {
        Self { source, length, sent: 0, more: None }
    }

    /// The length in bytes, where it is known.
    pub fn len(&self) -> Option<u64> {
        self.length
    }

    /// Whether the body is known to have no bytes.
    pub fn is_empty(&self) -> bool {
        self.length == Some(0)
    }

    /// The same body from its first byte, or `None` if it can be sent only once.
    pub fn try_clone(&self) -> Option<Self> {
        match &self.source {
            Source::Once(_) => None,
            _ => Some(self.handle()),
        }
    }

    /// The bytes, if the body is held in memory.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.source {
            Source::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// A second handle of the same source: a stream used once goes to the handle that is read first.
    pub(crate) fn handle(&self) -> Self {
        let source = match &self.source {
            Source::Bytes(bytes) => Source::Bytes(bytes.clone()),
            Source::Once(stream) => Source::Once(Arc::clone(stream)),
            Source::Replayable(open) => Source::Replayable(Arc::clone(open)),
        };
        Self::of(source, self.length)
    }

    /// The next bytes, or `None` at the end. A mock reads a request with it.
    pub async fn chunk(&mut self) -> Option<io::Result<Bytes>> {
        poll_fn(|context| self.poll_chunk(context)).await
    }

    /// Keeps the error of the body for the backend that is about to give the body away.
    pub fn watch(&mut self) -> BodyFault {
        if self.as_bytes().is_some() {
            // Bytes can always be read.
            return BodyFault::default();
        }
        let watched = &mut self.more.get_or_insert_default().watched;
        watched.0.get_or_insert_default();
        watched.clone()
    }

    /// Calls `observer` after each chunk that is read of this body, with its length and whether it is the end.
    pub(crate) fn observe(&mut self, observer: impl FnMut(u64, bool) + Send + Sync + 'static) {
        self.more.get_or_insert_default().observer = Some(Box::new(observer));
    }

    /// All bytes of the body.
    ///
    /// # Errors
    /// The error of the stream, or one of a stream that did not keep its promised length.
    pub async fn bytes(mut self) -> io::Result<Bytes> {
        let mut all = BytesMut::new();
        while let Some(chunk) = self.chunk().await {
            all.extend_from_slice(&chunk?);
        }
        Ok(all.freeze())
    }

    pub(crate) fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let chunk = ready!(self.poll_source(context, CHUNK));
        if let Some(observer) = self.more.as_mut().and_then(|more| more.observer.as_mut()) {
            let length = chunk.as_ref().and_then(|chunk| chunk.as_ref().ok()).map_or(0, Bytes::len);
            observer(length as u64, chunk.is_none() || self.length == Some(self.sent));
        }
        Poll::Ready(chunk)
    }

    fn poll_source(&mut self, context: &mut Context<'_>, most: usize) -> Poll<Option<io::Result<Bytes>>> {
        if let Source::Bytes(bytes) = &mut self.source {
            let chunk = bytes.split_to(bytes.len().min(most));
            self.sent += chunk.len() as u64;
            return Poll::Ready((!chunk.is_empty()).then_some(Ok(chunk)));
        }
        let opened = &mut self.more.get_or_insert_default().opened;
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

    /// Holds a stream to the length it promised.
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
        let chunk = ready!(self.poll_chunk(context));
        let fault = self.more.as_ref().and_then(|more| more.watched.0.as_ref());
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
        // Only bytes end early: a stream is polled to its end, so that its length is checked.
        self.as_bytes().is_some_and(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        match self.length {
            Some(length) => SizeHint::with_exact(length.saturating_sub(self.sent)),
            None => SizeHint::default(),
        }
    }
}

/// The body of a response, read as it arrives.
///
/// A response that is cut short ends with an error, never as a short body: a body whose length is known ends with an error
/// if it has fewer or more bytes, whatever the backend makes of it.
pub struct ResponseBody {
    received: BodyState,
    announced: Option<Announced>,
}

/// The length that a body has by its head.
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
    fn take(&mut self, bytes: usize) -> Result<(), TransportError> {
        let rest = self.left.checked_sub(bytes as u64).ok_or_else(|| {
            let why = format!("the body has more than the {} bytes that its head announced", self.length);
            TransportError::new(TransportErrorKind::Protocol).with_source(why)
        })?;
        self.left = rest;
        Ok(())
    }

    fn end(self) -> Result<(), TransportError> {
        if self.left == 0 {
            return Ok(());
        }
        let came = self.length - self.left;
        Err(TransportError::cut(format!("{came} of the {} bytes came that the head announced", self.length)))
    }
}

enum BodyState {
    /// All of it is here.
    Whole(Bytes),
    Arriving(BoxedBody),
}

impl ResponseBody {
    /// Wraps the body that a backend received.
    pub fn new(body: impl http_body::Body<Data = Bytes, Error = TransportError> + Send + 'static) -> Self {
        let announced = body.size_hint().exact().map(Announced::new);
        Self { received: BodyState::Arriving(Box::pin(body)), announced }
    }

    /// Expects this number of bytes, where the body itself does not say how many there are.
    pub(crate) fn announce(&mut self, length: u64) {
        self.announced.get_or_insert(Announced::new(length));
    }

    /// Wraps a body whose errors are those of an HTTP library.
    pub fn with_errors<B>(body: B, mut error: impl FnMut(B::Error) -> TransportError + Send + Unpin + 'static) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    {
        Self::polled(body, move |body, context| body.poll_frame(context).map_err(&mut error))
    }

    /// A body of which `poll` gets the frames; how long it is, and whether it is at its end, it says itself.
    pub(crate) fn polled<B>(
        body: B,
        poll: impl FnMut(Pin<&mut B>, &mut Context<'_>) -> Polled + Send + Unpin + 'static,
    ) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    {
        Self::new(Watched { body, poll })
    }

    /// A body without bytes.
    pub fn empty() -> Self {
        Bytes::new().into()
    }

    /// The next bytes, or `None` at the end.
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

    /// All bytes, or `Ok(None)` if there are more than `limit`.
    ///
    /// # Errors
    /// The error of the transport, also when the body was cut short.
    pub async fn bytes(self, limit: u64) -> Result<Option<Bytes>, TransportError> {
        self.gather(limit, http_body::Body::poll_frame).await
    }

    /// All bytes as [`bytes`](Self::bytes) gives them, of the frames that `poll` gets.
    pub(crate) async fn gather(
        mut self,
        limit: u64,
        mut poll: impl FnMut(Pin<&mut Self>, &mut Context<'_>) -> Polled,
    ) -> Result<Option<Bytes>, TransportError> {
        let length = self.len();
        let expected = length.unwrap_or_default();
        if expected > limit {
            return Ok(None);
        }
        let Some(first) = self.next(&mut poll).await.transpose()? else { return Ok(Some(Bytes::new())) };
        if length == Some(first.len() as u64) {
            let more = if http_body::Body::is_end_stream(&self) { None } else { self.next(&mut poll).await };
            return more.transpose().map(|_| Some(first));
        }
        // A server may promise any length, so not all of a large one is reserved ahead.
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

    /// Whether all of it is in memory.
    pub(crate) fn is_here(&self) -> bool {
        matches!(self.received, BodyState::Whole(_))
    }

    /// The number of bytes still to come, where it is known.
    pub fn len(&self) -> Option<u64> {
        http_body::Body::size_hint(self).exact()
    }

    /// Whether no bytes are to come.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }
}

impl<B: Into<Body>> From<B> for ResponseBody {
    /// A body that a test or a fake answers with.
    fn from(body: B) -> Self {
        match body.into() {
            Body { source: Source::Bytes(bytes), .. } => Self { received: BodyState::Whole(bytes), announced: None },
            // All at once, so that who wants it as a whole need not copy it.
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
            BodyState::Whole(bytes) => {
                let all = std::mem::take(bytes);
                (!all.is_empty()).then_some(Ok(Frame::data(all)))
            }
        };
        let checked = match (&frame, &mut self.announced) {
            (Some(Ok(frame)), Some(announced)) => announced.take(frame.data_ref().map_or(0, Bytes::len)),
            (None, announced) => announced.take().map_or(Ok(()), Announced::end),
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
            }
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.announced, &self.received) {
            (Some(announced), _) => SizeHint::with_exact(announced.left),
            (None, BodyState::Arriving(body)) => body.size_hint(),
            (None, BodyState::Whole(bytes)) => SizeHint::with_exact(bytes.len() as u64),
        }
    }
}

/// What polling a body of a response gives.
pub(crate) type Polled = Poll<Option<Result<Frame<Bytes>, TransportError>>>;

struct Watched<B, P> {
    body: B,
    poll: P,
}

impl<B, P> http_body::Body for Watched<B, P>
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
