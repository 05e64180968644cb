//! Requests as JSON, without the typed client.

use http::Request;
use immich_core::{Body, HttpSend, Secret};
use immich_mock::FakeImmich;
use serde_json::{Value, json};

/// The sender of requests, with an API key, a session or neither.
pub struct Caller {
    server: FakeImmich,
    /// The name and the value of the header that identifies the sender.
    credential: Option<(&'static str, String)>,
}

#[allow(dead_code)]
impl Caller {
    pub fn new(server: &FakeImmich, key: &Secret) -> Self {
        Self { server: server.clone(), credential: Some(("x-api-key", key.expose().to_owned())) }
    }

    pub fn anonymous(server: &FakeImmich) -> Self {
        Self { server: server.clone(), credential: None }
    }

    pub fn with_token(server: &FakeImmich, token: &str) -> Self {
        Self { server: server.clone(), credential: Some(("authorization", format!("Bearer {token}"))) }
    }

    /// Sends a request to a path below `/api`, and returns the status and the JSON of the response. A body of null is
    /// no body.
    pub async fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(format!("http://immich.test/api{path}"));
        if let Some((name, value)) = &self.credential {
            request = request.header(*name, value);
        }
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let response = self.server.send(request.body(Body::from(body)).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().bytes(10_000_000).await.unwrap().unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

/// The status and the message of a refusal.
#[allow(dead_code)]
pub fn message(response: &(u16, Value)) -> (u16, &str) {
    (response.0, response.1["message"].as_str().unwrap_or_else(|| panic!("no message: {}", response.1)))
}

/// The result of an item that failed.
#[allow(dead_code)]
pub fn failed(id: &Value, error: &str) -> Value {
    json!({ "id": id, "success": false, "error": error })
}
