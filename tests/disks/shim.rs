//! Runs this test in a child process on a disk with faults, simulated by `shim.c`, loaded with `LD_PRELOAD`.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use immich_sdk::backend::HyperBackend;
use immich_sdk::mock::{FakeImmich, Served};
use immich_sdk::{AssetId, Client};
use serde_json::Value;
use tempfile::TempDir;

use crate::setup::{Proxy, folder};

/// A server over TCP, and a folder on a disk whose faults are set per run.
pub struct Disk {
    pub proxy: Proxy,
    served: Served,
    folder: TempDir,
}

/// The output of a run.
#[derive(Debug)]
pub struct Run {
    /// The value that the job returned.
    pub report: Value,
    /// The names of the faults that occurred.
    pub hits: Vec<String>,
}

/// The input of a job.
pub struct JobInput {
    pub client: Client,
    pub folder: PathBuf,
    pub ids: Vec<AssetId>,
}

/// Compiles the shim once. Prints a message and returns `None` if there is no C compiler.
fn shim() -> Option<&'static Path> {
    static SHIM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let compile = || {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/disks/shim.c");
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("disk-shim-{}.so", std::process::id()));
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl");
        match compiler.status() {
            Ok(status) => {
                assert!(status.success(), "the shim does not compile");
                Some(library)
            }
            Err(error) => {
                eprintln!("SKIPPED: tests with a faulty disk, because `cc` cannot be run: {error}");
                None
            }
        }
    };
    SHIM.get_or_init(compile).as_deref()
}

impl Disk {
    /// Returns `None` if the disk cannot be simulated.
    pub async fn new(fake: &FakeImmich) -> Option<Self> {
        shim()?;
        let proxy = Proxy::new(fake);
        let served = Served::start(proxy.clone()).await.expect("a port");
        Some(Self { proxy, served, folder: folder() })
    }

    /// The canonical path of the folder with the faults.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("a folder")
    }

    /// Runs a job of `limits.rs` in a child process.
    pub async fn run(&self, job: &str, faults: &str, ids: &[AssetId]) -> Run {
        self.try_run(job, faults, ids).await.unwrap_or_else(|| panic!("{faults}: the program was killed"))
    }

    /// Like [`Disk::run`], but returns `None` if the program was killed.
    pub async fn try_run(&self, job: &str, faults: &str, ids: &[AssetId]) -> Option<Run> {
        let hits = folder();
        let hits_path = hits.path().join("hits");
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let mut program = Command::new(std::env::current_exe().expect("this program"));
        program
            .args(["--exact", "limits::the_program", "--nocapture"])
            .env("LD_PRELOAD", shim().expect("a shim"))
            .env("IMMICH_DISK_FAULTS", faults)
            .env("IMMICH_DISK_FOLDER", self.folder())
            .env("IMMICH_DISK_HITS", &hits_path)
            .env("IMMICH_DISK_JOB", job)
            .env("IMMICH_DISK_URL", self.served.url())
            .env("IMMICH_DISK_KEY", self.proxy.fake.api_key().expose())
            .env("IMMICH_DISK_IDS", ids.join(","));
        let output = tokio::task::spawn_blocking(move || program.output()).await.expect("a thread");
        let output = output.expect("a program");
        if output.status.signal() == Some(9) {
            return None;
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let report = text.lines().find_map(|line| line.split_once("REPORT ")).map(|(_, json)| json);
        let report = report.unwrap_or_else(|| panic!("{faults}: no report: {output:?}"));
        let hits = fs::read_to_string(hits_path).unwrap_or_default();
        let mut hits: Vec<String> = hits.lines().map(str::to_owned).collect();
        hits.sort();
        hits.dedup();
        Some(Run { report: serde_json::from_str(report).expect("a report"), hits })
    }
}

/// Runs the job that the environment variables name, if this process was started by [`Disk::run`].
pub async fn run_job<R: Future<Output = Value>>(job: impl FnOnce(String, JobInput) -> R) {
    let variable = |name: &str| std::env::var(format!("IMMICH_DISK_{name}")).ok();
    let (Some(name), Some(url), Some(key)) = (variable("JOB"), variable("URL"), variable("KEY")) else { return };
    let backend = HyperBackend::new().expect("a backend");
    let client = Client::builder(url).api_key(key).backend(backend).build().expect("a client");
    let ids = variable("IDS").unwrap_or_default();
    let ids = ids.split(',').filter(|id| !id.is_empty()).map(|id| id.parse().expect("an id")).collect();
    let folder = variable("FOLDER").expect("a folder").into();
    let report = tokio::time::timeout(Duration::from_secs(60), job(name, JobInput { client, folder, ids })).await;
    println!("REPORT {}", report.expect("an end"));
}
