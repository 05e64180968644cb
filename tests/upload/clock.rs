//! A clock that moves whenever somebody waits, so that minutes pass in no time.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use immich_sdk::http::{Request, Response, StatusCode};
use immich_sdk::mock::FakeImmich;
use immich_sdk::{Body, HttpSend, Operation, ResponseBody, Timer, TransportError, TransportErrorKind};

/// Each sleep ends at once, and moves the clock by its length.
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

/// How requests fail while the server is away.
#[derive(Clone, Copy, Debug)]
pub enum Away {
    Refused,
    Cut,
    Gateway(u16),
}

/// A server that is away during a span of the clock, and counts the requests of that time.
#[derive(Clone)]
pub struct Absent {
    pub server: FakeImmich,
    pub clock: Clock,
    how: Away,
    /// Its absence begins with the first upload, or download of an original, after this many.
    after: usize,
    length: Duration,
    state: Arc<Mutex<Absence>>,
}

#[derive(Default)]
struct Absence {
    transfers: usize,
    began: Option<Duration>,
    requests: usize,
    last: Duration,
    back: Option<Duration>,
}

impl Absent {
    pub fn new(server: FakeImmich, how: Away, after: usize, length: Duration) -> Self {
        Self { server, clock: Clock::default(), how, after, length, state: Arc::default() }
    }

    /// How many requests came while it was away.
    pub fn requests(&self) -> usize {
        self.state.lock().expect("the state").requests
    }

    /// How long after its return the first request came.
    pub fn noticed_after(&self) -> Duration {
        let state = self.state.lock().expect("the state");
        state.back.expect("a request") - state.began.expect("a beginning") - self.length
    }

    fn is_away(&self, request: &Request<Body>) -> bool {
        let mut state = self.state.lock().expect("the state");
        let now = self.clock.elapsed();
        let path = request.uri().path();
        let is_transfer = (request.method() == "POST" && path == "/api/assets") || path.ends_with("/original");
        state.transfers += usize::from(is_transfer);
        if state.began.is_none() && state.transfers > self.after {
            state.began = Some(now);
        }
        let is_away = state.began.is_some_and(|began| now < began + self.length);
        state.requests += usize::from(is_away);
        if is_away {
            state.last = now;
        } else if state.began.is_some() {
            state.back.get_or_insert(now);
        }
        is_away
    }
}

#[async_trait]
impl HttpSend for Absent {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        if !self.is_away(&request) {
            return self.server.send(request).await;
        }
        match self.how {
            Away::Refused => Err(TransportError::new(TransportErrorKind::Connect)),
            Away::Cut => Err(TransportError::new(TransportErrorKind::Closed)),
            Away::Gateway(status) => {
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

/// A server with a clock that moves.
#[derive(Clone)]
pub struct Moving(pub FakeImmich, pub Clock);

#[async_trait]
impl HttpSend for Moving {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        self.0.send(request).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        Some(Arc::new(self.1.clone()))
    }
}

/// A server that is away for a time from the first request of an operation on.
#[derive(Clone)]
pub struct AwayFor {
    server: FakeImmich,
    clock: Clock,
    operation: &'static str,
    length: Duration,
    began: Arc<Mutex<Option<Duration>>>,
}

impl AwayFor {
    pub fn new(server: FakeImmich, operation: &'static str, length: Duration) -> Self {
        Self { server, clock: Clock::default(), operation, length, began: Arc::default() }
    }

    fn is_away(&self, request: &Request<Body>) -> bool {
        let mut began = self.began.lock().expect("the state");
        let now = self.clock.elapsed();
        let operation = request.extensions().get::<&'static Operation>();
        if began.is_none() && operation.is_some_and(|operation| operation.id == self.operation) {
            *began = Some(now);
        }
        began.is_some_and(|began| now < began + self.length)
    }
}

#[async_trait]
impl HttpSend for AwayFor {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        if self.is_away(&request) {
            return Err(TransportError::new(TransportErrorKind::Connect));
        }
        self.server.send(request).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        Some(Arc::new(self.clock.clone()))
    }
}
