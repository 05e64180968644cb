//! The timer of tokio.

use std::future::Future;
use std::panic::catch_unwind;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use immich_core::{Sleep, Timer};
use tokio::runtime::{Handle, Id};
use tokio::time::{self, Instant};

use crate::parked::Parked;

/// How many sleeps are kept.
const MOST: usize = 32;

/// Sleeps on tokio's timer.
///
/// The sleep of a time limit hardly ever ends: the response comes before. So it stays registered with the runtime, and
/// the next one takes it over and moves its end, which costs less than a new one and wakes no thread.
#[derive(Clone)]
pub struct TokioTimer {
    origin: Instant,
    kept: Arc<Kept>,
}

impl Default for TokioTimer {
    fn default() -> Self {
        Self { origin: Instant::now(), kept: Arc::default() }
    }
}

impl Timer for TokioTimer {
    fn sleep(&self, duration: Duration) -> Sleep {
        // Time passes without a runtime, too; the request itself will say what is missing.
        let Ok(runtime) = Handle::try_current().map(|handle| handle.id()) else {
            return Box::pin(Parked::new(duration));
        };
        let new = || catch_unwind(|| Box::pin(time::sleep(duration))).ok();
        let Some(sleep) = self.kept.take(runtime, duration).or_else(new) else {
            return Box::pin(Parked::new(duration));
        };
        Box::pin(Sleeping { runtime, sleep: Some(sleep), kept: Arc::clone(&self.kept) })
    }

    fn elapsed(&self) -> Duration {
        self.origin.elapsed()
    }
}

impl std::fmt::Debug for TokioTimer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TokioTimer").finish_non_exhaustive()
    }
}

type Registered = Pin<Box<time::Sleep>>;

/// Sleeps that nobody waits for any more, and the runtimes that drive them.
#[derive(Default)]
struct Kept(Mutex<Vec<(Id, Registered)>>);

impl Kept {
    /// One of this runtime that ends no later than wanted: only its end moves, not its place with the runtime.
    fn take(&self, runtime: Id, duration: Duration) -> Option<Registered> {
        let end = Instant::now().checked_add(duration)?;
        let mut kept = self.lock();
        // Those of another runtime may never wake: it may be gone.
        kept.retain(|(of, _)| *of == runtime);
        let place = kept.iter().rposition(|(_, sleep)| sleep.deadline() <= end)?;
        let (_, mut sleep) = kept.swap_remove(place);
        sleep.as_mut().reset(end);
        Some(sleep)
    }

    fn keep(&self, runtime: Id, sleep: Registered) {
        let mut kept = self.lock();
        if kept.len() < MOST {
            kept.push((runtime, sleep));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Id, Registered)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Sleeping {
    runtime: Id,
    sleep: Option<Registered>,
    kept: Arc<Kept>,
}

impl Future for Sleeping {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match &mut self.sleep {
            Some(sleep) => sleep.as_mut().poll(context),
            None => Poll::Ready(()),
        }
    }
}

impl Drop for Sleeping {
    fn drop(&mut self) {
        if let Some(sleep) = self.sleep.take().filter(|sleep| !sleep.is_elapsed()) {
            self.kept.keep(self.runtime, sleep);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use tokio::runtime::Builder;

    use super::*;

    fn on_its_own_runtime(work: impl Future<Output = ()>) {
        Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime").block_on(work);
    }

    fn kept(timer: &TokioTimer) -> usize {
        timer.kept.lock().len()
    }

    #[test]
    fn a_sleep_that_was_taken_over_ends_at_its_own_time() {
        on_its_own_runtime(async {
            let timer = TokioTimer::default();
            let mut dropped = timer.sleep(Duration::from_secs(10));
            tokio::select! {
                biased;
                () = &mut dropped => unreachable!("it is longer"),
                () = time::sleep(Duration::from_secs(1)) => drop(dropped),
            }
            assert_eq!(kept(&timer), 1);
            for seconds in [9, 10, 20, 3] {
                let before = timer.elapsed();
                timer.sleep(Duration::from_secs(seconds)).await;
                assert_eq!((timer.elapsed() - before).as_secs(), seconds);
            }
        });
    }

    #[test]
    fn sleeps_of_a_runtime_that_is_gone_are_not_taken_over() {
        let timer = TokioTimer::default();
        for _ in 0..2 {
            thread::scope(|scope| {
                let timer = &timer;
                scope.spawn(move || {
                    on_its_own_runtime(async {
                        let sleeps = [(); 3].map(|()| timer.sleep(Duration::from_secs(60)));
                        timer.sleep(Duration::from_secs(1)).await;
                        drop(sleeps);
                    });
                });
            });
            assert_eq!(kept(&timer), 3);
        }
    }

    #[test]
    fn only_so_many_are_kept() {
        on_its_own_runtime(async {
            let timer = TokioTimer::default();
            drop((0..2 * MOST).map(|_| timer.sleep(Duration::from_secs(60))).collect::<Vec<_>>());
            assert_eq!(kept(&timer), MOST);
        });
    }
}
