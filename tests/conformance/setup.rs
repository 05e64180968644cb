//! A backend, and the script of the server behind it.

use std::sync::Arc;

use immich_sdk::bridge::{Bridge, BridgeHandle, LocalBody, LocalHttpSend, LocalTimer};
use immich_sdk::mock::{MockSend, Served};
use immich_sdk::{Body, Client, ClientBuilder, HttpSend, TransportError, http};

/// The key of every client. No server but the scripted one may see it.
pub const KEY: &str = "canary-5c1f";

pub struct Setup {
    /// The responses of the server, and the requests that it got.
    pub server: MockSend,
    pub backend: Arc<dyn HttpSend>,
    pub url: String,
    _served: Option<Served>,
}

impl Setup {
    pub async fn memory() -> Self {
        let server = MockSend::new();
        Self { backend: Arc::new(server.clone()), server, url: "http://immich.test".into(), _served: None }
    }

    pub async fn hyper() -> Self {
        Self::over_tcp(immich_sdk::backend::HyperBackend::new().expect("a backend")).await
    }

    pub async fn reqwest() -> Self {
        Self::over_tcp(immich_sdk::backend::ReqwestBackend::new().expect("a backend")).await
    }

    pub async fn ureq() -> Self {
        Self::over_tcp(immich_ureq::UreqBackend::new().expect("a backend")).await
    }

    /// hyper as if it were bound to a thread.
    pub async fn bridged() -> Self {
        Self::over_tcp(bridged(immich_sdk::backend::HyperBackend::new().expect("a backend"))).await
    }

    async fn over_tcp(backend: impl HttpSend + 'static) -> Self {
        let server = MockSend::new();
        let served = Served::start(server.clone()).await.expect("a port");
        Self { server, backend: Arc::new(backend), url: served.url(), _served: Some(served) }
    }

    pub fn builder(&self) -> ClientBuilder {
        Client::builder(&self.url).api_key(KEY).backend(Arc::clone(&self.backend))
    }

    pub fn client(&self) -> Client {
        self.builder().build().expect("a client")
    }
}

/// A bridge to a backend that runs on a thread of its own.
pub fn bridged(backend: impl HttpSend + 'static) -> BridgeHandle {
    let timer = backend.timer().expect("a timer");
    let timer = LocalTimer::new(move |duration| timer.sleep(duration));
    let (handle, host) = Bridge::new().timer(timer).open();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(host.run(Local(backend)));
    });
    handle
}

/// A backend where nothing needs to be `Send`.
struct Local<S>(S);

impl<S: HttpSend> LocalHttpSend for Local<S> {
    async fn send(&self, request: http::Request<Body>) -> Result<http::Response<LocalBody>, TransportError> {
        Ok(self.0.send(request).await?.map(LocalBody::from))
    }
}

/// Bytes of which no two stretches are alike.
pub fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
