//! The timeouts of a call.

use std::time::Duration;

/// Timeouts of a call. All are off by default.
///
/// For uploads of any size, set `idle` and `response`, but neither `call` nor `attempt`: slow connections may then take
/// hours, and dead ones fail within seconds. The connect timeout is an option of the backend.
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
    pub(super) attempt: Option<Duration>,
    pub(super) response: Option<Duration>,
    pub(super) idle: Option<Duration>,
}

impl Timeouts {
    /// Creates a value without timeouts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the whole call: all attempts, the delays between them, and reading the response. For a binary response,
    /// it ends with the headers.
    #[must_use]
    pub fn call(mut self, limit: Duration) -> Self {
        self.call = Some(limit);
        self
    }

    /// Limits one attempt, from its first byte to the response headers. It is not suitable for large uploads.
    #[must_use]
    pub fn attempt(mut self, limit: Duration) -> Self {
        self.attempt = Some(limit);
        self
    }

    /// Limits the wait between the last byte of a request and the response headers.
    #[must_use]
    pub fn response(mut self, limit: Duration) -> Self {
        self.response = Some(limit);
        self
    }

    /// Limits the time without any progress of a body, in either direction. This includes a slow source of an upload,
    /// but not a caller that stops reading.
    ///
    /// Data in system buffers may still be in transit. If the backend cannot track that (see
    /// [`HttpSend::unseen_bytes`]), this timeout and that of the response are extended to the time in which a
    /// connection of 8 KiB/s sends it, at most to five times the value set.
    ///
    /// [`HttpSend::unseen_bytes`]: crate::HttpSend::unseen_bytes
    ///
    /// A JSON response must also arrive at 1 KiB/s on average over this time, because a trickling one would never end.
    /// Files may arrive at any rate.
    #[must_use]
    pub fn idle(mut self, limit: Duration) -> Self {
        self.idle = Some(limit);
        self
    }

    /// Returns how long a request waits for a permit without any progress.
    pub(super) fn permit_timeout(self) -> Option<Duration> {
        [self.attempt, self.response, self.idle].into_iter().flatten().min()
    }

    /// Returns whether no timeout is set, so that no timer is needed.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
