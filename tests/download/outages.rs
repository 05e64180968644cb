//! Servers that go away while files are downloaded, and come back.

use std::time::Duration;

use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{DownloadResult, DownloadSkip};
use immich_sdk::{AlbumId, Client};

use crate::clock::{Absent, Away, Clock, Moving};
use crate::setup::{bytes, names, upload};

const FILES: usize = 40;

async fn absent(how: Away, after: usize, seconds: u64) -> (Absent, Client, Vec<immich_sdk::AssetId>) {
    let server = FakeImmich::new();
    let mut ids = Vec::new();
    for number in 0..FILES {
        ids.push(upload(&server, &format!("{number:02}.jpg"), bytes(100 + number)).await);
    }
    let absent = Absent::new(server.clone(), how, after, Duration::from_secs(seconds));
    let client = Client::builder("http://immich.test").api_key(server.api_key()).backend(absent.clone());
    (absent, client.build().expect("a client"), ids)
}

#[tokio::test]
async fn an_outage_costs_time_and_no_files() {
    for how in [Away::Refused, Away::Cut, Away::Gateway(502), Away::Gateway(530)] {
        for seconds in [5, 20, 60, 300] {
            let (absent, client, ids) = absent(how, 10, seconds).await;
            let folder = tempfile::tempdir().expect("a folder");
            let mut downloads = client.download_assets(ids).to_folder(folder.path());
            while let Some(outcome) = downloads.next().await.expect("a list") {
                assert!(matches!(outcome.fate, DownloadResult::Downloaded(_)), "{how:?} {seconds}: {outcome:?}");
            }
            let summary = downloads.summary();
            assert!(summary.is_complete() && summary.downloaded == FILES as u64, "{summary:?}");
            assert_eq!(names(folder.path()).len(), FILES);
            let now = downloads.progress().snapshot();
            assert_eq!((now.bytes_done, now.server_away), (now.bytes_total, None));
            let most = 4 * 5 * 4 + 8 + seconds as usize / 5;
            assert!(absent.requests() <= most, "{how:?} {seconds}: {} requests", absent.requests());
        }
    }
}

#[tokio::test]
async fn an_outage_that_does_not_end_stops_the_run() {
    let (absent, client, ids) = absent(Away::Refused, 10, 3600).await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut downloads = client.download_assets(ids).max_outage(Duration::from_secs(60)).to_folder(folder.path());
    let mut stopped = 0;
    while let Some(outcome) = downloads.next().await.expect("a list") {
        stopped += usize::from(matches!(outcome.fate, DownloadResult::Skipped(DownloadSkip::Stopped)));
    }
    let summary = downloads.summary();
    assert!(!summary.is_complete() && summary.stopped_by.is_some(), "{summary:?}");
    assert!(stopped > 20 && absent.requests() < 120, "{stopped} {}", absent.requests());
    assert_eq!(summary.total(), FILES as u64);
}

#[tokio::test]
async fn one_file_waits_too() {
    let (absent, client, ids) = absent(Away::Refused, 1, 60).await;
    let folder = tempfile::tempdir().expect("a folder");
    for id in &ids[..3] {
        client.download_asset(*id).to_folder(folder.path()).await.expect("a file");
    }
    assert!((1..40).contains(&absent.requests()));
}

#[tokio::test]
async fn a_server_that_was_never_there_is_not_waited_for() {
    let server = FakeImmich::new();
    let id = upload(&server, "a.jpg", bytes(10)).await;
    server.go_away();
    let client = Client::builder("http://immich.test").api_key(server.api_key());
    let client = client.backend(Moving(server.clone(), Clock::default())).build().expect("a client");
    let folder = tempfile::tempdir().expect("a folder");
    client.download_asset(id).to_folder(folder.path()).await.expect_err("the address may be wrong");
    client.download_album(AlbumId::default()).to_folder(folder.path()).next().await.expect_err("no server");
    assert!(server.unanswered().len() <= 8, "{}", server.unanswered().len());
}
