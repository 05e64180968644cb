//! Sidecars, live photos and stacks.

use immich_sdk::transfer::{LivePhoto, StackRule, UploadItem, UploadResult};
use immich_sdk::{Client, FilePart};

use crate::setup::{Setup, run, words};

fn sidecar_of(setup: &Setup, name: &str) -> Option<String> {
    let assets = setup.server.assets();
    let asset = assets.iter().find(|asset| asset.original_file_name == name).expect("the asset");
    asset.sidecar.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

#[tokio::test]
async fn a_photo_gets_its_own_sidecar_and_no_other() {
    let setup = Setup::memory();
    for name in
        ["photo.v1.jpg", "photo.v1.xmp", "photo.xmp", "b.jpg", "B.JPG.XMP", "b.xmp", "raw.dng", "raw.jpg", "raw.xmp"]
    {
        setup.write(name, name);
    }
    let upload = || setup.client.upload().path(setup.folder.path());
    let (outcomes, _) = run(upload().start().expect("an upload")).await;
    assert_eq!(sidecar_of(&setup, "photo.v1.jpg").as_deref(), Some("photo.v1.xmp"));
    assert_eq!(sidecar_of(&setup, "b.jpg").as_deref(), Some("B.JPG.XMP"));
    assert_eq!(sidecar_of(&setup, "raw.dng").as_deref(), Some("raw.xmp"));
    assert_eq!(sidecar_of(&setup, "raw.jpg").as_deref(), Some("raw.xmp"));
    let shared: Vec<_> = outcomes.iter().filter_map(|outcome| Some(outcome.sidecar.as_ref()?.shared)).collect();
    assert_eq!(shared, [false, false, true, true]);
    // Sidecars without a photo are skipped.
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome.result, UploadResult::Skipped(_))).count(), 2);
}

async fn upload_live_photo(setup: Setup) {
    setup.write("IMG_1.HEIC", "the image");
    setup.write("IMG_1.MOV", "the video");
    let upload = || setup.client.upload().path(setup.folder.path()).album_name("Live");
    let (outcomes, summary) = run(upload().start().expect("an upload")).await;
    let assets = setup.server.assets();
    assert_eq!(assets[0].original_file_name, "IMG_1.MOV", "the video comes first");
    assert_eq!(assets[0].visibility, "hidden");
    assert_eq!(assets[1].live_photo_video_id, Some(assets[0].id));
    assert_eq!(outcomes[0].live_photo, LivePhoto::Image(assets[0].id));
    assert_eq!(outcomes[1].live_photo, LivePhoto::Video);
    assert_eq!(summary.albums[0].added, 1, "the video is not added to the album");
}

#[tokio::test]
async fn live_photos() {
    upload_live_photo(Setup::memory()).await;
    upload_live_photo(Setup::hyper().await).await;
    upload_live_photo(Setup::reqwest().await).await;
}

#[tokio::test]
async fn live_photos_can_be_switched_off() {
    let setup = Setup::memory();
    setup.write("IMG_1.HEIC", "the image");
    setup.write("IMG_1.MOV", "the video");
    run(setup.client.upload().path(setup.folder.path()).live_photos(false).start().expect("an upload")).await;
    assert!(
        setup.server.assets().iter().all(|asset| asset.live_photo_video_id.is_none() && asset.visibility == "timeline")
    );
}

#[tokio::test]
async fn an_image_is_uploaded_without_a_video_that_fails() {
    let setup = Setup::memory();
    setup.write("IMG_1.HEIC", "the image");
    setup.write("IMG_1.MOV", "a video that is larger than the quota");
    setup.server.set_quota(setup.server.user_id(), Some(20));
    let (outcomes, _) = run(setup.client.upload().path(setup.folder.path()).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["IMG_1.HEIC uploaded", "IMG_1.MOV failed"]);
    assert_eq!(outcomes[0].live_photo, LivePhoto::ImageWithoutVideo);
}

#[tokio::test]
async fn a_failed_video_is_linked_to_its_image_in_the_next_run() {
    for journal in [true, false] {
        let setup = Setup::memory();
        setup.write("photos/IMG_1.HEIC", "the image");
        setup.write("photos/IMG_1.MOV", "a video that is larger than the quota");
        setup.server.set_quota(setup.server.user_id(), Some(20));
        let upload = || {
            let upload = setup.client.upload().path(setup.path("photos"));
            if journal { upload.journal(setup.path("journal")) } else { upload }.start().expect("an upload")
        };
        run(upload()).await;
        setup.server.set_quota(setup.server.user_id(), None);
        let (_, summary) = run(upload()).await;
        assert_eq!((summary.uploaded, summary.duplicates, summary.joined.len()), (1, 1, 1));
        let assets = setup.server.assets();
        assert_eq!(assets[0].live_photo_video_id, Some(assets[1].id));
        assert_eq!(assets[1].visibility, "hidden");
    }
}

#[tokio::test]
async fn live_photos_with_identical_files_do_not_deadlock() {
    let setup = Setup::memory();
    setup.write("a.jpg", "one");
    setup.write("a.mov", "two");
    setup.write("b.jpg", "two");
    setup.write("b.mov", "one");
    let (_, summary) = run(setup.client.upload().path(setup.folder.path()).start().expect("an upload")).await;
    assert_eq!(summary.inputs, 4);
    assert_eq!(setup.server.assets().len(), 2);
}

#[tokio::test]
async fn stacks_by_rule() {
    let setup = Setup::memory();
    for name in ["a.dng", "a.jpg", "x_BURST001.jpg", "x_BURST002_COVER.jpg", "c.jpg"] {
        setup.write(name, name);
    }
    let upload = setup.client.upload().path(setup.folder.path());
    let upload = upload.stack(StackRule::RawAndDeveloped).stack(StackRule::Bursts).start().expect("an upload");
    let (_, summary) = run(upload).await;
    assert_eq!(summary.stacks.len(), 2);
    let mut tops = tops(&setup.client).await;
    tops.sort();
    assert_eq!(tops, ["a.jpg", "x_BURST002_COVER.jpg"]);
}

async fn tops(client: &Client) -> Vec<String> {
    let stacks = client.stacks().search_stacks().await.expect("stacks");
    let name = |stack: &immich_sdk::api::StackResponseDto| {
        let top = stack.assets.iter().find(|asset| asset.id == stack.primary_asset_id);
        top.expect("the asset on top").original_file_name.clone()
    };
    stacks.iter().map(name).collect()
}

#[tokio::test]
async fn items_with_a_sidecar_and_a_video() {
    let setup = Setup::memory();
    let item = UploadItem::new("a.heic", "image")
        .sidecar(FilePart::new("a.xmp", "sidecar"))
        .live_photo_video(UploadItem::new("a.mov", "video"));
    let (outcomes, _) = run(setup.client.upload().item(item).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.heic uploaded", "a.mov uploaded"]);
    assert_eq!(sidecar_of(&setup, "a.heic").as_deref(), Some("sidecar"));
    assert!(setup.server.assets()[1].live_photo_video_id.is_some());
}
