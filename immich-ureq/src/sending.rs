//! One request on its thread.

use std::sync::Arc;

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use immich_core::bridge::{LocalBody, LocalHttpSend};
use immich_core::{Body, TransportError, TransportErrorKind};
use ureq::{Agent, SendBody};

use crate::attempt::Attempt;
use crate::body::{RequestReader, ResponseReader};
use crate::failure::failed;

/// Sends the request of an attempt. Its future blocks where it is polled.
pub(crate) struct Sending<'a> {
    pub(crate) agent: &'a Agent,
    pub(crate) attempt: &'a Arc<Attempt>,
}

impl LocalHttpSend for Sending<'_> {
    async fn send(&self, request: Request<Body>) -> Result<Response<LocalBody>, TransportError> {
        let (mut head, body) = request.into_parts();
        let is_head = head.method == Method::HEAD;
        let has_body = !body.is_empty() || [Method::POST, Method::PUT, Method::PATCH].contains(&head.method);
        match body.len() {
            _ if !has_body => {}
            Some(length) => drop(head.headers.insert(CONTENT_LENGTH, HeaderValue::from(length))),
            None => drop(head.headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"))),
        }
        let (reader, fault) = RequestReader::new(body, Arc::clone(self.attempt));
        let body = if has_body { SendBody::from_owned_reader(reader) } else { SendBody::none() };
        let sent = self.agent.run(Request::from_parts(head, body));
        if let Some(fault) = fault.take() {
            return Err(TransportError::new(TransportErrorKind::RequestBody).with_source(fault));
        }
        let (head, body) = sent.map_err(|error| failed(error, self.attempt.is_sent()))?.into_parts();
        let has_nothing = head.headers.get(CONTENT_LENGTH).is_some_and(|length| length == "0");
        let has_no_body = is_head || matches!(head.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        let body = if has_no_body || has_nothing {
            // ureq has let go of its connection.
            self.attempt.finish();
            LocalBody::empty()
        } else {
            LocalBody::new(ResponseReader::new(body, Arc::clone(self.attempt))?)
        };
        Ok(Response::from_parts(head, body))
    }
}
