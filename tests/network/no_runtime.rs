//! Calls outside of a tokio runtime, or in one that lacks something: an error with the remedy, and no panic.

use std::time::Duration;

use futures_executor::block_on;
use immich_sdk::backend::HyperBackend;
use immich_sdk::backend::ReqwestBackend;
use immich_sdk::{Client, Error, ErrorKind, HttpSend, RateLimit, RetryPolicy, Timeouts};

fn clients() -> Vec<(&'static str, Client)> {
    let second = Duration::from_secs(1);
    let client = |backend: Box<dyn HttpSend>| {
        let timeouts = Timeouts::new().call(second).attempt(second).response(second).idle(second);
        let builder = Client::builder("http://127.0.0.1:9").backend(backend).timeouts(timeouts);
        let limit = RateLimit::new().per_second(1.0).max_in_flight(2);
        builder.retry(RetryPolicy::default()).rate_limit(limit).build().expect("a client")
    };
    vec![
        ("hyper", client(Box::new(HyperBackend::new().expect("a backend")))),
        ("reqwest", client(Box::new(ReqwestBackend::new().expect("a backend")))),
    ]
}

fn assert_told(name: &str, error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Build, "{name}: {error}");
    let text = error.to_string();
    assert!(text.contains("tokio") && text.contains("enable_all"), "{name}: {text}");
    assert!(!error.transport_error().expect("of the transport").may_have_been_sent());
}

#[test]
fn without_a_runtime_a_call_says_what_it_lacks() {
    for (name, client) in clients() {
        for _ in 0..2 {
            let error = block_on(client.server().ping_server().into_future()).expect_err("no runtime");
            assert_told(name, &error);
        }
    }
}

#[test]
fn a_runtime_without_its_io_or_time_is_told_too() {
    for (name, client) in clients() {
        let bare = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let error = bare.block_on(client.server().ping_server().into_future()).expect_err("neither I/O nor time");
        assert_told(name, &error);
        let timed = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let error = timed.block_on(client.server().ping_server().into_future()).expect_err("no I/O");
        assert_told(name, &error);
    }
}
