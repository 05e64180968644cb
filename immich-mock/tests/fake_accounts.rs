//! Sessions, PIN codes, shared links, tags and stacks of the fake, used through the typed client.

#![allow(clippy::unwrap_used)]

use immich_core::api::AssetVisibility;
use immich_core::api::{
    AddUsersDto, AlbumUserAddDto, ApiKeyCreateDto, BulkIdsDto, CreateAlbumDto, DownloadArchiveDto, DownloadInfoDto,
    GetMySharedLink, LoginCredentialDto, MetadataSearchDto, Permission, PinCodeSetupDto, SessionUnlockDto,
    SharedLinkCreateDto, SharedLinkLogin, SharedLinkLoginDto, SharedLinkType, StackCreateDto, TagUpsertDto,
    UploadAsset,
};
use immich_core::jiff::Timestamp;
use immich_core::{AssetId, Client, Error, FilePart, ServerVersion};
use immich_mock::FakeImmich;

const VERSIONS: [ServerVersion; 2] = [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)];

fn client(server: &FakeImmich) -> Client {
    let builder = Client::builder("http://immich.test").api_key(server.api_key());
    builder.backend(server.clone()).build().unwrap()
}

fn anonymous(server: &FakeImmich) -> Client {
    Client::builder("http://immich.test").backend(server.clone()).build().unwrap()
}

fn photo(name: &str) -> UploadAsset {
    let taken = Timestamp::UNIX_EPOCH;
    UploadAsset::new(FilePart::new(name, name.to_owned()), taken, taken)
}

async fn upload(client: &Client, name: &str) -> Result<AssetId, Error> {
    Ok(client.send(photo(name)).await?.id)
}

async fn signed_in(server: &FakeImmich) -> Result<Client, Error> {
    let login = LoginCredentialDto::new(server.email(), server.password());
    let token = anonymous(server).auth().login(login).await?.access_token;
    Client::builder("http://immich.test").access_token(token).backend(server.clone()).build()
}

#[tokio::test]
async fn a_session_lasts_until_it_is_closed() -> Result<(), Error> {
    for version in VERSIONS {
        let server = FakeImmich::with_version(version);
        let wrong = LoginCredentialDto::new(server.email(), "guess");
        let error = anonymous(&server).auth().login(wrong).await.unwrap_err();
        assert_eq!(error.messages(), ["Incorrect email or password"]);

        let client = signed_in(&server).await?;
        let created =
            client.api_keys().create_api_key(ApiKeyCreateDto::new([Permission::AlbumRead]).name("weak")).await?;
        let weak = Client::builder("http://immich.test").api_key(created.secret).backend(server.clone()).build()?;
        assert_eq!(weak.api_keys().get_my_api_key().await?.permissions, [Permission::AlbumRead]);
        assert_eq!(weak.users().get_my_user().await.unwrap_err().missing_permission(), Some("user.read"));
        assert!(client.sessions().get_sessions().await?[0].current);
        client.auth().logout().await?;
        let error = client.users().get_my_user().await.unwrap_err();
        assert_eq!(error.messages(), ["Invalid user token"]);
    }
    Ok(())
}

#[tokio::test]
async fn locked_assets_want_a_pin() -> Result<(), Error> {
    let server = FakeImmich::new();
    let client = signed_in(&server).await?;
    let id = client.send(photo("secret.jpg").visibility(AssetVisibility::Locked)).await?.id;
    assert!(client.assets().get_asset_info(id).await.is_err());
    let locked = || MetadataSearchDto::new().visibility(AssetVisibility::Locked);
    let error = client.search().search_assets(locked()).await.unwrap_err();
    assert_eq!(error.messages(), ["Elevated permission is required"]);

    client.auth().setup_pin_code(PinCodeSetupDto::new("123456")).await?;
    let wrong = SessionUnlockDto::new().pin_code("654321");
    let error = client.auth().unlock_auth_session(wrong).await.unwrap_err();
    assert_eq!(error.messages(), ["Wrong PIN code"]);
    client.auth().unlock_auth_session(SessionUnlockDto::new().pin_code("123456")).await?;
    assert!(client.auth().get_auth_status().await?.is_elevated);
    assert_eq!(client.search().search_assets(locked()).await?.assets.items[0].id, id);
    client.auth().lock_auth_session().await?;
    assert!(client.assets().get_asset_info(id).await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_shared_link_opens_what_it_shares() -> Result<(), Error> {
    for version in VERSIONS {
        let server = FakeImmich::with_version(version);
        let owner = client(&server);
        let (shown, hidden) = (upload(&owner, "shown.jpg").await?, upload(&owner, "hidden.jpg").await?);
        let link = SharedLinkCreateDto::new(SharedLinkType::Individual)
            .asset_ids([shown])
            .password(immich_core::Secret::from("hunter2"));
        let key = owner.shared_links().create_shared_link(link).await?.key;

        let visitor = anonymous(&server);
        let error = visitor.send(GetMySharedLink::new().key(key.clone())).await.unwrap_err();
        assert_eq!(error.messages(), ["Password required"]);
        let login = SharedLinkLogin::new(SharedLinkLoginDto::new("wrong")).key(key.clone());
        assert_eq!(visitor.send(login).await.unwrap_err().messages(), ["Invalid password"]);
        let login = SharedLinkLogin::new(SharedLinkLoginDto::new("hunter2")).key(key.clone());
        let response = visitor.send(login).raw().await?;
        let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();

        let opened = visitor.send(GetMySharedLink::new().key(key.clone())).header("cookie", &cookie).await?;
        assert_eq!(opened.assets[0].id, shown);
        let download = |id| immich_core::api::DownloadAsset::new(id).key(key.clone());
        // The password protects only the page of the link: the key alone grants access to its assets.
        let bytes = visitor.send(download(shown)).await?.bytes(100).await?;
        assert_eq!(&bytes[..], b"shown.jpg");
        assert!(visitor.send(download(hidden)).header("cookie", &cookie).await.is_err());
    }
    Ok(())
}

#[tokio::test]
async fn albums_are_shared_with_users() -> Result<(), Error> {
    for version in VERSIONS {
        let server = FakeImmich::with_version(version);
        let owner = client(&server);
        let id = upload(&owner, "a.jpg").await?;
        let album = owner.albums().create_album(CreateAlbumDto::new("Trip").asset_ids([id])).await?;
        let bob = server.add_user("bob@immich.test", "secret", "Bob");
        let key = server.add_api_key(bob, &["all"]);
        let guest = Client::builder("http://immich.test").api_key(key).backend(server.clone()).build()?;
        assert!(guest.albums().get_album_info(album.id).await.is_err());
        owner.albums().add_users_to_album(album.id, AddUsersDto::new([AlbumUserAddDto::new(bob)])).await?;
        assert!(guest.albums().get_album_info(album.id).await?.shared);
        assert_eq!(guest.assets().get_asset_info(id).await?.id, id);
        let own = upload(&guest, "b.jpg").await?;
        assert!(guest.albums().add_assets_to_album(album.id, BulkIdsDto::new([own])).await?[0].success);
        assert!(guest.albums().delete_album(album.id).await.is_err());
    }
    Ok(())
}

#[tokio::test]
async fn tags_and_stacks() -> Result<(), Error> {
    let server = FakeImmich::new();
    let client = client(&server);
    let (one, two) = (upload(&client, "1.jpg").await?, upload(&client, "2.jpg").await?);
    let tags = client.tags().upsert_tags(TagUpsertDto::new(["places/beach".to_owned()])).await?;
    assert!(client.tags().tag_assets(tags[0].id, BulkIdsDto::new([one])).await?[0].success);
    assert_eq!(client.tags().get_all_tags().await?.len(), 2);
    let parent = tags[0].parent_id.unwrap();
    let found = client.search().search_assets(MetadataSearchDto::new().tag_ids(vec![parent])).await?.assets.items;
    assert_eq!(found[0].id, one);

    let stack = client.stacks().create_stack(StackCreateDto::new([two, one])).await?;
    assert_eq!((stack.primary_asset_id, stack.assets.len()), (two, 2));
    assert!(client.stacks().remove_asset_from_stack(stack.id, two).await.is_err());
    client.stacks().remove_asset_from_stack(stack.id, one).await?;
    assert!(client.stacks().search_stacks().await?.is_empty(), "a stack with a single asset is removed");
    Ok(())
}

#[tokio::test]
async fn archives_hold_every_file() -> Result<(), Error> {
    let server = FakeImmich::new();
    let client = client(&server);
    let ids = [upload(&client, "1.jpg").await?, upload(&client, "2.jpg").await?];
    let info = client.download().get_download_info(DownloadInfoDto::new().asset_ids(ids).archive_size(1)).await?;
    assert_eq!((info.total_size, info.archives.len()), (10, 2));
    let archive = client.download().download_archive(DownloadArchiveDto::new(ids)).await?.bytes(1 << 20).await?;
    for part in [&b"PK\x03\x04"[..], b"1.jpg1.jpg", b"2.jpg2.jpg", b"PK\x05\x06"] {
        assert!(archive.windows(part.len()).any(|window| window == part), "{part:?}");
    }
    Ok(())
}
