//! Statuses and messages of real servers that a client has to distinguish.

#![allow(clippy::unwrap_used, deprecated)]

mod raw;

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
use raw::Caller;
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

/// The messages of a validation error, for each line.
fn issues(response: &(u16, Value)) -> Vec<String> {
    assert_eq!(response.0, 400, "{}", response.1);
    let list = response.1.get("errors").unwrap_or(&response.1["message"]).as_array().cloned().unwrap_or_default();
    let text = |issue: &Value| {
        let path = issue["path"].as_array().map(|path| {
            path.iter().map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned)).collect::<Vec<_>>()
        });
        match path {
            Some(path) => format!("{}: {}", path.join("."), issue["message"].as_str().unwrap()),
            None => issue.as_str().unwrap().to_owned(),
        }
    };
    list.iter().map(text).collect()
}

#[tokio::test]
async fn preferences_of_the_wrong_type() {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let admin = Caller::new(&server, &server.api_key());
        let two = version == TWO;
        for (sent, messages) in [
            (
                json!({ "memories": { "enabled": "yes" } }),
                [
                    "memories.enabled must be a boolean value",
                    "memories.enabled: Invalid input: expected boolean, received string",
                ],
            ),
            (
                json!({ "folders": { "enabled": null } }),
                [
                    "folders.enabled must be a boolean value",
                    "folders.enabled: Invalid input: expected boolean, received null",
                ],
            ),
            (
                json!({ "memories": { "duration": 0 } }),
                [
                    "memories.duration must not be less than 1",
                    "memories.duration: Too small: expected number to be >=1",
                ],
            ),
        ] {
            let response = admin.send("PUT", "/users/me/preferences", &sent).await;
            assert_eq!(issues(&response), [messages[usize::from(!two)]]);
        }
        let color = admin.send("PUT", "/users/me/preferences", &json!({ "avatar": { "color": "mauve" } })).await;
        assert!(issues(&color)[0].contains("color"), "{color:?}");
        let (_, kept) = admin.send("GET", "/users/me/preferences", &Value::Null).await;
        assert_eq!(kept["memories"], json!({ "enabled": true, "duration": 5 }));
        // Fields that the server does not know are no error.
        let unknown =
            json!({ "memories": { "new": 1 }, "new": { "a": true }, "albums": { "defaultAssetOrder": "asc" } });
        assert_eq!(admin.send("PUT", "/users/me/preferences", &unknown).await.0, 200);
        let (_, album) = admin.send("POST", "/albums", &json!({ "albumName": "Trip" })).await;
        assert_eq!(album["order"], "asc", "new albums have the preferred order");
        let path = format!("/admin/users/{}/preferences", server.user_id());
        let (status, changed) = admin.send("PUT", &path, &json!({ "memories": { "enabled": false } })).await;
        assert_eq!((status, &changed["memories"]["enabled"]), (200, &json!(false)));
    }
}

#[tokio::test]
async fn null_is_only_a_value_where_it_has_a_meaning() {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let admin = Caller::new(&server, &server.api_key());
        let id = server.add_photos(1)[0];
        let asset = format!("/assets/{id}");
        for name in ["isFavorite", "description", "dateTimeOriginal", "latitude", "visibility"] {
            let response = admin.send("PUT", &asset, &json!({ name: null })).await;
            assert!(issues(&response).iter().all(|issue| issue.contains(name)), "{name}: {response:?}");
        }
        for name in ["rating", "livePhotoVideoId"] {
            assert_eq!(admin.send("PUT", &asset, &json!({ name: null })).await.0, 200, "{name}");
        }
        for (path, name) in [("/users/me", "name"), ("/users/me", "email")] {
            assert_eq!(admin.send("PUT", path, &json!({ name: null })).await.0, 400, "{name}");
        }
        assert_eq!(admin.send("POST", "/search/metadata", &json!({ "size": null })).await.0, 400);
        assert_eq!(admin.send("POST", "/search/metadata", &json!({ "city": null, "tagIds": null })).await.0, 200);
        let link = json!({
            "type": "INDIVIDUAL", "assetIds": [id],
            "description": null, "password": null, "slug": null, "expiresAt": null,
        });
        assert_eq!(admin.send("POST", "/shared-links", &link).await.0, 201);
        let link = json!({ "type": "INDIVIDUAL", "assetIds": [id], "allowUpload": null });
        assert_eq!(admin.send("POST", "/shared-links", &link).await.0, 400);
    }
}

#[tokio::test]
async fn colors_of_tags() {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let admin = Caller::new(&server, &server.api_key());
        let (status, tag) = admin.send("POST", "/tags", &json!({ "name": "a", "color": "ff00AA" })).await;
        assert_eq!((status, &tag["color"]), (201, &json!("#ff00AA")));
        let path = format!("/tags/{}", tag["id"].as_str().unwrap());
        assert_eq!(admin.send("PUT", &path, &json!({ "color": "#abc" })).await.1["color"], "#abc");
        for wrong in ["red", "#ab", "#12345", "#gggggg", ""] {
            assert!(
                issues(&admin.send("PUT", &path, &json!({ "color": wrong })).await)[0].contains("color"),
                "{wrong}"
            );
        }
        let (_, tag) = admin.send("PUT", &path, &json!({ "color": null })).await;
        assert!(tag.get("color").is_none_or(Value::is_null), "{tag}");
    }
}
