//! A program that uploads 200 files is killed at random moments; after the last run the server has each file once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use immich_sdk::http::{Request, Response};
use immich_sdk::mock::{FakeImmich, Served};
use immich_sdk::transfer::UploadSummary;
use immich_sdk::{Body, Client, HttpSend, ResponseBody, Timer, TransportError};
use tokio::sync::Notify;

const FILES: usize = 200;
const KILLS: u64 = 20;

/// The server, which counts what it is asked: before it answers, and after.
struct Counting {
    server: FakeImmich,
    count: Arc<AtomicU64>,
    counted: Arc<Notify>,
}

#[async_trait]
impl HttpSend for Counting {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.counted.notify_one();
        let answer = self.server.send(request).await;
        self.count.fetch_add(1, Ordering::SeqCst);
        self.counted.notify_one();
        answer
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        HttpSend::timer(&self.server)
    }
}

/// This test as the program that is killed: it uploads what the variables say, and is nothing without them.
#[tokio::test]
async fn the_program() {
    let variable = |name: &str| std::env::var(format!("IMMICH_KILL_{name}")).ok();
    let (Some(url), Some(key), Some(folder)) = (variable("URL"), variable("KEY"), variable("FOLDER")) else { return };
    let summary = upload(&url, key, Path::new(&folder)).await;
    assert!(summary.is_complete(), "{summary:?}");
}

async fn upload(url: &str, key: String, folder: &Path) -> UploadSummary {
    let backend = immich_sdk::hyper::HyperBackend::new().expect("a backend");
    let client = Client::builder(url).api_key(key).backend(backend).build().expect("a client");
    let upload = client.upload().path(folder.join("photos")).journal(folder.join("journal")).album_name("Killed");
    upload.start().expect("an upload").finish().await.expect("a summary")
}

fn child(url: &str, key: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "the_program"])
        .envs([("IMMICH_KILL_URL", url), ("IMMICH_KILL_KEY", key)])
        .env("IMMICH_KILL_FOLDER", folder)
        .stdout(Stdio::null())
        .spawn()
        .expect("a program")
}

fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

fn photos(folder: &Path) -> Vec<PathBuf> {
    fs::create_dir(folder.join("photos")).expect("a folder");
    let write = |number: usize| {
        let path = folder.join(format!("photos/{number:03}.jpg"));
        let bytes: Vec<u8> = (0..2000 + number * 331).map(|at| (at * (number + 7) / 3) as u8).collect();
        fs::write(&path, [bytes, number.to_le_bytes().to_vec()].concat()).expect("a file");
        path
    };
    (0..FILES).map(write).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_again_and_again_it_uploads_each_file_once() {
    let server = FakeImmich::new();
    let (count, counted) = (Arc::new(AtomicU64::new(0)), Arc::new(Notify::new()));
    let counting = Counting { server: server.clone(), count: Arc::clone(&count), counted: Arc::clone(&counted) };
    let served = Served::start(counting).await.expect("a port");
    let folder = tempfile::tempdir().expect("a folder");
    let files = photos(folder.path());
    let key = server.api_key().expose().to_owned();

    let mut seed = 0x9e37_79b9_7f4a_7c15;
    for _ in 0..KILLS {
        let mut child = child(&served.url(), &key, folder.path());
        // What is counted before and after an answer is twice the requests: few, for each run is to be killed on its way.
        let until = count.load(Ordering::SeqCst) + 1 + random(&mut seed) % 30;
        while count.load(Ordering::SeqCst) < until && child.try_wait().expect("a state").is_none() {
            // A child that ended asks nothing more, so that is looked at again from time to time.
            drop(tokio::time::timeout(Duration::from_secs(5), counted.notified()).await);
        }
        child.kill().expect("killed");
        child.wait().expect("its end");
    }
    let before = server.assets().len();
    assert!(before < FILES, "the last kill came too late to show anything");

    let key = key.clone();
    let summary = upload(&served.url(), key, folder.path()).await;
    assert_eq!((summary.inputs, summary.failed), (FILES as u64, 0));
    let assets = server.assets();
    assert_eq!(assets.len(), FILES);
    for path in files {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let same: Vec<_> = assets.iter().filter(|asset| asset.original_file_name == name).collect();
        assert_eq!(same.len(), 1, "{name}");
        assert_eq!(same[0].bytes, fs::read(&path).expect("the file"), "{name}");
    }
    assert_eq!(summary.albums[0].added + summary.albums[0].already, FILES as u64);
    let lines = fs::read_to_string(folder.path().join("journal")).expect("the journal").lines().count();
    assert!(lines >= FILES, "{lines}");
}
