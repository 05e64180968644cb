//! The README's main job, on every backend: up, found, and down again; a second time nothing changes.

#[path = "../examples/quickstart.rs"]
#[allow(dead_code)]
mod quickstart;

use std::path::PathBuf;

use immich_sdk::api::AssetMediaStatus;
use immich_sdk::mock::{FakeImmich, Served};
use immich_sdk::{Client, HttpSend, ServerVersion};

const VERSIONS: [ServerVersion; 2] = [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)];

async fn twice(server: &FakeImmich, url: &str, backend: impl HttpSend + 'static) {
    let photos = [PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/photos"))];
    let client = Client::builder(url).api_key(server.api_key()).backend(backend).build().expect("a client");
    for (status, added) in [(AssetMediaStatus::Created, 4), (AssetMediaStatus::Duplicate, 0)] {
        let report = quickstart::transfer(&client, &photos).await.expect("a report");
        assert!(report.is_complete() && report.files.len() == 4, "{report:?}");
        assert!(report.files.iter().all(|file| file.status == status), "{report:?}");
        assert_eq!(report.added, added);
        assert_eq!(server.assets().len(), 4);
    }
}

#[tokio::test]
async fn in_memory() {
    for version in VERSIONS {
        let server = FakeImmich::with_version(version);
        twice(&server, "http://immich.test/", server.clone()).await;
    }
}

#[tokio::test]
async fn over_hyper() {
    for version in VERSIONS {
        let server = FakeImmich::with_version(version);
        let served = Served::start(server.clone()).await.expect("a port");
        twice(&server, &served.url(), immich_sdk::backend::HyperBackend::new().expect("a backend")).await;
    }
}

#[tokio::test]
async fn over_reqwest() {
    for version in VERSIONS {
        let server = FakeImmich::with_version(version);
        let served = Served::start(server.clone()).await.expect("a port");
        twice(&server, &served.url(), immich_sdk::backend::ReqwestBackend::new().expect("a backend")).await;
    }
}
