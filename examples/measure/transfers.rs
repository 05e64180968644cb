//! A large file up and down.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, StreamBody};
use hyper::body::Frame;
use hyper_util::client::legacy::Client as Hyper;
use hyper_util::rt::TokioExecutor;
use immich_sdk::hyper::HyperBackend;
use immich_sdk::jiff::Timestamp;
use immich_sdk::transfer::file_body;
use immich_sdk::{AssetId, Client, FilePart};

use crate::Result;
use crate::clock::{Turns, cpu, memory, reset_peak_memory};
use crate::server::LARGE;

const TURNS: usize = 4;
const CHUNK: usize = 256 << 10;

pub async fn measure(url: &str) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("immich-measure-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = in_folder(url, &folder).await;
    std::fs::remove_dir_all(&folder)?;
    outcome
}

async fn in_folder(url: &str, folder: &Path) -> Result<()> {
    let path = folder.join("large.jpg");
    let mut file = File::create(&path)?;
    let block = vec![7; 1 << 20];
    for _ in 0..LARGE >> 20 {
        file.write_all(&block)?;
    }
    drop(file);
    let client = Client::builder(url).api_key("key").backend(HyperBackend::new()?).build()?;

    let (mut turns, idle) = (Turns::default(), memory().0);
    reset_peak_memory();
    let mut peak = 0;
    for _ in 0..TURNS {
        turns.by_hand(upload_by_hand(url, &path).await?);
        reset_peak_memory();
        turns.by_crate(upload(&client, &path).await?);
        peak = peak.max(memory().1);
    }
    turns.print("2 GiB up from a file, hyper", 1);
    println!("{:<46} {:>21} MiB", "  peak of memory above idle", peak.saturating_sub(idle));

    let (mut turns, idle) = (Turns::default(), memory().0);
    let mut peak = 0;
    for _ in 0..TURNS {
        turns.by_hand(download_by_hand(url, &folder.join("hand.jpg")).await?);
        reset_peak_memory();
        turns.by_crate(download(&client, &folder.join("crate.jpg")).await?);
        peak = peak.max(memory().1);
    }
    turns.print("2 GiB down to a file, hyper", 1);
    println!("{:<46} {:>21} MiB", "  peak of memory above idle", peak.saturating_sub(idle));
    Ok(())
}

async fn upload(client: &Client, path: &Path) -> Result<Duration> {
    let before = cpu();
    let photo = FilePart::new("large.jpg", file_body(path, LARGE));
    client.assets().upload_asset(photo, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH).await?;
    Ok(cpu() - before)
}

/// Reads the file on tokio's threads, a chunk ahead, in two buffers that are used again and again.
async fn upload_by_hand(url: &str, path: &Path) -> Result<Duration> {
    let before = cpu();
    let client = Hyper::builder(TokioExecutor::new()).build_http();
    let (sender, receiver) = tokio::sync::mpsc::channel::<std::io::Result<Frame<Bytes>>>(1);
    let mut file = File::open(path)?;
    tokio::task::spawn_blocking(move || {
        let head = "--b\r\nContent-Disposition: form-data; name=\"assetData\"; filename=\"large.jpg\"\r\n\r\n";
        drop(sender.blocking_send(Ok(Frame::data(Bytes::from(head)))));
        let mut buffer = bytes::BytesMut::with_capacity(2 * CHUNK);
        loop {
            if !buffer.try_reclaim(CHUNK) {
                buffer.reserve(CHUNK);
            }
            buffer.resize(CHUNK, 0);
            match file.read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(read) => {
                    let chunk = buffer.split_to(read).freeze();
                    buffer.clear();
                    if sender.blocking_send(Ok(Frame::data(chunk))).is_err() {
                        return;
                    }
                }
            }
        }
        drop(sender.blocking_send(Ok(Frame::data(Bytes::from("\r\n--b--\r\n")))));
    });
    let chunks = futures_util::stream::unfold(receiver, |mut receiver| async {
        let chunk = receiver.recv().await?;
        Some((chunk, receiver))
    });
    let request = http::Request::post(format!("{url}/api/assets"))
        .header("x-api-key", "key")
        .header("content-type", "multipart/form-data; boundary=b");
    let response = client.request(request.body(StreamBody::new(Box::pin(chunks)))?).await?;
    assert_eq!(response.status(), 200);
    response.into_body().collect().await?;
    Ok(cpu() - before)
}

async fn download(client: &Client, path: &Path) -> Result<Duration> {
    let before = cpu();
    let mut answer = client.assets().download_asset(AssetId::default()).await?;
    let mut file = File::create(path)?;
    while let Some(chunk) = answer.chunk().await? {
        file.write_all(&chunk)?;
    }
    Ok(cpu() - before)
}

async fn download_by_hand(url: &str, path: &Path) -> Result<Duration> {
    let before = cpu();
    let client: Hyper<_, Empty<Bytes>> = Hyper::builder(TokioExecutor::new()).build_http();
    let request = http::Request::get(format!("{url}/api/assets/x/original")).header("x-api-key", "key");
    let mut body = client.request(request.body(Empty::new())?).await?.into_body();
    let mut file = File::create(path)?;
    while let Some(frame) = body.frame().await {
        if let Ok(chunk) = frame?.into_data() {
            file.write_all(&chunk)?;
        }
    }
    Ok(cpu() - before)
}
