//! Sends a request again where that is safe, and worth it.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::header::{CONTENT_RANGE, RETRY_AFTER};
use http::{HeaderMap, Request, Response, StatusCode};

use crate::body::{Body, ResponseBody};
use crate::decode::is_page;
use crate::endpoint::Operation;
use crate::error_body::retry_after;
use crate::layer::CallContext;
use crate::layer::spare::Spare;
#[cfg(feature = "tracing")]
use crate::layer::trace;
use crate::send::{HttpSend, Sending, TransportError, TransportErrorKind};
use crate::timer::Timer;

/// With this header an upload that was done already is answered as a duplicate, and done once.
const CHECKSUM: &str = "x-immich-checksum";

/// When a request is sent again, how often, and after which wait.
///
/// Only what is safe is repeated: a request that never left; one of an idempotent operation; one that the server
/// says it did not do (429, and 503 with `Retry-After`); and an upload that carries its checksum, which the server
/// answers as a duplicate. A body that can be read only once is never sent again.
///
/// An answer of JSON that breaks on the way is a failure like others; one of bytes streams, and is the caller's
/// from its head on.
///
/// The wait before attempt n + 1 is random between zero and `base_delay` times 2 to the power n - 1, at most
/// `max_delay`; a `Retry-After` of the server is waited for in full. One that is longer than `max_retry_after`
/// ends the call at once: [`Error::retry_after`](crate::Error::retry_after) tells it.
///
/// ```
/// use std::time::Duration;
/// use immich_core::RetryPolicy;
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

    /// Sends at most so many times, the first time counted; zero is one.
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

    /// The wait after so many attempts, for a random number from zero to one.
    pub fn delay(&self, attempts: u32, random: f64) -> Duration {
        let doublings = attempts.saturating_sub(1).min(31);
        let longest = self.base_delay.saturating_mul(1 << doublings).min(self.max_delay);
        // What is no number passes `clamp` as it is.
        longest.mul_f64(if random.is_nan() { 0.0 } else { random.clamp(0.0, 1.0) })
    }

    /// The wait after so many attempts, for a random number of its own.
    #[cfg(feature = "checksum")]
    pub(crate) fn wait(&self, attempts: u32) -> Duration {
        self.delay(attempts, (self.random)())
    }

    /// Whether there can be a wait, which needs a timer.
    pub(crate) fn waits(&self) -> bool {
        self.max_attempts > 1
    }

    /// The wait before the next attempt, or why there is none.
    fn next(
        &self,
        exchange: &Exchange<'_>,
        attempts: u32,
        elapsed: Duration,
        now: Now<'_>,
    ) -> Result<Duration, Stopped> {
        let asked = exchange.verdict()?.and_then(|headers| retry_after(headers, now));
        if attempts >= self.max_attempts {
            return Err(Stopped::AttemptsUsedUp);
        }
        if asked.is_some_and(|asked| asked > self.max_retry_after) {
            return Err(Stopped::AskedToWaitTooLong);
        }
        let delay = asked.unwrap_or_else(|| self.delay(attempts, (self.random)()));
        if elapsed.saturating_add(delay) > self.max_elapsed { Err(Stopped::TimeUsedUp) } else { Ok(delay) }
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

type Now<'n> = &'n dyn Fn() -> jiff::Timestamp;

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
    pub stopped: Stopped,
}

/// Why a request was not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stopped {
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
}

impl fmt::Display for Stopped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Final => "another attempt would not help",
            Self::MayHaveBeenDone => "not sent again, for the server may have done it",
            Self::BodyUsedUp => "not sent again, for its body can be read only once",
            Self::AttemptsUsedUp => "the policy allows no more attempts",
            Self::TimeUsedUp => "the policy allows no more time",
            Self::AskedToWaitTooLong => "the server asks for a longer wait than the policy allows",
        })
    }
}

/// What was sent, and what came of it.
struct Exchange<'e> {
    repeatable: bool,
    outcome: &'e Result<Response<ResponseBody>, TransportError>,
}

impl Exchange<'_> {
    /// The headers of an answer after which, or nothing if it is a failure after which, it is sent again.
    fn verdict(&self) -> Result<Option<&HeaderMap>, Stopped> {
        match self.outcome {
            Ok(response) => self.answered(response).map(|()| Some(response.headers())),
            Err(error) => self.failed(error).map(|()| None),
        }
    }

    fn answered(&self, response: &Response<ResponseBody>) -> Result<(), Stopped> {
        // 2.7.5 answers a range past the end with 500, and will again.
        let out_of_range = response.headers().contains_key(CONTENT_RANGE);
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS => Ok(()),
            StatusCode::SERVICE_UNAVAILABLE if response.headers().contains_key(RETRY_AFTER) => Ok(()),
            StatusCode::INTERNAL_SERVER_ERROR if out_of_range => Err(Stopped::Final),
            StatusCode::REQUEST_TIMEOUT
            | StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => self.if_repeatable(),
            _ => Err(Stopped::Final),
        }
    }

    fn failed(&self, error: &TransportError) -> Result<(), Stopped> {
        use TransportErrorKind::{Closed, Connect, Timeout};
        match error.kind() {
            Connect | Timeout | Closed if !error.may_have_been_sent() => Ok(()),
            Connect | Timeout | Closed => self.if_repeatable(),
            _ => Err(Stopped::Final),
        }
    }

    fn if_repeatable(&self) -> Result<(), Stopped> {
        if self.repeatable { Ok(()) } else { Err(Stopped::MayHaveBeenDone) }
    }
}

pub(crate) struct Retry<S> {
    pub(crate) policy: RetryPolicy,
    pub(crate) timer: Arc<dyn Timer>,
    pub(crate) next: S,
}

impl<S: HttpSend> HttpSend for Retry<S> {
    fn send<'s, 'f>(&'s self, mut request: Request<Body>) -> Sending<'f>
    where
        's: 'f,
        Self: 'f,
    {
        let context = CallContext::of(&request).cloned();
        let operation = request.extensions().get::<&'static Operation>().copied();
        let checksum = request.headers().contains_key(CHECKSUM);
        let mut body = None;
        let mut spare = None;
        if context.as_deref().and_then(|context| context.retry.as_ref()).unwrap_or(&self.policy).waits() {
            body = request.body().try_clone();
            let (kept, shared) = Spare::share(request);
            (spare, request) = (Some(kept), shared);
        }
        let course = Course { context, operation, checksum, spare, body };
        Box::pin(self.run(course, self.next.send(request)))
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.next.timer()
    }
}

/// What is known of a request that was sent.
struct Course {
    context: Option<Arc<CallContext>>,
    operation: Option<&'static Operation>,
    /// Whether it carries the checksum of what it uploads.
    checksum: bool,
    /// Its head, where the policy allows another attempt.
    spare: Option<Spare>,
    /// Its body, where that can be read again.
    body: Option<Body>,
}

impl<S: HttpSend> Retry<S> {
    async fn run(&self, course: Course, mut sending: Sending<'_>) -> Result<Response<ResponseBody>, TransportError> {
        let context = course.context.as_deref();
        let policy = context.and_then(|context| context.retry.as_ref()).unwrap_or(&self.policy);
        let whole = context.and_then(|context| context.whole).filter(|_| policy.waits());
        let counter = context.and_then(|context| context.attempts.as_ref());
        let started = self.timer.elapsed();
        let mut made = 0;
        loop {
            made += 1;
            if let Some(counter) = counter {
                counter.0.store(made, Ordering::Relaxed);
            }
            let mut outcome = sending.await;
            if let (Ok(response), Some(limit)) = (&mut outcome, whole)
                && response.status().is_success()
                && !is_page(response)
                && let Err(broken) = read(response.body_mut(), limit).await
            {
                outcome = Err(broken);
            }
            if outcome.as_ref().is_ok_and(|response| response.status().is_success()) {
                if made > 1 {
                    tell(&mut outcome, Attempts { made, stopped: Stopped::Final });
                }
                return outcome;
            }
            let elapsed = self.timer.elapsed().saturating_sub(started);
            let repeatable = course.checksum || course.operation.is_some_and(|operation| operation.idempotent);
            let next = policy.next(&Exchange { repeatable, outcome: &outcome }, made, elapsed, &|| self.timer.now());
            let body = course.body.as_ref().and_then(Body::try_clone);
            let (delay, again) = match (next, &course.spare, body) {
                (Ok(delay), Some(spare), Some(body)) => (delay, spare.again(body)),
                (next, ..) => {
                    let stopped = next.err().unwrap_or(Stopped::BodyUsedUp);
                    let attempts = Attempts { made, stopped };
                    #[cfg(feature = "tracing")]
                    if made > 1 {
                        trace::gave_up(course.operation, attempts, &outcome);
                    }
                    tell(&mut outcome, attempts);
                    return outcome;
                }
            };
            #[cfg(feature = "tracing")]
            trace::sending_again(course.operation, made, &outcome, delay);
            // An answer that is not read closes its connection; the wait needs neither.
            drop(outcome);
            self.timer.sleep(delay).await;
            sending = self.next.send(again);
        }
    }
}

/// Reads the body, so that one that breaks is a failure of its attempt.
async fn read(body: &mut ResponseBody, limit: u64) -> Result<(), TransportError> {
    *body = match mem::replace(body, ResponseBody::empty()).bytes(limit).await? {
        Some(bytes) => bytes.into(),
        // Who decodes it sees the length, and does not open it.
        None => Body::replayable(|| Err(io::ErrorKind::FileTooLarge.into()), Some(limit.saturating_add(1))).into(),
    };
    Ok(())
}

fn tell(outcome: &mut Result<Response<ResponseBody>, TransportError>, attempts: Attempts) {
    match outcome {
        Ok(response) => drop(response.extensions_mut().insert(attempts)),
        Err(error) => error.set_attempts(attempts),
    }
}
