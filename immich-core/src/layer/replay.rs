//! A copy of a request for another attempt, and the decision whether there is one.

use http::header::{CONTENT_RANGE, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, Request, Response, StatusCode};

use super::context::CallContext;
use super::request_head::RequestHead;
use crate::attempts::GiveUpReason;
use crate::body::{Body, ResponseBody};
use crate::operation::Operation;
use crate::send::Outcome;
use crate::transport_error::{TimeLimit, TransportError, TransportErrorKind};

/// The maximum number of bytes of JSON that Immich accepts in one request.
const MAX_JSON: usize = 10 << 20;

/// The data needed to retry a request.
pub(super) struct Replay {
    /// Whether the request may safely be sent twice.
    repeatable: bool,
    /// Whether the body is JSON that exceeds the limit of Immich.
    is_too_long: bool,
    /// A copy of the request, if the policy allows another attempt; without the body if that can be read only once.
    copy: Option<Box<(RequestHead, Option<Body>)>>,
}

impl Replay {
    pub(super) fn of(request: &Request<Body>, call: &CallContext, can_retry: bool) -> Self {
        let operation = request.extensions().get::<&'static Operation>();
        let is_idempotent = operation.is_some_and(|operation| {
            let with = operation.idempotent_with.is_some_and(|header| request.headers().contains_key(header));
            operation.idempotent || with
        });
        Self {
            repeatable: call.repeatable || is_idempotent,
            is_too_long: request.body().as_bytes().is_some_and(|bytes| bytes.len() > MAX_JSON)
                && request.headers().get(CONTENT_TYPE).is_some_and(|content_type| content_type == "application/json"),
            copy: can_retry.then(|| Box::new((RequestHead::of(request), request.body().try_clone()))),
        }
    }

    pub(super) fn head(&self) -> Option<&RequestHead> {
        self.copy.as_deref().map(|(head, _)| head)
    }

    /// Returns the operation, if there can be another attempt.
    #[cfg(feature = "tracing")]
    pub(super) fn operation(&self) -> Option<&'static Operation> {
        self.head()?.operation()
    }

    /// Returns a copy of the request.
    pub(super) fn request(&self) -> Result<Request<Body>, GiveUpReason> {
        let (head, body) = self.copy.as_deref().ok_or(GiveUpReason::AttemptsUsedUp)?;
        let body = body.as_ref().and_then(Body::try_clone).ok_or(GiveUpReason::BodyUsedUp)?;
        Ok(head.to_request(body))
    }

    /// Decides whether to retry. Returns the headers of the response, or `None` after a transport error.
    pub(super) fn decide<'o>(&self, outcome: &'o Outcome) -> Result<Option<&'o HeaderMap>, GiveUpReason> {
        match outcome {
            Ok(response) => self.check_response(response).map(|()| Some(response.headers())),
            Err(error) => self.check_error(error).map(|()| None),
        }
    }

    fn check_response(&self, response: &Response<ResponseBody>) -> Result<(), GiveUpReason> {
        // 2.7.5 responds with 500 to a range past the end, and will do so again.
        let out_of_range = response.headers().contains_key(CONTENT_RANGE);
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS => Ok(()),
            StatusCode::SERVICE_UNAVAILABLE if response.headers().contains_key(RETRY_AFTER) => Ok(()),
            StatusCode::INTERNAL_SERVER_ERROR if out_of_range => Err(GiveUpReason::Final),
            StatusCode::INTERNAL_SERVER_ERROR if self.is_too_long => Err(GiveUpReason::BodyTooLong),
            StatusCode::REQUEST_TIMEOUT
            | StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => self.if_repeatable(),
            // Status codes of Cloudflare.
            status if matches!(status.as_u16(), 520..=527 | 530) => self.if_repeatable(),
            _ => Err(GiveUpReason::Final),
        }
    }

    fn check_error(&self, error: &TransportError) -> Result<(), GiveUpReason> {
        use TransportErrorKind::{Closed, Connect, Timeout};
        match error.kind() {
            // Only the caller can free a slot.
            _ if error.time_limit().is_some_and(|(limit, _)| limit == TimeLimit::Turn) => Err(GiveUpReason::Final),
            Connect | Timeout | Closed if !error.may_have_been_sent() => Ok(()),
            Connect | Timeout | Closed => self.if_repeatable(),
            _ => Err(GiveUpReason::Final),
        }
    }

    fn if_repeatable(&self) -> Result<(), GiveUpReason> {
        if self.repeatable { Ok(()) } else { Err(GiveUpReason::MayHaveBeenDone) }
    }
}
