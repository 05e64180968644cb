//! 2.x and 3.x servers, in memory and over TCP.

use std::sync::Arc;

use immich_sdk::mock::{FakeImmich, Served};
use immich_sdk::{Client, ClientBuilder, HttpSend, ServerVersion};

use crate::wire::{Seen, Wire};

pub const TWO: ServerVersion = ServerVersion::new(2, 7, 5);
pub const THREE: ServerVersion = ServerVersion::new(3, 1, 0);

/// The headers that can hold a credential.
const CREDENTIALS: [&str; 6] =
    ["x-api-key", "authorization", "x-immich-session-token", "x-immich-share-key", "x-immich-share-slug", "cookie"];

pub struct Setup {
    pub server: FakeImmich,
    pub wire: Wire,
    pub url: String,
    backend: Arc<dyn HttpSend>,
    _served: Option<Served>,
}

impl Setup {
    pub fn in_memory(version: ServerVersion) -> Self {
        let server = FakeImmich::with_version(version);
        let wire = Wire::to(server.clone());
        let backend = Arc::new(wire.clone());
        Self { server, wire, url: "http://immich.test".to_owned(), backend, _served: None }
    }

    async fn over_tcp(version: ServerVersion, backend: impl HttpSend + 'static) -> Self {
        let server = FakeImmich::with_version(version);
        let wire = Wire::to(server.clone());
        let served = Served::start(wire.clone()).await.expect("a port");
        Self { server, wire, url: served.url(), backend: Arc::new(backend), _served: Some(served) }
    }

    /// Each version in memory, over hyper, and over reqwest.
    pub async fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for version in [TWO, THREE] {
            all.push(Self::in_memory(version));
            all.push(Self::over_tcp(version, immich_sdk::backend::HyperBackend::new().expect("a backend")).await);
            all.push(Self::over_tcp(version, immich_sdk::backend::ReqwestBackend::new().expect("a backend")).await);
        }
        all
    }

    pub fn backend(&self) -> Arc<dyn HttpSend> {
        Arc::clone(&self.backend)
    }

    /// A client without a credential.
    pub fn builder(&self) -> ClientBuilder {
        Client::builder(&self.url).backend(self.backend())
    }

    /// A client with the administrator's API key.
    pub fn client(&self) -> Client {
        self.builder().api_key(self.server.api_key()).build().expect("a client")
    }

    /// Takes the only request that arrived since the last call.
    pub fn take_request(&self) -> Seen {
        let [seen] = <[Seen; 1]>::try_from(self.wire.take()).ok().expect("one request");
        seen
    }

    /// Takes the only request that arrived, and returns its credentials.
    pub fn take_credentials(&self) -> Vec<(&'static str, String)> {
        credentials(&self.take_request())
    }
}

/// The credentials that a request carries.
pub fn credentials(seen: &Seen) -> Vec<(&'static str, String)> {
    CREDENTIALS.into_iter().filter_map(|name| Some((name, seen.header(name)?.to_owned()))).collect()
}
