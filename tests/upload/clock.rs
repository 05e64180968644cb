//! A clock that advances on every sleep, so that tests of long outages take no time.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use immich_sdk::http::{Request, Response, StatusCode};
use immich_sdk::mock::FakeImmich;
use immich_sdk::{Body, HttpSend, Operation, ResponseBody, Timer, TransportError, TransportErrorKind};

/// A timer whose sleeps return at once and advance the clock by their duration.
#[derive(Clone, Default)]
pub struct Clock(Arc<Mutex<Duration>>);

impl Timer for Clock {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let clock = self.clone();
        Box::pin(async move {
            tokio::task::yield_now().await;
            *clock.0.lock().expect("the clock") += duration;
        })
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().expect("the clock")
    }
}

/// The failure of requests during an outage.
#[derive(Clone, Copy, Debug)]
pub enum OutageKind {
    Refused,
    Cut,
    Gateway(u16),
}

/// A server with an outage of a given length, which counts the requests during the outage.
#[derive(Clone)]
pub struct OutageServer {
    pub server: FakeImmich,
    pub clock: Clock,
    kind: OutageKind,
    /// The number of uploads and downloads of originals before the outage.
    after: usize,
    length: Duration,
    state: Arc<Mutex<OutageState>>,
}

#[derive(Default)]
struct OutageState {
    transfers: usize,
    began: Option<Duration>,
    requests: usize,
    last: Duration,
    recovered: Option<Duration>,
}

impl OutageServer {
    pub fn new(server: FakeImmich, kind: OutageKind, after: usize, length: Duration) -> Self {
        Self { server, clock: Clock::default(), kind, after, length, state: Arc::default() }
    }

    /// The number of requests during the outage.
    pub fn requests(&self) -> usize {
        self.state.lock().expect("the state").requests
    }

    /// The time from the end of the outage to the next request.
    pub fn recovery_delay(&self) -> Duration {
        let state = self.state.lock().expect("the state");
        state.recovered.expect("a request") - state.began.expect("a beginning") - self.length
    }

    fn is_offline(&self, request: &Request<Body>) -> bool {
        let mut state = self.state.lock().expect("the state");
        let now = self.clock.elapsed();
        let path = request.uri().path();
        let is_transfer = (request.method() == "POST" && path == "/api/assets") || path.ends_with("/original");
        state.transfers += usize::from(is_transfer);
        if state.began.is_none() && state.transfers > self.after {
            state.began = Some(now);
        }
        let is_offline = state.began.is_some_and(|began| now < began + self.length);
        state.requests += usize::from(is_offline);
        if is_offline {
            state.last = now;
        } else if state.began.is_some() {
            state.recovered.get_or_insert(now);
        }
        is_offline
    }
}

#[async_trait]
impl HttpSend for OutageServer {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        if !self.is_offline(&request) {
            return self.server.send(request).await;
        }
        match self.kind {
            OutageKind::Refused => Err(TransportError::new(TransportErrorKind::Connect)),
            OutageKind::Cut => Err(TransportError::new(TransportErrorKind::Closed)),
            OutageKind::Gateway(status) => {
                let mut response = Response::new(ResponseBody::from("<html><title>Bad Gateway</title></html>"));
                *response.status_mut() = StatusCode::from_u16(status).expect("a status");
                response.headers_mut().insert("content-type", "text/html".parse().expect("a value"));
                Ok(response)
            }
        }
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        Some(Arc::new(self.clock.clone()))
    }
}

/// A server with a clock that advances on every sleep.
#[derive(Clone)]
pub struct WithClock(pub FakeImmich, pub Clock);

#[async_trait]
impl HttpSend for WithClock {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        self.0.send(request).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        Some(Arc::new(self.1.clone()))
    }
}

/// A server with an outage that begins with the first request of an operation.
#[derive(Clone)]
pub struct OperationOutage {
    server: FakeImmich,
    clock: Clock,
    operation: &'static str,
    length: Duration,
    /// The calls of the operation before the outage.
    left: Arc<AtomicUsize>,
    began: Arc<Mutex<Option<Duration>>>,
}

impl OperationOutage {
    /// Begins an outage at the first call of the operation.
    pub fn new(server: FakeImmich, operation: &'static str, length: Duration) -> Self {
        Self { server, clock: Clock::default(), operation, length, left: Arc::default(), began: Arc::default() }
    }

    /// Begins the outage after `calls` calls instead.
    pub fn after(self, calls: usize) -> Self {
        Self { left: Arc::new(AtomicUsize::new(calls)), ..self }
    }

    fn is_offline(&self, request: &Request<Body>) -> bool {
        let mut began = self.began.lock().expect("the state");
        let now = self.clock.elapsed();
        let operation = request.extensions().get::<&'static Operation>();
        if began.is_none() && operation.is_some_and(|operation| operation.id == self.operation) {
            match self.left.load(Ordering::SeqCst).checked_sub(1) {
                Some(left) => self.left.store(left, Ordering::SeqCst),
                None => *began = Some(now),
            }
        }
        began.is_some_and(|began| now < began + self.length)
    }
}

#[async_trait]
impl HttpSend for OperationOutage {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        if self.is_offline(&request) {
            return Err(TransportError::new(TransportErrorKind::Connect));
        }
        self.server.send(request).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        Some(Arc::new(self.clock.clone()))
    }
}
