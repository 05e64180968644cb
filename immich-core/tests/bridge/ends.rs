//! The end of the driver, of the handles, and of calls.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use immich_core::blocking::block_on;
use immich_core::bridge::{Bridge, exchange};
use immich_core::{Client, ErrorKind, HttpSend, TransportError, TransportErrorKind};

use crate::transport::{Counts, Here, poll_once, poll_to_rest, request, together};

fn is_gone(error: &TransportError) -> bool {
    assert_eq!(error.kind(), TransportErrorKind::Runtime);
    assert!(format!("{error:?}").contains("the driver of the bridge ended"), "{error:?}");
    assert!(error.hint().unwrap().contains("BridgeHost::run"));
    error.may_have_been_sent()
}

#[test]
fn a_killed_driver_fails_all_calls_and_says_so() {
    let counts = Arc::new(Counts::default());
    let (handle, host) = Bridge::new().queue(1).open();
    let mut driver = Box::pin(host.run(Here::new(&counts)));
    let mut begun = handle.send(request("/hang", ""));
    assert!(poll_once(begun.as_mut()).is_pending());
    assert!(poll_to_rest(driver.as_mut()).is_pending());
    let mut reading = together(handle.send(request("/endless", "")), driver.as_mut()).unwrap().into_body();
    assert_eq!(together(reading.chunk(), driver.as_mut()).unwrap().unwrap(), "first");
    let mut queued = handle.send(request("/hang", ""));
    let mut waiting = handle.send(request("/hang", ""));
    assert!(poll_once(queued.as_mut()).is_pending());
    assert!(poll_once(waiting.as_mut()).is_pending());

    drop(driver);

    assert!(is_gone(&block_on(begun).unwrap_err()), "the transport had begun it");
    assert!(is_gone(&block_on(reading.chunk()).unwrap().unwrap_err()));
    assert!(!is_gone(&block_on(queued).unwrap_err()), "the driver had not begun it");
    assert!(!is_gone(&block_on(waiting).unwrap_err()));
    assert!(!is_gone(&block_on(handle.send(request("/", ""))).unwrap_err()));
    assert_eq!((counts.begun(), counts.alive()), (2, 0));
}

#[test]
fn a_host_that_never_runs_fails_all_calls_when_it_is_dropped() {
    let (handle, host) = Bridge::new().open();
    let mut early = handle.send(request("/", ""));
    assert!(poll_once(early.as_mut()).is_pending());
    drop(host);
    assert!(!is_gone(&block_on(early).unwrap_err()));
    let client = Client::builder("http://immich.test").backend(handle).build().unwrap();
    let error = block_on(async { client.server().ping_server().await }).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Build);
    assert!(format!("{error:?}").contains("the driver of the bridge ended"), "{error:?}");
}

#[test]
fn the_driver_ends_with_the_last_handle_and_the_last_response() {
    let counts = Arc::new(Counts::default());
    let (handle, host) = Bridge::new().open();
    let mut driver = pin!(host.run(Here::new(&counts)));
    let other = handle.clone();
    let body = together(handle.send(request("/endless", "")), driver.as_mut()).unwrap().into_body();
    drop(handle);
    assert!(poll_to_rest(driver.as_mut()).is_pending(), "there is another handle");
    drop(other);
    assert!(poll_to_rest(driver.as_mut()).is_pending(), "a response is being read");
    drop(body);
    assert_eq!(poll_to_rest(driver.as_mut()), Poll::Ready(()));
    assert_eq!(counts.alive(), 0);
}

#[test]
fn a_dropped_handle_wakes_the_driver() {
    let (handle, host) = Bridge::new().open();
    let counts = Arc::new(Counts::default());
    let driver = std::thread::spawn(move || block_on(host.run(Here::new(&counts))));
    block_on(handle.send(request("/", ""))).unwrap();
    drop(handle);
    driver.join().unwrap();
}

#[test]
fn a_dropped_call_drops_the_future_of_the_transport() {
    let counts = Arc::new(Counts::default());
    let (handle, host) = Bridge::new().open();
    let mut driver = pin!(host.run(Here::new(&counts)));
    let mut call = handle.send(request("/hang", ""));
    assert!(poll_once(call.as_mut()).is_pending());
    assert!(poll_to_rest(driver.as_mut()).is_pending());
    assert_eq!(counts.alive(), 1);
    drop(call);
    assert!(poll_to_rest(driver.as_mut()).is_pending());
    assert_eq!(counts.alive(), 0);

    let mut never = handle.send(request("/hang", ""));
    assert!(poll_once(never.as_mut()).is_pending());
    drop(never);
    assert!(poll_to_rest(driver.as_mut()).is_pending());
    assert_eq!(counts.begun(), 1, "what is dropped in the queue is never sent");
}

#[test]
fn a_call_that_waited_for_room_gives_its_place_to_the_next() {
    let counts = Arc::new(Counts::default());
    let (handle, host) = Bridge::new().queue(1).open();
    let mut driver = pin!(host.run(Here::new(&counts)));
    let mut calls: Vec<_> = (0..4).map(|_| handle.send(request("/", ""))).collect();
    for call in &mut calls {
        assert!(poll_once(call.as_mut()).is_pending());
    }
    assert!(poll_once(driver.as_mut()).is_pending());
    // The second has room now, and leaves.
    drop(calls.remove(1));
    for call in calls {
        assert!(together(call, driver.as_mut()).is_ok());
    }
    assert_eq!(counts.begun(), 3);
}

#[test]
fn a_job_can_be_failed_dropped_or_cancelled() {
    let (call, job) = exchange(request("/", ""));
    job.fail(TransportError::new(TransportErrorKind::Connect).not_sent());
    assert_eq!(block_on(call).unwrap_err().kind(), TransportErrorKind::Connect);

    let (call, job) = exchange(request("/", ""));
    drop(job);
    assert!(!is_gone(&block_on(call).unwrap_err()));

    let (call, job) = exchange(request("/", ""));
    let (told, cancelled) = std::sync::mpsc::channel();
    job.on_cancel(move || told.send(()).unwrap());
    assert!(!job.is_cancelled() && cancelled.try_recv().is_err());
    drop(call);
    assert!(job.is_cancelled() && cancelled.try_recv().is_ok());
    let counts = Arc::new(Counts::default());
    block_on(job.run(&Here::new(&counts)));
    assert_eq!(counts.begun(), 0);
}
