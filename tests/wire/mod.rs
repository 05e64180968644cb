//! A backend that keeps what a server saw, secrets and all.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use immich_sdk::bytes::Bytes;
use immich_sdk::http::{HeaderMap, Method, Request, Response, Uri};
use immich_sdk::{Body, HttpSend, ResponseBody, Timer, TransportError};
use serde_json::Value;

/// A server, and everything that it was sent. Clones are the same.
#[derive(Clone)]
pub struct Wire {
    server: Arc<dyn HttpSend>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// A request as it arrived.
#[derive(Clone)]
pub struct Seen {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Wire {
    pub fn to(server: impl HttpSend + 'static) -> Self {
        Self { server: Arc::new(server), seen: Arc::default() }
    }

    /// The requests that arrived since the last call, in order.
    pub fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().expect("no panic"))
    }
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// Everything, as text.
    pub fn text(&self) -> String {
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {}\n", value.to_str().expect("text")));
        let headers: String = headers.collect();
        format!("{} {}\n{headers}\n{}", self.method, self.uri, String::from_utf8_lossy(&self.body))
    }
}

#[async_trait]
impl HttpSend for Wire {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let (head, body) = request.into_parts();
        let body = body.bytes().await.expect("a body");
        let (method, uri, headers) = (head.method.clone(), head.uri.clone(), head.headers.clone());
        self.seen.lock().expect("no panic").push(Seen { method, uri, headers, body: body.clone() });
        self.server.send(Request::from_parts(head, body.into())).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.server.timer()
    }
}
