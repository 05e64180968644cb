//! The limits of the request rate.

use super::limiter::Limits;

/// Limits the request rate and the number of concurrent requests.
///
/// Requests are sent in the order in which they arrive. After 429 or 503 the rate is halved, and no request is sent
/// until the `Retry-After` of the server (at most one minute) has passed. Each success restores 5 % of the full rate.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::RateLimit;
///
/// let gentle = RateLimit::new().per_second(10.0).burst(20).max_in_flight(4);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RateLimit(Limits);

impl Default for RateLimit {
    fn default() -> Self {
        Self::new()
    }
}

impl RateLimit {
    /// Creates a limit that allows everything.
    pub fn new() -> Self {
        Self(Limits {
            per_second: f64::INFINITY,
            burst: 1.0,
            in_flight: f64::INFINITY,
            max: f64::INFINITY,
            is_adaptive: true,
        })
    }

    /// Sets the average number of requests per second.
    #[must_use]
    pub fn per_second(mut self, requests: f64) -> Self {
        self.0.per_second = requests;
        self
    }

    /// Sets the maximum burst after an idle period. Defaults to 1.
    #[must_use]
    pub fn burst(mut self, requests: u32) -> Self {
        self.0.burst = f64::from(requests.max(1));
        self
    }

    /// Sets the maximum number of concurrent requests. A request counts until its response has been read or dropped.
    ///
    /// If all of them are responses that nobody reads, a waiting call fails with [`TimeLimit::Turn`] after the shortest
    /// of the timeouts for an attempt, a response and idling. Without such a timeout it waits indefinitely.
    ///
    /// [`TimeLimit::Turn`]: crate::TimeLimit::Turn
    #[must_use]
    pub fn max_in_flight(mut self, requests: u32) -> Self {
        self.0.in_flight = f64::from(requests.max(1));
        self
    }

    /// Returns the limits together with that of the backend; `None` if nothing is limited.
    pub(super) fn with_backend(limit: Option<Self>, max_in_flight: Option<u32>) -> Option<Limits> {
        let limits = limit.or(max_in_flight.map(|_| Self::new()))?.0;
        let max = max_in_flight.map_or(f64::INFINITY, |max| f64::from(max.max(1)));
        Some(Limits { max, is_adaptive: limit.is_some(), ..limits })
    }

    /// Returns whether the limits let any request through.
    pub(crate) fn is_possible(&self) -> bool {
        self.0.per_second > 0.0
    }
}
