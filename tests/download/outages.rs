//! Outages of the server during downloads.

use std::time::Duration;

use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{DownloadResult, DownloadSkip};
use immich_sdk::{AlbumId, Client};

use crate::clock::{Clock, OutageKind, OutageServer, WithClock};
use crate::setup::{bytes, names, upload};

const FILES: usize = 40;

async fn outage_setup(
    kind: OutageKind,
    after: usize,
    seconds: u64,
) -> (OutageServer, Client, Vec<immich_sdk::AssetId>) {
    let server = FakeImmich::new();
    let mut ids = Vec::new();
    for number in 0..FILES {
        ids.push(upload(&server, &format!("{number:02}.jpg"), bytes(100 + number)).await);
    }
    let outage = OutageServer::new(server.clone(), kind, after, Duration::from_secs(seconds));
    let client = Client::builder("http://immich.test").api_key(server.api_key()).backend(outage.clone());
    (outage, client.build().expect("a client"), ids)
}

#[tokio::test]
async fn no_files_are_lost_in_an_outage() {
    for kind in [OutageKind::Refused, OutageKind::Cut, OutageKind::Gateway(502), OutageKind::Gateway(530)] {
        for seconds in [5, 20, 60, 300] {
            let (outage, client, ids) = outage_setup(kind, 10, seconds).await;
            let folder = tempfile::tempdir().expect("a folder");
            let mut downloads = client.download_assets(ids).to_folder(folder.path());
            while let Some(outcome) = downloads.next().await.expect("a list") {
                assert!(matches!(outcome.fate, DownloadResult::Downloaded(_)), "{kind:?} {seconds}: {outcome:?}");
            }
            let summary = downloads.summary();
            assert!(summary.is_complete() && summary.downloaded == FILES as u64, "{summary:?}");
            assert_eq!(names(folder.path()).len(), FILES);
            let now = downloads.progress().snapshot();
            assert_eq!((now.bytes_done, now.server_away), (now.bytes_total, None));
            let most = 4 * 5 * 4 + 8 + seconds as usize / 5;
            assert!(outage.requests() <= most, "{kind:?} {seconds}: {} requests", outage.requests());
        }
    }
}

#[tokio::test]
async fn an_outage_that_does_not_end_stops_the_run() {
    let (outage, client, ids) = outage_setup(OutageKind::Refused, 10, 3600).await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut downloads = client.download_assets(ids).max_outage(Duration::from_secs(60)).to_folder(folder.path());
    let mut stopped = 0;
    while let Some(outcome) = downloads.next().await.expect("a list") {
        stopped += usize::from(matches!(outcome.fate, DownloadResult::Skipped(DownloadSkip::Stopped)));
    }
    let summary = downloads.summary();
    assert!(!summary.is_complete() && summary.stopped_by.is_some(), "{summary:?}");
    assert!(stopped > 20 && outage.requests() < 120, "{stopped} {}", outage.requests());
    assert_eq!(summary.total(), FILES as u64);
}

#[tokio::test]
async fn a_single_download_waits_for_the_end_of_an_outage() {
    let (outage, client, ids) = outage_setup(OutageKind::Refused, 1, 60).await;
    let folder = tempfile::tempdir().expect("a folder");
    for id in &ids[..3] {
        client.download_asset(*id).to_folder(folder.path()).await.expect("a file");
    }
    assert!((1..40).contains(&outage.requests()));
}

#[tokio::test]
async fn a_server_that_was_never_reached_is_not_waited_for() {
    let server = FakeImmich::new();
    let id = upload(&server, "a.jpg", bytes(10)).await;
    server.go_away();
    let client = Client::builder("http://immich.test").api_key(server.api_key());
    let client = client.backend(WithClock(server.clone(), Clock::default())).build().expect("a client");
    let folder = tempfile::tempdir().expect("a folder");
    client.download_asset(id).to_folder(folder.path()).await.expect_err("the address may be wrong");
    client.download_album(AlbumId::default()).to_folder(folder.path()).next().await.expect_err("no server");
    assert!(server.unanswered().len() <= 8, "{}", server.unanswered().len());
}
