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
    Response { status: StatusCode, headers: HeaderMap, body: Bytes, cut_after: Option<usize> },
    Failure { kind: TransportErrorKind, sent: bool },
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

    fn response(status: StatusCode, body: Bytes) -> Self {
        Self(Kind::Response { status, headers: HeaderMap::new(), body, cut_after: None })
    }

    /// Answers with another status.
    ///
    /// # Panics
    /// If it is no status.
    #[must_use]
    pub fn with_status(mut self, new: u16) -> Self {
        if let Kind::Response { status, .. } = &mut self.0 {
            *status = StatusCode::from_u16(new).unwrap_or_else(|_| panic!("{new} is no status"));
        }
        self
    }

    /// Adds a header.
    ///
    /// # Panics
    /// If name or value cannot stand in a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Kind::Response { headers, .. } = &mut self.0 {
            let name: HeaderName = name.parse().unwrap_or_else(|_| panic!("{name} is no name of a header"));
            let value = HeaderValue::from_str(value).unwrap_or_else(|_| panic!("a value that no header can hold"));
            headers.append(name, value);
        }
        self
    }

    /// Promises the whole body, and closes the connection after `bytes` of it.
    #[must_use]
    pub fn cut_after(mut self, bytes: usize) -> Self {
        if let Kind::Response { cut_after, .. } = &mut self.0 {
            *cut_after = Some(bytes);
        }
        self
    }

    pub(super) fn answer(self) -> Result<Response<ResponseBody>, TransportError> {
        let (status, mut headers, body, cut_after) = match self.0 {
            Kind::Failure { kind, sent: true } => return Err(TransportError::new(kind)),
            Kind::Failure { kind, sent: false } => return Err(TransportError::new(kind).not_sent()),
            Kind::Response { status, headers, body, cut_after } => (status, headers, body, cut_after),
        };
        headers.entry(CONTENT_LENGTH).or_insert_with(|| body.len().into());
        if headers.get(CONTENT_TYPE).is_none() && !body.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        }
        let body: ResponseBody = match cut_after {
            Some(bytes) => {
                let length = Some(body.len() as u64);
                Body::stream(Once(Some(body.slice(..bytes.min(body.len())))), length).into()
            }
            None => body.into(),
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// A stream of one chunk; the body around it finds that it is shorter than promised.
struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        Poll::Ready(self.0.take().filter(|bytes| !bytes.is_empty()).map(Ok))
    }
}
