//! The backend that sends through a bridge.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use http::Request;

use super::driver::{BridgeHost, Command};
use super::exchange::{exchange, gone};
use super::local::LocalTimer;
use super::queue::{Sender, queue};
use super::slot::slot;
use crate::body::Body;
use crate::send::{HttpSend, SendFuture};
use crate::timer::{Sleep, Timer};

/// How many commands wait for the driver if the caller does not choose.
const QUEUE: usize = 64;

/// Builds a bridge to a transport that cannot leave its thread. See the [module](crate::bridge).
#[derive(Clone, Debug)]
#[must_use = "`open` makes the bridge"]
pub struct Bridge {
    timer: Option<LocalTimer>,
    max_in_flight: Option<u32>,
    unseen_bytes: u64,
    queue: usize,
}

impl Default for Bridge {
    fn default() -> Self {
        Self::new()
    }
}

impl Bridge {
    /// Starts with no timer, no limit on requests in flight, and a queue of 64 requests.
    pub fn new() -> Self {
        Self { timer: None, max_in_flight: None, unseen_bytes: 0, queue: QUEUE }
    }

    /// Sets the timer of the transport's runtime, which a client needs for time limits, retries and rate limits.
    pub fn timer(mut self, timer: LocalTimer) -> Self {
        self.timer = Some(timer);
        self
    }

    /// Sets the maximum number of requests in flight, as in [`HttpSend::max_in_flight`]. The client keeps to it, and not the
    /// bridge.
    pub fn max_in_flight(mut self, requests: impl Into<Option<u32>>) -> Self {
        self.max_in_flight = requests.into();
        self
    }

    /// Sets the number of bytes that may wait unsent below the transport, as in [`HttpSend::unseen_bytes`].
    pub fn unseen_bytes(mut self, bytes: u64) -> Self {
        self.unseen_bytes = bytes;
        self
    }

    /// Sets how many requests may wait for the driver to begin them. One at least.
    pub fn queue(mut self, requests: usize) -> Self {
        self.queue = requests;
        self
    }

    /// Makes both ends: the backend, and what goes to the thread of the transport.
    ///
    /// Requests may be sent before the host runs: they wait.
    pub fn open(self) -> (BridgeHandle, BridgeHost) {
        let (sender, receiver) = queue(self.queue);
        let host = BridgeHost::new(receiver, self.timer.clone());
        let timer = self.timer.map(|timer| Arc::new(BridgeTimer { timer, sender: sender.clone() }) as Arc<dyn Timer>);
        let Self { max_in_flight, unseen_bytes, .. } = self;
        (BridgeHandle { sender, timer, max_in_flight, unseen_bytes }, host)
    }
}

/// Sends requests through a bridge, from any thread. A clone sends through the same one.
///
/// The driver ends after the last handle and the last timer of them are dropped, and what they began is over.
#[derive(Clone)]
pub struct BridgeHandle {
    sender: Sender<Command>,
    timer: Option<Arc<dyn Timer>>,
    max_in_flight: Option<u32>,
    unseen_bytes: u64,
}

impl HttpSend for BridgeHandle {
    fn send<'s, 'f>(&'s self, request: Request<Body>) -> SendFuture<'f>
    where
        's: 'f,
        Self: 'f,
    {
        let (exchange, job) = exchange(request);
        Box::pin(async move {
            // The exchange says it, too; a job that never reached the driver was not sent.
            self.sender.send(Command::Send(Box::new(job))).await.map_err(|_| gone().not_sent())?;
            exchange.await
        })
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.timer.clone()
    }

    fn max_in_flight(&self) -> Option<u32> {
        self.max_in_flight
    }

    fn unseen_bytes(&self) -> u64 {
        self.unseen_bytes
    }
}

impl fmt::Debug for BridgeHandle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("BridgeHandle").field("timer", &self.timer.is_some()).finish_non_exhaustive()
    }
}

/// Sleeps where the transport is. Once the driver is gone nothing can be waited for, and a sleep ends at once.
struct BridgeTimer {
    timer: LocalTimer,
    sender: Sender<Command>,
}

impl Timer for BridgeTimer {
    fn sleep(&self, duration: Duration) -> Sleep {
        let sender = self.sender.clone();
        let end = self.timer.elapsed().saturating_add(duration);
        Box::pin(async move {
            let (done, mut wait) = slot(true);
            if sender.send(Command::Sleep { end, done }).await.is_ok() {
                // The driver needs no handle to end a sleep, and this one no longer does.
                drop(sender);
                poll_fn(|context| wait.poll_take(context)).await;
            }
        })
    }

    fn elapsed(&self) -> Duration {
        self.timer.elapsed()
    }
}
