//! The progress of a transfer, which a user interface can read at any time.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::timer::Timer;

/// The time span over which the rate is averaged.
const WINDOW: Duration = Duration::from_secs(15);

/// The number of samples in the window.
const SAMPLES: u32 = 30;

/// The progress of a transfer. Clones share the same values: pass one to the user interface, which calls
/// [`snapshot`](Self::snapshot) whenever it draws.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::transfer::Progress;
///
/// let progress = Progress::new(None);
/// progress.add_total(1, 1000);
/// progress.add_bytes(250);
/// let now = progress.snapshot();
/// assert_eq!((now.bytes_done, now.bytes_total, now.files_done), (250, 1000, 0));
/// ```
#[derive(Clone)]
pub struct Progress(Arc<Inner>);

struct Inner {
    timer: Option<Arc<dyn Timer>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    now: ProgressSnapshot,
    started: Duration,
    away_since: Option<Duration>,
    /// The number of bytes done at points in time within the window, oldest first.
    samples: VecDeque<(Duration, u64)>,
}

/// The progress of a transfer at one point in time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ProgressSnapshot {
    /// The number of files whose outcome is known.
    pub files_done: u64,
    /// The number of files found so far.
    pub files_total: u64,
    /// The number of bytes that were transferred, or did not need to be.
    pub bytes_done: u64,
    /// The number of bytes of the files found so far.
    pub bytes_total: u64,
    /// Whether the totals are final.
    pub total_known: bool,
    /// The time since the transfer began. Zero without a timer.
    pub elapsed: Duration,
    /// The current rate in bytes per second. Zero without a timer.
    pub bytes_per_second: f64,
    /// The estimated remaining time, if known.
    pub remaining: Option<Duration>,
    /// The duration of the current outage of the server; `None` if there is none.
    pub server_away: Option<Duration>,
}

impl Progress {
    /// Creates a progress with all counters at zero. The rate needs a timer.
    pub fn new(timer: Option<Arc<dyn Timer>>) -> Self {
        let started = timer.as_ref().map(|timer| timer.elapsed()).unwrap_or_default();
        Self(Arc::new(Inner { timer, state: Mutex::new(State { started, ..State::default() }) }))
    }

    /// Adds files and bytes to the totals.
    pub fn add_total(&self, files: u64, bytes: u64) {
        let mut state = self.state();
        state.now.files_total = state.now.files_total.saturating_add(files);
        state.now.bytes_total = state.now.bytes_total.saturating_add(bytes);
    }

    /// Marks the totals as final.
    pub fn total_is_known(&self) {
        self.state().now.total_known = true;
    }

    /// Adds transferred bytes.
    pub fn add_bytes(&self, bytes: u64) {
        let elapsed = self.elapsed();
        let mut state = self.state();
        state.now.bytes_done = state.now.bytes_done.saturating_add(bytes);
        state.sample(elapsed);
    }

    /// Subtracts bytes that were counted, because their transfer restarts.
    pub fn take_back_bytes(&self, bytes: u64) {
        let mut state = self.state();
        state.now.bytes_done = state.now.bytes_done.saturating_sub(bytes);
        state.samples.clear();
    }

    /// Adds a file whose outcome is known.
    pub fn add_file(&self) {
        self.state().now.files_done += 1;
    }

    /// Sets the start of the current outage of the server; `None` if there is none.
    #[cfg(feature = "checksum")]
    pub(crate) fn set_outage_start(&self, since: Option<Duration>) {
        self.state().away_since = since;
    }

    /// Returns the current progress.
    pub fn snapshot(&self) -> ProgressSnapshot {
        let elapsed = self.elapsed();
        let state = self.state();
        let mut now = ProgressSnapshot {
            elapsed: elapsed.saturating_sub(state.started),
            server_away: state.away_since.map(|since| elapsed.saturating_sub(since)),
            ..state.now
        };
        if let Some((since, bytes)) = state.samples.front() {
            let seconds = elapsed.saturating_sub(*since).as_secs_f64();
            #[allow(clippy::cast_precision_loss)]
            let (moved, left) =
                (now.bytes_done.saturating_sub(*bytes) as f64, now.bytes_total.saturating_sub(now.bytes_done) as f64);
            if seconds > 0.0 && moved > 0.0 {
                now.bytes_per_second = moved / seconds;
                now.remaining =
                    Duration::try_from_secs_f64(left / now.bytes_per_second).ok().filter(|_| now.total_known);
            }
        }
        now
    }

    fn elapsed(&self) -> Duration {
        self.0.timer.as_ref().map(|timer| timer.elapsed()).unwrap_or_default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn sample(&mut self, elapsed: Duration) {
        let due = self.samples.back().is_none_or(|(last, _)| elapsed.saturating_sub(*last) >= WINDOW / SAMPLES);
        if due {
            self.samples.push_back((elapsed, self.now.bytes_done));
        }
        while self.samples.len() > 2
            && self.samples.front().is_some_and(|(first, _)| elapsed.saturating_sub(*first) > WINDOW)
        {
            self.samples.pop_front();
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.snapshot().fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_saturate() {
        let progress = Progress::new(None);
        let size = u64::try_from(i64::MAX).expect("positive");
        for _ in 0..3 {
            progress.add_total(1, size);
            progress.add_bytes(size);
        }
        let now = progress.snapshot();
        assert_eq!((now.files_total, now.bytes_total, now.bytes_done), (3, u64::MAX, u64::MAX));
        progress.take_back_bytes(u64::MAX);
        assert_eq!(progress.snapshot().bytes_done, 0);
    }
}
