//! The backend.

use std::fmt;
use std::sync::Arc;

use http::Request;
use immich_core::blocking::{ThreadTimer, block_on};
use immich_core::bridge::exchange;
use immich_core::{Body, Error, HttpSend, SendFuture, Timer, TransportError, TransportErrorKind};
use ureq::Agent;

use crate::attempt::Attempt;
use crate::builder::UreqBackendBuilder;
use crate::pool::Pool;
use crate::sending::Sending;

/// Sends requests with ureq, each on a thread. It needs no runtime. A clone shares the connections and the threads.
///
/// ```no_run
/// use std::time::Duration;
/// use immich_ureq::UreqBackend;
///
/// let backend = UreqBackend::builder().connect_timeout(Duration::from_secs(3)).max_idle_connections(4).build()?;
/// # Ok::<(), immich_core::Error>(())
/// ```
#[derive(Clone)]
pub struct UreqBackend {
    agent: Agent,
    pool: Arc<Pool>,
    timer: ThreadTimer,
    max_in_flight: u32,
}

impl UreqBackend {
    /// Starts with the default options.
    pub fn builder() -> UreqBackendBuilder {
        UreqBackendBuilder::default()
    }

    /// A backend with the default options.
    ///
    /// # Errors
    /// Those of [`UreqBackendBuilder::build`].
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    pub(crate) fn of(agent: Agent, max_in_flight: u32) -> Self {
        // A call may ask for the version of the server while its own response is still held.
        let threads = usize::try_from(max_in_flight).unwrap_or(usize::MAX).saturating_mul(2);
        Self { agent, pool: Arc::new(Pool::new(threads)), timer: ThreadTimer::new(), max_in_flight }
    }
}

impl HttpSend for UreqBackend {
    fn send<'s, 'f>(&'s self, request: Request<Body>) -> SendFuture<'f>
    where
        's: 'f,
        Self: 'f,
    {
        let (exchange, job) = exchange(request);
        Box::pin(async move {
            let agent = self.agent.clone();
            let started = self.pool.run(move || {
                let attempt = Arc::new(Attempt::default());
                let cancelled = Arc::clone(&attempt);
                job.on_cancel(move || cancelled.cancel());
                let _entered = attempt.enter();
                block_on(job.run(&Sending { agent: &agent, attempt: &attempt }));
            });
            started.map_err(|error| TransportError::new(TransportErrorKind::Runtime).not_sent().with_source(error))?;
            exchange.await
        })
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        Some(Arc::new(self.timer.clone()))
    }

    fn max_in_flight(&self) -> Option<u32> {
        Some(self.max_in_flight)
    }

    fn unseen_bytes(&self) -> u64 {
        // The system buffers up to 4 MiB of a socket.
        4 << 20
    }
}

impl fmt::Debug for UreqBackend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("UreqBackend").field("max_in_flight", &self.max_in_flight).finish_non_exhaustive()
    }
}
