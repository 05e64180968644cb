//! A service that is a backend.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use immich_core::{Body, HttpSend, ResponseBody, Timer, TransportError};
use tower_service::Service;

/// Any backend, or what a layer has around it, as a service. A clone shares the backend. It is always ready.
///
/// ```
/// # fn example(backend: impl immich_core::HttpSend + 'static) {
/// use std::sync::Arc;
///
/// use immich_tower::{SendService, TowerBackend};
/// use tower::ServiceBuilder;
///
/// let service = SendService::new(backend);
/// let backend = Arc::clone(service.backend());
/// let limited = TowerBackend::new(ServiceBuilder::new().concurrency_limit(4).service(service));
/// let limited = limited.with_properties_of(&*backend);
/// # drop(limited); }
/// ```
#[derive(Clone)]
pub struct SendService(Arc<dyn HttpSend>);

impl SendService {
    /// A service that sends through `backend`.
    pub fn new(backend: impl HttpSend + 'static) -> Self {
        Self(Arc::new(backend))
    }

    /// Returns the backend, whose timer and limits the [`TowerBackend`](crate::TowerBackend) around the service takes over
    /// with [`with_properties_of`](crate::TowerBackend::with_properties_of).
    pub fn backend(&self) -> &Arc<dyn HttpSend> {
        &self.0
    }

    /// The timer of the backend, for the [`TowerBackend`](crate::TowerBackend) around the service.
    pub fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.0.timer()
    }
}

impl Service<Request<Body>> for SendService {
    type Response = Response<ResponseBody>;
    type Error = TransportError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, TransportError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let backend = Arc::clone(&self.0);
        Box::pin(async move { backend.send(request).await })
    }
}

impl fmt::Debug for SendService {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SendService").finish_non_exhaustive()
    }
}
