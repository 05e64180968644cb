//! Files left by a crash, a kill or another program: the next download has the right bytes and cleans up.

use std::fs;
use std::path::PathBuf;

use immich_sdk::mock::FakeImmich;
use immich_sdk::{AssetId, ErrorKind};
use tempfile::TempDir;

use crate::setup::{Fault, Proxy, VERSIONS, bytes, folder, names, upload};

const LENGTH: usize = 100_000;
const HALF: usize = 50_000;

struct Torn {
    proxy: Proxy,
    id: AssetId,
    folder: TempDir,
}

impl Torn {
    /// Leaves half of the file and its record.
    async fn new(fake: &FakeImmich, id: AssetId) -> Self {
        let (proxy, folder) = (Proxy::new(fake), folder());
        proxy.plan([Fault::Cut(HALF)]);
        proxy.client().download_asset(id).resumes(0).to_folder(folder.path()).await.expect_err("a cut");
        proxy.seen();
        Self { proxy, id, folder }
    }

    fn part(&self) -> PathBuf {
        self.folder.path().join(format!(".{}-original.part", self.id))
    }

    fn record(&self) -> PathBuf {
        self.folder.path().join(format!(".{}-original.part.json", self.id))
    }

    async fn assert_completes(&self, resumed_from: Option<usize>) {
        let done = self.proxy.client().download_asset(self.id).to_folder(self.folder.path()).await.expect("a file");
        assert_eq!(fs::read(&done.path).expect("bytes"), bytes(LENGTH));
        assert_eq!(names(self.folder.path()), ["a.jpg"]);
        if let Some(resumed_from) = resumed_from {
            assert_eq!(done.resumed_from, resumed_from as u64);
        }
    }
}

#[tokio::test]
async fn any_remains_of_a_part_and_its_record() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let id = upload(&fake, "a.jpg", bytes(LENGTH)).await;
        let new = || Torn::new(&fake, id);

        let whole = fs::read_to_string(new().await.record()).expect("a record");
        for end in 0..whole.len() {
            let torn = new().await;
            fs::write(torn.record(), &whole[..end]).expect("a torn record");
            torn.assert_completes(Some(0)).await;
        }
        let torn = new().await;
        fs::remove_file(torn.part()).expect("removed");
        torn.assert_completes(Some(0)).await;
        let torn = new().await;
        fs::remove_file(torn.record()).expect("removed");
        torn.assert_completes(Some(0)).await;
        // Less of the part reached the disk than the program wrote.
        for length in [0, 1, HALF - 1] {
            let torn = new().await;
            fs::File::options().write(true).open(torn.part()).expect("a part").set_len(length as u64).expect("cut");
            torn.assert_completes(Some(length)).await;
        }
        // The part has wrong bytes, or too many.
        for length in [LENGTH - 1, LENGTH, LENGTH + 1, 10 * LENGTH] {
            let torn = new().await;
            fs::File::options().write(true).open(torn.part()).expect("a part").set_len(length as u64).expect("zeros");
            torn.assert_completes(Some(0)).await;
        }
        // The record describes another version of the asset, or another asset.
        for change in [
            whole.replace("\"etag\":\"W/\\\"", "\"etag\":\"W/\\\"0"),
            whole.replace("\"checksum\":\"", "\"checksum\":\"a9993e364706816aba3e25717850c26c9cd0d89d\",\"x\":\""),
            whole.replace("100000", "100001"),
        ] {
            assert_ne!(change, whole);
            let torn = new().await;
            fs::write(torn.record(), change).expect("a record");
            torn.assert_completes(Some(0)).await;
        }
        // The program ended after it linked the final name and before it removed the part.
        let torn = new().await;
        fs::remove_file(torn.record()).expect("removed");
        fs::write(torn.part(), bytes(LENGTH)).expect("a part");
        fs::hard_link(torn.part(), torn.folder.path().join("a.jpg")).expect("a second name");
        torn.assert_completes(None).await;
        assert!(torn.proxy.seen().is_empty());
    }
}

#[tokio::test]
async fn a_folder_that_is_a_file_or_is_removed_is_an_error() {
    let fake = FakeImmich::new();
    let id = upload(&fake, "a.jpg", bytes(LENGTH)).await;
    let (proxy, folder) = (Proxy::new(&fake), folder());
    let client = proxy.client();
    let file = folder.path().join("file");
    fs::write(&file, "x").expect("a file");
    for target in [file.clone(), file.join("below")] {
        let error = client.download_asset(id).to_folder(&target).await.expect_err("no folder");
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.to_string().contains("file"), "{error}");
    }
    let error = client.download_asset(id).to_file(folder.path()).await.expect_err("a folder");
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(proxy.seen().is_empty());
    assert_eq!(fs::read(&file).expect("bytes"), b"x");

    // The folder is removed during the download.
    let below = folder.path().join("below");
    let sink = below.clone();
    proxy.plan([Fault::Stall(HALF)]);
    let part = below.join(format!(".{id}-original.part.json"));
    let mut download = Box::pin(client.download_asset(id).to_folder(&below));
    while !part.exists() || fs::metadata(&part).expect("a record").len() == 0 {
        assert!(futures_util::poll!(&mut download).is_pending());
        tokio::task::yield_now().await;
    }
    fs::remove_dir_all(&sink).expect("removed");
    drop(download);
    proxy.repair();
    let done = client.download_asset(id).to_folder(&below).await.expect("a file");
    assert_eq!(fs::read(done.path).expect("bytes"), bytes(LENGTH));
    assert_eq!(names(&below), ["a.jpg"]);
}
