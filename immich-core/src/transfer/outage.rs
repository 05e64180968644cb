//! Waiting while the server is away, so that an outage costs a run some time and no files.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::Shared;

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::layer::RetryPolicy;
use crate::send::TransportErrorKind;
use crate::transfer::Progress;

/// How long a transfer waits for a server that is away: a restart of Immich takes half a minute, an upgrade minutes.
pub(crate) const LIMIT: Duration = Duration::from_secs(15 * 60);

/// The delay before the second probe. It doubles before each further one, up to [`LONGEST_DELAY`].
const FIRST_DELAY: Duration = Duration::from_secs(1);
const LONGEST_DELAY: Duration = Duration::from_secs(5);

/// How long a probe waits for its response.
const PROBE_TIMEOUT: Duration = Duration::from_secs(10);

/// How often a request is repeated that found the server away when the next probe finds it there.
const ROUNDS: u32 = 3;

/// A change in whether the server can be reached during a transfer of several files.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum OutageEvent {
    /// The server cannot be reached, and the transfer waits for it.
    Began {
        /// The error of the request that found it away, in one line.
        reason: String,
    },
    /// The server is back, and the transfer resumes.
    Ended {
        /// How long the transfer waited.
        lasted: Duration,
    },
    /// The server was away for longer than the limit, and the transfer stops.
    GaveUp {
        /// How long the transfer waited.
        lasted: Duration,
    },
}

/// A function that is called when an outage begins or ends.
pub(crate) type OutageObserver = Arc<dyn Fn(&OutageEvent) + Send + Sync>;

/// The options for outages.
#[derive(Clone)]
pub(crate) struct OutageOptions {
    pub(crate) limit: Duration,
    pub(crate) observer: Option<OutageObserver>,
}

impl Default for OutageOptions {
    fn default() -> Self {
        Self { limit: LIMIT, observer: None }
    }
}

/// The outages of one run. Clones are of the same run. Nothing is waited for before the first request got through.
///
/// One task probes the server, and all others wait for it, so that a server that starts is not met by everything at once.
#[derive(Clone)]
pub(crate) struct Outages(Arc<Inner>);

struct Inner {
    client: Client,
    options: OutageOptions,
    progress: Progress,
    /// The wait that is under way.
    current: Mutex<Option<Wait>>,
    /// Whether any request got through: before, a wrong address is likelier than an outage.
    reached: AtomicBool,
    gave_up: AtomicBool,
}

type Wait = Shared<Pin<Box<dyn Future<Output = Verdict> + Send>>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The first probe succeeded.
    WasThere,
    CameBack,
    GaveUp,
}

/// The attempts of one request.
pub(crate) struct Ride<'o> {
    outages: &'o Outages,
    rounds: u32,
}

impl Ride<'_> {
    /// Waits for the end of an outage that another request met.
    pub(crate) async fn ready(&self) {
        let under_way = self.outages.current().clone();
        if let Some(wait) = under_way {
            self.outages.finish(wait).await;
        }
    }

    /// Returns when the request is worth another attempt.
    ///
    /// # Errors
    /// The error itself, where it is not that of an outage, or the outage does not end.
    pub(crate) async fn failed(&mut self, error: Error) -> Result<(), Error> {
        let outages = self.outages;
        // A server that asks for a long wait is there, and means it.
        let is_told_off = error.retry_after().is_some_and(|after| after > outages.0.options.limit);
        if outages.gave_up() || is_told_off || !suggests_outage(&error) || !outages.can_wait() {
            return Err(error);
        }
        match outages.wait(&error).await {
            Verdict::CameBack => Ok(()),
            Verdict::WasThere if self.rounds < ROUNDS && is_outage(&error) => {
                self.rounds += 1;
                outages.sleep(delay(self.rounds)).await;
                Ok(())
            }
            Verdict::WasThere | Verdict::GaveUp => Err(error),
        }
    }
}

impl Outages {
    pub(crate) fn new(client: Client, options: OutageOptions, progress: Progress) -> Self {
        let (current, reached, gave_up) = (Mutex::new(None), AtomicBool::new(false), AtomicBool::new(false));
        Self(Arc::new(Inner { client, options, progress, current, reached, gave_up }))
    }

    /// Notes that a request got through.
    pub(crate) fn reached(&self) {
        self.0.reached.store(true, Ordering::Relaxed);
    }

    /// Whether the server was away for longer than the limit: nothing more needs to be tried.
    pub(crate) fn gave_up(&self) -> bool {
        self.0.gave_up.load(Ordering::Relaxed)
    }

    /// Runs `attempt`, again after each outage. It must be safe to run twice.
    pub(crate) async fn ride_out<T, F>(&self, mut attempt: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut ride = self.ride();
        loop {
            ride.ready().await;
            match attempt().await {
                Ok(done) => {
                    self.reached();
                    return Ok(done);
                }
                Err(error) => ride.failed(error).await?,
            }
        }
    }

    /// The same as [`ride_out`](Self::ride_out) as a loop, for an attempt that borrows.
    pub(crate) fn ride(&self) -> Ride<'_> {
        Ride { outages: self, rounds: 0 }
    }

    fn can_wait(&self) -> bool {
        let reached = self.0.reached.load(Ordering::Relaxed);
        reached && self.0.client.timer().is_some() && !self.0.options.limit.is_zero()
    }

    /// Joins the wait that is under way, or begins one.
    async fn wait(&self, error: &Error) -> Verdict {
        let wait = {
            let mut current = self.current();
            let begin = || {
                let (this, reason) = (self.clone(), error.to_string());
                let watch: Pin<Box<dyn Future<Output = Verdict> + Send>> =
                    Box::pin(async move { this.watch(reason).await });
                watch.shared()
            };
            current.get_or_insert_with(begin).clone()
        };
        self.finish(wait).await
    }

    /// Waits for the end of `wait`, and forgets it then.
    async fn finish(&self, wait: Wait) -> Verdict {
        let verdict = wait.clone().await;
        let mut current = self.current();
        if current.as_ref().is_some_and(|other| other.ptr_eq(&wait)) {
            *current = None;
        }
        verdict
    }

    async fn watch(&self, reason: String) -> Verdict {
        if self.probe().await {
            return Verdict::WasThere;
        }
        let began = self.elapsed();
        self.0.progress.server_is_away(Some(began));
        self.tell(&OutageEvent::Began { reason });
        let mut probes = 1;
        let (verdict, lasted) = loop {
            let lasted = self.elapsed().saturating_sub(began);
            let Some(left) = self.0.options.limit.checked_sub(lasted).filter(|left| !left.is_zero()) else {
                self.0.gave_up.store(true, Ordering::Relaxed);
                break (Verdict::GaveUp, lasted);
            };
            self.sleep(delay(probes).min(left)).await;
            probes += 1;
            if self.probe().await {
                break (Verdict::CameBack, self.elapsed().saturating_sub(began));
            }
        };
        self.0.progress.server_is_away(None);
        self.tell(&match verdict {
            Verdict::GaveUp => OutageEvent::GaveUp { lasted },
            Verdict::WasThere | Verdict::CameBack => OutageEvent::Ended { lasted },
        });
        verdict
    }

    /// Whether the server responds. A refusal is a response too, unless it is that of a gateway.
    async fn probe(&self) -> bool {
        let ping = self.0.client.server().ping_server().retry(RetryPolicy::never()).timeout(PROBE_TIMEOUT);
        ping.await.map_or_else(|error| !suggests_outage(&error), |_| true)
    }

    fn tell(&self, event: &OutageEvent) {
        #[cfg(feature = "tracing")]
        match event {
            OutageEvent::Began { reason } => tracing::warn!(reason, "the server is away, waiting for it"),
            OutageEvent::Ended { lasted } => tracing::info!(?lasted, "the server is back"),
            OutageEvent::GaveUp { lasted } => tracing::error!(?lasted, "the server stays away, giving up"),
        }
        if let Some(observer) = &self.0.options.observer {
            observer(event);
        }
    }

    async fn sleep(&self, duration: Duration) {
        if let Some(timer) = self.0.client.timer() {
            timer.sleep(duration).await;
        }
    }

    fn elapsed(&self) -> Duration {
        self.0.client.timer().map(|timer| timer.elapsed()).unwrap_or_default()
    }

    fn current(&self) -> MutexGuard<'_, Option<Wait>> {
        self.0.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn delay(times: u32) -> Duration {
    FIRST_DELAY.saturating_mul(1 << times.saturating_sub(1).min(8)).min(LONGEST_DELAY)
}

/// Whether the server may be away. A probe distinguishes that from a connection that broke for another reason.
pub(crate) fn suggests_outage(error: &Error) -> bool {
    let broken = || error.transport_error().is_some_and(|error| error.kind() == TransportErrorKind::Closed);
    error.kind() == ErrorKind::Timeout || is_outage(error) || broken()
}

/// Whether the server was away when the request was sent: there was no connection, or a gateway said so.
fn is_outage(error: &Error) -> bool {
    let refused = || error.transport_error().is_some_and(|error| error.kind() == TransportErrorKind::Connect);
    // 520 to 527 and 530 are those of Cloudflare.
    error.status().map_or_else(refused, |status| matches!(status.as_u16(), 502..=504 | 520..=527 | 530))
}

impl fmt::Debug for Outages {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Outages").field("options", &self.0.options).finish_non_exhaustive()
    }
}

impl fmt::Debug for OutageOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OutageOptions").field("limit", &self.limit).finish_non_exhaustive()
    }
}
