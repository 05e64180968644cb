//! Limits the rate of requests.

use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::Duration;

use http::{Request, Response, StatusCode};
use http_body::Body as _;

use crate::body::{Body, ResponseBody};
use crate::error_body::retry_after;
use crate::layer::limiter::{Limiter, Limits, Permit};
use crate::layer::request_head::RequestHead;
use crate::layer::{CallContext, Timeout};
use crate::send::Outcome;

/// The longest wait that a response can impose on all requests.
const MAX_WAIT: Duration = Duration::from_secs(60);

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

    /// Returns whether the limits let any request through.
    pub(crate) fn is_possible(&self) -> bool {
        self.0.per_second > 0.0
    }
}

pub(crate) struct RateLimited {
    limiter: Option<Arc<Limiter>>,
    next: Timeout,
}

impl RateLimited {
    /// Without a limit or a timer, nothing is limited. `max` is the limit of the backend.
    pub(crate) fn new(limit: Option<RateLimit>, max: Option<u32>, next: Timeout) -> Self {
        let limits = match (limit, max) {
            (None, None) => None,
            (Some(limit), None) => Some(limit.0),
            (limit, Some(max)) => {
                let limits = limit.unwrap_or_default().0;
                Some(Limits { max: f64::from(max.max(1)), is_adaptive: limit.is_some(), ..limits })
            }
        };
        let limiter =
            limits.zip(next.timer.as_ref()).map(|(limits, timer)| Arc::new(Limiter::new(limits, Arc::clone(timer))));
        Self { limiter, next }
    }

    pub(super) async fn send(
        &self,
        request: &mut Request<Body>,
        call: &CallContext,
        head: Option<&RequestHead>,
    ) -> Outcome {
        let permit = match self.limiter.as_ref().filter(|_| !call.ignores_rate_limit) {
            Some(limiter) => match limiter.try_acquire() {
                Some(permit) => Some(permit),
                None => Some(limiter.acquire(call.timeouts.unwrap_or(self.next.timeouts).permit_timeout()).await?),
            },
            None => None,
        };
        let response = self.next.send(request, call, head).await?;
        Ok(match permit {
            Some(permit) => permit.hold(response, call),
            None => response,
        })
    }
}

impl Permit {
    /// Adjusts the rate by the status of the response, and holds the permit until the response has been read.
    fn hold(self, response: Response<ResponseBody>, call: &CallContext) -> Response<ResponseBody> {
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                let wait = retry_after(response.headers(), &|| self.now());
                self.record_overload(wait.map(|wait| wait.min(MAX_WAIT)));
            }
            status if status.is_success() => self.record_success(),
            _ => {}
        }
        // The response has already been read to its end.
        if call.buffer_limit.is_some() && response.body().is_complete() {
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
