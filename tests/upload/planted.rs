//! Files planted or replaced during an upload: never followed, never overwritten, always reported.
#![cfg(unix)]

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use async_trait::async_trait;
use immich_sdk::http::{Request, Response};
use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{SkipReason, SourcePolicy, SourceResult, UploadBuilder, UploadOutcome, UploadSummary};
use immich_sdk::{Body, HttpSend, Operation, ResponseBody, Timer, TransportError};

use crate::setup::{Setup, run, words, write};

const SECRET: &str = "a key that is nobody's business";

fn make_fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().expect("mkfifo");
    assert!(made.success());
}

/// Runs the upload with a timeout, because waiting for the other end of a pipe would hang.
async fn run_with_timeout(upload: UploadBuilder) -> (Vec<UploadOutcome>, UploadSummary) {
    let upload = upload.start().expect("an upload");
    tokio::time::timeout(Duration::from_secs(60), run(upload)).await.expect("it ends")
}

fn assert_no_secret_was_sent(setup: &Setup) {
    for asset in setup.server.assets() {
        for bytes in [Some(&asset.bytes), asset.sidecar.as_ref()].into_iter().flatten() {
            assert!(!String::from_utf8_lossy(bytes).contains(SECRET), "{}", asset.original_file_name);
        }
    }
}

/// A server that changes files on disk when it receives an operation.
struct ActOnOperation<F> {
    server: FakeImmich,
    operation: &'static str,
    act: F,
}

#[async_trait]
impl<F: Fn() + Send + Sync> HttpSend for ActOnOperation<F> {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        if request.extensions().get::<&'static Operation>().is_some_and(|operation| operation.id == self.operation) {
            (self.act)();
        }
        self.server.send(request).await
    }

    fn timer(&self) -> Option<std::sync::Arc<dyn Timer>> {
        HttpSend::timer(&self.server)
    }
}

/// A folder with a photo, and a server that replaces it with a link to a secret when it receives `operation`.
fn replace_on(operation: &'static str, length: usize) -> (Setup, PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = write(folder.path(), "secret", SECRET.repeat(length / SECRET.len() + 1));
    let photo = write(folder.path(), "photos/a.jpg", vec![7; length]);
    let server = FakeImmich::new();
    let (from, to) = (secret, photo.clone());
    let act = move || {
        fs::remove_file(&to).expect("removed");
        symlink(&from, &to).expect("a link");
    };
    (Setup::of(server.clone(), ActOnOperation { server, operation, act }), photo, folder)
}

#[tokio::test]
async fn a_sidecar_that_is_a_link_or_a_pipe_is_not_sent() {
    for (is_link, word) in [(true, "a.xmp SymbolicLink"), (false, "a.xmp NotAFile")] {
        let setup = Setup::memory();
        let photo = setup.write("photos/a.jpg", "a");
        let (secret, sidecar) = (setup.write("id_rsa", SECRET), setup.path("photos/a.xmp"));
        if is_link {
            symlink(secret, &sidecar).expect("a link")
        } else {
            make_fifo(&sidecar)
        }
        for path in [setup.path("photos"), photo] {
            let (outcomes, _) = run_with_timeout(setup.client.upload().path(path)).await;
            assert_eq!(words(&outcomes)[1], word);
            assert!(outcomes[0].sidecar.is_none(), "{outcomes:?}");
        }
        assert_eq!(setup.names(), ["a.jpg"]);
        assert!(setup.server.assets()[0].sidecar.is_none());
    }
}

#[tokio::test]
async fn a_sidecar_that_is_a_link_is_sent_where_links_are_followed() {
    let setup = Setup::memory();
    setup.write("photos/a.jpg", "a");
    symlink(setup.write("edits", "edits"), setup.path("photos/a.xmp")).expect("a link");
    let upload = setup.client.upload().path(setup.path("photos")).follow_links(true);
    let (outcomes, summary) = run_with_timeout(upload.after_upload(SourcePolicy::Delete)).await;
    assert_eq!(setup.server.assets()[0].sidecar.as_deref(), Some(b"edits".as_slice()));
    assert!(summary.is_complete() && !setup.exists("photos/a.jpg") && setup.exists("edits"), "{outcomes:?}");
}

#[tokio::test]
async fn a_photo_with_an_unreadable_sidecar_is_uploaded_and_both_files_are_kept() {
    let swaps: [fn(&Path, &Path); 4] = [
        |sidecar, _| drop(File::options().write(true).open(sidecar).and_then(|file| file.set_len(17 << 20))),
        |sidecar, secret| {
            fs::remove_file(sidecar).expect("removed");
            symlink(secret, sidecar).expect("a link");
        },
        |sidecar, _| {
            fs::remove_file(sidecar).expect("removed");
            make_fifo(sidecar);
        },
        |sidecar, _| fs::remove_file(sidecar).expect("removed"),
    ];
    for (number, swap) in swaps.into_iter().enumerate() {
        let setup = Setup::memory();
        setup.write("photos/a.jpg", "a");
        let (secret, sidecar) = (setup.write("secret", SECRET), setup.write("photos/a.xmp", "edits"));
        // The callback runs after the scan and before anything is read.
        let upload = setup.client.upload().path(setup.path("photos")).after_upload(SourcePolicy::Delete);
        let (outcomes, summary) = run_with_timeout(upload.times(move |_, times| {
            swap(&sidecar, &secret);
            times
        }))
        .await;
        assert_eq!(words(&outcomes), ["a.jpg uploaded"], "{number}");
        let found = outcomes[0].sidecar.as_ref().expect("a sidecar");
        assert!(found.error.is_some() && !found.fate.is_gone(), "{number} {outcomes:?}");
        assert!(matches!(outcomes[0].source, SourceResult::KeptBecause(_)), "{number} {outcomes:?}");
        assert!(setup.exists("photos/a.jpg") && setup.exists("secret"));
        assert_eq!((summary.sidecars_failed, summary.is_complete()), (1, false));
        assert!(setup.server.assets()[0].sidecar.is_none(), "{number}");
    }
}

#[tokio::test]
async fn a_photo_replaced_after_the_scan_is_not_read() {
    for is_link in [true, false] {
        let setup = Setup::memory();
        let (secret, photo) = (setup.write("secret", SECRET), setup.write("photos/a.jpg", "a"));
        let upload = setup.client.upload().path(setup.path("photos")).times(move |_, times| {
            fs::remove_file(&photo).expect("removed");
            if is_link {
                symlink(&secret, &photo).expect("a link")
            } else {
                make_fifo(&photo)
            }
            times
        });
        let (outcomes, _) = run_with_timeout(upload).await;
        assert_eq!(words(&outcomes), ["a.jpg failed"]);
        assert!(setup.server.assets().is_empty());
    }
}

#[tokio::test]
async fn a_photo_replaced_after_hashing_is_not_sent() {
    // A file that is kept in memory, and one that is read again.
    for length in [1000, 1_000_000] {
        let (setup, photo, _folder) = replace_on("checkBulkUpload", length);
        let upload = setup.client.upload().path(photo.parent().expect("a folder"));
        let (outcomes, _) = run_with_timeout(upload.after_upload(SourcePolicy::Delete)).await;
        assert_no_secret_was_sent(&setup);
        assert!(outcomes[0].source.is_gone() == photo.symlink_metadata().is_err(), "{outcomes:?}");
        assert!(photo.symlink_metadata().is_ok(), "{outcomes:?}");
    }
}

#[tokio::test]
async fn a_file_that_replaced_a_photo_is_not_deleted() {
    let (setup, photo, folder) = replace_on("getAssetInfo", 1000);
    let upload = setup.client.upload().path(photo.parent().expect("a folder"));
    let (outcomes, _) = run_with_timeout(upload.after_upload(SourcePolicy::Delete)).await;
    assert_eq!(words(&outcomes), ["a.jpg uploaded"]);
    assert!(matches!(outcomes[0].source, SourceResult::KeptBecause(_)), "{outcomes:?}");
    assert!(photo.exists() && folder.path().join("secret").exists());
}

#[tokio::test]
async fn a_followed_link_is_kept() {
    let setup = Setup::memory();
    let photo = setup.write("library/a.jpg", "a");
    fs::create_dir(setup.path("photos")).expect("a folder");
    symlink(&photo, setup.path("photos/a.jpg")).expect("a link");
    for policy in [SourcePolicy::Delete, SourcePolicy::MoveTo(setup.path("done"))] {
        let upload = setup.client.upload().path(setup.path("photos")).follow_links(true);
        let (outcomes, _) = run_with_timeout(upload.after_upload(policy.clone()).after_duplicate(policy)).await;
        assert!(matches!(outcomes[0].source, SourceResult::KeptBecause(_)), "{outcomes:?}");
        assert!(setup.exists("photos/a.jpg") && photo.exists());
    }
}

#[tokio::test]
async fn a_move_neither_follows_nor_overwrites_planted_links() {
    let setup = Setup::memory();
    setup.write("photos/trip/a.jpg", "a");
    setup.write("photos/b.jpg", "b");
    fs::create_dir(setup.path("elsewhere")).expect("a folder");
    fs::create_dir(setup.path("done")).expect("a folder");
    symlink(setup.path("elsewhere"), setup.path("done/trip")).expect("a link");
    symlink(setup.path("elsewhere/x"), setup.path("done/b.jpg")).expect("a link");
    let done = SourcePolicy::MoveTo(setup.path("done"));
    let (outcomes, _) = run_with_timeout(setup.client.upload().path(setup.path("photos")).after_upload(done)).await;
    assert_eq!(words(&outcomes), ["b.jpg uploaded", "a.jpg uploaded"]);
    assert!(matches!(&outcomes[0].source, SourceResult::Moved(path) if path.ends_with("b (1).jpg")), "{outcomes:?}");
    assert!(matches!(outcomes[1].source, SourceResult::KeptBecause(_)), "{outcomes:?}");
    assert!(setup.exists("photos/trip/a.jpg"));
    assert_eq!(fs::read_dir(setup.path("elsewhere")).expect("a folder").count(), 0);
}

#[tokio::test]
async fn a_move_to_another_file_system_keeps_mode_and_time() {
    // Where it exists, this is a separate file system in memory.
    let shared = Path::new("/dev/shm");
    let done = if shared.is_dir() { tempfile::tempdir_in(shared) } else { tempfile::tempdir() }.expect("a folder");
    let setup = Setup::memory();
    let photo = setup.write("photos/trip/a.jpg", "a");
    let time = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    File::options().write(true).open(&photo).and_then(|file| file.set_modified(time)).expect("a time");
    fs::set_permissions(&photo, Permissions::from_mode(0o600)).expect("a mode");
    symlink("/nowhere", done.path().join("a.jpg")).expect("a link");
    write(done.path(), "trip/a.jpg", "another");
    let policy = SourcePolicy::MoveTo(done.path().to_owned());
    let (outcomes, _) = run_with_timeout(setup.client.upload().path(setup.path("photos")).after_upload(policy)).await;
    let moved = done.path().join("trip/a (1).jpg");
    assert!(matches!(&outcomes[0].source, SourceResult::Moved(path) if *path == moved), "{outcomes:?}");
    let found = fs::symlink_metadata(&moved).expect("the file");
    assert_eq!((found.mode() & 0o777, found.modified().expect("a time")), (0o600, time));
    assert_eq!(fs::read(&moved).expect("the bytes"), b"a");
    assert!(!photo.exists());
    assert_eq!(fs::read_dir(done.path().join("trip")).expect("a folder").count(), 2, "nothing else is left");
}

#[tokio::test]
async fn pipes_sockets_and_folders_with_the_names_of_photos() {
    let setup = Setup::memory();
    setup.write("photos/folder.jpg/a.jpg", "a");
    setup.write("photos/a.xmp/b.jpg", "b");
    make_fifo(&setup.path("photos/pipe.jpg"));
    let _socket = std::os::unix::net::UnixListener::bind(setup.path("photos/socket.jpg")).expect("a socket");
    let (outcomes, _) = run_with_timeout(setup.client.upload().path(setup.path("photos"))).await;
    let expected = ["b.jpg uploaded", "a.jpg uploaded", "pipe.jpg NotAFile", "socket.jpg NotAFile"];
    assert_eq!(words(&outcomes), expected);
    let given = ["pipe.jpg", "socket.jpg"].map(|name| setup.path("photos").join(name));
    let (outcomes, _) = run_with_timeout(setup.client.upload().paths(given)).await;
    assert_eq!(words(&outcomes), expected[2..]);
}

#[tokio::test]
async fn an_unreadable_file_fails_and_the_others_are_uploaded() {
    let setup = Setup::memory();
    let locked = setup.write("photos/a.jpg", "a");
    setup.write("photos/b.jpg", "b");
    fs::set_permissions(&locked, Permissions::from_mode(0o000)).expect("a mode");
    // Root can read everything.
    let word = if File::open(&locked).is_ok() { "a.jpg uploaded" } else { "a.jpg failed" };
    let (outcomes, _) = run_with_timeout(setup.client.upload().path(setup.path("photos"))).await;
    assert_eq!(words(&outcomes), [word, "b.jpg uploaded"]);
}

#[tokio::test]
async fn two_hard_links_are_two_inputs_and_one_asset() {
    let setup = Setup::memory();
    let photo = setup.write("photos/a.jpg", "a");
    fs::hard_link(photo, setup.path("photos/b.jpg")).expect("a link");
    let upload = setup.client.upload().path(setup.path("photos"));
    let (outcomes, _) =
        run_with_timeout(upload.after_upload(SourcePolicy::Delete).after_duplicate(SourcePolicy::Delete)).await;
    assert_eq!(outcomes.len(), 2);
    assert!(outcomes.iter().all(|outcome| outcome.source.is_gone()), "{outcomes:?}");
    assert_eq!(setup.server.assets().len(), 1);
}

#[tokio::test]
async fn a_file_deleted_after_the_scan_fails() {
    let setup = Setup::memory();
    let photo = setup.write("photos/a.jpg", "a");
    let upload = setup.client.upload().path(setup.path("photos")).times(move |_, times| {
        drop(fs::remove_file(&photo));
        times
    });
    let (outcomes, summary) = run_with_timeout(upload).await;
    assert_eq!(words(&outcomes), ["a.jpg failed"]);
    assert!(!summary.is_complete());
    assert!(!matches!(outcomes[0].result, immich_sdk::transfer::UploadResult::Skipped(SkipReason::Empty)));
}
