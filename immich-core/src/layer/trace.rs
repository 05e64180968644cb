//! A span for each call, and events for what the caller does not see of it. The names are those that OpenTelemetry
//! gives to the client side of HTTP.
//!
//! Nothing is written that may be secret: of a path only its template, of a query, a header or a body nothing.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::uri::Scheme;
use http::{Request, Uri};
use http_body::Body as _;
use tracing::field::Empty;
use tracing::{Instrument, Span, debug, info_span, warn};

use crate::base_url::BaseUrl;
use crate::body::{Body, Polled, ResponseBody};
use crate::endpoint::Operation;
use crate::layer::Attempts;
use crate::send::{HttpSend, Outcome, SendFuture, TransportErrorKind};
use crate::timer::Timer;

/// The target of the spans and events, which filters go by.
const TARGET: &str = "immich";

pub(crate) struct Trace<S> {
    host: String,
    port: u16,
    path: String,
    next: S,
}

impl<S> Trace<S> {
    pub(crate) fn new(base: &BaseUrl, next: S) -> Self {
        let base: Uri = base.to_string().parse().unwrap_or_default();
        let usual = if base.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
        // OpenTelemetry writes an address of IPv6 without brackets.
        let host = base.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        Self { host, port: base.port_u16().unwrap_or(usual), path: base.path().to_owned(), next }
    }

    fn span(&self, request: &Request<Body>) -> Span {
        let operation = request.extensions().get::<&'static Operation>();
        let (id, path) = operation.map_or(("", ""), |operation| (operation.id, operation.path));
        info_span!(
            target: TARGET,
            "immich.call",
            otel.name = %format_args!("{} {}{path}", request.method(), self.path),
            otel.kind = "client",
            otel.status_code = Empty,
            immich.operation = id,
            http.request.method = request.method().as_str(),
            url.template = %format_args!("{}{path}", self.path),
            server.address = self.host,
            server.port = self.port,
            http.request.body.size = request.body().len(),
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            http.response.body.size = Empty,
            "error.type" = Empty,
        )
    }
}

impl<S: HttpSend> HttpSend for Trace<S> {
    fn send<'s, 'f>(&'s self, request: Request<Body>) -> SendFuture<'f>
    where
        's: 'f,
        Self: 'f,
    {
        let span = self.span(&request);
        if span.is_disabled() { self.next.send(request) } else { Box::pin(self.within(span, request)) }
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.next.timer()
    }
}

impl<S: HttpSend> Trace<S> {
    async fn within(&self, span: Span, request: Request<Body>) -> Outcome {
        let mut call = Running(Some(span.clone()));
        let outcome = self.next.send(request).instrument(span.clone()).await;
        call.0 = None;
        let attempts = match &outcome {
            Ok(response) => response.extensions().get::<Attempts>().copied(),
            Err(error) => error.attempts(),
        };
        if let Some(attempts) = attempts.filter(|attempts| attempts.made > 1) {
            span.record("http.request.resend_count", attempts.made - 1);
        }
        match outcome {
            Ok(response) => {
                let status = response.status();
                span.record("http.response.status_code", status.as_u16());
                if !status.is_success() {
                    fail(&span, status.as_str());
                }
                let mut counted = Counted { bytes: 0, span };
                Ok(response.map(|body| ResponseBody::polled(body, move |body, context| counted.poll(body, context))))
            }
            Err(error) => {
                fail(&span, name(error.kind()));
                Err(error)
            }
        }
    }
}

fn fail(span: &Span, kind: &str) {
    span.record("error.type", kind);
    span.record("otel.status_code", "ERROR");
}

/// A call without an outcome yet. One that is dropped like that was cancelled: by the caller, or by a time limit.
struct Running(Option<Span>);

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(span) = &self.0 {
            fail(span, "cancelled");
        }
    }
}

/// Keeps the span of a call open with its body, and tells it how many bytes were read.
struct Counted {
    bytes: u64,
    span: Span,
}

impl Counted {
    fn poll(&mut self, body: Pin<&mut ResponseBody>, context: &mut Context<'_>) -> Polled {
        let frame = ready!(self.span.in_scope(|| body.poll_frame(context)));
        match &frame {
            Some(Ok(frame)) => self.bytes += frame.data_ref().map_or(0, |data| data.len() as u64),
            Some(Err(error)) => fail(&self.span, name(error.kind())),
            None => {}
        }
        Poll::Ready(frame)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.span.record("http.response.body.size", self.bytes);
    }
}

/// What a failure is called in `error.type`.
fn name(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Connect => "connect",
        TransportErrorKind::Tls => "tls",
        TransportErrorKind::Timeout => "timeout",
        TransportErrorKind::Closed => "closed",
        TransportErrorKind::RequestBody => "request_body",
        TransportErrorKind::Protocol => "protocol",
        TransportErrorKind::TooLarge => "too_large",
        TransportErrorKind::Runtime => "runtime",
        TransportErrorKind::LostExtensions => "lost_extensions",
        TransportErrorKind::Other => "other",
    }
}

/// Why there is another attempt.
struct Why<'o>(&'o Outcome);

impl fmt::Display for Why<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Ok(response) => write!(formatter, "the server returned {}", response.status()),
            Err(error) => error.fmt(formatter),
        }
    }
}

/// A failure that the caller does not get to see, unless it is the last.
pub(super) fn sending_again(operation: Option<&Operation>, attempt: u32, outcome: &Outcome, delay: Duration) {
    let operation = operation.map_or("", |operation| operation.id);
    warn!(target: TARGET, { immich.operation = operation, attempt, why = %Why(outcome), ?delay }, "sending again");
}

/// The last of several failures, which the caller gets.
pub(super) fn gave_up(operation: Option<&Operation>, attempts: Attempts, outcome: &Outcome) {
    let operation = operation.map_or("", |operation| operation.id);
    let Attempts { made, stopped } = attempts;
    let why = Why(outcome);
    debug!(target: TARGET, { immich.operation = operation, attempt = made, %why, %stopped }, "gave up");
}
