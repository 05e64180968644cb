//! Statuses and messages of real servers that a client has to distinguish.

#![allow(clippy::unwrap_used, deprecated)]

use http::{Request, Response};
use immich_core::api::{
    BulkIdsDto, CreateAlbumDto, DownloadAsset, GetAlbumInfo, GetProfileImage, GetSyncStream, LoginCredentialDto,
    PinCodeSetupDto, SyncAckSetDto, SyncRequestType, SyncStreamDto, TagUpsertDto, UpdateAssetDto, UploadAsset,
};
use immich_core::jiff::Timestamp;
use immich_core::{
    AlbumId, AssetId, Body, Client, Error, FilePart, HttpSend, RawRequest, ResponseBody, ServerVersion, UserId,
};
use immich_mock::FakeImmich;
use serde_json::{Value, json};

const TWO: ServerVersion = ServerVersion::new(2, 7, 5);
const THREE: ServerVersion = ServerVersion::new(3, 1, 0);
const UNKNOWN: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

fn client(server: &FakeImmich) -> Client {
    let builder = Client::builder("http://immich.test").api_key(server.api_key());
    builder.backend(server.clone()).build().unwrap()
}

fn photo(name: &str) -> UploadAsset {
    UploadAsset::new(FilePart::new(name, name.to_owned()), Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH)
}

fn said(error: &Error) -> (u16, &str) {
    (error.status().unwrap().as_u16(), error.messages()[0].as_str())
}

async fn get(server: &FakeImmich, path: &str, accept: &str) -> Response<ResponseBody> {
    let request = Request::get(format!("http://immich.test{path}")).header("accept", accept);
    server.send(request.body(Body::empty()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_wrong_base_path_is_not_acceptable() {
    for (version, id) in [(TWO, None), (THREE, Some("undefined"))] {
        let server = FakeImmich::with_version(version);
        let response = get(&server, "/server/ping", "application/json").await;
        assert_eq!(response.status(), 406);
        let given = response.headers().get("x-correlation-id").map(|id| id.to_str().unwrap());
        assert_eq!(given, id);
        let body = response.into_body().bytes(1000).await.unwrap().unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        let message = "The route /server/ping was requested as application/json, but only returns text/html";
        assert_eq!(body["message"], message);
        for accept in ["text/html", "application/json, */*;q=0.5"] {
            assert_eq!(get(&server, "/server/ping", accept).await.status(), 200);
        }
        let post = Request::post("http://immich.test/assets").body(Body::empty()).unwrap();
        assert_eq!(server.send(post).await.unwrap().status(), 404);
    }
}

#[tokio::test]
async fn things_that_are_not_there() -> Result<(), Error> {
    let (asset, album, user): (AssetId, AlbumId, UserId) =
        (UNKNOWN.parse().unwrap(), UNKNOWN.parse().unwrap(), UNKNOWN.parse().unwrap());
    for (version, original, profile) in [
        (TWO, (400, "Not found or no asset.download access"), (400, "User not found")),
        (THREE, (404, "Not Found"), (404, "Not Found")),
    ] {
        let server = FakeImmich::with_version(version);
        let client = client(&server);
        assert_eq!(said(&client.send(DownloadAsset::new(asset)).await.unwrap_err()), original);
        assert_eq!(said(&client.send(GetProfileImage::new(user)).await.unwrap_err()), profile);
        let error = client.albums().add_assets_to_album(album, BulkIdsDto::new([asset])).await.unwrap_err();
        assert_eq!(said(&error), (400, "Album not found"));
        let error = client.send(GetAlbumInfo::new(album)).await.unwrap_err();
        assert_eq!(said(&error), (400, "Not found or no album.read access"));
        let id = client.send(photo("a.jpg")).await?.id;
        // 2.x refuses this request; later versions redirect it, with the rest of the query.
        let request = Request::get(format!("http://immich.test/api/assets/{id}/thumbnail?size=original&edited=true"))
            .header("x-api-key", server.api_key().expose());
        let response = server.send(request.body(Body::empty()).unwrap()).await.unwrap();
        let location = response.headers().get("location").map(|location| location.to_str().unwrap());
        match version == TWO {
            true => assert_eq!((response.status().as_u16(), location), (400, None)),
            false => assert_eq!((response.status().as_u16(), location), (302, Some("original?edited=true"))),
        }
    }
    Ok(())
}

#[tokio::test]
async fn values_that_are_refused() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let client = client(&server);
        let id = client.send(photo("a.jpg")).await?.id;
        let update = UpdateAssetDto::new().latitude(999.0).longitude(1.0);
        assert_eq!(client.assets().update_asset(id, update).await.unwrap_err().status().unwrap(), 400);
        let update = UpdateAssetDto::new().latitude(-90.0).longitude(180.0);
        client.assets().update_asset(id, update).await?;

        let album = client.albums().create_album(CreateAlbumDto::new("Trip").description("long")).await?.id;
        let null = RawRequest::patch(format!("/albums/{album}")).json(&json!({ "description": null }))?;
        assert_eq!(client.send(null).await.unwrap_err().status().unwrap(), 400);
        let empty = RawRequest::patch(format!("/albums/{album}")).json(&json!({ "description": "" }))?;
        client.send(empty).await?;
        assert_eq!(client.send(GetAlbumInfo::new(album)).await?.description, "");

        let nil = json!({ "ids": ["00000000-0000-0000-0000-000000000000"] });
        let nil = RawRequest::put(format!("/albums/{album}/assets")).json(&nil)?;
        assert_eq!(client.send(nil).await.unwrap_err().status().unwrap(), 400);

        let upserted = client.tags().upsert_tags(TagUpsertDto::new([String::new()])).await;
        match version == TWO {
            true => assert_eq!(said(&upserted.unwrap_err()), (400, "each value in tags should not be empty")),
            false => assert!(upserted?.is_empty()),
        }

        let login = LoginCredentialDto::new(server.email(), server.password());
        let token = client.auth().login(login).await?.access_token;
        let session = Client::builder("http://immich.test").access_token(token).backend(server.clone()).build()?;
        let error = session.auth().setup_pin_code(PinCodeSetupDto::new("123")).await.unwrap_err();
        assert_eq!(error.status().unwrap(), 400);
        session.auth().setup_pin_code(PinCodeSetupDto::new("123456")).await?;
    }
    Ok(())
}

#[tokio::test]
async fn fields_of_real_servers() -> Result<(), Error> {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let client = client(&server);
        let id = client.send(photo("a.jpg")).await?.id;
        let album = client.albums().create_album(CreateAlbumDto::new("Trip").asset_ids([id])).await?.id;
        let alone = client.send(RawRequest::get(format!("/albums/{album}"))).await?;
        assert!(alone.get("contributorCounts").is_none(), "only a shared album counts");
        let bob = server.add_user("bob@immich.test", "secret", "Bob");
        let users = json!({ "albumUsers": [{ "userId": bob, "role": "viewer" }] });
        client.send(RawRequest::put(format!("/albums/{album}/users")).json(&users)?).await?;
        let shared = client.send(RawRequest::get(format!("/albums/{album}"))).await?;
        assert_eq!(shared["contributorCounts"], json!([{ "userId": server.user_id(), "assetCount": 1 }]));

        let user = json!({ "email": "eve@immich.test", "name": "Eve", "password": "secret", "storageLabel": "eve" });
        let user = client.send(RawRequest::post("/admin/users").json(&user)?).await?;
        assert_eq!(user["storageLabel"], "eve");
        let color = json!({ "avatar": { "color": "red" } });
        let preferences = client.send(RawRequest::put("/users/me/preferences").json(&color)?).await?;
        assert_eq!(preferences["avatar"]["color"], "red");
        let preferences = client.send(RawRequest::get("/users/me/preferences")).await?;
        assert!(preferences.get("avatar").is_none(), "it is not kept");

        let update = UpdateAssetDto::new().date_time_original("2023-12-31T23:30:00-02:00");
        client.assets().update_asset(id, update).await?;
        let bucket = client.send(RawRequest::get("/timeline/bucket").query("timeBucket", "2023-12-01")).await?;
        assert_eq!(bucket["localOffsetHours"].to_string(), "[-2]");
    }
    Ok(())
}

#[tokio::test]
async fn an_album_that_is_deleted_is_one_line_of_the_stream() -> Result<(), Error> {
    let server = FakeImmich::new();
    let login = LoginCredentialDto::new(server.email(), server.password());
    let token = client(&server).auth().login(login).await?.access_token;
    let client = Client::builder("http://immich.test").access_token(token).backend(server.clone()).build()?;
    let types = [
        SyncRequestType::UsersV1,
        SyncRequestType::AuthUsersV1,
        SyncRequestType::AlbumsV2,
        SyncRequestType::AlbumUsersV1,
        SyncRequestType::AlbumToAssetsV1,
    ];
    // Returns the types of the next lines, and acknowledges them.
    let news = || async {
        let text = client.send(GetSyncStream::new(SyncStreamDto::new(types.clone()))).await?.bytes(1 << 20).await?;
        let text = String::from_utf8_lossy(&text).into_owned();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let acks: Vec<_> = lines.iter().map(|line| line["ack"].as_str().unwrap().to_owned()).collect();
        client.sync().send_sync_ack(SyncAckSetDto::new(acks)).await?;
        let mut types: Vec<_> = lines.iter().map(|line| line["type"].as_str().unwrap().to_owned()).collect();
        types.pop();
        types.sort();
        Ok::<_, Error>(types)
    };
    assert_eq!(news().await?, ["AuthUserV1", "UserV1"]);
    let id = client.send(photo("a.jpg")).await?.id;
    let album = client.albums().create_album(CreateAlbumDto::new("Trip").asset_ids([id])).await?.id;
    // An upload changes the storage usage of its user.
    assert_eq!(news().await?, ["AlbumToAssetV1", "AlbumUserV1", "AlbumV2", "AuthUserV1", "UserV1"]);
    assert!(news().await?.is_empty());
    client.albums().delete_album(album).await?;
    assert_eq!(news().await?, ["AlbumDeleteV1"]);
    Ok(())
}

#[tokio::test]
async fn users_with_their_own_keys_see_their_own_assets_alone() -> Result<(), Error> {
    use immich_core::api::{
        AssetBulkUploadCheckDto, AssetBulkUploadCheckItem, AssetMediaStatus, GetAssetStatistics, MetadataSearchDto,
    };
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let alice = client(&server);
        let bob = server.add_user("bob@immich.test", "secret", "Bob");
        let bob = server.add_api_key(bob, &["all"]);
        let bob = Client::builder("http://immich.test").api_key(bob).backend(server.clone()).build()?;
        let first = alice.send(photo("a.jpg")).await?;
        let checksum = server.assets()[0].checksum.clone();
        let check = || AssetBulkUploadCheckDto::new([AssetBulkUploadCheckItem::new(checksum.clone(), "a")]);
        assert_eq!(alice.assets().check_bulk_upload(check()).await?.results[0].asset_id, Some(first.id));
        assert_eq!(bob.assets().check_bulk_upload(check()).await?.results[0].asset_id, None);
        let second = bob.send(photo("a.jpg").x_immich_checksum(checksum.clone())).await?;
        assert_eq!((second.status, second.id == first.id), (AssetMediaStatus::Created, false));
        assert_eq!(bob.assets().check_bulk_upload(check()).await?.results[0].asset_id, Some(second.id));
        assert_eq!(alice.assets().check_bulk_upload(check()).await?.results[0].asset_id, Some(first.id));
        for (user, own, other) in [(&alice, first.id, second.id), (&bob, second.id, first.id)] {
            let found = user.search().search_assets(MetadataSearchDto::new()).await?.assets.items;
            assert_eq!(found.iter().map(|asset| asset.id).collect::<Vec<_>>(), [own]);
            assert_eq!(user.send(GetAssetStatistics::new()).await?.total, 1);
            assert!(user.send(DownloadAsset::new(other)).await.is_err());
        }
    }
    Ok(())
}
