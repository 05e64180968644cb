//! A source is removed only after every step for it has succeeded; the next run completes interrupted steps.

use std::fs;

use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{SourcePolicy, SourceResult, StackRule, UploadBuilder};

use crate::faulty::Refusing;
use crate::setup::{Setup, run};

fn photos(setup: &Setup) {
    for number in 0..10 {
        setup.write(&format!("photos/{number}.jpg"), format!("photo {number}"));
        setup.write(&format!("photos/{number}.dng"), format!("raw {number}"));
        setup.write(&format!("photos/{number}.xmp"), format!("sidecar {number}"));
    }
}

fn upload(setup: &Setup) -> UploadBuilder {
    let upload = setup.client.upload().path(setup.path("photos")).journal(setup.path("journal"));
    upload.album_name("Trip").tag("sea").stack(StackRule::RawAndDeveloped).after_upload(SourcePolicy::Delete)
}

/// The state on the server and on disk, as one string.
async fn state(setup: &Setup) -> String {
    let client = &setup.client;
    let mut lines: Vec<String> = Vec::new();
    for asset in setup.server.assets() {
        let info = client.assets().get_asset_info(asset.id).await.expect("an asset");
        let tags: Vec<_> = info.tags.into_iter().flatten().map(|tag| tag.value).collect();
        let stack = info.stack.map(|stack| stack.asset_count);
        lines.push(format!("{} {tags:?} {stack:?} {}", asset.original_file_name, asset.sidecar.is_some()));
    }
    for album in client.albums().get_all_albums().await.expect("albums") {
        lines.push(format!("album {} {}", album.album_name, album.asset_count));
    }
    for entry in fs::read_dir(setup.path("photos")).expect("the folder") {
        lines.push(format!("file {}", entry.expect("an entry").file_name().display()));
    }
    lines.sort();
    lines.join("\n")
}

async fn uninterrupted() -> String {
    let setup = Setup::memory();
    photos(&setup);
    let (_, summary) = run(upload(&setup).start().expect("an upload")).await;
    assert!(summary.is_complete(), "{summary:?}");
    let state = state(&setup).await;
    assert!(state.contains("album Trip 20") && !state.contains("file "), "{state}");
    state
}

#[tokio::test]
async fn a_run_after_a_dropped_one_ends_like_an_uninterrupted_one() {
    let expected = uninterrupted().await;
    for outcomes in 0..=20 {
        let setup = Setup::memory();
        photos(&setup);
        let mut interrupted = upload(&setup).start().expect("an upload");
        for _ in 0..outcomes {
            interrupted.next().await.expect("an outcome");
        }
        drop(interrupted);
        let (_, summary) = run(upload(&setup).start().expect("an upload")).await;
        assert!(summary.is_complete(), "{outcomes}: {summary:?}");
        assert_eq!(state(&setup).await, expected, "{outcomes}");
    }
}

#[tokio::test]
async fn a_source_is_kept_while_any_step_fails() {
    for operation in ["createAlbum", "addAssetsToAlbum", "bulkTagAssets", "createStack"] {
        let server = FakeImmich::new();
        let setup = Setup::of(server.clone(), Refusing(server, operation, 500));
        photos(&setup);
        let (outcomes, summary) = run(upload(&setup).start().expect("an upload")).await;
        assert!(!summary.is_complete(), "{operation}");
        assert_eq!(summary.uploaded, 20, "{operation}");
        assert!(outcomes.iter().all(|outcome| matches!(outcome.source, SourceResult::KeptBecause(_))), "{outcomes:?}");
        assert_eq!(fs::read_dir(setup.path("photos")).expect("the folder").count(), 30, "{operation}");
        // The next run completes the failed steps.
        let client = setup.client_with_retry(crate::setup::retry());
        let setup = Setup { client, ..setup };
        let (_, summary) = run(upload(&setup).start().expect("an upload")).await;
        assert!(summary.is_complete(), "{operation}: {summary:?}");
        assert_eq!(fs::read_dir(setup.path("photos")).expect("the folder").count(), 0, "{operation}");
        assert_eq!(setup.client.stacks().search_stacks().await.expect("stacks").len(), 10, "{operation}");
    }
}

#[tokio::test]
async fn both_files_of_a_live_photo_are_kept_until_both_are_uploaded() {
    for is_video in [true, false] {
        let setup = Setup::memory();
        let (image, video) = if is_video { (10, 4000) } else { (4000, 10) };
        setup.write("photos/a.heic", vec![b'i'; image]);
        setup.write("photos/a.mov", vec![b'v'; video]);
        setup.server.set_quota(setup.server.user_id(), Some(100));
        let upload = || {
            let upload = setup.client.upload().path(setup.path("photos")).journal(setup.path("journal"));
            upload.after_upload(SourcePolicy::Delete)
        };
        let (_, summary) = run(upload().start().expect("an upload")).await;
        assert_eq!((summary.uploaded, summary.failed), (1, 1));
        assert!(setup.exists("photos/a.heic") && setup.exists("photos/a.mov"));
        setup.server.set_quota(setup.server.user_id(), None);
        let (_, summary) = run(upload().start().expect("an upload")).await;
        assert!(summary.is_complete(), "{summary:?}");
        assert!(!setup.exists("photos/a.heic") && !setup.exists("photos/a.mov"));
        let assets = setup.server.assets();
        assert_eq!(assets.len(), 2);
        assert!(assets.iter().any(|asset| asset.live_photo_video_id.is_some()), "{is_video}");
    }
}

#[tokio::test]
async fn a_panic_in_a_callback_leaves_the_run_incomplete() {
    use futures_util::FutureExt as _;

    let setup = Setup::memory();
    for number in 0..30 {
        setup.write(&format!("photos/{number:02}.jpg"), format!("photo {number}"));
    }
    let upload = setup.client.upload().path(setup.path("photos")).times(|input, times| {
        assert!(!input.to_string().ends_with("17.jpg"), "a bug of the caller");
        times
    });
    let mut upload = upload.start().expect("an upload");
    let mut panics = 0;
    loop {
        match std::panic::AssertUnwindSafe(upload.next()).catch_unwind().await {
            Ok(Ok(Some(_))) => {}
            Ok(Ok(None)) => break,
            Ok(Err(error)) => panic!("{error}"),
            Err(_) => panics += 1,
        }
    }
    assert_eq!(panics, 1);
    assert!(!upload.summary().is_complete(), "{:?}", upload.summary());
}
