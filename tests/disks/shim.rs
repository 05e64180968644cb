//! Runs this test as a program on a disk with faults: `shim.c`, loaded with `LD_PRELOAD`, plays the disk.

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

use crate::setup::{Line, folder};

/// A server over TCP, and a folder on a disk whose faults each run chooses.
pub struct Disk {
    pub line: Line,
    served: Served,
    folder: TempDir,
}

/// The output of a run.
#[derive(Debug)]
pub struct Run {
    /// The value that the job returned.
    pub report: Value,
    /// The names of the faults that were met.
    pub hits: Vec<String>,
}

/// The input of a job.
pub struct Given {
    pub client: Client,
    pub folder: PathBuf,
    pub ids: Vec<AssetId>,
}

/// The compiled shim; `None`, and a line that says so, where there is no C compiler.
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
                eprintln!("SKIPPED: no disk with faults is tried, since `cc` cannot be run: {error}");
                None
            }
        }
    };
    SHIM.get_or_init(compile).as_deref()
}

impl Disk {
    /// `None` where no disk with faults can be made.
    pub async fn new(fake: &FakeImmich) -> Option<Self> {
        shim()?;
        let line = Line::new(fake);
        let served = Served::start(line.clone()).await.expect("a port");
        Some(Self { line, served, folder: folder() })
    }

    /// The folder with the faults, as it is without links.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("a folder")
    }

    /// Runs a job of `limits.rs` as a program of its own.
    pub async fn run(&self, job: &str, faults: &str, ids: &[AssetId]) -> Run {
        self.try_run(job, faults, ids).await.unwrap_or_else(|| panic!("{faults}: the program was killed"))
    }

    /// `None` if the program was killed.
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
            .env("IMMICH_DISK_KEY", self.line.fake.api_key().expose())
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

/// Runs the job that the variables name, if this process was started by [`Disk::run`].
pub async fn play<R: Future<Output = Value>>(job: impl FnOnce(String, Given) -> R) {
    let variable = |name: &str| std::env::var(format!("IMMICH_DISK_{name}")).ok();
    let (Some(name), Some(url), Some(key)) = (variable("JOB"), variable("URL"), variable("KEY")) else { return };
    let backend = HyperBackend::new().expect("a backend");
    let client = Client::builder(url).api_key(key).backend(backend).build().expect("a client");
    let ids = variable("IDS").unwrap_or_default();
    let ids = ids.split(',').filter(|id| !id.is_empty()).map(|id| id.parse().expect("an id")).collect();
    let folder = variable("FOLDER").expect("a folder").into();
    let report = tokio::time::timeout(Duration::from_secs(60), job(name, Given { client, folder, ids })).await;
    println!("REPORT {}", report.expect("an end"));
}
