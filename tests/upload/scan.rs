//! The scan for files.

use std::fs;

use immich_sdk::transfer::{SkipReason, UploadResult};

use crate::setup::{Setup, run, words};

#[tokio::test]
async fn globs_hidden_files_and_depth() {
    let setup = Setup::memory();
    for name in ["a.jpg", "b.png", "deep/c.jpg", "deep/down/d.jpg", "cache/e.jpg", ".hidden/f.jpg", ".g.jpg"] {
        setup.write(name, name);
    }
    let upload = || setup.client.upload().path(setup.folder.path()).dry_run(true);

    let (found, _) = run(upload().include("*.jpg").exclude("cache").start().expect("an upload")).await;
    assert_eq!(words(&found), ["a.jpg DryRun", "c.jpg DryRun", "d.jpg DryRun"]);
    let (found, _) = run(upload().recursive(false).start().expect("an upload")).await;
    assert_eq!(words(&found), ["a.jpg DryRun", "b.png DryRun"]);
    let (found, _) = run(upload().hidden(true).start().expect("an upload")).await;
    assert_eq!(found.len(), 7);
    let (found, _) = run(upload().include("deep/**").start().expect("an upload")).await;
    assert_eq!(words(&found), ["c.jpg DryRun", "d.jpg DryRun"]);
    assert!(setup.server.assets().is_empty());
    assert!(setup.client.upload().path("x").include("[").start().is_err());
    assert!(setup.client.upload().start().is_err());
}

#[tokio::test]
async fn files_below_a_hidden_parent_folder_are_found() {
    let setup = Setup::memory();
    setup.write(".photos/trip/a.jpg", "a");
    let (found, _) = run(setup.client.upload().path(setup.path(".photos/trip")).start().expect("an upload")).await;
    assert_eq!(words(&found), ["a.jpg uploaded"]);
}

#[tokio::test]
async fn a_missing_path_is_reported_as_a_failure() {
    let setup = Setup::memory();
    setup.write("a.jpg", "a");
    let paths = [setup.path("none.jpg"), setup.path("a.jpg")];
    let (outcomes, summary) = run(setup.client.upload().paths(paths).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.jpg uploaded", "none.jpg failed"]);
    assert!(!summary.is_complete());
    let UploadResult::Failed(error) = &outcomes[1].result else { panic!("{outcomes:?}") };
    assert_eq!(error.io_error().expect("an error of this machine").kind(), std::io::ErrorKind::NotFound);
}

#[tokio::test]
async fn the_same_file_given_twice_is_one_input() {
    let setup = Setup::memory();
    setup.write("trip/a.jpg", "a");
    let paths =
        [setup.path("trip/a.jpg"), setup.path("trip"), setup.folder.path().to_owned(), setup.path("trip/a.jpg")];
    let (outcomes, _) = run(setup.client.upload().paths(paths).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.jpg uploaded"]);
}

#[tokio::test]
async fn empty_files_and_lone_sidecars_are_reported() {
    let setup = Setup::memory();
    setup.write("empty.jpg", "");
    setup.write("alone.xmp", "no photo has it");
    let (outcomes, _) = run(setup.client.upload().path(setup.folder.path()).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["alone.xmp UnsupportedType", "empty.jpg Empty"]);
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_followed_only_on_request_and_loops_end() {
    use std::os::unix::fs::symlink;

    let setup = Setup::memory();
    setup.write("real/a.jpg", "a");
    symlink(setup.path("real"), setup.path("real/again")).expect("a link");
    symlink(setup.path("real/a.jpg"), setup.path("real/z.jpg")).expect("a link");
    symlink(setup.path("nowhere.jpg"), setup.path("real/broken.jpg")).expect("a link");
    let upload = || setup.client.upload().path(setup.folder.path());

    let (outcomes, _) = run(upload().dry_run(true).start().expect("an upload")).await;
    let links = outcomes.iter().filter(|o| matches!(o.result, UploadResult::Skipped(SkipReason::SymbolicLink))).count();
    assert_eq!((outcomes.len(), links), (4, 3), "{outcomes:?}");

    let (outcomes, _) = run(upload().follow_links(true).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.jpg uploaded", "broken.jpg failed"]);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn names_that_are_not_utf8_and_unreadable_folders() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::PermissionsExt as _;

    let setup = Setup::memory();
    fs::write(setup.folder.path().join(OsStr::from_bytes(b"caf\xe9.jpg")), "odd").expect("a file");
    fs::write(setup.folder.path().join(OsStr::from_bytes(b"caf\xe9.xmp")), "its own").expect("a file");
    fs::write(setup.folder.path().join(OsStr::from_bytes(b"caf\xe8.xmp")), "another's").expect("a file");
    let locked = setup.path("locked");
    fs::create_dir(&locked).expect("a folder");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).expect("permissions");
    // Root can read everything.
    let unreadable = usize::from(fs::read_dir(&locked).is_err());

    let journal = setup.folder.path().join("journal");
    let upload = || setup.client.upload().path(setup.folder.path()).exclude("journal").journal(&journal);
    let (outcomes, summary) = run(upload().start().expect("an upload")).await;
    assert_eq!((summary.uploaded, summary.failed), (1, unreadable as u64), "{outcomes:?}");
    assert_eq!(setup.server.assets()[0].sidecar.as_deref(), Some(b"its own".as_slice()));

    let (again, _) = run(upload().start().expect("an upload")).await;
    assert!(words(&again).iter().any(|word| word.ends_with("earlierrun")), "the journal knows the odd name: {again:?}");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).expect("permissions");
}

#[tokio::test]
async fn system_folders_are_skipped_and_reported() {
    let setup = Setup::memory();
    let library = "My Photos.photoslibrary";
    for name in [
        "trip/a.jpg",
        "trip/@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg",
        "#recycle/b.jpg",
        "$RECYCLE.BIN/c.jpg",
        ".Trash-1000/files/d.jpg",
        "Previews.lrdata/e.jpg",
    ] {
        setup.write(name, name);
    }
    for name in ["originals/0/f.jpg", "resources/derivatives/f.jpg", "database/g.jpg"] {
        setup.write(&format!("{library}/{name}"), name);
    }
    for name in [".trashed-1700000000-h.jpg", "._a.jpg"] {
        setup.write(name, name);
    }
    let upload = || setup.client.upload().path(setup.folder.path()).dry_run(true);
    let (found, summary) = run(upload().start().expect("an upload")).await;
    let mut left_out = words(&found);
    left_out.retain(|word| !word.ends_with("DryRun"));
    left_out.sort();
    let folders = ["#recycle", "$RECYCLE.BIN", ".Trash-1000", "@eaDir", "Previews.lrdata", "database", "resources"];
    assert_eq!(left_out, folders.map(|name| format!("{name} SystemFolder")));
    assert_eq!(summary.inputs, 9);

    let (found, _) = run(upload().hidden(true).start().expect("an upload")).await;
    assert_eq!(words(&found).iter().filter(|word| word.ends_with("SystemFile")).count(), 2);
    let (found, _) = run(upload().hidden(true).system_folders(true).start().expect("an upload")).await;
    assert_eq!(words(&found).iter().filter(|word| word.ends_with("DryRun")).count(), 11);
    // A system folder that is given as a path is scanned.
    let given = setup.client.upload().path(setup.path("#recycle")).path(setup.path(library)).dry_run(true);
    let (found, _) = run(given.start().expect("an upload")).await;
    let taken: Vec<_> = words(&found).into_iter().filter(|word| word.ends_with("DryRun")).collect();
    assert_eq!(taken, ["b.jpg DryRun", "f.jpg DryRun"]);
}

#[tokio::test]
async fn patterns_match_paths_and_unmatched_patterns_are_reported() {
    let setup = Setup::memory();
    for name in ["photos/A.JPG", "photos/b.png", "photos/trip/c.jpg", "photos/trip/d.jpg", "photos/old/e.jpg"] {
        setup.write(name, name);
    }
    let absolute = setup.path("photos/trip").display().to_string();
    let upload = || setup.client.upload().path(setup.path("photos")).dry_run(true);
    for (pattern, count) in [
        ("*.jpg", 4),
        ("./trip/*.jpg", 2),
        ("trip/", 2),
        ("trip", 2),
        ("photos/trip/c.jpg", 1),
        ("trip\\c.JPG", 1),
        (&absolute, 2),
        (&format!("{absolute}/c.*"), 1),
        (&format!("{absolute}/"), 2),
    ] {
        let (found, summary) = run(upload().include(pattern).start().expect("an upload")).await;
        assert_eq!(found.len(), count, "{pattern}");
        assert!(summary.unmatched_patterns.is_empty(), "{pattern}");
        let (found, summary) = run(upload().exclude(pattern).start().expect("an upload")).await;
        assert_eq!(found.len(), 5 - count, "{pattern}");
        assert!(summary.unmatched_patterns.is_empty(), "{pattern}");
    }
    let (found, summary) =
        run(upload().include("*.jpg").include("*.heic").exclude("cache/").start().expect("one")).await;
    assert_eq!((found.len(), summary.is_complete()), (4, true));
    assert_eq!(summary.unmatched_patterns, ["*.heic", "cache/"]);
    let error = upload().include("*.jpg").exclude("trip/[").start().expect_err("an error");
    assert!(error.to_string().contains("`trip/[`"), "{error}");
}

#[tokio::test]
async fn sidecars_and_live_photos_are_matched_across_given_paths() {
    let setup = Setup::memory();
    for name in ["trip/IMG_1.HEIC", "trip/IMG_1.MOV", "trip/IMG_1.HEIC.xmp", "trip/.b.jpg"] {
        setup.write(name, name);
    }
    let paths = [setup.path("trip/IMG_1.HEIC"), setup.path("trip/.b.jpg"), setup.path("trip"), setup.path("trip/.")];
    let (outcomes, _) = run(setup.client.upload().paths(paths).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), [".b.jpg uploaded", "IMG_1.HEIC uploaded", "IMG_1.MOV uploaded"]);
    let assets = setup.server.assets();
    let image = assets.iter().find(|asset| asset.original_file_name == "IMG_1.HEIC").expect("the image");
    assert!(image.live_photo_video_id.is_some() && image.sidecar.is_some());
}

#[cfg(unix)]
#[tokio::test]
async fn one_file_by_several_paths_is_one_input() {
    use std::os::unix::fs::symlink;

    let setup = Setup::memory();
    setup.write("real/a.jpg", "a");
    symlink(setup.path("real"), setup.path("way")).expect("a link");
    let odd = setup.folder.path().join("way/../real/./a.jpg");
    let paths = [setup.path("way/a.jpg"), odd, setup.path("real/a.jpg"), setup.path("way"), setup.path("real")];
    let (outcomes, _) = run(setup.client.upload().paths(paths).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.jpg uploaded"]);
}
