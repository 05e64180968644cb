//! Sources that are deleted or moved once the server has them.

use immich_sdk::FilePart;
use immich_sdk::api::{AssetBulkDeleteDto, UploadAsset};
use immich_sdk::jiff::Timestamp;
use immich_sdk::transfer::{SourcePolicy, SourceResult, UploadBuilder};

use crate::setup::{Setup, run, words};

fn upload(setup: &Setup) -> UploadBuilder {
    setup.client.upload().path(setup.path("photos"))
}

async fn put(setup: &Setup, name: &str, bytes: &str) -> immich_sdk::AssetId {
    let time = Timestamp::UNIX_EPOCH;
    let form = UploadAsset::new(FilePart::new(name, bytes.to_owned()), time, time);
    setup.client.send(form).await.expect("an asset").id
}

async fn delete_confirmed(setup: Setup) {
    setup.write("photos/a.jpg", "a");
    setup.write("photos/a.xmp", "sidecar");
    setup.write("photos/b.jpg", "b");
    put(&setup, "b.jpg", "b").await;
    let (outcomes, _) = run(upload(&setup).after_upload(SourcePolicy::Delete).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.jpg uploaded", "b.jpg server"]);
    assert!(matches!(outcomes[0].source, SourceResult::Deleted));
    assert!(!setup.exists("photos/a.jpg") && !setup.exists("photos/a.xmp"));
    assert!(setup.exists("photos/b.jpg"), "a duplicate is kept by default");
    assert_eq!(setup.request_count("getAssetInfo"), 1, "the copy was confirmed");

    run(upload(&setup).after_duplicate(SourcePolicy::Delete).start().expect("an upload")).await;
    assert!(!setup.exists("photos/b.jpg"));
}

#[tokio::test]
async fn a_file_is_deleted_once_the_server_has_confirmed_it() {
    delete_confirmed(Setup::memory()).await;
    delete_confirmed(Setup::hyper().await).await;
    delete_confirmed(Setup::reqwest().await).await;
}

#[tokio::test]
async fn a_file_whose_copy_is_in_the_trash_is_kept() {
    let setup = Setup::memory();
    setup.write("photos/a.jpg", "a");
    let asset = put(&setup, "a.jpg", "a").await;
    setup.client.assets().delete_assets(AssetBulkDeleteDto::new([asset])).await.expect("in the trash");
    let (outcomes, _) = run(upload(&setup).after_duplicate(SourcePolicy::Delete).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.jpg trashed"]);
    assert!(setup.exists("photos/a.jpg"));
}

#[tokio::test]
async fn a_sidecar_is_kept_while_another_file_needs_it() {
    let setup = Setup::memory();
    setup.write("photos/a.dng", "a raw that is larger than the quota");
    setup.write("photos/a.jpg", "a");
    setup.write("photos/a.xmp", "both");
    setup.server.set_quota(setup.server.user_id(), Some(10));
    let (outcomes, _) = run(upload(&setup).after_upload(SourcePolicy::Delete).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.dng failed", "a.jpg uploaded"]);
    assert!(!setup.exists("photos/a.jpg") && setup.exists("photos/a.dng") && setup.exists("photos/a.xmp"));

    setup.server.set_quota(setup.server.user_id(), None);
    run(upload(&setup).after_upload(SourcePolicy::Delete).start().expect("an upload")).await;
    assert!(!setup.exists("photos/a.dng") && !setup.exists("photos/a.xmp"));
}

#[tokio::test]
async fn a_sidecar_of_an_excluded_file_is_kept() {
    let setup = Setup::memory();
    setup.write("photos/a.dng", "raw");
    setup.write("photos/a.jpg", "a");
    setup.write("photos/a.xmp", "both");
    run(upload(&setup).exclude("*.dng").after_upload(SourcePolicy::Delete).start().expect("an upload")).await;
    assert!(!setup.exists("photos/a.jpg") && setup.exists("photos/a.xmp"));
}

#[tokio::test]
async fn a_sidecar_of_a_duplicate_is_kept() {
    let setup = Setup::memory();
    setup.write("photos/a.jpg", "a");
    setup.write("photos/a.xmp", "edits");
    put(&setup, "a.jpg", "a").await;
    run(upload(&setup).after_duplicate(SourcePolicy::Delete).start().expect("an upload")).await;
    assert!(!setup.exists("photos/a.jpg") && setup.exists("photos/a.xmp"));
}

#[tokio::test]
async fn moved_files_keep_their_path_and_overwrite_nothing() {
    let setup = Setup::memory();
    setup.write("photos/trip/a.jpg", "a");
    setup.write("photos/trip/a.jpg.xmp", "sidecar");
    let target = setup.write("done/trip/a.jpg", "another that is there already");
    let done = SourcePolicy::MoveTo(setup.path("done"));
    let (outcomes, _) = run(upload(&setup).after_upload(done).start().expect("an upload")).await;
    assert!(
        matches!(&outcomes[0].source, SourceResult::Moved(path) if path.ends_with("trip/a (1).jpg")),
        "{outcomes:?}"
    );
    assert_eq!(std::fs::read(target).expect("the other"), b"another that is there already");
    assert_eq!(std::fs::read(setup.path("done/trip/a (1).jpg")).expect("the file"), b"a");
    assert!(setup.exists("done/trip/a.jpg.xmp") && !setup.exists("photos/trip/a.jpg"));
}

#[tokio::test]
async fn the_video_of_a_live_photo_is_kept_until_its_image_is_uploaded() {
    let setup = Setup::memory();
    setup.write("photos/a.heic", "an image that is larger than the quota");
    setup.write("photos/a.mov", "video");
    setup.server.set_quota(setup.server.user_id(), Some(10));
    let delete = || upload(&setup).after_upload(SourcePolicy::Delete).after_duplicate(SourcePolicy::Delete);
    let (outcomes, _) = run(delete().start().expect("an upload")).await;
    assert!(matches!(outcomes[1].source, SourceResult::KeptBecause(_)), "{outcomes:?}");
    assert!(setup.exists("photos/a.heic") && setup.exists("photos/a.mov"));

    setup.server.set_quota(setup.server.user_id(), None);
    run(delete().start().expect("an upload")).await;
    assert!(!setup.exists("photos/a.heic") && !setup.exists("photos/a.mov"));
    assert!(setup.server.assets()[1].live_photo_video_id.is_some());
}

#[tokio::test]
async fn a_dry_run_removes_nothing() {
    let setup = Setup::memory();
    setup.write("photos/a.jpg", "a");
    setup.write("photos/b.jpg", "b");
    setup.write("photos/copy.jpg", "b");
    put(&setup, "a.jpg", "a").await;
    let dry = upload(&setup).dry_run(true).album_name("Trip").tag("new");
    let dry = dry.after_upload(SourcePolicy::Delete).after_duplicate(SourcePolicy::Delete);
    let (outcomes, summary) = run(dry.start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.jpg server", "b.jpg DryRun", "copy.jpg DryRun"]);
    assert!(setup.exists("photos/a.jpg") && setup.exists("photos/b.jpg"));
    assert_eq!((setup.server.assets().len(), summary.albums.len()), (1, 0));
    assert_eq!(
        setup.request_count("createAlbum")
            + setup.request_count("upsertTags")
            + setup.request_count("addAssetsToAlbum"),
        0
    );
}
