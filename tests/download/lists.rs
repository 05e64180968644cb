//! Listings are complete, or reported as incomplete.

use std::collections::BTreeSet;
use std::path::Path;

use immich_sdk::api::{
    ApiKeyCreateDto, AssetMediaSize, AssetResponseDto, AssetVisibility, BulkIdsDto, CreateAlbumDto, MetadataSearchDto,
    Permission, UpdateAssetDto, UploadAsset,
};
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{DownloadMany, DownloadSummary};
use immich_sdk::{
    AlbumId, AssetId, AssetListing, Body, Client, Credential, ErrorKind, FilePart, Incomplete, Operation,
};

use crate::between::{Between, Injection, Paging};
use crate::setup::{Proxy, VERSIONS, bytes, changed, folder, names, taken, upload};

async fn upload_taken_at(fake: &FakeImmich, name: &str, taken: Timestamp, content: Vec<u8>) -> AssetId {
    let part = FilePart::new(name, Body::from(content));
    Proxy::new(fake).client().send(UploadAsset::new(part, taken, changed())).await.expect("an upload").id
}

/// Uploads photos taken at the same time, or one second apart.
async fn photos(fake: &FakeImmich, count: usize, one_moment: bool) -> Vec<AssetId> {
    let mut ids = Vec::new();
    for number in 0..count {
        let seconds = if one_moment { 0 } else { number as i64 };
        let time = taken() + immich_sdk::jiff::SignedDuration::from_secs(seconds);
        ids.push(upload_taken_at(fake, &format!("{number}.jpg"), time, number.to_string().into_bytes()).await);
    }
    ids
}

async fn album(fake: &FakeImmich, ids: &[AssetId]) -> AlbumId {
    let client = Proxy::new(fake).client();
    let album = client.albums().create_album(CreateAlbumDto::new("All")).await.expect("an album").id;
    client.albums().add_assets_to_album(album, BulkIdsDto::new(ids.iter().copied())).await.expect("assets");
    album
}

async fn archive(fake: &FakeImmich, id: AssetId) {
    let archived = UpdateAssetDto::new().visibility(AssetVisibility::Archive);
    #[allow(deprecated)]
    Proxy::new(fake).client().assets().update_asset(id, archived).await.expect("an update");
}

fn ids(assets: &[AssetResponseDto]) -> BTreeSet<AssetId> {
    let ids: BTreeSet<_> = assets.iter().map(|asset| asset.id).collect();
    assert_eq!(ids.len(), assets.len(), "each asset once");
    ids
}

async fn run(many: DownloadMany<'_>, folder: &Path) -> DownloadSummary {
    let mut downloads = many.durable(false).verify(false).to_folder(folder);
    assert!(!downloads.summary().is_complete(), "nothing was done yet");
    while downloads.next().await.expect("an outcome").is_some() {}
    let now = downloads.progress().snapshot();
    assert_eq!((now.files_done, now.files_total), (downloads.summary().total(), downloads.summary().total()));
    downloads.summary()
}

fn search() -> MetadataSearchDto {
    MetadataSearchDto::new()
}

#[tokio::test]
async fn photos_with_equal_times_are_all_listed_in_any_server_order() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let all: BTreeSet<_> = photos(&fake, 300, true).await.into_iter().collect();
        for (paging, size) in [(Paging::Unordered, 250), (Paging::Unordered, 40), (Paging::AtOnce, 120)] {
            let between = Between::new(&fake, paging);
            let client = between.client();
            let listed = client.found_assets(search().size(size)).collect().await.expect("a complete list");
            assert_eq!(ids(&listed), all);
            let requests = between.seen().len();
            assert!(requests < 60, "{requests} requests for pages of {size}");
        }
        let (between, folder) = (Between::new(&fake, Paging::Unordered), folder());
        let summary = run(between.client().download_search(search().size(100)), folder.path()).await;
        assert_eq!((summary.downloaded, summary.is_complete()), (300, true), "{summary:?}");
        assert_eq!(names(folder.path()).len(), 300);
    }
}

#[tokio::test]
async fn assets_trashed_between_two_pages_do_not_shift_the_list() {
    for version in VERSIONS {
        for paging in [Paging::Fake, Paging::Unordered] {
            for kind in ["search", "oldest first", "album", "library"] {
                let fake = FakeImmich::with_version(version);
                let all = photos(&fake, 60, false).await;
                let album = album(&fake, &all).await;
                // The newest are on the first page, or the oldest if the order is ascending.
                let gone = if kind == "oldest first" { all[..5].to_vec() } else { all[55..].to_vec() };
                let between = Between::new(&fake, paging).when(move |path, before| {
                    let is_second = path.ends_with("/search/metadata") && before == 1;
                    is_second.then(|| Injection::Trash(gone.clone()))
                });
                let (client, folder) = (between.client(), folder());
                let many = match kind {
                    "search" => client.download_search(search().size(20)),
                    "oldest first" => client.download_search(search().size(20).order("asc")),
                    "album" => client.download_album(album),
                    _ => client.download_library(),
                };
                let summary = run(many, folder.path()).await;
                assert_eq!(
                    (summary.downloaded, summary.failed, summary.is_complete()),
                    (60, 0, true),
                    "{kind} {summary:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn archived_assets_are_found_on_every_version() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let all = photos(&fake, 4, false).await;
        archive(&fake, all[1]).await;
        let album = album(&fake, &all).await;
        let client = Proxy::new(&fake).client();
        let all: BTreeSet<_> = all.into_iter().collect();
        for listing in [client.found_assets(search()), client.library_assets(), client.album_assets(album)] {
            assert_eq!(ids(&listing.collect().await.expect("a complete list")), all);
        }
        let favorites = client.found_assets(search().visibility(AssetVisibility::Timeline)).collect().await;
        assert_eq!(favorites.expect("a complete list").len(), 3, "the caller's filter applies");
        let folder = folder();
        assert_eq!(run(client.download_library(), folder.path()).await.downloaded, 4);
    }
}

#[tokio::test]
async fn a_live_photo_is_listed_once_and_downloaded_with_its_video() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let video = upload(&fake, "live.mov", bytes(51)).await;
        let part = FilePart::new("live.heic", Body::from(bytes(50)));
        let image = UploadAsset::new(part, taken(), changed()).live_photo_video_id(video);
        let image = Proxy::new(&fake).client().send(image).await.expect("an upload").id;
        let client = Proxy::new(&fake).client();
        let album = album(&fake, &[image]).await;
        for listing in [client.library_assets(), client.album_assets(album)] {
            assert_eq!(ids(&listing.collect().await.expect("a complete list")), [image].into());
        }
        for motion in [true, false] {
            for many in [client.download_library(), client.download_album(album), client.download_search(search())] {
                let folder = folder();
                let summary = run(many.motion_videos(motion), folder.path()).await;
                // A search on 3.x also returns the video, which must not be downloaded twice.
                let wanted = if motion { vec!["live.heic", "live.mov"] } else { vec!["live.heic"] };
                assert_eq!(
                    (summary.total(), summary.is_complete()),
                    (wanted.len() as u64, true),
                    "{version} {summary:?}"
                );
                assert_eq!(names(folder.path()), wanted);
            }
        }
        let folder = folder();
        let summary = run(client.download_assets([video, image, image]), folder.path()).await;
        assert_eq!((summary.downloaded, summary.skipped, summary.total()), (2, 1, 3));
        assert_eq!(names(folder.path()), ["live.heic", "live.mov"]);
    }
}

#[tokio::test]
async fn a_listing_uses_cursors_if_the_server_has_them() {
    let fake = FakeImmich::new();
    let all: BTreeSet<_> = photos(&fake, 25, true).await.into_iter().collect();
    let between = Between::new(&fake, Paging::Cursor);
    let client = between.client();
    let listed = client.found_assets(search().size(10)).collect().await.expect("a complete list");
    assert_eq!(ids(&listed), all);
    let searches = |between: &Between| {
        let seen = between.seen();
        let searches = seen.into_iter().filter(|(path, _)| path.ends_with("/search/metadata"));
        searches
            .map(|(_, body)| (body["cursor"].as_str().map(str::to_owned), body["page"].is_null()))
            .collect::<Vec<_>>()
    };
    let cursor = |cursor: &str| (Some(cursor.to_owned()), true);
    assert_eq!(searches(&between), [(None, true), cursor("2"), cursor("3")]);
    let mut pages = client.search().search_assets(search().size(10)).pages();
    let mut listed = Vec::new();
    while let Some(page) = pages.next().await.expect("a page") {
        listed.extend(page.assets.items);
    }
    assert_eq!((ids(&listed), pages.repeated()), (all, 0));
    assert_eq!(searches(&between), [(None, true), cursor("2"), cursor("3")]);
}

#[tokio::test]
async fn a_listing_of_empty_pages_ends() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        photos(&fake, 3, false).await;
        let between = Between::new(&fake, Paging::Empty);
        let (client, folder) = (between.client(), folder());
        let summary = run(client.download_search(search()), folder.path()).await;
        assert!(matches!(summary.incomplete, Some(Incomplete::EmptyPages)) && !summary.is_complete(), "{summary:?}");
        assert!(between.seen().len() < 20);
        let mut pages = client.search().search_assets(search()).pages();
        let error = loop {
            match pages.next().await {
                Ok(page) => assert!(page.is_some_and(|page| page.assets.items.is_empty())),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(between.seen().len() < 10);
    }
}

#[tokio::test]
async fn a_listing_that_cannot_be_verified_is_incomplete() {
    let fake = FakeImmich::new();
    let all: BTreeSet<_> = photos(&fake, 90, false).await.into_iter().collect();
    // The count shows that a list of numbered pages is complete.
    let between = Between::new(&fake, Paging::Boundless);
    let listed = between.client().found_assets(search().size(80)).collect().await.expect("a complete list");
    assert_eq!(ids(&listed), all);
    // With a condition that cannot be counted, completeness is unknown.
    let client = between.client();
    let mut listing = client.found_assets(search().size(80).original_file_name("jpg"));
    while listing.next().await.expect("a batch").is_some() {}
    assert!(matches!(listing.incomplete(), Some(Incomplete::NotCountable)));
    let error = client.found_assets(search().size(80).original_file_name("jpg")).collect().await.expect_err("a doubt");
    assert!(error.to_string().contains("the list may lack assets"), "{error}");
    let mut listing = client.found_assets(search().page(2));
    assert!(matches!(listing.incomplete(), Some(Incomplete::Unfinished)));
    while listing.next().await.expect("a batch").is_some() {}
    assert!(matches!(listing.incomplete(), Some(Incomplete::StartPage)));
}

async fn with_permissions(fake: &FakeImmich, permissions: &[&str]) -> Client {
    let client = Proxy::new(fake).client();
    let wanted = ApiKeyCreateDto::new(permissions.iter().map(|name| Permission::from(*name)));
    let key = client.api_keys().create_api_key(wanted).await.expect("a key").secret;
    client.with_credential(Credential::ApiKey(key)).expect("a client")
}

#[tokio::test]
async fn a_key_with_read_permissions_lists_all_assets() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let all = photos(&fake, 5, false).await;
        let album = album(&fake, &all).await;
        let all: BTreeSet<_> = all.into_iter().collect();
        let reads = with_permissions(&fake, &["album.read", "asset.read", "user.read"]).await;
        assert_eq!(ids(&reads.album_assets(album).collect().await.expect("a complete list")), all);
        assert_eq!(ids(&reads.library_assets().collect().await.expect("a complete list")), all);
        let nothing = with_permissions(&fake, &["album.read", "user.read"]).await;
        if version.major == 3 {
            let error = nothing.album_assets(album).collect().await.expect_err("a refusal");
            assert_eq!(error.kind(), ErrorKind::Auth);
        }
        assert_eq!(nothing.library_assets().collect().await.expect_err("a refusal").kind(), ErrorKind::Auth);
    }
}

#[tokio::test]
async fn pages_report_repeated_assets() {
    let fake = FakeImmich::new();
    photos(&fake, 30, false).await;
    let client = Proxy::new(&fake).client();
    let mut pages = client.search().search_assets(search().size(10)).pages();
    pages.next().await.expect("a page");
    assert_eq!(pages.repeated(), 0);
    let later = taken() + immich_sdk::jiff::SignedDuration::from_hours(1);
    upload_taken_at(&fake, "new.jpg", later, b"new".to_vec()).await;
    while pages.next().await.expect("a page").is_some() {}
    assert_eq!(pages.repeated(), 1);
}

/// A key with the permissions of `operations` is never refused, and gets everything.
#[tokio::test]
async fn operations_list_the_required_permissions() {
    type Make = fn(&Client, AlbumId, Vec<AssetId>) -> DownloadMany<'_>;
    let kinds: [Make; 5] = [
        |client, album, _| client.download_album(album),
        |client, _, _| client.download_library(),
        |client, _, _| client.download_search(MetadataSearchDto::new()),
        |client, _, ids| client.download_assets(ids),
        |client, _, _| client.download_library().thumbnails(AssetMediaSize::Preview),
    ];
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let photos = photos(&fake, 3, false).await;
        let album = album(&fake, &photos).await;
        let restricted = async |operations: Vec<&'static Operation>| {
            let granted: Vec<&str> = operations.iter().filter_map(|operation| operation.permission).collect();
            let key = fake.add_api_key(fake.user_id(), &granted);
            Proxy::new(&fake).client().with_credential(Credential::ApiKey(key)).expect("a client")
        };
        let refused = || fake.requests().iter().filter(|handled| matches!(handled.status.as_u16(), 401 | 403)).count();

        for make in kinds {
            let folder = folder();
            let many = |client| make(client, album, photos.clone()).journal(folder.path().join("journal"));
            let all = Proxy::new(&fake).client();
            let client = restricted(many(&all).operations()).await;
            let summary = run(many(&client), folder.path()).await;
            assert!(summary.is_complete() && summary.downloaded == 3, "{version}: {summary:?}");
        }
        let all = Proxy::new(&fake).client();
        let list: [fn(&Client, AlbumId) -> AssetListing<'_>; 3] = [
            |client, album| client.album_assets(album),
            |client, _| client.library_assets(),
            |client, _| client.found_assets(MetadataSearchDto::new()),
        ];
        for make in list {
            let client = restricted(make(&all, album).operations()).await;
            assert_eq!(make(&client, album).collect().await.expect("a list").len(), 3, "{version}");
        }
        assert_eq!(refused(), 0, "{version}: {:?}", fake.requests());
    }
}
