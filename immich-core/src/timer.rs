//! Timers, provided by the backend so that this crate needs no runtime.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

/// A future that completes after a duration.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The clock and the sleep of a runtime. The mock provides one that tests advance manually.
pub trait Timer: Send + Sync {
    /// Waits for at least `duration`.
    fn sleep(&self, duration: Duration) -> Sleep;

    /// Returns the time since an arbitrary origin. It never decreases.
    fn elapsed(&self) -> Duration;

    /// Returns whether tests advance the clock manually. Delays that only give the server time are then skipped.
    fn is_manual(&self) -> bool {
        false
    }

    /// Returns the current time.
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}

/// Returns the outcome of `work`, or that of `limit` if it completes first. The caller pins them, because each future
/// passed by value increases the size of the one that contains it.
pub(crate) async fn first<T, L>(
    mut work: Pin<&mut (impl Future<Output = T> + ?Sized)>,
    mut limit: Pin<&mut (impl Future<Output = L> + ?Sized)>,
) -> Result<T, L> {
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Ok(done)),
        Poll::Pending => limit.as_mut().poll(context).map(Err),
    })
    .await
}
