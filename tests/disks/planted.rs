//! Files planted under the names that a download uses: they are never followed, overwritten or waited for.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use immich_sdk::api::UploadAsset;
use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{Collision, Downloaded, file_body, file_checksum};
use immich_sdk::{AssetId, Error, ErrorKind, FilePart};
use tempfile::TempDir;

use crate::setup::{Fault, Proxy, bytes, changed, folder, taken, upload};

const LENGTH: usize = 100_000;

struct Planted {
    proxy: Proxy,
    id: AssetId,
    folder: TempDir,
    /// A file elsewhere that must not change.
    victim: PathBuf,
    _elsewhere: TempDir,
}

impl Planted {
    async fn new() -> Self {
        let fake = FakeImmich::new();
        let id = upload(&fake, "a.jpg", bytes(LENGTH)).await;
        let elsewhere = folder();
        let victim = elsewhere.path().join("victim");
        fs::write(&victim, "mine").expect("a file");
        Self { proxy: Proxy::new(&fake), id, folder: folder(), victim, _elsewhere: elsewhere }
    }

    fn part(&self) -> PathBuf {
        self.folder.path().join(format!(".{}-original.part", self.id))
    }

    fn record(&self) -> PathBuf {
        self.folder.path().join(format!(".{}-original.part.json", self.id))
    }

    /// Leaves half of the file, like an interrupted download.
    async fn leave_half(&self) {
        self.proxy.plan([Fault::Cut(LENGTH / 2)]);
        let client = self.proxy.client();
        client.download_asset(self.id).resumes(0).to_folder(self.folder.path()).await.expect_err("a cut");
        assert!(self.part().exists() && self.record().exists());
    }

    async fn download(&self, collision: Collision) -> Result<Downloaded, Error> {
        let client = self.proxy.client();
        let download = client.download_asset(self.id).collision(collision).to_folder(self.folder.path());
        tokio::time::timeout(Duration::from_secs(30), download).await.expect("an end")
    }

    /// Downloads, and checks the file and the victim.
    async fn assert_downloads(&self, what: &str) -> Downloaded {
        let done = self.download(Collision::SkipSame).await.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(fs::symlink_metadata(&done.path).expect("a file").is_file(), "{what}");
        assert!(fs::read(&done.path).expect("bytes") == bytes(LENGTH), "{what}");
        assert_eq!(fs::read(&self.victim).expect("the victim"), b"mine", "{what}");
        assert_eq!(fs::metadata(&self.victim).expect("the victim").len(), 4);
        done
    }
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

fn plant(kind: &str, path: &Path, victim: &Path) {
    match kind {
        "symbolic link" => symlink(victim, path).expect("a link"),
        "dangling link" => symlink(victim.with_file_name("none"), path).expect("a link"),
        "link to itself" => symlink(path, path).expect("a link"),
        "hard link" => fs::hard_link(victim, path).expect("a link"),
        "pipe" => fifo(path),
        "folder" => fs::create_dir(path).expect("a folder"),
        "socket" => drop(std::os::unix::net::UnixListener::bind(path).expect("a socket")),
        other => panic!("{other}"),
    }
}

const KINDS: [&str; 7] = ["symbolic link", "dangling link", "link to itself", "hard link", "pipe", "folder", "socket"];

#[tokio::test]
async fn a_planted_part_or_record_is_not_touched() {
    for kind in KINDS {
        for planted_record in [false, true] {
            let planted = Planted::new().await;
            let path = if planted_record { planted.record() } else { planted.part() };
            plant(kind, &path, &planted.victim);
            let done = planted.assert_downloads(&format!("{kind} {planted_record}")).await;
            assert_eq!(done.path, planted.folder.path().join("a.jpg"));
            assert!(!planted.victim.with_file_name("none").exists());
            // Planted instead of the record of a real part.
            let planted = Planted::new().await;
            planted.leave_half().await;
            fs::remove_file(planted.record()).expect("a record");
            plant(kind, &planted.record(), &planted.victim);
            planted.assert_downloads(kind).await;
        }
    }
}

#[tokio::test]
async fn a_download_fails_if_every_part_name_is_planted() {
    let planted = Planted::new().await;
    for number in 1..20 {
        let number = if number == 1 { String::new() } else { format!(".{number}") };
        let part = planted.folder.path().join(format!(".{}-original{number}.part", planted.id));
        symlink(&planted.victim, part).expect("a link");
    }
    let error = planted.download(Collision::SkipSame).await.expect_err("no name");
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("original.part` is a symbolic link"), "{error}");
    assert_eq!(fs::read(&planted.victim).expect("the victim"), b"mine");
}

#[tokio::test]
async fn a_hostile_record_is_ignored() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for json in [
        deep.as_str(),
        "{\"etag\":\"a\\r\\nx-evil: 1\",\"total\":100000}",
        "{\"etag\":\"\\u0000\"}",
        "{\"total\":18446744073709551615}",
        "{\"total\":-1}",
        "{\"total\":1e300}",
        "{\"total\":50000}",
        "{\"total\":50001}",
        "{\"checksum\":\"no checksum\",\"etag\":\"\\\"x\\\"\"}",
        "[]",
        "null",
        "\u{fffd}",
    ] {
        let planted = Planted::new().await;
        planted.leave_half().await;
        fs::write(planted.record(), json).expect("a record");
        planted.assert_downloads(json.get(..40).unwrap_or(json)).await;
        assert_eq!(crate::setup::names(planted.folder.path()), ["a.jpg"]);
    }
    // A huge record is not read into memory.
    let planted = Planted::new().await;
    planted.leave_half().await;
    let record = fs::File::create(planted.record()).expect("a record");
    record.set_len(3 << 30).expect("a sparse file");
    assert_eq!(planted.assert_downloads("3 GiB").await.resumed_from, 0);
}

/// Skipped unless run by root, because only root can change the owner of a file.
#[tokio::test]
async fn a_part_of_another_user_is_not_used() {
    let planted = Planted::new().await;
    planted.leave_half().await;
    if chown(planted.part(), Some(65534), None).is_err() {
        eprintln!("SKIPPED: a part of another user, since this is not root");
        return;
    }
    let done = planted.assert_downloads("the part of another user").await;
    assert_eq!((done.resumed_from, fs::metadata(&done.path).expect("a file").uid()), (0, 0));
    assert_eq!(fs::metadata(planted.part()).expect("the part").len(), LENGTH as u64 / 2);
}

#[tokio::test]
async fn a_file_planted_under_the_final_name_is_never_written_through() {
    for kind in KINDS {
        let planted = Planted::new().await;
        let path = planted.folder.path().join("a.jpg");
        plant(kind, &path, &planted.victim);
        let done = planted.assert_downloads(kind).await;
        assert_eq!(done.path, planted.folder.path().join("a (1).jpg"), "{kind}");
        assert!(planted.assert_downloads(kind).await.was_there, "{kind}");
        let overwritten = planted.download(Collision::Overwrite).await;
        if kind == "folder" {
            assert_eq!(overwritten.expect_err("a folder").kind(), ErrorKind::Io);
            assert!(path.is_dir());
        } else {
            assert_eq!(overwritten.unwrap_or_else(|error| panic!("{kind}: {error}")).path, path);
            assert!(fs::symlink_metadata(&path).expect("a file").is_file(), "{kind}");
            assert_eq!(fs::read(&path).expect("bytes"), bytes(LENGTH));
        }
        assert_eq!(fs::read(&planted.victim).expect("the victim"), b"mine");
        assert!(!planted.victim.with_file_name("none").exists());
    }
}

#[tokio::test]
async fn a_body_or_checksum_of_a_special_file_is_an_error() {
    let planted = Planted::new().await;
    let client = planted.proxy.client();
    for kind in ["pipe", "folder", "socket"] {
        let path = planted.folder.path().join(format!("{kind}.jpg"));
        plant(kind, &path, &planted.victim);
        let sent = async {
            let error = file_checksum(&path).await.expect_err("no file");
            assert!(error.to_string().contains("is not a regular file"), "{error}");
            let part = FilePart::new("a.jpg", file_body(&path, 3));
            client.send(UploadAsset::new(part, taken(), changed())).await.expect_err("no file")
        };
        let error = tokio::time::timeout(Duration::from_secs(30), sent).await.expect("an end");
        assert!(format!("{error:?} {error}").contains("is not a regular file"), "{error:?}");
    }
    // The caller chose these paths, so links are followed.
    let link = planted.folder.path().join("link.jpg");
    symlink(&planted.victim, &link).expect("a link");
    assert_eq!(file_checksum(&link).await.expect("a checksum").1, 4);
}
