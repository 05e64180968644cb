//! Responses that are wanted as a whole: read in their layer, so that one that breaks on the way is a failure of its
//! attempt, and nothing needs to watch the body further out.

use std::io;
use std::pin::Pin;
use std::task::Context;

use http::Response;

use crate::body::{Body, Polled, ResponseBody};
use crate::decode::is_page;
use crate::layer::CallContext;
use crate::send::Outcome;

/// How many bytes of this response are read, if it is one that is read here.
pub(super) fn limit(response: &Response<ResponseBody>, call: &CallContext) -> Option<u64> {
    call.whole.filter(|_| response.status().is_success() && !is_page(response))
}

/// Reads the frames that `poll` gets of the body.
pub(super) async fn read(
    response: Response<ResponseBody>,
    limit: u64,
    poll: impl FnMut(Pin<&mut ResponseBody>, &mut Context<'_>) -> Polled,
) -> Outcome {
    let (head, body) = response.into_parts();
    let body = match body.gather(limit, poll).await? {
        Some(bytes) => bytes.into(),
        // Who decodes it sees the length, and does not open it.
        None => Body::replayable(|| Err(io::ErrorKind::FileTooLarge.into()), Some(limit.saturating_add(1))).into(),
    };
    Ok(Response::from_parts(head, body))
}
