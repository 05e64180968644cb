//! A token bucket with a fair queue and an adaptive rate.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use http::{Response, StatusCode};
use http_body::Body as _;

use crate::body::ResponseBody;
use crate::error_body::retry_after;
use crate::timer::{Sleep, Timer};
use crate::transport_error::{TimeLimit, TransportError};

/// The lowest share of the full rate, reached after repeated halving.
const SLOWEST: f64 = 1.0 / 64.0;

/// The share of the full rate that each success restores.
const RECOVERY: f64 = 0.05;

/// The longest wait that a response can impose on all requests.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// The hint for responses that block further requests because they are not read.
const HELD: &str = "All permitted requests are held by responses that nobody reads. Read them to the end or drop them, \
    or raise `max_in_flight`.";

/// The limits at full rate; infinity means no limit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) per_second: f64,
    pub(super) burst: f64,
    pub(super) in_flight: f64,
    /// The maximum number of concurrent requests of the backend, which does not depend on the rate.
    pub(super) max: f64,
    /// Whether the rate is reduced if the server is overloaded.
    pub(super) is_adaptive: bool,
}

pub(super) struct Limiter {
    limits: Limits,
    timer: Arc<dyn Timer>,
    state: Mutex<State>,
}

struct State {
    queue: VecDeque<(u64, Waker)>,
    next_ticket: u64,
    in_flight: u32,
    /// The number of requests in flight whose response the caller holds, and may not be reading.
    held: u32,
    /// The time at which such a response last made progress, or was passed to the caller.
    last_progress: Duration,
    /// The share of the full rate, from [`SLOWEST`] to 1.
    pace: f64,
    tokens: f64,
    filled: Duration,
    not_before: Duration,
    /// The number of slowdowns. A permit issued before a slowdown does not cause another.
    slowdowns: u64,
}

impl Limiter {
    pub(super) fn new(limits: Limits, timer: Arc<dyn Timer>) -> Self {
        let filled = timer.elapsed();
        let state = State {
            queue: VecDeque::new(),
            next_ticket: 0,
            in_flight: 0,
            held: 0,
            last_progress: filled,
            pace: 1.0,
            tokens: limits.burst,
            filled,
            not_before: Duration::ZERO,
            slowdowns: 0,
        };
        Self { limits, timer, state: Mutex::new(state) }
    }

    /// Returns a permit, if there is one without waiting.
    pub(super) fn try_acquire(self: &Arc<Self>) -> Option<Permit> {
        let mut state = self.state();
        (state.queue.is_empty() && state.wait(self)? == Duration::ZERO).then(|| state.permit(self))
    }

    /// Waits for a permit. Dropping the future leaves the queue.
    ///
    /// # Errors
    /// A timeout, if for that long the only requests in flight are responses that nobody reads.
    pub(super) async fn acquire(self: &Arc<Self>, timeout: Option<Duration>) -> Result<Permit, TransportError> {
        let mut entry = QueueEntry { limiter: self, ticket: None };
        let mut sleep: Option<Sleep> = None;
        let mut deadline = timeout.map(|timeout| (timeout, self.timer.sleep(timeout)));
        poll_fn(|context| {
            loop {
                if let Some(sleep_future) = &mut sleep {
                    if sleep_future.as_mut().poll(context).is_pending() {
                        return Poll::Pending;
                    }
                    sleep = None;
                }
                match entry.poll_entry(context) {
                    Entry::Granted(permit) => return Poll::Ready(Ok(permit)),
                    Entry::Queued => {
                        let Some((timeout, sleep_future)) = &mut deadline else { return Poll::Pending };
                        ready!(sleep_future.as_mut().poll(context));
                        let left = timeout.saturating_sub(self.idle_time());
                        if left.is_zero() {
                            let error = TransportError::timed_out(TimeLimit::Turn, *timeout).not_sent();
                            return Poll::Ready(Err(error.with_hint(HELD)));
                        }
                        *sleep_future = self.timer.sleep(left);
                    }
                    Entry::Wait(wait) => sleep = Some(self.timer.sleep(wait)),
                }
            }
        })
        .await
    }

    /// Returns the time since the last progress; zero if a request is in flight that ends without the caller.
    fn idle_time(&self) -> Duration {
        let state = self.state();
        if state.held < state.in_flight {
            return Duration::ZERO;
        }
        self.timer.elapsed().saturating_sub(state.last_progress)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Entry {
    Granted(Permit),
    Wait(Duration),
    Queued,
}

/// A place in the queue, which is left when it is dropped.
struct QueueEntry<'g> {
    limiter: &'g Arc<Limiter>,
    ticket: Option<u64>,
}

impl QueueEntry<'_> {
    fn poll_entry(&mut self, context: &Context<'_>) -> Entry {
        let mut state = self.limiter.state();
        let ticket = *self.ticket.get_or_insert_with(|| state.ticket(context.waker()));
        let first = match state.queue.iter_mut().position(|(queued, _)| *queued == ticket) {
            Some(place) => {
                state.queue[place].1.clone_from(context.waker());
                place == 0
            }
            None => false,
        };
        match state.wait(self.limiter).filter(|_| first) {
            None => Entry::Queued,
            Some(Duration::ZERO) => {
                state.queue.pop_front();
                self.ticket = None;
                state.wake_first();
                Entry::Granted(state.permit(self.limiter))
            }
            Some(wait) => Entry::Wait(wait),
        }
    }
}

impl Drop for QueueEntry<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            let mut state = self.limiter.state();
            state.queue.retain(|(queued, _)| *queued != ticket);
            state.wake_first();
        }
    }
}

impl State {
    fn ticket(&mut self, waker: &Waker) -> u64 {
        self.next_ticket += 1;
        self.queue.push_back((self.next_ticket, waker.clone()));
        self.next_ticket
    }

    fn permit(&mut self, limiter: &Arc<Limiter>) -> Permit {
        self.tokens -= 1.0;
        self.in_flight += 1;
        Permit { limiter: Arc::clone(limiter), slowdowns: self.slowdowns, is_held: false }
    }

    /// Returns the time until a token is available; `None` if the maximum number of requests is in flight.
    fn wait(&mut self, limiter: &Limiter) -> Option<Duration> {
        let Limiter { limits, timer, .. } = limiter;
        // A reduced rate only limits requests that are being sent: a caller must not wait for a response that it holds
        // itself.
        let sending = self.in_flight.saturating_sub(self.held);
        if f64::from(self.in_flight) >= limits.in_flight.min(limits.max)
            || f64::from(sending) >= (limits.in_flight * self.pace).max(1.0)
        {
            return None;
        }
        if limits.per_second.is_infinite() && self.not_before.is_zero() {
            return Some(Duration::ZERO);
        }
        let now = timer.elapsed();
        let rate = limits.per_second * self.pace;
        let passed = now.saturating_sub(self.filled).as_secs_f64();
        self.filled = now;
        self.tokens = if rate.is_finite() { (self.tokens + passed * rate).min(limits.burst) } else { limits.burst };
        let blocked = self.not_before.saturating_sub(now);
        if self.tokens >= 1.0 {
            return Some(blocked);
        }
        // Rounded up, so that the token is available after the sleep.
        let missing = Duration::try_from_secs_f64((1.0 - self.tokens) / rate).unwrap_or(Duration::MAX);
        Some(blocked.max(missing.saturating_add(Duration::from_nanos(1))))
    }

    fn wake_first(&self) {
        if let Some((_, waker)) = self.queue.front() {
            waker.wake_by_ref();
        }
    }
}

/// A permit for one request in flight, returned when it is dropped.
pub(super) struct Permit {
    limiter: Arc<Limiter>,
    slowdowns: u64,
    /// Whether the caller holds the response.
    is_held: bool,
}

impl Permit {
    /// Marks the response as passed to the caller.
    pub(super) fn mark_held(mut self) -> Self {
        self.is_held = true;
        self.limiter.state().held += 1;
        self.record_progress();
        self
    }

    /// Records progress of the response.
    pub(super) fn record_progress(&self) {
        let now = self.limiter.timer.elapsed();
        self.limiter.state().last_progress = now;
    }

    pub(super) fn now(&self) -> jiff::Timestamp {
        self.limiter.timer.now()
    }

    /// Records a success, which increases the rate.
    pub(super) fn record_success(&self) {
        if self.limiter.limits.is_adaptive {
            let mut state = self.limiter.state();
            state.pace = (state.pace + RECOVERY).min(1.0);
        }
    }

    /// Records that the server is overloaded: halves the rate, and issues no permits for `wait`.
    pub(super) fn record_overload(&self, wait: Option<Duration>) {
        if !self.limiter.limits.is_adaptive {
            return;
        }
        let until = self.limiter.timer.elapsed().saturating_add(wait.unwrap_or_default());
        let mut state = self.limiter.state();
        if self.slowdowns == state.slowdowns {
            state.pace = (state.pace / 2.0).max(SLOWEST);
            state.slowdowns += 1;
        }
        state.not_before = state.not_before.max(until);
    }
}

impl Permit {
    /// Adjusts the rate by the status of the response, and holds the permit until the response has been
    /// read, unless `is_read`.
    pub(super) fn hold(self, response: Response<ResponseBody>, is_read: bool) -> Response<ResponseBody> {
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                let wait = retry_after(response.headers(), &|| self.now());
                self.record_overload(wait.map(|wait| wait.min(MAX_WAIT)));
            }
            status if status.is_success() => self.record_success(),
            _ => {}
        }
        if is_read {
            return response;
        }
        let mut permit = Some(self.mark_held());
        response.map(|body| {
            ResponseBody::polled(body, move |body, context| {
                let frame = ready!(body.poll_frame(context));
                match (&frame, &permit) {
                    (Some(Ok(_)), Some(permit)) => permit.record_progress(),
                    _ => drop(permit.take()),
                }
                Poll::Ready(frame)
            })
        })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.limiter.state();
        state.in_flight -= 1;
        state.held -= u32::from(self.is_held);
        state.wake_first();
    }
}
