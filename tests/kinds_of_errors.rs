//! Errors that programs tell apart.

use immich_sdk::api::GetServerVersion;
use immich_sdk::mock::{FakeImmich, MockSend, Reply};
use immich_sdk::{AlbumId, AssetId, Client, ServerVersion};

#[tokio::test]
async fn what_is_not_there_is_told_from_what_is_refused() {
    for version in [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)] {
        let server = FakeImmich::with_version(version);
        let client = Client::builder("http://immich.test").backend(server.clone()).api_key(server.api_key());
        let client = client.build().expect("a client");
        let id: AssetId = "3fa85f64-5717-4562-b3fc-2c963f66afa6".parse().expect("an id");
        let info = client.assets().get_asset_info(id).await.expect_err("no asset");
        let original = client.assets().download_asset(id).await.expect_err("no original");
        let album = client.albums().get_album_info(AlbumId::from(id.0)).await.expect_err("no album");
        for error in [info, original, album] {
            assert!(error.is_not_found() && !error.is_from_elsewhere(), "{version}: {error}");
        }
        let refused =
            client.backups().start_database_restore_flow().await.expect_err("a restore that the fake refuses");
        assert!(!refused.is_not_found(), "{refused}");
    }
}

#[tokio::test]
async fn what_is_no_immich_is_told() {
    let server = MockSend::new();
    let page = Reply::bytes("text/html", "<title>Sign in</title>");
    server.on(GetServerVersion::OPERATION).reply(page.clone()).reply(page.with_status(404));
    let client = Client::builder("http://immich.test").backend(server).build().expect("a client");
    for _ in 0..2 {
        let error = client.server().get_server_version().await.expect_err("a page");
        assert!(error.is_from_elsewhere() && !error.is_not_found(), "{error}");
    }
}
