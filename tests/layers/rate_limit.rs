//! The rate limit: the number, order and timing of requests.

use std::time::Duration;

use immich_sdk::api::{GetAllAlbums, GetServerVersion, GetSyncStream, PingServer, SyncRequestType, SyncStreamDto};
use immich_sdk::mock::{MockSend, Reply};
use immich_sdk::{
    Binary, BinaryResponse, Client, Error, ErrorKind, RateLimit, RawRequest, RetryPolicy, TimeLimit, Timeouts,
    TransportErrorKind,
};
use serde_json::json;

use crate::drive::Driven;
use crate::slow::Delayed;
use crate::{SECOND, builder, pong, without_jitter};

type Calls<'c> = Vec<Driven<'c, Result<BinaryResponse, Error>>>;

fn client(mock: &MockSend, limit: RateLimit) -> Client {
    builder(mock).rate_limit(limit).build().expect("a client")
}

/// A mock that responds to numbered paths, and a client of it.
fn numbered(limit: RateLimit, reply: &Reply) -> (MockSend, Client) {
    let mock = MockSend::new();
    drop(mock.on_path(immich_sdk::http::Method::GET, "/api/{number}").reply(reply.clone()));
    let client = client(&mock, limit);
    (mock, client)
}

/// Starts calls to these numbered paths. Their responses are not read, so each stays in flight until it is dropped.
fn start(client: &Client, numbers: std::ops::Range<usize>) -> Calls<'_> {
    let calls = numbers.map(|number| {
        let call = client.send(RawRequest::get(format!("/{number}")).decode_as::<Binary>());
        Driven::start(call)
    });
    calls.collect()
}

/// The numbers that were requested, in order.
fn requested(mock: &MockSend) -> Vec<usize> {
    let number = |path: &str| path.rsplit('/').next().and_then(|number| number.parse().ok());
    mock.requests().iter().filter_map(|request| number(&request.path)).collect()
}

fn poll_all(calls: &mut Calls<'_>) {
    // Twice, because a call can wake one that was polled before it.
    for _ in 0..2 {
        for call in calls.iter_mut() {
            call.is_done();
        }
    }
}

fn done(calls: &mut Calls<'_>) -> Vec<usize> {
    poll_all(calls);
    calls.iter_mut().enumerate().filter_map(|(number, call)| call.is_done().then_some(number)).collect()
}

/// Advances the clock by slightly more than `step`, because token times are rounded up to the next nanosecond.
fn advance(mock: &MockSend, calls: &mut Calls<'_>, step: Duration) {
    mock.timer().advance(step + Duration::from_micros(1));
    for _ in 0..calls.len() {
        poll_all(calls);
    }
}

#[test]
fn a_burst_is_sent_at_once_and_the_rest_in_order_at_the_rate() {
    let (mock, client) = numbered(RateLimit::new().per_second(2.0).burst(3), &pong());
    let mut calls = start(&client, 0..8);
    assert_eq!(requested(&mock), [0, 1, 2]);
    for sent in 4..=8 {
        mock.timer().advance(Duration::from_millis(490));
        poll_all(&mut calls);
        assert_eq!(requested(&mock).len(), sent - 1, "not too early");
        advance(&mock, &mut calls, Duration::from_millis(10));
        assert_eq!(requested(&mock), (0..sent).collect::<Vec<_>>());
    }
    assert_eq!(mock.timer().sleepers(), 0);
}

#[test]
fn an_idle_period_restores_only_the_burst() {
    let (mock, client) = numbered(RateLimit::new().per_second(1.0).burst(2), &pong());
    let mut first = start(&client, 0..2);
    assert_eq!(done(&mut first), [0, 1]);
    mock.timer().advance(3600 * SECOND);
    let _later = start(&client, 2..7);
    assert_eq!(requested(&mock), [0, 1, 2, 3]);
}

#[test]
fn a_request_is_in_flight_until_its_response_is_read_or_dropped() {
    let (mock, client) = numbered(RateLimit::new().max_in_flight(2), &Reply::bytes("image/jpeg", vec![7; 40_000]));
    let mut calls = start(&client, 0..5);
    assert_eq!(requested(&mock), [0, 1]);
    let response = calls.remove(0).outcome().expect("a response");
    poll_all(&mut calls);
    assert_eq!(requested(&mock), [0, 1], "its body is not read");
    Driven::start(response.bytes(40_000)).outcome().expect("the body");
    poll_all(&mut calls);
    assert_eq!(requested(&mock), [0, 1, 2], "it is read");
    drop(calls.remove(0).outcome().expect("a response"));
    poll_all(&mut calls);
    assert_eq!(requested(&mock), [0, 1, 2, 3], "it is dropped");
}

#[test]
fn failed_requests_are_not_in_flight() {
    let mock = MockSend::new();
    let failures = mock.on(PingServer::OPERATION).reply(Reply::failure(TransportErrorKind::Closed));
    drop(failures.reply(Reply::status(400)).reply(pong().cut_after(3)).reply(pong()));
    let client = client(&mock, RateLimit::new().max_in_flight(1));
    let mut calls: Vec<_> = (0..4).map(|_| Driven::start(client.server().ping_server())).collect();
    let kinds: Vec<_> = calls.drain(..).map(|call| call.outcome().map_err(|error| error.kind()).err()).collect();
    assert_eq!(kinds, [Some(ErrorKind::Transport), Some(ErrorKind::Api), Some(ErrorKind::Transport), None]);
}

#[test]
fn a_dropped_call_leaves_the_queue_and_wakes_the_next() {
    let (mock, client) = numbered(RateLimit::new().max_in_flight(1), &pong());
    let mut calls = start(&client, 0..4);
    assert_eq!(requested(&mock), [0]);
    drop(calls.remove(1));
    drop(calls.remove(0));
    poll_all(&mut calls);
    assert_eq!(requested(&mock), [0, 2]);

    // The first call in the queue is dropped while it sleeps for its token.
    let (mock, client) = numbered(RateLimit::new().per_second(1.0), &pong());
    let mut calls = start(&client, 0..3);
    drop(calls.remove(1));
    poll_all(&mut calls);
    advance(&mock, &mut calls, SECOND);
    assert_eq!(requested(&mock), [0, 2]);
    assert_eq!(mock.timer().sleepers(), 0);
}

#[test]
fn a_call_dropped_in_flight_frees_its_slot() {
    let mock = MockSend::new();
    drop(mock.on(PingServer::OPERATION).reply(Reply::silence()));
    drop(mock.on(GetAllAlbums::OPERATION).reply(Reply::json(&json!([]))));
    let client = client(&mock, RateLimit::new().max_in_flight(1));
    let silent = Driven::start(client.server().ping_server());
    let mut next = Driven::start(client.albums().get_all_albums());
    assert!(!next.is_done());
    drop(silent);
    next.outcome().expect("albums");
}

#[test]
fn a_rejection_halves_the_rate_and_successes_restore_it() {
    let mock = MockSend::new();
    let path = immich_sdk::http::Method::GET;
    drop(mock.on_path(path, "/api/{number}").reply(Reply::status(429)).reply(pong()));
    let client = client(&mock, RateLimit::new().per_second(10.0));
    let mut calls = start(&client, 0..60);
    let mut times = vec![0_u64];
    for step in 1..200 {
        advance(&mock, &mut calls, Duration::from_millis(50));
        times.resize(requested(&mock).len(), step * 50);
    }
    assert_eq!(requested(&mock), (0..60).collect::<Vec<_>>());
    let gap = |number: usize| times[number + 1] - times[number];
    assert!((200..=250).contains(&gap(0)), "half the rate: {times:?}");
    assert!((100..=150).contains(&gap(30)), "the full rate again: {times:?}");
    let first: u64 = times[11] - times[1];
    assert!(first > 1200, "the rate recovers gradually: {times:?}");
}

/// Returns the time to the next request after four rejections at a rate of 10 per second.
fn delay_after_four_rejections(together: bool) -> Duration {
    let mock = MockSend::new();
    let rule = mock.on_path(immich_sdk::http::Method::GET, "/api/{number}");
    let refused = (0..4).fold(rule, |rule, _| rule.reply(Reply::status(503)));
    drop(refused.reply(pong()));
    let by = if together { SECOND } else { Duration::ZERO };
    let backend = Delayed { mock: mock.clone(), by };
    let limit = RateLimit::new().per_second(10.0).burst(4);
    let client = Client::builder("http://immich.test").backend(backend).rate_limit(limit).build().expect("a client");
    let mut calls = start(&client, 0..4);
    mock.timer().advance(by);
    assert_eq!(done(&mut calls), [0, 1, 2, 3]);
    // Tokens that have accumulated are used up first.
    let used = start(&client, 4..8).iter_mut().filter_map(|call| call.is_done().then_some(())).count();
    let mut next = Driven::start(client.send(RawRequest::get("/8").decode_as::<Binary>()));
    let took = next.run(&mock.timer(), Duration::from_millis(10), 10 * SECOND);
    assert_eq!(used, 0);
    took - by
}

#[test]
fn concurrent_rejections_halve_the_rate_once() {
    assert_eq!(
        delay_after_four_rejections(false).as_millis() / 100,
        16,
        "each request was sent after the previous one"
    );
    assert_eq!(delay_after_four_rejections(true).as_millis() / 100, 2, "half the rate");
}

#[test]
fn retry_after_applies_to_all_calls() {
    let mock = MockSend::new();
    let busy = Reply::status(429).header("retry-after", "30");
    drop(mock.on(PingServer::OPERATION).reply(busy).reply(pong()));
    drop(mock.on(GetAllAlbums::OPERATION).reply(Reply::json(&json!([]))));
    let client = client(&mock, RateLimit::new().per_second(1000.0));
    Driven::start(client.server().ping_server()).outcome().expect_err("a refusal");
    let mut other = Driven::start(client.albums().get_all_albums());
    mock.timer().advance(29 * SECOND);
    assert!(!other.is_done());
    mock.timer().advance(SECOND);
    other.outcome().expect("albums");
}

#[test]
fn retry_after_delays_other_calls_by_at_most_a_minute() {
    let mock = MockSend::new();
    let busy = Reply::status(503).header("retry-after", "86400");
    drop(mock.on(PingServer::OPERATION).reply(busy).reply(pong()));
    let client = client(&mock, RateLimit::new().max_in_flight(4));
    Driven::start(client.server().ping_server()).outcome().expect_err("a refusal");
    let mut next = Driven::start(client.server().ping_server());
    mock.timer().advance(59 * SECOND);
    assert!(!next.is_done());
    mock.timer().advance(SECOND);
    next.outcome().expect("pong");
}

#[test]
fn each_attempt_waits_for_its_turn() {
    let mock = MockSend::new();
    drop(mock.on(PingServer::OPERATION).reply(Reply::status(500)).reply(Reply::status(500)).reply(pong()));
    let limit = RateLimit::new().per_second(0.1);
    let client = builder(&mock).rate_limit(limit).retry(without_jitter().random(|| 0.0)).build().expect("a client");
    let mut call = Driven::start(client.server().ping_server());
    let took = call.run(&mock.timer(), SECOND, 60 * SECOND);
    call.outcome().expect("pong");
    assert!((20..=22).contains(&took.as_secs()), "{took:?}");
}

#[test]
fn an_invalid_rate_is_rejected() {
    for wrong in [0.0, -1.0, f64::NAN] {
        let error = builder(&MockSend::new()).rate_limit(RateLimit::new().per_second(wrong)).build().err();
        assert_eq!(error.map(|error| error.kind()), Some(ErrorKind::Build), "{wrong}");
    }
}

/// A client with at most one request in flight, and a mock that returns `photo` for numbered paths.
fn single_slot(photo: &Reply, timeouts: Timeouts) -> (MockSend, Client) {
    let mock = MockSend::new();
    drop(mock.on_path(immich_sdk::http::Method::GET, "/api/{number}").reply(photo.clone()));
    drop(mock.on(PingServer::OPERATION).reply(pong()));
    let limit = RateLimit::new().max_in_flight(1);
    let client = builder(&mock).rate_limit(limit).timeouts(timeouts).retry(RetryPolicy::default()).build();
    (mock, client.expect("a client"))
}

#[test]
fn a_turn_that_never_comes_is_a_timeout() {
    for timeouts in [Timeouts::new().idle(30 * SECOND), Timeouts::new().response(30 * SECOND).idle(90 * SECOND)] {
        let (mock, client) = single_slot(&Reply::bytes("image/jpeg", vec![7; 40_000]), timeouts);
        let held = start(&client, 0..1).remove(0).outcome().expect("a response");
        let mut call = Driven::start(client.server().ping_server());
        let waited = call.run(&mock.timer(), SECOND, 40 * SECOND);
        assert_eq!(waited, 30 * SECOND);
        let error = call.outcome().expect_err("no turn");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        let transport = error.transport_error().expect("of the transport");
        assert_eq!(transport.time_limit(), Some((TimeLimit::Turn, 30 * SECOND)));
        assert!(!transport.may_have_been_sent() && error.to_string().contains("max_in_flight"), "{error}");
        assert_eq!(error.attempts().expect("attempts").made, 1, "only the caller can make room");
        drop(held);
        assert_eq!(mock.timer().sleepers(), 0);
        Driven::start(client.server().ping_server()).outcome().expect("room again");
    }
}

#[test]
fn a_slowly_read_response_is_waited_for() {
    let photo = Reply::bytes("image/jpeg", vec![7; 40_000]).in_chunks(1000);
    let (mock, client) = single_slot(&photo, Timeouts::new().idle(30 * SECOND));
    let mut held = start(&client, 0..1).remove(0).outcome().expect("a response");
    let mut call = Driven::start(client.server().ping_server());
    for _ in 0..40 {
        mock.timer().advance(29 * SECOND);
        assert!(!call.is_done());
        Driven::start(held.chunk()).outcome().expect("a chunk");
    }
    drop(held);
    call.outcome().expect("its turn");
}

#[test]
fn without_a_time_limit_a_call_waits_indefinitely() {
    let (mock, client) = single_slot(&Reply::bytes("image/jpeg", vec![7; 40_000]), Timeouts::new());
    let held = start(&client, 0..1).remove(0).outcome().expect("a response");
    let mut call = Driven::start(client.server().ping_server());
    mock.timer().advance(24 * 3600 * SECOND);
    assert!(!call.is_done());
    drop(held);
    call.outcome().expect("its turn");
}

#[test]
fn a_reduced_rate_does_not_count_held_responses() {
    let mock = MockSend::new();
    let photo = Reply::bytes("image/jpeg", vec![7; 40_000]);
    drop(mock.on_path(immich_sdk::http::Method::GET, "/api/{number}").reply(photo));
    drop(mock.on(PingServer::OPERATION).reply(Reply::status(429)).reply(pong()));
    let client = builder(&mock).rate_limit(RateLimit::new().max_in_flight(2)).build().expect("a client");
    let held = start(&client, 0..1).remove(0).outcome().expect("a response");
    Driven::start(client.server().ping_server()).outcome().expect_err("429");
    Driven::start(client.server().ping_server()).outcome().expect("a turn beside the held response");
    drop(held);
}

#[test]
fn details_of_an_error_do_not_wait_for_its_response() {
    let mock = MockSend::new();
    let lines =
        "{\"type\":\"AssetV1\",\"data\":7,\"ack\":\"a\"}\n{\"type\":\"SyncCompleteV1\",\"data\":{},\"ack\":\"b\"}\n";
    drop(mock.on(GetSyncStream::OPERATION).reply(Reply::bytes("application/jsonlines+json", lines)));
    drop(mock.on(GetServerVersion::OPERATION).reply(Reply::json(&json!({"major": 3, "minor": 1, "patch": 0}))));
    let client = builder(&mock).rate_limit(RateLimit::new().max_in_flight(1)).build().expect("a client");
    let call = client.sync().get_sync_stream(SyncStreamDto::new([SyncRequestType::AssetsV1])).events();
    let mut events = Driven::start(call).outcome().expect("events");
    let error = Driven::start(events.next()).outcome().expect_err("a line that does not fit");
    assert!(error.to_string().contains("3.1.0"), "{error}");
    assert!(Driven::start(events.next()).outcome().expect("the next line").is_some());
}
