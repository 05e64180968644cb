//! The deadlines of one attempt, and of the pauses in its response.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body::Body as _;

use super::timeouts::Timeouts;
use crate::body::{Body, Polled, ResponseBody};
use crate::timer::{Sleep, Timer};
use crate::transport_error::{TimeLimit, TransportError};

/// The minimum rate of a JSON response, in bytes per second.
const MIN_RATE: u64 = 1024;

/// The timeouts of one attempt.
pub(super) struct AttemptDeadline<'t> {
    timeouts: Timeouts,
    timer: &'t Arc<dyn Timer>,
    started: Duration,
    /// The progress of the request body, if there is one.
    progress: Option<Arc<Progress>>,
    unseen: u64,
}

impl<'t> AttemptDeadline<'t> {
    /// Starts the deadlines, and observes the progress of the request body; `None` without timeouts or a timer.
    /// `unseen` is the number of body bytes in buffers that the backend cannot track.
    pub(super) fn start(
        request: &mut Request<Body>,
        timeouts: Timeouts,
        timer: Option<&'t Arc<dyn Timer>>,
        unseen: u64,
    ) -> Option<Self> {
        timeouts.attempt.or(timeouts.response).or(timeouts.idle)?;
        let timer = timer?;
        let started = timer.elapsed();
        // An empty body is not polled to its end.
        let progress = (!request.body().is_empty()).then(|| Progress::new(started));
        if let Some(progress) = &progress {
            let (observed, timer) = (Arc::clone(progress), Arc::clone(timer));
            request.body_mut().observe(move |length, end| observed.moved(timer.elapsed(), length, end));
        }
        Some(Self { timeouts, timer, started, progress, unseen })
    }

    /// Completes when a timeout expires before the response headers arrive. A request without a body counts as sent at
    /// once.
    pub(super) async fn expired(&self) -> TransportError {
        let Self { timeouts, timer, started, ref progress, unseen } = *self;
        // The relevant timeout may change, so it is checked again before any of them can expire.
        let mut wait = [timeouts.attempt, timeouts.response, timeouts.idle].into_iter().flatten().min();
        while let Some(duration) = wait {
            timer.sleep(duration).await;
            let now = timer.elapsed();
            let none = Sent { moved: started, bytes: 0, is_complete: true };
            let Sent { moved, bytes, is_complete } = progress.as_ref().map_or(none, |progress| progress.sent());
            // Buffered data may still be in transit.
            let drain = Duration::from_secs(bytes.min(unseen) / MIN_DRAIN_RATE);
            let with_drain = |limit: Duration| limit.max(drain.min(limit.saturating_mul(MAX_EXTENSION)));
            let limits = [
                (TimeLimit::Attempt, timeouts.attempt, started),
                (TimeLimit::Response, timeouts.response.filter(|_| is_complete).map(with_drain), moved),
                (TimeLimit::Idle, timeouts.idle.filter(|_| !is_complete).map(with_drain), moved),
            ];
            let left = limits.into_iter().filter_map(|(name, limit, since)| {
                let limit = limit?;
                Some((limit.saturating_sub(now.saturating_sub(since)), name, limit))
            });
            let next = left.min_by_key(|(left, ..)| *left);
            if let Some((Duration::ZERO, name, limit)) = next {
                return TransportError::timed_out(name, limit);
            }
            wait = [next.map(|(left, ..)| left), timeouts.response, timeouts.idle].into_iter().flatten().min();
        }
        std::future::pending().await
    }

    /// Returns the idle timer of the response body.
    pub(super) fn idle_timer(&self, is_buffered: bool) -> Option<IdleTimer> {
        let idle_timer = |limit: Duration| {
            let min_bytes = is_buffered.then(|| limit.as_secs().saturating_mul(MIN_RATE).max(1));
            IdleTimer { limit, min_bytes, moved: 0, timer: Arc::clone(self.timer), sleep: None }
        };
        self.timeouts.idle.map(idle_timer)
    }
}

/// The minimum rate, in bytes per second, at which a connection must drain its buffers.
const MIN_DRAIN_RATE: u64 = 8 << 10;

/// The maximum factor by which buffered data extends a timeout, so that dead connections still fail.
const MAX_EXTENSION: u32 = 5;

/// The progress of a request body.
#[derive(Clone, Copy)]
struct Sent {
    /// The time of the last progress.
    moved: Duration,
    /// The number of bytes sent.
    bytes: u64,
    /// Whether the last byte has been sent.
    is_complete: bool,
}

struct Progress(Mutex<Sent>);

impl Progress {
    fn new(now: Duration) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Sent { moved: now, bytes: 0, is_complete: false })))
    }

    fn moved(&self, now: Duration, length: u64, is_complete: bool) {
        let mut sent = self.lock();
        *sent = Sent { moved: now, bytes: sent.bytes.saturating_add(length), is_complete };
    }

    fn sent(&self) -> Sent {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Sent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The timer between two chunks of a body.
pub(super) struct IdleTimer {
    limit: Duration,
    /// The minimum number of bytes within the limit; `None` if any progress is enough.
    min_bytes: Option<u64>,
    /// The number of bytes since the timer was started.
    moved: u64,
    timer: Arc<dyn Timer>,
    sleep: Option<Sleep>,
}

impl IdleTimer {
    pub(super) fn poll(&mut self, body: Pin<&mut ResponseBody>, context: &mut Context<'_>) -> Polled {
        let polled = body.poll_frame(context);
        if let Poll::Ready(frame) = &polled {
            let length = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()).map_or(0, Bytes::len);
            self.moved = self.moved.saturating_add(length as u64);
            // A body that is always ready needs no timer.
            let is_progress = self.sleep.is_none() || self.min_bytes.is_none_or(|min_bytes| self.moved >= min_bytes);
            if is_progress || !matches!(frame, Some(Ok(_))) {
                (self.sleep, self.moved) = (None, 0);
                return polled;
            }
        }
        let sleep = self.sleep.get_or_insert_with(|| self.timer.sleep(self.limit));
        if sleep.as_mut().poll(context).is_pending() {
            return polled;
        }
        let limit = if polled.is_ready() || self.moved > 0 { TimeLimit::Rate } else { TimeLimit::Idle };
        Poll::Ready(Some(Err(TransportError::timed_out(limit, self.limit))))
    }
}
