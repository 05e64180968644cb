//! The effect of the upload options on the server.

use immich_sdk::api::{AssetBulkDeleteDto, AssetMetadataUpsertItemDto, AssetVisibility, CreateAlbumDto, UploadAsset};
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::{FakeImmich, MockSend, Reply};
use immich_sdk::transfer::{Checksum, FileTimes, SameNamePolicy, TrashPolicy, UploadItem};
use immich_sdk::{AssetId, Client, Credential, ServerVersion};
use serde_json::json;

use crate::setup::{Setup, run, words};

async fn asset_counts(setup: &Setup, name: &str) -> Vec<usize> {
    let mut counts = Vec::new();
    for album in setup.client.albums().get_all_albums().await.expect("albums") {
        if album.album_name == name {
            counts.push(usize::try_from(album.asset_count).expect("a count"));
        }
    }
    counts.sort_unstable();
    counts
}

#[tokio::test]
async fn options_are_sent_in_the_form() {
    let setup = Setup::memory();
    setup.write("a.jpg", "a");
    let time: Timestamp = "2020-01-02T03:04:05.678912Z".parse().expect("a time");
    let upload = setup
        .client
        .upload()
        .path(setup.folder.path())
        .favorite(true)
        .visibility(AssetVisibility::Archive)
        .metadata(AssetMetadataUpsertItemDto::new("mobile-app", json!({"iCloudId": "x"})))
        .times(move |_, times| FileTimes { created: time, ..times });
    run(upload.start().expect("an upload")).await;
    let asset = &setup.server.assets()[0];
    assert!(asset.is_favorite);
    assert_eq!(asset.visibility, "archive");
    assert_eq!(asset.file_created_at.to_string(), "2020-01-02T03:04:05.678Z");
    let changed = std::fs::metadata(setup.path("a.jpg")).and_then(|file| file.modified()).expect("a time");
    let changed = Timestamp::try_from(changed).expect("a time");
    assert_eq!(asset.file_modified_at.as_millisecond(), changed.as_millisecond());
    let metadata = setup.client.assets().get_asset_metadata(asset.id).await.expect("metadata");
    assert_eq!(metadata[0].value, json!({"iCloudId": "x"}));
}

#[tokio::test]
async fn the_creation_time_is_not_later_than_the_modification_time() {
    let setup = Setup::memory();
    let path = setup.write("a.jpg", "a");
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    std::fs::File::options().write(true).open(path).and_then(|file| file.set_modified(old)).expect("a time");
    run(setup.client.upload().path(setup.folder.path()).start().expect("an upload")).await;
    assert_eq!(setup.server.assets()[0].file_created_at.as_second(), 1_000_000_000);
}

#[tokio::test]
async fn implausible_modification_times_are_ignored() {
    let setup = Setup::memory();
    for (name, seconds) in [("unix.jpg", 0), ("fat.jpg", 315_532_800), ("future.jpg", 4_354_819_199)] {
        let path = setup.write(name, name);
        let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        let file = std::fs::File::options().write(true).open(path).expect("a file");
        file.set_modified(time).expect("a time");
        if file.metadata().and_then(|found| found.created()).is_err() {
            // The file system does not record creation times.
            return;
        }
    }
    let before = Timestamp::now().as_second() - 600;
    run(setup.client.upload().path(setup.folder.path()).start().expect("an upload")).await;
    for asset in setup.server.assets() {
        let times = [asset.file_created_at, asset.file_modified_at].map(Timestamp::as_second);
        assert!(times.iter().all(|time| (before..before + 1200).contains(time)), "{asset:?}");
    }
}

#[tokio::test]
async fn trash_policies() {
    for (policy, word, trashed) in [
        (TrashPolicy::Report, "a.jpg trashed", true),
        (TrashPolicy::Skip, "a.jpg InTrash", true),
        (TrashPolicy::Restore, "a.jpg restored", false),
    ] {
        for check in [true, false] {
            let setup = Setup::memory();
            setup.write("a.jpg", "a");
            let upload = || setup.client.upload().path(setup.folder.path()).trash(policy).check(check);
            run(upload().start().expect("an upload")).await;
            let asset = setup.server.assets()[0].id;
            setup.client.assets().delete_assets(AssetBulkDeleteDto::new([asset])).await.expect("in the trash");
            let (outcomes, _) = run(upload().start().expect("an upload")).await;
            assert_eq!(words(&outcomes), [word]);
            assert_eq!(setup.server.assets()[0].is_trashed, trashed);
        }
    }
}

#[tokio::test]
async fn albums_by_id_by_folder_and_by_name() {
    let setup = Setup::memory();
    setup.write("rome/a.jpg", "a");
    setup.write("paris/b.jpg", "b");
    setup.write("paris/copy of a.jpg", "a");
    let upload = || setup.client.upload().path(setup.folder.path());
    let (_, summary) = run(upload().album_by_folder().start().expect("an upload")).await;
    assert_eq!(summary.albums.len(), 2);
    assert_eq!((asset_counts(&setup, "rome").await, asset_counts(&setup, "paris").await), (vec![1], vec![2]));

    let album = setup.client.albums().create_album(CreateAlbumDto::new("rome")).await.expect("an album");
    let (_, summary) = run(upload().album(album.id).start().expect("an upload")).await;
    assert_eq!((summary.albums[0].id, summary.albums[0].added), (Some(album.id), 2));

    let rome = |policy| upload().album_name("rome").same_name(policy).start().expect("an upload");
    let (_, summary) = run(rome(SameNamePolicy::Error)).await;
    assert_eq!((summary.albums[0].refused.len(), summary.albums[0].added), (2, 0));
    let (_, summary) = run(rome(SameNamePolicy::Newest)).await;
    assert_eq!(summary.albums[0].id, Some(album.id));
    run(rome(SameNamePolicy::Create)).await;
    assert_eq!(asset_counts(&setup, "rome").await, [1, 2, 2]);
}

#[tokio::test]
async fn an_album_shared_by_another_user_is_not_used() {
    for version in [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)] {
        let server = FakeImmich::with_version(version);
        let setup = Setup::of(server.clone(), server.clone());
        let other = server.add_user("other@immich.test", "password", "Other");
        let key = server.add_api_key(other, &["all"]);
        let client =
            Client::builder("http://immich.test").api_key(key).backend(server.clone()).build().expect("a client");
        let dto: immich_sdk::api::CreateAlbumDto = serde_json::from_value(json!({
            "albumName": "Trip", "albumUsers": [{"userId": server.user_id(), "role": "editor"}],
        }))
        .expect("an album");
        client.albums().create_album(dto).await.expect("an album");
        setup.write("a.jpg", "a");
        run(setup.client.upload().path(setup.folder.path()).album_name("Trip").start().expect("an upload")).await;
        assert_eq!(setup.request_count("createAlbum"), 2, "{version}");
    }
}

#[tokio::test]
async fn tags_are_created_and_applied_to_all_assets() {
    let setup = Setup::memory();
    setup.write("a.jpg", "a");
    setup.write("b.jpg", "b");
    let upload = setup.client.upload().path(setup.folder.path()).tag("trips/rome").tag("new").start();
    let (_, summary) = run(upload.expect("an upload")).await;
    assert_eq!(summary.tags.expect("tags").tagged, 4);
    let tags = setup.client.tags().get_all_tags().await.expect("tags");
    assert!(tags.iter().any(|tag| tag.value == "trips/rome"));
}

#[tokio::test]
async fn servers_2_x_get_their_required_fields() {
    let server = FakeImmich::with_version(ServerVersion::new(2, 7, 5));
    let setup = Setup::of(server.clone(), server);
    setup.write("a.jpg", "a");
    let (outcomes, _) = run(setup.client.upload().path(setup.folder.path()).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.jpg uploaded"]);
}

#[tokio::test]
async fn the_request_has_the_checksum_and_no_local_path() {
    let mock = MockSend::new();
    let id = AssetId::default();
    mock.on_path("GET".parse().expect("a method"), "/api/server/media-types")
        .reply(Reply::json(&json!({"image": [".jpg"], "video": [], "sidecar": [".xmp"]})));
    mock.on_path("POST".parse().expect("a method"), "/api/assets/bulk-upload-check")
        .reply(Reply::json(&json!({"results": [{"id": "0", "action": "accept"}]})));
    mock.on(UploadAsset::OPERATION).reply(Reply::json(&json!({"id": id, "status": "created"})));
    let setup = Setup::memory();
    setup.write("secret place/a.jpg", "abc");
    let client = Client::builder("http://immich.test").api_key("key").backend(mock.clone()).build().expect("a client");
    run(client.upload().path(setup.folder.path()).start().expect("an upload")).await;
    let seen = mock.requests();
    let upload = seen.last().expect("a request");
    assert_eq!(upload.header("x-immich-checksum"), Some(Checksum::of("abc").to_string().as_str()));
    for request in &seen {
        assert!(!String::from_utf8_lossy(&request.body).contains("secret place"), "{request:?}");
    }
    let body = String::from_utf8_lossy(&upload.body).into_owned();
    assert!(body.contains("filename=\"a.jpg\"\r\nContent-Type: image/jpeg"), "{body}");
    assert!(body.find("fileModifiedAt") < body.find("assetData"), "text fields come first");
}

#[tokio::test]
async fn files_that_the_check_rejects_as_unsupported_are_skipped() {
    let mock = MockSend::new();
    mock.on_path("GET".parse().expect("a method"), "/api/server/media-types")
        .reply(Reply::json(&json!({"image": [".jpg"], "video": [], "sidecar": []})));
    mock.on_path("POST".parse().expect("a method"), "/api/assets/bulk-upload-check")
        .reply(Reply::json(&json!({"results": [{"id": "0", "action": "reject", "reason": "unsupported-format"}]})));
    let client = Client::builder("http://immich.test").api_key("key").backend(mock).build().expect("a client");
    let (outcomes, _) = run(client.upload().item(UploadItem::new("a.jpg", "a")).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.jpg UnsupportedType"]);
}

#[tokio::test]
async fn items_from_bytes_and_streams() {
    let setup = Setup::memory();
    let bytes = immich_sdk::bytes::Bytes::from_static(b"stream");
    let open = move || Ok(Box::pin(futures_util::stream::iter([Ok(bytes.clone())])) as immich_sdk::ByteStream);
    let time: Timestamp = "2020-01-02T03:04:05Z".parse().expect("a time");
    let upload = || {
        setup.client.upload().items([
            UploadItem::new("a.jpg", "bytes").created_at(time).folder("Trip"),
            UploadItem::new("b.mp4", immich_sdk::Body::replayable(open.clone(), None)),
            UploadItem::new("c.txt", "no photo"),
            UploadItem::new("d.jpg", "given").checksum(Checksum::of("given")),
        ])
    };
    let (outcomes, _) = run(upload().album_by_folder().start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.jpg uploaded", "b.mp4 uploaded", "c.txt UnsupportedType", "d.jpg uploaded"]);
    assert_eq!(asset_counts(&setup, "Trip").await, [1]);
    let (outcomes, _) = run(upload().start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.jpg server", "b.mp4 server", "c.txt UnsupportedType", "d.jpg server"]);
    assert_eq!(setup.request_count("uploadAsset"), 3);
}

#[tokio::test]
async fn operations_list_the_required_permissions() {
    let setup = Setup::memory();
    setup.write("a.jpg", "a");
    let upload = |client: &Client| client.upload().path(setup.path("a.jpg")).album_name("Trip").tag("sea");
    let operations = upload(&setup.client).operations();
    let named: Vec<&str> = operations.iter().filter_map(|operation| operation.permission).collect();
    for lacking in [None, Some("tag.asset")] {
        let granted: Vec<&str> = named.iter().copied().filter(|name| Some(*name) != lacking).collect();
        let key = setup.server.add_api_key(setup.server.user_id(), &granted);
        let client = setup.client.with_credential(Credential::ApiKey(key)).expect("a client");
        let missing = client.permissions().await.expect("permissions").missing(&operations);
        assert_eq!(missing, lacking.into_iter().collect::<Vec<_>>());
        let (_, summary) = run(upload(&client).start().expect("an upload")).await;
        assert_eq!(summary.is_complete(), lacking.is_none(), "{summary:?}");
    }
}
