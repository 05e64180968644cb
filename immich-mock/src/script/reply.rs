//! What the mock answers with.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use immich_core::{Body, ResponseBody, TransportError, TransportErrorKind};
use serde::Serialize;

/// One answer of a [`MockSend`](crate::MockSend): a response, or a failure below HTTP.
///
/// ```
/// use immich_mock::Reply;
/// use immich_core::api::ServerVersionResponseDto;
///
/// let mut version = ServerVersionResponseDto::default();
/// version.major = 3;
/// let typed = Reply::json(&version);
/// let limited = Reply::status(429).header("retry-after", "7");
/// ```
#[derive(Clone, Debug)]
pub struct Reply(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Response(Answer),
    Failure { kind: TransportErrorKind, sent: bool },
    Silence,
}

#[derive(Clone, Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    length_known: bool,
    chunk: usize,
    cut_after: Option<usize>,
}

impl Reply {
    /// 200 with a value as JSON: a type of the API, or any `serde_json::json!`.
    ///
    /// # Panics
    /// If the value cannot be written as JSON.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Self {
        let json = serde_json::to_vec(value).unwrap_or_else(|error| panic!("a reply that is no JSON: {error}"));
        Self::bytes("application/json", json)
    }

    /// 200 with bytes of a media type.
    ///
    /// # Panics
    /// If the media type cannot stand in a header.
    pub fn bytes(content_type: &str, bytes: impl Into<Bytes>) -> Self {
        Self::response(StatusCode::OK, bytes.into()).header("content-type", content_type)
    }

    /// A status without a body.
    ///
    /// # Panics
    /// If it is no status.
    pub fn status(status: u16) -> Self {
        Self::response(StatusCode::OK, Bytes::new()).with_status(status)
    }

    /// No response, but a failure of this kind; the request may have been sent.
    pub fn failure(kind: TransportErrorKind) -> Self {
        Self(Kind::Failure { kind, sent: true })
    }

    /// No response, and no byte of the request left.
    pub fn failure_before_sending(kind: TransportErrorKind) -> Self {
        Self(Kind::Failure { kind, sent: false })
    }

    /// No response, for as long as the caller waits.
    pub fn silence() -> Self {
        Self(Kind::Silence)
    }

    fn response(status: StatusCode, body: Bytes) -> Self {
        let headers = HeaderMap::new();
        Self(Kind::Response(Answer { status, headers, body, length_known: true, chunk: CHUNK, cut_after: None }))
    }

    fn change(mut self, change: impl FnOnce(&mut Answer)) -> Self {
        if let Kind::Response(answer) = &mut self.0 {
            change(answer);
        }
        self
    }

    /// Responses with another status.
    ///
    /// # Panics
    /// If it is no status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or_else(|_| panic!("{status} is no status"));
        self.change(|answer| answer.status = status)
    }

    /// Adds a header.
    ///
    /// # Panics
    /// If name or value cannot stand in a header.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().unwrap_or_else(|_| panic!("{name} is no name of a header"));
        let value = HeaderValue::from_str(value).unwrap_or_else(|_| panic!("a value that no header can hold"));
        self.change(|answer| {
            answer.headers.append(name, value);
        })
    }

    /// Does not tell the length of the body.
    #[must_use]
    pub fn without_length(self) -> Self {
        self.change(|answer| answer.length_known = false)
    }

    /// Does not tell the length of the body, and gives it in chunks of `bytes`.
    #[must_use]
    pub fn in_chunks(self, bytes: usize) -> Self {
        self.without_length().change(|answer| answer.chunk = bytes.max(1))
    }

    /// Closes the connection after `bytes` of the body, which is told to be longer.
    #[must_use]
    pub fn cut_after(self, bytes: usize) -> Self {
        self.change(|answer| answer.cut_after = Some(bytes))
    }

    pub(super) async fn answer(self) -> Result<Response<ResponseBody>, TransportError> {
        match self.0 {
            Kind::Failure { kind, sent: true } => Err(TransportError::new(kind)),
            Kind::Failure { kind, sent: false } => Err(TransportError::new(kind).not_sent()),
            Kind::Silence => std::future::pending().await,
            Kind::Response(answer) => Ok(answer.response()),
        }
    }
}

impl Answer {
    fn response(self) -> Response<ResponseBody> {
        let Self { status, mut headers, body, length_known, chunk, cut_after } = self;
        let length = length_known.then_some(body.len() as u64);
        if let Some(length) = length {
            headers.entry(CONTENT_LENGTH).or_insert_with(|| length.into());
        }
        if !body.is_empty() {
            headers.entry(CONTENT_TYPE).or_insert_with(|| HeaderValue::from_static("application/octet-stream"));
        }
        let body = match cut_after {
            None if length_known => body.into(),
            None => Body::stream(Chunks { left: body, chunk, broken: false }, None).into(),
            Some(bytes) => {
                let left = body.slice(..bytes.min(body.len()));
                Body::stream(Chunks { left, chunk, broken: true }, length).into()
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }
}

/// The length of a chunk, if nothing else is said: a body of some size has several.
const CHUNK: usize = 16 << 10;

/// A body in chunks, which may end as a connection that breaks.
struct Chunks {
    left: Bytes,
    chunk: usize,
    broken: bool,
}

impl Stream for Chunks {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if self.left.is_empty() {
            let end = std::mem::take(&mut self.broken).then(|| Err(io::ErrorKind::ConnectionReset.into()));
            return Poll::Ready(end);
        }
        let length = self.left.len().min(self.chunk);
        Poll::Ready(Some(Ok(self.left.split_to(length))))
    }
}
