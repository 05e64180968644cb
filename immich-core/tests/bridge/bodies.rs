//! Bodies, one frame at a time in both directions.

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::thread::{self, ThreadId};

use bytes::Bytes;
use futures_core::Stream;
use immich_core::bridge::{Bridge, LocalBody, LocalHttpSend};
use immich_core::{Body, HttpSend, TransportError, TransportErrorKind, http};

use crate::transport::{Counts, Here, poll_once, poll_to_rest, request, together};

/// Says where and how far it was read.
struct Source {
    left: usize,
    read: Arc<AtomicUsize>,
    home: ThreadId,
}

impl Stream for Source {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        assert_eq!(thread::current().id(), self.home, "a body is read on the thread of its caller");
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        self.read.fetch_add(1, Ordering::SeqCst);
        Poll::Ready(Some(Ok(Bytes::from_static(b"part"))))
    }
}

fn source(parts: usize, read: &Arc<AtomicUsize>) -> Source {
    Source { left: parts, read: Arc::clone(read), home: thread::current().id() }
}

#[test]
fn a_stream_goes_up_and_comes_down_across_threads() {
    let counts = Arc::new(Counts::default());
    let (handle, host) = Bridge::new().open();
    let driver = thread::spawn({
        let counts = Arc::clone(&counts);
        move || immich_core::blocking::block_on(host.run(Here::new(&counts)))
    });
    let read = Arc::default();
    let echoed = immich_core::blocking::block_on(async {
        let body = Body::stream(source(500, &read), Some(2000));
        let response = handle.send(request("/echo", "text")).await.unwrap();
        assert_eq!(response.into_body().bytes(100).await.unwrap().unwrap(), "text");
        handle.send(request("/echo", body)).await.unwrap().into_body().bytes(1 << 20).await.unwrap().unwrap()
    });
    assert_eq!((echoed.len(), read.load(Ordering::SeqCst)), (2000, 500));
    drop(handle);
    driver.join().unwrap();
    assert_eq!(counts.alive(), 0);
}

/// Takes two parts of the request body, and then no more.
struct TakesTwo;

impl LocalHttpSend for TakesTwo {
    async fn send(&self, request: http::Request<Body>) -> Result<http::Response<LocalBody>, TransportError> {
        let mut body = request.into_body();
        for _ in 0..2 {
            body.chunk().await.unwrap().map_err(TransportError::cut)?;
        }
        std::future::pending::<()>().await;
        drop(body);
        unreachable!("it is pending")
    }
}

#[test]
fn a_request_body_is_read_as_far_as_the_transport_takes_it() {
    let (handle, host) = Bridge::new().open();
    let mut driver = pin!(host.run(TakesTwo));
    let read = Arc::default();
    let mut call = handle.send(request("/", Body::stream(source(1000, &read), None)));
    for _ in 0..20 {
        assert!(poll_once(call.as_mut()).is_pending());
        assert!(poll_once(driver.as_mut()).is_pending());
    }
    assert_eq!(read.load(Ordering::SeqCst), 2);
}

#[test]
fn a_response_body_is_read_one_frame_ahead() {
    let counts = Arc::new(Counts::default());
    let (handle, host) = Bridge::new().open();
    let mut driver = pin!(host.run(Here::new(&counts)));
    let mut body = together(handle.send(request("/frames", "")), driver.as_mut()).unwrap().into_body();
    for taken in 0..9 {
        assert!(poll_to_rest(driver.as_mut()).is_pending());
        assert_eq!(counts.frames.load(Ordering::SeqCst), taken + 1);
        let chunk = together(body.chunk(), driver.as_mut()).unwrap().unwrap();
        assert_eq!(chunk, "frame");
    }
    together(body.chunk(), driver.as_mut()).unwrap().unwrap();
    assert!(together(body.chunk(), driver.as_mut()).is_none());
    assert!(poll_to_rest(driver.as_mut()).is_pending());
    assert_eq!(counts.alive(), 0, "a body that was read to its end is dropped");
}

#[test]
fn a_request_body_that_fails_says_why() {
    let counts = Arc::new(Counts::default());
    let (handle, host) = Bridge::new().open();
    let mut driver = pin!(host.run(Here::new(&counts)));
    let read = Arc::default();
    // It promises more than it has.
    let call = handle.send(request("/echo", Body::stream(source(2, &read), Some(100))));
    let error = together(call, driver.as_mut()).unwrap_err();
    assert!(format!("{error:?}").contains("promised 100 bytes and its stream gave 8"), "{error:?}");
}

/// Keeps the request body beyond its future, as a transport with a task for each connection does.
struct Keeps(std::rc::Rc<std::cell::RefCell<Option<Body>>>);

impl LocalHttpSend for Keeps {
    async fn send(&self, request: http::Request<Body>) -> Result<http::Response<LocalBody>, TransportError> {
        *self.0.borrow_mut() = Some(request.into_body());
        std::future::pending().await
    }
}

#[test]
fn a_cancelled_upload_is_not_taken_for_a_complete_one() {
    let kept = std::rc::Rc::default();
    let (handle, host) = Bridge::new().open();
    let mut driver = pin!(host.run(Keeps(std::rc::Rc::clone(&kept))));
    let read = Arc::default();
    let mut call = handle.send(request("/", Body::stream(source(1000, &read), None)));
    assert!(poll_once(call.as_mut()).is_pending());
    assert!(poll_once(driver.as_mut()).is_pending());
    drop(call);
    let mut body = kept.take().unwrap();
    let mut chunk = pin!(body.chunk());
    let Poll::Ready(Some(Err(error))) = poll_once(chunk.as_mut()) else { panic!("the end of the call is an error") };
    assert_eq!(error.to_string(), "the call was cancelled by its caller");
}

/// Responds before it has read the body.
struct Early;

impl LocalHttpSend for Early {
    async fn send(&self, request: http::Request<Body>) -> Result<http::Response<LocalBody>, TransportError> {
        let body = request.into_body();
        let length = body.len();
        Ok(http::Response::new(LocalBody::stream(Echo(body), length)))
    }
}

struct Echo(Body);

impl Stream for Echo {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = pin!(self.0.chunk());
        chunk.poll(context).map_err(TransportError::cut)
    }
}

#[test]
fn a_request_body_is_still_read_after_an_early_response() {
    let (handle, host) = Bridge::new().open();
    let mut driver = pin!(host.run(Early));
    let read = Arc::default();
    let call = handle.send(request("/", Body::stream(source(3, &read), Some(12))));
    let response = together(call, driver.as_mut()).unwrap();
    assert_eq!((response.body().len(), read.load(Ordering::SeqCst)), (Some(12), 0));
    let bytes = together(response.into_body().bytes(100), driver.as_mut()).unwrap().unwrap();
    assert_eq!(bytes, "partpartpart");
}

/// Announces more than it has.
struct Short;

impl LocalHttpSend for Short {
    async fn send(&self, request: http::Request<Body>) -> Result<http::Response<LocalBody>, TransportError> {
        Ok(http::Response::new(LocalBody::stream(Echo(request.into_body()), Some(10))))
    }
}

#[test]
fn a_response_that_is_cut_short_is_an_error() {
    let (handle, host) = Bridge::new().open();
    let mut driver = pin!(host.run(Short));
    let response = together(handle.send(request("/", "four")), driver.as_mut()).unwrap();
    let error = together(response.into_body().bytes(100), driver.as_mut()).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Closed);
}
