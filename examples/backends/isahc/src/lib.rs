//! A backend on isahc, which is libcurl with a thread of its own: its futures run under any executor.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_core::Stream;
use futures_io::AsyncRead;
use immich_core::blocking::ThreadTimer;
use immich_core::{
    Body, BodyFault, Error, HttpSend, Outgoing, ResponseBody, Timer, TransportError, TransportErrorKind,
};
use isahc::config::{Configurable, ExpectContinue, RedirectPolicy};
use isahc::error::ErrorKind;
use isahc::{AsyncBody, HttpClient};

/// How much of a response is read at once.
const CHUNK: usize = 64 << 10;

/// Sends requests with libcurl.
#[derive(Clone, Debug)]
pub struct IsahcBackend {
    client: HttpClient,
    timer: ThreadTimer,
}

impl IsahcBackend {
    /// A backend that sends requests exactly as the client built them.
    ///
    /// # Errors
    /// `Build` if libcurl cannot be started.
    pub fn new() -> Result<Self, Error> {
        let client = HttpClient::builder()
            .redirect_policy(RedirectPolicy::None)
            .automatic_decompression(false)
            .expect_continue(ExpectContinue::disabled())
            .connect_timeout(Duration::from_secs(10))
            .build()
            .map_err(|error| Error::misconfigured(format!("libcurl: {:?}", error.kind())))?;
        Ok(Self { client, timer: ThreadTimer::new() })
    }
}

#[async_trait]
impl HttpSend for IsahcBackend {
    async fn send(
        &self,
        mut request: immich_core::http::Request<Body>,
    ) -> Result<immich_core::http::Response<ResponseBody>, TransportError> {
        let outgoing = Outgoing::of(&mut request);
        let request = old_request(request)?;
        let response = self.client.send_async(request).await.map_err(|error| failed(error, outgoing.fault()))?;
        Ok(outgoing.response(new_response(response)?))
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        Some(Arc::new(self.timer.clone()))
    }
}

/// isahc has the types of `http` 0.2.
fn old_request(request: immich_core::http::Request<Body>) -> Result<isahc::Request<AsyncBody>, TransportError> {
    let (head, body) = request.into_parts();
    let mut old = isahc::http::Request::builder().method(head.method.as_str()).uri(head.uri.to_string());
    for (name, value) in &head.headers {
        old = old.header(name.as_str(), value.as_bytes());
    }
    let body = match body.len() {
        Some(0) => AsyncBody::empty(),
        Some(length) => AsyncBody::from_reader_sized(Reading { body, chunk: Bytes::new() }, length),
        None => AsyncBody::from_reader(Reading { body, chunk: Bytes::new() }),
    };
    old.body(body).map_err(|error| TransportError::new(TransportErrorKind::Other).not_sent().with_source(error))
}

fn new_response(
    response: isahc::Response<AsyncBody>,
) -> Result<immich_core::http::Response<ResponseBody>, TransportError> {
    let (head, body) = response.into_parts();
    let mut new = immich_core::http::Response::builder().status(head.status.as_u16());
    for (name, value) in &head.headers {
        new = new.header(name.as_str(), value.as_bytes());
    }
    let length = body.len();
    let body = ResponseBody::from(Body::stream(Arriving(body), length));
    new.body(body).map_err(|error| TransportError::new(TransportErrorKind::Protocol).with_source(error))
}

/// Why there is no response. A body that could not be read is the cause before all others.
fn failed(error: isahc::Error, fault: &BodyFault) -> TransportError {
    if let Some(fault) = fault.take() {
        return TransportError::new(TransportErrorKind::RequestBody).with_source(fault);
    }
    // The kind alone: the text of libcurl may have the URL.
    let source = format!("libcurl: {:?}", error.kind());
    match error.kind() {
        ErrorKind::ConnectionFailed | ErrorKind::NameResolution => {
            TransportError::new(TransportErrorKind::Connect).not_sent().with_source(source)
        }
        ErrorKind::BadServerCertificate | ErrorKind::BadClientCertificate | ErrorKind::TlsEngine => {
            TransportError::new(TransportErrorKind::Tls).not_sent().with_source(source)
        }
        ErrorKind::Timeout => TransportError::new(TransportErrorKind::Timeout).with_source(source),
        ErrorKind::ProtocolViolation => TransportError::new(TransportErrorKind::Protocol).with_source(source),
        ErrorKind::Io => TransportError::new(TransportErrorKind::Closed).with_source(source),
        _ => TransportError::new(TransportErrorKind::Other).with_source(source),
    }
}

/// A request body as libcurl reads it.
struct Reading {
    body: Body,
    chunk: Bytes,
}

impl AsyncRead for Reading {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        use immich_core::http_body::Body as _;

        while self.chunk.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)).transpose()? {
                Some(frame) => self.chunk = frame.into_data().unwrap_or_default(),
                None => return Poll::Ready(Ok(0)),
            }
        }
        let count = buffer.len().min(self.chunk.len());
        buffer[..count].copy_from_slice(&self.chunk.split_to(count));
        Poll::Ready(Ok(count))
    }
}

/// A response body as chunks.
struct Arriving(AsyncBody);

impl Stream for Arriving {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let mut buffer = vec![0; CHUNK];
        let count = ready!(Pin::new(&mut self.0).poll_read(context, &mut buffer))?;
        buffer.truncate(count);
        Poll::Ready((count > 0).then(|| Ok(buffer.into())))
    }
}
