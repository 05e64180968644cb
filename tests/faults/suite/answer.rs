//! Responses that are HTTP, for the server by hand and for the mock alike.

use immich_mock::Reply;
use immich_sdk::bytes::Bytes;
use immich_sdk::http::Response;
use serde_json::Value;

#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
    pub silent: bool,
    /// The connection ends after this many bytes of the body.
    pub cut: Option<usize>,
}

impl Answer {
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new(), silent: false, cut: None }
    }

    /// None, for as long as the client waits.
    pub fn silence() -> Self {
        Self { silent: true, ..Self::status(200) }
    }

    pub fn json(value: &Value) -> Self {
        Self::bytes("application/json", value.to_string())
    }

    pub fn bytes(content_type: &str, body: impl Into<Bytes>) -> Self {
        let answer = Self { body: body.into(), ..Self::status(200) };
        answer.header("content-type", content_type)
    }

    pub fn cut_after(self, bytes: usize) -> Self {
        Self { cut: Some(bytes), ..self }
    }

    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// As a server writes it.
    pub fn to_wire(&self) -> Bytes {
        let mut head = format!("HTTP/1.1 {} Told\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        let sent = self.cut.unwrap_or(self.body.len());
        [head.as_bytes(), &self.body[..sent]].concat().into()
    }

    /// As a server of HTTP/2 writes it.
    pub fn to_response(&self) -> Response<Bytes> {
        let mut response = Response::builder().status(self.status).header("content-length", self.body.len());
        for (name, value) in &self.headers {
            response = response.header(name, value);
        }
        response.body(self.body.clone()).expect("a response")
    }

    /// As the mock gives it.
    pub fn to_reply(&self) -> Reply {
        if self.silent {
            return Reply::silence();
        }
        let content_type = self.headers.iter().find(|(name, _)| name == "content-type");
        let reply = match content_type {
            Some((_, content_type)) => Reply::bytes(content_type, self.body.clone()).with_status(self.status),
            None => Reply::status(self.status),
        };
        let reply = self.cut.into_iter().fold(reply, Reply::cut_after);
        let others = self.headers.iter().filter(|(name, _)| name != "content-type");
        others.fold(reply, |reply, (name, value)| reply.header(name, value))
    }
}
