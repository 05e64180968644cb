//! A limiter that lets requests through one after the other, in the order in which they came.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use crate::send::{TimeLimit, TransportError};
use crate::timer::{Sleep, Timer};

/// After how many refusals in a row the pace is halved no more.
const SLOWEST: f64 = 1.0 / 64.0;

/// What each success gives back of the full pace.
const RECOVERY: f64 = 0.05;

/// What helps against responses that keep others from being sent.
const HELD: &str = "As many responses as requests may be in flight are read by nobody: read them to the end or drop them, or \
    allow more with `max_in_flight`.";

/// The limits of a limiter at full pace; infinity is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) per_second: f64,
    pub(super) burst: f64,
    pub(super) in_flight: f64,
    /// How many requests the backend takes at once, at any pace.
    pub(super) most: f64,
    /// Whether the pace gives way to a server that asks for less.
    pub(super) yields: bool,
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
    /// Those of them whose response the caller has, and may or may not read.
    held: u32,
    /// When a byte of such a response came last, or when the caller got it.
    moved: Duration,
    /// The share of the full pace, from [`SLOWEST`] to one.
    pace: f64,
    tokens: f64,
    filled: Duration,
    not_before: Duration,
    /// How often the pace was halved: what was let through before does not halve it again.
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
            moved: filled,
            pace: 1.0,
            tokens: limits.burst,
            filled,
            not_before: Duration::ZERO,
            slowdowns: 0,
        };
        Self { limits, timer, state: Mutex::new(state) }
    }

    /// Leave, if it can be had without waiting.
    pub(super) fn enter_now(self: &Arc<Self>) -> Option<Permit> {
        let mut state = self.state();
        (state.queue.is_empty() && state.wait(self)? == Duration::ZERO).then(|| state.permit(self))
    }

    /// Waits for its turn. Dropping the future leaves the queue.
    ///
    /// # Errors
    /// A time limit, if for that long all that is in flight are responses that nobody reads.
    pub(super) async fn enter(self: &Arc<Self>, patience: Option<Duration>) -> Result<Permit, TransportError> {
        let mut turn = Turn { limiter: self, ticket: None };
        let mut sleep: Option<Sleep> = None;
        let mut patient = patience.map(|patience| (patience, self.timer.sleep(patience)));
        poll_fn(|context| {
            loop {
                if let Some(nap) = &mut sleep {
                    if nap.as_mut().poll(context).is_pending() {
                        return Poll::Pending;
                    }
                    sleep = None;
                }
                match turn.try_enter(context) {
                    Entry::Open(permit) => return Poll::Ready(Ok(permit)),
                    Entry::Queued => {
                        let Some((patience, nap)) = &mut patient else { return Poll::Pending };
                        ready!(nap.as_mut().poll(context));
                        let left = patience.saturating_sub(self.unmoved_for());
                        if left.is_zero() {
                            let error = TransportError::timed_out(TimeLimit::Turn, *patience).not_sent();
                            return Poll::Ready(Err(error.with_hint(HELD)));
                        }
                        *nap = self.timer.sleep(left);
                    }
                    Entry::Wait(wait) => sleep = Some(self.timer.sleep(wait)),
                }
            }
        })
        .await
    }

    /// For how long nothing moved that could end; zero if something does that ends by itself.
    fn unmoved_for(&self) -> Duration {
        let state = self.state();
        if state.held < state.in_flight {
            return Duration::ZERO;
        }
        self.timer.elapsed().saturating_sub(state.moved)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Entry {
    Open(Permit),
    Wait(Duration),
    Queued,
}

/// A place in the queue.
struct Turn<'g> {
    limiter: &'g Arc<Limiter>,
    ticket: Option<u64>,
}

impl Turn<'_> {
    fn try_enter(&mut self, context: &Context<'_>) -> Entry {
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
                Entry::Open(state.permit(self.limiter))
            }
            Some(wait) => Entry::Wait(wait),
        }
    }
}

impl Drop for Turn<'_> {
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

    /// How long until there is a token; `None` while as many are in flight as may be.
    fn wait(&mut self, limiter: &Limiter) -> Option<Duration> {
        let Limiter { limits, timer, .. } = limiter;
        // A lower pace is for what is sent: nobody is to wait for a response that they hold themselves.
        let sending = self.in_flight.saturating_sub(self.held);
        if f64::from(self.in_flight) >= limits.in_flight.min(limits.most)
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
        // Rounded up, so that the token is there after the sleep.
        let missing = Duration::try_from_secs_f64((1.0 - self.tokens) / rate).unwrap_or(Duration::MAX);
        Some(blocked.max(missing.saturating_add(Duration::from_nanos(1))))
    }

    fn wake_first(&self) {
        if let Some((_, waker)) = self.queue.front() {
            waker.wake_by_ref();
        }
    }
}

/// Leave to have one request in flight, until it is dropped.
pub(super) struct Permit {
    limiter: Arc<Limiter>,
    slowdowns: u64,
    /// Whether the caller has the response.
    is_held: bool,
}

impl Permit {
    /// The caller gets the response.
    pub(super) fn held(mut self) -> Self {
        self.is_held = true;
        self.limiter.state().held += 1;
        self.moved();
        self
    }

    /// A part of the response came.
    pub(super) fn moved(&self) {
        let now = self.limiter.timer.elapsed();
        self.limiter.state().moved = now;
    }

    pub(super) fn now(&self) -> jiff::Timestamp {
        self.limiter.timer.now()
    }

    /// The server did what was asked: the pace recovers.
    pub(super) fn succeeded(&self) {
        if self.limiter.limits.yields {
            let mut state = self.limiter.state();
            state.pace = (state.pace + RECOVERY).min(1.0);
        }
    }

    /// The server asked for less: the pace halves, and nothing is let through for a while.
    pub(super) fn refused(&self, wait: Option<Duration>) {
        if !self.limiter.limits.yields {
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

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.limiter.state();
        state.in_flight -= 1;
        state.held -= u32::from(self.is_held);
        state.wake_first();
    }
}
