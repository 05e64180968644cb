//! The trouble that the fake server makes, as the HTTP backends see it, with uploads that do not fit into a buffer.

#![cfg(all(feature = "mock", feature = "hyper", feature = "reqwest"))]

use std::sync::Arc;

use http::StatusCode;
use immich_sdk::api::{AssetMediaStatus, UploadAsset};
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::{FakeImmich, Served};
use immich_sdk::{Client, FilePart, HttpSend, RetryPolicy, ServerVersion, TransportErrorKind};

/// More than what sockets and backends hold back.
const LARGE: usize = 4 << 20;

fn backends() -> [(&'static str, Arc<dyn HttpSend>); 2] {
    [
        ("hyper", Arc::new(immich_sdk::backend::HyperBackend::new().expect("a backend"))),
        ("reqwest", Arc::new(immich_sdk::backend::ReqwestBackend::new().expect("a backend"))),
    ]
}

fn photo(name: &str, fill: u8) -> UploadAsset {
    let file = FilePart::new(name, vec![fill; LARGE]);
    UploadAsset::new(file, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH)
}

#[tokio::test]
async fn refused_uploads_get_their_response_whatever_their_size() {
    for (name, backend) in backends() {
        for (version, lost) in [(ServerVersion::new(2, 7, 5), 500), (ServerVersion::new(3, 1, 0), 404)] {
            let server = FakeImmich::with_version(version);
            let served = Served::start(server.clone()).await.expect("a port");
            let client = Client::builder(served.url()).api_key(server.api_key()).backend(Arc::clone(&backend));
            let client = client.retry(RetryPolicy::never()).build().expect("a client");
            let refused = async |fill| {
                let error = client.send(photo("a.jpg", fill)).await.expect_err("refused");
                error.status().unwrap_or_else(|| panic!("{version} over {name}: {error}")).as_u16()
            };
            server.fill_disk(true);
            assert_eq!(refused(1).await, 500);
            server.fill_disk(false);
            server.set_quota(server.user_id(), Some(5));
            assert_eq!(refused(1).await, 400);
            server.set_quota(server.user_id(), None);
            server.refuse_file("a.jpg", StatusCode::FORBIDDEN);
            assert_eq!(refused(1).await, 403);
            server.accept_all_files();
            server.set_gateway_error(Some(StatusCode::BAD_GATEWAY));
            assert_eq!(refused(1).await, 502);
            server.set_gateway_error(None);
            assert_eq!(server.assets().len(), 0);

            server.lose_next_uploads(1);
            assert_eq!(refused(1).await, 500);
            let known = client.send(photo("a.jpg", 1)).await.expect("known");
            assert_eq!(known.status, AssetMediaStatus::Duplicate);
            let error = client.assets().download_asset(known.id).await.expect_err("lost");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(lost), "{version} over {name}");
            assert_eq!(client.send(photo("a.jpg", 2)).await.expect("new").status, AssetMediaStatus::Created);
        }
    }
}

#[tokio::test]
async fn a_server_goes_away_and_comes_back() {
    for (name, backend) in backends() {
        let server = FakeImmich::new();
        let mut served = Served::start(server.clone()).await.expect("a port");
        let client = Client::builder(served.url()).api_key(server.api_key()).backend(backend);
        let client = client.retry(RetryPolicy::never()).build().expect("a client");
        client.server().ping_server().await.expect("there");
        server.go_away();
        let error = client.send(photo("a.jpg", 1)).await.expect_err("away");
        assert!(error.transport_error().is_some(), "{name}: {error}");
        assert!(!server.unanswered().is_empty() && server.assets().is_empty());
        server.come_back();
        assert_eq!(client.send(photo("a.jpg", 1)).await.expect("back").status, AssetMediaStatus::Created);

        served.close().await;
        let error = client.server().ping_server().await.expect_err("closed");
        let kind = error.transport_error().map(immich_sdk::TransportError::kind);
        assert!(matches!(kind, Some(TransportErrorKind::Connect | TransportErrorKind::Closed)), "{name}: {error}");
        served.reopen().await.expect("the same port");
        client.server().ping_server().await.expect("open");
    }
}
