//! Downloads of several files: an album, a search, a list.

use std::collections::BTreeMap;
use std::fs;

use immich_sdk::api::{AssetMediaSize, BulkIdsDto, CreateAlbumDto, MetadataSearchDto, UpdateAssetDto, UploadAsset};
use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{Collision, DownloadOutcome, DownloadResult, DownloadSkip, Downloads, Layout, Progress};
use immich_sdk::{AlbumId, AssetId, Body, FilePart};

use crate::setup::{Fault, Proxy, VERSIONS, bytes, changed, folder, names, taken, upload};

pub async fn album(proxy: &Proxy, ids: &[AssetId]) -> AlbumId {
    let client = proxy.client();
    let album = client.albums().create_album(CreateAlbumDto::new("Berge: 2024/25")).await.expect("an album").id;
    client.albums().add_assets_to_album(album, BulkIdsDto::new(ids.iter().copied())).await.expect("assets");
    album
}

async fn collect_outcomes(downloads: &mut Downloads<'_>) -> BTreeMap<AssetId, Vec<DownloadOutcome>> {
    let mut outcomes: BTreeMap<_, Vec<_>> = BTreeMap::new();
    while let Some(outcome) = downloads.next().await.expect("an outcome") {
        outcomes.entry(outcome.asset_id).or_default().push(outcome);
    }
    outcomes
}

/// Uploads files with these names, each with different bytes.
async fn uploads(fake: &FakeImmich, names: &[&str]) -> Vec<AssetId> {
    let mut ids = Vec::new();
    for (number, name) in names.iter().enumerate() {
        ids.push(upload(fake, name, bytes(10_000 + number)).await);
    }
    ids
}

async fn live_photo(fake: &FakeImmich) -> (AssetId, AssetId) {
    let video = upload(fake, "live.mov", bytes(5001)).await;
    let part = FilePart::new("live.heic", Body::from(bytes(5000)));
    let image = UploadAsset::new(part, taken(), changed()).live_photo_video_id(video);
    let image = Proxy::new(fake).client().send(image).await.expect("an upload").id;
    (image, video)
}

#[tokio::test]
async fn an_album_is_downloaded_completely_and_only_once() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let mut ids = uploads(&fake, &["a.jpg", "A.JPG", "a.jpg", "b.png", "c.mp4", "archived.jpg"]).await;
        let (proxy, folder) = (Proxy::new(&fake), folder());
        let (image, video) = live_photo(&fake).await;
        ids.push(image);
        let album = album(&proxy, &ids).await;
        let archived = UpdateAssetDto::new().visibility("archive");
        #[allow(deprecated)]
        proxy.client().assets().update_asset(ids[5], archived).await.expect("an update");
        let client = proxy.client();

        let mut downloads = client.download_album(album).to_folder(folder.path());
        let outcomes = collect_outcomes(&mut downloads).await;
        ids.push(video);
        assert_eq!(outcomes.len(), ids.len());
        assert!(outcomes.values().all(|fates| fates.len() == 1));
        let summary = downloads.summary();
        assert_eq!((summary.downloaded, summary.total()), (8, 8), "{outcomes:?}");
        for asset in fake.assets() {
            let DownloadResult::Downloaded(done) = &outcomes[&asset.id][0].fate else { panic!("{outcomes:?}") };
            assert_eq!(fs::read(&done.path).expect("bytes"), asset.bytes);
            assert!(done.verified);
        }
        let mut lower: Vec<_> = names(folder.path()).iter().map(|name| name.to_lowercase()).collect();
        lower.sort();
        lower.dedup();
        let all_names = ["a (1).jpg", "a (2).jpg", "a.jpg", "archived.jpg", "b.png", "c.mp4", "live.heic", "live.mov"];
        assert_eq!(lower, all_names);
        let now = downloads.progress().snapshot();
        assert_eq!((now.files_done, now.files_total, now.total_known), (8, 8, true));
        assert_eq!((now.bytes_done, now.bytes_total), (summary.bytes, summary.bytes));
        assert_eq!(proxy.seen().len(), 8);

        let mut again = client.download_album(album).to_folder(folder.path());
        let outcomes = collect_outcomes(&mut again).await;
        assert_eq!((again.summary().already_there, again.summary().total()), (8, 8), "{outcomes:?}");
        assert_eq!(names(folder.path()).len(), 8);
        let now = again.progress().snapshot();
        assert_eq!((now.files_done, now.bytes_done), (now.files_total, now.bytes_total));
    }
}

#[tokio::test]
async fn a_list_reports_the_outcome_of_each_entry() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let ids = uploads(&fake, &["a.jpg", "b.jpg"]).await;
        let unknown: AssetId = "3fa85f64-5717-4562-b3fc-2c963f66afa6".parse().expect("an id");
        let (proxy, folder) = (Proxy::new(&fake), folder());
        let client = proxy.client();
        let list = [ids[0], unknown, ids[0], ids[1]];
        let progress = Progress::new(None);
        let mut downloads = client.download_assets(list).concurrency(1).progress(&progress).to_folder(folder.path());
        let outcomes = collect_outcomes(&mut downloads).await;
        let summary = downloads.summary();
        assert_eq!((summary.downloaded, summary.skipped, summary.failed, summary.total()), (2, 1, 1, 4));
        let repeated =
            |outcome: &DownloadOutcome| matches!(outcome.fate, DownloadResult::Skipped(DownloadSkip::Repeated));
        assert!(outcomes[&ids[0]].len() == 2 && outcomes[&ids[0]].iter().any(repeated));
        let DownloadResult::Failed { error, requests, .. } = &outcomes[&unknown][0].fate else {
            panic!("{outcomes:?}")
        };
        assert_eq!((error.status().map(|status| status.as_u16()), *requests), (Some(400), 0));
        let now = progress.snapshot();
        assert_eq!((now.files_done, now.files_total), (4, 4));
        assert_eq!((now.bytes_done, now.bytes_total), (20_001, 20_001));
    }
}

#[tokio::test]
async fn a_search_is_downloaded_page_by_page_despite_faults() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let names: Vec<String> = (0..25).map(|number| format!("{number}.jpg")).collect();
        let ids = uploads(&fake, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let (proxy, folder) = (Proxy::new(&fake), folder());
        proxy.plan((0..40).map(|number| match number % 4 {
            0 => Fault::Cut(number * 100),
            1 => Fault::None,
            2 => Fault::Cut(9_999),
            _ => Fault::NoResponse,
        }));
        let client = proxy.client();
        let search = MetadataSearchDto::new().size(10);
        let mut downloads =
            client.download_search(search).layout(Layout::Day).resumes(20).durable(false).to_folder(folder.path());
        let outcomes = collect_outcomes(&mut downloads).await;
        // Missing responses are left to the retry layer, so their files fail.
        let failed =
            outcomes.values().flatten().filter(|outcome| matches!(outcome.fate, DownloadResult::Failed { .. }));
        let failed = failed.count() as u64;
        assert_eq!((downloads.summary().downloaded + failed, downloads.summary().failed), (25, failed));
        proxy.repair();
        let mut again = client.download_search(MetadataSearchDto::new()).layout(Layout::Day).to_folder(folder.path());
        collect_outcomes(&mut again).await;
        let summary = again.summary();
        assert_eq!((summary.downloaded, summary.already_there, summary.failed), (failed, 25 - failed, 0));
        assert_eq!(crate::setup::names(folder.path()).len(), 25);
        for (number, id) in ids.iter().enumerate() {
            let path = folder.path().join(format!("2024/2024-05-06/{number}.jpg"));
            let asset = fake.assets().into_iter().find(|asset| asset.id == *id).expect("an asset");
            assert_eq!(fs::read(path).expect("bytes"), asset.bytes);
        }
    }
}

#[tokio::test]
async fn options_of_a_download_of_many() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let (image, _) = live_photo(&fake).await;
        let (proxy, folder) = (Proxy::new(&fake), folder());
        let client = proxy.client();
        let album = album(&proxy, &[image]).await;
        let run = async |many: immich_sdk::transfer::DownloadMany<'_>| {
            let mut downloads = many.to_folder(folder.path());
            let outcomes = collect_outcomes(&mut downloads).await;
            assert_eq!(outcomes.len(), 1, "{outcomes:?}");
            downloads.summary()
        };
        assert_eq!(run(client.download_album(album).motion_videos(false).layout(Layout::Album)).await.downloaded, 1);
        assert_eq!(names(folder.path()), ["Berge_ 2024_25/live.heic"]);
        let many = client.download_album(album).thumbnails(AssetMediaSize::Preview).layout(Layout::Year);
        assert_eq!(run(many).await.downloaded, 1);
        assert!(folder.path().join("2024/live_preview.jpeg").exists());
        let many = client.download_assets([image]).edited().layout(Layout::Month).collision(Collision::Error);
        assert_eq!(run(many).await.downloaded, 1);
        assert!(folder.path().join("2024/2024-05/live.heic").exists());
        let many = client.download_assets([image]).edited().layout(Layout::Month).collision(Collision::Error);
        assert_eq!(run(many).await.failed, 1);
        assert_eq!(run(client.download_assets([image]).playback()).await.failed, 1);
        assert_eq!(run(client.download_assets([image]).verify(false).motion_videos(false)).await.downloaded, 1);
    }
}

#[tokio::test]
async fn a_dropped_run_is_resumed() {
    let fake = FakeImmich::new();
    let ids = uploads(&fake, &["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg"]).await;
    let (proxy, folder) = (Proxy::new(&fake), folder());
    proxy.plan([Fault::None, Fault::Stall(7000), Fault::Stall(7000)]);
    let client = proxy.client();
    let mut downloads = client.download_assets(ids.clone()).concurrency(2).to_folder(folder.path());
    assert!(downloads.next().await.expect("an outcome").is_some());
    let progress = downloads.progress();
    while progress.snapshot().bytes_done < 24_000 {
        assert!(futures_util::poll!(Box::pin(downloads.next())).is_pending());
        tokio::task::yield_now().await;
    }
    drop(downloads);
    let mut again = client.download_assets(ids).to_folder(folder.path());
    let outcomes = collect_outcomes(&mut again).await;
    assert_eq!((again.summary().already_there, again.summary().downloaded), (1, 4));
    let resumed = outcomes
        .values()
        .flatten()
        .filter(|outcome| matches!(&outcome.fate, DownloadResult::Downloaded(done) if done.resumed_from > 0));
    assert_eq!(resumed.count(), 2);
    assert_eq!(names(folder.path()), ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg"]);
}
