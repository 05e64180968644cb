//! Sleeps outside of a tokio runtime, each on a thread of its own.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// A sleep that needs no runtime. Dropping it ends its thread.
pub(crate) struct Parked {
    end: Option<Instant>,
    thread: Option<Thread>,
    waker: Arc<Mutex<Option<Waker>>>,
}

impl Parked {
    pub(crate) fn new(duration: Duration) -> Self {
        Self { end: Instant::now().checked_add(duration), thread: None, waker: Arc::default() }
    }
}

impl Future for Parked {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // A duration that no clock holds does not end.
        let Some(end) = self.end else { return Poll::Pending };
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Poll::Ready(());
        }
        *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(context.waker().clone());
        if self.thread.is_none() {
            let waker = Arc::clone(&self.waker);
            let waits = move || {
                loop {
                    let left = end.saturating_duration_since(Instant::now());
                    // Whoever drops the sleep drops its waker.
                    if left.is_zero() || Arc::strong_count(&waker) == 1 {
                        break;
                    }
                    thread::park_timeout(left);
                }
                if let Some(waker) = waker.lock().unwrap_or_else(PoisonError::into_inner).take() {
                    waker.wake();
                }
            };
            // Without a thread there is no sleep: what is waited for is looked at again at once.
            match thread::Builder::new().name("immich-sleep".to_owned()).spawn(waits) {
                Ok(handle) => self.thread = Some(handle.thread().clone()),
                Err(_) => context.waker().wake_by_ref(),
            }
        }
        Poll::Pending
    }
}

impl Drop for Parked {
    fn drop(&mut self) {
        self.waker = Arc::default();
        if let Some(thread) = &self.thread {
            thread.unpark();
        }
    }
}
