//! Slow bodies, timed by the timer of the mock.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_core::Stream;
use futures_util::stream;
use immich_sdk::bytes::Bytes;
use immich_sdk::http::header::CONTENT_LENGTH;
use immich_sdk::http::{Request, Response};
use immich_sdk::mock::{ManualTimer, MockSend};
use immich_sdk::{Body, HttpSend, ResponseBody, Timer, TransportError, TransportErrorKind};

/// A stream of `count` bytes, one every `every`. Then it ends, or stalls if `ends` is false.
pub fn trickle(
    timer: ManualTimer,
    every: Duration,
    count: u64,
    ends: bool,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::unfold(count, move |left| {
        let timer = timer.clone();
        async move {
            if left == 0 {
                return if ends { None } else { std::future::pending().await };
            }
            timer.sleep(every).await;
            Some((Ok(Bytes::from_static(b"x")), left - 1))
        }
    })
}

/// Replaces the body of each response with `count` bytes, sent one at a time.
pub struct SlowResponse {
    pub mock: MockSend,
    pub every: Duration,
    pub count: u64,
    pub ends: bool,
}

#[async_trait]
impl HttpSend for SlowResponse {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let body = trickle(self.mock.timer(), self.every, self.count, self.ends);
        let mut response = self.mock.send(request).await?;
        response.headers_mut().remove(CONTENT_LENGTH);
        Ok(response.map(|_| Body::stream(body, self.ends.then_some(self.count)).into()))
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        HttpSend::timer(&self.mock)
    }
}

/// Reads a chunk of the request body every `every`, like a slow connection.
pub struct SlowConnection {
    pub mock: MockSend,
    pub every: Duration,
}

#[async_trait]
impl HttpSend for SlowConnection {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let (head, mut body) = request.into_parts();
        let timer = self.mock.timer();
        while let Some(chunk) = body.chunk().await {
            chunk.map_err(|error| TransportError::new(TransportErrorKind::RequestBody).with_source(error))?;
            timer.sleep(self.every).await;
        }
        self.mock.send(Request::from_parts(head, Body::empty())).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        HttpSend::timer(&self.mock)
    }
}

/// Buffers `bytes` of the request body at once, and reports them as unseen. Reads the rest after `wait`, or never.
pub struct Buffered {
    pub mock: MockSend,
    pub bytes: u64,
    pub wait: Option<Duration>,
}

#[async_trait]
impl HttpSend for Buffered {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let (head, mut body) = request.into_parts();
        let mut taken = 0;
        while taken < self.bytes
            && let Some(chunk) = body.chunk().await
        {
            taken += chunk.expect("bytes").len() as u64;
        }
        match self.wait {
            // The request for the version has no body.
            _ if taken == 0 => {}
            Some(wait) => self.mock.timer().sleep(wait).await,
            None => std::future::pending().await,
        }
        while body.chunk().await.is_some() {}
        self.mock.send(Request::from_parts(head, Body::empty())).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        HttpSend::timer(&self.mock)
    }

    fn unseen_bytes(&self) -> u64 {
        self.bytes
    }
}

/// Delays each request by `by`.
pub struct Delayed {
    pub mock: MockSend,
    pub by: Duration,
}

#[async_trait]
impl HttpSend for Delayed {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        self.mock.timer().sleep(self.by).await;
        self.mock.send(request).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        HttpSend::timer(&self.mock)
    }
}
