//! The download journal: no file is read or requested twice.

use std::fs;
use std::path::Path;

use immich_sdk::api::{AssetMediaSize, UpdateAssetDto};
use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{DownloadMany, DownloadSummary};
use immich_sdk::{AssetId, Client, ErrorKind};

use crate::setup::{Proxy, VERSIONS, bytes, folder, names, upload};

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

/// Changes a byte of each file but keeps its length and time, so that only reading it reveals the change.
fn change_content_only(folder: &Path) {
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
async fn a_second_run_neither_reads_nor_requests_files() {
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
            let (proxy, folder, journal_folder) = (Proxy::new(&fake), folder(), tempfile::tempdir().expect("a folder"));
            let journal = journal_folder.path().join("downloads.jsonl");
            let client = proxy.client();
            let many = || kind(client.download_assets(ids.clone())).journal(&journal);
            assert_eq!(run(many(), folder.path()).await.downloaded, FILES as u64);
            assert_eq!(proxy.seen().len(), FILES);
            let before = names(folder.path());
            change_content_only(folder.path());
            assert_eq!(run(many(), folder.path()).await.already_there, FILES as u64);
            assert_eq!((proxy.seen().len(), names(folder.path())), (0, before));
            let lines = fs::read_to_string(&journal).expect("a journal").lines().count();
            assert_eq!(lines, FILES, "nothing new is written");
            assert!(!fs::read_to_string(&journal).expect("a journal").contains(fake.api_key().expose()));
            // Another folder is empty, so everything is downloaded.
            assert_eq!(run(many(), &folder.path().join("other")).await.downloaded, FILES as u64);
        }
    }
}

#[tokio::test]
async fn local_and_remote_changes_are_detected() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let ids = uploads(&fake).await;
        let (proxy, folder) = (Proxy::new(&fake), folder());
        let client = proxy.client();
        let journal_folder = tempfile::tempdir().expect("a folder");
        let journal = journal_folder.path().join("downloads.jsonl");
        let many = |ids: &[AssetId]| client.download_assets(ids.to_vec()).journal(&journal);
        run(many(&ids), folder.path()).await;
        proxy.seen();
        // A changed file is kept, and the asset is downloaded under another name.
        fs::write(folder.path().join("a.jpg"), "mine").expect("a file");
        let summary = run(many(&ids), folder.path()).await;
        assert_eq!((summary.downloaded, summary.already_there), (1, FILES as u64 - 1));
        assert_eq!(fs::read_to_string(folder.path().join("a.jpg")).expect("a file"), "mine");
        // A deleted file is downloaded again.
        fs::remove_file(folder.path().join("a (2).jpg")).expect("a file");
        assert_eq!(run(many(&ids), folder.path()).await.downloaded, 1);
        // A preview is downloaded again when its asset changes.
        let pictures = || many(&ids[..1]).thumbnails(AssetMediaSize::Preview);
        run(pictures(), folder.path()).await;
        proxy.seen();
        run(pictures(), folder.path()).await;
        assert_eq!(proxy.seen().len(), 0);
        #[allow(deprecated)]
        client.assets().update_asset(ids[0], UpdateAssetDto::new().is_favorite(true)).await.expect("an update");
        run(pictures(), folder.path()).await;
        assert_eq!(proxy.seen().len(), 1);
        // A truncated last line is ignored.
        let text = fs::read(&journal).expect("a journal");
        fs::write(&journal, &text[..text.len() - 20]).expect("a journal");
        run(pictures(), folder.path()).await;
        assert_eq!(proxy.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_journal_is_used_by_one_run_at_a_time_and_for_one_server() {
    let fake = FakeImmich::new();
    let ids = uploads(&fake).await;
    let (proxy, folder) = (Proxy::new(&fake), folder());
    let client = proxy.client();
    let other = Client::builder("http://other.test").api_key(fake.api_key()).backend(proxy.clone()).build();
    let other = other.expect("a client");
    let journal_folder = tempfile::tempdir().expect("a folder");
    let journal = journal_folder.path().join("downloads.jsonl");
    let many = |client| Client::download_assets(client, ids.clone()).journal(&journal);
    let mut first = many(&client).to_folder(folder.path());
    first.next().await.expect("an outcome");
    let mut second = many(&client).to_folder(folder.path());
    let error = second.next().await.expect_err("a lock");
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("downloads.jsonl"), "{error}");
    assert!(!second.summary().is_complete());
    while first.next().await.expect("an outcome").is_some() {}
    // The same run resumes once the journal is unlocked.
    while second.next().await.expect("an outcome").is_some() {}
    assert_eq!(second.summary().already_there, FILES as u64);
    proxy.seen();
    // Entries of another server do not count, so the bytes are compared.
    change_content_only(folder.path());
    assert_eq!(run(many(&other), folder.path()).await.downloaded, FILES as u64);
}

#[cfg(unix)]
#[tokio::test]
async fn a_journal_that_is_a_link_is_rejected() {
    let fake = FakeImmich::new();
    let ids = uploads(&fake).await;
    let (proxy, folder) = (Proxy::new(&fake), folder());
    let journal_folder = tempfile::tempdir().expect("a folder");
    fs::write(journal_folder.path().join("victim"), "mine").expect("a file");
    std::os::unix::fs::symlink(journal_folder.path().join("victim"), journal_folder.path().join("journal"))
        .expect("a link");
    let client = proxy.client();
    let mut downloads =
        client.download_assets(ids).journal(journal_folder.path().join("journal")).to_folder(folder.path());
    assert_eq!(downloads.next().await.expect_err("a link").kind(), ErrorKind::Io);
    assert_eq!(fs::read_to_string(journal_folder.path().join("victim")).expect("a file"), "mine");
}

#[tokio::test]
async fn a_journal_may_be_in_the_folder_of_a_download_that_has_not_begun() {
    let fake = FakeImmich::new();
    uploads(&fake).await;
    let (proxy, folder) = (Proxy::new(&fake), folder());
    let client = proxy.client();
    let backup = folder.path().join("backup");
    let library = || client.download_library().journal(backup.join("state/.downloads.jsonl"));
    assert_eq!(run(library(), &backup).await.downloaded, FILES as u64);
    assert_eq!(run(library(), &backup).await.already_there, FILES as u64);
}
