//! A timer that only a test moves.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use immich_core::{Sleep, Timer};
use jiff::Timestamp;

/// A clock that stands still until [`advance`](Self::advance) moves it. Clones are the same clock.
///
/// ```
/// use std::time::Duration;
/// use immich_core::Timer;
/// use immich_mock::ManualTimer;
///
/// let timer = ManualTimer::default();
/// timer.advance(Duration::from_secs(5));
/// assert_eq!(timer.elapsed(), Duration::from_secs(5));
/// ```
#[derive(Clone, Debug, Default)]
pub struct ManualTimer(Arc<Mutex<Clock>>);

#[derive(Debug, Default)]
struct Clock {
    elapsed: Duration,
    sleepers: Vec<(Duration, Waker)>,
}

impl ManualTimer {
    /// Moves the clock, and wakes the sleepers whose time has come.
    pub fn advance(&self, duration: Duration) {
        let mut clock = self.clock();
        clock.elapsed = clock.elapsed.saturating_add(duration);
        let now = clock.elapsed;
        let (due, waiting) = std::mem::take(&mut clock.sleepers).into_iter().partition(|(until, _)| *until <= now);
        clock.sleepers = waiting;
        drop(clock);
        let due: Vec<(Duration, Waker)> = due;
        due.into_iter().for_each(|(_, waker)| waker.wake());
    }

    /// How many sleepers wait.
    pub fn sleepers(&self) -> usize {
        self.clock().sleepers.len()
    }

    fn clock(&self) -> MutexGuard<'_, Clock> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Timer for ManualTimer {
    fn sleep(&self, duration: Duration) -> Sleep {
        let this = self.clone();
        let until = this.clock().elapsed.saturating_add(duration);
        Box::pin(poll_fn(move |context| {
            let mut clock = this.clock();
            if clock.elapsed >= until {
                return Poll::Ready(());
            }
            let known = |(time, waker): &(Duration, Waker)| *time == until && waker.will_wake(context.waker());
            if !clock.sleepers.iter().any(known) {
                clock.sleepers.push((until, context.waker().clone()));
            }
            Poll::Pending
        }))
    }

    fn elapsed(&self) -> Duration {
        self.clock().elapsed
    }

    /// 1970 and what the clock was moved since.
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH.saturating_add(self.elapsed()).unwrap_or(Timestamp::MAX)
    }
}
