//! Time, brought by the backend so that core needs no runtime.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// A future that is done when its time has passed.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The clock and the sleep of a runtime. The mock brings one that a test moves by hand.
pub trait Timer: Send + Sync {
    /// Waits for at least `duration`.
    fn sleep(&self, duration: Duration) -> Sleep;

    /// Time since an origin of the timer's own. It never goes backwards.
    fn elapsed(&self) -> Duration;

    /// The time of day.
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}
