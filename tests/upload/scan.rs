//! Which files are found.

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
async fn a_hidden_folder_above_is_no_reason_to_leave_a_file_out() {
    let setup = Setup::memory();
    setup.write(".photos/trip/a.jpg", "a");
    let (found, _) = run(setup.client.upload().path(setup.path(".photos/trip")).start().expect("an upload")).await;
    assert_eq!(words(&found), ["a.jpg uploaded"]);
}

#[tokio::test]
async fn a_path_that_is_not_there_is_a_failure_and_no_silence() {
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
async fn empty_and_odd_entries_are_told() {
    let setup = Setup::memory();
    setup.write("empty.jpg", "");
    setup.write("alone.xmp", "no photo has it");
    let (outcomes, _) = run(setup.client.upload().path(setup.folder.path()).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["alone.xmp UnsupportedType", "empty.jpg Empty"]);
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_followed_only_when_asked_and_a_loop_ends() {
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
async fn names_that_are_no_utf8_and_folders_that_cannot_be_read() {
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
    // The administrator reads everything.
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
