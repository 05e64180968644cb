//! The backend that answers from a script.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use http::{Method, Request, Response};
use immich_core::{Body, HttpSend, Operation, ResponseBody, Timer, TransportError, TransportErrorKind};

use crate::script::expectation::Expectation;
use crate::script::seen::SeenRequest;
use crate::script::timer::ManualTimer;

/// A backend that answers what a test expects it to be asked. Clones are the same mock.
///
/// What is not expected gets an error that lists what is. When the last clone is dropped, it panics if a
/// count was not met or something unexpected was asked, unless the test is failing already.
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
}

impl MockSend {
    /// A mock that expects nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Expects requests of an operation. Of several expectations that fit, the first with a reply left answers.
    pub fn on(&self, operation: &'static Operation) -> Expectation {
        self.expect(Expectation::operation(operation))
    }

    /// Expects requests of a method and a path, such as `/api/albums/{id}`, where `{...}` is any one segment.
    pub fn on_path(&self, method: Method, path: impl Into<String>) -> Expectation {
        self.expect(Expectation::path(method, path.into()))
    }

    fn expect(&self, expectation: Expectation) -> Expectation {
        self.script().expectations.push(expectation.clone());
        expectation
    }

    /// Everything that was asked, in order, without secrets.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.script().requests.clone()
    }

    /// The timer that comes with this backend.
    pub fn timer(&self) -> ManualTimer {
        self.0.timer.clone()
    }

    /// Checks the counts now, instead of on drop.
    ///
    /// # Panics
    /// If one was not met, or something unexpected was asked.
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

    /// What was not as expected; it is told once.
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
        let (head, body) = request.into_parts();
        let body = body.bytes().await;
        let body = body.map_err(|error| TransportError::new(TransportErrorKind::RequestBody).with_source(error))?;
        let seen = SeenRequest::new(&Request::from_parts(head, ()), body);
        let expectations = self.script().expectations.clone();
        let reply = expectations.iter().find_map(|expectation| expectation.answer(&seen));
        let mut script = self.script();
        let line = seen.line();
        script.requests.push(seen);
        if let Some(reply) = reply {
            drop(script);
            return reply.answer();
        }
        let expected: Vec<_> =
            expectations.iter().map(|expectation| format!("\n  {}", expectation.describe())).collect();
        let expected = if expected.is_empty() { " nothing".to_owned() } else { expected.concat() };
        let message = format!("unexpected request: {line}\nexpected:{expected}");
        script.unexpected.push(message.clone());
        drop(script);
        Err(TransportError::new(TransportErrorKind::Other).not_sent().with_source(message))
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
