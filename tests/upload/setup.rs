//! A fake server, a client, and a folder of files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use immich_sdk::mock::{FakeImmich, Served};
use immich_sdk::transfer::{Upload, UploadOutcome, UploadResult, UploadSummary};
use immich_sdk::{Client, HttpSend, RetryPolicy, ServerVersion};
use tempfile::TempDir;

pub struct Setup {
    pub server: FakeImmich,
    pub client: Client,
    pub folder: TempDir,
    pub _served: Option<Served>,
}

/// Retries without a delay, because the clock of the mock does not advance.
pub fn retry() -> RetryPolicy {
    RetryPolicy::default().base_delay(Duration::ZERO)
}

impl Setup {
    pub fn memory() -> Self {
        Self::of_server(FakeImmich::new())
    }

    pub fn of_server(server: FakeImmich) -> Self {
        Self::of(server.clone(), server)
    }

    pub fn version(version: ServerVersion) -> Self {
        Self::of_server(FakeImmich::with_version(version))
    }

    /// In memory, with a custom backend in front of the server.
    pub fn of(server: FakeImmich, backend: impl HttpSend + 'static) -> Self {
        Self::at("http://immich.test", server, Arc::new(backend), None)
    }

    pub async fn hyper() -> Self {
        Self::hyper_version(FakeImmich::new().version()).await
    }

    pub async fn reqwest() -> Self {
        Self::reqwest_version(FakeImmich::new().version()).await
    }

    pub async fn hyper_version(version: ServerVersion) -> Self {
        Self::over_tcp(version, immich_sdk::backend::HyperBackend::new().expect("a backend")).await
    }

    pub async fn reqwest_version(version: ServerVersion) -> Self {
        Self::over_tcp(version, immich_sdk::backend::ReqwestBackend::new().expect("a backend")).await
    }

    async fn over_tcp(version: ServerVersion, backend: impl HttpSend + 'static) -> Self {
        let server = FakeImmich::with_version(version);
        let served = Served::start(server.clone()).await.expect("a port");
        Self::at(&served.url(), server, Arc::new(backend), Some(served))
    }

    fn at(url: &str, server: FakeImmich, backend: Arc<dyn HttpSend>, served: Option<Served>) -> Self {
        let client = Client::builder(url).api_key(server.api_key()).backend(backend).retry(retry()).build();
        let folder = tempfile::tempdir().expect("a folder");
        Self { server, client: client.expect("a client"), folder, _served: served }
    }

    /// Another in-memory client of the same server.
    pub fn client_with_retry(&self, retry: RetryPolicy) -> Client {
        let client = Client::builder("http://immich.test").api_key(self.server.api_key()).backend(self.server.clone());
        client.retry(retry).build().expect("a client")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        write(self.folder.path(), name, bytes)
    }

    /// The number of requests of an operation.
    pub fn request_count(&self, operation: &str) -> usize {
        self.server.requests().iter().filter(|request| request.operation == Some(operation)).count()
    }

    /// The names of the server's assets, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.server.assets().into_iter().map(|asset| asset.original_file_name).collect();
        names.sort();
        names
    }

    pub fn exists(&self, name: &str) -> bool {
        self.path(name).exists()
    }
}

pub fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(&path, bytes).expect("a file");
    path
}

/// Runs the upload. Returns the outcomes, sorted by input, and the summary, and checks that they are consistent.
pub async fn run(mut upload: Upload) -> (Vec<UploadOutcome>, UploadSummary) {
    let progress = upload.progress();
    let mut outcomes = Vec::new();
    while let Some(outcome) = upload.next().await.expect("a start") {
        outcomes.push(outcome);
    }
    let summary = upload.finish().await.expect("a summary");
    assert_eq!(summary.inputs, summary.uploaded + summary.duplicates + summary.skipped + summary.failed);
    assert_eq!(summary.inputs, outcomes.len() as u64);
    let now = progress.snapshot();
    assert_eq!((now.files_done, now.files_total), (summary.inputs, summary.inputs));
    assert_eq!(now.bytes_done, now.bytes_total);
    outcomes.sort_by_key(|outcome| outcome.input.to_string());
    (outcomes, summary)
}

/// The file name and result of each outcome, such as `a.jpg uploaded`.
pub fn words(outcomes: &[UploadOutcome]) -> Vec<String> {
    let word = |outcome: &UploadOutcome| {
        let input = outcome.input.to_string();
        let name = input.rsplit('/').next().unwrap_or_default();
        let what = match &outcome.result {
            UploadResult::Uploaded { .. } => "uploaded".to_owned(),
            UploadResult::Duplicate { of, .. } => {
                format!("{of:?}").split('(').next().unwrap_or_default().to_lowercase()
            }
            UploadResult::Skipped(reason) => {
                format!("{reason:?}").split([' ', '{']).next().unwrap_or_default().to_owned()
            }
            UploadResult::Failed(_) => "failed".to_owned(),
            _ => "?".to_owned(),
        };
        format!("{name} {what}")
    };
    outcomes.iter().map(word).collect()
}
