//! Data loss and delays that were seen on real servers.

#![allow(clippy::unwrap_used, deprecated)]

use immich_core::api::{
    AssetBulkDeleteDto, AssetBulkUploadCheckDto, AssetBulkUploadCheckItem, AssetMediaStatus, BulkIdsDto,
    DownloadArchiveDto, DownloadAsset, GetAssetInfo, GetAssetStatistics, TagUpsertDto, UpdateAssetDto, UploadAsset,
    ViewAsset,
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

/// The SHA-1 of "one".
const ONE: &str = "fe05bcdcdc4928012781a5f1a2a77cbb5398e106";

#[tokio::test]
async fn a_lost_upload_leaves_a_row_without_a_file() -> Result<(), Error> {
    for (version, status) in [(TWO, 500), (THREE, 404)] {
        let server = FakeImmich::with_version(version);
        let client = client(&server);
        server.lose_next_uploads(1);
        let error = client.send(photo("a.jpg", "one")).await.unwrap_err();
        assert_eq!(
            (error.status().unwrap().as_u16(), error.messages()),
            (500, &["Internal server error".to_owned()][..])
        );

        let held = server.assets();
        assert_eq!((held.len(), held[0].original_is_lost, held[0].bytes.len()), (1, true, 0));
        let id = held[0].id;
        // Every other request finds the asset.
        let by_header = client.send(photo("a.jpg", "one").x_immich_checksum(ONE)).await?;
        assert_eq!((by_header.id, by_header.status), (id, AssetMediaStatus::Duplicate));
        let by_content = client.send(photo("a.jpg", "one")).await?;
        assert_eq!((by_content.id, by_content.status), (id, AssetMediaStatus::Duplicate));
        let check = AssetBulkUploadCheckDto::new([AssetBulkUploadCheckItem::new(ONE, "a")]);
        assert_eq!(client.assets().check_bulk_upload(check).await?.results[0].asset_id, Some(id));
        assert_eq!(client.send(GetAssetInfo::new(id)).await?.original_file_name, "a.jpg");
        assert_eq!(client.send(GetAssetStatistics::new()).await?.total, 1);

        // Only a download of the original reveals the loss.
        let error = client.assets().download_asset(id).await.unwrap_err();
        assert_eq!(error.status().unwrap(), status);
        let error = client.send(DownloadAsset::new(id)).header("range", "bytes=0-0").await.unwrap_err();
        assert_eq!(error.status().unwrap(), status);

        // The next upload works normally.
        let other = upload(&client, "b.jpg", "two").await?;
        assert_eq!(&client.assets().download_asset(other).await?.bytes(100).await?[..], b"two");
    }
    Ok(())
}

#[tokio::test]
async fn a_lost_file_may_be_uploaded_again_once_its_row_is_gone() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let client = client(&server);
        let id = upload(&client, "a.jpg", "one").await?;
        assert!(server.lose_original(id));
        assert!(!server.lose_original(id), "it is lost already");

        // In the trash, the row still blocks its checksum.
        client.assets().delete_assets(AssetBulkDeleteDto::new([id])).await?;
        assert_eq!(client.send(photo("a.jpg", "one")).await?.status, AssetMediaStatus::Duplicate);
        let check = AssetBulkUploadCheckDto::new([AssetBulkUploadCheckItem::new(ONE, "a")]);
        let result = client.assets().check_bulk_upload(check).await?.results.remove(0);
        assert_eq!((result.asset_id, result.is_trashed), (Some(id), Some(true)));

        client.assets().delete_assets(AssetBulkDeleteDto::new([id]).force(true)).await?;
        let again = client.send(photo("a.jpg", "one")).await?;
        assert_eq!(again.status, AssetMediaStatus::Created);
        assert_eq!(&client.assets().download_asset(again.id).await?.bytes(100).await?[..], b"one");
    }
    Ok(())
}

#[tokio::test]
async fn an_archive_leaves_a_lost_file_out_without_an_error() -> Result<(), Error> {
    let server = FakeImmich::new();
    let client = client(&server);
    let (one, two) = (upload(&client, "1.jpg", "one").await?, upload(&client, "2.jpg", "two").await?);
    server.lose_original(one);
    let zip = client.download().download_archive(DownloadArchiveDto::new([one, two])).await?.bytes(10_000).await?;
    let text = String::from_utf8_lossy(&zip);
    assert!(text.contains("2.jpg") && !text.contains("1.jpg"));
    Ok(())
}

#[tokio::test]
async fn deletion_for_good_may_take_a_while() -> Result<(), Error> {
    let server = FakeImmich::new();
    let client = client(&server);
    server.delay_deletions(3);
    let id = upload(&client, "a.jpg", "one").await?;
    client.assets().delete_assets(AssetBulkDeleteDto::new([id]).force(true)).await?;
    assert_eq!(client.send(photo("a.jpg", "one")).await?.status, AssetMediaStatus::Duplicate);
    assert!(client.send(GetAssetInfo::new(id)).await?.is_trashed);
    assert_eq!(client.trash().restore_trash().await?.count, 0, "it is not in the trash");
    assert_eq!(client.send(photo("a.jpg", "one")).await?.status, AssetMediaStatus::Created, "three requests later");

    client.assets().delete_assets(AssetBulkDeleteDto::new([server.assets()[0].id])).await?;
    assert_eq!(client.trash().empty_trash().await?.count, 1);
    assert_eq!(server.assets().len(), 1);
    server.run_deletion_jobs();
    assert!(server.assets().is_empty());
    Ok(())
}

#[tokio::test]
async fn the_metadata_job_wipes_tags_that_were_set_before_it() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let client = client(&server);
        server.delay_metadata(4);
        let id = upload(&client, "a.jpg", "one").await?;
        let exif = client.send(GetAssetInfo::new(id)).await?.exif_info.unwrap();
        assert_eq!((exif.file_size_in_byte, exif.modify_date, exif.date_time_original), (Some(3), None, None));
        assert_eq!(client.send(ViewAsset::new(id)).await.unwrap_err().status().unwrap(), 404);
        let tag = client.tags().upsert_tags(TagUpsertDto::new(["x".to_owned()])).await?.remove(0).id;
        assert!(client.tags().tag_assets(tag, BulkIdsDto::new([id])).await?[0].success);

        let asset = client.send(GetAssetInfo::new(id)).await?;
        assert_eq!(asset.tags.unwrap_or_default().len(), 0, "four requests later");
        let exif = asset.exif_info.unwrap();
        assert!(exif.modify_date.is_some() && exif.date_time_original.is_some());
        client.send(ViewAsset::new(id)).await?;

        // Tags that are set after the job stay.
        client.tags().tag_assets(tag, BulkIdsDto::new([id])).await?;
        server.run_metadata_jobs();
        assert_eq!(client.send(GetAssetInfo::new(id)).await?.tags.unwrap().len(), 1);
    }
    Ok(())
}

#[tokio::test]
async fn the_metadata_job_takes_the_tags_of_the_sidecar() -> Result<(), Error> {
    let xmp = "<x:xmpmeta><rdf:Description><digiKam:TagsList><rdf:Seq><rdf:li>places/beach</rdf:li></rdf:Seq>\
        </digiKam:TagsList></rdf:Description></x:xmpmeta>";
    for delay in [0, 100] {
        let server = FakeImmich::new();
        let client = client(&server);
        server.delay_metadata(delay);
        let id = client.send(photo("a.jpg", "one").sidecar_data(FilePart::new("a.jpg.xmp", xmp))).await?.id;
        let tags = client.send(GetAssetInfo::new(id)).await?.tags.unwrap_or_default();
        assert_eq!(tags.len(), usize::from(delay == 0));
        server.run_metadata_jobs();
        let tags = client.send(GetAssetInfo::new(id)).await?.tags.unwrap_or_default();
        assert_eq!(tags[0].value, "places/beach");
    }
    Ok(())
}

#[tokio::test]
async fn the_metadata_of_a_lost_upload_is_never_extracted() -> Result<(), Error> {
    let server = FakeImmich::new();
    let client = client(&server);
    server.delay_metadata(1);
    server.lose_next_uploads(1);
    upload(&client, "a.jpg", "one").await.unwrap_err();
    let id = server.assets()[0].id;
    server.run_metadata_jobs();
    client.assets().update_asset(id, UpdateAssetDto::new().description("kept")).await?;
    let exif = client.send(GetAssetInfo::new(id)).await?.exif_info.unwrap();
    assert_eq!((exif.modify_date, exif.description.as_deref()), (None, Some("kept")));
    Ok(())
}
