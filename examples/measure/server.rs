//! The server of the measurements, in a process of its own: it takes uploads without keeping them, and gives
//! downloads that it does not have.

use std::convert::Infallible;
use std::io::{BufRead, BufReader};
use std::net::Ipv4Addr;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::Result;

pub const ARGUMENT: &str = "--server";

/// The length of the file that is downloaded.
pub const LARGE: u64 = 2 << 30;

const CHUNK: usize = 64 << 10;

pub struct Server {
    pub url: String,
    process: Child,
}

impl Server {
    pub fn start() -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?).arg(ARGUMENT).stdout(Stdio::piped()).spawn()?;
        let output = process.stdout.take().ok_or("the server has no output")?;
        let mut url = String::new();
        BufReader::new(output).read_line(&mut url)?;
        Ok(Self { url: url.trim().to_owned(), process })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

pub async fn serve() -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)).await);
        });
    }
}

/// The response to a small call: 20 albums.
pub fn albums() -> String {
    let album = r#"{"albumName":"Holidays","albumThumbnailAssetId":null,"albumUsers":[],"assetCount":3,
        "createdAt":"2024-05-06T07:08:09.123Z","description":"","hasSharedLink":false,
        "id":"3fa85f64-5717-4562-b3fc-2c963f66afa6","isActivityEnabled":true,"shared":false,
        "updatedAt":"2024-05-06T07:08:09.123Z"}"#;
    format!("[{}]", [album; 20].join(","))
}

async fn answer(request: Request<Incoming>) -> Result<Response<BoxBody<Bytes, Infallible>>, hyper::Error> {
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    let checked = if path == "/api/assets/bulk-upload-check" { Some(accept(body).await?) } else { drain(body).await? };
    let json = |text: String| (Full::new(Bytes::from(text)).boxed(), "application/json");
    let (body, media) = match path {
        "/api/server/version" => json(r#"{"major":3,"minor":1,"patch":0}"#.into()),
        "/api/server/media-types" => json(r#"{"image":[".jpg"],"video":[".mp4"],"sidecar":[".xmp"]}"#.into()),
        "/api/assets" => json(format!(r#"{{"id":"{}","status":"created"}}"#, uuid())),
        path if path.ends_with("/original") => {
            let chunk = Bytes::from(vec![7; CHUNK]);
            let count = usize::try_from(LARGE).unwrap_or(usize::MAX) / CHUNK;
            let chunks = stream::iter(0..count).map(move |_| Ok(Frame::data(chunk.clone())));
            (BodyExt::boxed(StreamBody::new(chunks)), "application/octet-stream")
        }
        _ => json(checked.unwrap_or_else(albums)),
    };
    let mut response = Response::new(body);
    response.headers_mut().insert("content-type", http::HeaderValue::from_static(media));
    if media == "application/octet-stream" {
        response.headers_mut().insert("content-length", LARGE.into());
        response.headers_mut().insert("etag", http::HeaderValue::from_static("W/\"1\""));
    }
    Ok(response)
}

/// Each upload makes another asset.
fn uuid() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    format!("3fa85f64-5717-4562-b3fc-{:012x}", LAST.fetch_add(1, Ordering::Relaxed))
}

async fn drain(mut body: Incoming) -> Result<Option<String>, hyper::Error> {
    while let Some(frame) = body.frame().await {
        frame?;
    }
    Ok(None)
}

/// Nothing is known: everything is to be uploaded.
async fn accept(body: Incoming) -> Result<String, hyper::Error> {
    let asked: Value = serde_json::from_slice(&body.collect().await?.to_bytes()).unwrap_or_default();
    let items = asked["assets"].as_array().map(Vec::as_slice).unwrap_or_default();
    let results: Vec<Value> = items.iter().map(|item| json!({"id": item["id"], "action": "accept"})).collect();
    Ok(json!({ "results": results }).to_string())
}
