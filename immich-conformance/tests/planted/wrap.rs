//! A correct backend with one thing changed.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use immich_core::bytes::Bytes;
use immich_core::http::{Request, Response};
use immich_core::{Body, HttpSend, ResponseBody, SendFuture, Timer, TransportError};
use immich_hyper::HyperBackend;

pub type Outcome = Result<Response<ResponseBody>, TransportError>;
pub type Boxed = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Sends a request with the correct backend, and not quite as it should.
pub type Sends = Arc<dyn Fn(Correct, Request<Body>) -> Boxed + Send + Sync>;

/// The backend behind a fault.
pub type Correct = Arc<dyn HttpSend>;

/// A backend with a fault.
pub struct Faulty {
    pub inner: Correct,
    pub send: Sends,
    pub timer: Option<Arc<dyn Timer>>,
    pub max_in_flight: Option<u32>,
}

impl Faulty {
    pub fn new(send: Sends) -> Self {
        let inner: Correct = Arc::new(HyperBackend::new().expect("a backend"));
        Self { timer: inner.timer(), max_in_flight: inner.max_in_flight(), send, inner }
    }
}

impl HttpSend for Faulty {
    fn send<'s, 'f>(&'s self, request: Request<Body>) -> SendFuture<'f>
    where
        's: 'f,
        Self: 'f,
    {
        (self.send)(Arc::clone(&self.inner), request)
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.timer.clone()
    }

    fn max_in_flight(&self) -> Option<u32> {
        self.max_in_flight
    }
}

/// Changes the request.
pub fn request(change: impl Fn(&mut Request<Body>) + Send + Sync + 'static) -> Sends {
    Arc::new(move |inner, mut request| {
        change(&mut request);
        Box::pin(async move { inner.send(request).await })
    })
}

/// Changes the outcome.
pub fn outcome(change: impl Fn(Outcome) -> Outcome + Send + Sync + 'static) -> Sends {
    let change = Arc::new(change);
    Arc::new(move |inner, request| {
        let change = Arc::clone(&change);
        Box::pin(async move { change(inner.send(request).await) })
    })
}

/// Changes the response.
pub fn response(change: impl Fn(Response<ResponseBody>) -> Response<ResponseBody> + Send + Sync + 'static) -> Sends {
    outcome(move |outcome| outcome.map(&change))
}

/// Changes the error of a request without a response.
pub fn error(change: impl Fn(TransportError) -> TransportError + Send + Sync + 'static) -> Sends {
    outcome(move |outcome| outcome.map_err(&change))
}

/// Sends in another way.
pub fn sends<F>(send: impl Fn(Correct, Request<Body>) -> F + Send + Sync + 'static) -> Sends
where
    F: Future<Output = Outcome> + Send + 'static,
{
    Arc::new(move |inner, request| Box::pin(send(inner, request)))
}

/// A response body whose frames are changed.
pub fn frames(
    body: ResponseBody,
    mut next: impl FnMut(&mut ResponseBody, &mut Context<'_>) -> Poll<Option<Result<Bytes, TransportError>>>
    + Send
    + Unpin
    + 'static,
) -> ResponseBody {
    let mut body = body;
    ResponseBody::from(Body::stream(
        futures_util::stream::poll_fn(move |context| next(&mut body, context).map_err(std::io::Error::other)),
        None,
    ))
}

/// Reads the next bytes.
pub fn read(body: &mut ResponseBody, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, TransportError>>> {
    let chunk = std::pin::pin!(body.chunk());
    chunk.poll(context)
}
