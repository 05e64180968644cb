//! Bodies that move slowly, by the timer of the mock.

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

/// One byte after each wait; after the last, it ends, or says nothing more.
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

/// Gives each response a body of this many bytes, one at a time.
pub struct SlowAnswer {
    pub mock: MockSend,
    pub every: Duration,
    pub count: u64,
    pub ends: bool,
}

#[async_trait]
impl HttpSend for SlowAnswer {
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

/// Takes a chunk of the request's body after each wait, as a slow line does.
pub struct SlowLine {
    pub mock: MockSend,
    pub every: Duration,
}

#[async_trait]
impl HttpSend for SlowLine {
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

/// Takes as many bytes of a request's body at once, and says so; the rest never, or all after a wait.
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
            // The version is requested before.
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

/// Responds after a while.
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
