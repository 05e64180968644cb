//! Bodies in pieces, streams of changes, and requests outside the API.

#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use http::Request;
use immich_core::api::{
    AssetBulkDeleteDto, GetSyncStream, LoginCredentialDto, SyncAckSetDto, SyncRequestType, SyncStreamDto, UploadAsset,
};
use immich_core::bytes::Bytes;
use immich_core::jiff::Timestamp;
use immich_core::{Body, Client, Error, ErrorKind, FilePart, HttpSend, RawRequest, ServerVersion};
use immich_mock::FakeImmich;
use serde_json::Value;

struct Pieces(VecDeque<io::Result<Bytes>>);

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        Poll::Ready(self.0.pop_front())
    }
}

fn client(server: &FakeImmich) -> Client {
    let builder = Client::builder("http://immich.test").api_key(server.api_key());
    builder.backend(server.clone()).build().unwrap()
}

fn upload(name: &str, body: impl Into<Body>) -> UploadAsset {
    UploadAsset::new(FilePart::new(name, body), Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH)
}

#[tokio::test]
async fn a_form_may_come_in_pieces_of_any_size() -> Result<(), Error> {
    let content = b"\r\n--boundary\r\n\r\n--\r\r\n-\r\n--immich-sdk-0\r\n";
    for size in 1..=content.len() {
        let server = FakeImmich::new();
        let pieces = content.chunks(size).map(|piece| Ok(Bytes::from_static(piece))).collect();
        client(&server).send(upload("a.jpg", Body::stream(Pieces(pieces), None))).await?;
        assert_eq!(&server.assets()[0].bytes[..], content, "in pieces of {size}");
    }
    Ok(())
}

#[tokio::test]
async fn a_broken_upload_leaves_nothing() {
    let server = FakeImmich::new();
    let pieces = [Ok(Bytes::from_static(b"half")), Err(io::Error::other("the disk is gone"))];
    let error = client(&server).send(upload("a.jpg", Body::stream(Pieces(pieces.into()), None))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(server.assets().is_empty());
}

#[tokio::test]
async fn a_form_that_ends_early_is_refused() {
    let server = FakeImmich::new();
    for body in ["", "--b", "--b\r\nContent-Disposition: form-data; name=\"x\"", "--b\r\n\r\ntext"] {
        let request = Request::post("http://immich.test/api/assets")
            .header("x-api-key", server.api_key().expose())
            .header("content-type", "multipart/form-data; boundary=b");
        let response = server.send(request.body(Body::from(body)).unwrap()).await.unwrap();
        assert_eq!(response.status(), 400, "{body:?}");
    }
}

#[tokio::test]
async fn changes_are_reported_until_they_are_acknowledged() -> Result<(), Error> {
    for (version, assets) in [
        (ServerVersion::new(2, 7, 5), SyncRequestType::AssetsV1),
        (ServerVersion::new(3, 1, 0), SyncRequestType::AssetsV2),
    ] {
        let server = FakeImmich::with_version(version);
        let stream = || GetSyncStream::new(SyncStreamDto::new([assets.clone()]));
        let error = client(&server).send(stream()).await.unwrap_err();
        assert_eq!(error.messages(), ["Sync endpoints cannot be used with API keys"]);

        let login = LoginCredentialDto::new(server.email(), server.password());
        let token = client(&server).auth().login(login).await?.access_token;
        let client = Client::builder("http://immich.test").access_token(token).backend(server.clone()).build()?;
        let id = client.send(upload("a.jpg", "a")).await?.id;
        let reported = lines(&client.send(stream()).await?.bytes(1 << 20).await?);
        assert_eq!((reported.len(), &reported[0]["data"]["id"]), (2, &Value::from(id.to_string())));
        let again = lines(&client.send(stream()).await?.bytes(1 << 20).await?);
        assert_eq!(again[0], reported[0], "it was not acknowledged");

        let ack = reported[0]["ack"].as_str().unwrap().to_owned();
        client.sync().send_sync_ack(SyncAckSetDto::new([ack])).await?;
        assert_eq!(lines(&client.send(stream()).await?.bytes(1 << 20).await?).len(), 1, "only that it is complete");

        client.assets().delete_assets(AssetBulkDeleteDto::new([id]).force(true)).await?;
        let reported = lines(&client.send(stream()).await?.bytes(1 << 20).await?);
        assert_eq!((&reported[0]["type"], &reported[1]["type"]), (&"AssetDeleteV1".into(), &"SyncCompleteV1".into()));
    }
    Ok(())
}

fn lines(text: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(text).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn paths_and_versions() -> Result<(), Error> {
    let server = FakeImmich::new();
    let client = client(&server);
    let error = client.send(RawRequest::get("/no/such")).await.unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), error.messages()),
        (404, &["Cannot GET /api/no/such".to_owned()][..])
    );
    // A slash at the end makes no difference.
    for path in ["/server/ping/", "/users/me/"] {
        client.send(RawRequest::get(path)).await?;
    }
    assert_eq!(server.requests().last().unwrap().operation, Some("getMyUser"));
    // A base URL outside the API gets the web application.
    let response = server.send(Request::get("http://immich.test/albums").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"text/html; charset=utf-8".parse().unwrap())
    );

    // The available operations depend on the version.
    let exist =
        || RawRequest::post("/assets/exist").json(&serde_json::json!({ "deviceId": "x", "deviceAssetIds": [] }));
    assert_eq!(client.send(exist()?).await.unwrap_err().status().unwrap(), 404);
    server.set_version(ServerVersion::new(2, 7, 5));
    assert_eq!(client.send(exist()?).await?, serde_json::json!({ "existingIds": [] }));
    assert_eq!(client.server().get_server_version().await?.major, 2);
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused() {
    let server = FakeImmich::new();
    let check = RawRequest::post("/assets/bulk-upload-check").json(&"x".repeat(11 << 20)).unwrap();
    // Immich returns 500, not 413.
    assert_eq!(client(&server).send(check).await.unwrap_err().status().unwrap(), 500);
}
