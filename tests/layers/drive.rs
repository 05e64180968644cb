//! Polls futures manually.

use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use immich_sdk::Timer;
use immich_sdk::mock::{ManualTimer, MockSend};

/// A future that is polled only after a wake-up, so that a lost wake-up shows as a future that never completes.
pub struct Driven<'f, T> {
    future: Pin<Box<dyn Future<Output = T> + 'f>>,
    woken: Arc<Woken>,
    done: Option<T>,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl<'f, T> Driven<'f, T> {
    /// Starts the future and polls it as far as possible.
    pub fn start(future: impl IntoFuture<Output = T, IntoFuture: 'f>) -> Self {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let mut this = Self { future: Box::pin(future.into_future()), woken, done: None };
        this.is_done();
        this
    }

    /// Polls the future as far as possible. Returns whether it is done.
    pub fn is_done(&mut self) -> bool {
        let waker = Waker::from(Arc::clone(&self.woken));
        while self.done.is_none() && self.woken.0.swap(false, Ordering::Relaxed) {
            if let Poll::Ready(done) = self.future.as_mut().poll(&mut Context::from_waker(&waker)) {
                self.done = Some(done);
            }
        }
        self.done.is_some()
    }

    /// Returns the output of the future, which must be done.
    pub fn outcome(mut self) -> T {
        self.is_done();
        self.done.expect("the future is done")
    }

    /// Advances the clock step by step until the future is done, for at most `max`. Returns the elapsed time.
    pub fn run(&mut self, timer: &ManualTimer, step: Duration, max: Duration) -> Duration {
        let begun = timer.elapsed();
        while !self.is_done() && timer.elapsed() - begun < max {
            timer.advance(step);
        }
        assert!(self.is_done(), "not done within {max:?}");
        timer.elapsed() - begun
    }
}

/// Advances the clock in steps until `call` is done. Returns the step in which each request arrived.
pub fn arrivals<T>(mock: &MockSend, call: &mut Driven<'_, T>, step: Duration, max: u32) -> Vec<u32> {
    let (timer, mut times) = (mock.timer(), Vec::new());
    for passed in 0..=max {
        let done = call.is_done();
        times.resize(mock.requests().len(), passed);
        if done {
            break;
        }
        timer.advance(step);
    }
    times
}
