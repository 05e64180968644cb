//! Requests outside of a runtime, which tokio meets with a panic.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::Poll;

use immich_core::{TransportError, TransportErrorKind};
use tokio::runtime::Handle;

/// The hint for a missing runtime.
const HINT: &str = "Make the call in a tokio runtime with its I/O and time (`#[tokio::main]`, `Builder::enable_all`), or give \
    the client a backend of the runtime that is there.";

/// Runs a request. A missing runtime, or one without I/O or time, is an error of the kind `Runtime`.
pub async fn in_runtime<T>(request: impl Future<Output = Result<T, TransportError>>) -> Result<T, TransportError> {
    if Handle::try_current().is_err() {
        return Err(missing("there is no tokio runtime"));
    }
    let mut request = pin!(request);
    // Only its panic shows which part a runtime lacks.
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| request.as_mut().poll(context)));
        polled.unwrap_or_else(|panic| Poll::Ready(Err(lacking(panic))))
    })
    .await
}

/// The error for a panic of tokio. Any other panic continues.
fn lacking(panic: Box<dyn Any + Send>) -> TransportError {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    match text {
        Some(text) if text.contains("IO is disabled") => missing("the tokio runtime has no I/O"),
        Some(text) if text.contains("timers are disabled") => missing("the tokio runtime has no time"),
        Some(text) if text.contains("no reactor running") => missing("there is no tokio runtime"),
        _ => resume_unwind(panic),
    }
}

fn missing(why: &'static str) -> TransportError {
    TransportError::new(TransportErrorKind::Runtime).not_sent().with_source(why).with_hint(HINT)
}
