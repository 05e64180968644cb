//! Visitors of shared links, and updates of links.

#![allow(clippy::unwrap_used, deprecated)]

use http::{HeaderValue, Request};
use immich_core::api::{
    AddAssetsToAlbum, AddSharedLinkAssets, AddUsersDto, AlbumUserAddDto, AssetIdsDto, AssetMediaStatus, BulkIdsDto,
    CreateAlbumDto, DownloadArchive, DownloadArchiveDto, DownloadAsset, GetAlbumInfo, GetMySharedLink,
    MetadataSearchDto, PlayAssetVideo, SearchAssets, SharedLinkCreateDto, SharedLinkEditDto, SharedLinkType,
    UploadAsset,
};
use immich_core::jiff::Timestamp;
use immich_core::{AlbumId, AssetId, Body, Client, Error, FilePart, HttpSend, RawRequest, Secret, ServerVersion};
use immich_mock::FakeImmich;

const TWO: ServerVersion = ServerVersion::new(2, 7, 5);
const THREE: ServerVersion = ServerVersion::new(3, 1, 0);

fn builder() -> immich_core::ClientBuilder {
    Client::builder("http://immich.test")
}

fn client(server: &FakeImmich) -> Client {
    builder().api_key(server.api_key()).backend(server.clone()).build().unwrap()
}

fn visitor(server: &FakeImmich, key: &str) -> Client {
    builder().shared_link_key(key).backend(server.clone()).build().unwrap()
}

fn photo(name: &str, content: &str) -> UploadAsset {
    UploadAsset::new(FilePart::new(name, content.to_owned()), Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH)
}

/// An album with a link that accepts uploads, and the key of the link.
async fn shared_album(owner: &Client, assets: &[AssetId]) -> Result<(AlbumId, String), Error> {
    let album = owner.albums().create_album(CreateAlbumDto::new("Trip").asset_ids(assets.to_vec())).await?.id;
    let link = SharedLinkCreateDto::new(SharedLinkType::Album).album_id(album).allow_upload(true);
    let key = owner.shared_links().create_shared_link(link).await?.key;
    Ok((album, key.expose().to_owned()))
}

#[tokio::test]
async fn an_upload_of_what_the_owner_has_reaches_the_album_without_the_checksum_alone() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let owner = client(&server);
        let one = owner.send(photo("a.jpg", "one")).await?.id;
        let (album, key) = shared_album(&owner, &[]).await?;
        let guest = visitor(&server, &key);
        let count = || async { owner.send(GetAlbumInfo::new(album)).await.unwrap().asset_count };

        let known = photo("a.jpg", "one").x_immich_checksum("fe05bcdcdc4928012781a5f1a2a77cbb5398e106");
        let uploaded = guest.send(known).await?;
        assert_eq!((uploaded.id, uploaded.status), (one, AssetMediaStatus::Duplicate));
        assert_eq!(count().await, 0, "the short way does not add to the album");
        assert_eq!(guest.send(photo("a.jpg", "one")).await?.status, AssetMediaStatus::Duplicate);
        assert_eq!(count().await, 1);
        guest.send(photo("a.jpg", "one")).await?;
        assert_eq!(count().await, 1, "it is there once");
        assert_eq!(guest.send(photo("b.jpg", "two")).await?.status, AssetMediaStatus::Created);
        assert_eq!(count().await, 2);
    }
    Ok(())
}

#[tokio::test]
async fn visitors_of_3_x_cannot_add_by_themselves() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let owner = client(&server);
        let one = owner.send(photo("a.jpg", "one")).await?.id;
        let (album, key) = shared_album(&owner, &[]).await?;
        let guest = visitor(&server, &key);
        let added = guest.send(AddAssetsToAlbum::new(album, BulkIdsDto::new([one]))).await;
        let link = owner.shared_links().create_shared_link(
            SharedLinkCreateDto::new(SharedLinkType::Individual).asset_ids([one]).allow_upload(true),
        );
        let link = link.await?;
        let guest = visitor(&server, link.key.expose());
        let linked = guest.send(AddSharedLinkAssets::new(link.id, AssetIdsDto::new([one]))).await;
        if version == TWO {
            assert!(added?[0].success);
            assert_eq!(linked?.len(), 1);
        } else {
            assert_eq!(added.unwrap_err().status().unwrap(), 403);
            assert_eq!(linked.unwrap_err().status().unwrap(), 403);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_key_needs_every_permission_to_add_to_a_link_of_2_x() -> Result<(), Error> {
    for (version, missing) in [(TWO, Some("all")), (THREE, None)] {
        let server = FakeImmich::with_version(version);
        let owner = client(&server);
        let (one, two) = (owner.send(photo("a.jpg", "one")).await?.id, owner.send(photo("b.jpg", "two")).await?.id);
        let link = SharedLinkCreateDto::new(SharedLinkType::Individual).asset_ids([one]);
        let link = owner.shared_links().create_shared_link(link).await?.id;
        let key = server.add_api_key(server.user_id(), &["sharedLink.update"]);
        let weak = builder().api_key(key).backend(server.clone()).build()?;
        let added = weak.send(AddSharedLinkAssets::new(link, AssetIdsDto::new([two]))).await;
        assert_eq!(added.as_ref().err().and_then(Error::missing_permission), missing);
    }
    Ok(())
}

#[tokio::test]
async fn the_key_of_a_link_opens_it_whatever_its_password() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let owner = client(&server);
        let one = owner.send(photo("a.jpg", "one")).await?.id;
        let album = owner.albums().create_album(CreateAlbumDto::new("Trip").asset_ids([one])).await?.id;
        let link = SharedLinkCreateDto::new(SharedLinkType::Album).album_id(album).password(Secret::from("hunter2"));
        let key = owner.shared_links().create_shared_link(link).await?.key;
        let guest = visitor(&server, key.expose());
        let error = guest.send(GetMySharedLink::new()).await.unwrap_err();
        assert_eq!((error.status().unwrap().as_u16(), error.messages()[0].as_str()), (401, "Password required"));
        assert_eq!(guest.send(GetAlbumInfo::new(album)).await?.asset_count, 1);
        assert_eq!(&guest.send(DownloadAsset::new(one)).await?.bytes(100).await?[..], b"one");
    }
    Ok(())
}

#[tokio::test]
async fn visitors_get_the_videos_of_live_photos() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let owner = client(&server);
        let video = owner.send(photo("live.mov", "video")).await?.id;
        let live = owner.send(photo("live.jpg", "photo").live_photo_video_id(video)).await?.id;
        let (_, key) = shared_album(&owner, &[live]).await?;
        let guest = visitor(&server, &key);
        assert_eq!(&guest.send(DownloadAsset::new(video)).await?.bytes(100).await?[..], b"video");
        assert_eq!(&guest.send(PlayAssetVideo::new(video)).await?.bytes(100).await?[..], b"video");
        let both = DownloadArchive::new(DownloadArchiveDto::new([live, video]));
        let zip = guest.send(both).await?.bytes(10_000).await?;
        assert!(String::from_utf8_lossy(&zip).contains("live.mov"));
    }
    Ok(())
}

#[tokio::test]
async fn visitors_search_their_album_since_3_1() -> Result<(), Error> {
    let server = FakeImmich::with_version(TWO);
    let owner = client(&server);
    let one = owner.send(photo("a.jpg", "one")).await?.id;
    owner.send(photo("b.jpg", "two")).await?;
    let (album, key) = shared_album(&owner, &[one]).await?;
    let guest = visitor(&server, &key);
    let search = |search| guest.send(SearchAssets::new(search));
    assert_eq!(search(MetadataSearchDto::new()).await.unwrap_err().status().unwrap(), 403);
    server.set_version(THREE);
    let error = search(MetadataSearchDto::new()).await.unwrap_err();
    let message = "Shared link access is only allowed in combination with an albumIds filter";
    assert_eq!((error.status().unwrap().as_u16(), error.messages()[0].as_str()), (400, message));
    let found = search(MetadataSearchDto::new().album_ids([album])).await?.assets.items;
    assert_eq!((found.len(), found[0].id), (1, one));
    let other = owner.albums().create_album(CreateAlbumDto::new("Other")).await?.id;
    let error = search(MetadataSearchDto::new().album_ids([other])).await.unwrap_err();
    assert_eq!(error.messages(), ["Not found or no album.read access"]);
    Ok(())
}

#[tokio::test]
async fn a_search_of_3_x_in_an_album_finds_what_others_added() -> Result<(), Error> {
    for (version, found) in [(TWO, 1), (THREE, 2)] {
        let server = FakeImmich::with_version(version);
        let owner = client(&server);
        let one = owner.send(photo("a.jpg", "one")).await?.id;
        let album = owner.albums().create_album(CreateAlbumDto::new("Trip").asset_ids([one])).await?.id;
        let bob = server.add_user("bob@immich.test", "secret", "Bob");
        owner.albums().add_users_to_album(album, AddUsersDto::new([AlbumUserAddDto::new(bob)])).await?;
        let bob = builder().api_key(server.add_api_key(bob, &["all"])).backend(server.clone()).build()?;
        let two = bob.send(photo("b.jpg", "two")).await?.id;
        bob.albums().add_assets_to_album(album, BulkIdsDto::new([two])).await?;
        let search = MetadataSearchDto::new().album_ids([album]);
        assert_eq!(owner.search().search_assets(search).await?.assets.items.len(), found);
    }
    Ok(())
}

#[tokio::test]
async fn a_link_that_hides_metadata_hides_names() -> Result<(), Error> {
    let server = FakeImmich::new();
    let owner = client(&server);
    let one = owner.send(photo("secret name.jpg", "one")).await?.id;
    let link = SharedLinkCreateDto::new(SharedLinkType::Individual).asset_ids([one]).show_metadata(false);
    let key = owner.shared_links().create_shared_link(link).await?.key;
    let guest = visitor(&server, key.expose());
    let info = guest.send(RawRequest::get(format!("/assets/{one}"))).await?.to_string();
    assert!(!info.contains("secret name") && info.contains("\"hasMetadata\":false"), "{info}");
    let link = guest.send(RawRequest::get("/shared-links/me")).await?;
    let shown: Vec<_> = link["assets"][0].as_object().unwrap().keys().collect();
    let times_and_paths = ["fileCreatedAt", "createdAt", "originalPath", "originalFileName", "checksum", "exifInfo"];
    assert!(!times_and_paths.iter().any(|name| shown.iter().any(|other| other == name)), "{shown:?}");
    Ok(())
}

#[tokio::test]
async fn an_update_without_the_slug_erases_it() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let owner = client(&server);
        let one = owner.send(photo("a.jpg", "one")).await?.id;
        let link = SharedLinkCreateDto::new(SharedLinkType::Individual).asset_ids([one]).slug("trip");
        let link = owner.shared_links().create_shared_link(link.password(Secret::from("hunter2"))).await?;
        let update = SharedLinkEditDto::new().description("new").slug("trip");
        let kept = owner.shared_links().update_shared_link(link.id, update).await?;
        assert_eq!(kept.slug.as_ref().map(|slug| slug.expose()), Some("trip"));
        let update = SharedLinkEditDto::new().description("newer");
        let updated = owner.shared_links().update_shared_link(link.id, update).await?;
        assert_eq!((updated.slug.is_none(), updated.password.is_some()), (true, true));
    }
    Ok(())
}

#[tokio::test]
async fn a_slug_in_a_header_must_be_ascii() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let owner = client(&server);
        let one = owner.send(photo("a.jpg", "one")).await?.id;
        let link = SharedLinkCreateDto::new(SharedLinkType::Individual).asset_ids([one]).slug("été");
        owner.shared_links().create_shared_link(link).await?;
        let slug = HeaderValue::from_bytes("été".as_bytes()).unwrap();
        let request = Request::get("http://immich.test/api/shared-links/me").header("x-immich-share-slug", slug);
        let response = server.send(request.body(Body::empty()).unwrap()).await.unwrap();
        let body = response.into_body().bytes(1000).await.unwrap().unwrap();
        assert!(String::from_utf8_lossy(&body).contains("Invalid share slug"));
        let request = Request::get("http://immich.test/api/shared-links/me?slug=%C3%A9t%C3%A9");
        assert_eq!(server.send(request.body(Body::empty()).unwrap()).await.unwrap().status(), 200);
    }
    Ok(())
}
