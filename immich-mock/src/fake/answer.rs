//! Responses of the fake.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use immich_core::{Body, ResponseBody};
use serde::Serialize;
use serde_json::Value;
use sha1::{Digest, Sha1};

/// A response that is being built.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
}

impl Answer {
    pub(super) fn new(status: StatusCode, body: impl Into<Body>) -> Self {
        Self { status, headers: HeaderMap::new(), body: body.into() }
    }

    /// A 200 response with JSON.
    pub(super) fn json(value: &Value) -> Self {
        Self::json_with(StatusCode::OK, value)
    }

    /// A 201 response with JSON.
    pub(super) fn created(value: &Value) -> Self {
        Self::json_with(StatusCode::CREATED, value)
    }

    /// A JSON response with the entity tag that the web framework of Immich adds.
    pub(super) fn json_with(status: StatusCode, value: &Value) -> Self {
        Self::written(status, value)
    }

    /// A 200 response with JSON that is written without a value in between.
    pub(super) fn view(view: &impl Serialize) -> Self {
        Self::written(StatusCode::OK, view)
    }

    fn written(status: StatusCode, view: &impl Serialize) -> Self {
        // Values and views have string keys and no other source of errors.
        let bytes = Bytes::from(serde_json::to_vec(view).unwrap_or_default());
        let hash = STANDARD_NO_PAD.encode(Sha1::digest(&bytes));
        let tag = format!("\"{:x}-{hash}\"", bytes.len());
        Self::new(status, bytes).with(CONTENT_TYPE, "application/json; charset=utf-8").with(ETAG, &tag)
    }

    pub(super) fn text(status: StatusCode, content_type: &str, text: impl Into<String>) -> Self {
        Self::new(status, text.into()).with(CONTENT_TYPE, content_type)
    }

    pub(super) fn no_content() -> Self {
        Self::new(StatusCode::NO_CONTENT, Body::empty())
    }

    /// Adds a header; an invalid value is ignored.
    pub(super) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.append(name, value);
        }
        self
    }

    /// Builds the response to a request; a matching `If-None-Match` returns 304 without a body.
    pub(super) fn into_response(mut self, method: &Method, request_headers: &HeaderMap) -> Response<ResponseBody> {
        let read = matches!(*method, Method::GET | Method::HEAD);
        let known = request_headers.get(IF_NONE_MATCH).is_some_and(|tag| Some(tag) == self.headers.get(ETAG));
        if self.status == StatusCode::OK && read && known {
            self = self.not_modified();
        }
        let bare = matches!(self.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        if let Some(length) = self.body.len().filter(|_| !bare) {
            self.headers.insert(CONTENT_LENGTH, length.into());
        }
        let body = if *method == Method::HEAD { ResponseBody::empty() } else { self.body.into() };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }

    pub(super) fn not_modified(mut self) -> Self {
        self.headers.remove(CONTENT_TYPE);
        Self { status: StatusCode::NOT_MODIFIED, headers: self.headers, body: Body::empty() }
    }
}
