//! A backend on smol: hyper's HTTP/1.1 over `async-net`, with rustls. The guide `docs/bring-your-own-http-client.md` builds it
//! step by step.

use std::error::Error as _;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures_rustls::TlsConnector;
use futures_rustls::rustls::pki_types::ServerName;
use futures_rustls::rustls::{ClientConfig, RootCertStore};
use hyper::client::conn::http1::{SendRequest, handshake};
use immich_core::http::header::HOST;
use immich_core::http::uri::Scheme;
use immich_core::http::{HeaderValue, Request, Response, Uri};
use immich_core::{
    Body, BodyFault, HttpSend, Outgoing, ResponseBody, Sleep, Timer, TransportError, TransportErrorKind,
};
use smol::future::FutureExt;
use smol::io::{AsyncRead, AsyncWrite};
use smol::net::TcpStream;
use smol_hyper::rt::FuturesIo;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections that no request holds, or that are about to be free, each with its origin.
type Idle = Mutex<Vec<(Uri, SendRequest<Body>)>>;

/// Sends requests on smol's executor.
#[derive(Clone)]
pub struct SmolBackend {
    tls: TlsConnector,
    idle: Arc<Idle>,
    timer: SmolTimer,
}

impl Default for SmolBackend {
    fn default() -> Self {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        Self { tls: Arc::new(config).into(), idle: Arc::default(), timer: SmolTimer(Instant::now()) }
    }
}

#[async_trait]
impl HttpSend for SmolBackend {
    async fn send(&self, mut request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let outgoing = Outgoing::of(&mut request);
        let origin = prepare(&mut request).map_err(|error| failed(error, outgoing.fault()).not_sent())?;
        let mut connection = match self.take_idle(&origin) {
            Some(connection) => connection,
            None => self.connect(&origin).await?,
        };
        let response = connection.send_request(request).await.map_err(|error| {
            // It was in the queue of a connection that closed meanwhile.
            let is_unsent = error.is_canceled();
            let failed = failed(error, outgoing.fault());
            if is_unsent { failed.not_sent() } else { failed }
        })?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((origin, connection));
        Ok(outgoing.response(response.map(|body| ResponseBody::with_errors(body, TransportError::cut))))
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        Some(Arc::new(self.timer))
    }
}

impl SmolBackend {
    /// A connection to this origin that can take a request now. Those that closed are dropped.
    fn take_idle(&self, origin: &Uri) -> Option<SendRequest<Body>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, connection)| !connection.is_closed());
        let place = idle.iter().position(|(other, connection)| other == origin && connection.is_ready())?;
        Some(idle.swap_remove(place).1)
    }

    async fn connect(&self, origin: &Uri) -> Result<SendRequest<Body>, TransportError> {
        let late = async {
            smol::Timer::after(CONNECT_TIMEOUT).await;
            Err(TransportError::new(TransportErrorKind::Timeout).not_sent())
        };
        let stream = self.open(origin).or(late).await?;
        let (sender, connection) = handshake(FuturesIo::new(stream)).await.map_err(not_connected)?;
        // It ends with the sender; its error is also that of the request.
        smol::spawn(async move { drop(connection.await) }).detach();
        Ok(sender)
    }

    async fn open(&self, origin: &Uri) -> Result<Box<dyn Stream>, TransportError> {
        let is_tls = origin.scheme() == Some(&Scheme::HTTPS);
        let host = origin.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = origin.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let tcp = TcpStream::connect((host.as_str(), port)).await.map_err(not_connected)?;
        tcp.set_nodelay(true).map_err(not_connected)?;
        if !is_tls {
            return Ok(Box::new(tcp));
        }
        let name = ServerName::try_from(host).map_err(not_connected)?;
        let failed = |error| TransportError::new(TransportErrorKind::Tls).not_sent().with_source(error);
        Ok(Box::new(self.tls.connect(name, tcp).await.map_err(failed)?))
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Writes the request as one of HTTP/1.1, with the path alone and a host; returns the origin.
fn prepare(request: &mut Request<Body>) -> Result<Uri, immich_core::http::Error> {
    let uri = std::mem::take(request.uri_mut());
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let origin = Uri::builder().scheme(uri.scheme_str().unwrap_or("http")).authority(authority).path_and_query("/");
    let host = HeaderValue::from_str(authority)?;
    request.headers_mut().entry(HOST).or_insert(host);
    *request.uri_mut() = uri.path_and_query().map_or("/", |path| path.as_str()).parse()?;
    origin.build()
}

fn not_connected(error: impl std::error::Error + Send + Sync + 'static) -> TransportError {
    TransportError::new(TransportErrorKind::Connect).not_sent().with_source(error)
}

/// Why there is no response. A body that could not be read is the cause before all others.
fn failed(error: impl std::error::Error + Send + Sync + 'static, fault: &BodyFault) -> TransportError {
    if let Some(fault) = fault.take() {
        return TransportError::new(TransportErrorKind::RequestBody).with_source(fault);
    }
    let kind = match (&error as &dyn std::any::Any).downcast_ref::<hyper::Error>() {
        Some(error) if error.is_parse() => TransportErrorKind::Protocol,
        Some(error) if error.is_closed() || error.is_incomplete_message() => TransportErrorKind::Closed,
        Some(error) if error.source().is_some_and(|cause| cause.is::<io::Error>()) => TransportErrorKind::Closed,
        _ => TransportErrorKind::Other,
    };
    TransportError::new(kind).with_source(error)
}

/// Sleeps on smol's reactor.
#[derive(Clone, Copy)]
struct SmolTimer(Instant);

impl Timer for SmolTimer {
    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(async move {
            smol::Timer::after(duration).await;
        })
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
