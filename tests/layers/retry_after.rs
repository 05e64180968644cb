//! How long the server asks to wait.

use std::time::Duration;

use immich_sdk::api::{GetAllAlbums, PingServer};
use immich_sdk::mock::{MockSend, Reply};
use immich_sdk::{Error, GiveUpReason, RetryPolicy, Timer};

use crate::drive::{Driven, arrivals};
use crate::{SECOND, builder, longest, pong};

/// When the second request comes, in seconds; the error if there is none.
fn asked(status: u16, value: &str, policy: RetryPolicy) -> Result<u32, Error> {
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
fn seconds_and_dates_are_waited_for_in_full() {
    // The clock of the mock stands at 1000 s after 1970 began.
    for (value, wait) in [
        ("7", 7),
        (" 7 ", 7),
        ("0", 0),
        ("Thu, 01 Jan 1970 00:16:50 GMT", 10),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("60", 60),
        // Not understood, so the wait is that of the policy.
        ("soon", 1),
        ("-5", 1),
        ("1.5", 1),
    ] {
        for status in [429, 503] {
            assert_eq!(asked(status, value, longest()).expect("pong"), wait, "{status} {value:?}");
        }
    }
}

#[test]
fn what_takes_too_long_is_not_waited_for() {
    for (value, told) in [("61", Duration::from_secs(61)), ("18446744073709551615", Duration::from_secs(u64::MAX))] {
        let error = asked(429, value, longest()).expect_err("too long");
        let attempts = error.attempts().expect("attempts");
        assert_eq!((attempts.made, attempts.stopped), (1, GiveUpReason::AskedToWaitTooLong));
        assert_eq!(error.retry_after(), Some(told), "the caller can wait by itself");
    }
    let error = asked(503, "Fri, 01 Jan 2100 00:00:00 GMT", longest()).expect_err("too long");
    assert_eq!(error.attempts().map(|attempts| attempts.stopped), Some(GiveUpReason::AskedToWaitTooLong));
}

#[test]
fn a_policy_without_bounds_does_not_overflow() {
    let patient = longest().max_retry_after(Duration::MAX);
    let error = asked(429, "18446744073709551615", patient).expect_err("too long");
    assert_eq!(error.attempts().map(|attempts| attempts.stopped), Some(GiveUpReason::TimeUsedUp));
}

#[test]
fn the_wait_counts_for_the_time_allowed() {
    let error = asked(429, "30", longest().max_elapsed(29 * SECOND)).expect_err("too long");
    assert_eq!(error.attempts().map(|attempts| attempts.stopped), Some(GiveUpReason::TimeUsedUp));
}

#[test]
fn it_is_heard_on_any_status_that_is_repeated() {
    assert_eq!(asked(502, "7", longest()).expect("pong"), 7);
}

#[test]
fn the_next_attempt_is_one_of_the_count() {
    let mock = MockSend::new();
    let busy = Reply::status(429).header("retry-after", "2");
    mock.on(GetAllAlbums::OPERATION).reply(busy).times(3);
    let client = builder(&mock).retry(longest().max_attempts(3)).build().expect("a client");
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
