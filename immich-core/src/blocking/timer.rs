//! A timer without a runtime: one thread for all sleeps.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use crate::timer::{Sleep, Timer};

/// How long the thread stays when there is nothing to sleep for.
const LINGER: Duration = Duration::from_secs(10);

/// Sleeps on a thread of its own, which starts with the first sleep and ends when there has been none for a while, or the
/// timer is dropped. A clone shares it.
#[derive(Clone)]
pub struct ThreadTimer {
    origin: Instant,
    owner: Arc<Owner>,
}

impl ThreadTimer {
    /// A timer whose thread has not started.
    pub fn new() -> Self {
        Self { origin: Instant::now(), owner: Arc::default() }
    }
}

impl Default for ThreadTimer {
    fn default() -> Self {
        Self::new()
    }
}

impl Timer for ThreadTimer {
    fn sleep(&self, duration: Duration) -> Sleep {
        let end = Instant::now().checked_add(duration);
        Box::pin(Sleeping { end, number: None, owner: Arc::clone(&self.owner) })
    }

    fn elapsed(&self) -> Duration {
        self.origin.elapsed()
    }
}

impl fmt::Debug for ThreadTimer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ThreadTimer").finish_non_exhaustive()
    }
}

/// Ends the thread when the timer and its sleeps are dropped.
#[derive(Default)]
struct Owner(Arc<Shared>);

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.lock().has_owner = false;
        self.0.changed.notify_one();
    }
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// The sleeps by their end; the number distinguishes those that end together.
    sleeps: BTreeMap<(Instant, u64), Waker>,
    next: u64,
    has_thread: bool,
    has_owner: bool,
}

impl Default for State {
    fn default() -> Self {
        Self { sleeps: BTreeMap::new(), next: 0, has_thread: false, has_owner: true }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The loop of the thread.
    fn run(&self) {
        let mut state = self.lock();
        while state.has_owner {
            let now = Instant::now();
            let later = state.sleeps.split_off(&(now, u64::MAX));
            let ended = std::mem::replace(&mut state.sleeps, later);
            if !ended.is_empty() {
                // A waker may run the code of others, which may sleep.
                drop(state);
                ended.into_values().for_each(Waker::wake);
                state = self.lock();
                continue;
            }
            let next = state.sleeps.first_key_value().map(|((end, _), _)| *end);
            let limit = next.map_or(LINGER, |end| end.saturating_duration_since(now));
            let waited = self.changed.wait_timeout(state, limit).unwrap_or_else(PoisonError::into_inner);
            state = waited.0;
            if next.is_none() && waited.1.timed_out() && state.sleeps.is_empty() {
                break;
            }
        }
        state.has_thread = false;
    }
}

struct Sleeping {
    /// `None` for a time that no clock holds, which does not end.
    end: Option<Instant>,
    number: Option<u64>,
    owner: Arc<Owner>,
}

impl Future for Sleeping {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(end) = self.end else { return Poll::Pending };
        if end <= Instant::now() {
            return Poll::Ready(());
        }
        let shared = Arc::clone(&self.owner.0);
        let mut state = shared.lock();
        let number = self.number.unwrap_or(state.next);
        if self.number.replace(number).is_none() {
            state.next += 1;
        }
        let earlier = state.sleeps.insert((end, number), context.waker().clone());
        let is_first = state.sleeps.first_key_value().is_some_and(|(key, _)| *key == (end, number));
        if !state.has_thread {
            let thread = Arc::clone(&shared);
            let started = thread::Builder::new().name("immich-timer".to_owned()).spawn(move || thread.run());
            state.has_thread = started.is_ok();
            if started.is_err() {
                // Without a thread there is no sleep: what is waited for is looked at again at once.
                context.waker().wake_by_ref();
            }
        }
        drop(state);
        drop(earlier);
        if is_first {
            shared.changed.notify_one();
        }
        Poll::Pending
    }
}

impl Drop for Sleeping {
    fn drop(&mut self) {
        if let Some(key) = self.end.zip(self.number) {
            let waker = self.owner.0.lock().sleeps.remove(&key);
            drop(waker);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    use super::*;
    use crate::blocking::block_on;

    #[test]
    fn sleeps_end_in_the_order_of_their_ends() {
        let timer = ThreadTimer::new();
        let mut long = pin!(timer.sleep(Duration::from_secs(3600)));
        let short = [30, 10, 20].map(|milliseconds| timer.sleep(Duration::from_millis(milliseconds)));
        block_on(poll_fn(|context| {
            assert!(long.as_mut().poll(context).is_pending(), "it is longer than the test");
            Poll::Ready(())
        }));
        for (sleep, milliseconds) in short.into_iter().zip([30, 10, 20]) {
            block_on(sleep);
            assert!(timer.elapsed() >= Duration::from_millis(milliseconds));
        }
        assert_eq!(timer.owner.0.lock().sleeps.len(), 1);
    }

    #[test]
    fn nothing_is_left_of_a_timer_that_was_dropped() {
        let timer = ThreadTimer::new();
        let mut sleep = timer.sleep(Duration::from_secs(3600));
        block_on(poll_fn(|context| {
            assert!(sleep.as_mut().poll(context).is_pending());
            Poll::Ready(())
        }));
        let shared = Arc::downgrade(&timer.owner.0);
        drop(timer);
        assert_eq!(shared.upgrade().expect("a sleep").lock().sleeps.len(), 1);
        drop(sleep);
        while shared.strong_count() > 0 {
            thread::yield_now();
        }
    }

    #[test]
    fn a_time_that_no_clock_holds_does_not_end() {
        let mut sleep = ThreadTimer::new().sleep(Duration::MAX);
        block_on(poll_fn(|context| {
            assert!(sleep.as_mut().poll(context).is_pending());
            Poll::Ready(())
        }));
    }
}
