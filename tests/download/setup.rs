//! A fake server behind a proxy that injects planned faults, and helpers for files.

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use immich_sdk::api::UploadAsset;
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::FakeImmich;
use immich_sdk::{
    AssetId, Body, Client, FilePart, HttpSend, ResponseBody, ServerVersion, Timer, TransportError, TransportErrorKind,
};
use tempfile::TempDir;

pub const VERSIONS: [ServerVersion; 2] = [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)];

/// A fault that is injected into the request or response of a file.
#[derive(Clone, Debug)]
pub enum Fault {
    /// No fault.
    None,
    /// Closes the connection before the response.
    NoResponse,
    /// Closes the connection after this many bytes of the body.
    Cut(usize),
    /// Responds with this status and an empty body.
    Status(u16),
    /// Sets a response header.
    Header(&'static str, &'static str),
    /// Removes a response header.
    WithoutHeader(&'static str),
    /// Replaces the response body.
    Body(Bytes),
    /// Changes the byte at this index.
    Flip(usize),
    /// Stalls after this many bytes of the body, and keeps the connection open.
    Stall(usize),
    /// Removes a request header.
    WithoutRequestHeader(&'static str),
}

/// A request for a file, as received by the server.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub path: String,
    pub range: Option<String>,
    pub if_range: Option<String>,
    pub status: u16,
}

/// Forwards requests to the fake server and injects the planned faults.
#[derive(Clone)]
pub struct Proxy {
    pub fake: FakeImmich,
    plan: Arc<Mutex<VecDeque<Vec<Fault>>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    timed: bool,
}

impl Proxy {
    pub fn new(fake: &FakeImmich) -> Self {
        Self { fake: fake.clone(), plan: Arc::default(), seen: Arc::default(), timed: false }
    }

    /// With the timer of the fake server, which the test advances.
    pub fn timed(fake: &FakeImmich) -> Self {
        Self { timed: true, ..Self::new(fake) }
    }

    /// Plans one fault for each of the next requests.
    pub fn plan(&self, faults: impl IntoIterator<Item = Fault>) -> &Self {
        self.plan.lock().expect("a plan").extend(faults.into_iter().map(|fault| vec![fault]));
        self
    }

    /// Removes all planned faults.
    pub fn repair(&self) {
        self.plan.lock().expect("a plan").clear();
    }

    /// Plans several faults for one request.
    pub fn plan_combined(&self, faults: impl IntoIterator<Item = Fault>) -> &Self {
        self.plan.lock().expect("a plan").push_back(faults.into_iter().collect());
        self
    }

    /// Takes the file requests received so far.
    pub fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.seen.lock().expect("the requests"))
    }

    pub fn client(&self) -> Client {
        let key = self.fake.api_key();
        Client::builder("http://immich.test").api_key(key).backend(self.clone()).build().expect("a client")
    }
}

#[async_trait]
impl HttpSend for Proxy {
    async fn send(&self, mut request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let path = request.uri().path().to_owned();
        let is_file = ["/original", "/thumbnail", "/playback", "/profile-image", "/download/archive"]
            .iter()
            .any(|end| path.ends_with(end));
        if !is_file || request.method() == http::Method::POST && path.ends_with("profile-image") {
            return self.fake.send(request).await;
        }
        let faults = self.plan.lock().expect("a plan").pop_front().unwrap_or_default();
        for fault in &faults {
            if let Fault::WithoutRequestHeader(name) = fault {
                request.headers_mut().remove(*name);
            }
        }
        let header = |name: &str| request.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
        let (range, if_range) = (header("range"), header("if-range"));
        let mut response = self.fake.send(request).await?;
        for fault in &faults {
            match fault {
                Fault::NoResponse => {
                    self.seen.lock().expect("the requests").push(Seen { path, range, if_range, status: 0 });
                    return Err(TransportError::new(TransportErrorKind::Closed));
                }
                Fault::Status(status) => {
                    response = Response::new(ResponseBody::empty());
                    *response.status_mut() = StatusCode::from_u16(*status).expect("a status");
                }
                Fault::Header(name, value) => {
                    response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
                }
                Fault::WithoutHeader(name) => drop(response.headers_mut().remove(*name)),
                _ => {}
            }
        }
        let status = response.status().as_u16();
        self.seen.lock().expect("the requests").push(Seen { path, range, if_range, status });
        let (head, body) = response.into_parts();
        let mut bytes = body.bytes(u64::MAX).await?.expect("a body").to_vec();
        if let Some(Fault::Body(other)) = faults.iter().find(|fault| matches!(fault, Fault::Body(_))) {
            bytes = other.to_vec();
        }
        let (total, mut end, mut stalls) = (bytes.len() as u64, bytes.len(), false);
        for fault in &faults {
            match fault {
                Fault::Cut(after) => end = *after,
                Fault::Stall(after) => (end, stalls) = (*after, true),
                Fault::Flip(at) => bytes[*at] ^= 1,
                _ => {}
            }
        }
        bytes.truncate(end);
        // In chunks, as received from a network.
        let pieces: Vec<_> = bytes.chunks(7000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        // The chunks before a cut are delivered before it happens.
        let pause = stream::once(tokio::task::yield_now()).filter_map(async |()| None);
        let rest = if stalls { stream::pending().boxed() } else { pause.boxed() };
        let body = Body::stream(stream::iter(pieces).chain(rest), Some(total));
        Ok(Response::from_parts(head, body.into()))
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.timed.then(|| Arc::new(self.fake.timer()) as _)
    }
}

/// Pseudorandom bytes, seeded with the length.
pub fn bytes(length: usize) -> Bytes {
    let mut state = 0x2545_f491_4f6c_dd1d_u64 ^ length as u64;
    let mut bytes = Vec::with_capacity(length);
    for _ in 0..length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.push(state.to_le_bytes()[3]);
    }
    bytes.into()
}

pub fn taken() -> Timestamp {
    "2024-05-06T07:08:09.123Z".parse().expect("a time")
}

pub fn changed() -> Timestamp {
    "2024-06-07T08:09:10.456Z".parse().expect("a time")
}

pub async fn upload(fake: &FakeImmich, name: &str, content: impl Into<Bytes>) -> AssetId {
    let client = Proxy::new(fake).client();
    let part = FilePart::new(name, Body::from(content.into()));
    client.send(UploadAsset::new(part, taken(), changed())).await.expect("an upload").id
}

pub fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// The relative paths of all files below a folder, including hidden ones, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(next) = left.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                left.push(path);
            } else {
                let below = path.strip_prefix(folder).expect("below").to_string_lossy().replace('\\', "/");
                names.push(below);
            }
        }
    }
    names.sort();
    names
}
