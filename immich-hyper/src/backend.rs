//! The backend: a client of hyper-util, and its errors as those of the transport.

use std::fmt;
use std::sync::Arc;

use http::header::PROXY_AUTHORIZATION;
use http::{HeaderValue, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::Connect;
use hyper_util::rt::{TokioExecutor, TokioTimer as PoolTimer};
use immich_backend::{BackendBuilder, Configured, MAX_IN_FLIGHT, Options, TokioTimer, failed, in_runtime, kind};
use immich_core::{
    Body, Error, HttpSend, Outgoing, ResponseBody, SendFuture, Timer, TransportError, TransportErrorKind,
};

use crate::connector::{Connector, LIMITS_UNSENT};

/// The bytes that hyper buffers of a request, and the longest head of a response that it takes over HTTP/1.1.
const BUFFER: usize = 64 << 10;

/// The longest head of a response that it takes over HTTP/2.
const HEAD: u32 = 64 << 10;

/// Sends requests with a client of hyper-util: the caller's own, or one that [`builder`](Self::builder) makes.
///
/// It needs a tokio runtime with its I/O and time. A clone shares the pool of connections.
///
/// ```no_run
/// use std::time::Duration;
/// use immich_hyper::HyperBackend;
///
/// let backend = HyperBackend::builder().connect_timeout(Duration::from_secs(3)).max_idle_connections(4).build()?;
/// # Ok::<(), immich_core::Error>(())
/// ```
#[derive(Clone)]
pub struct HyperBackend<C = Connector> {
    client: Client<C, Body>,
    timer: TokioTimer,
    max_in_flight: Option<u32>,
    unseen_bytes: u64,
    /// For requests of plain HTTP: those of HTTPS go through a tunnel that the connector opened.
    proxy_authorization: Option<HeaderValue>,
}

impl HyperBackend {
    /// Starts with the default options.
    pub fn builder() -> BackendBuilder<Self> {
        BackendBuilder::default()
    }

    /// A backend with the default options.
    ///
    /// # Errors
    /// Those of [`BackendBuilder::build`].
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }
}

impl<C> HyperBackend<C> {
    /// Sends with the caller's client, which stays the caller's: it is shared, and never closed from here.
    pub fn from_client(client: Client<C, Body>) -> Self {
        Self {
            client,
            timer: TokioTimer::default(),
            max_in_flight: Some(MAX_IN_FLIGHT),
            // The system buffers up to 4 MiB of a socket.
            unseen_bytes: 4 << 20,
            proxy_authorization: None,
        }
    }
}

impl<C> HyperBackend<C> {
    /// Sets how many requests may be in flight at once, 256 otherwise; `None` for any number. See
    /// [`BackendBuilder::max_in_flight`].
    #[must_use]
    pub fn with_max_in_flight(mut self, requests: impl Into<Option<u32>>) -> Self {
        self.max_in_flight = requests.into();
        self
    }
}

impl Configured for HyperBackend {
    fn configured(options: Options) -> Result<Self, Error> {
        let max_in_flight = options.max_in_flight;
        let mut client = Client::builder(TokioExecutor::new());
        // hyper-util itself sends again what a kept connection gave back untouched when it turned out to be closed.
        client.pool_timer(PoolTimer::new());
        // A slow server is distinguished from a dead one by the bytes it takes: few may wait on the way to the socket.
        client.http1_max_buf_size(BUFFER).http2_max_send_buf_size(BUFFER);
        client.http2_max_header_list_size(HEAD);
        if let Some(count) = options.max_idle_connections {
            client.pool_max_idle_per_host(count);
        }
        let proxy_authorization = options.proxy.as_ref().and_then(|proxy| proxy.authorization.clone());
        let backend = Self::from_client(client.build(Connector::new(options)));
        let unseen_bytes = if LIMITS_UNSENT { 0 } else { backend.unseen_bytes };
        Ok(Self { proxy_authorization, max_in_flight, unseen_bytes, ..backend })
    }
}

impl<C> HttpSend for HyperBackend<C>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    fn send<'s, 'f>(&'s self, mut request: Request<Body>) -> SendFuture<'f>
    where
        's: 'f,
        Self: 'f,
    {
        let outgoing = Outgoing::of(&mut request);
        if let (Some(value), Some("http")) = (&self.proxy_authorization, request.uri().scheme_str()) {
            request.headers_mut().insert(PROXY_AUTHORIZATION, value.clone());
        }
        let answered = self.client.request(request);
        Box::pin(in_runtime(async move {
            let response = answered.await.map_err(|error| {
                let connecting = error.is_connect();
                failed(error, connecting, outgoing.fault())
            })?;
            Ok(outgoing.response(response.map(|body| ResponseBody::with_errors(body, broken))))
        }))
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        Some(Arc::new(self.timer.clone()))
    }

    fn max_in_flight(&self) -> Option<u32> {
        self.max_in_flight
    }

    fn unseen_bytes(&self) -> u64 {
        self.unseen_bytes
    }
}

/// Why the body of a response ended too early.
fn broken(error: hyper::Error) -> TransportError {
    TransportError::new(kind(&error).unwrap_or(TransportErrorKind::Closed)).with_source(error)
}

impl<C> fmt::Debug for HyperBackend<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("HyperBackend").finish_non_exhaustive()
    }
}
