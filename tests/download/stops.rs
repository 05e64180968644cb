//! Rejections of one file are distinguished from rejections of the whole run.

use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{DownloadResult, DownloadSkip};
use immich_sdk::{AssetId, ErrorKind};

use crate::between::{Between, Injection, Paging};
use crate::setup::{VERSIONS, bytes, folder, names, upload};

async fn uploads(fake: &FakeImmich, count: usize) -> Vec<AssetId> {
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(upload(fake, &format!("{number}.jpg"), bytes(100 + number)).await);
    }
    ids
}

#[tokio::test]
async fn a_revoked_key_stops_the_run() {
    for version in VERSIONS {
        for by_search in [true, false] {
            let fake = FakeImmich::with_version(version);
            let ids = uploads(&fake, 100).await;
            let between = Between::new(&fake, Paging::Fake);
            let revoked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
            let count = std::sync::Arc::clone(&revoked);
            let between = between.when(move |path, before| {
                let is_dead = path.ends_with("/original") && before >= 5;
                let now = count.load(std::sync::atomic::Ordering::Relaxed);
                (is_dead || now > 0).then(|| {
                    count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    Injection::Unauthorized
                })
            });
            let (client, folder) = (between.client(), folder());
            let many = if by_search { client.download_library() } else { client.download_assets(ids) };
            let mut downloads = many.concurrency(4).to_folder(folder.path());
            let mut stopped = 0;
            while let Some(outcome) = downloads.next().await.expect("an outcome") {
                match outcome.fate {
                    DownloadResult::Skipped(DownloadSkip::Stopped) => stopped += 1,
                    DownloadResult::Failed { error, .. } => assert_eq!(error.kind(), ErrorKind::Auth),
                    _ => {}
                }
            }
            let summary = downloads.summary();
            let dead = revoked.load(std::sync::atomic::Ordering::Relaxed);
            assert!(dead <= 12, "{dead} requests with a dead key");
            assert!(summary.failed >= 1 && summary.failed <= 8 && stopped >= 80, "{summary:?}");
            assert_eq!((summary.total(), summary.skipped), (100, stopped));
            assert!(!summary.is_complete());
            assert_eq!(summary.stopped_by.map(|error| error.kind()), Some(ErrorKind::Auth));
            let now = downloads.progress().snapshot();
            assert_eq!((now.files_done, now.files_total), (100, 100));
        }
    }
}

#[tokio::test]
async fn a_firewall_page_fails_one_file_only() {
    for version in VERSIONS {
        for status in [401, 403] {
            let fake = FakeImmich::with_version(version);
            let ids = uploads(&fake, 20).await;
            let between = Between::new(&fake, Paging::Fake).when(move |path, before| {
                (path.ends_with("/original") && before == 5).then_some(Injection::Page(status))
            });
            let (client, folder) = (between.client(), folder());
            let mut downloads = client.download_assets(ids).to_folder(folder.path());
            while downloads.next().await.expect("an outcome").is_some() {}
            let summary = downloads.summary();
            assert_eq!((summary.downloaded, summary.failed, summary.skipped), (19, 1, 0), "{summary:?}");
            assert!(summary.stopped_by.is_none() && !summary.is_complete());
            assert_eq!(names(folder.path()).len(), 19);
        }
    }
}
