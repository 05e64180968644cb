//! The requests that a dying server sees: nothing is done twice.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use immich_sdk::api::{AssetMediaStatus, CreateAlbumDto};
use immich_sdk::backend::HyperBackend;
use immich_sdk::backend::ReqwestBackend;
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::{FakeImmich, Served};
use immich_sdk::{
    Body, Client, ErrorKind, FilePart, GiveUpReason, HttpSend, ResponseBody, RetryPolicy, ServerVersion, Timer,
    TransportError, TransportErrorKind, http,
};
use sha1::{Digest, Sha1};

/// A server that processes requests, and dies before it responds to the first request of each path.
#[derive(Clone)]
struct Dying {
    server: FakeImmich,
    seen: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Dying {
    fn seen(&self, path: &str) -> usize {
        self.seen.lock().expect("no panic").get(path).copied().unwrap_or_default()
    }
}

#[async_trait]
impl HttpSend for Dying {
    async fn send(&self, request: http::Request<Body>) -> Result<http::Response<ResponseBody>, TransportError> {
        let path = request.uri().path().to_owned();
        let count = {
            let mut seen = self.seen.lock().expect("no panic");
            let count = seen.entry(path).or_default();
            *count += 1;
            *count
        };
        let response = self.server.send(request).await?;
        if count == 1 { Err(TransportError::new(TransportErrorKind::Closed)) } else { Ok(response) }
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        HttpSend::timer(&self.server)
    }
}

/// A dying server of each version by each way, and a client that tries again.
async fn each(mut then: impl AsyncFnMut(&Dying, &Client)) {
    for version in [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)] {
        for way in ["memory", "hyper", "reqwest"] {
            let server = FakeImmich::with_version(version);
            let dying = Dying { server: server.clone(), seen: Arc::default() };
            let served = Served::start(dying.clone()).await.expect("a port");
            let backend: Arc<dyn HttpSend> = match way {
                "hyper" => Arc::new(HyperBackend::new().expect("a backend")),
                "reqwest" => Arc::new(ReqwestBackend::new().expect("a backend")),
                _ => Arc::new(dying.clone()),
            };
            let client = Client::builder(served.url()).api_key(server.api_key()).backend(backend);
            let client = client.retry(RetryPolicy::default().random(|| 0.0)).build().expect("a client");
            then(&dying, &client).await;
        }
    }
}

#[tokio::test]
async fn an_album_is_created_once() {
    each(async |dying, client| {
        let error = client.albums().create_album(CreateAlbumDto::new("one")).await.expect_err("no answer");
        assert_eq!(error.kind(), ErrorKind::Transport);
        let attempts = error.attempts().expect("attempts");
        assert_eq!((attempts.made, attempts.stopped), (1, GiveUpReason::MayHaveBeenDone));
        assert_eq!(dying.seen("/api/albums"), 1);
        // The server had done it: what is read is requested as often as it takes.
        assert_eq!(client.albums().get_all_albums().await.expect("albums").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_read_is_asked_for_again() {
    each(async |dying, client| {
        client.users().get_my_user().await.expect("the second answer");
        assert_eq!(dying.seen("/api/users/me"), 2);
    })
    .await;
}

#[tokio::test]
async fn an_upload_with_its_checksum_is_sent_again_and_ends_as_one_asset() {
    each(async |dying, client| {
        let checksum = BASE64.encode(Sha1::digest("a photo"));
        let (photo, taken) = (FilePart::new("a.jpg", "a photo"), Timestamp::UNIX_EPOCH);
        let upload = client.assets().upload_asset(photo, taken, taken).x_immich_checksum(&checksum);
        let answer = upload.await.expect("the second answer");
        assert_eq!(answer.status, AssetMediaStatus::Duplicate, "the first attempt had done it");
        assert_eq!(dying.seen("/api/assets"), 2);
        let [asset] = &dying.server.assets()[..] else { panic!("one asset") };
        assert_eq!((asset.id, &asset.bytes[..]), (answer.id, &b"a photo"[..]));
    })
    .await;
}

#[tokio::test]
async fn an_upload_without_its_checksum_is_sent_once() {
    each(async |dying, client| {
        let (photo, taken) = (FilePart::new("a.jpg", "a photo"), Timestamp::UNIX_EPOCH);
        let error = client.assets().upload_asset(photo, taken, taken).await.expect_err("no answer");
        assert_eq!(error.attempts().map(|attempts| attempts.stopped), Some(GiveUpReason::MayHaveBeenDone));
        assert_eq!((dying.seen("/api/assets"), dying.server.assets().len()), (1, 1));
    })
    .await;
}
