//! The error of a request without a response.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::attempts::Attempts;

/// The kind of a transport error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: name not found, connection refused, host unreachable, or rejected by a proxy.
    Connect,
    /// The TLS handshake failed, usually because of a certificate.
    Tls,
    /// A timeout expired: one of the client, which [`TransportError::time_limit`] returns, or one of the backend.
    Timeout,
    /// The connection ended before the response was complete.
    Closed,
    /// The request body could not be read from its source.
    RequestBody,
    /// The peer violated the HTTP protocol.
    Protocol,
    /// The response head is longer, or has more headers, than the HTTP library accepts.
    TooLarge,
    /// The runtime that the backend needs is missing, or lacks a feature.
    Runtime,
    /// A custom layer sent a new request without the extensions of the original, which hold the credentials and the
    /// options of the call.
    LostExtensions,
    /// Any other error.
    Other,
}

/// The timeout that expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeLimit {
    /// The timeout of the whole call, with all attempts and the delays between them.
    Call,
    /// The timeout of one attempt, from its first byte to the response headers.
    Attempt,
    /// The timeout between the last byte of the request and the response headers.
    Response,
    /// The timeout without progress of a body.
    Idle,
    /// The timeout of a JSON response, at the minimum rate of [`Timeouts::idle`](crate::Timeouts::idle).
    Rate,
    /// The timeout of a request that waits for a permit of a [`RateLimit`](crate::RateLimit), while nothing in flight
    /// makes progress.
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

/// A request without a response, or with a truncated one.
///
/// Its text never contains a URL, a header or a body.
pub struct TransportError {
    kind: TransportErrorKind,
    maybe_sent: bool,
    time_limit: Option<(TimeLimit, Duration)>,
    attempts: Option<Attempts>,
    hint: Option<&'static str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// Creates an error of a kind; the request may have been sent.
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, maybe_sent: true, time_limit: None, attempts: None, hint: None, source: None }
    }

    /// Creates an error for an expired timeout; the request may have been sent.
    pub fn timed_out(limit: TimeLimit, after: Duration) -> Self {
        Self { time_limit: Some((limit, after)), ..Self::new(TransportErrorKind::Timeout) }
    }

    /// Creates an error for a truncated body.
    pub fn cut(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Closed).with_source(source)
    }

    /// Marks the request as not processed, so that any request may be retried: no byte of it was sent, or the server
    /// reported it (REFUSED_STREAM, GOAWAY).
    #[must_use]
    pub fn not_sent(mut self) -> Self {
        self.maybe_sent = false;
        self
    }

    /// Adds the error of the HTTP library. Its text must not contain secrets or URLs.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds a hint on how to fix the problem, as a sentence.
    #[must_use]
    pub fn with_hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Returns a hint on how to fix the problem, as a sentence, if there is one.
    pub fn hint(&self) -> Option<&'static str> {
        self.hint
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Returns which timeout of the client expired, if any, and its duration.
    pub fn time_limit(&self) -> Option<(TimeLimit, Duration)> {
        self.time_limit
    }

    /// Returns the number of attempts, if a layer retries.
    pub fn attempts(&self) -> Option<Attempts> {
        self.attempts
    }

    pub(crate) fn set_attempts(&mut self, attempts: Attempts) {
        self.attempts = Some(attempts);
    }

    /// Returns whether the server may have processed the request.
    pub fn may_have_been_sent(&self) -> bool {
        self.maybe_sent
    }
}

impl fmt::Debug for TransportError {
    /// Writes the text, the causes and the kind, because `unwrap` prints this.
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
