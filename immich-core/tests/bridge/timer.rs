//! The timer of the transport's runtime.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use immich_core::bridge::{Bridge, LocalTimer};
use immich_core::{Client, ErrorKind, HttpSend, RetryPolicy, Timeouts};

use crate::transport::{Counts, Here, poll_once, poll_to_rest, together};

thread_local! {
    /// The sleeps that a test let begin, and how many of them may end.
    static SLEEPS: RefCell<(Vec<Duration>, usize)> = const { RefCell::new((Vec::new(), 0)) };
}

/// A timer that works on its thread only: its sleep holds an `Rc`.
fn timer() -> LocalTimer {
    LocalTimer::new(|duration| {
        let number = Rc::new(SLEEPS.with_borrow_mut(|(begun, _)| {
            begun.push(duration);
            begun.len()
        }));
        poll_fn(move |_| if SLEEPS.with_borrow(|(_, over)| *over >= *number) { Poll::Ready(()) } else { Poll::Pending })
    })
}

#[test]
fn a_sleep_runs_where_the_transport_is() {
    let counts = Arc::new(Counts::default());
    let (handle, host) = Bridge::new().timer(timer()).open();
    let mut driver = Box::pin(host.run(Here::new(&counts)));
    let timer = handle.timer().unwrap();
    let mut sleep = timer.sleep(Duration::from_secs(60));
    assert!(poll_once(sleep.as_mut()).is_pending());
    assert!(poll_to_rest(driver.as_mut()).is_pending());
    let begun = SLEEPS.with_borrow(|(begun, _)| begun[0]);
    assert!(begun > Duration::from_secs(50) && begun <= Duration::from_secs(60), "{begun:?}");
    assert!(poll_once(sleep.as_mut()).is_pending());

    let mut dropped = timer.sleep(Duration::from_secs(60));
    assert!(poll_once(dropped.as_mut()).is_pending());
    drop(dropped);

    // A driver that is gone lets nobody wait for ever.
    drop(driver);
    assert!(poll_once(sleep.as_mut()).is_ready());
    assert!(poll_once(timer.sleep(Duration::from_secs(60)).as_mut()).is_ready());
}

#[test]
fn a_sleep_ends_when_that_of_the_runtime_does() {
    let counts = Arc::new(Counts::default());
    let (handle, host) = Bridge::new().timer(timer()).open();
    let mut driver = pin!(host.run(Here::new(&counts)));
    let mut sleep = handle.timer().unwrap().sleep(Duration::from_secs(60));
    assert!(poll_once(sleep.as_mut()).is_pending());
    SLEEPS.with_borrow_mut(|(_, over)| *over = 1);
    assert!(poll_to_rest(driver.as_mut()).is_pending());
    assert!(poll_once(sleep.as_mut()).is_ready());
}

#[test]
fn the_time_limit_of_a_call_is_kept_through_the_bridge() {
    let (handle, host) = Bridge::new().timer(timer()).open();
    let counts = Arc::new(Counts::default());
    let mut driver = pin!(host.run(Here::new(&counts)));
    let limit = Duration::from_secs(7);
    let client = Client::builder("http://immich.test/hang").backend(handle).timeouts(Timeouts::new().call(limit));
    let client = client.build().unwrap();
    SLEEPS.with_borrow_mut(|(_, over)| *over = 1);
    let error = together(async { client.server().ping_server().await }, driver.as_mut()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("within 7s"), "{error}");
}

#[test]
fn a_killed_driver_is_told_apart_from_a_time_limit() {
    let (handle, host) = Bridge::new().timer(timer()).open();
    let counts = Arc::new(Counts::default());
    let mut driver = Box::pin(host.run(Here::new(&counts)));
    let builder = Client::builder("http://immich.test").backend(handle).retry(RetryPolicy::default());
    let client = builder.timeouts(Timeouts::new().call(Duration::from_secs(60))).build().unwrap();
    let mut call = Box::pin(async { client.server().ping_server().await });
    assert!(poll_once(call.as_mut()).is_pending());
    // Only as far as the transport has begun: it yields once.
    assert!(poll_once(driver.as_mut()).is_pending());
    drop(driver);
    let Poll::Ready(Err(error)) = poll_to_rest(call.as_mut()) else { panic!("the call hangs") };
    assert_eq!(error.kind(), ErrorKind::Build);
    assert!(format!("{error:?}").contains("the driver of the bridge ended"), "{error:?}");
}
