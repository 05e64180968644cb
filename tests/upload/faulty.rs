//! A connection that breaks uploads at a chosen point.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use immich_sdk::http::{Request, Response, StatusCode};
use immich_sdk::mock::FakeImmich;
use immich_sdk::{Body, HttpSend, Operation, ResponseBody, Timer, TransportError, TransportErrorKind};

/// The point at which an upload breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Before any byte of the body.
    Headers,
    FirstChunk,
    Middle,
    /// Before the last byte of the body.
    LastByte,
    /// After the file was stored, before the response.
    Response,
    /// The file is stored, but a proxy responds with 502.
    BadGateway,
    /// The server responds with 429.
    TooMany,
}

pub const CUTS: [Cut; 7] =
    [Cut::Headers, Cut::FirstChunk, Cut::Middle, Cut::LastByte, Cut::Response, Cut::BadGateway, Cut::TooMany];

/// A server behind a connection that breaks the first `times` uploads.
#[derive(Clone)]
pub struct Faulty {
    pub server: FakeImmich,
    cut: Cut,
    left: Arc<AtomicU32>,
}

impl Faulty {
    pub fn new(server: FakeImmich, cut: Cut, times: u32) -> Self {
        Self { server, cut, left: Arc::new(AtomicU32::new(times)) }
    }

    fn should_break(&self, request: &Request<Body>) -> bool {
        let is_upload = request.method() == "POST" && request.uri().path() == "/api/assets";
        is_upload && self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
    }

    /// Sends the first `of(length)` bytes of the body, then breaks the connection.
    async fn cut_after(&self, request: Request<Body>, of: impl Fn(usize) -> usize) -> TransportError {
        let (head, body) = request.into_parts();
        let all = body.bytes().await.expect("the body");
        let begun = all.slice(..of(all.len()));
        let broken = [Ok(begun), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
        let body = Body::stream(futures_util::stream::iter(broken), Some(all.len() as u64));
        // The server may have stored the file without its last byte; its response is dropped in any case.
        drop(self.server.send(Request::from_parts(head, body)).await);
        TransportError::new(TransportErrorKind::Closed)
    }
}

#[async_trait]
impl HttpSend for Faulty {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        if !self.should_break(&request) {
            return self.server.send(request).await;
        }
        let respond = |status| {
            let mut response = Response::new(ResponseBody::from("<html>proxy</html>"));
            *response.status_mut() = status;
            Ok(response)
        };
        match self.cut {
            Cut::Headers => Err(TransportError::new(TransportErrorKind::Closed)),
            Cut::FirstChunk => Err(self.cut_after(request, |_| 100).await),
            Cut::Middle => Err(self.cut_after(request, |length| length / 2).await),
            Cut::LastByte => Err(self.cut_after(request, |length| length - 1).await),
            Cut::Response => {
                self.server.send(request).await?;
                Err(TransportError::new(TransportErrorKind::Closed))
            }
            Cut::BadGateway => {
                self.server.send(request).await?;
                respond(StatusCode::BAD_GATEWAY)
            }
            Cut::TooMany => respond(StatusCode::TOO_MANY_REQUESTS),
        }
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        HttpSend::timer(&self.server)
    }
}

/// A server that responds to an operation with this error status.
#[derive(Clone)]
pub struct Refusing(pub FakeImmich, pub &'static str, pub u16);

#[async_trait]
impl HttpSend for Refusing {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let operation = request.extensions().get::<&'static Operation>();
        if operation.is_some_and(|operation| operation.id == self.1) {
            let mut response = Response::new(ResponseBody::from(r#"{"message":"no"}"#));
            *response.status_mut() = StatusCode::from_u16(self.2).expect("a status");
            return Ok(response);
        }
        self.0.send(request).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        HttpSend::timer(&self.0)
    }
}
