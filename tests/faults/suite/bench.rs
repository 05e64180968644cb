//! The environment of a case: a client on a backend, and the faulty server.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use immich_hyper::HyperBackend;
use immich_mock::{ManualTimer, MockSend};
use immich_reqwest::{ReqwestBackend, reqwest};
use immich_sdk::api::GetServerVersion;
use immich_sdk::http::{Request, Response};
use immich_sdk::{Body, Client, ClientBuilder, HttpSend, Operation, ResponseBody, RetryPolicy, Timer, TransportError};
use serde_json::json;

use super::server::Server;

/// The key of every client. Only the server of the base URL may ever see it, and no error may show it.
pub const KEY: &str = "canary-7f31c9";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Hyper,
    Reqwest,
    /// Over HTTP/2.
    HyperHttp2,
    /// Over HTTP/2.
    ReqwestHttp2,
    /// In memory.
    Mock,
}

/// The server behind the client.
pub enum Behind {
    Tcp(Server),
    Mock(MockSend),
}

pub struct Bench {
    pub backend: Backend,
    pub behind: Behind,
    /// Another origin, which may see nothing secret.
    pub elsewhere: Option<Server>,
    pub retry: Option<u32>,
    /// Where requests with the key went, as the backend saw it.
    origins: Arc<Mutex<Vec<String>>>,
}

impl Bench {
    pub fn new(backend: Backend, behind: Behind, retry: Option<u32>) -> Self {
        Self { backend, behind, elsewhere: None, retry, origins: Arc::default() }
    }

    pub fn url(&self) -> String {
        match &self.behind {
            Behind::Tcp(server) => server.url(),
            Behind::Mock(_) => "https://immich.test".to_owned(),
        }
    }

    pub fn server(&self) -> &Server {
        match &self.behind {
            Behind::Tcp(server) => server,
            Behind::Mock(_) => panic!("this case is for TCP"),
        }
    }

    pub fn server_mut(&mut self) -> &mut Server {
        match &mut self.behind {
            Behind::Tcp(server) => server,
            Behind::Mock(_) => panic!("this case is for TCP"),
        }
    }

    pub fn builder(&self) -> ClientBuilder {
        let builder = Client::builder(self.url()).api_key(KEY);
        let builder = match (self.backend, &self.behind) {
            (Backend::Hyper, _) => builder.backend(self.watched(HyperBackend::new().expect("a backend"))),
            (Backend::Reqwest, _) => builder.backend(self.watched(ReqwestBackend::new().expect("a backend"))),
            (Backend::HyperHttp2, _) => builder.backend(self.watched(hyper_http2())),
            (Backend::ReqwestHttp2, _) => builder.backend(self.watched(reqwest_http2())),
            (Backend::Mock, Behind::Mock(mock)) => builder.backend(self.watched(mock.clone())),
            (Backend::Mock, Behind::Tcp(_)) => panic!("the mock has no TCP"),
        };
        match self.retry {
            Some(attempts) => builder.retry(quick().max_attempts(attempts)),
            None => builder,
        }
    }

    pub fn watched<S>(&self, next: S) -> Watched<S> {
        Watched { next, origins: Arc::clone(&self.origins) }
    }

    /// The timer that only the test moves.
    pub fn timer(&self) -> Option<ManualTimer> {
        match &self.behind {
            Behind::Mock(mock) => Some(mock.timer()),
            Behind::Tcp(_) => None,
        }
    }

    /// How many requests the server saw.
    pub fn requests(&self) -> usize {
        match &self.behind {
            Behind::Tcp(server) => server.heads().len(),
            Behind::Mock(mock) => mock.requests().len(),
        }
    }

    /// Where the key went that is neither the origin of the base URL nor the https form of it.
    pub fn leaks(&self) -> Vec<String> {
        let base = self.url();
        let upgraded = base.replace("http://", "https://");
        let mut leaks = self.origins.lock().unwrap_or_else(PoisonError::into_inner).clone();
        leaks.retain(|origin| *origin != base && *origin != upgraded);
        if self.elsewhere.as_ref().is_some_and(|elsewhere| elsewhere.was_sent(KEY)) {
            leaks.push("the other server".to_owned());
        }
        leaks
    }

    /// Requests that came to the base URL without the key: the canary would not sing if it were never let out.
    pub fn without_key(&self) -> usize {
        match &self.behind {
            Behind::Tcp(server) => server.heads().iter().filter(|head| !head.contains(KEY)).count(),
            Behind::Mock(_) => 0,
        }
    }
}

/// A client that speaks HTTP/2 from the start: there is no TLS to agree on it.
fn hyper_http2() -> HyperBackend<HttpConnector> {
    HyperBackend::from_client(
        hyper_util::client::legacy::Client::builder(TokioExecutor::new()).http2_only(true).build_http(),
    )
}

fn reqwest_http2() -> ReqwestBackend {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let tls =
        tls.expect("versions of TLS").with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
    let client = reqwest::Client::builder().tls_backend_preconfigured(tls).http2_prior_knowledge().no_proxy();
    let client = client.redirect(reqwest::redirect::Policy::none()).retry(reqwest::retry::never());
    ReqwestBackend::from_client(client.build().expect("a client"))
}

/// Waits that are as good as none.
pub fn quick() -> RetryPolicy {
    RetryPolicy::default().base_delay(Duration::from_millis(1)).max_retry_after(Duration::from_secs(5))
}

/// Around a backend: notes where the key goes, and responses for the version, so that a case has its fault alone.
pub struct Watched<S> {
    next: S,
    origins: Arc<Mutex<Vec<String>>>,
}

#[async_trait]
impl<S: HttpSend> HttpSend for Watched<S> {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let operation = request.extensions().get::<&'static Operation>();
        if operation.is_some_and(|operation| operation.id == GetServerVersion::OPERATION.id) {
            let version = json!({"major": 3, "minor": 1, "patch": 0}).to_string();
            return Ok(Response::new(version.into()));
        }
        let marked = |value: &[u8]| value.windows(KEY.len()).any(|window| window == KEY.as_bytes());
        let in_headers = request.headers().values().any(|value| marked(value.as_bytes()));
        if in_headers || marked(request.uri().to_string().as_bytes()) {
            let uri = request.uri();
            let origin =
                format!("{}://{}", uri.scheme_str().unwrap_or_default(), uri.authority().map_or("", |a| a.as_str()));
            self.origins.lock().unwrap_or_else(PoisonError::into_inner).push(origin);
        }
        self.next.send(request).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.next.timer()
    }
}
