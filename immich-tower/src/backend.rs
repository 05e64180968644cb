//! A backend that is a service.

use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use immich_core::{Body, HttpSend, Outgoing, ResponseBody, Timer, TransportError, TransportErrorKind};
use tower_service::Service;

use crate::failure::{BoxError, failed};

/// Sends requests with a service: a stack of tower layers, a client of another HTTP library, or the router of a server
/// in the same process.
///
/// Each request is sent with a clone of the service, once that clone is ready.
///
/// An error of the service that is a [`TransportError`], or has one behind it, says what failed and whether the request
/// may have left. Of any other that is not known, so the client does not send the request again: where it should, make
/// a `TransportError` of it with tower's `map_err`. An error of a service that does not become ready left nothing.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), immich_core::Error> {
/// use immich_core::{Body, Client, ResponseBody, TransportError, http};
/// use immich_tower::TowerBackend;
///
/// let service = tower::service_fn(async |request: http::Request<Body>| {
///     assert_eq!(request.uri().path(), "/api/server/ping");
///     Ok::<_, TransportError>(http::Response::new(ResponseBody::from(r#"{"res":"pong"}"#)))
/// });
/// let client = Client::builder("http://immich.test").backend(TowerBackend::new(service)).build()?;
/// assert_eq!(client.server().ping_server().await?.res, "pong");
/// # Ok(()) }
/// ```
pub struct TowerBackend<S> {
    /// Locked while it is cloned, so that a service need not be `Sync`; many are not.
    service: Mutex<S>,
    timer: Option<Arc<dyn Timer>>,
    max_in_flight: Option<u32>,
    unseen_bytes: u64,
}

impl<S> TowerBackend<S> {
    /// A backend without a timer.
    pub fn new(service: S) -> Self {
        Self { service: Mutex::new(service), timer: None, max_in_flight: None, unseen_bytes: 0 }
    }

    /// Brings a timer, which a client needs for retries, time limits and a rate limit: that of the backend behind the
    /// service, see [`SendService::timer`](crate::SendService::timer), or that of the runtime.
    #[must_use]
    pub fn with_timer(mut self, timer: Arc<dyn Timer>) -> Self {
        self.timer = Some(timer);
        self
    }

    /// Sets the maximum number of requests in flight; see [`HttpSend::max_in_flight`].
    #[must_use]
    pub fn with_max_in_flight(mut self, requests: impl Into<Option<u32>>) -> Self {
        self.max_in_flight = requests.into();
        self
    }

    /// Takes over the timer and the limits of the backend behind the service; see
    /// [`SendService::backend`](crate::SendService::backend).
    #[must_use]
    pub fn with_properties_of(self, backend: &dyn HttpSend) -> Self {
        let (max_in_flight, unseen_bytes) = (backend.max_in_flight(), backend.unseen_bytes());
        Self { timer: backend.timer(), max_in_flight, unseen_bytes, ..self }
    }
}

#[async_trait]
impl<S, B> HttpSend for TowerBackend<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    async fn send(&self, mut request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let outgoing = Outgoing::of(&mut request);
        let mut service = self.service.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let ready = poll_fn(|context| service.poll_ready(context)).await;
        ready.map_err(|error| failed(error, TransportErrorKind::Other).not_sent())?;
        let response = service.call(request).await.map_err(|error| match outgoing.fault().take() {
            Some(fault) => TransportError::new(TransportErrorKind::RequestBody).with_source(fault),
            None => failed(error, TransportErrorKind::Other),
        })?;
        let read = |body: B| ResponseBody::new(body.map_err(|error| failed(error, TransportErrorKind::Closed)));
        Ok(outgoing.response(response.map(read)))
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.timer.clone()
    }

    fn max_in_flight(&self) -> Option<u32> {
        self.max_in_flight
    }

    fn unseen_bytes(&self) -> u64 {
        self.unseen_bytes
    }
}

impl<S> fmt::Debug for TowerBackend<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TowerBackend").field("timer", &self.timer.is_some()).finish_non_exhaustive()
    }
}
