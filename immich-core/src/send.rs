//! The seam between the client and the network: one trait, one error.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::body::{Body, ResponseBody};
use crate::timer::Timer;

/// Sends requests: what a backend implements, and every layer around it.
///
/// ```
/// use async_trait::async_trait;
/// use immich_core::{Body, HttpSend, ResponseBody, TransportError, http};
///
/// /// Answers every request with 204.
/// struct Nothing;
///
/// #[async_trait]
/// impl HttpSend for Nothing {
///     async fn send(&self, _: http::Request<Body>) -> Result<http::Response<ResponseBody>, TransportError> {
///         let mut response = http::Response::new(ResponseBody::empty());
///         *response.status_mut() = http::StatusCode::NO_CONTENT;
///         Ok(response)
///     }
/// }
/// ```
#[async_trait]
pub trait HttpSend: Send + Sync {
    /// Sends one request. Never follows redirects, retries or decodes; any status is `Ok`.
    ///
    /// The [`Operation`](crate::Operation) that the request was built for is in its extensions, as
    /// `&'static Operation`. A body that ends before the length that the server promised must yield an error.
    ///
    /// # Errors
    /// A [`TransportError`] when no response came; it says whether the request may have left.
    async fn send(&self, request: http::Request<Body>) -> Result<http::Response<ResponseBody>, TransportError>;

    /// The timer of the runtime that this backend runs on; layers pass it through.
    fn timer(&self) -> Option<Arc<dyn Timer>> {
        None
    }
}

macro_rules! through {
    ($($pointer:ident),+) => {$(
        #[async_trait]
        impl<S: HttpSend + ?Sized> HttpSend for $pointer<S> {
            async fn send(&self, request: http::Request<Body>) -> Result<http::Response<ResponseBody>, TransportError> {
                (**self).send(request).await
            }

            fn timer(&self) -> Option<Arc<dyn Timer>> {
                (**self).timer()
            }
        }
    )+};
}

through!(Arc, Box);

/// What failed below HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: name not found, refused, unreachable, or a proxy that would not connect.
    Connect,
    /// The TLS handshake failed, most often because of a certificate.
    Tls,
    /// A time limit of the backend passed.
    Timeout,
    /// The connection ended before the response was complete.
    Closed,
    /// The body of the request could not be read from its source.
    RequestBody,
    /// The other side did not speak HTTP.
    Protocol,
    /// None of the others.
    Other,
}

/// A request that got no response, or a response that was cut short.
///
/// Its text never holds a URL, a header or a body.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    maybe_sent: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// An error of which nothing is known but its kind; the request may have been sent.
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, maybe_sent: true, source: None }
    }

    /// A body that ended too early.
    pub fn cut(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Closed).with_source(source)
    }

    /// Says that no byte of the request left this machine, so that any request may be sent again.
    #[must_use]
    pub fn not_sent(mut self) -> Self {
        self.maybe_sent = false;
        self
    }

    /// Adds the error of the HTTP library. Its text must not hold secrets, so no URL.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Whether the server may have seen the request.
    pub fn may_have_been_sent(&self) -> bool {
        self.maybe_sent
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.kind {
            TransportErrorKind::Connect => "could not connect to the server",
            TransportErrorKind::Tls => "could not agree on TLS with the server",
            TransportErrorKind::Timeout => "the time limit passed",
            TransportErrorKind::Closed => "the connection ended too early",
            TransportErrorKind::RequestBody => "could not read the body to send",
            TransportErrorKind::Protocol => "the other side did not speak HTTP as expected",
            TransportErrorKind::Other => "could not send the request",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
