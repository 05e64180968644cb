//! The fake server, used through the typed client.

#![allow(clippy::unwrap_used, deprecated)]

use immich_core::api::{
    AssetBulkDeleteDto, AssetBulkUploadCheckDto, AssetBulkUploadCheckItem, AssetMediaStatus, AssetOrder, BulkIdsDto,
    CreateAlbumDto, DownloadAsset, GetAssetInfo, GetTimeBuckets, MetadataSearchDto, UpdateAssetDto, UploadAsset,
};
use immich_core::jiff::Timestamp;
use immich_core::{AssetId, Client, Error, FilePart, ServerVersion};
use immich_mock::FakeImmich;

const TWO: ServerVersion = ServerVersion::new(2, 7, 5);
const THREE: ServerVersion = ServerVersion::new(3, 1, 0);

fn client(server: &FakeImmich) -> Client {
    let builder = Client::builder("http://immich.test").api_key(server.api_key());
    builder.backend(server.clone()).build().unwrap()
}

fn photo(name: &str, content: &str) -> UploadAsset {
    let taken: Timestamp = "2024-05-06T07:08:09.123Z".parse().unwrap();
    UploadAsset::new(FilePart::new(name, content.to_owned()), taken, taken)
}

async fn upload(client: &Client, name: &str, content: &str) -> Result<AssetId, Error> {
    Ok(client.send(photo(name, content)).await?.id)
}

#[tokio::test]
async fn uploads_are_found_by_checksum() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let client = client(&server);
        let first = client.send(photo("a.jpg", "one").is_favorite(true)).await?;
        assert_eq!(first.status, AssetMediaStatus::Created);
        let again = client.send(photo("b.jpg", "one")).await?;
        assert_eq!((again.id, again.status), (first.id, AssetMediaStatus::Duplicate));
        // The checksum header is sufficient; the content of the body does not matter.
        let hex = "fe05bcdcdc4928012781a5f1a2a77cbb5398e106";
        let by_header = client.send(photo("c.txt", "other").x_immich_checksum(hex)).await?;
        assert_eq!((by_header.id, by_header.status), (first.id, AssetMediaStatus::Duplicate));

        let check = AssetBulkUploadCheckDto::new([
            AssetBulkUploadCheckItem::new(hex, "known"),
            AssetBulkUploadCheckItem::new("0000000000000000000000000000000000000000", "new"),
        ]);
        let results = client.assets().check_bulk_upload(check).await?.results;
        assert_eq!((results[0].asset_id, results[0].is_trashed), (Some(first.id), Some(false)));
        assert_eq!(results[1].asset_id, None);

        let held = server.assets();
        assert_eq!(held.len(), 1);
        assert_eq!((&held[0].bytes[..], held[0].original_file_name.as_str()), (&b"one"[..], "a.jpg"));
        assert!(held[0].is_favorite);
    }
    Ok(())
}

#[tokio::test]
async fn a_live_photo_hides_its_video() -> Result<(), Error> {
    let server = FakeImmich::new();
    let client = client(&server);
    let video = upload(&client, "live.mov", "video").await?;
    let sidecar = FilePart::new("live.jpg.xmp", "<x/>");
    let photo = client.send(photo("live.jpg", "photo").live_photo_video_id(video).sidecar_data(sidecar)).await?.id;
    let held = server.assets();
    assert_eq!((held[0].visibility.as_str(), held[1].live_photo_video_id), ("hidden", Some(video)));
    assert_eq!(held[1].sidecar.as_deref(), Some(&b"<x/>"[..]));
    client.assets().delete_assets(AssetBulkDeleteDto::new([photo]).force(true)).await?;
    assert!(server.assets().is_empty(), "the video goes with its photo");
    Ok(())
}

#[tokio::test]
async fn refused_uploads() {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let client = client(&server);
        let error = client.send(photo("notes.txt", "text")).await.unwrap_err();
        assert_eq!(error.messages(), ["Unsupported file type notes.txt"]);
        // 2.x accepts empty files.
        let empty = client.send(photo("empty.jpg", "")).await;
        assert_eq!(empty.is_ok(), version == TWO);

        server.set_quota(server.user_id(), Some(3));
        upload(&client, "a.jpg", "123").await.unwrap();
        let error = upload(&client, "b.jpg", "4").await.unwrap_err();
        assert_eq!(error.messages(), ["Quota has been exceeded!"]);

        let weak = server.add_api_key(server.user_id(), &["asset.read"]);
        let weak = Client::builder("http://immich.test").api_key(weak.clone()).backend(server.clone()).build().unwrap();
        let error = weak.send(photo("c.jpg", "c")).await.unwrap_err();
        assert_eq!(error.missing_permission(), Some("asset.upload"));
        assert_eq!(server.requests().last().unwrap().status, 403);
    }
}

#[tokio::test]
async fn search_goes_by_pages() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let client = client(&server);
        for number in 0..5 {
            // 2.x does not order assets with equal times.
            let taken = Timestamp::from_second(number).unwrap();
            let file = FilePart::new(format!("photo {number}.jpg"), number.to_string());
            client.send(UploadAsset::new(file, taken, taken)).await?;
        }
        upload(&client, "film.mp4", "film").await?;
        let mut names = Vec::new();
        let mut page = 1;
        loop {
            let search = MetadataSearchDto::new().size(2).page(page).order(AssetOrder::Asc).original_file_name("PHOTO");
            let found = client.search().search_assets(search).await?.assets;
            names.extend(found.items.into_iter().map(|asset| asset.original_file_name));
            let Some(next) = found.next_page else { break };
            page = next.parse().unwrap();
        }
        assert_eq!(names, ["photo 0.jpg", "photo 1.jpg", "photo 2.jpg", "photo 3.jpg", "photo 4.jpg"]);
        let error = client.search().search_assets(MetadataSearchDto::new().page(0)).await.unwrap_err();
        assert_eq!(error.status().unwrap(), 400);
    }
    Ok(())
}

#[tokio::test]
async fn albums_report_the_result_of_each_asset() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let client = client(&server);
        let (one, two) = (upload(&client, "1.jpg", "1").await?, upload(&client, "2.jpg", "2").await?);
        let album = client.albums().create_album(CreateAlbumDto::new("Trip").asset_ids([one])).await?;
        assert_eq!((album.asset_count, album.album_thumbnail_asset_id), (1, Some(one)));

        let unknown: AssetId = "3fa85f64-5717-4562-b3fc-2c963f66afa6".parse().unwrap();
        let results = client.albums().add_assets_to_album(album.id, BulkIdsDto::new([one, two, unknown])).await?;
        let outcomes: Vec<_> = results.iter().map(|result| (result.success, result.error.is_some())).collect();
        assert_eq!(outcomes, [(false, true), (true, false), (false, true)]);
        assert_eq!(client.albums().get_album_info(album.id).await?.asset_count, 2);

        client.assets().delete_assets(AssetBulkDeleteDto::new([two])).await?;
        assert_eq!(client.albums().get_album_info(album.id).await?.asset_count, 1, "trashed assets are not shown");
        assert_eq!(client.trash().restore_trash().await?.count, 1);
        assert_eq!(client.albums().get_all_albums().await?[0].asset_count, 2);
        client.albums().delete_album(album.id).await?;
        let error = client.albums().get_album_info(album.id).await.unwrap_err();
        assert_eq!(error.messages(), ["Not found or no album.read access"]);
    }
    Ok(())
}

#[tokio::test]
async fn downloads_in_ranges() -> Result<(), Error> {
    let server = FakeImmich::new();
    let client = client(&server);
    let id = upload(&client, "ü 1.jpg", "0123456789").await?;
    let whole = client.assets().download_asset(id).await?;
    let tag = whole.headers()["etag"].clone();
    assert_eq!(whole.headers()["content-disposition"], "inline; filename*=UTF-8''%C3%BC%201.jpg");
    let part =
        client.send(DownloadAsset::new(id)).header("range", "bytes=4-6").header("if-range", tag.to_str().unwrap());
    let part = part.await?;
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"], "bytes 4-6/10");
    assert_eq!(&part.bytes(100).await?[..], b"456");
    let error = client.send(DownloadAsset::new(id)).header("range", "bytes=10-").await.unwrap_err();
    assert_eq!(error.status().unwrap(), 404);
    Ok(())
}

#[tokio::test]
async fn changes_are_seen() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let client = client(&server);
        let id = upload(&client, "a.jpg", "a").await?;
        let change =
            UpdateAssetDto::new().description("beach").rating(4).date_time_original("2023-12-31T23:30:00-02:00");
        client.assets().update_asset(id, change).await?;
        let asset = client.send(GetAssetInfo::new(id)).await?;
        assert_eq!(asset.local_date_time.to_string(), "2023-12-31T23:30:00");
        let exif = asset.exif_info.unwrap();
        assert_eq!((exif.description.as_deref(), exif.time_zone.as_deref()), (Some("beach"), Some("UTC-2")));
        let buckets = client.send(GetTimeBuckets::new()).await?;
        assert_eq!((buckets[0].time_bucket.as_str(), buckets[0].count), ("2023-12-01", 1));
    }
    Ok(())
}

#[tokio::test]
async fn users_do_not_see_each_other() -> Result<(), Error> {
    let server = FakeImmich::new();
    let admin = client(&server);
    let id = upload(&admin, "a.jpg", "a").await?;
    let user = server.add_user("bob@immich.test", "secret", "Bob");
    let key = server.add_api_key(user, &["all"]);
    let bob = Client::builder("http://immich.test").api_key(key.clone()).backend(server.clone()).build()?;
    let error = bob.assets().get_asset_info(id).await.unwrap_err();
    assert_eq!(error.messages(), ["Not found or no asset.read access"]);
    assert_eq!(bob.send(photo("a.jpg", "a")).await?.status, AssetMediaStatus::Created, "checksums are by user");
    assert_eq!(bob.server().get_server_statistics().await.unwrap_err().status().unwrap(), 403);
    server.remove_api_key(&key);
    let error = bob.users().get_my_user().await.unwrap_err();
    assert_eq!(error.messages(), ["Invalid API key"]);
    Ok(())
}
