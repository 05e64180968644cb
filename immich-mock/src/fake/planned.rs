//! Faults that a test plans for operations: a status, a delay, or a response that breaks off.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{Response, StatusCode};
use http_body::{Frame, SizeHint};
use immich_core::{ResponseBody, Timer, TransportError, TransportErrorKind};
use serde_json::json;

use super::answer::Answer;
use super::server::FakeImmich;
use super::state::State;
use crate::planned_delay::Delay;
use crate::script::ManualTimer;

/// A fault of some requests, for [`FakeImmich::plan`]. Defaults to every operation, every time.
///
/// ```
/// use std::time::Duration;
///
/// use http::StatusCode;
/// use immich_mock::PlannedFault;
///
/// let busy = PlannedFault::status(StatusCode::TOO_MANY_REQUESTS).retry_after(5).of("uploadAsset").times(2);
/// let slow = PlannedFault::latency(Duration::from_millis(100));
/// let torn = PlannedFault::cut(1000).of("downloadAsset");
/// # drop((busy, slow, torn));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct PlannedFault {
    operation: Option<String>,
    effect: Effect,
    /// The number of requests that it still affects; `None` without a limit.
    left: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Effect {
    Refuse(Refusal),
    Delay(Duration),
    Cut(u64),
}

/// A response instead of that of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    retry_after: Option<u64>,
}

impl PlannedFault {
    /// The server does not handle the request, and responds with this status.
    pub fn status(status: StatusCode) -> Self {
        Self::new(Effect::Refuse(Refusal { status, retry_after: None }))
    }

    /// The server handles the request, and holds back the response for this long.
    ///
    /// In memory, the [timer](FakeImmich::timer) of the backend measures it, which a test advances; over `Served`, it
    /// is real time.
    pub fn latency(latency: Duration) -> Self {
        Self::new(Effect::Delay(latency))
    }

    /// The server handles the request, and the connection breaks after this many bytes of the response body. A shorter
    /// body arrives whole.
    pub fn cut(bytes: u64) -> Self {
        Self::new(Effect::Cut(bytes))
    }

    fn new(effect: Effect) -> Self {
        Self { operation: None, effect, left: None }
    }

    /// Only affects an operation, such as `uploadAsset`.
    pub fn of(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// Only affects the next `count` requests.
    pub fn times(mut self, count: u32) -> Self {
        self.left = Some(count);
        self
    }

    /// Adds the header `Retry-After` with this number of seconds to a status. Does nothing to other faults.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        if let Effect::Refuse(refusal) = &mut self.effect {
            refusal.retry_after = Some(seconds);
        }
        self
    }

    /// The fault as JSON, such as `{"operation":"uploadAsset","status":503,"times":2}`: `operation` and `times` are
    /// optional; next to them is `status` (and `retryAfter`), `latencyMs` or `cutAfter`.
    pub fn to_json(&self) -> serde_json::Value {
        let mut json = json!({});
        if let Some(operation) = &self.operation {
            json["operation"] = operation.as_str().into();
        }
        match &self.effect {
            Effect::Refuse(refusal) => {
                json["status"] = refusal.status.as_u16().into();
                if let Some(seconds) = refusal.retry_after {
                    json["retryAfter"] = seconds.into();
                }
            }
            Effect::Delay(latency) => json["latencyMs"] = u64::try_from(latency.as_millis()).ok().into(),
            Effect::Cut(bytes) => json["cutAfter"] = (*bytes).into(),
        }
        if let Some(left) = self.left {
            json["times"] = left.into();
        }
        json
    }
}

/// Planned faults.
impl FakeImmich {
    /// Plans a fault of requests to come. Faults of different kinds add up; of several statuses, the first planned
    /// counts.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), immich_core::Error> {
    /// use http::StatusCode;
    /// use immich_core::Client;
    /// use immich_mock::{FakeImmich, PlannedFault};
    ///
    /// let server = FakeImmich::new();
    /// let client = Client::builder("http://immich.test").backend(server.clone()).build()?;
    /// server.plan(PlannedFault::status(StatusCode::IM_A_TEAPOT).of("pingServer").times(1));
    /// assert_eq!(client.server().ping_server().await.unwrap_err().status().unwrap(), 418);
    /// assert_eq!(client.server().ping_server().await?.res, "pong");
    /// # Ok(()) }
    /// ```
    pub fn plan(&self, fault: PlannedFault) {
        self.state().trouble.planned.push(fault);
    }

    /// The faults that are still planned, with the number of times that is left.
    pub fn planned(&self) -> Vec<PlannedFault> {
        self.state().trouble.planned.clone()
    }

    /// Cancels all planned faults.
    pub fn clear_planned(&self) {
        self.state().trouble.planned.clear();
    }
}

/// The effects of the planned faults on one request.
#[derive(Debug, Default)]
pub(super) struct Effects {
    pub(super) refusal: Option<Refusal>,
    latency: Duration,
    cut: Option<u64>,
}

impl State {
    /// The effects on a request, which is counted.
    pub(super) fn effects(&mut self, operation: Option<&str>) -> Effects {
        let mut effects = Effects::default();
        for fault in &mut self.trouble.planned {
            if fault.operation.as_deref().is_some_and(|wanted| Some(wanted) != operation) {
                continue;
            }
            match fault.effect {
                // The next one waits for its turn.
                Effect::Refuse(_) if effects.refusal.is_some() => continue,
                Effect::Refuse(refusal) => effects.refusal = Some(refusal),
                Effect::Delay(latency) => effects.latency = effects.latency.saturating_add(latency),
                Effect::Cut(bytes) => effects.cut = Some(effects.cut.map_or(bytes, |cut| cut.min(bytes))),
            }
            fault.left = fault.left.map(|left| left.saturating_sub(1));
        }
        self.trouble.planned.retain(|fault| fault.left != Some(0));
        effects
    }
}

impl Refusal {
    /// The response, with the name of the status as its message.
    pub(super) fn page(self) -> Answer {
        let reason = self.status.canonical_reason().unwrap_or("Planned fault");
        let answer = Answer::json_with(self.status, &json!({ "message": reason, "statusCode": self.status.as_u16() }));
        match self.retry_after {
            Some(seconds) => answer.with(RETRY_AFTER, &seconds.to_string()),
            None => answer,
        }
    }
}

impl Effects {
    /// Holds back and shortens a response.
    pub(super) async fn apply(
        self,
        mut response: Response<ResponseBody>,
        is_served: bool,
        timer: &ManualTimer,
    ) -> Response<ResponseBody> {
        if let Some(left) = self.cut {
            response = response.map(|body| ResponseBody::new(Cut::new(body, left)));
        }
        if is_served && !self.latency.is_zero() {
            response.extensions_mut().insert(Delay(self.latency));
        } else if !self.latency.is_zero() {
            timer.sleep(self.latency).await;
        }
        response
    }
}

/// A body that breaks off, and announces its whole length.
struct Cut {
    body: ResponseBody,
    /// The announced bytes that have not been sent.
    announced: Option<u64>,
    /// The bytes before the break.
    left: u64,
    is_broken: bool,
    /// Whether the bytes before the break had time to reach the connection.
    is_flushed: bool,
}

impl Cut {
    fn new(body: ResponseBody, left: u64) -> Self {
        let announced = body.len();
        Self { body, announced, left, is_broken: false, is_flushed: false }
    }
}

impl http_body::Body for Cut {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        if !self.is_broken {
            let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
            let Some(Ok(frame)) = frame else { return Poll::Ready(frame) };
            let Ok(mut data) = frame.into_data() else { return Poll::Ready(None) };
            let room = usize::try_from(self.left).unwrap_or(usize::MAX);
            if data.len() > room {
                self.is_broken = true;
                data.truncate(room);
            }
            self.left -= data.len() as u64;
            self.announced = self.announced.map(|announced| announced.saturating_sub(data.len() as u64));
            if !data.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
        }
        // A server discards what it has not sent when a body fails, so it gets a chance to send.
        if !std::mem::replace(&mut self.is_flushed, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(TransportError::new(TransportErrorKind::Closed))))
    }

    fn size_hint(&self) -> SizeHint {
        self.announced.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
