//! The options that every backend has.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use immich_core::{Error, Secret};
use rustls::ClientConfig;

use crate::proxy::Proxy;
use crate::tls;

/// The default number of requests that a backend has in flight at once.
pub const MAX_IN_FLIGHT: u32 = 256;

/// Builds a backend.
///
/// The variables of the environment for proxies are not read: what is not said here is not done.
///
/// ```
/// # use immich_backend::{BackendBuilder, Configured, Options};
/// # struct AnyBackend;
/// # impl Configured for AnyBackend {
/// #     fn configured(_: Options) -> Result<Self, immich_core::Error> { Ok(Self) }
/// # }
/// let error = BackendBuilder::<AnyBackend>::default().root_certificate_pem("none").build().err().unwrap();
/// assert_eq!(error.to_string(), "the root certificate: no PEM block of a certificate was found");
/// ```
pub struct BackendBuilder<B> {
    root_certificates: Vec<Vec<u8>>,
    identity: Option<Vec<u8>>,
    proxy: Option<Secret>,
    max_idle_connections: Option<usize>,
    max_in_flight: Option<u32>,
    connect_timeout: Duration,
    tcp_user_timeout: Option<Duration>,
    backend: PhantomData<fn() -> B>,
}

/// The options of a backend.
pub struct Options {
    /// TLS, without ALPN.
    pub tls: ClientConfig,
    /// The proxy of all requests.
    pub proxy: Option<Proxy>,
    /// Idle connections to keep for each host; `None` leaves it to the library.
    pub max_idle_connections: Option<usize>,
    /// Requests that may be in flight at once; `None` for any number.
    pub max_in_flight: Option<u32>,
    /// The longest time that connecting may take, with the TLS handshake.
    pub connect_timeout: Duration,
    /// The longest time that sent bytes may stay unacknowledged, where the system can limit it.
    pub tcp_user_timeout: Option<Duration>,
}

/// A backend that is made of [`Options`].
pub trait Configured: Sized {
    /// The backend.
    ///
    /// # Errors
    /// `Build` if the HTTP library cannot use the options.
    fn configured(options: Options) -> Result<Self, Error>;
}

impl<B: Configured> BackendBuilder<B> {
    /// Also trusts the certificates of these PEM blocks, such as that of a server that signed its own.
    /// The roots of the system stay trusted.
    #[must_use]
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Shows a certificate to a server that asks for one: the PEM blocks of its chain and of its private key.
    #[must_use]
    pub fn identity_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.identity = Some(pem.into());
        self
    }

    /// Sends everything through a proxy, such as `http://user:password@proxy.example:3128`.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// Keeps at most this many idle connections for each host.
    #[must_use]
    pub fn max_idle_connections(mut self, count: usize) -> Self {
        self.max_idle_connections = Some(count);
        self
    }

    /// Has at most this many requests in flight at once, which wait in turn; 256 if not set, and `None` for any number. One is
    /// in flight until its response is read to the end or dropped.
    ///
    /// Over HTTP/1.1 each takes a connection, and so a descriptor; over HTTP/2 the server sets how many share one.
    #[must_use]
    pub fn max_in_flight(mut self, requests: impl Into<Option<u32>>) -> Self {
        self.max_in_flight = requests.into();
        self
    }

    /// Gives up connecting after this time, which includes the TLS handshake; 10 seconds if not set.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Ends a connection on which the other side acknowledges nothing, or has no room, for this time; 60 seconds if not set,
    /// and `None` for no such limit. Linux and Android only.
    #[must_use]
    pub fn tcp_user_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.tcp_user_timeout = timeout.into();
        self
    }

    /// The backend. Nothing is connected.
    ///
    /// # Errors
    /// `Build` if a certificate or a key cannot be read, or the proxy is no `http://` URL.
    pub fn build(self) -> Result<B, Error> {
        B::configured(Options {
            tls: tls::config(&self.root_certificates, self.identity.as_deref())?,
            proxy: self.proxy.as_ref().map(Proxy::parse).transpose()?,
            max_idle_connections: self.max_idle_connections,
            max_in_flight: self.max_in_flight,
            connect_timeout: self.connect_timeout,
            tcp_user_timeout: self.tcp_user_timeout,
        })
    }
}

impl<B> Default for BackendBuilder<B> {
    fn default() -> Self {
        Self {
            root_certificates: Vec::new(),
            identity: None,
            proxy: None,
            max_idle_connections: None,
            max_in_flight: Some(MAX_IN_FLIGHT),
            connect_timeout: Duration::from_secs(10),
            tcp_user_timeout: Some(Duration::from_secs(60)),
            backend: PhantomData,
        }
    }
}

impl<B> fmt::Debug for BackendBuilder<B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BackendBuilder")
            .field("root_certificates", &self.root_certificates.len())
            .field("identity", &self.identity.is_some())
            .field("proxy", &self.proxy)
            .field("max_idle_connections", &self.max_idle_connections)
            .field("max_in_flight", &self.max_in_flight)
            .field("connect_timeout", &self.connect_timeout)
            .field("tcp_user_timeout", &self.tcp_user_timeout)
            .finish()
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Options")
            .field("proxy", &self.proxy)
            .field("max_idle_connections", &self.max_idle_connections)
            .field("max_in_flight", &self.max_in_flight)
            .field("connect_timeout", &self.connect_timeout)
            .field("tcp_user_timeout", &self.tcp_user_timeout)
            .finish_non_exhaustive()
    }
}
