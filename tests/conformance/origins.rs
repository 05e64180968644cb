//! Redirects and discovery: where requests and secrets go.

use immich_sdk::api::{CreateAlbum, CreateAlbumDto, DownloadAsset, GetServerVersion, ViewAsset};
use immich_sdk::http::Method;
use immich_sdk::mock::{MockSend, Reply, Served};
use immich_sdk::{AssetId, ErrorKind};
use serde_json::json;

use crate::setup::{KEY, Setup};

pub async fn a_redirect_on_the_origin_is_followed_with_the_key(setup: Setup) {
    setup.server.on(ViewAsset::OPERATION).reply(Reply::status(302).header("location", "original?")).times(1);
    let with_key = setup.server.on(DownloadAsset::OPERATION).when(|request| request.header("x-api-key").is_some());
    with_key.reply(Reply::bytes("image/jpeg", "photo")).times(1);
    let answer = setup.client().assets().view_asset(AssetId::default()).await.expect("the original");
    assert_eq!(&answer.bytes(10).await.expect("bytes")[..], b"photo");
}

pub async fn a_redirect_to_another_origin_is_not_followed(setup: Setup) {
    let elsewhere = MockSend::new();
    let served = Served::start(elsewhere.clone()).await.expect("a port");
    let target = format!("{}/api/server/version?key={KEY}", served.url());
    for status in [301, 302, 303, 307, 308] {
        let reply = Reply::status(status).header("location", &target);
        setup.server.on(GetServerVersion::OPERATION).reply(reply).times(1);
        let error = setup.client().server().get_server_version().await.expect_err("a redirect");
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Api, Some(status)));
        let told = format!("{error} {error:?}");
        assert!(told.contains(&served.url()) && !told.contains(KEY), "{told}");
    }
    assert_eq!(elsewhere.requests().len(), 0, "the other origin saw nothing");
}

pub async fn a_redirected_upload_is_not_repeated(setup: Setup) {
    let reply = Reply::status(307).header("location", "/api/albums/again");
    setup.server.on(CreateAlbum::OPERATION).reply(reply).times(1);
    let error = setup.client().albums().create_album(CreateAlbumDto::new("one")).await.expect_err("a redirect");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(307));
    assert_eq!(setup.server.requests().len(), 1);
}

pub async fn a_circle_of_redirects_ends(setup: Setup) {
    setup.server.on(GetServerVersion::OPERATION).reply(Reply::status(302).header("location", "version"));
    let error = setup.client().server().get_server_version().await.expect_err("a circle");
    assert_eq!(error.kind(), ErrorKind::Api);
    assert!(setup.server.requests().len() <= 10, "{} requests", setup.server.requests().len());
}

pub async fn discovery_carries_no_credential(setup: Setup) {
    let told = Reply::json(&json!({"api": {"endpoint": "/photos/api"}}));
    setup.server.on_path(Method::GET, "/.well-known/immich").reply(told).times(1);
    let version = json!({"major": 3, "minor": 1, "patch": 0});
    setup.server.on_path(Method::GET, "/photos/api/server/version").reply(Reply::json(&version)).times(1);

    let builder = setup.builder().header("cf-access", "secret").discover().await.expect("the address");
    let client = builder.build().expect("a client");
    client.server().get_server_version().await.expect("a version");

    let [discovery, call] = &setup.server.requests()[..] else { panic!("two requests") };
    assert_eq!((discovery.header("x-api-key"), discovery.header("cf-access")), (None, None));
    assert!(call.header("x-api-key").is_some() && call.header("cf-access").is_some());
}
