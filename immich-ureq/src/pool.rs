//! The threads on which ureq blocks.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a thread stays without work.
const LINGER: Duration = Duration::from_secs(10);

type Work = Box<dyn FnOnce() + Send>;

/// Starts threads as they are needed, up to a number. Dropping it lets them finish their work and end.
pub(crate) struct Pool(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    most: usize,
}

struct State {
    work: VecDeque<Work>,
    threads: usize,
    /// Threads that wait for work.
    idle: usize,
    is_open: bool,
}

impl Pool {
    pub(crate) fn new(most: usize) -> Self {
        let state = State { work: VecDeque::new(), threads: 0, idle: 0, is_open: true };
        Self(Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new(), most: most.max(1) }))
    }

    /// Does the work on a thread; it waits for one while all are busy.
    ///
    /// # Errors
    /// If there is no thread and none can be started.
    pub(crate) fn run(&self, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let shared = &self.0;
        let mut state = shared.lock();
        state.work.push_back(Box::new(work));
        if state.idle >= state.work.len() || state.threads >= shared.most {
            drop(state);
            shared.changed.notify_one();
            return Ok(());
        }
        state.threads += 1;
        let own = Arc::clone(shared);
        let started = thread::Builder::new().name("immich-ureq".to_owned()).spawn(move || own.serve());
        if let Err(error) = started {
            state.threads -= 1;
            // With others at work, its turn comes.
            if state.threads == 0 {
                let failed = state.work.pop_back();
                drop(state);
                drop(failed);
                return Err(error);
            }
        }
        Ok(())
    }

    /// How many threads there are.
    #[cfg(test)]
    fn threads(&self) -> usize {
        self.0.lock().threads
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.0.lock().is_open = false;
        self.0.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(self: Arc<Self>) {
        let _counted = Counted(&self);
        while let Some(work) = self.next() {
            work();
        }
    }

    /// Waits for work; `None` when the thread is to end.
    fn next(&self) -> Option<Work> {
        let mut state = self.lock();
        loop {
            if let Some(work) = state.work.pop_front() {
                return Some(work);
            }
            if !state.is_open {
                return None;
            }
            state.idle += 1;
            let waited = self.changed.wait_timeout(state, LINGER).unwrap_or_else(PoisonError::into_inner);
            state = waited.0;
            state.idle -= 1;
            if waited.1.timed_out() && state.work.is_empty() {
                return None;
            }
        }
    }
}

/// Counts its thread as gone, even if work panics.
struct Counted<'s>(&'s Shared);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.lock().threads -= 1;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn no_more_threads_than_allowed_do_all_of_the_work() {
        let pool = Pool::new(3);
        let (done, results) = channel();
        for number in 0..100 {
            let done = done.clone();
            pool.run(move || done.send(number).expect("a test that waits")).expect("a thread");
            assert!(pool.threads() <= 3);
        }
        let mut all: Vec<i32> = (0..100).map(|_| results.recv().expect("a result")).collect();
        all.sort_unstable();
        assert_eq!(all, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn a_panic_costs_its_thread_alone() {
        let pool = Pool::new(1);
        let (done, results) = channel();
        pool.run(|| std::panic::resume_unwind(Box::new("planted"))).expect("a thread");
        while pool.threads() > 0 {
            thread::yield_now();
        }
        pool.run(move || done.send(1).expect("a test that waits")).expect("a thread");
        assert_eq!(results.recv(), Ok(1));
    }

    #[test]
    fn the_threads_end_with_the_pool() {
        let pool = Pool::new(2);
        pool.run(|| {}).expect("a thread");
        let shared = Arc::downgrade(&pool.0);
        drop(pool);
        while shared.strong_count() > 0 {
            thread::yield_now();
        }
    }
}
