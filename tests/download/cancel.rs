//! `next` can be dropped at any await without losing anything.

use std::future::Future;
use std::pin::pin;

use immich_sdk::api::{DownloadInfoDto, MetadataSearchDto};
use immich_sdk::mock::FakeImmich;
use immich_sdk::{AssetId, Error};

use crate::setup::{Proxy, VERSIONS, bytes, folder, names, upload};

async fn uploads(fake: &FakeImmich) -> Vec<AssetId> {
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(upload(fake, "a.jpg", bytes(300_000 + number)).await);
    }
    ids
}

/// Polls a call at most `times` times, then drops it.
async fn poll_times<T>(times: usize, call: impl Future<Output = T>) -> Option<T> {
    let mut call = pin!(call);
    for _ in 0..times {
        if let std::task::Poll::Ready(done) = futures_util::poll!(call.as_mut()) {
            return Some(done);
        }
        // Long enough for other threads to make progress between two polls.
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        std::thread::sleep(std::time::Duration::from_micros(300));
    }
    None
}

/// Calls `next` until the end, dropping each call once after `$times` polls. Returns whether any was dropped.
macro_rules! interrupted {
    ($listing:expr, $times:expr, $each:expr) => {{
        let mut dropped = false;
        loop {
            let first = poll_times($times, $listing.next()).await;
            dropped |= first.is_none();
            let next: Result<Option<_>, Error> = match first {
                Some(next) => next,
                None => $listing.next().await,
            };
            match next.expect("an outcome") {
                Some(next) => $each(next),
                None => break dropped,
            }
        }
    }};
}

#[tokio::test]
async fn archives() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let ids = uploads(&fake).await;
        let client = Proxy::new(&fake).client();
        for times in 0.. {
            let folder = folder();
            let wanted = DownloadInfoDto::new().asset_ids(ids.clone()).archive_size(400_000);
            let mut archives = client.download_archives(wanted).durable(false).to_folder(folder.path());
            let mut found = Vec::new();
            let dropped = interrupted!(archives, times, |outcome: immich_sdk::transfer::ArchiveOutcome| {
                found.push(outcome.result.expect("an archive").files.len());
            });
            assert_eq!(found, [2, 2, 1]);
            assert_eq!(names(folder.path()), ["immich-1.zip", "immich-2.zip", "immich-3.zip"]);
            if !dropped {
                assert!(times > 3);
                break;
            }
        }
    }
}

#[tokio::test]
async fn downloads() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let ids = uploads(&fake).await;
        let proxy = Proxy::new(&fake);
        let client = proxy.client();
        for times in 0.. {
            let (folder, journal_folder) = (folder(), tempfile::tempdir().expect("a folder"));
            let many = client.download_library().durable(false).journal(journal_folder.path().join("journal"));
            let mut downloads = many.to_folder(folder.path());
            let mut found = Vec::new();
            let dropped = interrupted!(downloads, times, |outcome: immich_sdk::transfer::DownloadOutcome| {
                found.push(outcome.asset_id);
            });
            found.sort();
            let mut all = ids.clone();
            all.sort();
            assert_eq!(found, all);
            let summary = downloads.summary();
            assert_eq!((summary.downloaded, summary.is_complete()), (5, true), "{summary:?}");
            assert_eq!(names(folder.path()).len(), 5);
            assert_eq!(proxy.seen().len(), 5, "nothing is requested twice");
            if !dropped {
                assert!(times > 3);
                break;
            }
        }
    }
}

#[tokio::test]
async fn listings_and_pages() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let ids = uploads(&fake).await;
        let client = Proxy::new(&fake).client();
        let search = || MetadataSearchDto::new().size(2);
        // A 2.x server repeats some assets and omits others.
        let mut pages = client.search().search_assets(search()).pages();
        let mut uninterrupted = 0;
        while let Some(page) = pages.next().await.expect("a page") {
            uninterrupted += page.assets.items.len();
        }
        let uninterrupted = (uninterrupted, pages.repeated());
        for times in 0.. {
            let mut dropped = false;
            for mut listing in [client.found_assets(search()), client.library_assets()] {
                let mut found = Vec::new();
                dropped |= interrupted!(listing, times, |batch: Vec<immich_sdk::api::AssetResponseDto>| {
                    assert!(!batch.is_empty());
                    found.extend(batch.into_iter().map(|asset| asset.id));
                });
                found.sort();
                let mut all = ids.clone();
                all.sort();
                assert!(found == all && listing.is_complete());
            }
            let mut pages = client.search().search_assets(search()).pages();
            let mut found = 0;
            dropped |= interrupted!(pages, times, |page: immich_sdk::api::SearchResponseDto| {
                found += page.assets.items.len();
            });
            assert_eq!((found, pages.repeated()), uninterrupted);
            if !dropped {
                assert!(times > 0);
                break;
            }
        }
    }
}
