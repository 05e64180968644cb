//! Archives: complete, with a missing file, and truncated.

use std::fs;

use immich_sdk::api::DownloadInfoDto;
use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::Archive;
use immich_sdk::{AssetId, Client, ErrorKind};

use crate::setup::{Fault, Proxy, VERSIONS, bytes, folder, names, upload};

async fn assets(fake: &FakeImmich) -> Vec<AssetId> {
    let mut ids = Vec::new();
    for (number, name) in ["a.jpg", "a.jpg", "b.jpg"].into_iter().enumerate() {
        ids.push(upload(fake, name, bytes(10_000 + number)).await);
    }
    ids
}

async fn download_one(
    client: &Client,
    ids: &[AssetId],
    folder: &std::path::Path,
) -> Result<Archive, immich_sdk::Error> {
    let wanted = DownloadInfoDto::new().asset_ids(ids.iter().copied());
    let mut archives = client.download_archives(wanted).archive_name("holidays").to_folder(folder);
    let outcome = archives.next().await.expect("a plan").expect("an archive");
    assert_eq!(outcome.asset_ids, ids);
    assert!(archives.next().await.expect("a plan").is_none());
    outcome.result
}

#[tokio::test]
async fn an_archive_contains_the_requested_files() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let ids = assets(&fake).await;
        let (proxy, folder) = (Proxy::new(&fake), folder());
        let archive = download_one(&proxy.client(), &ids, folder.path()).await.expect("an archive");
        assert_eq!(archive.files, ["a.jpg", "a+1.jpg", "b.jpg"]);
        assert!(archive.missing.is_empty());
        let content = fs::read(&archive.path).expect("bytes");
        assert_eq!(content.len() as u64, archive.bytes);
        for asset in fake.assets() {
            assert!(content.windows(asset.bytes.len()).any(|window| window == asset.bytes));
        }
        download_one(&proxy.client(), &ids, folder.path()).await.expect("an archive");
        assert_eq!(names(folder.path()), ["holidays (1).zip", "holidays.zip"]);
    }
}

#[tokio::test]
async fn archives_are_split_by_size() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let ids = assets(&fake).await;
        let (proxy, folder) = (Proxy::new(&fake), folder());
        let client = proxy.client();
        let wanted = DownloadInfoDto::new().asset_ids(ids).archive_size(15_000);
        let mut archives = client.download_archives(wanted).to_folder(folder.path());
        let mut files = Vec::new();
        while let Some(outcome) = archives.next().await.expect("a plan") {
            files.push(outcome.result.expect("an archive").files.len());
        }
        assert_eq!(files, [2, 1]);
        assert_eq!(names(folder.path()), ["immich-1.zip", "immich-2.zip"]);
    }
}

#[tokio::test]
async fn missing_files_are_reported() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let ids = assets(&fake).await;
        let (proxy, folder) = (Proxy::new(&fake), folder());
        let less = download_one(&proxy.client(), &[ids[0], ids[2]], folder.path()).await.expect("an archive");
        let less = fs::read(less.path).expect("bytes");
        proxy.plan([Fault::Body(less.into())]);
        let archive = download_one(&proxy.client(), &ids, folder.path()).await.expect("an archive");
        assert_eq!((archive.files.len(), archive.missing), (2, vec![ids[1]]));
    }
}

#[tokio::test]
async fn a_truncated_archive_is_requested_again_and_never_saved() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let ids = assets(&fake).await;
        let (proxy, folder) = (Proxy::new(&fake), folder());
        let whole = fs::read(download_one(&proxy.client(), &ids, folder.path()).await.expect("an archive").path)
            .expect("bytes");
        fs::remove_file(folder.path().join("holidays.zip")).expect("a file");
        proxy.seen();
        // A truncation that the client notices, and one that a proxy hides.
        let hidden = |length: usize| Fault::Body(whole[..length].to_vec().into());
        for fault in [
            Fault::NoResponse,
            Fault::Cut(0),
            Fault::Cut(100),
            Fault::Cut(whole.len() - 1),
            hidden(0),
            hidden(100),
            hidden(whole.len() / 2),
            hidden(whole.len() - 1),
        ] {
            proxy.plan([fault.clone()]);
            let archive = download_one(&proxy.client(), &ids, folder.path()).await.expect("an archive");
            assert_eq!(fs::read(&archive.path).expect("bytes"), whole);
            fs::remove_file(&archive.path).expect("a file");
            assert_eq!(proxy.seen().len(), 2);
            proxy.plan((0..5).map(|_| fault.clone()));
            let error = download_one(&proxy.client(), &ids, folder.path()).await.expect_err("a cut");
            assert!(matches!(error.kind(), ErrorKind::Transport | ErrorKind::Decode), "{error}");
            assert_eq!(proxy.seen().len(), 5);
            assert!(names(folder.path()).is_empty(), "{:?}", names(folder.path()));
        }
        proxy.plan([Fault::Status(403)]);
        let error = download_one(&proxy.client(), &ids, folder.path()).await.expect_err("a refusal");
        assert_eq!((error.kind(), names(folder.path()).len()), (ErrorKind::Auth, 0));
    }
}
