//! Lists as real servers return them: pages, counts and plans of archives.

#![allow(clippy::unwrap_used, deprecated)]

use immich_core::api::{
    AssetBulkDeleteDto, AssetVisibility, CreateAlbumDto, DownloadArchiveDto, DownloadInfoDto, GetAssetStatistics,
    GetTimeBuckets, MetadataSearchDto, StatisticsSearchDto, UploadAsset,
};
use immich_core::jiff::Timestamp;
use immich_core::{AssetId, Client, Error, FilePart, ServerVersion};
use immich_mock::FakeImmich;

const TWO: ServerVersion = ServerVersion::new(2, 7, 5);
const THREE: ServerVersion = ServerVersion::new(3, 1, 0);
const CURSORS: ServerVersion = ServerVersion::new(3, 3, 5);

fn client(server: &FakeImmich) -> Client {
    let builder = Client::builder("http://immich.test").api_key(server.api_key());
    builder.backend(server.clone()).build().unwrap()
}

fn photo(name: &str) -> UploadAsset {
    let taken: Timestamp = "2024-05-06T07:08:09.123Z".parse().unwrap();
    UploadAsset::new(FilePart::new(name, name.to_owned()), taken, taken)
}

/// Uploads photos with equal times, named by their numbers.
async fn upload_many(client: &Client, count: usize) -> Result<Vec<AssetId>, Error> {
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(client.send(photo(&format!("{number}.jpg"))).await?.id);
    }
    Ok(ids)
}

/// The names on all pages.
async fn pages(client: &Client, size: i64) -> Result<Vec<String>, Error> {
    let (mut names, mut page) = (Vec::new(), 1);
    loop {
        let search = MetadataSearchDto::new().size(size).page(page);
        let found = client.search().search_assets(search).await?.assets;
        names.extend(found.items.into_iter().map(|asset| asset.original_file_name));
        match found.next_page {
            Some(next) => page = next.parse().unwrap(),
            None => return Ok(names),
        }
    }
}

#[tokio::test]
async fn pages_of_equal_times_lose_and_repeat_assets_before_3_1() -> Result<(), Error> {
    for (version, distinct) in [(TWO, 24), (ServerVersion::new(3, 0, 0), 24), (THREE, 30), (CURSORS, 30)] {
        let server = FakeImmich::with_version(version);
        let client = client(&server);
        upload_many(&client, 30).await?;
        let names = pages(&client, 7).await?;
        assert_eq!(names.len(), 30, "the count is right on {version}");
        assert_eq!(pages(&client, 7).await?, names, "and the same every time");
        let mut sorted = names;
        sorted.sort();
        sorted.dedup();
        assert!((sorted.len() == 30) == (distinct == 30), "{} on {version}", sorted.len());
        // A single page has all assets.
        let all = client.search().search_assets(MetadataSearchDto::new().size(1000)).await?.assets;
        assert_eq!(all.items.len(), 30);
    }
    Ok(())
}

#[tokio::test]
async fn different_times_have_an_order_on_every_version() -> Result<(), Error> {
    let server = FakeImmich::with_version(TWO);
    let client = client(&server);
    for number in 0..9 {
        let taken: Timestamp = format!("2024-05-06T07:08:0{number}Z").parse().unwrap();
        let name = format!("{number}.jpg");
        client.send(UploadAsset::new(FilePart::new(&*name, name.clone()), taken, taken)).await?;
    }
    let expected: Vec<_> = (0..9).rev().map(|number| format!("{number}.jpg")).collect();
    assert_eq!(pages(&client, 2).await?, expected);
    Ok(())
}

#[tokio::test]
async fn an_asset_that_is_trashed_between_two_pages_shifts_the_next() -> Result<(), Error> {
    let server = FakeImmich::new();
    let client = client(&server);
    let ids = upload_many(&client, 6).await?;
    let page = |page: i64| client.search().search_assets(MetadataSearchDto::new().size(2).page(page));
    let first = page(1).await?.assets.items;
    assert_eq!(first[0].id, ids[5]);
    client.assets().delete_assets(AssetBulkDeleteDto::new([ids[5]])).await?;
    let second = page(2).await?.assets.items;
    assert_eq!((second[0].id, second[1].id), (ids[2], ids[1]), "3 is skipped");
    Ok(())
}

#[tokio::test]
async fn cursors_stay_right_while_assets_go() -> Result<(), Error> {
    let server = FakeImmich::with_version(CURSORS);
    let client = client(&server);
    let ids = upload_many(&client, 6).await?;
    let first = client.search().search_assets(MetadataSearchDto::new().size(2)).await?.assets;
    let cursor = first.next_cursor.clone().unwrap();
    // The asset that the cursor was made from, and the one before it.
    client.assets().delete_assets(AssetBulkDeleteDto::new([ids[5], ids[4]]).force(true)).await?;
    let (mut names, mut cursor) = (Vec::new(), Some(cursor));
    while let Some(next) = cursor {
        let found = client.search().search_assets(MetadataSearchDto::new().size(2).cursor(next)).await?.assets;
        names.extend(found.items.into_iter().map(|asset| asset.original_file_name));
        cursor = found.next_cursor;
    }
    assert_eq!(names, ["3.jpg", "2.jpg", "1.jpg", "0.jpg"]);
    let error = client.search().search_assets(MetadataSearchDto::new().cursor("?")).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.messages()), (400, &["Invalid cursor".to_owned()][..]));
    // 3.1.0 has no cursors, and ignores the one in a request.
    server.set_version(THREE);
    let found = client.search().search_assets(MetadataSearchDto::new().cursor("?")).await?.assets;
    assert!(found.next_cursor.is_none() && found.items.len() == 4);
    Ok(())
}

/// A photo of each visibility but `locked`, one in the trash, and a live photo with its hidden video.
async fn one_of_each(client: &Client) -> Result<(), Error> {
    client.send(photo("shown.jpg")).await?;
    client.send(photo("archived.jpg").visibility(AssetVisibility::Archive)).await?;
    let video = client.send(photo("live.mov")).await?.id;
    client.send(photo("live.jpg").live_photo_video_id(video)).await?;
    let trashed = client.send(photo("trashed.jpg")).await?.id;
    client.assets().delete_assets(AssetBulkDeleteDto::new([trashed])).await?;
    Ok(())
}

#[tokio::test]
async fn each_list_counts_by_its_own_rules() -> Result<(), Error> {
    for (version, searched) in [(TWO, 2), (THREE, 4)] {
        let server = FakeImmich::with_version(version);
        let client = client(&server);
        one_of_each(&client).await?;
        // The statistics: timeline and archive, without the trash.
        let statistics = client.send(GetAssetStatistics::new()).await?;
        assert_eq!((statistics.images, statistics.videos, statistics.total), (3, 0, 3));
        assert_eq!(client.send(GetAssetStatistics::new().is_trashed(true)).await?.total, 1);
        let hidden = GetAssetStatistics::new().visibility(AssetVisibility::Hidden);
        assert_eq!(client.send(hidden).await?.videos, 1);
        // The timeline: the same.
        assert_eq!(client.send(GetTimeBuckets::new()).await?[0].count, 3);
        assert_eq!(client.send(GetTimeBuckets::new().is_trashed(true)).await?[0].count, 1);
        // The search: on 2.x only the timeline, on 3.x everything that is not locked, even the video of a live photo.
        assert_eq!(client.search().search_asset_statistics(StatisticsSearchDto::new()).await?.total, searched);
        let found = client.search().search_assets(MetadataSearchDto::new()).await?.assets;
        assert_eq!(found.items.len() as i64, searched);
        let archived = MetadataSearchDto::new().visibility(AssetVisibility::Archive);
        assert_eq!(client.search().search_assets(archived).await?.assets.items.len(), 1);
    }
    Ok(())
}

#[tokio::test]
async fn plans_of_archives() -> Result<(), Error> {
    let server = FakeImmich::new();
    let client = client(&server);
    one_of_each(&client).await?;
    let id = |name: &str| server.assets().into_iter().find(|asset| asset.original_file_name == name).unwrap().id;
    // Of a user: everything that is not hidden, and the videos of live photos at the end.
    let plan = client.download().get_download_info(DownloadInfoDto::new().user_id(server.user_id())).await?;
    let ids = &plan.archives[0].asset_ids;
    assert_eq!((plan.archives.len(), ids.len(), *ids.last().unwrap()), (1, 4, id("live.mov")));
    assert!(!ids.contains(&id("trashed.jpg")));
    // Of ids: each asset once, and nothing from the trash.
    let named = [id("shown.jpg"), id("shown.jpg"), id("trashed.jpg")];
    let plan = client.download().get_download_info(DownloadInfoDto::new().asset_ids(named)).await?;
    assert_eq!((&plan.archives[0].asset_ids[..], plan.total_size), (&[id("shown.jpg")][..], 9));
    // An archive is full once it exceeds the limit: 9 bytes do not exceed 9, but 9 and 12 bytes do.
    let named = [id("shown.jpg"), id("archived.jpg"), id("live.jpg")];
    let plan = DownloadInfoDto::new().asset_ids(named).archive_size(9);
    let plan = client.download().get_download_info(plan).await?;
    let sizes: Vec<_> = plan.archives.iter().map(|archive| (archive.asset_ids.len(), archive.size)).collect();
    assert_eq!(sizes, [(2, 21), (2, 16)]);

    let album = client.albums().create_album(CreateAlbumDto::new("x").asset_ids([id("trashed.jpg"), id("live.jpg")]));
    let album = album.await?.id;
    let plan = client.download().get_download_info(DownloadInfoDto::new().album_id(album)).await?;
    assert_eq!(plan.archives[0].asset_ids, [id("live.jpg"), id("live.mov")]);
    Ok(())
}

#[tokio::test]
async fn the_plan_of_a_user_lists_what_is_locked_but_its_archive_is_refused() -> Result<(), Error> {
    let server = FakeImmich::new();
    let client = client(&server);
    let shown = client.send(photo("shown.jpg")).await?.id;
    let locked = client.send(photo("locked.jpg").visibility(AssetVisibility::Locked)).await?.id;
    let plan = client.download().get_download_info(DownloadInfoDto::new().user_id(server.user_id())).await?;
    let mut ids = plan.archives[0].asset_ids.clone();
    ids.sort();
    let mut all = [shown, locked];
    all.sort();
    assert_eq!(ids, all);
    let error = client.download().download_archive(DownloadArchiveDto::new(ids)).await.unwrap_err();
    assert_eq!(error.messages(), ["Not found or no asset.download access"]);
    Ok(())
}
