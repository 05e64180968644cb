//! Downloads to writers, closures and streams, and downloads through a shared link.

use std::io;

use futures_util::{StreamExt as _, TryStreamExt as _};
use immich_sdk::api::{AssetMediaSize, SharedLinkCreateDto, SharedLinkType};
use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{Checksum, Progress};
use immich_sdk::{Client, Credential, ErrorKind};

use crate::setup::{Fault, Proxy, VERSIONS, bytes, folder, upload};

const LENGTH: usize = 100_000;

#[tokio::test]
async fn to_a_writer_a_closure_and_a_stream() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let content = bytes(LENGTH);
        let id = upload(&fake, "a.jpg", content.clone()).await;
        let proxy = Proxy::new(&fake);
        let client = proxy.client();
        let plan_faults = || proxy.plan([Fault::Cut(9), Fault::Cut(8000), Fault::NoResponse]);

        plan_faults();
        let (mut written, progress) = (Vec::new(), Progress::new(None));
        let received = client.download_asset(id).progress(&progress).to_writer(&mut written).await.expect("the bytes");
        assert_eq!(written, content);
        assert!(received.verified);
        assert_eq!((received.bytes, received.requests), (LENGTH as u64, 4));
        assert_eq!(received.checksum, Checksum::of(&content));
        assert_eq!(
            (received.file_name.as_deref(), received.content_type.as_deref()),
            (Some("a.jpg"), Some("image/jpeg"))
        );
        let now = progress.snapshot();
        assert_eq!((now.bytes_done, now.bytes_total, now.files_done), (LENGTH as u64, LENGTH as u64, 1));

        plan_faults();
        let mut written = Vec::new();
        let each = |chunk: &[u8]| {
            written.extend_from_slice(chunk);
            Ok(())
        };
        client.download_asset(id).for_each_chunk(each).await.expect("the bytes");
        assert_eq!(written, content);

        plan_faults();
        let chunks: Vec<_> = client.download_asset(id).stream().into_stream().boxed().try_collect().await.expect("all");
        assert_eq!(chunks.concat(), content);

        let preview = client.download_asset(id).thumbnail(AssetMediaSize::Preview);
        assert!(!preview.to_writer(io::sink()).await.expect("the bytes").verified);
    }
}

#[tokio::test]
async fn bytes_that_were_delivered_are_not_delivered_again() {
    let fake = FakeImmich::new();
    let content = bytes(LENGTH);
    let id = upload(&fake, "a.jpg", content.clone()).await;
    let proxy = Proxy::new(&fake);
    let client = proxy.client();
    // The server ignores `Range`: bytes that were already received are skipped.
    proxy.plan([Fault::Cut(50_000), Fault::WithoutRequestHeader("range")]);
    let mut written = Vec::new();
    client.download_asset(id).to_writer(&mut written).await.expect("the bytes");
    assert_eq!(written, content);
    proxy.plan([Fault::Cut(50_000)]).plan_combined([Fault::WithoutRequestHeader("range"), Fault::Cut(20_000)]);
    proxy.plan_combined([Fault::WithoutRequestHeader("range")]);
    let mut written = Vec::new();
    client.download_asset(id).to_writer(&mut written).await.expect("the bytes");
    assert_eq!(written, content);
    // The file changed on the server.
    proxy
        .plan([Fault::Cut(50_000)])
        .plan_combined([Fault::WithoutRequestHeader("range"), Fault::Header("etag", "\"other\"")]);
    let error = client.download_asset(id).to_writer(io::sink()).await.expect_err("another file");
    assert_eq!(error.kind(), ErrorKind::Decode);
    proxy.plan([Fault::Flip(3)]);
    let error = client.download_asset(id).to_writer(io::sink()).await.expect_err("other bytes");
    assert_eq!(error.kind(), ErrorKind::Checksum);
    let refused = |_: &[u8]| Err(io::Error::from(io::ErrorKind::StorageFull));
    let error = client.download_asset(id).for_each_chunk(refused).await.expect_err("no room");
    assert_eq!(
        (error.kind(), error.io_error().map(io::Error::kind)),
        (ErrorKind::Io, Some(io::ErrorKind::StorageFull))
    );
    // A checksum given by the caller.
    proxy.seen();
    let wrong = Checksum::of("other");
    let error = client.download_asset(id).checksum(wrong).to_writer(io::sink()).await.expect_err("other bytes");
    assert_eq!(error.kind(), ErrorKind::Checksum);
    assert!(client.download_asset(id).checksum(wrong).verify(false).to_writer(io::sink()).await.is_ok());
}

#[tokio::test]
async fn downloads_through_a_shared_link() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let content = bytes(LENGTH);
        let id = upload(&fake, "a.jpg", content.clone()).await;
        let (proxy, folder) = (Proxy::new(&fake), folder());
        let owner = proxy.client();
        let link = SharedLinkCreateDto::new(SharedLinkType::Individual).asset_ids([id]);
        let link = owner.shared_links().create_shared_link(link).await.expect("a link");
        let visitor = owner.with_credential(Credential::SharedLinkKey(link.key)).expect("a client");
        let done = visitor.download_asset(id).to_folder(folder.path()).await.expect("a file");
        assert_eq!(std::fs::read(done.path).expect("bytes"), content);

        let album = crate::many::album(&proxy, &[id]).await;
        let link = SharedLinkCreateDto::new(SharedLinkType::Album).album_id(album);
        let link = owner.shared_links().create_shared_link(link).await.expect("a link");
        let visitor = owner.with_credential(Credential::SharedLinkKey(link.key)).expect("a client");
        let mut downloads = visitor.download_album(album).to_folder(folder.path().join("album"));
        while let Some(outcome) = downloads.next().await.expect("an outcome") {
            assert!(matches!(outcome.fate, immich_sdk::transfer::DownloadResult::Downloaded(_)), "{outcome:?}");
        }
        assert_eq!(downloads.summary().downloaded, 1);
    }
}

#[test]
fn downloads_can_be_spawned() {
    fn is_send(_: impl Send) {}
    #[allow(dead_code)]
    fn check(client: &Client) {
        let id: immich_sdk::AssetId = "3fa85f64-5717-4562-b3fc-2c963f66afa6".parse().expect("an id");
        is_send(client.download_asset(id).to_folder("photos"));
        is_send(client.download_asset(id).to_file("photo.jpg"));
        is_send(client.download_asset(id).to_writer(io::sink()));
        is_send(client.download_assets([id]).to_folder("photos").next());
    }
}
