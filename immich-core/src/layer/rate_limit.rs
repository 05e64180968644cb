//! Keeps the number of requests within what a server takes.

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

/// The longest wait that a response can put on all requests.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// How many requests are sent in a time, and how many at once.
///
/// Requests are let through in the order in which they came. After 429 or 503 the pace halves, and nothing is sent
/// until the time that the server named (a minute at most) has passed; each success gives a twentieth back.
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
    /// No limit.
    pub fn new() -> Self {
        Self(Limits {
            per_second: f64::INFINITY,
            burst: 1.0,
            in_flight: f64::INFINITY,
            most: f64::INFINITY,
            yields: true,
        })
    }

    /// Sends on average this many requests a second.
    #[must_use]
    pub fn per_second(mut self, requests: f64) -> Self {
        self.0.per_second = requests;
        self
    }

    /// Sends this many at once after a pause; it is one if not set.
    #[must_use]
    pub fn burst(mut self, requests: u32) -> Self {
        self.0.burst = f64::from(requests.max(1));
        self
    }

    /// Has at most this many requests in flight. One is in flight until its response is read to the end or dropped.
    ///
    /// A call that waits while all of them are responses that nobody reads fails with [`TimeLimit::Turn`] after the shortest
    /// of the limits for an attempt, a response and idling; without such a limit it waits for as long as they are held.
    ///
    /// [`TimeLimit::Turn`]: crate::TimeLimit::Turn
    #[must_use]
    pub fn max_in_flight(mut self, requests: u32) -> Self {
        self.0.in_flight = f64::from(requests.max(1));
        self
    }

    /// Whether the numbers make sense.
    pub(crate) fn is_possible(&self) -> bool {
        self.0.per_second > 0.0
    }
}

pub(crate) struct RateLimited {
    limiter: Option<Arc<Limiter>>,
    next: Timeout,
}

impl RateLimited {
    /// Without a limit or a timer everything is let through. `most` is the limit of the backend.
    pub(crate) fn new(limit: Option<RateLimit>, most: Option<u32>, next: Timeout) -> Self {
        let limits = match (limit, most) {
            (None, None) => None,
            (Some(limit), None) => Some(limit.0),
            (limit, Some(most)) => {
                let limits = limit.unwrap_or_default().0;
                Some(Limits { most: f64::from(most.max(1)), yields: limit.is_some(), ..limits })
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
        spare: Option<&RequestHead>,
    ) -> Outcome {
        let permit = match self.limiter.as_ref().filter(|_| !call.is_beside) {
            Some(limiter) => match limiter.enter_now() {
                Some(permit) => Some(permit),
                None => Some(limiter.enter(call.timeouts.unwrap_or(self.next.timeouts).patience()).await?),
            },
            None => None,
        };
        let response = self.next.send(request, call, spare).await?;
        Ok(match permit {
            Some(permit) => permit.hold(response, call),
            None => response,
        })
    }
}

impl Permit {
    /// Keeps the permit until the response is read, and takes from it how the server bears the pace.
    fn hold(self, response: Response<ResponseBody>, call: &CallContext) -> Response<ResponseBody> {
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                let wait = retry_after(response.headers(), &|| self.now());
                self.refused(wait.map(|wait| wait.min(MAX_WAIT)));
            }
            status if status.is_success() => self.succeeded(),
            _ => {}
        }
        // It was read to its end, for the decoder.
        if call.whole.is_some() && response.body().is_here() {
            return response;
        }
        let mut permit = Some(self.held());
        response.map(|body| {
            ResponseBody::polled(body, move |body, context| {
                let frame = ready!(body.poll_frame(context));
                match (&frame, &permit) {
                    (Some(Ok(_)), Some(permit)) => permit.moved(),
                    _ => drop(permit.take()),
                }
                Poll::Ready(frame)
            })
        })
    }
}
