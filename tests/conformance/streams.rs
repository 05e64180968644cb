//! Bodies, both ways.

use std::io;

use futures_util::stream;
use immich_sdk::api::{DownloadAsset, GetServerVersion, UploadAsset};
use immich_sdk::bytes::Bytes;
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::{Reply, SeenRequest};
use immich_sdk::{AssetId, Body, ByteStream, Client, Error, ErrorKind, FilePart, TransportErrorKind};
use serde_json::json;

use crate::setup::{Setup, noise};

const LENGTH: usize = 1 << 20;

fn chunks(bytes: &[u8]) -> ByteStream {
    let chunks: Vec<_> = bytes.chunks(10_007).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    Box::pin(stream::iter(chunks))
}

async fn upload(client: &Client, body: Body) -> Result<(), Error> {
    let photo = FilePart::new("noise.jpg", body).content_type("image/jpeg");
    let call = client.assets().upload_asset(photo, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    call.await.map(drop)
}

fn accept_upload(setup: &Setup) {
    let created = json!({"id": AssetId::default(), "status": "created"});
    setup.server.on(UploadAsset::OPERATION).reply(Reply::json(&created).with_status(201));
}

/// The uploads that the server saw, without the question for its version.
fn uploads(setup: &Setup) -> Vec<SeenRequest> {
    let requests = setup.server.requests().into_iter();
    requests.filter(|request| request.path == "/api/assets").collect()
}

/// Whether the form holds the bytes between the blank line and the closing boundary.
fn holds(request: &SeenRequest, bytes: &[u8]) -> bool {
    let body = &request.body[..];
    let end = body.windows(4).rposition(|window| window == b"\r\n--").expect("a closing boundary");
    body[..end].ends_with(bytes) && body[..end - bytes.len()].ends_with(b"\r\n\r\n")
}

pub async fn a_body_of_known_length_is_announced(setup: Setup) {
    accept_upload(&setup);
    let (bytes, client) = (noise(LENGTH), setup.client());
    upload(&client, Body::from(bytes.clone())).await.expect("bytes");
    upload(&client, Body::stream(chunks(&bytes), Some(LENGTH as u64))).await.expect("a stream");
    let again = bytes.clone();
    upload(&client, Body::replayable(move || Ok(chunks(&again)), Some(LENGTH as u64))).await.expect("a replayable");
    for request in uploads(&setup) {
        assert!(holds(&request, &bytes), "the bytes arrive");
        assert_eq!(request.header("content-length"), Some(request.body.len().to_string().as_str()));
        assert_eq!(request.header("transfer-encoding"), None);
    }
    assert_eq!(uploads(&setup).len(), 3);
}

pub async fn a_body_of_unknown_length_is_not_announced(setup: Setup) {
    accept_upload(&setup);
    let bytes = noise(LENGTH);
    upload(&setup.client(), Body::stream(chunks(&bytes), None)).await.expect("an upload");
    let request = &uploads(&setup)[0];
    assert!(holds(request, &bytes), "the bytes arrive");
    assert_eq!(request.header("content-length"), None);
}

pub async fn a_form_arrives_whole(setup: Setup) {
    accept_upload(&setup);
    let taken: Timestamp = "2024-05-06T07:08:09.1234Z".parse().expect("an instant");
    let client = setup.client();
    let photo = FilePart::new("a \"b\"\r\n.jpg", vec![1, 2, 3]);
    let call = client.assets().upload_asset(photo, taken, taken).is_favorite(true);
    call.sidecar_data(FilePart::new("a.xmp", "<x/>")).await.expect("an upload");
    let request = &uploads(&setup)[0];
    let text = String::from_utf8_lossy(&request.body);
    for part in [
        "name=\"fileCreatedAt\"\r\n\r\n2024-05-06T07:08:09.123Z\r\n",
        "name=\"isFavorite\"\r\n\r\ntrue\r\n",
        "name=\"assetData\"; filename=\"a %22b%22%0D%0A.jpg\"\r\nContent-Type: application/octet-stream\r\n\r\n\u{1}\u{2}\u{3}\r\n",
        "name=\"sidecarData\"; filename=\"a.xmp\"\r\nContent-Type: application/octet-stream\r\n\r\n<x/>\r\n",
    ] {
        assert!(text.contains(part), "{part:?} in {text:?}");
    }
    let first_file = text.find("filename=").expect("a file");
    assert!(!text[first_file..].contains("isFavorite"), "texts stand before files");
}

pub async fn a_body_that_breaks_is_the_error(setup: Setup) {
    accept_upload(&setup);
    let broken = || stream::iter([Ok(Bytes::from_static(b"some")), Err(io::Error::other("the disk is gone"))]);
    for length in [None, Some(LENGTH as u64)] {
        let error = upload(&setup.client(), Body::stream(broken(), length)).await.expect_err("an error");
        assert_eq!(error.kind(), ErrorKind::Transport);
        let transport = error.transport_error().expect("a transport error");
        assert_eq!(transport.kind(), TransportErrorKind::RequestBody, "{error:?}");
        let cause = std::error::Error::source(&error).expect("a cause").to_string();
        assert_eq!(cause, "the disk is gone");
    }
}

pub async fn a_body_that_is_too_short_is_never_a_request(setup: Setup) {
    accept_upload(&setup);
    for promised in [LENGTH as u64 + 1, LENGTH as u64 - 1] {
        let body = Body::stream(chunks(&noise(LENGTH)), Some(promised));
        let error = upload(&setup.client(), body).await.expect_err("an error");
        let transport = error.transport_error().expect("a transport error");
        assert_eq!(transport.kind(), TransportErrorKind::RequestBody, "{error:?}");
    }
    let whole = uploads(&setup).iter().filter(|request| request.body.ends_with(b"--\r\n")).count();
    assert_eq!(whole, 0, "no request that looks complete");
}

async fn download(setup: &Setup) -> (Option<u64>, Vec<u8>, Result<(), Error>) {
    let client = setup.client();
    let mut answer = match client.assets().download_asset(AssetId::default()).await {
        Ok(answer) => answer,
        Err(error) => return (None, Vec::new(), Err(error)),
    };
    let (length, mut bytes) = (answer.len(), Vec::new());
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return (length, bytes, Ok(())),
            Err(error) => return (length, bytes, Err(error)),
        }
    }
}

pub async fn an_answer_of_known_length_streams(setup: Setup) {
    let bytes = noise(LENGTH);
    setup.server.on(DownloadAsset::OPERATION).reply(Reply::bytes("image/jpeg", bytes.clone()));
    let (length, read, result) = download(&setup).await;
    result.expect("the whole answer");
    assert_eq!((length, read == bytes), (Some(LENGTH as u64), true));
}

pub async fn an_answer_of_unknown_length_streams(setup: Setup) {
    let bytes = noise(LENGTH);
    setup.server.on(DownloadAsset::OPERATION).reply(Reply::bytes("image/jpeg", bytes.clone()).without_length());
    let (length, read, result) = download(&setup).await;
    result.expect("the whole answer");
    assert_eq!((length, read == bytes), (None, true));
}

pub async fn an_answer_that_is_cut_short_is_an_error(setup: Setup) {
    for cut in [0, 1, LENGTH / 2, LENGTH - 1] {
        cut_short(&setup, Reply::bytes("image/jpeg", noise(LENGTH)).cut_after(cut), cut).await;
    }
}

pub async fn an_answer_of_unknown_length_that_is_cut_short_is_an_error(setup: Setup) {
    for cut in [0, LENGTH / 2, LENGTH] {
        let reply = Reply::bytes("image/jpeg", noise(LENGTH)).without_length().cut_after(cut);
        cut_short(&setup, reply, cut).await;
    }
}

async fn cut_short(setup: &Setup, reply: Reply, cut: usize) {
    setup.server.on(DownloadAsset::OPERATION).reply(reply).times(1);
    let (_, read, result) = download(setup).await;
    let error = result.expect_err("a short answer");
    assert_eq!(error.kind(), ErrorKind::Transport, "{error:?}");
    let transport = error.transport_error().expect("a transport error");
    assert_eq!(transport.kind(), TransportErrorKind::Closed, "{error:?}");
    assert!(read.len() <= cut && noise(LENGTH).starts_with(&read), "what was read is a beginning of it");
}

pub async fn json_that_is_cut_short_is_a_transport_error(setup: Setup) {
    let version = json!({"major": 3, "minor": 1, "patch": 0});
    setup.server.on(GetServerVersion::OPERATION).reply(Reply::json(&version).cut_after(5));
    let error = setup.client().server().get_server_version().await.expect_err("a short answer");
    assert_eq!(error.kind(), ErrorKind::Transport, "{error:?}");
}

pub async fn a_range_is_answered_with_206(setup: Setup) {
    let ranged = |request: &SeenRequest| request.header("range") == Some("bytes=2-");
    let reply = Reply::bytes("image/jpeg", "cdef").with_status(206).header("content-range", "bytes 2-5/6");
    setup.server.on(DownloadAsset::OPERATION).when(ranged).reply(reply);
    let client = setup.client();
    let answer = client.assets().download_asset(AssetId::default()).header("range", "bytes=2-").await.expect("a range");
    assert_eq!(answer.status(), 206);
    assert_eq!(answer.headers()["content-range"], "bytes 2-5/6");
    assert_eq!(&answer.bytes(10).await.expect("bytes")[..], b"cdef");
}
