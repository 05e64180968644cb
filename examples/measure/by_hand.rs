//! Transfers as one would write them on hyper alone.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use hyper::body::Frame;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use immich_sdk::transfer::{Checksum, Checksummer};
use serde_json::json;

use crate::Result;

const CHUNK: usize = 256 << 10;

type Body = UnsyncBoxBody<Bytes, std::io::Error>;

pub type Connections = Client<HttpConnector, Body>;

pub fn connections() -> Connections {
    Client::builder(TokioExecutor::new()).build_http()
}

pub fn hash(path: &Path) -> Result<Checksum> {
    let (mut file, mut checksum, mut buffer) = (File::open(path)?, Checksummer::default(), vec![0; CHUNK]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(checksum.finish()),
            read => checksum.update(&buffer[..read]),
        }
    }
}

/// Asks for all files at once.
pub async fn check(client: &Connections, url: &str, checksums: &[Checksum]) -> Result<()> {
    let item = |(id, checksum): (usize, &Checksum)| json!({"id": id.to_string(), "checksum": checksum.to_string()});
    let assets: Vec<_> = checksums.iter().enumerate().map(item).collect();
    let body = Full::new(serde_json::to_vec(&json!({ "assets": assets }))?.into());
    let request = http::Request::post(format!("{url}/api/assets/bulk-upload-check"))
        .header("x-api-key", "key")
        .header("content-type", "application/json");
    send(client, request, body.map_err(|never| match never {}).boxed_unsync()).await
}

fn head(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let text =
        |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let times = ["fileCreatedAt", "fileModifiedAt"].map(|name| text(name, "2024-05-06T07:08:09.123Z")).concat();
    format!(
        "{times}--b\r\nContent-Disposition: form-data; name=\"assetData\"; filename=\"{name}\"\r\n\
         Content-Type: image/jpeg\r\n\r\n"
    )
}

const TAIL: &str = "\r\n--b--\r\n";

fn request(url: &str, checksum: Checksum) -> http::request::Builder {
    http::Request::post(format!("{url}/api/assets"))
        .header("x-api-key", "key")
        .header("x-immich-checksum", checksum.to_string())
        .header("content-type", "multipart/form-data; boundary=b")
}

/// Reads the file whole: it is small.
pub async fn upload_small(client: &Connections, url: &str, path: &Path, checksum: Checksum) -> Result<()> {
    let mut body = head(path).into_bytes();
    let owned = path.to_owned();
    body.extend(tokio::task::spawn_blocking(move || std::fs::read(owned)).await??);
    body.extend(TAIL.bytes());
    let body = Full::new(body.into()).map_err(|never| match never {}).boxed_unsync();
    send(client, request(url, checksum), body).await
}

/// Reads the file on a thread of tokio, a chunk ahead, in buffers that are used again.
pub async fn upload(client: &Connections, url: &str, path: &Path, checksum: Checksum) -> Result<()> {
    let (sender, receiver) = tokio::sync::mpsc::channel::<std::io::Result<Frame<Bytes>>>(1);
    let mut file = File::open(path)?;
    let head = head(path);
    let length = file.metadata()?.len() + (head.len() + TAIL.len()) as u64;
    tokio::task::spawn_blocking(move || {
        drop(sender.blocking_send(Ok(Frame::data(Bytes::from(head)))));
        let mut buffer = BytesMut::new();
        loop {
            if !buffer.try_reclaim(CHUNK) {
                buffer = BytesMut::with_capacity(CHUNK);
            }
            buffer.resize(CHUNK, 0);
            let chunk = file.read(&mut buffer).map(|read| {
                buffer.truncate(read);
                Frame::data(buffer.split().freeze())
            });
            let is_end = chunk.as_ref().is_ok_and(|chunk| chunk.data_ref().is_some_and(Bytes::is_empty));
            if is_end || sender.blocking_send(chunk).is_err() {
                break;
            }
        }
        drop(sender.blocking_send(Ok(Frame::data(Bytes::from(TAIL)))));
    });
    let chunks = stream::unfold(receiver, |mut receiver| async {
        let chunk = receiver.recv().await?;
        Some((chunk, receiver))
    });
    let request = request(url, checksum).header("content-length", length);
    send(client, request, StreamBody::new(Box::pin(chunks)).boxed_unsync()).await
}

async fn send(client: &Connections, request: http::request::Builder, body: Body) -> Result<()> {
    let response = client.request(request.body(body)?).await?;
    assert_eq!(response.status(), 200);
    response.into_body().collect().await?;
    Ok(())
}

/// Hashes what comes, collects it to a megabyte, and writes that on a thread of tokio.
pub async fn download(url: &str, path: &Path) -> Result<Checksum> {
    let client: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let request = http::Request::get(format!("{url}/api/assets/x/original")).header("x-api-key", "key");
    let mut body = client.request(request.body(Empty::new())?).await?.into_body();
    let mut checksum = Checksummer::default();
    let (mut file, mut chunks, mut length) = (File::create(path)?, Vec::new(), 0);
    let write = |mut file: File, chunks: Vec<Bytes>| async move {
        tokio::task::spawn_blocking(move || {
            chunks.iter().try_for_each(|chunk| file.write_all(chunk))?;
            Ok::<File, std::io::Error>(file)
        })
        .await
    };
    while let Some(frame) = body.frame().await {
        let Ok(chunk) = frame?.into_data() else { continue };
        checksum.update(&chunk);
        length += chunk.len();
        chunks.push(chunk);
        if length >= 1 << 20 {
            file = write(file, std::mem::take(&mut chunks)).await??;
            length = 0;
        }
    }
    file = write(file, chunks).await??;
    tokio::task::spawn_blocking(move || file.sync_all()).await??;
    Ok(checksum.finish())
}
