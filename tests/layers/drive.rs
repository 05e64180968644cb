//! Polls futures by hand.

use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use immich_sdk::Timer;
use immich_sdk::mock::{ManualTimer, MockSend};

/// A future that is polled only after it was woken: a wake-up that gets lost shows as a future that never ends.
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
    /// Begins it, and goes as far as it can.
    pub fn start(future: impl IntoFuture<Output = T, IntoFuture: 'f>) -> Self {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let mut this = Self { future: Box::pin(future.into_future()), woken, done: None };
        this.is_done();
        this
    }

    /// Continues as far as it can.
    pub fn is_done(&mut self) -> bool {
        let waker = Waker::from(Arc::clone(&self.woken));
        while self.done.is_none() && self.woken.0.swap(false, Ordering::Relaxed) {
            if let Poll::Ready(done) = self.future.as_mut().poll(&mut Context::from_waker(&waker)) {
                self.done = Some(done);
            }
        }
        self.done.is_some()
    }

    /// The result.
    pub fn outcome(mut self) -> T {
        self.is_done();
        self.done.expect("the future is done")
    }

    /// Moves the clock step by step until it is done, for at most `most`; the time that this took.
    pub fn run(&mut self, timer: &ManualTimer, step: Duration, most: Duration) -> Duration {
        let begun = timer.elapsed();
        while !self.is_done() && timer.elapsed() - begun < most {
            timer.advance(step);
        }
        assert!(self.is_done(), "not done within {most:?}");
        timer.elapsed() - begun
    }
}

/// Moves the clock in steps until `call` is done; when each request came, in steps since the start.
pub fn arrivals<T>(mock: &MockSend, call: &mut Driven<'_, T>, step: Duration, most: u32) -> Vec<u32> {
    let (timer, mut times) = (mock.timer(), Vec::new());
    for passed in 0..=most {
        let done = call.is_done();
        times.resize(mock.requests().len(), passed);
        if done {
            break;
        }
        timer.advance(step);
    }
    times
}
