//! A backend on compio, whose sockets and tasks never leave their thread: hyper's HTTP/1.1 over completions, and the bridge of
//! `immich-core` between it and the client. Plain HTTP; for HTTPS, `compio-tls` goes around the stream.

use std::cell::RefCell;
use std::time::Duration;
use std::{io, thread};

use compio::io::compat::AsyncStream;
use compio::net::TcpStream;
use compio::runtime::Runtime;
use hyper::client::conn::http1::{SendRequest, handshake};
use immich_core::bridge::{Bridge, BridgeHandle, LocalBody, LocalHttpSend, LocalTimer};
use immich_core::http::header::HOST;
use immich_core::http::{HeaderValue, Request, Response, Uri};
use immich_core::{Body, BodyFault, Outgoing, ResponseBody, TransportError, TransportErrorKind};
use smol_hyper::rt::FuturesIo;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

const LONGEST_SLEEP: Duration = Duration::from_secs(365 * 24 * 3600);

/// Starts a thread with a runtime of compio, which ends with the last handle.
///
/// # Errors
/// Those of the operating system.
pub fn start() -> io::Result<BridgeHandle> {
    // The clock of compio has an end, which a longer sleep would meet at once.
    let timer = LocalTimer::new(|duration| compio::time::sleep(duration.min(LONGEST_SLEEP)));
    let (handle, host) = Bridge::new().timer(timer).max_in_flight(64).open();
    let (ready, started) = std::sync::mpsc::channel();
    thread::Builder::new().name("immich-compio".to_owned()).spawn(move || match Runtime::new() {
        Ok(runtime) => {
            drop(ready.send(Ok(())));
            runtime.block_on(host.run(CompioSend::default()));
        }
        Err(error) => drop(ready.send(Err(error))),
    })?;
    started.recv().unwrap_or_else(|_| Err(io::Error::other("the thread of compio ended")))?;
    Ok(handle)
}

/// Sends requests on the thread of the runtime that it was made in. A program that has compio anyway runs it there:
/// `compio::runtime::spawn(host.run(CompioSend::default())).detach()`.
#[derive(Default)]
pub struct CompioSend {
    /// Connections that no request holds, or that are about to be free, each with its authority.
    idle: RefCell<Vec<(String, SendRequest<Body>)>>,
}

impl LocalHttpSend for CompioSend {
    async fn send(&self, mut request: Request<Body>) -> Result<Response<LocalBody>, TransportError> {
        let outgoing = Outgoing::of(&mut request);
        let uri = std::mem::take(request.uri_mut());
        let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
        prepare(&mut request, &uri, &authority).map_err(|error| failed(error, outgoing.fault()).not_sent())?;
        let mut connection = match self.take_idle(&authority) {
            Some(connection) => connection,
            None => connect(&uri).await?,
        };
        let response = connection.send_request(request).await.map_err(|error| {
            let is_unsent = error.is_canceled();
            let failed = failed(error, outgoing.fault());
            if is_unsent { failed.not_sent() } else { failed }
        })?;
        self.idle.borrow_mut().push((authority, connection));
        let response = response.map(|body| ResponseBody::with_errors(body, TransportError::cut));
        Ok(outgoing.response(response).map(Into::into))
    }
}

impl CompioSend {
    /// A connection to this authority that can take a request now. Those that closed are dropped.
    fn take_idle(&self, authority: &str) -> Option<SendRequest<Body>> {
        let mut idle = self.idle.borrow_mut();
        idle.retain(|(_, connection)| !connection.is_closed());
        let place = idle.iter().position(|(other, connection)| other == authority && connection.is_ready())?;
        Some(idle.swap_remove(place).1)
    }
}

async fn connect(uri: &Uri) -> Result<SendRequest<Body>, TransportError> {
    if uri.scheme_str() != Some("http") {
        return Err(not_connected(io::Error::other("this example has no TLS")));
    }
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let opening = TcpStream::connect((host, uri.port_u16().unwrap_or(80)));
    let tcp = match compio::time::timeout(CONNECT_TIMEOUT, opening).await {
        Ok(opened) => opened.map_err(not_connected)?,
        Err(_) => return Err(TransportError::new(TransportErrorKind::Timeout).not_sent()),
    };
    let stream = FuturesIo::new(Box::pin(AsyncStream::new(tcp)));
    let (sender, connection) = handshake(stream).await.map_err(not_connected)?;
    // It ends with the sender; its error is also that of the request.
    compio::runtime::spawn(async move { drop(connection.await) }).detach();
    Ok(sender)
}

/// Writes the request as one of HTTP/1.1, with the path alone and a host.
fn prepare(request: &mut Request<Body>, uri: &Uri, authority: &str) -> Result<(), immich_core::http::Error> {
    let host = HeaderValue::from_str(authority)?;
    request.headers_mut().entry(HOST).or_insert(host);
    *request.uri_mut() = uri.path_and_query().map_or("/", |path| path.as_str()).parse()?;
    Ok(())
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
        _ => TransportErrorKind::Other,
    };
    TransportError::new(kind).with_source(error)
}
