//! Downloads dropped at each of their awaits: the next call resumes, with the right bytes.

use std::fs;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt as _;
use http_body_util::{BodyStream, StreamBody};
use immich_sdk::http::{Request, Response};
use immich_sdk::mock::FakeImmich;
use immich_sdk::{Body, Client, HttpSend, ResponseBody, RetryPolicy, Timer as _, TransportError};

use crate::setup::{Fault, Proxy, bytes, folder, names, upload};

const LENGTH: usize = 300_000;

/// Resolves to `None` once the future has been pending more than `waits` times.
struct LimitWaits<'w, F> {
    future: Pin<Box<F>>,
    waits: &'w mut usize,
}

impl<F: Future> Future for LimitWaits<'_, F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.future.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if *self.waits == 0 => Poll::Ready(None),
            Poll::Pending => {
                *self.waits -= 1;
                Poll::Pending
            }
        }
    }
}

fn limit_waits<F>(waits: &mut usize, future: F) -> LimitWaits<'_, F> {
    LimitWaits { future: Box::pin(future), waits }
}

/// A proxy that yields before the request, the response, and each chunk of the body.
struct Yielding(Proxy);

#[async_trait]
impl HttpSend for Yielding {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        tokio::task::yield_now().await;
        let response = self.0.send(request).await?;
        tokio::task::yield_now().await;
        Ok(response.map(|body| {
            let pieces = BodyStream::new(body).then(|frame| async {
                tokio::task::yield_now().await;
                frame
            });
            ResponseBody::new(StreamBody::new(pieces))
        }))
    }
}

fn yielding_client(proxy: &Proxy) -> Client {
    let key = proxy.fake.api_key();
    Client::builder("http://immich.test").api_key(key).backend(Yielding(proxy.clone())).build().expect("a client")
}

fn plan_faults(proxy: &Proxy) {
    proxy.repair();
    proxy.plan([Fault::Cut(200_000), Fault::NoResponse, Fault::Status(503), Fault::Cut(9)]);
}

#[tokio::test]
async fn a_stream_dropped_at_any_await_is_resumed() {
    let fake = FakeImmich::new();
    let content = bytes(LENGTH);
    let id = upload(&fake, "a.jpg", content.clone()).await;
    let proxy = Proxy::new(&fake);
    let client = yielding_client(&proxy);
    let mut at = 0;
    loop {
        plan_faults(&proxy);
        let (mut stream, mut got, mut waits, mut drops) = (client.download_asset(id).stream(), Vec::new(), at, 0);
        loop {
            match limit_waits(&mut waits, stream.chunk()).await {
                Some(chunk) => match chunk.unwrap_or_else(|error| panic!("dropped at await {at}: {error}")) {
                    Some(bytes) => got.extend_from_slice(&bytes),
                    None => break,
                },
                None => {
                    (waits, drops) = (usize::MAX, drops + 1);
                    proxy.repair();
                }
            }
        }
        assert!(got == content, "dropped at await {at}");
        assert!(stream.received().verified);
        if drops == 0 {
            break;
        }
        at += 1;
    }
    assert!(at > 40, "only {at} awaits");
}

#[tokio::test]
async fn a_file_dropped_at_any_await_is_resumed_by_the_next_call() {
    let fake = FakeImmich::new();
    let content = bytes(LENGTH);
    let id = upload(&fake, "a.jpg", content.clone()).await;
    let proxy = Proxy::new(&fake);
    let client = yielding_client(&proxy);
    let mut at = 0;
    loop {
        plan_faults(&proxy);
        let folder = folder();
        let target = folder.path().join("a.jpg");
        let mut waits = at;
        let done = limit_waits(&mut waits, client.download_asset(id).to_file(&target)).await;
        if let Some(done) = done {
            done.expect("a file");
        } else {
            // The target is complete, or does not exist.
            assert!(!target.exists() || fs::read(&target).expect("bytes") == content, "dropped at await {at}");
            proxy.repair();
            client.download_asset(id).to_file(&target).await.unwrap_or_else(|error| panic!("await {at}: {error}"));
        }
        assert!(fs::read(&target).expect("bytes") == content, "dropped at await {at}");
        assert_eq!(names(folder.path()), ["a.jpg"], "dropped at await {at}");
        if waits > 0 {
            break;
        }
        at += 1;
    }
    assert!(at > 40, "only {at} awaits");
}

#[tokio::test]
async fn a_dropped_delay_continues_in_the_next_call() {
    let fake = FakeImmich::new();
    let content = bytes(LENGTH);
    let id = upload(&fake, "a.jpg", content.clone()).await;
    let proxy = Proxy::timed(&fake);
    proxy.plan([Fault::Cut(0)]);
    let policy = RetryPolicy::never().base_delay(Duration::from_secs(2)).random(|| 1.0);
    let client = proxy.client();
    let mut stream = client.download_asset(id).retry(policy).stream();
    for _ in 0..10 {
        let mut chunk = Box::pin(stream.chunk());
        while fake.timer().sleepers() == 0 {
            assert!(futures_util::poll!(&mut chunk).is_pending());
            tokio::task::yield_now().await;
        }
    }
    let all = async {
        let mut got = Vec::new();
        while let Some(bytes) = stream.chunk().await.expect("bytes") {
            got.extend_from_slice(&bytes);
        }
        got
    };
    let moved = async {
        while fake.timer().sleepers() == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(proxy.seen().len(), 1);
        fake.timer().advance(Duration::from_secs(2));
    };
    let (got, ()) = tokio::join!(all, moved);
    assert!(got == content);
    assert_eq!((proxy.seen().len(), fake.timer().elapsed()), (1, Duration::from_secs(2)));
}
