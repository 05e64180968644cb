//! A request on its way through an HTTP library, and the response that ends it.

use std::task::Poll;

use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body as _;

use crate::body::{Body, BodyFault, ResponseBody};
use crate::body_end::BodyEnd;

/// A request that a backend is about to hand to its HTTP library, and what the response has to do with it.
///
/// HTTP libraries leave three things to their callers, and this does them:
///
/// * POST, PUT and PATCH with an empty body get `content-length: 0`.
/// * The body of the request ends when an early response was read or dropped, so that no upload continues after its
///   caller has left.
/// * The response to HEAD, and those with status 204 and 304, have an empty body, whatever their `content-length`.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::{Body, Outgoing, ResponseBody, TransportError, TransportErrorKind, http};
///
/// # async fn library(request: http::Request<Body>) -> Result<http::Response<Body>, std::io::Error> { unimplemented!() }
/// async fn send(mut request: http::Request<Body>) -> Result<http::Response<ResponseBody>, TransportError> {
///     let outgoing = Outgoing::of(&mut request);
///     let response = library(request).await.map_err(|error| match outgoing.fault().take() {
///         Some(fault) => TransportError::new(TransportErrorKind::RequestBody).with_source(fault),
///         None => TransportError::new(TransportErrorKind::Closed).with_source(error),
///     })?;
///     Ok(outgoing.response(response.map(|body| ResponseBody::with_errors(body, TransportError::cut))))
/// }
/// ```
#[derive(Debug)]
pub struct Outgoing {
    fault: BodyFault,
    end: Option<BodyEnd>,
    is_head: bool,
}

impl Outgoing {
    /// Prepares the request.
    pub fn of(request: &mut Request<Body>) -> Self {
        let has_length = [Method::POST, Method::PUT, Method::PATCH].contains(request.method());
        if has_length && request.body().is_empty() {
            request.headers_mut().entry(CONTENT_LENGTH).or_insert(HeaderValue::from_static("0"));
        }
        let is_head = *request.method() == Method::HEAD;
        let body = request.body_mut();
        Self { fault: body.watch(), end: body.end_early(), is_head }
    }

    /// Returns the handle to the error of the body, which is the cause before all others.
    pub fn fault(&self) -> &BodyFault {
        &self.fault
    }

    /// Returns the response to the request.
    #[must_use]
    pub fn response(self, response: Response<ResponseBody>) -> Response<ResponseBody> {
        let is_empty = self.is_head || matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        let mut end = self.end;
        response.map(|body| match end {
            _ if is_empty => ResponseBody::empty(),
            None => body,
            Some(_) => ResponseBody::polled(body, move |body, context| {
                let frame = body.poll_frame(context);
                if matches!(frame, Poll::Ready(None | Some(Err(_)))) {
                    drop(end.take());
                }
                frame
            }),
        })
    }
}
