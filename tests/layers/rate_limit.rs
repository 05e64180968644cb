//! How many requests go, in which order, and when.

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
use crate::{SECOND, builder, longest, pong};

type Calls<'c> = Vec<Driven<'c, Result<BinaryResponse, Error>>>;

fn client(mock: &MockSend, limit: RateLimit) -> Client {
    builder(mock).rate_limit(limit).build().expect("a client")
}

/// A mock that responses each of the numbered paths, and the client of it.
fn numbered(limit: RateLimit, reply: &Reply) -> (MockSend, Client) {
    let mock = MockSend::new();
    drop(mock.on_path(immich_sdk::http::Method::GET, "/api/{number}").reply(reply.clone()));
    let client = client(&mock, limit);
    (mock, client)
}

/// Starts calls of these numbers. Their responses are not read, so each stays in flight until it is dropped.
fn start(client: &Client, numbers: std::ops::Range<usize>) -> Calls<'_> {
    let calls = numbers.map(|number| {
        let call = client.send(RawRequest::get(format!("/{number}")).decode_as::<Binary>());
        Driven::start(call)
    });
    calls.collect()
}

/// The numbers that were asked, in order.
fn asked(mock: &MockSend) -> Vec<usize> {
    let number = |path: &str| path.rsplit('/').next().and_then(|number| number.parse().ok());
    mock.requests().iter().filter_map(|request| number(&request.path)).collect()
}

fn run(calls: &mut Calls<'_>) {
    // Twice: one call can wake another that was looked at before.
    for _ in 0..2 {
        for call in calls.iter_mut() {
            call.is_done();
        }
    }
}

fn done(calls: &mut Calls<'_>) -> Vec<usize> {
    run(calls);
    calls.iter_mut().enumerate().filter_map(|(number, call)| call.is_done().then_some(number)).collect()
}

/// Moves the clock by `step`, and a breath more: tokens come rounded up to the next nanosecond.
fn pass(mock: &MockSend, calls: &mut Calls<'_>, step: Duration) {
    mock.timer().advance(step + Duration::from_micros(1));
    for _ in 0..calls.len() {
        run(calls);
    }
}

#[test]
fn a_burst_goes_at_once_and_the_rest_at_the_pace_in_order() {
    let (mock, client) = numbered(RateLimit::new().per_second(2.0).burst(3), &pong());
    let mut calls = start(&client, 0..8);
    assert_eq!(asked(&mock), [0, 1, 2]);
    for sent in 4..=8 {
        mock.timer().advance(Duration::from_millis(490));
        run(&mut calls);
        assert_eq!(asked(&mock).len(), sent - 1, "not before its time");
        pass(&mock, &mut calls, Duration::from_millis(10));
        assert_eq!(asked(&mock), (0..sent).collect::<Vec<_>>());
    }
    assert_eq!(mock.timer().sleepers(), 0);
}

#[test]
fn a_pause_gives_the_burst_back_and_no_more() {
    let (mock, client) = numbered(RateLimit::new().per_second(1.0).burst(2), &pong());
    let mut first = start(&client, 0..2);
    assert_eq!(done(&mut first), [0, 1]);
    mock.timer().advance(3600 * SECOND);
    let _later = start(&client, 2..7);
    assert_eq!(asked(&mock), [0, 1, 2, 3]);
}

#[test]
fn one_is_in_flight_until_its_answer_is_read_or_dropped() {
    let (mock, client) = numbered(RateLimit::new().max_in_flight(2), &Reply::bytes("image/jpeg", vec![7; 40_000]));
    let mut calls = start(&client, 0..5);
    assert_eq!(asked(&mock), [0, 1]);
    let answer = calls.remove(0).outcome().expect("an answer");
    run(&mut calls);
    assert_eq!(asked(&mock), [0, 1], "its body is not read");
    Driven::start(answer.bytes(40_000)).outcome().expect("the body");
    run(&mut calls);
    assert_eq!(asked(&mock), [0, 1, 2], "it is read");
    drop(calls.remove(0).outcome().expect("an answer"));
    run(&mut calls);
    assert_eq!(asked(&mock), [0, 1, 2, 3], "it is dropped");
}

#[test]
fn a_failure_and_a_refusal_make_room() {
    let mock = MockSend::new();
    let failures = mock.on(PingServer::OPERATION).reply(Reply::failure(TransportErrorKind::Closed));
    drop(failures.reply(Reply::status(400)).reply(pong().cut_after(3)).reply(pong()));
    let client = client(&mock, RateLimit::new().max_in_flight(1));
    let mut calls: Vec<_> = (0..4).map(|_| Driven::start(client.server().ping_server())).collect();
    let kinds: Vec<_> = calls.drain(..).map(|call| call.outcome().map_err(|error| error.kind()).err()).collect();
    assert_eq!(kinds, [Some(ErrorKind::Transport), Some(ErrorKind::Api), Some(ErrorKind::Transport), None]);
}

#[test]
fn a_call_that_is_given_up_leaves_the_queue_and_wakes_the_next() {
    let (mock, client) = numbered(RateLimit::new().max_in_flight(1), &pong());
    let mut calls = start(&client, 0..4);
    assert_eq!(asked(&mock), [0]);
    drop(calls.remove(1));
    drop(calls.remove(0));
    run(&mut calls);
    assert_eq!(asked(&mock), [0, 2]);

    // The first of the queue sleeps for its token when it is given up.
    let (mock, client) = numbered(RateLimit::new().per_second(1.0), &pong());
    let mut calls = start(&client, 0..3);
    drop(calls.remove(1));
    run(&mut calls);
    pass(&mock, &mut calls, SECOND);
    assert_eq!(asked(&mock), [0, 2]);
    assert_eq!(mock.timer().sleepers(), 0);
}

#[test]
fn a_call_that_is_given_up_in_flight_makes_room() {
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
fn a_refusal_halves_the_pace_and_successes_bring_it_back() {
    let mock = MockSend::new();
    let path = immich_sdk::http::Method::GET;
    drop(mock.on_path(path, "/api/{number}").reply(Reply::status(429)).reply(pong()));
    let client = client(&mock, RateLimit::new().per_second(10.0));
    let mut calls = start(&client, 0..60);
    let mut times = vec![0_u64];
    for step in 1..200 {
        pass(&mock, &mut calls, Duration::from_millis(50));
        times.resize(asked(&mock).len(), step * 50);
    }
    assert_eq!(asked(&mock), (0..60).collect::<Vec<_>>());
    let gap = |number: usize| times[number + 1] - times[number];
    assert!((200..=250).contains(&gap(0)), "half the pace: {times:?}");
    assert!((100..=150).contains(&gap(30)), "the full pace again: {times:?}");
    let first: u64 = times[11] - times[1];
    assert!(first > 1200, "it comes back step by step: {times:?}");
}

/// Four refusals at a full pace of 10 a second, and how long until the next request is let through.
fn after_four_refusals(together: bool) -> Duration {
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
    // The tokens that came meanwhile are used up first.
    let used = start(&client, 4..8).iter_mut().filter_map(|call| call.is_done().then_some(())).count();
    let mut next = Driven::start(client.send(RawRequest::get("/8").decode_as::<Binary>()));
    let took = next.run(&mock.timer(), Duration::from_millis(10), 10 * SECOND);
    assert_eq!(used, 0);
    took - by
}

#[test]
fn refusals_of_what_was_let_through_at_once_halve_the_pace_once() {
    assert_eq!(after_four_refusals(false).as_millis() / 100, 16, "each of them was let through after the one before");
    assert_eq!(after_four_refusals(true).as_millis() / 100, 2, "half the pace");
}

#[test]
fn what_the_server_asks_to_wait_holds_for_all() {
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
fn a_wait_of_hours_is_a_minute_for_all() {
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
    let client = builder(&mock).rate_limit(limit).retry(longest().random(|| 0.0)).build().expect("a client");
    let mut call = Driven::start(client.server().ping_server());
    let took = call.run(&mock.timer(), SECOND, 60 * SECOND);
    call.outcome().expect("pong");
    assert!((20..=22).contains(&took.as_secs()), "{took:?}");
}

#[test]
fn a_limit_that_lets_nothing_through_is_refused() {
    for wrong in [0.0, -1.0, f64::NAN] {
        let error = builder(&MockSend::new()).rate_limit(RateLimit::new().per_second(wrong)).build().err();
        assert_eq!(error.map(|error| error.kind()), Some(ErrorKind::Build), "{wrong}");
    }
}

/// Holds as many responses as may be in flight, and starts one more call.
fn held(photo: &Reply, timeouts: Timeouts) -> (MockSend, Client) {
    let mock = MockSend::new();
    drop(mock.on_path(immich_sdk::http::Method::GET, "/api/{number}").reply(photo.clone()));
    drop(mock.on(PingServer::OPERATION).reply(pong()));
    let limit = RateLimit::new().max_in_flight(1);
    let client = builder(&mock).rate_limit(limit).timeouts(timeouts).retry(RetryPolicy::default()).build();
    (mock, client.expect("a client"))
}

#[test]
fn a_turn_that_cannot_come_is_an_error_in_the_time_limit() {
    for timeouts in [Timeouts::new().idle(30 * SECOND), Timeouts::new().response(30 * SECOND).idle(90 * SECOND)] {
        let (mock, client) = held(&Reply::bytes("image/jpeg", vec![7; 40_000]), timeouts);
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
fn a_response_that_is_read_slowly_is_waited_for() {
    let photo = Reply::bytes("image/jpeg", vec![7; 40_000]).in_chunks(1000);
    let (mock, client) = held(&photo, Timeouts::new().idle(30 * SECOND));
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
fn without_a_time_limit_it_waits_for_as_long_as_it_takes() {
    let (mock, client) = held(&Reply::bytes("image/jpeg", vec![7; 40_000]), Timeouts::new());
    let held = start(&client, 0..1).remove(0).outcome().expect("a response");
    let mut call = Driven::start(client.server().ping_server());
    mock.timer().advance(24 * 3600 * SECOND);
    assert!(!call.is_done());
    drop(held);
    call.outcome().expect("its turn");
}

#[test]
fn a_lower_pace_does_not_count_what_the_caller_holds() {
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
fn what_explains_an_error_does_not_wait_for_the_response_that_is_explained() {
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
