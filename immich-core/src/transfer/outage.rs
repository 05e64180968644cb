//! Waiting during outages of the server, so that they delay a transfer but do not fail files.

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
use crate::transfer::Progress;
use crate::transport_error::TransportErrorKind;

/// The default time limit of an outage: a restart of Immich takes half a minute, an upgrade minutes.
pub(crate) const LIMIT: Duration = Duration::from_secs(15 * 60);

/// The delay before the second probe. It doubles with each probe, up to [`LONGEST_DELAY`].
const FIRST_DELAY: Duration = Duration::from_secs(1);
const LONGEST_DELAY: Duration = Duration::from_secs(5);

/// The timeout of a probe.
const PROBE_TIMEOUT: Duration = Duration::from_secs(10);

/// The maximum number of retries of a request that failed as in an outage although the probe reaches the server.
const MAX_RETRIES: u32 = 3;

/// A change in the availability of the server during a transfer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum OutageEvent {
    /// The server is unavailable, and the transfer waits for it.
    Began {
        /// The error of the request that failed, in one line.
        reason: String,
    },
    /// The server is available again, and the transfer resumes.
    Ended {
        /// The duration of the outage.
        lasted: Duration,
    },
    /// The outage exceeded the time limit, and the transfer stops.
    GaveUp {
        /// The duration of the outage so far.
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

/// Detects outages for a transfer and waits for their end. Clones share their state. Before the first successful
/// request, nothing waits.
///
/// One task probes the server and all others wait for it, so that a restarting server is not flooded with requests.
#[derive(Clone)]
pub(crate) struct Outages(Arc<Inner>);

struct Inner {
    client: Client,
    options: OutageOptions,
    progress: Progress,
    /// The current wait, if any.
    current: Mutex<Option<Wait>>,
    /// Whether any request has succeeded. Until then, a wrong address is more likely than an outage.
    reached: AtomicBool,
    gave_up: AtomicBool,
}

type Wait = Shared<Pin<Box<dyn Future<Output = Verdict> + Send>>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The first probe succeeded.
    Available,
    Recovered,
    GaveUp,
}

/// The attempts of one request.
pub(crate) struct OutageRetry<'o> {
    outages: &'o Outages,
    retries: u32,
}

impl OutageRetry<'_> {
    /// Waits for the end of an outage that another request detected.
    pub(crate) async fn ready(&self) {
        let current = self.outages.current().clone();
        if let Some(wait) = current {
            self.outages.finish(wait).await;
        }
    }

    /// Waits until the request can be tried again.
    ///
    /// # Errors
    /// The error itself, if no outage caused it, or if the outage does not end.
    pub(crate) async fn failed(&mut self, error: Error) -> Result<(), Error> {
        let outages = self.outages;
        // A server that requests a long delay is available and enforces it.
        let needs_longer_wait = error.retry_after().is_some_and(|after| after > outages.0.options.limit);
        if outages.gave_up() || needs_longer_wait || !suggests_outage(&error) || !outages.can_wait() {
            return Err(error);
        }
        match outages.wait(&error).await {
            Verdict::Recovered => Ok(()),
            Verdict::Available if self.retries < MAX_RETRIES && is_outage(&error) => {
                self.retries += 1;
                outages.sleep(delay(self.retries)).await;
                Ok(())
            }
            Verdict::Available | Verdict::GaveUp => Err(error),
        }
    }
}

impl Outages {
    pub(crate) fn new(client: Client, options: OutageOptions, progress: Progress) -> Self {
        let (current, reached, gave_up) = (Mutex::new(None), AtomicBool::new(false), AtomicBool::new(false));
        Self(Arc::new(Inner { client, options, progress, current, reached, gave_up }))
    }

    /// Records that a request has succeeded.
    pub(crate) fn reached(&self) {
        self.0.reached.store(true, Ordering::Relaxed);
    }

    /// Whether an outage exceeded the limit, so that further requests are pointless.
    pub(crate) fn gave_up(&self) -> bool {
        self.0.gave_up.load(Ordering::Relaxed)
    }

    /// Runs `attempt`, and repeats it after each outage. It must be safe to repeat.
    pub(crate) async fn retry_outages<T, F>(&self, mut attempt: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut outage_retry = self.outage_retry();
        loop {
            outage_retry.ready().await;
            match attempt().await {
                Ok(done) => {
                    self.reached();
                    return Ok(done);
                }
                Err(error) => outage_retry.failed(error).await?,
            }
        }
    }

    /// Creates the state for a loop like that of [`retry_outages`](Self::retry_outages), for an attempt that borrows.
    pub(crate) fn outage_retry(&self) -> OutageRetry<'_> {
        OutageRetry { outages: self, retries: 0 }
    }

    fn can_wait(&self) -> bool {
        let reached = self.0.reached.load(Ordering::Relaxed);
        reached && self.0.client.timer().is_some() && !self.0.options.limit.is_zero()
    }

    /// Joins the current wait, or starts one.
    async fn wait(&self, error: &Error) -> Verdict {
        let wait = {
            let mut current = self.current();
            let begin = || {
                let (this, reason) = (self.clone(), error.to_string());
                let watch_outage: Pin<Box<dyn Future<Output = Verdict> + Send>> =
                    Box::pin(async move { this.watch_outage(reason).await });
                watch_outage.shared()
            };
            current.get_or_insert_with(begin).clone()
        };
        self.finish(wait).await
    }

    /// Waits for the end of `wait`, then clears it.
    async fn finish(&self, wait: Wait) -> Verdict {
        let verdict = wait.clone().await;
        let mut current = self.current();
        if current.as_ref().is_some_and(|other| other.ptr_eq(&wait)) {
            *current = None;
        }
        verdict
    }

    async fn watch_outage(&self, reason: String) -> Verdict {
        if self.probe().await {
            return Verdict::Available;
        }
        let began = self.elapsed();
        self.0.progress.set_outage_start(Some(began));
        self.notify(&OutageEvent::Began { reason });
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
                break (Verdict::Recovered, self.elapsed().saturating_sub(began));
            }
        };
        self.0.progress.set_outage_start(None);
        self.notify(&match verdict {
            Verdict::GaveUp => OutageEvent::GaveUp { lasted },
            Verdict::Available | Verdict::Recovered => OutageEvent::Ended { lasted },
        });
        verdict
    }

    /// Whether the server responds. An error response counts, unless it comes from a gateway.
    async fn probe(&self) -> bool {
        let ping = self.0.client.server().ping_server().retry(RetryPolicy::never()).timeout(PROBE_TIMEOUT);
        ping.await.map_or_else(|error| !suggests_outage(&error), |_| true)
    }

    fn notify(&self, event: &OutageEvent) {
        #[cfg(feature = "tracing")]
        match event {
            OutageEvent::Began { reason } => tracing::warn!(reason, "the server is unavailable, waiting for it"),
            OutageEvent::Ended { lasted } => tracing::info!(?lasted, "the server is available again"),
            OutageEvent::GaveUp { lasted } => tracing::error!(?lasted, "the server is still unavailable, giving up"),
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

/// Whether the error may be caused by an outage. A probe distinguishes that from a connection that broke for another
/// reason.
pub(crate) fn suggests_outage(error: &Error) -> bool {
    let broken = || error.transport_error().is_some_and(|error| error.kind() == TransportErrorKind::Closed);
    error.kind() == ErrorKind::Timeout || is_outage(error) || broken()
}

/// Whether the server was unavailable when the request was sent: no connection, or an error of a gateway.
fn is_outage(error: &Error) -> bool {
    let refused = || error.transport_error().is_some_and(|error| error.kind() == TransportErrorKind::Connect);
    // 520 to 527 and 530 are status codes of Cloudflare.
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
