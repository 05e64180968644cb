//! The scripted backend.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use http::header::CONTENT_LENGTH;
use http::{Method, Request, Response};
use immich_core::api::GetServerVersion;
use immich_core::{Body, HttpSend, Operation, ResponseBody, ServerVersion, Timer, TransportError, TransportErrorKind};
use serde_json::json;

use crate::script::expectation::Expectation;
use crate::script::reply::Reply;
use crate::script::seen::SeenRequest;
use crate::script::timer::ManualTimer;

/// A backend that returns scripted replies to the requests that a test expects. Clones share one mock.
///
/// An unexpected request fails with an error that lists the expected ones. Only the server version, which a client
/// requests before an upload, needs no expectation: it defaults to 3.1.0, or to the one set by
/// [`version`](Self::version). When the last clone is dropped, it panics if a count was not met or an unexpected
/// request was received, unless the test is already failing.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), immich_core::Error> {
/// use immich_core::Client;
/// use immich_core::api::{GetServerVersion, ServerVersionResponseDto};
/// use immich_mock::{MockSend, Reply};
///
/// let mut version = ServerVersionResponseDto::default();
/// version.major = 3;
///
/// let mock = MockSend::new();
/// mock.on(GetServerVersion::OPERATION).reply(Reply::status(503)).reply(Reply::json(&version)).times(2);
///
/// let client = Client::builder("http://immich.test").api_key("secret").backend(mock.clone()).build()?;
/// assert!(client.server().get_server_version().await.is_err());
/// assert_eq!(client.server().get_server_version().await?.major, 3);
/// assert_eq!(mock.requests()[0].header("x-api-key"), Some("[redacted]"));
/// # Ok(()) }
/// ```
#[derive(Clone, Default)]
pub struct MockSend(Arc<Inner>);

#[derive(Default)]
struct Inner {
    script: Mutex<Script>,
    timer: ManualTimer,
}

#[derive(Default)]
struct Script {
    expectations: Vec<Expectation>,
    requests: Vec<SeenRequest>,
    unexpected: Vec<String>,
    version: Option<ServerVersion>,
}

impl Script {
    /// Records a request, and returns the reply to it.
    fn reply(&mut self, seen: SeenRequest) -> Result<Reply, TransportError> {
        let reply = self.expectations.iter().find_map(|expectation| expectation.respond(&seen));
        let line = seen.line();
        let operation = seen.operation;
        self.requests.push(seen);
        if reply.is_none() && operation.is_some_and(|operation| operation.id == GetServerVersion::OPERATION.id) {
            let ServerVersion { major, minor, patch } = self.version.unwrap_or(ServerVersion::new(3, 1, 0));
            return Ok(Reply::json(&json!({"major": major, "minor": minor, "patch": patch})));
        }
        reply.ok_or_else(|| {
            let expected = self.expectations.iter().map(|expectation| format!("\n  {}", expectation.describe()));
            let expected = if self.expectations.is_empty() { " nothing".to_owned() } else { expected.collect() };
            let message = format!("unexpected request: {line}\nexpected:{expected}");
            self.unexpected.push(message.clone());
            TransportError::new(TransportErrorKind::Other).not_sent().with_source(message)
        })
    }
}

impl MockSend {
    /// A mock without expectations.
    pub fn new() -> Self {
        Self::default()
    }

    /// Expects requests for an operation. If several expectations match, the first one with a reply left responds.
    #[must_use = "an expectation returns nothing until it has a reply"]
    pub fn on(&self, operation: &'static Operation) -> Expectation {
        self.expect(Expectation::operation(operation))
    }

    /// Expects requests with a method and a path, such as `/api/albums/{id}`, where `{...}` matches any one segment.
    #[must_use = "an expectation returns nothing until it has a reply"]
    pub fn on_path(&self, method: Method, path: impl Into<String>) -> Expectation {
        self.expect(Expectation::path(method, path.into()))
    }

    fn expect(&self, expectation: Expectation) -> Expectation {
        self.script().expectations.push(expectation.clone());
        expectation
    }

    /// Sets the server version that is returned if no expectation matches the request for it.
    pub fn version(&self, version: ServerVersion) {
        self.script().version = Some(version);
    }

    /// The requests received so far, in order, with secrets redacted.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.script().requests.clone()
    }

    /// The timer of this backend.
    pub fn timer(&self) -> ManualTimer {
        self.0.timer.clone()
    }

    /// Checks the counts now, instead of on drop.
    ///
    /// # Panics
    /// If a count was not met, or an unexpected request was received.
    pub fn verify(&self) {
        let faults = self.0.faults();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.script()
    }
}

impl Inner {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The failed expectations, which are reported only once.
    fn faults(&self) -> Vec<String> {
        let mut script = self.script();
        let counts = std::mem::take(&mut script.expectations);
        let unexpected = std::mem::take(&mut script.unexpected);
        counts.iter().filter_map(Expectation::fault).chain(unexpected).collect()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let faults = self.faults();
            assert!(faults.is_empty(), "{}", faults.join("\n"));
        }
    }
}

#[async_trait]
impl HttpSend for MockSend {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let (mut head, body) = request.into_parts();
        if let Some(length) = body.len().filter(|length| *length > 0) {
            // Every backend sends this header.
            head.headers.entry(CONTENT_LENGTH).or_insert_with(|| length.into());
        }
        let body = body.bytes().await;
        let body = body.map_err(|error| TransportError::new(TransportErrorKind::RequestBody).with_source(error))?;
        let seen = SeenRequest::new(&Request::from_parts(head, ()), body);
        let reply = self.script().reply(seen)?;
        reply.respond().await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        Some(Arc::new(self.0.timer.clone()))
    }
}

impl fmt::Debug for MockSend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let script = self.script();
        formatter
            .debug_struct("MockSend")
            .field("expectations", &script.expectations)
            .field("requests", &script.requests.len())
            .finish()
    }
}
