//! Slow bodies, and stalled bodies.

use std::time::Duration;

use immich_sdk::api::{DownloadAsset, PingServer, UploadAsset};
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::{MockSend, Reply};
use immich_sdk::{AssetId, Body, Client, Error, ErrorKind, FilePart, HttpSend, ResponseBody, TimeLimit, Timeouts};
use serde_json::json;

use crate::SECOND;
use crate::drive::Driven;
use crate::slow::{Buffered, SlowConnection, SlowResponse, trickle};

/// Three hours.
const LONG: u64 = 3 * 60 * 60;

fn client(backend: impl HttpSend + 'static, timeouts: Timeouts) -> Client {
    Client::builder("http://immich.test").backend(backend).timeouts(timeouts).build().expect("a client")
}

async fn upload(client: &Client, body: Body) -> Result<(), Error> {
    let photo = FilePart::new("a.jpg", body);
    let (created, modified) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    client.assets().upload_asset(photo, created, modified).await.map(drop)
}

fn accepting() -> MockSend {
    let mock = MockSend::new();
    drop(mock.on(UploadAsset::OPERATION).reply(Reply::json(&json!({"id": AssetId::default(), "status": "created"}))));
    mock
}

fn limit(error: &Error) -> Option<(TimeLimit, Duration)> {
    error.transport_error().expect("a transport error").time_limit()
}

#[test]
fn a_slow_upload_may_take_hours() {
    let mock = accepting();
    let client = client(mock.clone(), Timeouts::new().idle(30 * SECOND).response(30 * SECOND));
    let body = Body::stream(trickle(mock.timer(), SECOND, LONG, true), Some(LONG));
    let mut call = Driven::start(upload(&client, body));
    assert_eq!(call.run(&mock.timer(), SECOND, Duration::from_secs(2 * LONG)), Duration::from_secs(LONG));
    call.outcome().expect("an upload");
    assert_eq!(mock.timer().sleepers(), 0);
}

#[test]
fn a_stalled_upload_ends_at_the_idle_limit() {
    let mock = accepting();
    let client = client(mock.clone(), Timeouts::new().idle(30 * SECOND));
    let body = Body::stream(trickle(mock.timer(), 29 * SECOND, 10, false), None);
    let mut call = Driven::start(upload(&client, body));
    assert_eq!(call.run(&mock.timer(), SECOND, 1000 * SECOND), 290 * SECOND + 30 * SECOND);
    let error = call.outcome().expect_err("a limit");
    assert_eq!(limit(&error), Some((TimeLimit::Idle, 30 * SECOND)));
    assert!(error.to_string().contains("no byte moved within 30s"), "{error}");
    assert_eq!(mock.timer().sleepers(), 0);
}

#[test]
fn the_response_limit_starts_after_the_last_byte() {
    let mock = MockSend::new();
    drop(mock.on(UploadAsset::OPERATION).reply(Reply::silence()));
    let client = client(mock.clone(), Timeouts::new().response(10 * SECOND));
    let body = Body::stream(trickle(mock.timer(), SECOND, 100, true), Some(100));
    let mut call = Driven::start(upload(&client, body));
    assert_eq!(call.run(&mock.timer(), SECOND, 1000 * SECOND), 110 * SECOND);
    assert_eq!(limit(&call.outcome().expect_err("a limit")), Some((TimeLimit::Response, 10 * SECOND)));
}

#[test]
fn the_attempt_limit_applies_to_an_upload_with_progress() {
    let mock = accepting();
    let client = client(mock.clone(), Timeouts::new().attempt(10 * SECOND).idle(30 * SECOND));
    let body = Body::stream(trickle(mock.timer(), SECOND, 100, true), Some(100));
    let mut call = Driven::start(upload(&client, body));
    assert_eq!(call.run(&mock.timer(), SECOND, 1000 * SECOND), 10 * SECOND);
    assert_eq!(limit(&call.outcome().expect_err("a limit")), Some((TimeLimit::Attempt, 10 * SECOND)));
}

#[test]
fn bytes_in_memory_are_sent_at_the_speed_of_the_connection() {
    let mock = accepting();
    let connection = SlowConnection { mock: mock.clone(), every: 5 * SECOND };
    let client = client(connection, Timeouts::new().idle(10 * SECOND).response(10 * SECOND));
    let mut call = Driven::start(upload(&client, vec![7; 8 << 20].into()));
    let took = call.run(&mock.timer(), SECOND, 10_000 * SECOND);
    call.outcome().expect("an upload whose buffered bytes do not count as sent");
    assert!(took > 60 * SECOND, "{took:?}");
}

#[test]
fn buffered_bytes_get_the_time_of_a_slow_connection() {
    // 1 MiB at 8 KiB/s takes 128 s, whether it is the whole upload or the start of one.
    for body in [vec![7; 1 << 20], vec![7; 2 << 20]] {
        let connection = Buffered { mock: accepting(), bytes: 1 << 20, wait: Some(120 * SECOND) };
        let timer = connection.mock.timer();
        let client = client(connection, Timeouts::new().idle(30 * SECOND).response(30 * SECOND));
        let mut call = Driven::start(upload(&client, body.into()));
        assert_eq!(call.run(&timer, SECOND, 1000 * SECOND), 120 * SECOND);
        call.outcome().expect("an upload whose bytes were in transit");
    }
}

#[test]
fn a_buffer_that_does_not_drain_ends_at_the_idle_limit() {
    for (limited, ends) in [(30, 128), (10, 50), (300, 300)] {
        let connection = Buffered { mock: accepting(), bytes: 1 << 20, wait: None };
        let timer = connection.mock.timer();
        let client = client(connection, Timeouts::new().idle(limited * SECOND));
        let mut call = Driven::start(upload(&client, vec![7; 2 << 20].into()));
        assert_eq!(call.run(&timer, SECOND, 1000 * SECOND), ends * SECOND);
        assert_eq!(limit(&call.outcome().expect_err("a limit")), Some((TimeLimit::Idle, ends * SECOND)));
    }
}

#[test]
fn a_slow_download_may_take_hours() {
    let mock = MockSend::new();
    drop(mock.on(DownloadAsset::OPERATION).reply(Reply::status(200)));
    let timer = mock.timer();
    let slow = SlowResponse { mock, every: SECOND, count: LONG, ends: true };
    let client = client(slow, Timeouts::new().idle(30 * SECOND).attempt(SECOND).call(SECOND));
    let mut call = Driven::start(async {
        let response = client.assets().download_asset(AssetId::default()).await?;
        response.bytes(LONG).await
    });
    assert_eq!(call.run(&timer, SECOND, Duration::from_secs(2 * LONG)), Duration::from_secs(LONG));
    assert_eq!(call.outcome().expect("a download").len() as u64, LONG);
    assert_eq!(timer.sleepers(), 0);
}

#[test]
fn a_stalled_download_ends_at_the_idle_limit() {
    let mock = MockSend::new();
    drop(mock.on(DownloadAsset::OPERATION).reply(Reply::status(200)));
    let timer = mock.timer();
    let slow = SlowResponse { mock, every: 29 * SECOND, count: 3, ends: false };
    let client = client(slow, Timeouts::new().idle(30 * SECOND));
    let mut call = Driven::start(async {
        let response = client.assets().download_asset(AssetId::default()).await?;
        response.bytes(LONG).await
    });
    assert_eq!(call.run(&timer, SECOND, 1000 * SECOND), 87 * SECOND + 30 * SECOND);
    let error = call.outcome().expect_err("a limit");
    assert_eq!((error.kind(), limit(&error)), (ErrorKind::Timeout, Some((TimeLimit::Idle, 30 * SECOND))));
    assert_eq!(timer.sleepers(), 0);
}

#[test]
fn a_slow_reader_does_not_exceed_the_idle_limit() {
    let mock = MockSend::new();
    drop(mock.on(DownloadAsset::OPERATION).reply(Reply::bytes("image/jpeg", vec![7; 100_000])));
    let client = client(mock.clone(), Timeouts::new().idle(30 * SECOND));
    let call = client.assets().download_asset(AssetId::default());
    let mut response = Driven::start(call).outcome().expect("a response");
    loop {
        mock.timer().advance(600 * SECOND);
        if Driven::start(response.chunk()).outcome().expect("a chunk").is_none() {
            break;
        }
    }
}

#[test]
fn an_empty_chunk_is_not_the_end() {
    let chunks = [Ok("".into()), Ok("hello".into())];
    let body = ResponseBody::from(Body::stream(futures_util::stream::iter(chunks), None));
    let read = Driven::start(body.bytes(10)).outcome().expect("a body").expect("within the limit");
    assert_eq!(&read[..], b"hello");
}

/// A client that receives JSON responses byte by byte.
fn json(mock: MockSend, every: Duration, length: u64, timeouts: Timeouts) -> Client {
    drop(mock.on(PingServer::OPERATION).reply(Reply::json(&json!({ "res": "pong" }))));
    client(SlowResponse { mock, every, count: length, ends: true }, timeouts)
}

#[test]
fn trickling_json_ends_at_the_time_limit() {
    for every in [SECOND / 4, SECOND] {
        let mock = MockSend::new();
        let timer = mock.timer();
        let client = json(mock, every, LONG, Timeouts::new().idle(30 * SECOND));
        let mut call = Driven::start(client.server().ping_server());
        let took = call.run(&timer, SECOND / 4, 100 * SECOND);
        assert!(took >= 30 * SECOND && took < 32 * SECOND, "{took:?}");
        let error = call.outcome().expect_err("a limit");
        assert_eq!((error.kind(), limit(&error)), (ErrorKind::Timeout, Some((TimeLimit::Rate, 30 * SECOND))));
        assert_eq!(timer.sleepers(), 0);
    }
}

#[test]
fn short_json_may_arrive_slowly() {
    let mock = MockSend::new();
    let timer = mock.timer();
    let client = json(mock, SECOND, 20, Timeouts::new().idle(30 * SECOND));
    let mut call = Driven::start(client.server().ping_server());
    call.run(&timer, SECOND, 100 * SECOND);
    // The bytes are not valid JSON, but all of them arrived.
    assert_eq!(call.outcome().expect_err("no JSON").kind(), ErrorKind::Decode);
}
