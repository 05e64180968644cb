//! Time limits of an attempt and of the bodies.

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

/// How many bytes a second of a response of JSON must come.
const LEAST_RATE: u64 = 1024;

/// The time limits of a call. Each that is not set does not exist.
///
/// For uploads of any size set `idle` and `response`, and neither `call` nor `attempt`: a slow line then goes on for
/// hours, and a dead one ends in seconds. The limit for connecting is an option of the backend.
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
    /// No limit.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the whole call: all attempts, the waits between them, and reading the response. Of a response of bytes
    /// only the head counts.
    #[must_use]
    pub fn call(mut self, limit: Duration) -> Self {
        self.call = Some(limit);
        self
    }

    /// Limits one attempt, from its first byte to the head of the response: for large uploads it is the wrong limit.
    #[must_use]
    pub fn attempt(mut self, limit: Duration) -> Self {
        self.attempt = Some(limit);
        self
    }

    /// Limits the wait between the last byte of a request and the head of its response.
    #[must_use]
    pub fn response(mut self, limit: Duration) -> Self {
        self.response = Some(limit);
        self
    }

    /// Limits the time in which no byte of a body moves, up or down. The slow source of an upload counts as well;
    /// a caller who does not read on does not.
    ///
    /// What a backend put into buffers of the system may still be on its way: where it cannot see that (see
    /// [`HttpSend::unseen_bytes`]), this limit and that of the response are at least the time in which a line of 8 KiB a
    /// second sends it, and at most five times what is set.
    ///
    /// [`HttpSend::unseen_bytes`]: crate::HttpSend::unseen_bytes
    ///
    /// A response of JSON must also come at 1 KiB a second, on average over this time: one that trickles would otherwise
    /// never end. Files can come as slowly as they do.
    #[must_use]
    pub fn idle(mut self, limit: Duration) -> Self {
        self.idle = Some(limit);
        self
    }

    /// How long a request waits for a turn that does not come.
    pub(super) fn patience(self) -> Option<Duration> {
        [self.attempt, self.response, self.idle].into_iter().flatten().min()
    }

    /// Whether it needs a timer.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

pub(crate) struct Timeout {
    pub(crate) timeouts: Timeouts,
    /// How many bytes of a body may stand in buffers that nobody sees into.
    pub(crate) unseen: u64,
    /// Without one there are no limits.
    pub(crate) timer: Option<Arc<dyn Timer>>,
    pub(crate) next: Redirect,
}

impl Timeout {
    /// Sends the request; a response that is wanted as a whole is read here, within the limits.
    pub(super) async fn send(
        &self,
        request: &mut Request<Body>,
        call: &CallContext,
        spare: Option<&RequestHead>,
    ) -> Outcome {
        let watch = self.watch(request, call);
        let response = {
            let mut sending = pin!(self.next.send(request, call, spare));
            match &watch {
                Some(watch) => first(sending, pin!(watch.expired())).await.unwrap_or_else(Err)?,
                None => sending.as_mut().await?,
            }
        };
        let whole = buffer::limit(&response, call);
        let mut pause = watch.and_then(|watch| watch.pause(whole.is_some()));
        let unlimited = pause.is_none();
        let poll = move |body: Pin<&mut ResponseBody>, context: &mut Context<'_>| match &mut pause {
            Some(pause) => pause.poll(body, context),
            None => body.poll_frame(context),
        };
        match whole {
            Some(limit) => buffer::read(response, limit, poll).await,
            None if unlimited => Ok(response),
            None => Ok(response.map(|body| ResponseBody::polled(body, poll))),
        }
    }

    fn watch(&self, request: &mut Request<Body>, call: &CallContext) -> Option<AttemptDeadline<'_>> {
        let timeouts = call.timeouts.unwrap_or(self.timeouts);
        timeouts.attempt.or(timeouts.response).or(timeouts.idle)?;
        let timer = self.timer.as_ref()?;
        let started = timer.elapsed();
        // Nobody reads an empty body to its end.
        let progress = (!request.body().is_empty()).then(|| Progress::new(started));
        if let Some(progress) = &progress {
            let (observed, timer) = (Arc::clone(progress), Arc::clone(timer));
            request.body_mut().observe(move |length, end| observed.moved(timer.elapsed(), length, end));
        }
        Some(AttemptDeadline { timeouts, timer, started, progress, unseen: self.unseen })
    }
}

/// The time limits of one attempt.
struct AttemptDeadline<'t> {
    timeouts: Timeouts,
    timer: &'t Arc<dyn Timer>,
    started: Duration,
    /// Of a request with a body.
    progress: Option<Arc<Progress>>,
    unseen: u64,
}

impl AttemptDeadline<'_> {
    /// Ends when a limit passes before the head of the response comes. A request without a body is sent from the start.
    async fn expired(&self) -> TransportError {
        let Self { timeouts, timer, started, ref progress, unseen } = *self;
        // What is waited for may change meanwhile: it is looked at again before any limit of it can have passed.
        let mut nap = [timeouts.attempt, timeouts.response, timeouts.idle].into_iter().flatten().min();
        while let Some(duration) = nap {
            timer.sleep(duration).await;
            let now = timer.elapsed();
            let none = Sent { moved: started, bytes: 0, is_over: true };
            let Sent { moved, bytes, is_over } = progress.as_ref().map_or(none, |progress| progress.sent());
            // What went into a buffer may still be on its way.
            let drain = Duration::from_secs(bytes.min(unseen) / SLOWEST);
            let with_drain = |limit: Duration| limit.max(drain.min(limit.saturating_mul(MOST)));
            let limits = [
                (TimeLimit::Attempt, timeouts.attempt, started),
                (TimeLimit::Response, timeouts.response.filter(|_| is_over).map(with_drain), moved),
                (TimeLimit::Idle, timeouts.idle.filter(|_| !is_over).map(with_drain), moved),
            ];
            let left = limits.into_iter().filter_map(|(name, limit, since)| {
                let limit = limit?;
                Some((limit.saturating_sub(now.saturating_sub(since)), name, limit))
            });
            let next = left.min_by_key(|(left, ..)| *left);
            if let Some((Duration::ZERO, name, limit)) = next {
                return TransportError::timed_out(name, limit);
            }
            nap = [next.map(|(left, ..)| left), timeouts.response, timeouts.idle].into_iter().flatten().min();
        }
        std::future::pending().await
    }

    /// What limits the body of the response.
    fn pause(&self, is_whole: bool) -> Option<Pause> {
        let pause = |limit: Duration| {
            let least = is_whole.then(|| limit.as_secs().saturating_mul(LEAST_RATE).max(1));
            Pause { limit, least, moved: 0, timer: Arc::clone(self.timer), sleep: None }
        };
        self.timeouts.idle.map(pause)
    }
}

/// How many bytes a second a line must take of what stands in buffers: slower ones are given up.
const SLOWEST: u64 = 8 << 10;

/// How many times a limit can grow for what stands in buffers: a dead line has to end as well.
const MOST: u32 = 5;

/// How far a request is.
#[derive(Clone, Copy)]
struct Sent {
    /// When a byte moved last, by the timer.
    moved: Duration,
    /// How many did.
    bytes: u64,
    /// Whether it was the last one.
    is_over: bool,
}

struct Progress(Mutex<Sent>);

impl Progress {
    fn new(now: Duration) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Sent { moved: now, bytes: 0, is_over: false })))
    }

    fn moved(&self, now: Duration, length: u64, is_over: bool) {
        let mut sent = self.lock();
        *sent = Sent { moved: now, bytes: sent.bytes.saturating_add(length), is_over };
    }

    fn sent(&self) -> Sent {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Sent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time between two chunks of a body.
struct Pause {
    limit: Duration,
    /// How many bytes must come within the limit; any, if it is `None`.
    least: Option<u64>,
    /// How many came since it began.
    moved: u64,
    timer: Arc<dyn Timer>,
    sleep: Option<Sleep>,
}

impl Pause {
    fn poll(&mut self, body: Pin<&mut ResponseBody>, context: &mut Context<'_>) -> Polled {
        let polled = body.poll_frame(context);
        if let Poll::Ready(frame) = &polled {
            let length = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()).map_or(0, Bytes::len);
            self.moved = self.moved.saturating_add(length as u64);
            // What never has to wait needs no timer.
            let is_enough = self.sleep.is_none() || self.least.is_none_or(|least| self.moved >= least);
            if is_enough || !matches!(frame, Some(Ok(_))) {
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
