//! Replies of the mock.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use immich_core::{Body, ResponseBody, TransportError, TransportErrorKind};
use serde::Serialize;

/// One reply of a [`MockSend`](crate::MockSend): a response, or a transport failure.
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
    Response(Parts),
    Failure { kind: TransportErrorKind, sent: bool },
    Silence,
}

#[derive(Clone, Debug)]
struct Parts {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    length_known: bool,
    chunk: usize,
    cut_after: Option<usize>,
}

impl Reply {
    /// A 200 response with a value as JSON: an API type, or any `serde_json::json!`.
    ///
    /// # Panics
    /// If the value cannot be serialized as JSON.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Self {
        let json = serde_json::to_vec(value).unwrap_or_else(|error| panic!("a reply that is no JSON: {error}"));
        Self::bytes("application/json", json)
    }

    /// A 200 response with bytes of a media type.
    ///
    /// # Panics
    /// If the media type is not a valid header value.
    pub fn bytes(content_type: &str, bytes: impl Into<Bytes>) -> Self {
        Self::response(StatusCode::OK, bytes.into()).header("content-type", content_type)
    }

    /// A response with this status and no body.
    ///
    /// # Panics
    /// If `status` is not a valid status code.
    pub fn status(status: u16) -> Self {
        Self::response(StatusCode::OK, Bytes::new()).with_status(status)
    }

    /// A failure of this kind instead of a response; the request may have been sent.
    pub fn failure(kind: TransportErrorKind) -> Self {
        Self(Kind::Failure { kind, sent: true })
    }

    /// A failure of this kind before any byte of the request is sent.
    pub fn failure_before_sending(kind: TransportErrorKind) -> Self {
        Self(Kind::Failure { kind, sent: false })
    }

    /// No response, however long the caller waits.
    pub fn silence() -> Self {
        Self(Kind::Silence)
    }

    fn response(status: StatusCode, body: Bytes) -> Self {
        let headers = HeaderMap::new();
        Self(Kind::Response(Parts { status, headers, body, length_known: true, chunk: CHUNK, cut_after: None }))
    }

    fn change(mut self, change: impl FnOnce(&mut Parts)) -> Self {
        if let Kind::Response(response) = &mut self.0 {
            change(response);
        }
        self
    }

    /// Sets the status of the response.
    ///
    /// # Panics
    /// If `status` is not a valid status code.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or_else(|_| panic!("{status} is no status"));
        self.change(|response| response.status = status)
    }

    /// Adds a header.
    ///
    /// # Panics
    /// If `name` is not a valid header name, or `value` is not a valid header value.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().unwrap_or_else(|_| panic!("{name} is no name of a header"));
        let value = HeaderValue::from_str(value).unwrap_or_else(|_| panic!("a value that no header can hold"));
        self.change(|response| {
            response.headers.append(name, value);
        })
    }

    /// Sends the body without reporting its length.
    #[must_use]
    pub fn without_length(self) -> Self {
        self.change(|response| response.length_known = false)
    }

    /// Sends the body in chunks of `bytes`, without reporting its length.
    #[must_use]
    pub fn in_chunks(self, bytes: usize) -> Self {
        self.without_length().change(|response| response.chunk = bytes.max(1))
    }

    /// Breaks the connection after `bytes` of the body, although the whole length is reported.
    #[must_use]
    pub fn cut_after(self, bytes: usize) -> Self {
        self.change(|response| response.cut_after = Some(bytes))
    }

    pub(super) async fn respond(self) -> Result<Response<ResponseBody>, TransportError> {
        match self.0 {
            Kind::Failure { kind, sent: true } => Err(TransportError::new(kind)),
            Kind::Failure { kind, sent: false } => Err(TransportError::new(kind).not_sent()),
            Kind::Silence => std::future::pending().await,
            Kind::Response(response) => Ok(response.into_response()),
        }
    }
}

impl Parts {
    fn into_response(self) -> Response<ResponseBody> {
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

/// The default length of a chunk; larger bodies have several.
const CHUNK: usize = 16 << 10;

/// A body in chunks, which may end with a broken connection.
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
