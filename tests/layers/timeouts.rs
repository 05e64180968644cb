//! Time limits, and the errors that name them.

use std::time::Duration;

use immich_sdk::api::{GetServerVersion, GetWorkflowTriggers, PingServer};
use immich_sdk::mock::{MockSend, Reply};
use immich_sdk::{Client, Error, ErrorKind, GiveUpReason, TimeLimit, Timeouts, Timer, TransportErrorKind};
use serde_json::json;

use crate::drive::Driven;
use crate::{SECOND, builder, pong, without_jitter};

const MILLI: Duration = Duration::from_millis(1);

fn silent() -> MockSend {
    let mock = MockSend::new();
    drop(mock.on(PingServer::OPERATION).reply(Reply::silence()));
    mock
}

fn client(mock: &MockSend, timeouts: Timeouts) -> Client {
    builder(mock).timeouts(timeouts).build().expect("a client")
}

/// Checks that the error is a timeout of this limit with this text.
fn check(error: &Error, limit: TimeLimit, after: Duration, text: &str) {
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    let transport = error.transport_error().expect("a transport error");
    assert_eq!(transport.kind(), TransportErrorKind::Timeout);
    assert_eq!(transport.time_limit(), Some((limit, after)));
    assert!(transport.may_have_been_sent());
    assert!(error.to_string().contains(text), "{error}");
}

#[test]
fn each_limit_ends_a_call_without_a_response_and_is_named() {
    for (timeouts, limit, text) in [
        (Timeouts::new().call(5 * SECOND), TimeLimit::Call, "the call did not complete within 5s"),
        (Timeouts::new().attempt(5 * SECOND), TimeLimit::Attempt, "the attempt got no response within 5s"),
        (
            Timeouts::new().response(5 * SECOND),
            TimeLimit::Response,
            "the request was sent and got no response within 5s",
        ),
    ] {
        let mock = silent();
        let client = client(&mock, timeouts);
        let mut call = Driven::start(client.server().ping_server());
        mock.timer().advance(5 * SECOND - MILLI);
        assert!(!call.is_done(), "not before its time");
        mock.timer().advance(MILLI);
        check(&call.outcome().expect_err("a limit"), limit, 5 * SECOND, text);
        assert_eq!(mock.timer().sleepers(), 0, "no timer stays behind");
        assert_eq!(mock.requests().len(), 1);
    }
}

#[test]
fn the_shortest_limit_wins() {
    let timeouts = Timeouts::new().call(9 * SECOND).attempt(7 * SECOND).response(5 * SECOND).idle(3 * SECOND);
    let mock = silent();
    let client = client(&mock, timeouts);
    let mut call = Driven::start(client.server().ping_server());
    assert_eq!(
        call.run(&mock.timer(), MILLI, 9 * SECOND),
        5 * SECOND,
        "there is no body, so the idle limit does not apply"
    );
    check(&call.outcome().expect_err("a limit"), TimeLimit::Response, 5 * SECOND, "got no response");
}

#[test]
fn a_response_in_time_is_not_an_error() {
    let mock = MockSend::new();
    mock.on(PingServer::OPERATION).reply(pong()).times(1);
    let client = client(&mock, Timeouts::new().call(SECOND).attempt(SECOND).response(SECOND).idle(SECOND));
    Driven::start(client.server().ping_server()).outcome().expect("pong");
    assert_eq!(mock.timer().sleepers(), 0);
}

#[test]
fn the_attempt_limit_is_per_attempt_and_the_call_limit_for_all() {
    let mock = MockSend::new();
    let silences = mock.on(PingServer::OPERATION).reply(Reply::silence()).reply(Reply::silence());
    drop(silences.reply(pong()));
    let timeouts = Timeouts::new().attempt(2 * SECOND);
    let patient = builder(&mock).timeouts(timeouts).retry(without_jitter()).build().expect("a client");
    let mut call = Driven::start(patient.server().ping_server());
    // An attempt of 2 s, a delay of 1 s, an attempt of 2 s, a delay of 2 s.
    assert_eq!(call.run(&mock.timer(), MILLI, 60 * SECOND), 7 * SECOND);
    call.outcome().expect("pong");

    let mock = silent();
    let hurried = builder(&mock).timeouts(timeouts.call(6 * SECOND)).retry(without_jitter()).build().expect("a client");
    let mut call = Driven::start(hurried.server().ping_server());
    assert_eq!(call.run(&mock.timer(), MILLI, 60 * SECOND), 6 * SECOND);
    check(&call.outcome().expect_err("a limit"), TimeLimit::Call, 6 * SECOND, "the call did not complete within 6s");
    assert_eq!(mock.requests().len(), 2);
    assert_eq!(mock.timer().sleepers(), 0);
}

#[test]
fn the_last_timeout_of_an_attempt_reports_the_number_of_attempts() {
    let mock = silent();
    let timeouts = Timeouts::new().attempt(2 * SECOND);
    let client = builder(&mock).timeouts(timeouts).retry(without_jitter().max_attempts(2)).build().expect("a client");
    let mut call = Driven::start(client.server().ping_server());
    call.run(&mock.timer(), MILLI, 60 * SECOND);
    let error = call.outcome().expect_err("a limit");
    check(&error, TimeLimit::Attempt, 2 * SECOND, "2 attempts: no attempts left");
    assert_eq!(error.attempts().map(|attempts| attempts.stopped), Some(GiveUpReason::AttemptsUsedUp));
}

#[test]
fn a_call_can_have_its_own_limits() {
    let mock = silent();
    let client = client(&mock, Timeouts::new().attempt(5 * SECOND));
    let mut call = Driven::start(client.server().ping_server().timeout(2 * SECOND));
    assert_eq!(call.run(&mock.timer(), MILLI, 60 * SECOND), 2 * SECOND);
    check(&call.outcome().expect_err("a limit"), TimeLimit::Call, 2 * SECOND, "within 2s");
    let mut call = Driven::start(client.server().ping_server().timeout(9 * SECOND));
    assert_eq!(call.run(&mock.timer(), MILLI, 60 * SECOND), 5 * SECOND, "the other limits of the client still apply");
    check(&call.outcome().expect_err("a limit"), TimeLimit::Attempt, 5 * SECOND, "within 5s");
    let own = Timeouts::new().response(7 * SECOND);
    let mut call = Driven::start(client.server().ping_server().timeouts(own));
    assert_eq!(call.run(&mock.timer(), MILLI, 60 * SECOND), 7 * SECOND, "overriding those of the client");
    check(&call.outcome().expect_err("a limit"), TimeLimit::Response, 7 * SECOND, "within 7s");
}

#[test]
fn details_of_an_error_are_requested_within_the_call_limit() {
    let mock = MockSend::new();
    let unknown = json!({"message": "Cannot GET /api/trash", "error": "Not Found", "statusCode": 404});
    mock.on(GetWorkflowTriggers::OPERATION).reply(Reply::json(&unknown).with_status(404)).times(1);
    mock.on(GetServerVersion::OPERATION).reply(Reply::silence()).times(1);
    let client = builder(&mock).build().expect("a client");
    let mut call = Driven::start(client.workflows().get_workflow_triggers().timeout(2 * SECOND));
    assert_eq!(call.run(&mock.timer(), MILLI, 60 * SECOND), 2 * SECOND);
    let error = call.outcome().expect_err("a refusal");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(404), "the status is reported: {error}");
    assert!(mock.timer().elapsed() <= 2 * SECOND);
}
