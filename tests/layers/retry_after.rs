//! The `retry-after` header.

use std::time::Duration;

use immich_sdk::api::{GetAllAlbums, PingServer};
use immich_sdk::mock::{MockSend, Reply};
use immich_sdk::{Error, GiveUpReason, RetryPolicy, Timer};

use crate::drive::{Driven, arrivals};
use crate::{SECOND, builder, pong, without_jitter};

/// Returns the time of the second request in seconds, or the error if there is none.
fn second_request_at(status: u16, value: &str, policy: RetryPolicy) -> Result<u32, Error> {
    let mock = MockSend::new();
    mock.timer().advance(1000 * SECOND);
    let busy = Reply::status(status).header("retry-after", value);
    drop(mock.on(PingServer::OPERATION).reply(busy).reply(pong()));
    let client = builder(&mock).retry(policy).build().expect("a client");
    let mut call = Driven::start(client.server().ping_server());
    let times = arrivals(&mock, &mut call, SECOND, 10_000);
    call.outcome().map(|_| times[1])
}

#[test]
fn delays_in_seconds_and_dates_are_honored() {
    // The clock of the mock is 1000 s after the Unix epoch.
    for (value, wait) in [
        ("7", 7),
        (" 7 ", 7),
        ("0", 0),
        ("Thu, 01 Jan 1970 00:16:50 GMT", 10),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("60", 60),
        // Invalid, so the delay of the policy applies.
        ("soon", 1),
        ("-5", 1),
        ("1.5", 1),
    ] {
        for status in [429, 503] {
            assert_eq!(second_request_at(status, value, without_jitter()).expect("pong"), wait, "{status} {value:?}");
        }
    }
}

#[test]
fn too_long_delays_are_not_waited_for() {
    for (value, delay) in [("61", Duration::from_secs(61)), ("18446744073709551615", Duration::from_secs(u64::MAX))] {
        let error = second_request_at(429, value, without_jitter()).expect_err("too long");
        let attempts = error.attempts().expect("attempts");
        assert_eq!((attempts.made, attempts.stopped), (1, GiveUpReason::AskedToWaitTooLong));
        assert_eq!(error.retry_after(), Some(delay), "the caller can wait by itself");
    }
    let error = second_request_at(503, "Fri, 01 Jan 2100 00:00:00 GMT", without_jitter()).expect_err("too long");
    assert_eq!(error.attempts().map(|attempts| attempts.stopped), Some(GiveUpReason::AskedToWaitTooLong));
}

#[test]
fn a_policy_without_bounds_does_not_overflow() {
    let patient = without_jitter().max_retry_after(Duration::MAX);
    let error = second_request_at(429, "18446744073709551615", patient).expect_err("too long");
    assert_eq!(error.attempts().map(|attempts| attempts.stopped), Some(GiveUpReason::TimeUsedUp));
}

#[test]
fn the_delay_counts_toward_the_elapsed_time() {
    let error = second_request_at(429, "30", without_jitter().max_elapsed(29 * SECOND)).expect_err("too long");
    assert_eq!(error.attempts().map(|attempts| attempts.stopped), Some(GiveUpReason::TimeUsedUp));
}

#[test]
fn the_header_is_honored_on_any_retried_status() {
    assert_eq!(second_request_at(502, "7", without_jitter()).expect("pong"), 7);
}

#[test]
fn attempts_after_the_delay_are_counted() {
    let mock = MockSend::new();
    let busy = Reply::status(429).header("retry-after", "2");
    mock.on(GetAllAlbums::OPERATION).reply(busy).times(3);
    let client = builder(&mock).retry(without_jitter().max_attempts(3)).build().expect("a client");
    let mut call = Driven::start(client.albums().get_all_albums());
    assert_eq!(arrivals(&mock, &mut call, SECOND, 100), [0, 2, 4]);
    let error = call.outcome().expect_err("a refusal");
    assert_eq!(
        error.attempts().map(|attempts| (attempts.made, attempts.stopped)),
        Some((3, GiveUpReason::AttemptsUsedUp))
    );
    assert_eq!(error.retry_after(), Some(2 * SECOND));
    assert_eq!(mock.timer().elapsed(), 4 * SECOND);
}
