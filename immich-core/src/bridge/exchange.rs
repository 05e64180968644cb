//! One request and its response, between the caller's task and the place of the transport.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::{Request, Response};
use http_body::{Body as _, Frame, SizeHint};

use super::local::{LocalBody, LocalHttpSend};
use super::slot::{Put, Take, slot};
use crate::body::{Body, ResponseBody};
use crate::transport_error::{TransportError, TransportErrorKind};

/// A message of the transport to the caller. Nothing follows `End` and `Failed`; a slot that closes without them lost its
/// transport.
enum Event {
    Head(Box<Head>),
    Frame { frame: Frame<Bytes>, is_last: bool },
    End,
    Failed(TransportError),
}

struct Head {
    response: Response<()>,
    length: Option<u64>,
    is_end: bool,
}

/// Part of a request body; `None` is its end, so that a caller who leaves is not taken for it.
type Part = Option<io::Result<Bytes>>;

/// Splits a request into the [`Exchange`] that its caller awaits and the [`Job`] that is done where the transport is.
///
/// It is what a [`Bridge`](super::Bridge) is made of, for a backend with a thread for each request: that thread does the job
/// with [`block_on`](crate::blocking::block_on), and its transport may block.
pub fn exchange(request: Request<Body>) -> (Exchange, Job) {
    let (head, body) = request.into_parts();
    let (body, pump) = match body.as_bytes() {
        Some(_) => (body, None),
        None => {
            let length = body.len();
            let (put, take) = slot(false);
            (Body::stream(Parts(take), length), Some(Pump { body, put }))
        }
    };
    let (put, take) = slot(true);
    let is_begun = Arc::new(AtomicBool::new(false));
    let job = Job { request: Request::from_parts(head, body), put, is_begun: Arc::clone(&is_begun) };
    (Exchange { incoming: Some(Incoming { take, pump }), is_begun }, job)
}

/// The caller's side of a request: a future of its response. Dropping it cancels the request.
#[must_use = "dropping it cancels the request"]
pub struct Exchange {
    incoming: Option<Incoming>,
    is_begun: Arc<AtomicBool>,
}

impl Future for Exchange {
    type Output = Result<Response<ResponseBody>, TransportError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let Some(incoming) = &mut this.incoming else { return Poll::Ready(Err(gone())) };
        let Poll::Ready(event) = incoming.poll_event(context) else { return Poll::Pending };
        let incoming = this.incoming.take();
        Poll::Ready(match event {
            Some(Event::Head(head)) => {
                let Head { response, length, is_end } = *head;
                let incoming = incoming.filter(|_| !is_end);
                Ok(response.map(|()| ResponseBody::new(Arriving { incoming, length })))
            }
            Some(Event::Failed(error)) => Err(error),
            _ if this.is_begun.load(Ordering::Acquire) => Err(gone()),
            _ => Err(gone().not_sent()),
        })
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Exchange").finish_non_exhaustive()
    }
}

/// The error of a call whose transport is gone.
pub(super) fn gone() -> TransportError {
    TransportError::new(TransportErrorKind::Runtime)
        .with_source("the driver of the bridge ended, or the thread that did this request")
        .with_hint("Let the future of `BridgeHost::run` run for as long as the client is used.")
}

struct Incoming {
    take: Take<Event>,
    pump: Option<Pump>,
}

impl Incoming {
    /// The next event; meanwhile the request body is read.
    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Option<Event>> {
        if self.pump.as_mut().is_some_and(|pump| pump.poll(context).is_ready()) {
            self.pump = None;
        }
        self.take.poll_take(context)
    }
}

/// Reads a request body on the task of the caller, whose runtime it may need.
struct Pump {
    body: Body,
    put: Put<Part>,
}

impl Pump {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            match self.put.poll_room(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(_)) => return Poll::Ready(()),
                Poll::Ready(Ok(())) => {}
            }
            let Poll::Ready(part) = self.body.poll_chunk(context) else {
                // Also for a transport that no longer wants the rest.
                return self.put.poll_gone(context).map(drop);
            };
            let is_last = !matches!(part, Some(Ok(_)));
            self.put.put(part);
            if is_last {
                return Poll::Ready(());
            }
        }
    }
}

/// The request body on the side of the transport.
struct Parts(Take<Part>);

impl Stream for Parts {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        self.0.poll_take(context).map(|part| {
            part.unwrap_or_else(|| {
                Some(Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the call was cancelled by its caller")))
            })
        })
    }
}

/// The response body on the side of the caller.
struct Arriving {
    /// `None` at the end.
    incoming: Option<Incoming>,
    length: Option<u64>,
}

impl http_body::Body for Arriving {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let Some(incoming) = &mut self.incoming else { return Poll::Ready(None) };
        let Poll::Ready(event) = incoming.poll_event(context) else { return Poll::Pending };
        let frame = match event {
            Some(Event::Frame { frame, is_last: false }) => return Poll::Ready(Some(Ok(frame))),
            Some(Event::Frame { frame, .. }) => Some(Ok(frame)),
            Some(Event::End) => None,
            Some(Event::Failed(error)) => Some(Err(error)),
            Some(Event::Head(_)) | None => Some(Err(gone())),
        };
        self.incoming = None;
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        // `ResponseBody` reads it before the first frame, and counts on its own.
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// The transport's side of a request. Dropping it undone fails the call with an error that says so.
#[must_use = "the caller waits for it"]
pub struct Job {
    request: Request<Body>,
    put: Put<Event>,
    is_begun: Arc<AtomicBool>,
}

impl Job {
    /// Returns whether the caller has dropped the call.
    pub fn is_cancelled(&self) -> bool {
        self.put.is_gone()
    }

    /// Calls `action` once, on the thread of the caller, if the call or its response is dropped before it is complete. Of
    /// several actions the last one counts.
    pub fn on_cancel(&self, action: impl FnOnce() + Send + 'static) {
        self.put.on_gone(action);
    }

    /// Fails the call.
    pub fn fail(mut self, error: TransportError) {
        self.put.put(Event::Failed(error));
    }

    /// Sends the request through `transport`, and its response to the caller as fast as that reads it. It ends when the
    /// response is complete or the caller drops the call, and then drops what the transport made for it.
    pub async fn run<T: LocalHttpSend + ?Sized>(self, transport: &T) {
        let Self { request, mut put, is_begun } = self;
        if put.is_gone() {
            return;
        }
        let response = {
            let mut sending = pin!(transport.send(request));
            let sent = poll_fn(|context| {
                if put.poll_gone(context).is_ready() {
                    return Poll::Ready(None);
                }
                is_begun.store(true, Ordering::Release);
                sending.as_mut().poll(context).map(Some)
            });
            match sent.await {
                None => return,
                Some(Ok(response)) => response,
                Some(Err(error)) => return put.put(Event::Failed(error)),
            }
        };
        let (head, body) = response.into_parts();
        let (length, is_end) = (body.size_hint().exact(), body.is_end_stream());
        let head = Head { response: Response::from_parts(head, ()), length, is_end };
        put.put(Event::Head(Box::new(head)));
        if !is_end {
            forward(pin!(body), &mut put).await;
        }
    }
}

/// Hands the frames of a body over, one when there is room for it.
async fn forward(mut body: Pin<&mut LocalBody>, put: &mut Put<Event>) {
    loop {
        let room = poll_fn(|context| put.poll_room(context)).await;
        if room.is_err() {
            return;
        }
        let frame = poll_fn(|context| {
            if put.poll_gone(context).is_ready() {
                return Poll::Ready(None);
            }
            body.as_mut().poll_frame(context).map(Some)
        });
        match frame.await {
            None => return,
            Some(Some(Ok(frame))) => {
                let is_last = body.is_end_stream();
                put.put(Event::Frame { frame, is_last });
                if is_last {
                    return;
                }
            }
            Some(Some(Err(error))) => return put.put(Event::Failed(error)),
            Some(None) => return put.put(Event::End),
        }
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Job").field("method", self.request.method()).finish_non_exhaustive()
    }
}
