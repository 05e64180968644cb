//! Time, brought by the backend so that core needs no runtime.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

/// A future that is done when its time has passed.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The clock and the sleep of a runtime. The mock brings one that a test moves by hand.
pub trait Timer: Send + Sync {
    /// Waits for at least `duration`.
    fn sleep(&self, duration: Duration) -> Sleep;

    /// Time since an origin of the timer's own. It never goes backwards.
    fn elapsed(&self) -> Duration;

    /// Whether the clock moves only when a test moves it. Waits that only give a server time are then left out.
    fn is_manual(&self) -> bool {
        false
    }

    /// The time of day.
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}

/// The outcome of `work`, or that of `limit` if it is done first. They are pinned by who asks, since each time a
/// future is passed on by value, what it is part of grows by its size.
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
