//! From a URL to a connection: straight or through a proxy, with TLS or without, in a limited time.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use immich_backend::{Options, Proxy};
use tokio::net::TcpStream;
use tower_service::Service;

use crate::proxied::Stream;

type BoxError = Box<dyn StdError + Send + Sync>;
type Connecting<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// The connector of a [`HyperBackend`](crate::HyperBackend) that its builder made.
#[derive(Clone)]
pub struct Connector {
    https: HttpsConnector<Route>,
    timeout: Duration,
}

impl Connector {
    pub(crate) fn new(options: Options) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        #[cfg(any(target_os = "android", target_os = "linux"))]
        tcp.set_tcp_user_timeout(options.tcp_user_timeout);
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(options.tls)
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(Route { tcp, proxy: options.proxy });
        Self { https, timeout: options.connect_timeout }
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Stream>;
    type Error = BoxError;
    type Future = Connecting<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.https.poll_ready(context)
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let connecting = tokio::time::timeout(self.timeout, self.https.call(target));
        Box::pin(async move {
            match connecting.await {
                Ok(connected) => connected,
                Err(late) => Err(io::Error::new(io::ErrorKind::TimedOut, late).into()),
            }
        })
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Connector").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

/// TCP to the target, or to the proxy.
#[derive(Clone)]
struct Route {
    tcp: HttpConnector,
    proxy: Option<Proxy>,
}

impl Service<Uri> for Route {
    type Response = Stream;
    type Error = BoxError;
    type Future = Connecting<Stream>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        match &self.proxy {
            None => connect(self.tcp.call(target), false),
            Some(proxy) if target.scheme() == Some(&Scheme::HTTPS) => {
                let mut tunnel = Tunnel::new(proxy.uri.clone(), self.tcp.clone());
                if let Some(authorization) = &proxy.authorization {
                    tunnel = tunnel.with_auth(authorization.clone());
                }
                connect(tunnel.call(target), false)
            }
            // Plain HTTP is asked of the proxy itself.
            Some(proxy) => connect(self.tcp.call(proxy.uri.clone()), true),
        }
    }
}

fn connect<E: Into<BoxError>>(
    connecting: impl Future<Output = Result<TokioIo<TcpStream>, E>> + Send + 'static,
    is_proxy: bool,
) -> Connecting<Stream> {
    Box::pin(async move {
        let tcp = connecting.await.map_err(Into::into)?;
        keep_little_unsent(tcp.inner());
        Ok(Stream::new(tcp, is_proxy))
    })
}

/// How many bytes may wait in the system until the server has room for them.
#[cfg(any(target_os = "linux", target_os = "android"))]
const UNSENT: u32 = 128 << 10;

/// Whether the system can be made to keep few bytes unsent.
pub(crate) const LIMITS_UNSENT: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// Lets the socket take bytes about as fast as the server does. Without it, the system takes some megabytes at once.
#[cfg_attr(not(any(target_os = "linux", target_os = "android")), expect(unused_variables, reason = "not limited here"))]
fn keep_little_unsent(tcp: &TcpStream) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    drop(socket2::SockRef::from(tcp).set_tcp_notsent_lowat(UNSENT));
}
