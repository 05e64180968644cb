//! The server version: requested once, cached, and requested again if a response contradicts it.

use std::time::Duration;

use immich_sdk::api::{
    AddAssetsToAlbum, AlbumResponseDto, AssetMediaStatus, CreateAlbum, CreateAlbumDto, GetAllAlbums, GetServerVersion,
    GetSyncStream, MemoriesStatistics, PingServer, SearchAssetFiles, SearchMemories, SyncRequestType, SyncStreamDto,
    UpdateAlbumDto, UpdateAlbumInfo, UploadAsset,
};
use immich_sdk::jiff::{self, Timestamp};
use immich_sdk::mock::{FakeImmich, MockSend, Reply};
use immich_sdk::{AlbumId, AssetId, Client, Error, ErrorKind, FilePart, Patch, ServerVersion, TransportErrorKind};
use serde_json::json;

use crate::setup::{Setup, THREE, TWO};
use crate::wire::{Seen, Wire};

async fn upload(client: &Client, name: &str) -> Result<AssetMediaStatus, Error> {
    let (photo, taken) = (FilePart::new(name, name.to_owned()), Timestamp::UNIX_EPOCH);
    let call = client.assets().upload_asset(photo, taken, taken).duration(Duration::from_millis(5250));
    call.await.map(|asset| asset.status)
}

/// The paths of the received requests.
fn paths(seen: &[Seen]) -> Vec<&str> {
    seen.iter().map(|seen| seen.uri.path()).collect()
}

/// The form of an upload: that of 2.x, of 3.x, or one that every version accepts.
fn form(seen: &Seen) -> &'static str {
    let body = String::from_utf8_lossy(&seen.body);
    match (body.contains("deviceAssetId"), body.contains("\r\n\r\n0:00:05.250\r\n")) {
        (true, true) => "2.x",
        (true, false) => "every version",
        (false, false) => "3.x",
        (false, true) => "of none",
    }
}

#[tokio::test]
async fn the_version_is_requested_once_and_cached() {
    for setup in Setup::all().await {
        let client = setup.client();
        for _ in 0..2 {
            assert_eq!(client.server_version().await.expect("a version"), setup.server.version());
        }
        let other = client.with_credential(immich_sdk::Credential::ApiKey(setup.server.api_key())).expect("a client");
        upload(&client, "one.mp4").await.expect("an upload");
        upload(&other, "two.mp4").await.expect("an upload");
        let seen = setup.wire.take();
        assert_eq!(paths(&seen), ["/api/server/version", "/api/assets", "/api/assets"]);
        let expected = if setup.server.version() == TWO { "2.x" } else { "3.x" };
        assert!(seen[1..].iter().all(|seen| form(seen) == expected));

        client.forget_server_version();
        client.server_version().await.expect("a version");
        assert_eq!(paths(&setup.wire.take()), ["/api/server/version"]);
    }
}

#[tokio::test]
async fn operations_that_a_server_lacks_are_unsupported() {
    let setup = Setup::in_memory(THREE);
    #[allow(deprecated)]
    let error = setup.client().assets().get_random().await.expect_err("it is gone");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.server_version(), Some(THREE));
    let message = error.to_string();
    assert!(
        message.contains("getRandom") && message.contains("2.7.5 or older") && message.contains("3.1.0"),
        "{message}"
    );

    let setup = Setup::in_memory(TWO);
    let (client, people) = (setup.client(), [immich_sdk::PersonId::default()]);
    let newer = client.people().merge_people(immich_sdk::api::MergePersonDto::new(people));
    let error = newer.await.expect_err("it is not there yet");
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    let message = error.to_string();
    assert!(message.contains("mergePeople") && message.contains("or newer") && message.contains("2.7.5"), "{message}");
}

#[tokio::test]
async fn an_unknown_route_refreshes_the_version() {
    let setup = Setup::in_memory(TWO);
    let client = setup.client();
    client.server_version().await.expect("a version");
    setup.server.set_version(THREE);
    #[allow(deprecated)]
    let error = client.assets().get_random().await.expect_err("it is gone");
    assert_eq!((error.kind(), error.server_version()), (ErrorKind::Unsupported, Some(THREE)));
    assert_eq!(paths(&setup.wire.take()), ["/api/server/version", "/api/assets/random", "/api/server/version"]);
    upload(&client, "one.mp4").await.expect("the form of the new version");
}

#[tokio::test]
async fn no_upload_fails_because_of_a_server_upgrade() {
    for (before, after, form_after) in [(TWO, THREE, "3.x"), (THREE, TWO, "2.x")] {
        let setup = Setup::in_memory(before);
        let client = setup.client();
        upload(&client, "one.mp4").await.expect("the form of the version");
        setup.server.set_version(after);
        setup.wire.take();

        assert_eq!(upload(&client, "two.mp4").await.expect("the right form"), AssetMediaStatus::Created);
        let seen = setup.wire.take();
        assert_eq!(paths(&seen), ["/api/assets", "/api/server/version", "/api/assets"]);
        assert_eq!(form(&seen[2]), form_after);
        assert_eq!(setup.server.assets().len(), 2);
    }
}

#[tokio::test]
async fn an_upload_that_can_be_read_once_fails_after_an_upgrade() {
    let setup = Setup::in_memory(TWO);
    let client = setup.client();
    upload(&client, "one.mp4").await.expect("the form of the version");
    setup.server.set_version(THREE);
    setup.wire.take();
    let once = || {
        let chunks = futures_util::stream::iter([Ok(bytes::Bytes::from_static(b"two"))]);
        FilePart::new("two.mp4", immich_sdk::Body::stream(chunks, Some(3)))
    };
    let call = |part| client.assets().upload_asset(part, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    let error = call(once()).duration(Duration::from_millis(5250)).await.expect_err("the form of the version before");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
    assert_eq!(paths(&setup.wire.take()), ["/api/assets"], "it is not sent without its bytes");
    call(once()).duration(Duration::from_millis(5250)).await.expect("the right form");
}

#[tokio::test]
async fn a_rejected_sync_stream_refreshes_the_version() {
    let mock = MockSend::new();
    mock.version(TWO);
    let refusal = Reply::json(&json!({ "message": "AssetsV1 is deprecated" })).with_status(400);
    drop(mock.on(GetSyncStream::OPERATION).reply(refusal));
    let client = Client::builder("http://immich.test").backend(mock.clone()).build().expect("a client");
    let wanted = || client.sync_types([SyncRequestType::AssetsV2]);
    let types = wanted().await.expect("types");
    assert_eq!(types, [SyncRequestType::AssetsV1]);
    mock.version(THREE);
    let stream = client.sync().get_sync_stream(SyncStreamDto::new(types));
    stream.events().await.expect_err("the server was upgraded");
    assert_eq!(wanted().await.expect("types"), [SyncRequestType::AssetsV2]);
}

/// A server behind a proxy that responds to version requests itself.
fn behind_a_proxy(reply: Reply) -> (MockSend, Wire, Client) {
    let server = MockSend::new();
    server.on(GetServerVersion::OPERATION).reply(reply);
    let created = json!({"id": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "status": "created"});
    server.on(UploadAsset::OPERATION).reply(Reply::json(&created).with_status(201));
    let wire = Wire::to(server.clone());
    let client = Client::builder("http://immich.test").api_key("key").backend(wire.clone()).build().expect("a client");
    (server, wire, client)
}

#[tokio::test]
async fn an_upload_has_the_form_of_every_version_if_the_version_is_unknown() {
    let page = || Reply::bytes("text/html", "<title>403</title>");
    for reply in [page().with_status(403), Reply::status(404), page(), Reply::json(&json!({"major": "three"}))] {
        let (_server, wire, client) = behind_a_proxy(reply);
        for name in ["one.mp4", "two.mp4"] {
            assert_eq!(upload(&client, name).await.expect("an upload"), AssetMediaStatus::Created);
        }
        let seen = wire.take();
        let requests = seen.iter().filter(|seen| seen.uri.path() == "/api/server/version").count();
        assert_eq!(requests, 1, "an unknown version is not requested repeatedly");
        assert!(seen.iter().filter(|seen| seen.uri.path() == "/api/assets").all(|seen| form(seen) == "every version"));
        client.server_version().await.expect_err("an explicit request returns the error");
    }
}

#[tokio::test]
async fn a_failed_version_request_is_repeated_with_the_next_upload() {
    for reply in [Reply::status(503), Reply::failure(TransportErrorKind::Closed)] {
        let version = Reply::json(&json!({"major": 3, "minor": 1, "patch": 0}));
        let server = MockSend::new();
        server.on(GetServerVersion::OPERATION).reply(reply).reply(version);
        let created = json!({"id": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "status": "created"});
        server.on(UploadAsset::OPERATION).reply(Reply::json(&created).with_status(201));
        let wire = Wire::to(server);
        let client = Client::builder("http://immich.test").api_key("key").backend(wire.clone());
        let client = client.build().expect("a client");
        upload(&client, "one.mp4").await.expect("an upload");
        upload(&client, "two.mp4").await.expect("an upload");
        let seen = wire.take();
        assert_eq!(seen.len(), 4);
        assert_eq!((form(&seen[1]), form(&seen[3])), ("every version", "3.x"));
    }
}

#[tokio::test]
async fn the_form_of_every_version_is_accepted_by_every_version() {
    for version in [TWO, THREE] {
        let fake = FakeImmich::with_version(version);
        let refusing = MockSend::new();
        refusing.on(GetServerVersion::OPERATION).reply(Reply::status(403));
        // Only version requests end at the proxy.
        struct Front(MockSend, FakeImmich);
        #[async_trait::async_trait]
        impl immich_sdk::HttpSend for Front {
            async fn send(
                &self,
                request: immich_sdk::http::Request<immich_sdk::Body>,
            ) -> Result<immich_sdk::http::Response<immich_sdk::ResponseBody>, immich_sdk::TransportError> {
                if request.uri().path().ends_with("/server/version") {
                    self.0.send(request).await
                } else {
                    self.1.send(request).await
                }
            }
        }
        let client =
            Client::builder("http://immich.test").api_key(fake.api_key()).backend(Front(refusing, fake.clone()));
        let client = client.build().expect("a client");
        assert_eq!(upload(&client, "one.mp4").await.expect("an upload"), AssetMediaStatus::Created, "{version}");
    }
}

#[tokio::test]
async fn an_unreachable_server_is_an_error_of_the_upload() {
    let server = MockSend::new();
    let refused = || Reply::failure_before_sending(TransportErrorKind::Connect);
    server.on(GetServerVersion::OPERATION).reply(refused());
    server.on(UploadAsset::OPERATION).reply(refused());
    let client = Client::builder("http://immich.test").api_key("key").backend(server).build().expect("a client");
    let error = upload(&client, "one.mp4").await.expect_err("nobody");
    assert_eq!(error.operation().map(|operation| operation.id), Some("uploadAsset"));
}

#[tokio::test]
async fn a_wrong_base_url_is_not_mistaken_for_an_old_server() {
    let server = MockSend::new();
    let missing = json!({"message": "Cannot GET /api/server/ping", "error": "Not Found", "statusCode": 404});
    server.on(PingServer::OPERATION).reply(Reply::json(&missing).with_status(404));
    let client = Client::builder("http://immich.test").backend(server).build().expect("a client");
    let error = client.server().ping_server().await.expect_err("no such route");
    assert_eq!(error.kind(), ErrorKind::Api);
    assert!(error.to_string().contains("base URL"), "{error}");
    assert!(
        AddAssetsToAlbum::OPERATION.is_in(ServerVersion::new(9, 0, 0)),
        "a version newer than all descriptions has it"
    );
}

#[tokio::test]
async fn missing_and_rejected_operations_are_distinguished() {
    let refusal = |status, message: &str| Reply::json(&json!({ "message": message })).with_status(status);
    let missing = "Not found or no assetFile.read access";
    for (version, reply, kind) in [
        // A patch release without its own description.
        (ServerVersion::new(3, 2, 3), refusal(400, missing), ErrorKind::Api),
        // This server has the route.
        (THREE, refusal(400, missing), ErrorKind::Api),
        (THREE, refusal(404, missing), ErrorKind::Api),
        (THREE, refusal(404, "Cannot GET /api/asset-files"), ErrorKind::Unsupported),
        (THREE, refusal(405, "Method Not Allowed"), ErrorKind::Unsupported),
        (TWO, refusal(400, "id must be a UUID"), ErrorKind::Unsupported),
    ] {
        let mock = MockSend::new();
        mock.version(version);
        drop(mock.on(SearchAssetFiles::OPERATION).reply(reply));
        let client = Client::builder("http://immich.test").backend(mock).build().expect("a client");
        let call = client.asset_files().search_asset_files(AssetId::default());
        let error = call.await.expect_err("a refusal");
        assert_eq!(error.kind(), kind, "{version}: {error}");
        assert!(!error.messages().is_empty() && error.to_string().contains(&error.messages()[0]), "{error}");
    }
}

#[tokio::test]
async fn the_day_of_memories_has_the_format_of_the_server() {
    let day = jiff::civil::date(2026, 11, 25);
    for (version, expected) in [
        (ServerVersion::new(2, 6, 0), "2026-11-25T00:00:00.000Z"),
        (TWO, "2026-11-25T00:00:00.000Z"),
        (ServerVersion::new(3, 0, 2), "2026-11-25T00:00:00.000Z"),
        (ServerVersion::new(3, 0, 3), "2026-11-25"),
        (THREE, "2026-11-25"),
    ] {
        let mock = MockSend::new();
        mock.version(version);
        drop(mock.on(SearchMemories::OPERATION).reply(Reply::json(&json!([]))));
        let statistics = json!({ "total": 0 });
        drop(mock.on(MemoriesStatistics::OPERATION).reply(Reply::json(&statistics)));
        let client = Client::builder("http://immich.test").backend(mock.clone()).build().expect("a client");
        client.memories().search_memories().for_(day).await.expect("memories");
        client.memories().memories_statistics().for_(day).await.expect("a count");
        client.memories().search_memories().await.expect("memories");
        let requests = mock.requests();
        let days = requests.iter().filter_map(|request| request.query.strip_prefix("for="));
        let days: Vec<_> = days.map(|day| day.replace("%3A", ":")).collect();
        assert_eq!(days, [expected, expected], "{version}");
    }
    // A call without a day does not request the version.
    let mock = MockSend::new();
    drop(mock.on(SearchMemories::OPERATION).reply(Reply::json(&json!([]))));
    let client = Client::builder("http://immich.test").backend(mock.clone()).build().expect("a client");
    client.memories().search_memories().await.expect("memories");
    assert_eq!(mock.requests().len(), 1);
}

#[tokio::test]
async fn a_description_is_cleared_on_every_version() {
    for (version, cleared, made) in [
        (ServerVersion::new(2, 6, 0), json!({"description": ""}), json!({"albumName": "A"})),
        (ServerVersion::new(3, 1, 9), json!({"description": ""}), json!({"albumName": "A"})),
        (ServerVersion::new(3, 2, 0), json!({"description": null}), json!({"albumName": "A", "description": null})),
    ] {
        let mock = MockSend::new();
        mock.version(version);
        let album = Reply::json(&AlbumResponseDto::default());
        drop(mock.on(UpdateAlbumInfo::OPERATION).reply(album.clone()));
        drop(mock.on(CreateAlbum::OPERATION).reply(album));
        let client = Client::builder("http://immich.test").backend(mock.clone()).build().expect("a client");
        let changes = UpdateAlbumDto::new().description(Patch::Null);
        client.albums().update_album_info(AlbumId::default(), changes).await.expect("an album");
        client.albums().create_album(CreateAlbumDto::new("A").description(Patch::Null)).await.expect("an album");
        let requests = mock.requests();
        let bodies: Vec<_> =
            requests.iter().filter(|request| request.method != "GET").map(|sent| sent.json()).collect();
        assert_eq!(bodies, [cleared, made], "{version}");
    }
    // Other changes do not request the version.
    let mock = MockSend::new();
    drop(mock.on(UpdateAlbumInfo::OPERATION).reply(Reply::json(&AlbumResponseDto::default())));
    let client = Client::builder("http://immich.test").backend(mock.clone()).build().expect("a client");
    let changes = UpdateAlbumDto::new().description("Spring");
    client.albums().update_album_info(AlbumId::default(), changes).await.expect("an album");
    assert_eq!(mock.requests().len(), 1);
}

#[tokio::test]
async fn a_parameter_that_the_server_does_not_support_is_an_error() {
    let on = |version| {
        let mock = MockSend::new();
        mock.version(version);
        drop(mock.on(GetAllAlbums::OPERATION).reply(Reply::json(&json!([]))));
        let client = Client::builder("http://immich.test").backend(mock.clone()).build().expect("a client");
        (mock, client)
    };
    for (version, sent) in [(TWO, "shared=true"), (THREE, "isShared=true")] {
        for by_new_name in [true, false] {
            let (mock, client) = on(version);
            let albums = client.albums().get_all_albums();
            let albums = if by_new_name { albums.is_shared(true) } else { albums.shared(true) };
            albums.await.expect("albums");
            assert_eq!(mock.requests().last().expect("a request").query, sent, "{version}");
        }
    }
    let (mock, client) = on(TWO);
    let error = client.albums().get_all_albums().name("Trip").await.expect_err("2.x has no such parameter");
    assert_eq!((error.kind(), error.server_version()), (ErrorKind::Unsupported, Some(TWO)));
    assert!(error.to_string().contains("`name` requires Immich 3.0.0 or newer, but the server is 2.7.5"), "{error}");
    assert!(mock.requests().iter().all(|request| request.path.ends_with("version")), "nothing is sent");
    let (mock, client) = on(THREE);
    client.albums().get_all_albums().name("Trip").await.expect("albums");
    assert_eq!(mock.requests().last().expect("a request").query, "name=Trip");
}
