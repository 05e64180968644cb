//! Names that differ in Unicode form or letter case: matching of sidecars, live photos and stacks.

use immich_sdk::transfer::{SkipReason, StackRule, UploadResult};

use crate::setup::{Setup, run, words};

/// The name, the sidecar content and the video name of each asset.
fn assets(setup: &Setup) -> Vec<(String, Option<String>, Option<String>)> {
    let all = setup.server.assets();
    let of = |asset: &immich_sdk::mock::StoredAsset| {
        let sidecar = asset.sidecar.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let video = all.iter().find(|video| Some(video.id) == asset.live_photo_video_id);
        (asset.original_file_name.clone(), sidecar, video.map(|video| video.original_file_name.clone()))
    };
    let mut found: Vec<_> = all.iter().map(of).collect();
    found.sort();
    found
}

/// Uploads files whose content is their name.
async fn upload(names: &[&str]) -> Setup {
    let setup = Setup::memory();
    for name in names {
        setup.write(name, name);
    }
    let upload = setup.client.upload().path(setup.folder.path());
    let (_, summary) = run(upload.stack(StackRule::RawAndDeveloped).start().expect("an upload")).await;
    assert!(summary.is_complete());
    setup
}

#[tokio::test]
async fn decomposed_names_match_composed_names() {
    for (composed, decomposed) in
        [("été", "e\u{301}te\u{301}"), ("한국", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"), ("Å", "A\u{30a}")]
    {
        let (image, video) = (format!("{composed}.heic"), format!("{decomposed}.mov"));
        let sidecar = format!("{decomposed}.heic.xmp");
        let setup = upload(&[&image, &video, &sidecar]).await;
        let expected = [(image, Some(sidecar), Some(video.clone())), (video, None, None)];
        let mut found = assets(&setup);
        found.sort_by_key(|(name, ..)| name.ends_with(".mov"));
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn letter_case_is_ignored_in_all_of_unicode() {
    let setup = upload(&["ÉTÉ.HEIC", "été.mov", "Été.xmp", "STRASSE.jpg", "straße.xmp"]).await;
    let found = assets(&setup);
    let of = |name: &str| found.iter().find(|(found, ..)| found == name).expect("the asset").clone();
    assert_eq!(of("ÉTÉ.HEIC").2.as_deref(), Some("été.mov"));
    assert_eq!(of("ÉTÉ.HEIC").1.as_deref(), Some("Été.xmp"));
    assert_eq!(of("STRASSE.jpg").1.as_deref(), Some("straße.xmp"));
}

#[tokio::test]
async fn files_that_differ_only_in_case_get_their_own_sidecar_and_video() {
    let setup = Setup::memory();
    setup.write("a", "");
    if setup.path("A").exists() {
        // The file system is case-insensitive.
        return;
    }
    let owned = |text: &str| Some(text.to_owned());
    let names = ["IMG_1.JPG", "img_1.jpg", "IMG_1.MOV", "img_1.mov", "IMG_1.JPG.xmp", "img_1.jpg.xmp"];
    let found = assets(&upload(&names).await);
    assert_eq!(found[0], ("IMG_1.JPG".to_owned(), owned("IMG_1.JPG.xmp"), owned("IMG_1.MOV")));
    assert_eq!(found[2], ("img_1.jpg".to_owned(), owned("img_1.jpg.xmp"), owned("img_1.mov")));

    // A single sidecar or video goes to the file whose case matches.
    let found = assets(&upload(&["IMG_1.JPG", "img_1.jpg", "img_1.MOV", "img_1.xmp"]).await);
    assert_eq!(found[0], ("IMG_1.JPG".to_owned(), None, None));
    assert_eq!(found[2], ("img_1.jpg".to_owned(), owned("img_1.xmp"), owned("img_1.MOV")));
}

#[tokio::test]
async fn live_photos_in_one_folder_are_not_mixed_up() {
    let names = ["IMG_1.HEIC", "IMG_1.JPG", "IMG_1.MOV", "IMG_E1.HEIC", "IMG_E1.MOV", "b.HEIC", "b.HEIC.MOV"];
    let found = assets(&upload(&names).await);
    let videos: Vec<_> = found.iter().filter_map(|(name, _, video)| Some((&**name, video.as_deref()?))).collect();
    assert_eq!(videos, [("IMG_1.HEIC", "IMG_1.MOV"), ("IMG_E1.HEIC", "IMG_E1.MOV"), ("b.HEIC", "b.HEIC.MOV")]);
}

#[tokio::test]
async fn stacks_of_pixel_photos_and_bursts() {
    let setup = Setup::memory();
    for name in [
        "PXL_20240407_152207242.RAW-01.COVER.jpg",
        "PXL_20240407_152207242.RAW-02.ORIGINAL.dng",
        "PXL_20230330_184138390.MOTION-01.COVER.jpg",
        "PXL_20230330_184138390.MOTION-02.ORIGINAL.jpg",
        "PXL_20230809_203029471.LONG_EXPOSURE-01.COVER.jpg",
        "PXL_20230809_203029471.LONG_EXPOSURE-02.ORIGINAL.jpg",
        "PXL_20230809_203029472.PORTRAIT-01.COVER.jpg",
        "00001IMG_00001_BURST20171111030039.jpg",
        "00015IMG_00015_BURST20171111030039_COVER.jpg",
        "20231207_101605_001.jpg",
        "20231207_101605_002.jpg",
        "SUNBURST1.jpg",
        "SUNBURST2.jpg",
    ] {
        setup.write(name, name);
    }
    let upload = setup.client.upload().path(setup.folder.path());
    let upload = upload.stack(StackRule::RawAndDeveloped).stack(StackRule::Bursts);
    run(upload.start().expect("an upload")).await;
    let stacks = setup.client.stacks().search_stacks().await.expect("stacks");
    let name = |stack: &immich_sdk::api::StackResponseDto| {
        let top = stack.assets.iter().find(|asset| asset.id == stack.primary_asset_id);
        (top.expect("the asset on top").original_file_name.clone(), stack.assets.len())
    };
    let mut found: Vec<_> = stacks.iter().map(name).collect();
    found.sort();
    let tops = [
        "00015IMG_00015_BURST20171111030039_COVER.jpg",
        "20231207_101605_001.jpg",
        "PXL_20230330_184138390.MOTION-01.COVER.jpg",
        "PXL_20230809_203029471.LONG_EXPOSURE-01.COVER.jpg",
        "PXL_20240407_152207242.RAW-01.COVER.jpg",
    ];
    assert_eq!(found, tops.map(|top| (top.to_owned(), 2)));
}

#[tokio::test]
async fn names_with_trailing_spaces_or_dots_are_reported() {
    let setup = Setup::memory();
    for name in ["a.jpg ", "b.jpg.", "c .jpg", "d..jpg"] {
        setup.write(name, name);
    }
    let (outcomes, _) = run(setup.client.upload().path(setup.folder.path()).start().expect("an upload")).await;
    let unsupported = |result: &UploadResult| matches!(result, UploadResult::Skipped(SkipReason::UnsupportedType));
    assert_eq!(outcomes.iter().filter(|outcome| unsupported(&outcome.result)).count(), 2, "{:?}", words(&outcomes));
    assert_eq!(setup.names(), ["c .jpg", "d..jpg"]);
}
