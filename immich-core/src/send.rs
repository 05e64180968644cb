//! The seam between the client and the network: one trait, one error.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::body::{Body, ResponseBody};
use crate::layer::Attempts;
use crate::timer::Timer;

/// Sends requests: what a backend implements, and every layer around it.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use async_trait::async_trait;
/// use immich_sdk::{Body, HttpSend, ResponseBody, TransportError, http};
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
    /// Sends one request and returns the response as soon as its head has arrived.
    ///
    /// * The method, the URI, the headers and the bytes of the body are sent as they are. A body of a known length is sent with
    ///   `content-length`.
    /// * Redirects are not followed, and nothing is retried: the client does both. Any status is `Ok`.
    /// * The response body streams. If the connection ends before all of it has come, it yields an error.
    /// * A backend that decompresses removes `content-encoding` and `content-length` of the response; other backends
    ///   return the bytes as they came.
    /// * A response that arrives while the request body is still being sent is returned.
    /// * Dropping the future cancels the request, and dropping the response closes or reuses the connection.
    ///
    /// The [`Operation`](crate::Operation) that the request was built for is in its extensions, as
    /// `&'static Operation`.
    ///
    /// # Errors
    /// A [`TransportError`] when no response came. [`TransportError::not_sent`] marks a request that the server cannot have
    /// processed, so that any operation can be retried; without it only idempotent ones are. Its text must not contain
    /// the URL, a header or the body.
    async fn send(&self, request: http::Request<Body>) -> Result<http::Response<ResponseBody>, TransportError>;

    /// Returns the timer of the runtime that this backend runs on; layers pass it through. Without one, timeouts, retries and rate
    /// limits cannot be set.
    fn timer(&self) -> Option<Arc<dyn Timer>> {
        None
    }

    /// Returns the maximum number of requests in flight, so that no more connections are opened; `None`, the default, for any
    /// number. A client with a timer lets the others wait in turn. A backend around another passes it through.
    fn max_in_flight(&self) -> Option<u32> {
        None
    }

    /// Returns the number of bytes of a request body that may wait in buffers below this backend without being sent, 0 by default.
    ///
    /// While they wait, an upload on a slow line looks idle; [`Timeouts::idle`](crate::Timeouts::idle) allows for it. Up to
    /// 400 KiB need not be counted. A backend around another passes it through.
    fn unseen_bytes(&self) -> u64 {
        0
    }
}

/// What [`HttpSend::send`] gives, for who writes it without `async_trait`: a layer that has nothing to wait for gives
/// the future of the next one, without a box of its own.
pub type SendFuture<'f> =
    Pin<Box<dyn Future<Output = Result<http::Response<ResponseBody>, TransportError>> + Send + 'f>>;

/// What came of a request.
pub(crate) type Outcome = Result<http::Response<ResponseBody>, TransportError>;

macro_rules! through {
    ($($pointer:ident),+) => {$(
        impl<S: HttpSend + ?Sized> HttpSend for $pointer<S> {
            fn send<'s, 'f>(&'s self, request: http::Request<Body>) -> SendFuture<'f>
            where
                's: 'f,
                Self: 'f,
            {
                (**self).send(request)
            }

            fn timer(&self) -> Option<Arc<dyn Timer>> {
                (**self).timer()
            }

            fn max_in_flight(&self) -> Option<u32> {
                (**self).max_in_flight()
            }

            fn unseen_bytes(&self) -> u64 {
                (**self).unseen_bytes()
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
    /// A time limit passed: one of the client, which [`TransportError::time_limit`] names, or of the backend.
    Timeout,
    /// The connection ended before the response was complete.
    Closed,
    /// The body of the request could not be read from its source.
    RequestBody,
    /// The other side did not speak HTTP.
    Protocol,
    /// The head of the response is longer, or has more headers, than the HTTP library takes.
    TooLarge,
    /// The backend runs on a runtime that is not there, or lacks something.
    Runtime,
    /// A layer of the caller sent a request of its own making, without the extensions of the one it was given, in which the
    /// credentials and the options of the call are.
    LostExtensions,
    /// None of the others.
    Other,
}

/// Which time limit passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeLimit {
    /// That of the whole call, with all attempts and the waits between them.
    Call,
    /// That of one attempt, from its first byte to the head of the response.
    Attempt,
    /// That between the last byte of the request and the head of the response.
    Response,
    /// That in which at least one byte of a body must move.
    Idle,
    /// That in which a response of JSON must come, at the least rate of [`Timeouts::idle`](crate::Timeouts::idle).
    Rate,
    /// That in which a request must get its turn under a [`RateLimit`](crate::RateLimit), where nothing in flight moves.
    Turn,
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Call => "the call did not complete",
            Self::Attempt => "the attempt got no response",
            Self::Response => "the request was sent and got no response",
            Self::Idle => "no byte moved",
            Self::Rate => "the response came at less than 1 KiB a second",
            Self::Turn => "the request got no turn",
        })
    }
}

/// A request that got no response, or a response that was cut short.
///
/// Its text never holds a URL, a header or a body.
pub struct TransportError {
    kind: TransportErrorKind,
    maybe_sent: bool,
    time_limit: Option<(TimeLimit, Duration)>,
    attempts: Option<Attempts>,
    hint: Option<&'static str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// An error of which nothing is known but its kind; the request may have been sent.
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, maybe_sent: true, time_limit: None, attempts: None, hint: None, source: None }
    }

    /// A time limit that passed; the request may have been sent.
    pub fn timed_out(limit: TimeLimit, after: Duration) -> Self {
        Self { time_limit: Some((limit, after)), ..Self::new(TransportErrorKind::Timeout) }
    }

    /// A body that ended too early.
    pub fn cut(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Closed).with_source(source)
    }

    /// Says that the server has not processed the request, so that any request may be sent again: no byte of it left this
    /// machine, or the server said so (REFUSED_STREAM, GOAWAY).
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

    /// Adds a sentence that says what the author of the program may do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// What the author of the program may do about it, as a sentence, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        self.hint
    }

    /// What failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Which time limit passed, if it was one of the client, and how long it was.
    pub fn time_limit(&self) -> Option<(TimeLimit, Duration)> {
        self.time_limit
    }

    /// How often the request was tried, if a layer tries again.
    pub fn attempts(&self) -> Option<Attempts> {
        self.attempts
    }

    pub(crate) fn set_attempts(&mut self, attempts: Attempts) {
        self.attempts = Some(attempts);
    }

    /// Whether the server may have processed the request.
    pub fn may_have_been_sent(&self) -> bool {
        self.maybe_sent
    }
}

impl fmt::Debug for TransportError {
    /// The text, the causes and the kind, since this is what `unwrap` prints.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(formatter, ": {error}")?;
            cause = error.source();
        }
        let sent = if self.maybe_sent { "" } else { ", not sent" };
        write!(formatter, " (TransportErrorKind::{:?}{sent})", self.kind)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((limit, after)) = self.time_limit {
            return write!(formatter, "{limit} within {after:?}");
        }
        formatter.write_str(match self.kind {
            TransportErrorKind::Connect => "could not connect to the server",
            TransportErrorKind::Tls => "the TLS handshake with the server failed",
            TransportErrorKind::Timeout => "the request timed out",
            TransportErrorKind::Closed => "the connection ended too early",
            TransportErrorKind::RequestBody => "could not read the body to send",
            TransportErrorKind::Protocol => "the other side did not speak HTTP as expected",
            TransportErrorKind::TooLarge => {
                "the response has more headers, or longer ones, than the HTTP library takes"
            }
            TransportErrorKind::Runtime => "the backend lacks its runtime",
            TransportErrorKind::LostExtensions => {
                "a layer made a new request without the extensions of the one it was given"
            }
            TransportErrorKind::Other => "could not send the request",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
