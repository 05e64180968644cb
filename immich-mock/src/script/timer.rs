//! A timer that only a test advances.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use immich_core::{Sleep, Timer};
use jiff::Timestamp;

/// A clock that stands still until [`advance`](Self::advance) moves it. Clones share one clock.
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
    sleepers: Vec<Sleeper>,
    last: u64,
}

#[derive(Debug)]
struct Sleeper {
    number: u64,
    until: Duration,
    waker: Waker,
}

impl ManualTimer {
    /// Advances the clock, and wakes the sleepers that are due.
    pub fn advance(&self, duration: Duration) {
        let mut clock = self.clock();
        clock.elapsed = clock.elapsed.saturating_add(duration);
        let now = clock.elapsed;
        let sleepers = std::mem::take(&mut clock.sleepers);
        let (due, waiting): (Vec<_>, _) = sleepers.into_iter().partition(|sleeper| sleeper.until <= now);
        clock.sleepers = waiting;
        drop(clock);
        due.into_iter().for_each(|sleeper| sleeper.waker.wake());
    }

    /// The number of waiting sleepers.
    pub fn sleepers(&self) -> usize {
        self.clock().sleepers.len()
    }

    fn clock(&self) -> MutexGuard<'_, Clock> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Timer for ManualTimer {
    fn sleep(&self, duration: Duration) -> Sleep {
        let mut clock = self.clock();
        clock.last += 1;
        let (number, until) = (clock.last, clock.elapsed.saturating_add(duration));
        Box::pin(Nap { timer: self.clone(), number, until })
    }

    fn elapsed(&self) -> Duration {
        self.clock().elapsed
    }

    fn is_manual(&self) -> bool {
        true
    }

    /// The Unix epoch plus the elapsed time of the clock.
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH.saturating_add(self.elapsed()).unwrap_or(Timestamp::MAX)
    }
}

/// One sleep. Dropping it removes it from the clock, so that a test can count the remaining sleepers.
struct Nap {
    timer: ManualTimer,
    number: u64,
    until: Duration,
}

impl Future for Nap {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut clock = self.timer.clock();
        if clock.elapsed >= self.until {
            return Poll::Ready(());
        }
        let (number, until, waker) = (self.number, self.until, context.waker());
        match clock.sleepers.iter_mut().find(|sleeper| sleeper.number == number) {
            Some(sleeper) => sleeper.waker.clone_from(waker),
            None => clock.sleepers.push(Sleeper { number, until, waker: waker.clone() }),
        }
        Poll::Pending
    }
}

impl Drop for Nap {
    fn drop(&mut self) {
        self.timer.clock().sleepers.retain(|sleeper| sleeper.number != self.number);
    }
}
