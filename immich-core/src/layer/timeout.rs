//! Timeouts of attempts and bodies.

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body::Body as _;

use crate::body::{Body, Polled, ResponseBody};
use crate::layer::request_head::RequestHead;
use crate::layer::{CallContext, Redirect, buffer};
use crate::send::{Outcome, TimeLimit, TransportError};
use crate::timer::{Sleep, Timer, first};

/// The minimum rate of a JSON response, in bytes per second.
const MIN_RATE: u64 = 1024;

/// Timeouts of a call. All are off by default.
///
/// For uploads of any size, set `idle` and `response`, but neither `call` nor `attempt`: slow connections may then take
/// hours, and dead ones fail within seconds. The connect timeout is an option of the backend.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use std::time::Duration;
/// use immich_sdk::Timeouts;
///
/// let timeouts = Timeouts::new().idle(Duration::from_secs(30)).response(Duration::from_secs(300));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    pub(crate) call: Option<Duration>,
    attempt: Option<Duration>,
    response: Option<Duration>,
    idle: Option<Duration>,
}

impl Timeouts {
    /// Creates a value without timeouts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the whole call: all attempts, the delays between them, and reading the response. For a binary response,
    /// it ends with the headers.
    #[must_use]
    pub fn call(mut self, limit: Duration) -> Self {
        self.call = Some(limit);
        self
    }

    /// Limits one attempt, from its first byte to the response headers. It is not suitable for large uploads.
    #[must_use]
    pub fn attempt(mut self, limit: Duration) -> Self {
        self.attempt = Some(limit);
        self
    }

    /// Limits the wait between the last byte of a request and the response headers.
    #[must_use]
    pub fn response(mut self, limit: Duration) -> Self {
        self.response = Some(limit);
        self
    }

    /// Limits the time without any progress of a body, in either direction. This includes a slow source of an upload,
    /// but not a caller that stops reading.
    ///
    /// Data in system buffers may still be in transit. If the backend cannot track that (see
    /// [`HttpSend::unseen_bytes`]), this timeout and that of the response are extended to the time in which a
    /// connection of 8 KiB/s sends it, at most to five times the value set.
    ///
    /// [`HttpSend::unseen_bytes`]: crate::HttpSend::unseen_bytes
    ///
    /// A JSON response must also arrive at 1 KiB/s on average over this time, because a trickling one would never end.
    /// Files may arrive at any rate.
    #[must_use]
    pub fn idle(mut self, limit: Duration) -> Self {
        self.idle = Some(limit);
        self
    }

    /// Returns how long a request waits for a permit without any progress.
    pub(super) fn permit_timeout(self) -> Option<Duration> {
        [self.attempt, self.response, self.idle].into_iter().flatten().min()
    }

    /// Returns whether no timeout is set, so that no timer is needed.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

pub(crate) struct Timeout {
    pub(crate) timeouts: Timeouts,
    /// The maximum number of body bytes in buffers that the backend cannot track.
    pub(crate) unseen: u64,
    /// Without a timer, there are no timeouts.
    pub(crate) timer: Option<Arc<dyn Timer>>,
    pub(crate) next: Redirect,
}

impl Timeout {
    /// Sends the request. A response that is needed completely is read here, within the timeouts.
    pub(super) async fn send(
        &self,
        request: &mut Request<Body>,
        call: &CallContext,
        head: Option<&RequestHead>,
    ) -> Outcome {
        let deadline = self.deadline(request, call);
        let response = {
            let mut sending = pin!(self.next.send(request, call, head));
            match &deadline {
                Some(deadline) => first(sending, pin!(deadline.expired())).await.unwrap_or_else(Err)?,
                None => sending.as_mut().await?,
            }
        };
        let buffer_limit = buffer::limit(&response, call);
        let mut idle_timer = deadline.and_then(|deadline| deadline.idle_timer(buffer_limit.is_some()));
        let unlimited = idle_timer.is_none();
        let poll = move |body: Pin<&mut ResponseBody>, context: &mut Context<'_>| match &mut idle_timer {
            Some(idle_timer) => idle_timer.poll(body, context),
            None => body.poll_frame(context),
        };
        match buffer_limit {
            Some(limit) => buffer::read(response, limit, poll).await,
            None if unlimited => Ok(response),
            None => Ok(response.map(|body| ResponseBody::polled(body, poll))),
        }
    }

    fn deadline(&self, request: &mut Request<Body>, call: &CallContext) -> Option<AttemptDeadline<'_>> {
        let timeouts = call.timeouts.unwrap_or(self.timeouts);
        timeouts.attempt.or(timeouts.response).or(timeouts.idle)?;
        let timer = self.timer.as_ref()?;
        let started = timer.elapsed();
        // An empty body is not polled to its end.
        let progress = (!request.body().is_empty()).then(|| Progress::new(started));
        if let Some(progress) = &progress {
            let (observed, timer) = (Arc::clone(progress), Arc::clone(timer));
            request.body_mut().observe(move |length, end| observed.moved(timer.elapsed(), length, end));
        }
        Some(AttemptDeadline { timeouts, timer, started, progress, unseen: self.unseen })
    }
}

/// The timeouts of one attempt.
struct AttemptDeadline<'t> {
    timeouts: Timeouts,
    timer: &'t Arc<dyn Timer>,
    started: Duration,
    /// The progress of the request body, if there is one.
    progress: Option<Arc<Progress>>,
    unseen: u64,
}

impl AttemptDeadline<'_> {
    /// Completes when a timeout expires before the response headers arrive. A request without a body counts as sent at
    /// once.
    async fn expired(&self) -> TransportError {
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
    fn idle_timer(&self, is_buffered: bool) -> Option<IdleTimer> {
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
struct IdleTimer {
    limit: Duration,
    /// The minimum number of bytes within the limit; `None` if any progress is enough.
    min_bytes: Option<u64>,
    /// The number of bytes since the timer was started.
    moved: u64,
    timer: Arc<dyn Timer>,
    sleep: Option<Sleep>,
}

impl IdleTimer {
    fn poll(&mut self, body: Pin<&mut ResponseBody>, context: &mut Context<'_>) -> Polled {
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
