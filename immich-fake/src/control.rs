//! The fake server with its control routes and its log.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use http::header::{CONTENT_TYPE, ORIGIN};
use http::{Method, Request, Response, StatusCode};
use immich_core::{Body, HttpSend, ResponseBody, TransportError, TransportErrorKind};
use immich_mock::FakeImmich;
use serde_json::json;

use crate::options::Options;
use crate::routes::{self, Reply};

/// The path of the control routes.
const PREFIX: &str = "/_fake";

/// A fake server, and what its control routes may do.
#[derive(Clone, Debug)]
pub(crate) struct Controlled {
    pub(crate) server: FakeImmich,
    /// The file to save to on request.
    pub(crate) state_file: Option<Arc<PathBuf>>,
    /// Whether a request may name folders of this machine: not if other machines can send it.
    pub(crate) may_read_folders: bool,
    is_logged: bool,
}

impl Controlled {
    pub(crate) fn new(server: FakeImmich, options: &Options) -> Self {
        let state_file = options.state.clone().map(Arc::new);
        Self { server, state_file, may_read_folders: options.host.is_loopback(), is_logged: options.log }
    }

    async fn control(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let (head, body) = request.into_parts();
        let broken = |error: io::Error| TransportError::new(TransportErrorKind::RequestBody).with_source(error);
        let body = body.bytes().await.map_err(broken)?;
        let route = head.uri.path()[PREFIX.len()..].trim_end_matches('/').to_owned();
        // A page in a browser of the same machine must not control the server.
        let reply = if head.headers.contains_key(ORIGIN) {
            Err((StatusCode::FORBIDDEN, "control requests must not come from a web page".to_owned()))
        } else {
            let this = self.clone();
            // Folders and files are read and written here.
            let work = move || routes::respond(&this, &head.method, &route, &body);
            tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
                Err((StatusCode::INTERNAL_SERVER_ERROR, format!("the control route failed: {error}")))
            })
        };
        Ok(respond(reply))
    }

    /// Writes a request to the standard error stream. Queries and headers may contain secrets, so they are left out.
    fn log(&self, method: &Method, path: &str, outcome: &str, started: Instant) {
        if self.is_logged {
            let millis = started.elapsed().as_millis();
            drop(writeln!(io::stderr().lock(), "{method} {path} {outcome} {millis} ms"));
        }
    }
}

fn respond(reply: Result<Reply, (StatusCode, String)>) -> Response<ResponseBody> {
    let (status, text) = match reply {
        Ok(Reply::Nothing) => (StatusCode::NO_CONTENT, String::new()),
        Ok(Reply::Json(json)) => (StatusCode::OK, json.to_string()),
        Ok(Reply::Text(json)) => (StatusCode::OK, json),
        Err((status, message)) => (status, json!({ "error": message }).to_string()),
    };
    let mut response = Response::new(ResponseBody::from(text));
    *response.status_mut() = status;
    if status != StatusCode::NO_CONTENT {
        response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    }
    response
}

#[async_trait]
impl HttpSend for Controlled {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let (method, path, started) = (request.method().clone(), request.uri().path().to_owned(), Instant::now());
        let is_control = path.strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let outcome = if is_control { self.control(request).await } else { self.server.send(request).await };
        match &outcome {
            Ok(response) => self.log(&method, &path, response.status().as_str(), started),
            Err(_) => self.log(&method, &path, "no response", started),
        }
        outcome
    }
}
