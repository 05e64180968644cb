//! Reads complete responses within their layer, so that a truncated response is a failed attempt, and outer layers need
//! not track the body.

use std::io;
use std::pin::Pin;
use std::task::Context;

use http::Response;

use crate::body::{Body, Polled, ResponseBody};
use crate::decode::is_page;
use crate::layer::CallContext;
use crate::send::Outcome;

/// Returns the maximum size of the response, if it is to be read here.
pub(super) fn limit(response: &Response<ResponseBody>, call: &CallContext) -> Option<u64> {
    call.buffer_limit.filter(|_| response.status().is_success() && !is_page(response))
}

/// Reads the body from the frames that `poll` returns.
pub(super) async fn read(
    response: Response<ResponseBody>,
    limit: u64,
    poll: impl FnMut(Pin<&mut ResponseBody>, &mut Context<'_>) -> Polled,
) -> Outcome {
    let (head, body) = response.into_parts();
    let body = match body.collect_bytes(limit, poll).await? {
        Some(bytes) => bytes.into(),
        // The decoder checks the length first, so this body is never opened.
        None => Body::replayable(|| Err(io::ErrorKind::FileTooLarge.into()), Some(limit.saturating_add(1))).into(),
    };
    Ok(Response::from_parts(head, body))
}
