//! Layers of tower around a backend, and a client on top.

#![allow(missing_docs)]

use std::error::Error as _;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use immich_core::api::{DownloadAsset, GetAllAlbums, PingServer};
use immich_core::{
    AssetId, BaseUrl, Body, Client, Endpoint, Error, ErrorKind, HttpSend, ResponseBody, RetryPolicy, TimeLimit,
    Timeouts, TransportError, TransportErrorKind,
};
use immich_mock::{MockSend, Reply};
use immich_tower::{SendService, TowerBackend};
use serde_json::json;
use tower::limit::ConcurrencyLimit;
use tower::util::{BoxCloneService, MapErr};
use tower::{Service, ServiceBuilder, ServiceExt, service_fn};

fn client(backend: impl HttpSend + 'static) -> Client {
    Client::builder("http://immich.test").api_key("key").backend(backend).build().expect("a client")
}

async fn failure(client: &Client) -> Error {
    client.albums().get_all_albums().await.expect_err("a failure")
}

#[tokio::test]
async fn a_client_sends_through_a_stack_of_layers() {
    let mock = MockSend::new();
    mock.on(GetAllAlbums::OPERATION).reply(Reply::json(&json!([]))).times(1);
    let add = |mut request: Request<Body>| {
        request.headers_mut().insert("x-hop", "1".parse().expect("a value"));
        request
    };
    let stack = ServiceBuilder::new().concurrency_limit(2).map_request(add).service(SendService::new(mock.clone()));
    let albums = client(TowerBackend::new(stack)).albums().get_all_albums().await.expect("albums");
    assert!(albums.is_empty());
    let [request] = &mock.requests()[..] else { panic!("one request") };
    assert_eq!(request.header("x-hop"), Some("1"));
    assert_eq!(request.operation.map(|operation| operation.id), Some("getAllAlbums"), "extensions stay");
}

#[test]
fn a_limit_of_tower_holds_calls_back() {
    let mock = MockSend::new();
    mock.on(GetAllAlbums::OPERATION).reply(Reply::silence());
    let client = client(TowerBackend::new(ConcurrencyLimit::new(SendService::new(mock.clone()), 1)));
    let context = &mut Context::from_waker(Waker::noop());
    let mut second = pin!(client.albums().get_all_albums().into_future());
    {
        let mut first = pin!(client.albums().get_all_albums().into_future());
        assert!(first.as_mut().poll(context).is_pending());
        assert!(second.as_mut().poll(context).is_pending());
        assert_eq!(mock.requests().len(), 1, "the second waits for its turn");
    }
    assert!(second.as_mut().poll(context).is_pending());
    assert_eq!(mock.requests().len(), 2, "the first left");
}

/// Panics if it is called without having been ready before, as a service may. A clone is not ready.
#[derive(Default)]
struct Strict {
    ready: bool,
    asked: Arc<AtomicUsize>,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self { ready: false, asked: Arc::clone(&self.asked) }
    }
}

impl Service<Request<Body>> for Strict {
    type Response = Response<ResponseBody>;
    type Error = TransportError;
    type Future = std::future::Ready<Result<Self::Response, TransportError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        // Not ready when asked first, so that a caller who does not wait is found.
        if self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "called without being ready");
        std::future::ready(Ok(Response::new(ResponseBody::from("[]"))))
    }
}

#[tokio::test]
async fn the_clone_that_is_called_is_the_one_that_became_ready() {
    let service = Strict::default();
    let asked = Arc::clone(&service.asked);
    let client = client(TowerBackend::new(service));
    for _ in 0..3 {
        client.albums().get_all_albums().await.expect("albums");
    }
    assert_eq!(asked.load(Ordering::Relaxed), 6);
}

#[tokio::test]
async fn a_service_need_not_be_sync() {
    let mock = MockSend::new();
    mock.on(GetAllAlbums::OPERATION).reply(Reply::json(&json!([])));
    let boxed = BoxCloneService::new(SendService::new(mock));
    client(TowerBackend::new(boxed)).albums().get_all_albums().await.expect("albums");
}

#[tokio::test]
async fn an_error_of_the_transport_passes_through_and_through_boxes() {
    let mock = MockSend::new();
    mock.on(GetAllAlbums::OPERATION).reply(Reply::failure_before_sending(TransportErrorKind::Tls));
    let plain = client(TowerBackend::new(SendService::new(mock.clone())));
    // Both turn errors into boxes; the second holds them behind an error of its own.
    let boxed = client(TowerBackend::new(ServiceBuilder::new().load_shed().service(SendService::new(mock.clone()))));
    let wrapped: MapErr<_, _> = SendService::new(mock).map_err(Behind);
    for client in [plain, boxed, client(TowerBackend::new(wrapped))] {
        let error = failure(&client).await;
        let transport = error.transport_error().expect("of the transport");
        assert_eq!(transport.kind(), TransportErrorKind::Tls);
        assert!(!transport.may_have_been_sent());
    }
}

#[derive(Debug)]
struct Behind(TransportError);

impl std::fmt::Display for Behind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the stack failed")
    }
}

impl std::error::Error for Behind {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[tokio::test]
async fn any_other_error_is_the_source_and_may_have_been_sent() {
    let service = service_fn(async |_: Request<Body>| Err::<Response<ResponseBody>, _>("the library broke"));
    let error = failure(&client(TowerBackend::new(service))).await;
    let transport = error.transport_error().expect("of the transport");
    assert_eq!((error.kind(), transport.kind()), (ErrorKind::Transport, TransportErrorKind::Other));
    assert!(transport.may_have_been_sent());
    assert_eq!(transport.source().map(ToString::to_string).as_deref(), Some("the library broke"));
}

/// Never becomes ready.
#[derive(Clone)]
struct Closed;

impl Service<Request<Body>> for Closed {
    type Response = Response<ResponseBody>;
    type Error = &'static str;
    type Future = std::future::Ready<Result<Self::Response, &'static str>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        Poll::Ready(Err("closed"))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        panic!("called though it is not ready")
    }
}

#[tokio::test]
async fn what_does_not_become_ready_sent_nothing() {
    let error = failure(&client(TowerBackend::new(Closed))).await;
    assert!(!error.transport_error().expect("of the transport").may_have_been_sent());
}

/// A body of another library, which breaks after some bytes.
struct Foreign(u8);

impl http_body::Body for Foreign {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0 += 1;
        Poll::Ready(Some(match self.0 {
            1 => Ok(Frame::data(Bytes::from_static(b"pho"))),
            _ => Err(std::io::Error::other("the cable was cut")),
        }))
    }
}

#[tokio::test]
async fn a_body_of_another_library_streams_and_its_error_is_a_cut() {
    let service = service_fn(async |_: Request<Body>| Ok::<_, TransportError>(Response::new(Foreign(0))));
    let mut photo =
        client(TowerBackend::new(service)).assets().download_asset(AssetId::default()).await.expect("a head");
    assert_eq!(photo.chunk().await.expect("bytes").as_deref(), Some(&b"pho"[..]));
    let error = photo.chunk().await.expect_err("a cut");
    assert_eq!(error.transport_error().map(TransportError::kind), Some(TransportErrorKind::Closed));
    assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("the cable was cut"));
}

#[tokio::test]
async fn without_a_timer_a_client_with_a_time_limit_is_not_built() {
    let mock = MockSend::new();
    let limits = Timeouts::new().call(Duration::from_secs(1));
    let builder = || Client::builder("http://immich.test").timeouts(limits);
    let service = SendService::new(mock.clone());
    let timer = service.timer().expect("the timer of the mock");
    let without = builder().backend(TowerBackend::new(service.clone())).build().expect_err("no timer");
    assert_eq!(without.kind(), ErrorKind::Build);

    mock.on(GetAllAlbums::OPERATION).reply(Reply::silence());
    let client = builder().backend(TowerBackend::new(service).with_timer(timer)).build().expect("a client");
    let call = client.albums().get_all_albums();
    let mut call = pin!(call.into_future());
    assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    mock.timer().advance(Duration::from_secs(1));
    let error = call.await.expect_err("a time limit");
    let limit = error.transport_error().and_then(TransportError::time_limit);
    assert_eq!(limit, Some((TimeLimit::Call, Duration::from_secs(1))));
}

#[tokio::test]
async fn a_layer_of_tower_sees_each_call_once_where_it_is_a_layer_of_the_client() {
    let mock = MockSend::new();
    mock.on(GetAllAlbums::OPERATION)
        .reply(Reply::status(429).header("retry-after", "0"))
        .reply(Reply::json(&json!([])));
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let count = move |request: Request<Body>| {
        assert!(request.headers().get("x-api-key").is_none(), "the key is added later");
        counted.fetch_add(1, Ordering::Relaxed);
        request
    };
    let client = Client::builder("http://immich.test")
        .api_key("key")
        .backend(mock.clone())
        .retry(RetryPolicy::default())
        .layer(|next| TowerBackend::new(SendService::new(next).map_request(count)))
        .build()
        .expect("a client");
    client.albums().get_all_albums().await.expect("albums");
    assert_eq!((calls.load(Ordering::Relaxed), mock.requests().len()), (1, 2));
}

#[tokio::test]
async fn a_backend_is_a_service_for_programs_of_tower() {
    let mock = MockSend::new();
    mock.on(PingServer::OPERATION).reply(Reply::json(&json!({"res": "pong"})));
    mock.on(DownloadAsset::OPERATION).reply(Reply::failure(TransportErrorKind::Connect));
    let base = BaseUrl::parse("http://immich.test").expect("an address");
    let ping = PingServer::new().to_request(&base).expect("a request");
    let response = SendService::new(mock.clone()).oneshot(ping).await.expect("an answer");
    let body = response.into_body().bytes(100).await.expect("a body").expect("a short one");
    assert_eq!(&body[..], br#"{"res":"pong"}"#);

    let get = DownloadAsset::new(AssetId::default()).to_request(&base).expect("a request");
    let error = SendService::new(mock).oneshot(get).await.expect_err("no answer");
    assert_eq!(error.kind(), TransportErrorKind::Connect);
}
