//! Access through shared links.

use immich_sdk::api::{
    AlbumResponseDto, BulkIdsDto, CreateAlbumDto, SharedLinkCreateDto, SharedLinkEditDto, SharedLinkResponseDto,
    SharedLinkType,
};
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::{MockSend, Reply, Served};
use immich_sdk::{AssetId, Client, ErrorKind, FilePart, Patch};

use crate::setup::{Setup, credentials};

const PHOTO: &str = "the bytes of a photo";

/// Creates an album with one photo, and a link to it.
async fn shared(setup: &Setup, change: impl FnOnce(SharedLinkCreateDto) -> SharedLinkCreateDto) -> Shared {
    let (client, now) = (setup.client(), Timestamp::UNIX_EPOCH);
    let asset = client.assets().upload_asset(FilePart::new("beach.jpg", PHOTO), now, now).await.expect("an upload").id;
    let album = client.albums().create_album(CreateAlbumDto::new("Beach")).await.expect("an album");
    client.albums().add_assets_to_album(album.id, BulkIdsDto::new([asset])).await.expect("added");
    let wanted = change(SharedLinkCreateDto::new(SharedLinkType::Album).album_id(album.id));
    let link = client.shared_links().create_shared_link(wanted).await.expect("a link");
    setup.wire.take();
    Shared { asset, album, link }
}

struct Shared {
    asset: AssetId,
    album: AlbumResponseDto,
    link: SharedLinkResponseDto,
}

async fn original(client: &Client, asset: AssetId) -> String {
    let response = client.assets().download_asset(asset).await.expect("an original");
    String::from_utf8(response.bytes(1 << 20).await.expect("bytes").to_vec()).expect("text")
}

fn visitor(setup: &Setup, url: &str) -> Client {
    Client::from_share_url(url).expect(url).backend(setup.backend()).build().expect("a client")
}

#[tokio::test]
async fn a_visitor_authenticates_with_the_key_or_the_slug() {
    for setup in Setup::all().await {
        let Shared { asset, album, link } = shared(&setup, |link| link.slug("holidays at sea")).await;
        let key = link.key.expose();
        let by_key = visitor(&setup, &format!("{}/share/{key}", setup.url));
        let by_slug = visitor(&setup, &format!("{}/s/holidays%20at%20sea", setup.url));
        for (client, header, value) in
            [(by_key, "x-immich-share-key", key), (by_slug, "x-immich-share-slug", "holidays at sea")]
        {
            let seen_link = client.shared_links().get_my_shared_link().await.expect("the link");
            assert_eq!(seen_link.id, link.id);
            assert_eq!(client.albums().get_album_info(album.id).await.expect("the album").album_name, "Beach");
            assert_eq!(original(&client, asset).await, PHOTO);
            for seen in setup.wire.take() {
                assert_eq!(credentials(&seen), [(header, value.to_owned())]);
                assert!(!seen.uri.to_string().contains(value), "never in the address: {}", seen.uri);
            }
            let error = client.albums().get_all_albums().await.expect_err("not for visitors");
            assert_eq!(error.kind(), ErrorKind::Auth);
            setup.wire.take();
        }
        let stranger = visitor(&setup, &format!("{}/share/no-such-key", setup.url));
        let error = stranger.shared_links().get_my_shared_link().await.expect_err("no link");
        assert!(error.to_string().contains("Invalid share key"), "{error}");
    }
}

#[tokio::test]
async fn the_password_of_a_link_unlocks_it() {
    for setup in Setup::all().await {
        let Shared { asset, link, .. } = shared(&setup, |link| link.password("open sesame")).await;
        let client = visitor(&setup, &format!("{}/share/{}", setup.url, link.key.expose()));
        let clone = client.clone();

        let error = client.shared_links().get_my_shared_link().await.expect_err("locked");
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert!(error.to_string().contains("unlock_shared_link"), "{error}");
        // As on real servers, the password protects the page of the link, not its assets.
        assert_eq!(original(&client, asset).await, PHOTO);

        let error = client.unlock_shared_link("guess").await.expect_err("a wrong password");
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Auth, Some(401)));
        assert!(error.to_string().contains("Invalid password") && !error.to_string().contains("guess"), "{error}");
        client.shared_links().get_my_shared_link().await.expect_err("still locked");
        setup.wire.take();

        let opened = client.unlock_shared_link("open sesame").await.expect("open");
        assert_eq!(opened.id, link.id);
        let login = setup.take_request();
        assert_eq!(login.json(), serde_json::json!({"password": "open sesame"}));
        assert_eq!(login.uri.query(), None, "no secret in the address");

        for client in [&client, &clone] {
            assert_eq!(original(client, asset).await, PHOTO);
            let seen = setup.take_request();
            assert!(seen.header("cookie").is_some_and(|cookie| cookie.starts_with("immich_shared_link_token=")));
            assert_eq!(seen.header("x-immich-share-key"), Some(link.key.expose()));
        }
        // Another client of the same link stays locked out.
        let stranger = visitor(&setup, &format!("{}/share/{}", setup.url, link.key.expose()));
        stranger.shared_links().get_my_shared_link().await.expect_err("locked");
    }
}

#[tokio::test]
async fn the_cookie_and_the_key_are_sent_only_to_the_origin() {
    for setup in Setup::all().await {
        let Shared { link, .. } = shared(&setup, |link| link.password("open sesame")).await;
        let elsewhere = crate::wire::Wire::to(MockSend::new());
        let target = Served::start(elsewhere.clone()).await.expect("a port");
        // A front end that redirects downloads to another server.
        let front = MockSend::new();
        let location = format!("{}/photo.jpg", target.url());
        let download = immich_sdk::api::DownloadAsset::OPERATION;
        front.on(download).reply(Reply::status(302).header("location", &location));
        let login = immich_sdk::api::SharedLinkLogin::OPERATION;
        let response = Reply::json(&link).with_status(201).header("set-cookie", "immich_shared_link_token=t0k; Path=/");
        front.on(login).reply(response);
        let served = Served::start(front.clone()).await.expect("a port");

        let url = format!("{}/share/{}", served.url(), link.key.expose());
        let backend = immich_sdk::backend::HyperBackend::new().expect("a backend");
        let client = Client::from_share_url(&url).expect("a link").backend(backend).build().expect("a client");
        client.unlock_shared_link("open sesame").await.expect("open");
        let error = client.assets().download_asset(AssetId::default()).await.expect_err("a redirect");
        assert!(error.to_string().contains(&target.url()), "{error}");
        assert_eq!(elsewhere.take().len(), 0, "nothing went there");
        assert_eq!(front.requests()[1].header("cookie"), Some("[redacted]"), "the origin got the cookie");
    }
}

#[tokio::test]
async fn the_share_url_opens_the_link() {
    for setup in Setup::all().await {
        for slug in [None, Some("holidays at sea")] {
            let Shared { asset, link, .. } = shared(&setup, |link| link.slug(slug)).await;
            let url = setup.client().share_url(&link);
            assert!(!url.expose().contains("/api/"), "{}", url.expose());
            assert_eq!(original(&visitor(&setup, url.expose()), asset).await, PHOTO);
        }
    }
}

#[tokio::test]
async fn a_slug_that_is_not_ascii_is_sent_in_the_query() {
    for setup in Setup::all().await {
        let Shared { asset, link, .. } = shared(&setup, |link| link.slug("été à la mer & co")).await;
        let url = setup.client().share_url(&link);
        let client = visitor(&setup, url.expose());
        assert_eq!(client.shared_links().get_my_shared_link().await.expect("the link").id, link.id);
        let seen = setup.take_request();
        assert!(seen.header("x-immich-share-slug").is_none());
        assert_eq!(seen.uri.query(), Some("slug=%C3%A9t%C3%A9%20%C3%A0%20la%20mer%20%26%20co"));
        assert_eq!(original(&client, asset).await, PHOTO);
        let stranger = visitor(&setup, &format!("{}/s/%C3%A9", setup.url));
        let error = stranger.shared_links().get_my_shared_link().await.expect_err("no link");
        assert!(!format!("{error} {error:?}").contains("%C3%A9"), "{error:?}");
    }
}

#[tokio::test]
async fn editing_a_link_keeps_its_slug() {
    for setup in Setup::all().await {
        let Shared { link, .. } = shared(&setup, |link| link.slug("sea")).await;
        let client = setup.client();
        let slug = |link: &SharedLinkResponseDto| link.slug.as_ref().map(|slug| slug.expose().to_owned());
        let edited = client.edit_shared_link(link.id, SharedLinkEditDto::new().allow_download(false)).await;
        let edited = edited.expect("the link");
        assert_eq!((slug(&edited), edited.allow_download), (Some("sea".to_owned()), false));
        let edited = client.edit_shared_link(link.id, SharedLinkEditDto::new().slug(Patch::Null)).await;
        assert_eq!(slug(&edited.expect("the link")), None);
        let edited = client.edit_shared_link(link.id, SharedLinkEditDto::new().slug("other")).await;
        assert_eq!(slug(&edited.expect("the link")).as_deref(), Some("other"));
        // The plain operation clears the slug.
        let plain =
            client.shared_links().update_shared_link(link.id, SharedLinkEditDto::new().allow_upload(true)).await;
        assert_eq!(slug(&plain.expect("the link")), None);
    }
}
