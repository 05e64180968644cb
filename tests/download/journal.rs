//! The journal: nothing is read or requested twice.

use std::fs;
use std::path::Path;

use immich_sdk::api::{AssetMediaSize, UpdateAssetDto};
use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{DownloadMany, DownloadSummary};
use immich_sdk::{AssetId, Client, ErrorKind};

use crate::setup::{Line, VERSIONS, bytes, folder, names, upload};

const FILES: usize = 6;

async fn uploads(fake: &FakeImmich) -> Vec<AssetId> {
    let mut ids = Vec::new();
    for number in 0..FILES {
        ids.push(upload(fake, "a.jpg", bytes(1000 + number)).await);
    }
    ids
}

async fn run(many: DownloadMany<'_>, folder: &Path) -> DownloadSummary {
    let mut downloads = many.to_folder(folder);
    while downloads.next().await.expect("an outcome").is_some() {}
    let summary = downloads.summary();
    assert!(summary.is_complete(), "{summary:?}");
    let now = downloads.progress().snapshot();
    assert_eq!((now.files_done, now.bytes_done), (now.files_total, now.bytes_total));
    summary
}

/// Another byte in each file, of which the length and the time stay: who reads it sees it.
fn change_unseen(folder: &Path) {
    for name in names(folder) {
        let path = folder.join(name);
        let modified = fs::metadata(&path).expect("a file").modified().expect("a time");
        let mut content = fs::read(&path).expect("bytes");
        content[0] ^= 1;
        fs::write(&path, content).expect("a file");
        let file = fs::File::options().write(true).open(&path).expect("a file");
        file.set_modified(modified).expect("a time");
    }
}

#[tokio::test]
async fn a_second_run_reads_no_file_and_requests_none() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let ids = uploads(&fake).await;
        type Kind = for<'c> fn(DownloadMany<'c>) -> DownloadMany<'c>;
        let kinds: [Kind; 4] = [
            |many| many,
            |many| many.verify(false),
            |many| many.edited(),
            |many| many.thumbnails(AssetMediaSize::Preview),
        ];
        for kind in kinds {
            let (line, folder, place) = (Line::new(&fake), folder(), tempfile::tempdir().expect("a folder"));
            let journal = place.path().join("downloads.jsonl");
            let client = line.client();
            let many = || kind(client.download_assets(ids.clone())).journal(&journal);
            assert_eq!(run(many(), folder.path()).await.downloaded, FILES as u64);
            assert_eq!(line.seen().len(), FILES);
            let before = names(folder.path());
            change_unseen(folder.path());
            assert_eq!(run(many(), folder.path()).await.already_there, FILES as u64);
            assert_eq!((line.seen().len(), names(folder.path())), (0, before));
            let lines = fs::read_to_string(&journal).expect("a journal").lines().count();
            assert_eq!(lines, FILES, "nothing new is written");
            assert!(!fs::read_to_string(&journal).expect("a journal").contains(fake.api_key().expose()));
            // In another folder nothing is there.
            assert_eq!(run(many(), &folder.path().join("other")).await.downloaded, FILES as u64);
        }
    }
}

#[tokio::test]
async fn what_changed_here_or_there_is_not_taken_for_the_same() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let ids = uploads(&fake).await;
        let (line, folder) = (Line::new(&fake), folder());
        let client = line.client();
        let place = tempfile::tempdir().expect("a folder");
        let journal = place.path().join("downloads.jsonl");
        let many = |ids: &[AssetId]| client.download_assets(ids.to_vec()).journal(&journal);
        run(many(&ids), folder.path()).await;
        line.seen();
        // A file that was changed is another file, and stays.
        fs::write(folder.path().join("a.jpg"), "mine").expect("a file");
        let summary = run(many(&ids), folder.path()).await;
        assert_eq!((summary.downloaded, summary.already_there), (1, FILES as u64 - 1));
        assert_eq!(fs::read_to_string(folder.path().join("a.jpg")).expect("a file"), "mine");
        // One that is gone comes again.
        fs::remove_file(folder.path().join("a (2).jpg")).expect("a file");
        assert_eq!(run(many(&ids), folder.path()).await.downloaded, 1);
        // What the server makes of an asset is made anew when that changes.
        let pictures = || many(&ids[..1]).thumbnails(AssetMediaSize::Preview);
        run(pictures(), folder.path()).await;
        line.seen();
        run(pictures(), folder.path()).await;
        assert_eq!(line.seen().len(), 0);
        #[allow(deprecated)]
        client.assets().update_asset(ids[0], UpdateAssetDto::new().is_favorite(true)).await.expect("an update");
        run(pictures(), folder.path()).await;
        assert_eq!(line.seen().len(), 1);
        // A torn last line counts as none.
        let text = fs::read(&journal).expect("a journal");
        fs::write(&journal, &text[..text.len() - 20]).expect("a journal");
        run(pictures(), folder.path()).await;
        assert_eq!(line.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_journal_is_used_by_one_program_and_for_one_user() {
    let fake = FakeImmich::new();
    let ids = uploads(&fake).await;
    let (line, folder) = (Line::new(&fake), folder());
    let client = line.client();
    let other = Client::builder("http://other.test").api_key(fake.api_key()).backend(line.clone()).build();
    let other = other.expect("a client");
    let place = tempfile::tempdir().expect("a folder");
    let journal = place.path().join("downloads.jsonl");
    let many = |client| Client::download_assets(client, ids.clone()).journal(&journal);
    let mut first = many(&client).to_folder(folder.path());
    first.next().await.expect("an outcome");
    let mut second = many(&client).to_folder(folder.path());
    let error = second.next().await.expect_err("a lock");
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("downloads.jsonl"), "{error}");
    assert!(!second.summary().is_complete());
    while first.next().await.expect("an outcome").is_some() {}
    // The same call continues once the journal is free.
    while second.next().await.expect("an outcome").is_some() {}
    assert_eq!(second.summary().already_there, FILES as u64);
    line.seen();
    // Another server, of the same assets: the line is not about it, and the bytes are compared.
    change_unseen(folder.path());
    assert_eq!(run(many(&other), folder.path()).await.downloaded, FILES as u64);
}

#[cfg(unix)]
#[tokio::test]
async fn a_journal_that_is_a_link_is_refused() {
    let fake = FakeImmich::new();
    let ids = uploads(&fake).await;
    let (line, folder) = (Line::new(&fake), folder());
    let place = tempfile::tempdir().expect("a folder");
    fs::write(place.path().join("victim"), "mine").expect("a file");
    std::os::unix::fs::symlink(place.path().join("victim"), place.path().join("journal")).expect("a link");
    let client = line.client();
    let mut downloads = client.download_assets(ids).journal(place.path().join("journal")).to_folder(folder.path());
    assert_eq!(downloads.next().await.expect_err("a link").kind(), ErrorKind::Io);
    assert_eq!(fs::read_to_string(place.path().join("victim")).expect("a file"), "mine");
}
