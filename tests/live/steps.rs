//! The steps that are tried on a server. Only objects created here are changed, and they are removed at the end.

use std::error::Error;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use immich_sdk::api::{
    AddAssetsToAlbum, ApiKeyCreateDto, AssetBulkDeleteDto, AssetMediaStatus, BulkIdsDto, CreateAlbum, CreateAlbumDto,
    CreateApiKey, CreateSharedLink, DeleteAlbum, DeleteApiKey, DeleteAssets, DownloadAsset, GetAlbumInfo, GetAssetInfo,
    MetadataSearchDto, Permission, RemoveSharedLink, SearchAssets, SharedLinkCreateDto, SharedLinkType,
    SyncRequestType, SyncStreamDto, UploadAsset,
};
use immich_sdk::jiff::Timestamp;
use immich_sdk::{
    AlbumId, ApiKeyId, AssetId, Client, Credential, ErrorKind, FilePart, HttpSend, Operation, Secret, Session,
    SharedLinkId,
};
use sha1::{Digest, Sha1};

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The permissions that the API key must have.
const PLAN: [&Operation; 11] = [
    UploadAsset::OPERATION,
    GetAssetInfo::OPERATION,
    SearchAssets::OPERATION,
    DownloadAsset::OPERATION,
    DeleteAssets::OPERATION,
    CreateAlbum::OPERATION,
    AddAssetsToAlbum::OPERATION,
    GetAlbumInfo::OPERATION,
    DeleteAlbum::OPERATION,
    CreateSharedLink::OPERATION,
    RemoveSharedLink::OPERATION,
];

/// A server, and how to get in.
pub struct Server {
    pub url: String,
    pub key: Secret,
    pub user: Option<(String, Secret)>,
    pub backend: Arc<dyn HttpSend>,
}

/// The objects that were created on the server, and are to be removed.
#[derive(Default)]
struct Made {
    assets: Vec<AssetId>,
    albums: Vec<AlbumId>,
    links: Vec<SharedLinkId>,
    keys: Vec<ApiKeyId>,
}

macro_rules! ensure {
    ($condition:expr, $($told:tt)+) => {
        if !$condition {
            return Err(format!($($told)+).into());
        }
    };
}

/// Tries everything, and reports what was left out.
pub async fn run(server: &Server) -> Result<Vec<&'static str>> {
    let client = Client::builder(&server.url).api_key(server.key.clone()).backend(Arc::clone(&server.backend));
    let client = client.build()?;
    let version = client.server_version().await?;
    println!("{} is {version}", client.base_url());
    let missing = client.permissions().await?.missing(&PLAN);
    ensure!(missing.is_empty(), "give the API key also: {}", missing.join(", "));

    let (mut made, mut left_out) = (Made::default(), Vec::new());
    let outcome = tried(server, &client, &mut made, &mut left_out).await;
    // What was made is removed, whatever came of it.
    let removed = remove(&client, &made).await;
    outcome.and(removed).map(|()| left_out)
}

async fn tried(server: &Server, client: &Client, made: &mut Made, left_out: &mut Vec<&'static str>) -> Result<()> {
    let (asset, bytes) = upload(client, made).await?;
    let album = album(client, asset, made).await?;
    ensure!(download(client, asset).await? == bytes, "the original is not what was uploaded");
    refusals(server, client).await?;
    shared_link(server, client, album, (asset, &bytes), made).await?;
    if !weak_key(client, made).await? {
        left_out.push("a weak key: this one may not make another (apiKey.create, apiKey.delete)");
    }
    match &server.user {
        Some((email, password)) => sign_in(client, email, password).await?,
        None => left_out.push("signing in: set IMMICH_EMAIL and IMMICH_PASSWORD"),
    }
    Ok(())
}

/// A photo that no other is like: up, known when it comes again, and found.
async fn upload(client: &Client, made: &mut Made) -> Result<(AssetId, Vec<u8>)> {
    let now = Timestamp::now();
    let name = format!("immich-sdk-live-{}.jpg", now.as_nanosecond());
    let mut bytes = include_bytes!("../../examples/photos/beach.jpg").to_vec();
    // What stands after the end of a JPEG is passed over.
    bytes.extend_from_slice(name.as_bytes());
    let checksum = BASE64.encode(Sha1::digest(&bytes));

    let upload = || client.assets().upload_asset(FilePart::new(&name, bytes.clone()), now, now);
    let first = upload().await?;
    ensure!(first.status == AssetMediaStatus::Created, "a new photo is {}", first.status);
    made.assets.push(first.id);
    for again in [upload().await?, upload().x_immich_checksum(&checksum).await?] {
        let known = again.status == AssetMediaStatus::Duplicate && again.id == first.id;
        ensure!(known, "the same photo is {} as {}", again.status, again.id);
    }
    let info = client.assets().get_asset_info(first.id).await?;
    ensure!(info.checksum == checksum, "the checksum is {} and not {checksum}", info.checksum);
    let found = client.search().search_assets(MetadataSearchDto::new().original_file_name(&name)).await?;
    let ids: Vec<_> = found.assets.items.iter().map(|asset| asset.id).collect();
    ensure!(ids == [first.id], "searched by name, found {ids:?}");
    Ok((first.id, bytes))
}

async fn album(client: &Client, asset: AssetId, made: &mut Made) -> Result<AlbumId> {
    let name = format!("immich-sdk live {}", Timestamp::now().as_nanosecond());
    let album = client.albums().create_album(CreateAlbumDto::new(&name)).await?.id;
    made.albums.push(album);
    let added = client.albums().add_assets_to_album(album, BulkIdsDto::new([asset])).await?;
    ensure!(added.iter().all(|added| added.success), "not added: {added:?}");
    let info = client.albums().get_album_info(album).await?;
    ensure!(info.album_name == name && info.asset_count == 1, "{} has {}", info.album_name, info.asset_count);
    let mut pages = client.search().search_assets(MetadataSearchDto::new().album_ids([album])).pages();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await? {
        found.extend(page.assets.items.into_iter().map(|asset| asset.id));
    }
    ensure!(found == [asset], "searched by album, found {found:?}");
    Ok(album)
}

async fn download(client: &Client, asset: AssetId) -> Result<Vec<u8>> {
    Ok(client.assets().download_asset(asset).await?.bytes(64 << 20).await?.to_vec())
}

/// Refusals are reported as they should be.
async fn refusals(server: &Server, client: &Client) -> Result<()> {
    let unknown =
        client.assets().get_asset_info(AssetId::default()).await.err().ok_or("an asset of no id was found")?;
    ensure!(unknown.kind() == ErrorKind::Api && !unknown.messages().is_empty(), "{unknown}");
    ensure!(unknown.correlation_id().is_some(), "no correlation id: {unknown}");
    let stranger = client.with_credential(Credential::ApiKey("no-such-key".into()))?;
    let error = stranger.users().get_my_user().await.err().ok_or("a wrong key is taken")?;
    ensure!(error.kind() == ErrorKind::Auth && error.to_string().contains("key or token"), "{error}");
    let lost =
        Client::builder(format!("{}/no-such-folder", server.url)).backend(Arc::clone(&server.backend)).build()?;
    let error = lost.server().get_server_version().await.err().ok_or("a wrong base URL is taken")?;
    ensure!(error.to_string().contains("base URL"), "{error}");
    Ok(())
}

async fn shared_link(
    server: &Server,
    client: &Client,
    album: AlbumId,
    (asset, bytes): (AssetId, &[u8]),
    made: &mut Made,
) -> Result<()> {
    let wanted = SharedLinkCreateDto::new(SharedLinkType::Album).album_id(album).password("open sesame");
    let link = client.shared_links().create_shared_link(wanted).await?;
    made.links.push(link.id);
    let root = server.url.trim_end_matches('/').trim_end_matches("/api");
    let url = format!("{root}/share/{}", link.key.expose());
    let visitor = Client::from_share_url(&url)?.backend(Arc::clone(&server.backend)).build()?;
    // Originals are open to whoever has the key, with or without the password.
    let locked = visitor.shared_links().get_my_shared_link().await.err().ok_or("a link with a password is open")?;
    ensure!(locked.kind() == ErrorKind::Auth, "{locked}");
    let wrong = visitor.unlock_shared_link("guess").await.err().ok_or("a wrong password is taken")?;
    ensure!(wrong.kind() == ErrorKind::Auth, "{wrong}");
    ensure!(visitor.unlock_shared_link("open sesame").await?.id == link.id, "another link was opened");
    ensure!(download(&visitor, asset).await? == bytes, "the visitor gets other bytes");
    Ok(())
}

/// A key with one permission is refused for another, by name; `false` if no key may be made.
async fn weak_key(client: &Client, made: &mut Made) -> Result<bool> {
    let permissions = client.permissions().await?;
    if !permissions.missing(&[CreateApiKey::OPERATION, DeleteApiKey::OPERATION]).is_empty() {
        return Ok(false);
    }
    let wanted = ApiKeyCreateDto::new([Permission::from("asset.read")]).name("immich-sdk live");
    let key = client.api_keys().create_api_key(wanted).await?;
    made.keys.push(key.api_key.id);
    let weak = client.with_credential(Credential::ApiKey(key.secret))?;
    let missing = weak.permissions().await?.missing(&[CreateAlbum::OPERATION, GetAssetInfo::OPERATION]);
    ensure!(missing == ["album.create"], "missing: {missing:?}");
    match weak.albums().create_album(CreateAlbumDto::new("never made")).await {
        Ok(album) => {
            made.albums.push(album.id);
            Err("a weak key made an album".into())
        }
        Err(error) => {
            ensure!(error.missing_permission() == Some("album.create"), "{error}");
            Ok(true)
        }
    }
}

async fn sign_in(client: &Client, email: &str, password: &Secret) -> Result<()> {
    let wrong =
        Session::log_in(client, email, "certainly not this one").await.err().ok_or("a wrong password is taken")?;
    ensure!(wrong.kind() == ErrorKind::Auth, "{wrong}");
    let session = Session::log_in(client, email, password.clone()).await?;
    let token = session.token().clone();
    let me = session.client().users().get_my_user().await;
    let status = session.status().await;
    let valid = session.is_valid().await;
    let changes = changes(session.client()).await;
    // Signed out before anything else can end this.
    session.log_out().await?;
    ensure!(me?.email == email && status?.password && valid?, "the session is of another");
    ensure!(changes? >= 2, "the sync stream has not even the user");
    ensure!(!Session::resume(client, token)?.is_valid().await?, "the session did not end");
    Ok(())
}

/// Reads the whole sync stream of a new session, and acknowledges nothing.
async fn changes(client: &Client) -> std::result::Result<u64, immich_sdk::Error> {
    let newest = "AuthUsersV2 UsersV1 AssetsV2 AssetExifsV1 AssetMetadataV1 AssetFacesV3 AlbumsV2 AlbumUsersV1 \
                  AlbumToAssetsV1 StacksV1 PeopleV1 MemoriesV2 MemoryToAssetsV2 PartnersV1 UserMetadataV1";
    let types = client.sync_types(newest.split(' ').map(SyncRequestType::from)).await?;
    let mut events = client.sync().get_sync_stream(SyncStreamDto::new(types)).events().await?;
    while events.next().await?.is_some() {}
    Ok(events.received())
}

async fn remove(client: &Client, made: &Made) -> Result<()> {
    let mut faults = Vec::new();
    let mut note = |what: &str, result: std::result::Result<(), immich_sdk::Error>| {
        if let Err(error) = result {
            faults.push(format!("{what} was not removed: {error}"));
        }
    };
    for key in &made.keys {
        note("an API key", client.api_keys().delete_api_key(*key).await);
    }
    for link in &made.links {
        note("a shared link", client.shared_links().remove_shared_link(*link).await);
    }
    for album in &made.albums {
        note("an album", client.albums().delete_album(*album).await);
    }
    if !made.assets.is_empty() {
        let ids = || AssetBulkDeleteDto::new(made.assets.iter().copied());
        note("an asset", client.assets().delete_assets(ids()).await);
        for asset in &made.assets {
            match client.assets().get_asset_info(*asset).await {
                Ok(info) if info.is_trashed => {}
                Ok(_) => faults.push(format!("{asset} is not in the trash")),
                Err(error) => faults.push(format!("{asset} is not in the trash: {error}")),
            }
        }
        if let Err(error) = client.assets().delete_assets(ids().force(true)).await {
            faults.push(format!("an asset stays in the trash: {error}"));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}
