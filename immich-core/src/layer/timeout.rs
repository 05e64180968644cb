//! Time limits of an attempt and of the bodies.

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Request;
use http_body::Body as _;

use crate::body::{Body, Polled, ResponseBody};
use crate::layer::CallContext;
use crate::send::{HttpSend, Sending, TimeLimit, TransportError};
use crate::timer::{Sleep, Timer, first};

/// The time limits of a call. Each that is not set does not exist.
///
/// For uploads of any size set `idle` and `response`, and neither `call` nor `attempt`: a slow line then goes on for
/// hours, and a dead one ends in seconds. The limit for connecting is an option of the backend.
///
/// ```
/// use std::time::Duration;
/// use immich_core::Timeouts;
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

    /// Limits the whole call: all attempts, the waits between them, and reading the answer. Of an answer of bytes
    /// only the head counts.
    #[must_use]
    pub fn call(mut self, limit: Duration) -> Self {
        self.call = Some(limit);
        self
    }

    /// Limits one attempt, from its first byte to the head of the answer: for large uploads it is the wrong limit.
    #[must_use]
    pub fn attempt(mut self, limit: Duration) -> Self {
        self.attempt = Some(limit);
        self
    }

    /// Limits the wait between the last byte of a request and the head of its answer.
    #[must_use]
    pub fn response(mut self, limit: Duration) -> Self {
        self.response = Some(limit);
        self
    }

    /// Limits the time in which no byte of a body moves, up or down. The slow source of an upload counts as well;
    /// a caller who does not read on does not.
    #[must_use]
    pub fn idle(mut self, limit: Duration) -> Self {
        self.idle = Some(limit);
        self
    }

    /// Whether it needs a timer.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

pub(crate) struct Timeout<S> {
    pub(crate) timeouts: Timeouts,
    pub(crate) timer: Arc<dyn Timer>,
    pub(crate) next: S,
}

impl<S: HttpSend> HttpSend for Timeout<S> {
    fn send<'s, 'f>(&'s self, mut request: Request<Body>) -> Sending<'f>
    where
        's: 'f,
        Self: 'f,
    {
        let timeouts = CallContext::of(&request).and_then(|context| context.timeouts).unwrap_or(self.timeouts);
        let Timeouts { attempt, response, idle, call: _ } = timeouts;
        if attempt.or(response).or(idle).is_none() {
            return self.next.send(request);
        }
        let started = self.timer.elapsed();
        // Nobody reads an empty body to its end.
        let progress = (!request.body().is_empty()).then(|| Progress::new(started));
        if let Some(progress) = &progress {
            let (observed, timer) = (Arc::clone(progress), Arc::clone(&self.timer));
            request.body_mut().observe(move |end| *observed.state() = (timer.elapsed(), end));
        }
        let mut sending = self.next.send(request);
        Box::pin(async move {
            let late = pin!(self.watch(timeouts, started, progress.as_deref()));
            let response = first(sending.as_mut(), late).await.unwrap_or_else(Err)?;
            let Some(limit) = idle else { return Ok(response) };
            let mut pause = Pause { limit, timer: Arc::clone(&self.timer), sleep: None };
            Ok(response.map(|body| ResponseBody::polled(body, move |body, context| pause.poll(body, context))))
        })
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.next.timer()
    }
}

impl<S> Timeout<S> {
    /// Ends when a limit passes before the head of the answer comes. A request without a body is sent from the start.
    async fn watch(&self, timeouts: Timeouts, started: Duration, progress: Option<&Progress>) -> TransportError {
        // What is waited for may change meanwhile: it is looked at again before any limit of it can have passed.
        let mut nap = [timeouts.attempt, timeouts.response, timeouts.idle].into_iter().flatten().min();
        while let Some(duration) = nap {
            self.timer.sleep(duration).await;
            let now = self.timer.elapsed();
            let (moved, sent) = progress.map_or((started, true), |progress| *progress.state());
            let limits = [
                (TimeLimit::Attempt, timeouts.attempt, started),
                (TimeLimit::Response, timeouts.response.filter(|_| sent), moved),
                (TimeLimit::Idle, timeouts.idle.filter(|_| !sent), moved),
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
}

/// When a byte of the request moved last, by the timer, and whether it was the last one.
struct Progress(Mutex<(Duration, bool)>);

impl Progress {
    fn new(now: Duration) -> Arc<Self> {
        Arc::new(Self(Mutex::new((now, false))))
    }

    fn state(&self) -> MutexGuard<'_, (Duration, bool)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time between two chunks of a body.
struct Pause {
    limit: Duration,
    timer: Arc<dyn Timer>,
    sleep: Option<Sleep>,
}

impl Pause {
    fn poll(&mut self, body: Pin<&mut ResponseBody>, context: &mut Context<'_>) -> Polled {
        if let Poll::Ready(frame) = body.poll_frame(context) {
            self.sleep = None;
            return Poll::Ready(frame);
        }
        let sleep = self.sleep.get_or_insert_with(|| self.timer.sleep(self.limit));
        sleep.as_mut().poll(context).map(|()| Some(Err(TransportError::timed_out(TimeLimit::Idle, self.limit))))
    }
}
