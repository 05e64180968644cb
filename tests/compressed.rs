//! Responses that come compressed: read within the limits where the backend decompresses, and a clear error elsewhere.

#![cfg(all(feature = "gzip", feature = "brotli", feature = "zstd"))]

use std::io::Write as _;
use std::sync::Arc;

use async_trait::async_trait;
use flate2::write::GzEncoder;
use flate2::{Compress, Compression, FlushCompress};
use immich_sdk::api::{DownloadAsset, GetAllAlbums, GetServerVersion};
use immich_sdk::backend::HyperBackend;
use immich_sdk::backend::ReqwestBackend;
use immich_sdk::bytes::Bytes;
use immich_sdk::mock::{MockSend, Reply, Served};
use immich_sdk::{
    AssetId, Body, Client, ErrorKind, HttpSend, ResponseBody, ResponseLimits, TransportError, TransportErrorKind, http,
};
use serde_json::json;

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn reply(bytes: impl Into<Bytes>) -> Reply {
    Reply::bytes("application/json", bytes).header("content-encoding", "gzip")
}

fn version() -> Vec<u8> {
    json!({"major": 3, "minor": 1, "patch": 0}).to_string().into_bytes()
}

async fn over_reqwest(server: impl HttpSend + 'static) -> (Client, Served) {
    let served = Served::start(server).await.expect("a port");
    let limits = ResponseLimits::default().max_bytes(1 << 20);
    let backend = ReqwestBackend::new().expect("a backend");
    let client = Client::builder(served.url()).backend(backend).response_limits(limits).build().expect("a client");
    (client, served)
}

#[tokio::test]
async fn json_is_asked_for_compressed_and_files_as_they_are() {
    let server = MockSend::new();
    server.on(GetServerVersion::OPERATION).reply(reply(zipped(&version())));
    server.on(DownloadAsset::OPERATION).reply(Reply::bytes("image/jpeg", "photo"));
    let (client, _served) = over_reqwest(server.clone()).await;
    assert_eq!(client.server().get_server_version().await.expect("a version").major, 3);
    let photo = client.assets().download_asset(AssetId::default()).await.expect("a photo");
    assert_eq!(photo.len(), Some(5), "a file keeps its length");

    let [json, file] = &server.requests()[..] else { panic!("two requests") };
    let asked = json.header("accept-encoding").expect("codings");
    assert!(["gzip", "br", "zstd"].iter().all(|coding| asked.contains(coding)), "{asked}");
    assert_eq!(file.header("accept-encoding"), Some("identity"));
}

#[tokio::test]
async fn hyper_asks_for_nothing_and_an_answer_that_is_compressed_all_the_same_is_told_as_such() {
    let server = MockSend::new();
    server.on(GetServerVersion::OPERATION).reply(reply(zipped(&version())));
    let served = Served::start(server.clone()).await.expect("a port");
    let backend = HyperBackend::new().expect("a backend");
    let client = Client::builder(served.url()).backend(backend).build().expect("a client");
    let error = client.server().get_server_version().await.expect_err("gzip");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("compressed (`gzip`)"), "{error}");
    assert_eq!(server.requests()[0].header("accept-encoding"), None);
}

#[tokio::test]
async fn a_photo_that_nobody_decompressed_is_not_taken_for_the_photo() {
    let server = MockSend::new();
    server.on(DownloadAsset::OPERATION).reply(reply(zipped(b"photo")));
    let client = Client::builder("http://immich.test").backend(server).build().expect("a client");
    let error = client.assets().download_asset(AssetId::default()).await.expect_err("gzip");
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn what_is_longer_than_the_limit_when_decompressed_is_too_large() {
    let server = MockSend::new();
    let spaces = vec![b' '; (1 << 20) + 1];
    server.on(GetAllAlbums::OPERATION).reply(reply(zipped(&spaces)));
    let (client, _served) = over_reqwest(server).await;
    let error = client.albums().get_all_albums().await.expect_err("too long");
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
}

#[tokio::test]
async fn what_is_cut_short_or_no_gzip_is_an_error_of_the_transport() {
    let whole = zipped(&version());
    let server = MockSend::new();
    let cut = whole[..whole.len() - 4].to_vec();
    server.on(GetServerVersion::OPERATION).reply(reply(cut)).reply(reply("no gzip")).times(2);
    let (client, _served) = over_reqwest(server).await;
    for kind in [TransportErrorKind::Closed, TransportErrorKind::Protocol] {
        let error = client.server().get_server_version().await.expect_err("no JSON");
        assert_eq!(error.transport_error().map(TransportError::kind), Some(kind), "{error}");
    }
}

/// A server that responses with a gigabyte of zeros in a megabyte of gzip.
struct Bomb {
    status: u16,
    /// A mebibyte of zeros as blocks of deflate that end at a byte, so that they can stand one after the other.
    mebibyte: Bytes,
}

impl Bomb {
    fn new(status: u16) -> Self {
        let zeros = vec![0; 1 << 20];
        let mut blocks = Vec::with_capacity(1 << 16);
        let mut deflate = Compress::new(Compression::default(), false);
        deflate.compress_vec(&zeros, &mut blocks, FlushCompress::Full).expect("blocks");
        assert_eq!(deflate.total_in(), 1 << 20);
        Self { status, mebibyte: blocks.into() }
    }
}

#[async_trait]
impl HttpSend for Bomb {
    async fn send(&self, _: http::Request<Body>) -> Result<http::Response<ResponseBody>, TransportError> {
        const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
        let head = std::iter::once(Bytes::copy_from_slice(&HEAD));
        let chunks = head.chain(std::iter::repeat_n(self.mebibyte.clone(), 1024));
        let body = Body::stream(futures_util::stream::iter(chunks.map(Ok)), None);
        let response = http::Response::builder().status(self.status).header("content-encoding", "gzip");
        Ok(response.header("content-type", "application/json").body(body.into()).expect("a response"))
    }
}

/// The peak memory of this process, in KiB, where the system reports it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[tokio::test]
async fn a_bomb_ends_in_too_large_and_takes_no_memory() {
    let before = peak();
    let (client, _served) = over_reqwest(Arc::new(Bomb::new(200))).await;
    let error = client.albums().get_all_albums().await.expect_err("a bomb");
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    // The status counts, also where what explains it is a bomb.
    let (client, _served) = over_reqwest(Arc::new(Bomb::new(500))).await;
    let error = client.albums().get_all_albums().await.expect_err("a bomb");
    assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Api, Some(500)));
    if let (Some(before), Some(after)) = (before, peak()) {
        assert!(after - before < 64 << 10, "{} KiB", after - before);
    }
}
