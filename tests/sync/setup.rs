//! A server, and a client of it with one of the backends.

use immich_sdk::api::{GetSyncStream, SyncRequestType, SyncStreamDto};
use immich_sdk::backend::HyperBackend;
use immich_sdk::backend::ReqwestBackend;
use immich_sdk::mock::{MockSend, Reply, Served};
use immich_sdk::stream::{SyncEvent, SyncEvents};
use immich_sdk::{Client, Error, HttpSend, ServerVersion};

pub const VERSIONS: [ServerVersion; 2] = [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)];

#[derive(Clone, Copy)]
pub enum Backend {
    Memory,
    Hyper,
    Reqwest,
}

/// A client, and its server, which stops when this is dropped.
pub struct Setup {
    pub client: Client,
    _served: Option<Served>,
}

impl Backend {
    pub async fn client(self, server: impl HttpSend + Clone + 'static) -> Setup {
        let builder = |url: &str| Client::builder(url).access_token("canary-5c1f");
        if let Self::Memory = self {
            let client = builder("http://immich.test").backend(server).build().expect("a client");
            return Setup { client, _served: None };
        }
        let served = Served::start(server).await.expect("a port");
        let builder = builder(&served.url());
        let builder = match self {
            Self::Hyper => builder.backend(HyperBackend::new().expect("a backend")),
            _ => builder.backend(ReqwestBackend::new().expect("a backend")),
        };
        Setup { client: builder.build().expect("a client"), _served: Some(served) }
    }

    /// A client of a server that responds to sync requests with `reply`.
    pub async fn with_reply(self, reply: Reply) -> Setup {
        let server = MockSend::new();
        server.on(GetSyncStream::OPERATION).reply(reply);
        self.client(server).await
    }
}

impl Setup {
    pub async fn events(&self) -> Result<SyncEvents, Error> {
        self.client.sync().get_sync_stream(SyncStreamDto::new([SyncRequestType::AssetsV2])).events().await
    }
}

pub fn jsonlines(text: impl Into<String>) -> Reply {
    Reply::bytes("application/jsonlines+json", text.into())
}

/// The debug output of an event, for comparisons.
pub fn debug_text(event: &SyncEvent) -> String {
    format!("{event:?}")
}

/// Reads the events until the end, or until the first error.
pub async fn read(events: &mut SyncEvents) -> (Vec<SyncEvent>, Result<(), Error>) {
    let mut read = Vec::new();
    loop {
        match events.next().await {
            Ok(Some(event)) => read.push(event),
            Ok(None) => return (read, Ok(())),
            Err(error) => return (read, Err(error)),
        }
    }
}
