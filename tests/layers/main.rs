//! Retries, time limits and the rate limit on the mock, with a timer that only the test advances.

mod drive;
mod progress;
mod rate_limit;
mod retry;
mod retry_after;
mod slow;
mod timeouts;

use std::time::Duration;

use immich_sdk::mock::{MockSend, Reply};
use immich_sdk::{Client, ClientBuilder, RetryPolicy};
use serde_json::json;

const SECOND: Duration = Duration::from_secs(1);

fn builder(mock: &MockSend) -> ClientBuilder {
    Client::builder("http://immich.test").api_key("the key").backend(mock.clone())
}

/// A policy without jitter: each delay has its maximum length.
fn without_jitter() -> RetryPolicy {
    RetryPolicy::default().base_delay(SECOND).random(|| 1.0)
}

fn pong() -> Reply {
    Reply::json(&json!({"res": "pong"}))
}
