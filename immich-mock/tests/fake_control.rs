//! Control of the fake by a test: planned faults, snapshots, resets, seeds.

#![allow(clippy::unwrap_used)]

mod raw;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::{Request, StatusCode};
use immich_core::api::{GetServerVersion, SyncRequestType, SyncStreamDto};
use immich_core::jiff::Timestamp;
use immich_core::{Body, Client, HttpSend, ServerVersion, TransportErrorKind};
use immich_mock::{FakeImmich, PlannedFault};
use raw::Caller;
use serde_json::{Value, json};

fn ping() -> Request<Body> {
    Request::get("http://immich.test/api/server/ping").body(Body::empty()).unwrap()
}

#[tokio::test]
async fn statuses_come_in_the_order_of_the_plan() {
    let server = FakeImmich::new();
    let caller = Caller::new(&server, &server.api_key());
    server.plan(PlannedFault::status(StatusCode::SERVICE_UNAVAILABLE).of("pingServer").times(2));
    server.plan(PlannedFault::status(StatusCode::TOO_MANY_REQUESTS).retry_after(9).times(1));
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(caller.send("GET", "/server/ping", &Value::Null).await.0);
    }
    assert_eq!(statuses, [503, 503, 429, 200]);
    assert!(server.planned().is_empty());
    // An upload that is refused is not stored.
    server.plan(PlannedFault::status(StatusCode::BAD_GATEWAY).of("createAlbum").times(1));
    assert_eq!(caller.send("POST", "/albums", &json!({ "albumName": "a" })).await.0, 502);
    assert_eq!(caller.send("GET", "/albums", &Value::Null).await.1, json!([]));
    assert_eq!(server.requests().iter().filter(|request| request.status == 502).count(), 1);
}

#[tokio::test]
async fn the_timer_of_the_backend_measures_latency() {
    let server = FakeImmich::new();
    server.plan(PlannedFault::latency(Duration::from_secs(60)).of("pingServer").times(1));
    let mut sent = pin!(server.send(ping()));
    let mut context = Context::from_waker(Waker::noop());
    assert!(sent.as_mut().poll(&mut context).is_pending());
    assert_eq!(server.requests().len(), 1, "the server has handled it");
    server.timer().advance(Duration::from_secs(59));
    assert!(sent.as_mut().poll(&mut context).is_pending());
    server.timer().advance(Duration::from_secs(1));
    assert!(matches!(sent.as_mut().poll(&mut context), Poll::Ready(Ok(response)) if response.status() == 200));
}

#[tokio::test]
async fn a_response_breaks_off_after_its_bytes() {
    let server = FakeImmich::new();
    let id = server.add_asset(server.user_id(), "a.jpg", "0123456789", Timestamp::UNIX_EPOCH);
    let client =
        Client::builder("http://immich.test").api_key(server.api_key()).backend(server.clone()).build().unwrap();
    for (cut, arrives) in [(0, ""), (4, "0123"), (10, "0123456789"), (11, "0123456789")] {
        server.plan(PlannedFault::cut(cut).of("downloadAsset").times(1));
        let mut download = client.assets().download_asset(id).await.unwrap();
        let mut arrived = Vec::new();
        let ended = loop {
            match download.chunk().await {
                Ok(Some(chunk)) => arrived.extend_from_slice(&chunk),
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        assert_eq!(String::from_utf8(arrived).unwrap(), arrives);
        match ended {
            None => assert!(cut >= 10),
            Some(error) => assert!(
                cut < 10 && error.transport_error().is_some_and(|error| error.kind() == TransportErrorKind::Closed),
                "{error}"
            ),
        }
    }
}

#[tokio::test]
async fn a_reset_repeats_the_ids_after_the_checkpoint() {
    let server = FakeImmich::builder().random_seed(3).build();
    let caller = Caller::new(&server, &server.api_key());
    server.add_photos(2);
    server.checkpoint();
    let mut albums = Vec::new();
    for _ in 0..2 {
        albums.push(caller.send("POST", "/albums", &json!({ "albumName": "a" })).await.1["id"].clone());
        server.plan(PlannedFault::cut(1));
        server.reset();
        assert_eq!((server.assets().len(), server.requests().len(), server.planned().len()), (2, 0, 0));
        assert_eq!(caller.send("GET", "/albums", &Value::Null).await.1, json!([]));
    }
    assert_eq!(albums[0], albums[1]);
}

/// A server with one of everything that a snapshot holds.
async fn full(server: &FakeImmich) {
    let admin = Caller::new(server, &server.api_key());
    let photos = server.add_photos(2);
    let bob = server.add_user("bob@immich.test", "secret", "Bob");
    let album = json!({ "albumName": "Trip", "assetIds": photos, "albumUsers": [{ "userId": bob }] });
    let album = admin.send("POST", "/albums", &album).await.1;
    let person = admin.send("POST", "/people", &json!({ "name": "Ada", "birthDate": "1990-02-03" })).await.1;
    let face = json!({
        "assetId": photos[0], "personId": person["id"], "imageWidth": 9, "imageHeight": 9,
        "x": 1, "y": 2, "width": 3, "height": 4,
    });
    let memory = json!({ "type": "on_this_day", "data": { "year": 2020 }, "memoryAt": "2020-05-06T00:00:00Z" });
    let change = json!({ "dateTimeOriginal": "2023-12-31T23:30:00-02:00", "rating": 4, "visibility": "archive" });
    for (method, path, body) in [
        ("POST", "/faces".to_owned(), face),
        ("POST", "/memories".to_owned(), memory),
        ("POST", "/partners".to_owned(), json!({ "sharedWithId": bob })),
        ("POST", "/admin/notifications".to_owned(), json!({ "userId": bob, "title": "Hello", "level": "error" })),
        ("POST", "/shared-links".to_owned(), json!({ "type": "ALBUM", "albumId": album["id"], "password": "p" })),
        ("POST", "/activities".to_owned(), json!({ "albumId": album["id"], "type": "like" })),
        ("PUT", "/tags".to_owned(), json!({ "tags": ["places/beach"] })),
        ("PUT", format!("/assets/{}", photos[0]), change),
        ("PUT", "/users/me".to_owned(), json!({ "avatarColor": "gray" })),
        ("PUT", "/queues/smartSearch".to_owned(), json!({ "isPaused": true })),
        ("POST", "/stacks".to_owned(), json!({ "assetIds": photos })),
    ] {
        let (status, response) = admin.send(method, &path, &body).await;
        assert!((200..300).contains(&status), "{path}: {response}");
    }
}

/// The responses to what a client reads.
async fn read(server: &FakeImmich) -> Vec<Value> {
    let admin = Caller::new(server, &server.api_key());
    let mut read = Vec::new();
    for path in [
        "/albums",
        "/people?withHidden=true",
        "/memories",
        "/partners?direction=shared-by",
        "/shared-links",
        "/tags",
        "/stacks",
        "/users",
        "/users/me",
        "/timeline/buckets",
        "/queues",
        "/api-keys",
        "/server/version-history",
    ] {
        let (status, response) = admin.send("GET", path, &Value::Null).await;
        assert_eq!(status, 200, "{path}");
        read.push(response);
    }
    let found = admin.send("POST", "/search/metadata", &json!({ "withExif": true, "withPeople": true })).await.1;
    read.push(found);
    read
}

#[tokio::test]
async fn a_snapshot_holds_everything() {
    for version in [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)] {
        let server = FakeImmich::with_version(version);
        full(&server).await;
        let other = FakeImmich::new();
        other.restore(&server.snapshot()).unwrap();
        assert_eq!(other.version(), version);
        assert_eq!(read(&other).await, read(&server).await);
        assert_eq!(other.assets()[0].bytes, server.assets()[0].bytes);
        // Known files are duplicates.
        let known = server.assets()[1].bytes.clone();
        assert_eq!(other.add_asset(other.user_id(), "again.png", known, Timestamp::UNIX_EPOCH), server.assets()[1].id);
    }
}

#[tokio::test]
async fn a_client_that_synchronizes_goes_on_after_a_restore() {
    let server = FakeImmich::new();
    server.add_photos(2);
    let login = json!({ "email": server.email(), "password": server.password().expose() });
    let token = Caller::anonymous(&server).send("POST", "/auth/login", &login).await.1["accessToken"].clone();
    let token = token.as_str().unwrap().to_owned();
    let stream = |server: FakeImmich, token: String| async move {
        let body = serde_json::to_string(&SyncStreamDto::new([SyncRequestType::AssetsV2])).unwrap();
        let request =
            Request::post("http://immich.test/api/sync/stream").header("authorization", format!("Bearer {token}"));
        let response = server.send(request.body(Body::from(body)).unwrap()).await.unwrap();
        let bytes = response.into_body().bytes(1_000_000).await.unwrap().unwrap();
        let lines = String::from_utf8(bytes.to_vec()).unwrap();
        lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>()
    };
    let lines = stream(server.clone(), token.clone()).await;
    assert_eq!(lines.iter().filter(|line| line["type"] == "AssetV2").count(), 2);
    let caller = Caller::with_token(&server, &token);
    let acks: Vec<_> = lines.iter().map(|line| line["ack"].clone()).collect();
    assert_eq!(caller.send("POST", "/sync/ack", &json!({ "acks": acks })).await.0, 204);

    let other = FakeImmich::new();
    other.restore(&server.snapshot()).unwrap();
    assert_eq!(stream(other.clone(), token.clone()).await.len(), 1, "nothing is new");
    let gone = other.assets()[0].id;
    let delete = json!({ "ids": [gone], "force": true });
    Caller::with_token(&other, &token).send("DELETE", "/assets", &delete).await;
    let lines = stream(other, token).await;
    assert_eq!((&lines[0]["type"], &lines[0]["data"]["assetId"]), (&json!("AssetDeleteV1"), &json!(gone)));
}

#[tokio::test]
async fn what_is_no_snapshot_changes_nothing() {
    let server = FakeImmich::new();
    server.add_photos(1);
    let newer = server.snapshot().replacen("\"format\":2", "\"format\":99", 1);
    for (text, why) in [
        ("", "not a snapshot"),
        ("{}", "not a snapshot"),
        ("{\"name\":\"other\",\"format\":1}", "not a snapshot"),
        ("{\"name\":\"immich-fake\",\"format\":1,\"state\":{}}", "not a snapshot"),
        (newer.as_str(), "format 99"),
    ] {
        let error = server.restore(text).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    let odd = server.snapshot().replace("\"visibility\":\"timeline\"", "\"visibility\":\"elsewhere\"");
    assert!(server.restore(&odd).unwrap_err().to_string().contains("elsewhere"));
    assert_eq!(server.assets().len(), 1);
}

#[tokio::test]
async fn credentials_are_set_after_a_restore() {
    let server = FakeImmich::new();
    server.set_credentials(Some("A@b.c"), Some("secret".to_owned().into()), Some("k".to_owned().into()));
    let caller = Caller::new(&server, &"k".to_owned().into());
    assert_eq!(caller.send("GET", "/users/me", &Value::Null).await.1["email"], "a@b.c");
    let login = json!({ "email": "a@b.c", "password": "secret" });
    assert_eq!(caller.send("POST", "/auth/login", &login).await.0, 201);
    assert_eq!((server.email().as_str(), server.api_key().expose()), ("a@b.c", "k"));
}

#[tokio::test]
async fn exif_is_what_a_test_sets() {
    let server = FakeImmich::new();
    let id = server.add_photos(1)[0];
    let set = |fields: Value| server.set_exif(id, fields.as_object().unwrap());
    set(json!({ "make": "Canon", "exifImageWidth": 4000, "exifImageHeight": 3000, "latitude": 1.5 })).unwrap();
    let caller = Caller::new(&server, &server.api_key());
    let (_, asset) = caller.send("GET", &format!("/assets/{id}"), &Value::Null).await;
    assert_eq!((&asset["width"], &asset["height"]), (&json!(4000), &json!(3000)));
    assert_eq!((&asset["exifInfo"]["make"], &asset["exifInfo"]["latitude"]), (&json!("Canon"), &json!(1.5)));
    set(json!({ "make": null })).unwrap();
    let (_, asset) = caller.send("GET", &format!("/assets/{id}"), &Value::Null).await;
    assert_eq!(asset["exifInfo"]["make"], Value::Null);
    assert!(set(json!({ "made": "x" })).unwrap_err().contains("\"made\""));
    assert!(set(json!({ "iso": "100" })).unwrap_err().contains("\"iso\""));
    assert!(server.set_exif("3fa85f64-5717-4562-b3fc-2c963f66afa6".parse().unwrap(), &Default::default()).is_err());
}

#[tokio::test]
async fn an_upgrade_changes_the_operations_and_keeps_the_data() {
    let server = FakeImmich::with_version(ServerVersion::new(2, 7, 5));
    server.add_photos(1);
    let client =
        Client::builder("http://immich.test").api_key(server.api_key()).backend(server.clone()).build().unwrap();
    assert_eq!(client.send(GetServerVersion::new()).await.unwrap().minor, 7);
    server.set_version(ServerVersion::new(3, 3, 5));
    assert_eq!(client.send(GetServerVersion::new()).await.unwrap().minor, 3);
    assert_eq!(client.assets().get_asset_statistics().await.unwrap().total, 1);
}
