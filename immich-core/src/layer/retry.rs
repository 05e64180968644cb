//! Retries requests where that is safe and useful.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::header::{CONTENT_RANGE, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, Request, Response, StatusCode};

use crate::body::{Body, ResponseBody};
use crate::endpoint::Operation;
use crate::error_body::retry_after;
use crate::layer::request_head::RequestHead;
#[cfg(feature = "tracing")]
use crate::layer::trace;
use crate::layer::{CallContext, RateLimited};
use crate::send::{HttpSend, Outcome, SendFuture, TimeLimit, TransportError, TransportErrorKind};
use crate::timer::Timer;

/// With this header, an upload that was already processed is reported as a duplicate instead of being stored again.
const CHECKSUM: &str = "x-immich-checksum";

/// The maximum number of bytes of JSON that Immich accepts in one request.
const MAX_JSON: usize = 10 << 20;

/// When, how often, and after which delay a request is retried.
///
/// Only safe requests are retried: those that were not sent; those of idempotent operations; those that the server
/// reports as not processed (429, and 503 with `Retry-After`); and uploads with a checksum, which the server recognizes
/// as duplicates. A body that can be read only once is never sent again.
///
/// A JSON response that is cut off counts as a failed attempt. Binary responses are streamed and never retried once
/// their headers have arrived.
///
/// The delay before attempt n + 1 is random between zero and `base_delay` times 2 to the power n - 1, at most
/// `max_delay`. A `Retry-After` of the server is honored in full. If it is longer than `max_retry_after`, the call
/// fails at once, and [`Error::retry_after`](crate::Error::retry_after) returns it.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use std::time::Duration;
/// use immich_sdk::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(10).max_elapsed(Duration::from_secs(600));
/// assert_eq!(patient.delay(1, 1.0), Duration::from_millis(500));
/// assert_eq!(patient.delay(3, 0.5), Duration::from_millis(1000));
/// ```
#[derive(Clone)]
pub struct RetryPolicy {
    max_attempts: u32,
    max_elapsed: Duration,
    base_delay: Duration,
    max_delay: Duration,
    max_retry_after: Duration,
    random: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Default for RetryPolicy {
    /// At most four attempts within two minutes, with delays of up to 500 ms before the second and up to 20 s before
    /// later ones, and of up to a minute if the server requests it.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            max_elapsed: Duration::from_secs(120),
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(20),
            max_retry_after: Duration::from_secs(60),
            random: Arc::new(random),
        }
    }
}

impl RetryPolicy {
    /// Never retries.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets the maximum number of attempts, including the first; 0 means 1.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Gives up if the next attempt would start later than `elapsed` after the call began.
    #[must_use]
    pub fn max_elapsed(mut self, elapsed: Duration) -> Self {
        self.max_elapsed = elapsed;
        self
    }

    /// Sets the maximum delay before the second attempt. It doubles before each further one.
    #[must_use]
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// Sets the maximum delay before any attempt, unless the server requests a longer one.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets the maximum `Retry-After` of the server that is honored.
    #[must_use]
    pub fn max_retry_after(mut self, delay: Duration) -> Self {
        self.max_retry_after = delay;
        self
    }

    /// Sets the source of jitter, a function that returns values in `0.0..=1.0`.
    #[must_use]
    pub fn random(mut self, random: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Returns the delay after this number of attempts, for a random number from 0 to 1.
    pub fn delay(&self, attempts: u32, random: f64) -> Duration {
        let doublings = attempts.saturating_sub(1).min(31);
        let longest = self.base_delay.saturating_mul(1 << doublings).min(self.max_delay);
        // `clamp` passes NaN through.
        longest.mul_f64(if random.is_nan() { 0.0 } else { random.clamp(0.0, 1.0) })
    }

    /// Returns the delay after this number of attempts, with a random number from the source of jitter.
    #[cfg(feature = "checksum")]
    pub(crate) fn wait(&self, attempts: u32) -> Duration {
        self.delay(attempts, (self.random)())
    }

    /// Returns whether a `Retry-After` of this length is honored.
    pub(crate) fn allows(&self, requested: Duration) -> bool {
        requested <= self.max_retry_after
    }

    /// Returns whether there can be a retry, which needs a timer.
    pub(crate) fn waits(&self) -> bool {
        self.max_attempts > 1
    }

    /// Returns the delay before the next attempt, or the reason why there is none. `requested` is the `Retry-After` of the
    /// server.
    fn next(&self, attempts: u32, elapsed: Duration, requested: Option<Duration>) -> Result<Duration, GiveUpReason> {
        if attempts >= self.max_attempts {
            return Err(GiveUpReason::AttemptsUsedUp);
        }
        if requested.is_some_and(|requested| !self.allows(requested)) {
            return Err(GiveUpReason::AskedToWaitTooLong);
        }
        let delay = requested.unwrap_or_else(|| self.delay(attempts, (self.random)()));
        if elapsed.saturating_add(delay) > self.max_elapsed { Err(GiveUpReason::TimeUsedUp) } else { Ok(delay) }
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RetryPolicy")
            .field("max_attempts", &self.max_attempts)
            .field("max_elapsed", &self.max_elapsed)
            .field("base_delay", &self.base_delay)
            .field("max_delay", &self.max_delay)
            .field("max_retry_after", &self.max_retry_after)
            .finish_non_exhaustive()
    }
}

/// Returns a random number from 0 to 1.
fn random() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 11;
    #[allow(clippy::cast_precision_loss)]
    let random = bits as f64 / (1_u64 << 53) as f64;
    random
}

/// Counts the attempts of a request, including successful ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct AttemptCounter(Arc<AtomicU32>);

impl AttemptCounter {
    #[cfg(feature = "checksum")]
    pub(crate) fn made(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The number of attempts, and why there was no further one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempts {
    /// The number of attempts.
    pub made: u32,
    /// Why it was not retried.
    pub stopped: GiveUpReason,
}

/// Why a request was not retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GiveUpReason {
    /// A retry would not change the outcome.
    Final,
    /// The server may have processed the request, and it is not idempotent.
    MayHaveBeenDone,
    /// The body can be read only once.
    BodyUsedUp,
    /// The policy allows no further attempts.
    AttemptsUsedUp,
    /// The next delay would exceed the time that the policy allows.
    TimeUsedUp,
    /// The `Retry-After` of the server exceeds the limit of the policy.
    AskedToWaitTooLong,
    /// The body is JSON of more than 10 MiB, to which Immich responds with 500 (seen on 2.7.5 and 3.1.0).
    BodyTooLong,
}

impl fmt::Display for GiveUpReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Final => "a retry would not help",
            Self::MayHaveBeenDone => "not retried, because the server may have processed it",
            Self::BodyUsedUp => "not retried, because its body can only be read once",
            Self::AttemptsUsedUp => "no attempts left",
            Self::TimeUsedUp => "no time left for a retry",
            Self::AskedToWaitTooLong => "the server's Retry-After exceeds the limit of the policy",
            Self::BodyTooLong => "Immich takes at most 10 MiB of JSON in one request",
        })
    }
}

pub(crate) struct Retry {
    pub(crate) policy: RetryPolicy,
    /// Always set if the policy of the client retries.
    pub(crate) timer: Option<Arc<dyn Timer>>,
    pub(crate) next: RateLimited,
}

impl HttpSend for Retry {
    /// The layers of the client share the future in this box: each calls the next one directly, and passes the request
    /// by reference to keep the box small.
    fn send<'s, 'f>(&'s self, mut request: Request<Body>) -> SendFuture<'f>
    where
        's: 'f,
        Self: 'f,
    {
        let call = CallContext::take_from(&mut request);
        Box::pin(async move { self.run(&mut request, &*call?).await })
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.timer.clone()
    }
}

impl Retry {
    async fn run(&self, request: &mut Request<Body>, call: &CallContext) -> Outcome {
        let policy = call.retry.as_ref().unwrap_or(&self.policy);
        let replay = Replay::of(request, call.repeatable, policy.waits());
        let started = self.elapsed();
        let mut made = 0;
        loop {
            made += 1;
            if let Some(counter) = &call.attempts {
                counter.0.store(made, Ordering::Relaxed);
            }
            let mut outcome = self.next.send(request, call, replay.head()).await;
            if outcome.as_ref().is_ok_and(|response| response.status().is_success()) {
                if made > 1 {
                    set_attempts(&mut outcome, Attempts { made, stopped: GiveUpReason::Final });
                }
                return outcome;
            }
            let retry = replay.decide(&outcome).and_then(|headers| {
                let requested = headers.and_then(|headers| retry_after(headers, &|| self.now()));
                let delay = policy.next(made, self.elapsed().saturating_sub(started), requested)?;
                Ok((delay, replay.request()?))
            });
            let delay = match retry {
                Ok((delay, next)) => {
                    *request = next;
                    delay
                }
                Err(stopped) => {
                    let attempts = Attempts { made, stopped };
                    #[cfg(feature = "tracing")]
                    if made > 1 {
                        trace::gave_up(replay.operation(), attempts, &outcome);
                    }
                    set_attempts(&mut outcome, attempts);
                    return outcome;
                }
            };
            #[cfg(feature = "tracing")]
            trace::retrying(replay.operation(), made, &outcome, delay);
            // Dropping the response releases its connection and its permit during the delay.
            drop(outcome);
            if let Some(timer) = &self.timer {
                timer.sleep(delay).await;
            }
        }
    }

    fn elapsed(&self) -> Duration {
        self.timer.as_ref().map_or(Duration::ZERO, |timer| timer.elapsed())
    }

    fn now(&self) -> jiff::Timestamp {
        self.timer.as_ref().map_or_else(jiff::Timestamp::now, |timer| timer.now())
    }
}

/// The data needed to retry a request.
struct Replay {
    /// Whether the request may safely be sent twice.
    repeatable: bool,
    /// Whether the body is JSON that exceeds the limit of Immich.
    is_too_long: bool,
    /// A copy of the request, if the policy allows another attempt; without the body if that can be read only once.
    copy: Option<Box<(RequestHead, Option<Body>)>>,
}

impl Replay {
    fn of(request: &Request<Body>, repeatable: bool, can_retry: bool) -> Self {
        let operation = request.extensions().get::<&'static Operation>();
        let idempotent = operation.is_some_and(|operation| operation.idempotent);
        Self {
            repeatable: repeatable || idempotent || request.headers().contains_key(CHECKSUM),
            is_too_long: request.body().as_bytes().is_some_and(|bytes| bytes.len() > MAX_JSON)
                && request.headers().get(CONTENT_TYPE).is_some_and(|content_type| content_type == "application/json"),
            copy: can_retry.then(|| Box::new((RequestHead::of(request), request.body().try_clone()))),
        }
    }

    fn head(&self) -> Option<&RequestHead> {
        self.copy.as_deref().map(|(head, _)| head)
    }

    /// Returns the operation, if there can be another attempt.
    #[cfg(feature = "tracing")]
    fn operation(&self) -> Option<&'static Operation> {
        self.head()?.operation()
    }

    /// Returns a copy of the request.
    fn request(&self) -> Result<Request<Body>, GiveUpReason> {
        let (head, body) = self.copy.as_deref().ok_or(GiveUpReason::AttemptsUsedUp)?;
        let body = body.as_ref().and_then(Body::try_clone).ok_or(GiveUpReason::BodyUsedUp)?;
        Ok(head.to_request(body))
    }

    /// Decides whether to retry. Returns the headers of the response, or `None` after a transport error.
    fn decide<'o>(&self, outcome: &'o Outcome) -> Result<Option<&'o HeaderMap>, GiveUpReason> {
        match outcome {
            Ok(response) => self.check_response(response).map(|()| Some(response.headers())),
            Err(error) => self.check_error(error).map(|()| None),
        }
    }

    fn check_response(&self, response: &Response<ResponseBody>) -> Result<(), GiveUpReason> {
        // 2.7.5 responds with 500 to a range past the end, and will do so again.
        let out_of_range = response.headers().contains_key(CONTENT_RANGE);
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS => Ok(()),
            StatusCode::SERVICE_UNAVAILABLE if response.headers().contains_key(RETRY_AFTER) => Ok(()),
            StatusCode::INTERNAL_SERVER_ERROR if out_of_range => Err(GiveUpReason::Final),
            StatusCode::INTERNAL_SERVER_ERROR if self.is_too_long => Err(GiveUpReason::BodyTooLong),
            StatusCode::REQUEST_TIMEOUT
            | StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => self.if_repeatable(),
            // Status codes of Cloudflare.
            status if matches!(status.as_u16(), 520..=527 | 530) => self.if_repeatable(),
            _ => Err(GiveUpReason::Final),
        }
    }

    fn check_error(&self, error: &TransportError) -> Result<(), GiveUpReason> {
        use TransportErrorKind::{Closed, Connect, Timeout};
        match error.kind() {
            // Only the caller can free a slot.
            _ if error.time_limit().is_some_and(|(limit, _)| limit == TimeLimit::Turn) => Err(GiveUpReason::Final),
            Connect | Timeout | Closed if !error.may_have_been_sent() => Ok(()),
            Connect | Timeout | Closed => self.if_repeatable(),
            _ => Err(GiveUpReason::Final),
        }
    }

    fn if_repeatable(&self) -> Result<(), GiveUpReason> {
        if self.repeatable { Ok(()) } else { Err(GiveUpReason::MayHaveBeenDone) }
    }
}

fn set_attempts(outcome: &mut Outcome, attempts: Attempts) {
    match outcome {
        Ok(response) => drop(response.extensions_mut().insert(attempts)),
        Err(error) => error.set_attempts(attempts),
    }
}
