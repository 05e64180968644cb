//! Form parsing, full servers, and failures between client and server.

#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use http::{Request, Response, StatusCode};
use immich_core::api::{AssetMediaStatus, GetAssetInfo, UploadAsset};
use immich_core::bytes::Bytes;
use immich_core::jiff::Timestamp;
use immich_core::{Body, Client, Error, FilePart, HttpSend, ResponseBody, ServerVersion, TransportErrorKind};
use immich_mock::FakeImmich;

const TWO: ServerVersion = ServerVersion::new(2, 7, 5);
const THREE: ServerVersion = ServerVersion::new(3, 1, 0);

fn client(server: &FakeImmich) -> Client {
    let builder = Client::builder("http://immich.test").api_key(server.api_key());
    builder.backend(server.clone()).build().unwrap()
}

fn photo(name: &str, content: &str) -> UploadAsset {
    UploadAsset::new(FilePart::new(name, content.to_owned()), Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH)
}

/// A part of a form: the parameters after `form-data; `, and the content.
type Part<'p> = (&'p str, &'p str);

const DATES: [Part<'static>; 4] = [
    ("name=\"deviceAssetId\"", "a"),
    ("name=\"deviceId\"", "b"),
    ("name=\"fileCreatedAt\"", "2024-05-06T07:08:09.123Z"),
    ("name=\"fileModifiedAt\"", "2024-05-06T07:08:09.123Z"),
];

/// Sends a form with the dates and these parts, and returns the status and the body.
async fn send_form(server: &FakeImmich, parts: &[Part<'_>]) -> (u16, String) {
    let mut form = String::new();
    for (disposition, content) in DATES.iter().chain(parts) {
        form.push_str(&format!("--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n"));
    }
    form.push_str("--b--\r\n");
    let request = Request::post("http://immich.test/api/assets")
        .header("x-api-key", server.api_key().expose())
        .header("content-type", "multipart/form-data; boundary=b");
    let response: Response<ResponseBody> = server.send(request.body(Body::from(form)).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().bytes(10_000).await.unwrap().unwrap();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn names_of_files_arrive_as_they_were_sent() {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        for (sent, kept) in [
            ("quote%22s.jpg", "quote%22s.jpg"),
            ("line%0D%0Abreak.jpg", "line%0D%0Abreak.jpg"),
            ("back%5Cslash.jpg", "back%5Cslash.jpg"),
            ("ü 1.jpg", "ü 1.jpg"),
            ("folder/in.jpg", "in.jpg"),
            (r#"escaped\"quote.jpg"#, "escaped\"quote.jpg"),
        ] {
            let disposition = format!("name=\"assetData\"; filename=\"{sent}\"");
            assert_eq!(send_form(&server, &[(&disposition, sent)]).await.0, 201, "{sent}");
            assert_eq!(server.assets().last().unwrap().original_file_name, kept);
        }
    }
}

#[tokio::test]
async fn the_text_part_filename_counts_for_the_type_only_before_the_file() {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let name = ("name=\"filename\"", "named.jpg");
        let asset = |name: &'static str, content| (name, content);
        let sidecar = ("name=\"sidecarData\"; filename=\"a.jpg.xmp\"", "<x/>");
        let unnamed = "name=\"assetData\"; filename=\"blob\"";

        let (status, body) = send_form(&server, &[name, sidecar, asset(unnamed, "1")]).await;
        assert_eq!(status, 400);
        assert!(body.contains("Unsupported file type named.jpg"), "{body}");
        // The order that works.
        assert_eq!(send_form(&server, &[sidecar, name, asset(unnamed, "2")]).await.0, 201);
        let held = server.assets();
        let held = held.last().unwrap();
        assert_eq!((held.original_file_name.as_str(), held.sidecar.is_some()), ("named.jpg", true));
        // After the file, `filename` names the asset, but the name of the part decides its type.
        let (status, body) = send_form(&server, &[asset(unnamed, "3"), name]).await;
        assert_eq!(status, 400);
        assert!(body.contains("Unsupported file type blob"), "{body}");
        let named = "name=\"assetData\"; filename=\"part.mov\"";
        assert_eq!(send_form(&server, &[asset(named, "4"), name]).await.0, 201);
        let id = server.assets().last().unwrap().id;
        let info = client(&server).send(GetAssetInfo::new(id)).await.unwrap();
        assert_eq!((info.original_file_name.as_str(), info.type_.as_str()), ("named.jpg", "VIDEO"));

        let twice = [
            asset("name=\"assetData\"; filename=\"1.jpg\"", "5"),
            asset("name=\"assetData\"; filename=\"2.jpg\"", "6"),
        ];
        let (status, body) = send_form(&server, &twice).await;
        assert_eq!(status, 400);
        assert!(body.contains("Unexpected field - assetData"), "{body}");
    }
}

#[tokio::test]
async fn empty_files() {
    let file = ("name=\"assetData\"; filename=\"empty.jpg\"", "");
    let server = FakeImmich::with_version(TWO);
    assert_eq!(send_form(&server, &[file]).await.0, 201);
    let id = server.assets()[0].id;
    let exif = client(&server).send(GetAssetInfo::new(id)).await.unwrap().exif_info.unwrap();
    assert_eq!(exif.file_size_in_byte, None);

    let server = FakeImmich::with_version(THREE);
    assert_eq!(send_form(&server, &[file]).await, (400, "{\"message\":\"File is empty\"}".to_owned()));
    let sidecar = ("name=\"sidecarData\"; filename=\"a.xmp\"", "");
    assert_eq!(send_form(&server, &[sidecar]).await.0, 400);
}

#[tokio::test]
async fn a_quota_counts_before_a_duplicate_is_found() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let client = client(&server);
        server.set_quota(server.user_id(), Some(3));
        client.send(photo("a.jpg", "one")).await?;
        // The server checks only after writing the file.
        let error = client.send(photo("a.jpg", "one")).await.unwrap_err();
        assert_eq!((error.status().unwrap().as_u16(), error.messages()[0].as_str()), (400, "Quota has been exceeded!"));
        let known = photo("a.jpg", "one").x_immich_checksum("fe05bcdcdc4928012781a5f1a2a77cbb5398e106");
        assert_eq!(client.send(known).await?.status, AssetMediaStatus::Duplicate);
        server.set_quota(server.user_id(), None);
        assert_eq!(client.send(photo("b.jpg", "two")).await?.status, AssetMediaStatus::Created);
    }
    Ok(())
}

#[tokio::test]
async fn a_full_disk_fails_uploads_and_keeps_nothing() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let client = client(&server);
        client.send(photo("a.jpg", "one")).await?;
        server.fill_disk(true);
        let error = client.send(photo("b.jpg", "two")).await.unwrap_err();
        assert_eq!((error.status().unwrap().as_u16(), error.messages()[0].as_str()), (500, "Internal server error"));
        // A duplicate is found by its checksum header only: its content would have to be written first.
        client.send(photo("a.jpg", "one")).await.unwrap_err();
        let known = photo("a.jpg", "one").x_immich_checksum("fe05bcdcdc4928012781a5f1a2a77cbb5398e106");
        assert_eq!(client.send(known).await?.status, AssetMediaStatus::Duplicate);
        assert_eq!(client.server().get_storage().await?.disk_available_raw, 0);
        server.fill_disk(false);
        assert_eq!(client.send(photo("b.jpg", "two")).await?.status, AssetMediaStatus::Created);
        assert_eq!(server.assets().len(), 2);
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_away_cannot_be_reached() -> Result<(), Error> {
    let server = FakeImmich::new();
    let client = client(&server);
    client.send(photo("a.jpg", "one")).await?;
    let responses = server.requests().len();
    server.go_away();
    let error = client.send(photo("b.jpg", "two")).await.unwrap_err();
    assert_eq!(error.transport_error().unwrap().kind(), TransportErrorKind::Connect);
    assert_eq!((server.unanswered().len(), server.unanswered()[0].operation), (1, Some("uploadAsset")));
    assert_eq!(server.requests().len(), responses);
    server.come_back();
    assert_eq!(client.send(photo("b.jpg", "two")).await?.status, AssetMediaStatus::Created);
    assert_eq!(server.assets().len(), 2, "what it had is there again");
    Ok(())
}

/// A body during which the server goes away.
struct Outage(VecDeque<&'static str>, FakeImmich);

impl Stream for Outage {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let next = self.0.pop_front();
        if next.is_none() {
            self.1.go_away();
            self.1.come_back();
        }
        Poll::Ready(next.map(|chunk| Ok(Bytes::from(chunk))))
    }
}

#[tokio::test]
async fn an_upload_during_a_restart_leaves_nothing() {
    let server = FakeImmich::new();
    let body = Body::stream(Outage(["one"].into(), server.clone()), None);
    let upload = UploadAsset::new(FilePart::new("a.jpg", body), Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    let error = client(&server).send(upload).await.unwrap_err();
    assert_eq!(error.transport_error().unwrap().kind(), TransportErrorKind::Closed);
    assert!(server.assets().is_empty());
    assert_eq!(server.unanswered().len(), 1);
}

#[tokio::test]
async fn a_proxy_responds_for_a_server_that_restarts() -> Result<(), Error> {
    let server = FakeImmich::new();
    let client = client(&server);
    client.send(photo("a.jpg", "one")).await?;
    server.set_gateway_error(Some(StatusCode::BAD_GATEWAY));
    let request = Request::get("http://immich.test/api/server/ping").body(Body::empty()).unwrap();
    let response = server.send(request).await.unwrap();
    assert_eq!((response.status(), response.headers()["server"].to_str().unwrap()), (StatusCode::BAD_GATEWAY, "nginx"));
    assert!(response.headers().get("x-correlation-id").is_none());
    let page = response.into_body().bytes(1000).await.unwrap().unwrap();
    assert!(page.starts_with(b"<html>\r\n<head><title>502 Bad Gateway</title>"));

    let error = client.send(photo("b.jpg", "two")).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 502);
    let last = server.requests().pop().unwrap();
    assert_eq!((last.operation, last.status), (Some("uploadAsset"), StatusCode::BAD_GATEWAY));
    server.set_gateway_error(None);
    client.send(photo("b.jpg", "two")).await?;
    Ok(())
}

#[tokio::test]
async fn a_firewall_refuses_a_file_by_its_name() -> Result<(), Error> {
    let server = FakeImmich::new();
    let client = client(&server);
    server.refuse_file("select from.jpg", StatusCode::FORBIDDEN);
    let error = client.send(photo("select from.jpg", "one")).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.missing_permission()), (403, None));
    assert_eq!(client.send(photo("a.jpg", "one")).await?.status, AssetMediaStatus::Created);
    // The firewall acts before the checksum header is read.
    let known = photo("select from.jpg", "one").x_immich_checksum("fe05bcdcdc4928012781a5f1a2a77cbb5398e106");
    assert_eq!(client.send(known).await.unwrap_err().status().unwrap(), 403);
    server.accept_all_files();
    assert_eq!(client.send(photo("select from.jpg", "two")).await?.status, AssetMediaStatus::Created);
    Ok(())
}
