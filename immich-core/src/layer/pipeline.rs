//! A call from the client to the backend, in reading order.
//!
//! Custom layers and the span of the call are outside: the span covers the whole call, and a custom layer sees each call
//! once, without credentials.

use std::borrow::Cow;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Context;
use std::time::Duration;

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{Method, Request, Response, StatusCode};

use super::context::CallContext;
use super::deadline::AttemptDeadline;
use super::limiter::{Limiter, Permit};
use super::rate_limit::RateLimit;
use super::replay::Replay;
use super::request_head::RequestHead;
use super::retry::RetryPolicy;
use super::timeouts::Timeouts;
#[cfg(feature = "tracing")]
use super::trace;
use super::{credentials, redirect};
use crate::attempts::{Attempts, GiveUpReason};
use crate::base_url::BaseUrl;
use crate::body::{Body, Polled, ResponseBody};
use crate::error_body::retry_after;
use crate::response::is_page;
use crate::send::{HttpSend, Outcome, SendFuture};
use crate::timer::{Timer, first};
use crate::transport_error::TransportError;

/// More redirects than this are a loop.
const MAX_HOPS: usize = 5;

/// Sends the calls of a client.
pub(crate) struct Pipeline {
    base: BaseUrl,
    backend: Box<dyn HttpSend>,
    /// Without a timer, there are no retries, limits and timeouts.
    timer: Option<Arc<dyn Timer>>,
    retry: RetryPolicy,
    limiter: Option<Arc<Limiter>>,
    timeouts: Timeouts,
}

impl Pipeline {
    /// Creates a pipeline that sends each request once, and follows redirects.
    pub(crate) fn new(base: BaseUrl, backend: Box<dyn HttpSend>) -> Self {
        let (retry, timeouts) = (RetryPolicy::never(), Timeouts::new());
        Self { base, timer: backend.timer(), backend, retry, limiter: None, timeouts }
    }

    /// Sets the options of the client.
    pub(crate) fn with(mut self, retry: RetryPolicy, limit: Option<RateLimit>, timeouts: Timeouts) -> Self {
        let limits = RateLimit::with_backend(limit, self.backend.max_in_flight());
        self.limiter = limits.zip(self.timer.clone()).map(|(limits, timer)| Arc::new(Limiter::new(limits, timer)));
        (self.retry, self.timeouts) = (retry, timeouts);
        self
    }

    /// Sends a request without credentials, before there is a client.
    pub(crate) async fn send_unauthenticated(&self, mut request: Request<Body>) -> Outcome {
        self.follow_redirects(&mut request, &CallContext::default(), None).await
    }

    pub(crate) fn into_backend(self) -> Box<dyn HttpSend> {
        self.backend
    }

    /// Sends the request until an attempt succeeds, or there is none left.
    async fn run(&self, request: &mut Request<Body>, call: &CallContext) -> Outcome {
        let policy = call.retry.as_ref().unwrap_or(&self.retry);
        let replay = Replay::of(request, call, policy.waits());
        let started = self.elapsed();
        let mut made = 0;
        loop {
            made += 1;
            if let Some(counter) = &call.attempts {
                counter.set(made);
            }
            let mut outcome = self.attempt(request, call, replay.head()).await;
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

    /// Makes one attempt: waits for a permit, sends within the timeouts, and reads a response that is needed completely.
    async fn attempt(&self, request: &mut Request<Body>, call: &CallContext, head: Option<&RequestHead>) -> Outcome {
        let timeouts = call.timeouts.unwrap_or(self.timeouts);
        let permit = self.permit(call, timeouts).await?;
        let deadline = AttemptDeadline::start(request, timeouts, self.timer.as_ref(), self.backend.unseen_bytes());
        let response = {
            let mut sending = pin!(self.follow_redirects(request, call, head));
            match &deadline {
                Some(deadline) => first(sending, pin!(deadline.expired())).await.unwrap_or_else(Err)?,
                None => sending.as_mut().await?,
            }
        };
        // A response that breaks while it is read is a failed attempt. Others are streamed to the caller.
        let limit = call.buffer_limit.filter(|_| response.status().is_success() && !is_page(&response));
        let idle = deadline.and_then(|deadline| deadline.idle_timer(limit.is_some()));
        let response = match (limit, idle) {
            (Some(limit), Some(mut idle)) => read(response, limit, |body, context| idle.poll(body, context)).await?,
            (Some(limit), None) => read(response, limit, http_body::Body::poll_frame).await?,
            (None, Some(mut idle)) => {
                response.map(|body| ResponseBody::polled(body, move |body, context| idle.poll(body, context)))
            }
            (None, None) => response,
        };
        Ok(match permit {
            Some(permit) => permit.hold(response, limit.is_some()),
            None => response,
        })
    }

    /// Waits until the rate limit allows a request.
    async fn permit(&self, call: &CallContext, timeouts: Timeouts) -> Result<Option<Permit>, TransportError> {
        let Some(limiter) = self.limiter.as_ref().filter(|_| !call.ignores_rate_limit) else { return Ok(None) };
        match limiter.try_acquire() {
            Some(permit) => Ok(Some(permit)),
            None => limiter.acquire(timeouts.permit_timeout()).await.map(Some),
        }
    }

    /// Sends the request, which is replaced with an empty one, and follows redirects with the same head.
    async fn follow_redirects(
        &self,
        request: &mut Request<Body>,
        call: &CallContext,
        head: Option<&RequestHead>,
    ) -> Outcome {
        let follows = matches!(*request.method(), Method::GET | Method::HEAD);
        let own = (follows && head.is_none()).then(|| Box::new(RequestHead::of(request)));
        let response = self.send_once(mem::replace(request, Request::new(Body::empty())), call).await?;
        let Some(head) = head.or(own.as_deref()).filter(|_| follows && response.status().is_redirection()) else {
            return Ok(response);
        };
        // Boxed, so that other responses do not need its space.
        Box::pin(async {
            let mut response = response;
            let mut uri = Cow::Borrowed(head.uri());
            for _ in 0..MAX_HOPS {
                let Some(target) = redirect::target(&uri, &response) else { break };
                let mut request = head.to_request(Body::empty());
                request.uri_mut().clone_from(&target);
                uri = Cow::Owned(target);
                response = self.send_once(request, call).await?;
            }
            Ok(response)
        })
        .await
    }

    /// Sends one request through the backend, with credentials if it goes to the server of the client.
    async fn send_once(&self, mut request: Request<Body>, call: &CallContext) -> Outcome {
        if self.base.covers(request.uri()) {
            credentials::add(&mut request, &call.credentials);
        }
        let is_head = request.method() == Method::HEAD;
        let mut response = self.backend.send(request).await?;
        if let (Some(length), false) = (length(&response), is_head) {
            response.body_mut().announce(length);
        }
        Ok(response)
    }

    fn elapsed(&self) -> Duration {
        self.timer.as_ref().map_or(Duration::ZERO, |timer| timer.elapsed())
    }

    fn now(&self) -> jiff::Timestamp {
        self.timer.as_ref().map_or_else(jiff::Timestamp::now, |timer| timer.now())
    }
}

impl HttpSend for Pipeline {
    /// The whole call is one boxed future. The request is passed by reference to keep it small.
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

/// Returns the length of the body, as announced by the headers.
fn length(response: &Response<ResponseBody>) -> Option<u64> {
    let headers = response.headers();
    let has_body = !matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let has_length = has_body && !headers.contains_key(TRANSFER_ENCODING);
    headers.get(CONTENT_LENGTH).filter(|_| has_length)?.to_str().ok()?.trim().parse().ok()
}

/// Reads the response into memory, from the frames that `poll` returns; one that exceeds the limit is marked.
async fn read(
    response: Response<ResponseBody>,
    limit: u64,
    poll: impl FnMut(Pin<&mut ResponseBody>, &mut Context<'_>) -> Polled,
) -> Outcome {
    let (head, body) = response.into_parts();
    let body = body.collect_bytes(limit, poll).await?.map_or_else(ResponseBody::too_long, ResponseBody::from);
    Ok(Response::from_parts(head, body))
}

fn set_attempts(outcome: &mut Outcome, attempts: Attempts) {
    match outcome {
        Ok(response) => drop(response.extensions_mut().insert(attempts)),
        Err(error) => error.set_attempts(attempts),
    }
}
