//! A span for each call, and events for retries. The names follow the OpenTelemetry conventions for HTTP clients.
//!
//! Nothing that may be secret is recorded: only the template of a path, and nothing of a query, header or body.

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

use crate::attempts::Attempts;
use crate::base_url::BaseUrl;
use crate::body::{Body, Polled, ResponseBody};
use crate::operation::Operation;
use crate::send::{HttpSend, Outcome, SendFuture};
use crate::timer::Timer;
use crate::transport_error::TransportErrorKind;

/// The target of the spans and events, for filters.
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
        // OpenTelemetry writes IPv6 addresses without brackets.
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
        if span.is_disabled() { self.next.send(request) } else { Box::pin(self.trace_call(span, request)) }
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.next.timer()
    }
}

impl<S: HttpSend> Trace<S> {
    async fn trace_call(&self, span: Span, request: Request<Body>) -> Outcome {
        let mut call = CancelGuard(Some(span.clone()));
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
                let mut counted = CountedBody { bytes: 0, span };
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

/// A call without an outcome. If it is dropped, the call was cancelled by the caller or by a timeout.
struct CancelGuard(Option<Span>);

impl Drop for CancelGuard {
    fn drop(&mut self) {
        if let Some(span) = &self.0 {
            fail(span, "cancelled");
        }
    }
}

/// Keeps the span of a call open until its body ends, and records the number of bytes read.
struct CountedBody {
    bytes: u64,
    span: Span,
}

impl CountedBody {
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

impl Drop for CountedBody {
    fn drop(&mut self) {
        self.span.record("http.response.body.size", self.bytes);
    }
}

/// Returns the name of a failure in `error.type`.
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

/// Displays why there is another attempt.
struct Cause<'o>(&'o Outcome);

impl fmt::Display for Cause<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Ok(response) => write!(formatter, "the server returned {}", response.status()),
            Err(error) => error.fmt(formatter),
        }
    }
}

/// Records a failed attempt that is followed by another.
pub(super) fn retrying(operation: Option<&Operation>, attempt: u32, outcome: &Outcome, delay: Duration) {
    let operation = operation.map_or("", |operation| operation.id);
    warn!(target: TARGET, { immich.operation = operation, attempt, why = %Cause(outcome), ?delay }, "sending again");
}

/// Records the last of several failed attempts.
pub(super) fn gave_up(operation: Option<&Operation>, attempts: Attempts, outcome: &Outcome) {
    let operation = operation.map_or("", |operation| operation.id);
    let Attempts { made, stopped } = attempts;
    let why = Cause(outcome);
    debug!(target: TARGET, { immich.operation = operation, attempt = made, %why, %stopped }, "gave up");
}
