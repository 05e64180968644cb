//! A client with threads of its own for what blocks does nothing on those of the crate `blocking`.
//!
//! Alone in its process, since it looks at all threads there are.

#![allow(clippy::unwrap_used, missing_docs)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use immich_core::Client;
use immich_core::api::MetadataSearchDto;
use immich_core::blocking::{Wait, WaitEach};
use immich_mock::{FakeImmich, Served};
use immich_ureq::UreqBackend;

/// The threads of the crate `blocking` in this process.
fn threads_of_blocking() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")).ok());
    names.filter(|name| name.starts_with("blocking")).count()
}

#[cfg(target_os = "linux")]
#[test]
fn files_go_up_and_down_on_threads_of_the_caller() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let fake = FakeImmich::new();
    let key = fake.api_key();
    let served = runtime.block_on(Served::start(fake)).unwrap();
    let jobs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&jobs);
    let client = Client::builder(served.url())
        .api_key(key)
        .backend(UreqBackend::new().unwrap())
        .spawn_blocking(move |job| {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(std::thread::spawn(job));
        })
        .build()
        .unwrap();
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let content = |number: u8| vec![number; 700_000];
    for number in 0..3 {
        std::fs::write(from.path().join(format!("{number}.jpg")), content(number)).unwrap();
    }
    let journal = to.path().join("journal");
    let upload = client.upload().path(from.path()).journal(&journal).start().unwrap();
    assert_eq!(upload.finish().wait().unwrap().uploaded, 3);
    let up = jobs.load(Ordering::SeqCst);
    // Each file is hashed, and read in three chunks.
    assert!(up >= 3 * 4, "{up}");

    let found: Vec<_> = client.found_assets(MetadataSearchDto::new()).wait_each().flat_map(Result::unwrap).collect();
    let many = client.download_assets(found.iter().skip(1).map(|asset| asset.id)).to_folder(to.path());
    assert_eq!(many.wait_each().map(Result::unwrap).count(), 2);
    client.download_asset(found[0].id).to_folder(to.path()).wait().unwrap();
    for number in 0..3 {
        assert_eq!(std::fs::read(to.path().join(format!("{number}.jpg"))).unwrap(), content(number));
    }
    // Each is opened, written and placed.
    assert!(jobs.load(Ordering::SeqCst) >= up + 3 * 3);
    assert_eq!(threads_of_blocking(), 0);

    // The check can fail: this one is on those threads.
    immich_core::transfer::file_checksum(from.path().join("0.jpg")).wait().unwrap();
    assert_eq!(threads_of_blocking(), 1);
}
