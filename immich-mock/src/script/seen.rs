//! Requests received by the mock, without secrets.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, Request};
use immich_core::Operation;
use serde_json::Value;

use crate::route;

/// The replacement for a secret.
const REDACTED: &str = "[redacted]";

/// Headers that hold secrets, besides those that the client marks as sensitive.
const SECRET_HEADERS: [&str; 7] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "x-api-key",
    "x-immich-session-token",
    "x-immich-share-key",
    "x-immich-share-slug",
];

/// Query parameters and JSON fields that hold secrets.
const SECRET_FIELDS: [&str; 18] = [
    "accessToken",
    "activationKey",
    "apiKey",
    "clientSecret",
    "codeVerifier",
    "key",
    "licenseKey",
    "logout_token",
    "newPassword",
    "newPinCode",
    "password",
    "pinCode",
    "secret",
    "sessionKey",
    "slug",
    // Fields of OAuth: no other operation with secrets has fields of these names.
    "state",
    "token",
    "url",
];

/// A request received by a [`MockSend`](crate::MockSend). Keys, tokens and passwords are shown as `[redacted]`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SeenRequest {
    /// The operation of the request, if known.
    pub operation: Option<&'static Operation>,
    /// The method.
    pub method: Method,
    /// The scheme, host and port.
    pub origin: String,
    /// The percent-encoded path.
    pub path: String,
    /// The percent-encoded query; empty if there is none.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; secrets of sensitive operations are redacted.
    pub body: Bytes,
}

impl SeenRequest {
    pub(super) fn new(request: &Request<()>, body: Bytes) -> Self {
        let uri = request.uri();
        let operation = route::operation(request);
        let mut headers = request.headers().clone();
        for (name, value) in &mut headers {
            if value.is_sensitive() || SECRET_HEADERS.contains(&name.as_str()) {
                *value = HeaderValue::from_static(REDACTED);
            }
        }
        let sensitive = operation.is_some_and(|operation| operation.sensitive);
        let body = if sensitive { redacted_body(headers.get(CONTENT_TYPE), &body) } else { body };
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        Self {
            operation,
            method: request.method().clone(),
            origin: format!("{}://{authority}", uri.scheme_str().unwrap_or_default()),
            path: uri.path().to_owned(),
            query: uri.query().map(redacted_pairs).unwrap_or_default(),
            body,
            headers,
        }
    }

    /// The value of a header; `None` if it is missing or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON; null if it is not valid JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Method, path and query in one line.
    pub(super) fn line(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        let name = self.operation.map(|operation| format!(" ({})", operation.id)).unwrap_or_default();
        format!("{} {}{mark}{}{name}", self.method, self.path, self.query)
    }
}

fn redacted_body(content_type: Option<&HeaderValue>, body: &Bytes) -> Bytes {
    if let Ok(mut json) = serde_json::from_slice::<Value>(body) {
        redact(&mut json);
        return json.to_string().into();
    }
    let form = content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    match std::str::from_utf8(body) {
        Ok(text) if form => redacted_pairs(text).into(),
        _ if body.is_empty() => Bytes::new(),
        _ => Bytes::from_static(REDACTED.as_bytes()),
    }
}

fn redacted_pairs(pairs: &str) -> String {
    let pairs = pairs.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if SECRET_FIELDS.contains(&name) => format!("{name}={REDACTED}"),
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn redact(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if SECRET_FIELDS.contains(&name.as_str()) && field.is_string() {
                    *field = REDACTED.into();
                } else {
                    redact(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}
