//! Sends a request again where that is safe, and worth it.

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

/// With this header an upload that was done already is answered as a duplicate, and done once.
const CHECKSUM: &str = "x-immich-checksum";

/// The bytes of JSON that Immich takes in one request.
const MOST_JSON: usize = 10 << 20;

/// When a request is sent again, how often, and after which wait.
///
/// Only what is safe is repeated: a request that never left; one of an idempotent operation; one that the server
/// says it did not do (429, and 503 with `Retry-After`); and an upload that carries its checksum, which the server
/// answers as a duplicate. A body that can be read only once is never sent again.
///
/// A response of JSON that breaks on the way is a failure like others; one of bytes streams, and is the caller's
/// from its head on.
///
/// The wait before attempt n + 1 is random between zero and `base_delay` times 2 to the power n - 1, at most
/// `max_delay`; a `Retry-After` of the server is waited for in full. One that is longer than `max_retry_after`
/// ends the call at once: [`Error::retry_after`](crate::Error::retry_after) tells it.
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
    /// Four attempts within two minutes, 500 ms before the second and at most 20 s before another, and at most a
    /// minute where the server asks for it.
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
    /// One attempt, whatever comes of it.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sends at most this many times, the first time counted; zero is one.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Begins no wait that would end later than this after the start of the call.
    #[must_use]
    pub fn max_elapsed(mut self, elapsed: Duration) -> Self {
        self.max_elapsed = elapsed;
        self
    }

    /// Sets the longest wait before the second attempt; it doubles before each further one.
    #[must_use]
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// Sets the longest wait before any attempt that the server does not ask for.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets the longest wait that the server may ask for.
    #[must_use]
    pub fn max_retry_after(mut self, delay: Duration) -> Self {
        self.max_retry_after = delay;
        self
    }

    /// Takes random numbers, from zero to one, of `random`.
    #[must_use]
    pub fn random(mut self, random: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// The wait after this many attempts, for a random number from zero to one.
    pub fn delay(&self, attempts: u32, random: f64) -> Duration {
        let doublings = attempts.saturating_sub(1).min(31);
        let longest = self.base_delay.saturating_mul(1 << doublings).min(self.max_delay);
        // What is no number passes `clamp` as it is.
        longest.mul_f64(if random.is_nan() { 0.0 } else { random.clamp(0.0, 1.0) })
    }

    /// The wait after this many attempts, for a random number of its own.
    #[cfg(feature = "checksum")]
    pub(crate) fn wait(&self, attempts: u32) -> Duration {
        self.delay(attempts, (self.random)())
    }

    /// Whether a server may ask for a wait as long as this.
    pub(crate) fn allows(&self, asked: Duration) -> bool {
        asked <= self.max_retry_after
    }

    /// Whether there can be a wait, which needs a timer.
    pub(crate) fn waits(&self) -> bool {
        self.max_attempts > 1
    }

    /// The wait before the next attempt, where the server may have asked for one, or why there is none.
    fn next(&self, attempts: u32, elapsed: Duration, asked: Option<Duration>) -> Result<Duration, GiveUpReason> {
        if attempts >= self.max_attempts {
            return Err(GiveUpReason::AttemptsUsedUp);
        }
        if asked.is_some_and(|asked| !self.allows(asked)) {
            return Err(GiveUpReason::AskedToWaitTooLong);
        }
        let delay = asked.unwrap_or_else(|| self.delay(attempts, (self.random)()));
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

/// A random number from zero to one.
fn random() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 11;
    #[allow(clippy::cast_precision_loss)]
    let random = bits as f64 / (1_u64 << 53) as f64;
    random
}

/// Counts the attempts of one request, also where the last of them succeeds.
#[derive(Clone, Debug, Default)]
pub(crate) struct AttemptCounter(Arc<AtomicU32>);

impl AttemptCounter {
    #[cfg(feature = "checksum")]
    pub(crate) fn made(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How often a request was sent, and why not once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempts {
    /// How often it was sent.
    pub made: u32,
    /// Why it was not sent again.
    pub stopped: GiveUpReason,
}

/// Why a request was not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GiveUpReason {
    /// The outcome is one that another attempt would not change.
    Final,
    /// The server may have done it, and doing it twice is something else than doing it once.
    MayHaveBeenDone,
    /// The body can be read only once.
    BodyUsedUp,
    /// The policy allows no more attempts.
    AttemptsUsedUp,
    /// The next wait would end after the time that the policy allows.
    TimeUsedUp,
    /// The server asks for a longer wait than the policy allows.
    AskedToWaitTooLong,
    /// The body is JSON of more than 10 MiB, which Immich takes no more of, and responses with 500 (seen on 2.7.5 and 3.1.0).
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
    /// Without one a policy that waits is refused before.
    pub(crate) timer: Option<Arc<dyn Timer>>,
    pub(crate) next: RateLimited,
}

impl HttpSend for Retry {
    /// All layers of the client are one future in this box: each calls the next one by name, and gives it the request
    /// by reference, for the box to stay small.
    fn send<'s, 'f>(&'s self, mut request: Request<Body>) -> SendFuture<'f>
    where
        's: 'f,
        Self: 'f,
    {
        let call = CallContext::take(&mut request);
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
                    tell(&mut outcome, Attempts { made, stopped: GiveUpReason::Final });
                }
                return outcome;
            }
            let again = replay.verdict(&outcome).and_then(|headers| {
                let asked = headers.and_then(|headers| retry_after(headers, &|| self.now()));
                let delay = policy.next(made, self.elapsed().saturating_sub(started), asked)?;
                Ok((delay, replay.again()?))
            });
            let delay = match again {
                Ok((delay, again)) => {
                    *request = again;
                    delay
                }
                Err(stopped) => {
                    let attempts = Attempts { made, stopped };
                    #[cfg(feature = "tracing")]
                    if made > 1 {
                        trace::gave_up(replay.operation(), attempts, &outcome);
                    }
                    tell(&mut outcome, attempts);
                    return outcome;
                }
            };
            #[cfg(feature = "tracing")]
            trace::sending_again(replay.operation(), made, &outcome, delay);
            // A response that is not read closes its connection; the wait needs neither.
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

/// What is known of a request that was sent.
struct Replay {
    /// Whether doing it twice is the same as doing it once.
    repeatable: bool,
    /// Whether the body is more JSON than Immich takes.
    is_too_long: bool,
    /// What another attempt is made of, where the policy allows one; a body may be readable only once.
    spare: Option<Box<(RequestHead, Option<Body>)>>,
}

impl Replay {
    fn of(request: &Request<Body>, repeatable: bool, again: bool) -> Self {
        let operation = request.extensions().get::<&'static Operation>();
        let idempotent = operation.is_some_and(|operation| operation.idempotent);
        Self {
            repeatable: repeatable || idempotent || request.headers().contains_key(CHECKSUM),
            is_too_long: request.body().as_bytes().is_some_and(|bytes| bytes.len() > MOST_JSON)
                && request.headers().get(CONTENT_TYPE).is_some_and(|content_type| content_type == "application/json"),
            spare: again.then(|| Box::new((RequestHead::of(request), request.body().try_clone()))),
        }
    }

    fn head(&self) -> Option<&RequestHead> {
        self.spare.as_deref().map(|(head, _)| head)
    }

    /// Known where there can be another attempt.
    #[cfg(feature = "tracing")]
    fn operation(&self) -> Option<&'static Operation> {
        self.head()?.operation()
    }

    /// The request once more.
    fn again(&self) -> Result<Request<Body>, GiveUpReason> {
        let (head, body) = self.spare.as_deref().ok_or(GiveUpReason::AttemptsUsedUp)?;
        let body = body.as_ref().and_then(Body::try_clone).ok_or(GiveUpReason::BodyUsedUp)?;
        Ok(head.again(body))
    }

    /// The headers of a response after which, or nothing if it is a failure after which, it is sent again.
    fn verdict<'o>(&self, outcome: &'o Outcome) -> Result<Option<&'o HeaderMap>, GiveUpReason> {
        match outcome {
            Ok(response) => self.answered(response).map(|()| Some(response.headers())),
            Err(error) => self.failed(error).map(|()| None),
        }
    }

    fn answered(&self, response: &Response<ResponseBody>) -> Result<(), GiveUpReason> {
        // 2.7.5 answers a range past the end with 500, and will again.
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
            // Those of Cloudflare.
            status if matches!(status.as_u16(), 520..=527 | 530) => self.if_repeatable(),
            _ => Err(GiveUpReason::Final),
        }
    }

    fn failed(&self, error: &TransportError) -> Result<(), GiveUpReason> {
        use TransportErrorKind::{Closed, Connect, Timeout};
        match error.kind() {
            // The caller alone can make room.
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

fn tell(outcome: &mut Outcome, attempts: Attempts) {
    match outcome {
        Ok(response) => drop(response.extensions_mut().insert(attempts)),
        Err(error) => error.set_attempts(attempts),
    }
}
