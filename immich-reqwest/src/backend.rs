//! The backend: a client of reqwest, and its errors as those of the transport.

use std::fmt;
use std::sync::Arc;

use http::{Request, Response};
use immich_backend::{BackendBuilder, Configured, MAX_IN_FLIGHT, Options, TokioTimer, failed, in_runtime, kind};
use immich_core::{
    Body, BodyFault, Error, HttpSend, Outgoing, ResponseBody, SendFuture, Timer, TransportError, TransportErrorKind,
};

/// The longest head of a response that it takes over HTTP/2.
const HEAD: u32 = 64 << 10;

/// Sends requests with a client of reqwest: the caller's own, or one that [`builder`](Self::builder) makes.
///
/// It needs a tokio runtime with its I/O and time. A clone shares the pool of connections.
///
/// ```no_run
/// use std::time::Duration;
/// use immich_reqwest::ReqwestBackend;
///
/// let backend = ReqwestBackend::builder().connect_timeout(Duration::from_secs(3)).max_idle_connections(4).build()?;
/// # Ok::<(), immich_core::Error>(())
/// ```
#[derive(Clone)]
pub struct ReqwestBackend {
    client: reqwest::Client,
    timer: TokioTimer,
    max_in_flight: Option<u32>,
}

impl ReqwestBackend {
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

    /// Sends with the caller's client, which stays the caller's: it is shared, and never closed from here.
    ///
    /// Build it with `redirect(reqwest::redirect::Policy::none())`: reqwest would carry an API key along to
    /// wherever a redirect points. A response that comes by a redirect of reqwest's is refused.
    ///
    /// This crate turns no TLS provider of reqwest on: either your program does, by a feature of reqwest such as
    /// `rustls`, or it gives its own with `tls_backend_preconfigured`. Without one, reqwest builds no client.
    pub fn from_client(client: reqwest::Client) -> Self {
        Self { client, timer: TokioTimer::default(), max_in_flight: Some(MAX_IN_FLIGHT) }
    }
}

impl ReqwestBackend {
    /// Sets how many requests may be in flight at once, 256 otherwise; `None` for any number. See
    /// [`BackendBuilder::max_in_flight`].
    #[must_use]
    pub fn with_max_in_flight(mut self, requests: impl Into<Option<u32>>) -> Self {
        self.max_in_flight = requests.into();
        self
    }
}

impl Configured for ReqwestBackend {
    fn configured(options: Options) -> Result<Self, Error> {
        let mut tls = options.tls;
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let mut client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(options.connect_timeout)
            .http2_max_header_list_size(HEAD)
            .no_proxy();
        #[cfg(any(target_os = "android", target_os = "linux"))]
        {
            client = client.tcp_user_timeout(options.tcp_user_timeout);
        }
        if let Some(count) = options.max_idle_connections {
            client = client.pool_max_idle_per_host(count);
        }
        let wrong = |error: reqwest::Error| Error::misconfigured(format!("reqwest: {}", error.without_url()));
        if let Some(proxy) = options.proxy {
            let mut through = reqwest::Proxy::all(proxy.uri.to_string()).map_err(wrong)?;
            if let Some(authorization) = proxy.authorization {
                through = through.custom_http_auth(authorization);
            }
            client = client.proxy(through);
        }
        let backend = client.build().map(Self::from_client).map_err(wrong)?;
        Ok(backend.with_max_in_flight(options.max_in_flight))
    }
}

impl HttpSend for ReqwestBackend {
    fn send<'s, 'f>(&'s self, mut request: Request<Body>) -> SendFuture<'f>
    where
        's: 'f,
        Self: 'f,
    {
        #[cfg(any(feature = "gzip", feature = "brotli", feature = "zstd"))]
        ask_for_files_as_they_are(request.headers_mut());
        let outgoing = Outgoing::of(&mut request);
        // What is not there needs no wrapping.
        let is_empty = request.body().is_empty();
        let wrap = |body| if is_empty { reqwest::Body::default() } else { reqwest::Body::wrap(body) };
        let request = reqwest::Request::try_from(request.map(wrap));
        Box::pin(in_runtime(async move {
            let request = request.map_err(|error| {
                TransportError::new(TransportErrorKind::Other).not_sent().with_source(error.without_url())
            })?;
            let asked = request.url().clone();
            let response = self.client.execute(request).await.map_err(|error| failure(error, outgoing.fault()))?;
            if *response.url() != asked {
                return Err(TransportError::new(TransportErrorKind::Other).with_source(format!(
                    "the reqwest client that was given follows redirects, and followed one from {}",
                    asked.host_str().unwrap_or_default()
                )));
            }
            let response: Response<reqwest::Body> = response.into();
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
        // The system buffers up to 4 MiB of a socket.
        4 << 20
    }
}

fn failure(error: reqwest::Error, body: &BodyFault) -> TransportError {
    let (connecting, late) = (error.is_connect(), error.is_timeout());
    let error = error.without_url();
    if late {
        // reqwest's own error of a time limit says nothing to those that walk along the causes.
        let failed = TransportError::new(TransportErrorKind::Timeout).with_source(error);
        return if connecting { failed.not_sent() } else { failed };
    }
    failed(error, connecting, body)
}

/// Only JSON gains by being compressed. A photo would lose its length, and with it the way to notice that it was cut
/// short, and to resume a download where it ended.
#[cfg(any(feature = "gzip", feature = "brotli", feature = "zstd"))]
fn ask_for_files_as_they_are(headers: &mut http::HeaderMap) {
    use http::HeaderValue;
    use http::header::{ACCEPT, ACCEPT_ENCODING};

    if headers.get(ACCEPT).is_none_or(|accept| accept != "application/json") {
        headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("identity"));
    }
}

/// Why the body of a response ended too early.
fn broken(error: reqwest::Error) -> TransportError {
    let timeout = error.is_timeout().then_some(TransportErrorKind::Timeout);
    let kind = timeout.or_else(|| kind(&error)).unwrap_or(TransportErrorKind::Closed);
    TransportError::new(kind).with_source(error.without_url())
}

impl fmt::Debug for ReqwestBackend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ReqwestBackend").finish_non_exhaustive()
    }
}
