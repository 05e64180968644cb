//! The policy of retries: when, how often and after which delay.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::attempts::GiveUpReason;

/// When, how often, and after which delay a request is retried.
///
/// Only safe requests are retried: those that were not sent; those of idempotent operations; those that the server
/// reports as not processed (429, and 503 with `Retry-After`); and uploads with a checksum, which the server recognizes
/// as duplicates. A body that can be read only once is never sent again.
///
/// A JSON response that is cut off counts as a failed attempt. Binary responses are streamed and never retried once
/// their headers have arrived.
///
/// The delay before attempt n + 1 is random between zero and `base_delay` times 2 to the power n - 1, at most
/// `max_delay`. A `Retry-After` of the server is honored in full. If it is longer than `max_retry_after`, the call
/// fails at once, and [`Error::retry_after`](crate::Error::retry_after) returns it.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use std::time::Duration;
/// use immich_sdk::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(10).max_elapsed(Duration::from_secs(600));
/// assert_eq!(patient.delay(1, 1.0), Duration::from_millis(500));
/// assert_eq!(patient.delay(3, 0.5), Duration::from_millis(1000));
/// ```
#[derive(Clone)]
pub struct RetryPolicy {
    max_attempts: u32,
    max_elapsed: Duration,
    base_delay: Duration,
    max_delay: Duration,
    max_retry_after: Duration,
    random: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Default for RetryPolicy {
    /// At most four attempts within two minutes, with delays of up to 500 ms before the second and up to 20 s before
    /// later ones, and of up to a minute if the server requests it.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            max_elapsed: Duration::from_secs(120),
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(20),
            max_retry_after: Duration::from_secs(60),
            random: Arc::new(fastrand::f64),
        }
    }
}

impl RetryPolicy {
    /// Never retries.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets the maximum number of attempts, including the first; 0 means 1.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Gives up if the next attempt would start later than `elapsed` after the call began.
    #[must_use]
    pub fn max_elapsed(mut self, elapsed: Duration) -> Self {
        self.max_elapsed = elapsed;
        self
    }

    /// Sets the maximum delay before the second attempt. It doubles before each further one.
    #[must_use]
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// Sets the maximum delay before any attempt, unless the server requests a longer one.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets the maximum `Retry-After` of the server that is honored.
    #[must_use]
    pub fn max_retry_after(mut self, delay: Duration) -> Self {
        self.max_retry_after = delay;
        self
    }

    /// Sets the source of jitter, a function that returns values in `0.0..=1.0`.
    #[must_use]
    pub fn random(mut self, random: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Returns the delay after this number of attempts, for a random number from 0 to 1.
    pub fn delay(&self, attempts: u32, random: f64) -> Duration {
        let doublings = attempts.saturating_sub(1).min(31);
        let longest = self.base_delay.saturating_mul(1 << doublings).min(self.max_delay);
        // `clamp` passes NaN through.
        longest.mul_f64(if random.is_nan() { 0.0 } else { random.clamp(0.0, 1.0) })
    }

    /// Returns the delay after this number of attempts, with a random number from the source of jitter.
    #[cfg(feature = "checksum")]
    pub(crate) fn wait(&self, attempts: u32) -> Duration {
        self.delay(attempts, (self.random)())
    }

    /// Returns whether a `Retry-After` of this length is honored.
    pub(crate) fn allows(&self, requested: Duration) -> bool {
        requested <= self.max_retry_after
    }

    /// Returns whether there can be a retry, which needs a timer.
    pub(crate) fn waits(&self) -> bool {
        self.max_attempts > 1
    }

    /// Returns the delay before the next attempt, or the reason why there is none. `requested` is the `Retry-After` of the
    /// server.
    pub(super) fn next(
        &self,
        attempts: u32,
        elapsed: Duration,
        requested: Option<Duration>,
    ) -> Result<Duration, GiveUpReason> {
        if attempts >= self.max_attempts {
            return Err(GiveUpReason::AttemptsUsedUp);
        }
        if requested.is_some_and(|requested| !self.allows(requested)) {
            return Err(GiveUpReason::AskedToWaitTooLong);
        }
        let delay = requested.unwrap_or_else(|| self.delay(attempts, (self.random)()));
        if elapsed.saturating_add(delay) > self.max_elapsed { Err(GiveUpReason::TimeUsedUp) } else { Ok(delay) }
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RetryPolicy")
            .field("max_attempts", &self.max_attempts)
            .field("max_elapsed", &self.max_elapsed)
            .field("base_delay", &self.base_delay)
            .field("max_delay", &self.max_delay)
            .field("max_retry_after", &self.max_retry_after)
            .finish_non_exhaustive()
    }
}

/// Counts the attempts of a request, including successful ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct AttemptCounter(Arc<AtomicU32>);

impl AttemptCounter {
    pub(super) fn set(&self, made: u32) {
        self.0.store(made, Ordering::Relaxed);
    }

    #[cfg(feature = "checksum")]
    pub(crate) fn made(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}
