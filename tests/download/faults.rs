//! Faulty responses: the download ends with the right bytes, or with no file.

use std::fs;
use std::time::Duration;

use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{Checksum, Progress};
use immich_sdk::{ErrorKind, RetryPolicy, Timer as _};

use crate::setup::{Fault, Proxy, VERSIONS, bytes, folder, names, upload};

/// An asset whose first half is already in the folder.
struct Half {
    proxy: Proxy,
    folder: tempfile::TempDir,
    id: immich_sdk::AssetId,
    content: bytes::Bytes,
}

const LENGTH: usize = 100_000;
const HALF: u64 = 50_000;

impl Half {
    async fn new(version: immich_sdk::ServerVersion) -> Self {
        let fake = FakeImmich::with_version(version);
        let content = bytes(LENGTH);
        let id = upload(&fake, "a.jpg", content.clone()).await;
        let (proxy, folder) = (Proxy::new(&fake), folder());
        proxy.plan([Fault::Cut(HALF as usize)]);
        let error = proxy.client().download_asset(id).resumes(0).to_folder(folder.path()).await.expect_err("a cut");
        assert_eq!(error.kind(), ErrorKind::Transport);
        proxy.seen();
        Self { proxy, folder, id, content }
    }

    async fn assert_completes(&self, resumed_from: u64, statuses: &[u16]) {
        let done = self.proxy.client().download_asset(self.id).to_folder(self.folder.path()).await.expect("a file");
        assert_eq!(fs::read(&done.path).expect("bytes"), self.content);
        assert_eq!(names(self.folder.path()), ["a.jpg"]);
        let seen: Vec<u16> = self.proxy.seen().iter().map(|seen| seen.status).collect();
        assert_eq!((done.resumed_from, &seen[..]), (resumed_from, statuses));
    }

    fn part(&self) -> std::path::PathBuf {
        self.folder.path().join(format!(".{}-original.part", self.id))
    }
}

#[tokio::test]
async fn a_partial_response_that_does_not_match_is_not_used() {
    for version in VERSIONS {
        for (fault, statuses) in [
            // The server ignores `Range`.
            (Fault::WithoutRequestHeader("range"), &[200][..]),
            // The response is for another file, position or length, or has an invalid or missing `Content-Range`.
            (Fault::Header("etag", "\"other\""), &[206, 200]),
            (Fault::Header("content-range", "bytes 50001-99999/100000"), &[206, 200]),
            (Fault::Header("content-range", "bytes 50000-99999/100001"), &[206, 200]),
            (Fault::Header("content-range", "nonsense"), &[206, 200]),
            (Fault::WithoutHeader("content-range"), &[206, 200]),
        ] {
            let half = Half::new(version).await;
            half.proxy.plan([fault]);
            half.assert_completes(0, statuses).await;
        }
        // Without an `ETag`, the checksum decides.
        let half = Half::new(version).await;
        half.proxy.plan([Fault::WithoutHeader("etag")]);
        half.assert_completes(HALF, &[206]).await;
    }
}

#[tokio::test]
async fn a_part_with_an_invalid_record_is_not_used() {
    for change in ["", "{", "{\"total\":3}", "{\"checksum\":\"a9993e364706816aba3e25717850c26c9cd0d89d\"}"] {
        let half = Half::new(VERSIONS[1]).await;
        let record = half.folder.path().join(format!(".{}-original.part.json", half.id));
        fs::write(&record, change).expect("a record");
        half.assert_completes(0, &[200]).await;
        let half = Half::new(VERSIONS[1]).await;
        fs::remove_file(half.folder.path().join(format!(".{}-original.part.json", half.id))).expect("a record");
        half.assert_completes(0, &[200]).await;
    }
}

#[tokio::test]
async fn a_file_that_changed_on_the_server_is_downloaded_from_the_start() {
    for version in VERSIONS {
        let half = Half::new(version).await;
        let record = half.folder.path().join(format!(".{}-original.part.json", half.id));
        fs::write(&record, "{\"etag\":\"W/\\\"older\\\"\",\"total\":100000}").expect("a record");
        half.assert_completes(0, &[200]).await;
    }
}

#[tokio::test]
async fn a_complete_part_is_not_downloaded_again() {
    for version in VERSIONS {
        let past_the_end = if version.major == 2 { 500 } else { 404 };
        for status in [None, Some(416)] {
            let half = Half::new(version).await;
            fs::write(half.part(), &half.content).expect("a part");
            if let Some(status) = status {
                // Other servers respond with 416.
                half.proxy.plan_combined([Fault::Status(status), Fault::Header("content-range", "bytes */100000")]);
            }
            half.assert_completes(LENGTH as u64, &[status.unwrap_or(past_the_end)]).await;
        }
        // The file on the server is shorter than the part.
        let half = Half::new(version).await;
        half.proxy.plan_combined([Fault::Status(416), Fault::Header("content-range", "bytes */40000")]);
        half.assert_completes(0, &[416, 200]).await;
    }
}

#[tokio::test]
async fn bytes_with_a_wrong_checksum_are_not_saved() {
    for version in VERSIONS {
        for at in [0, LENGTH / 2, LENGTH - 1] {
            let fake = FakeImmich::with_version(version);
            let id = upload(&fake, "a.jpg", bytes(LENGTH)).await;
            let (proxy, folder) = (Proxy::new(&fake), folder());
            proxy.plan([Fault::Flip(at)]);
            let error = proxy.client().download_asset(id).to_folder(folder.path()).await.expect_err("a mismatch");
            assert_eq!(error.kind(), ErrorKind::Checksum, "{error}");
            assert!(names(folder.path()).is_empty());
        }
    }
}

#[tokio::test]
async fn a_part_damaged_on_disk_is_downloaded_again() {
    for version in VERSIONS {
        let half = Half::new(version).await;
        let mut part = fs::read(half.part()).expect("a part");
        part[100] ^= 1;
        fs::write(half.part(), part).expect("a part");
        half.assert_completes(0, &[206, 200]).await;
    }
}

#[tokio::test]
async fn an_error_response_is_not_saved() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let id = upload(&fake, "a.jpg", bytes(LENGTH)).await;
        let (proxy, folder) = (Proxy::new(&fake), folder());
        for status in [400, 401, 403, 404, 500, 502] {
            proxy.plan([Fault::Status(status)]);
            let error = proxy.client().download_asset(id).to_folder(folder.path()).await.expect_err("an error");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            assert!(names(folder.path()).is_empty());
        }
        proxy.plan([Fault::Header("content-type", "text/html")]);
        let error = proxy.client().download_asset(id).to_folder(folder.path()).await.expect_err("a page");
        assert_eq!(error.kind(), ErrorKind::Decode);
        let unknown: immich_sdk::AssetId = "3fa85f64-5717-4562-b3fc-2c963f66afa6".parse().expect("an id");
        assert!(proxy.client().download_asset(unknown).to_folder(folder.path()).await.is_err());
        proxy.plan([Fault::Status(206)]);
        assert!(proxy.client().download_asset(id).to_folder(folder.path()).await.is_err());
        assert!(names(folder.path()).is_empty());
    }
}

#[tokio::test]
async fn a_transfer_without_progress_ends_after_its_resumes() {
    let fake = FakeImmich::new();
    let id = upload(&fake, "a.jpg", bytes(LENGTH)).await;
    let (proxy, folder) = (Proxy::new(&fake), folder());
    proxy.plan([Fault::Cut(10), Fault::Cut(0), Fault::NoResponse, Fault::Status(503)]);
    let error = proxy.client().download_asset(id).resumes(3).to_folder(folder.path()).await.expect_err("an end");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    assert_eq!(proxy.seen().len(), 4);
    // A permanent error ends the transfer at once.
    proxy.plan([Fault::Cut(10), Fault::Status(403)]);
    let error = proxy.client().download_asset(id).to_folder(folder.path()).await.expect_err("an end");
    assert_eq!((error.kind(), proxy.seen().len()), (ErrorKind::Auth, 2));
}

#[tokio::test]
async fn a_transfer_with_progress_is_resumed() {
    let fake = FakeImmich::new();
    let content = bytes(8 << 20);
    let id = upload(&fake, "a.jpg", content.clone()).await;
    let (proxy, folder) = (Proxy::new(&fake), folder());
    proxy.plan((0..7).map(|_| Fault::Cut(1 << 20)));
    let done = proxy.client().download_asset(id).resumes(1).to_folder(folder.path()).await.expect("a file");
    assert_eq!((done.requests, Checksum::of(fs::read(done.path).expect("bytes"))), (8, Checksum::of(content)));
}

#[tokio::test]
async fn delays_follow_the_retry_policy() {
    let fake = FakeImmich::new();
    let content = bytes(LENGTH);
    let id = upload(&fake, "a.jpg", content.clone()).await;
    let (proxy, folder) = (Proxy::timed(&fake), folder());
    proxy.plan([Fault::Cut(10), Fault::Cut(0)]);
    let policy = RetryPolicy::never().base_delay(Duration::from_secs(2)).random(|| 1.0);
    let client = proxy.client();
    let download = client.download_asset(id).retry(policy).to_folder(folder.path());
    let moved = async {
        for seconds in [2, 4] {
            while fake.timer().sleepers() == 0 {
                tokio::task::yield_now().await;
            }
            fake.timer().advance(Duration::from_secs(seconds));
        }
    };
    let (done, ()) = tokio::join!(download, moved);
    assert_eq!(fs::read(done.expect("a file").path).expect("bytes"), content);
    assert_eq!(fake.timer().elapsed(), Duration::from_secs(6));
}

#[tokio::test]
async fn a_dropped_download_is_resumed() {
    for version in VERSIONS {
        for at in [7000, 90_000, 1_400_000] {
            let fake = FakeImmich::with_version(version);
            let content = bytes(1_500_000);
            let id = upload(&fake, "a.jpg", content.clone()).await;
            let (proxy, folder) = (Proxy::new(&fake), folder());
            proxy.plan([Fault::Stall(at)]);
            let client = proxy.client();
            {
                let progress = Progress::new(None);
                let mut download = Box::pin(client.download_asset(id).progress(&progress).to_folder(folder.path()));
                while progress.snapshot().bytes_done < at as u64 {
                    assert!(futures_util::poll!(&mut download).is_pending());
                    tokio::task::yield_now().await;
                }
            }
            let done = client.download_asset(id).to_folder(folder.path()).await.expect("a file");
            assert_eq!(fs::read(&done.path).expect("bytes"), content);
            assert!(done.resumed_from > 0 && done.resumed_from <= at as u64, "{}", done.resumed_from);
            assert_eq!(names(folder.path()), ["a.jpg"]);
        }
    }
}

#[tokio::test]
async fn two_downloads_of_one_file_do_not_share_a_part() {
    let fake = FakeImmich::new();
    let content = bytes(LENGTH);
    let id = upload(&fake, "a.jpg", content.clone()).await;
    let (proxy, folder) = (Proxy::new(&fake), folder());
    proxy.plan([Fault::Stall(60_000)]);
    let client = proxy.client();
    let mut first = Box::pin(client.download_asset(id).to_folder(folder.path()));
    // The record is written once the response has started.
    let record = folder.path().join(format!(".{id}-original.part.json"));
    while fs::metadata(&record).map_or(0, |record| record.len()) == 0 {
        assert!(futures_util::poll!(&mut first).is_pending());
        tokio::task::yield_now().await;
    }
    let second = client.download_asset(id).to_folder(folder.path()).await.expect("a file");
    assert_eq!((fs::read(&second.path).expect("bytes"), second.resumed_from), (content.to_vec(), 0));
    drop(first);
}

/// The faults of a server that ignores `Range`, behind a proxy that cuts the response.
fn cut_without_range(at: usize) -> [Fault; 2] {
    [Fault::WithoutRequestHeader("range"), Fault::Cut(at)]
}

#[tokio::test]
async fn repeated_bytes_are_not_progress() {
    const MIB: usize = 1 << 20;
    let fake = FakeImmich::new();
    let content = bytes(16 * MIB);
    let id = upload(&fake, "a.jpg", content.clone()).await;
    let proxy = Proxy::new(&fake);
    let client = proxy.client();
    let (always, more) = (|_: usize| 2 * MIB, |number: usize| (number + 1) * MIB);
    for (cut, most) in [(&always as &dyn Fn(usize) -> usize, 5), (&more, 7)] {
        for to_file in [true, false] {
            proxy.repair();
            for number in 0..100 {
                proxy.plan_combined(cut_without_range(cut(number)));
            }
            let folder = folder();
            let error = if to_file {
                client.download_asset(id).to_folder(folder.path()).await.map(drop).expect_err("no end")
            } else {
                client.download_asset(id).to_writer(std::io::sink()).await.map(drop).expect_err("no end")
            };
            assert_eq!(error.kind(), ErrorKind::Transport);
            let requests = proxy.seen().len();
            let sent: usize = (0..requests).map(cut).sum();
            assert!(requests <= most && sent <= 28 * MIB, "{requests} requests, {sent} bytes");
        }
    }
    // The download completes if each response has enough new bytes.
    proxy.repair();
    for end in [2, 4, 8] {
        proxy.plan_combined(cut_without_range(end * MIB));
    }
    proxy.plan([Fault::WithoutRequestHeader("range")]);
    let folder = folder();
    let done = client.download_asset(id).resumes(1).to_folder(folder.path()).await.expect("a file");
    assert_eq!((done.requests, done.resumed_from), (4, 0));
    assert!(fs::read(done.path).expect("bytes") == content);
    // Bytes left by an earlier call do not count as new either.
    proxy.plan([Fault::Cut(9 * MIB)]);
    let path = folder.path().join("other.jpg");
    client.download_asset(id).resumes(0).to_file(&path).await.expect_err("a cut");
    proxy.seen();
    for _ in 0..100 {
        proxy.plan_combined(cut_without_range(8 * MIB));
    }
    client.download_asset(id).to_file(&path).await.expect_err("no end");
    assert_eq!(proxy.seen().len(), 5);
}

#[tokio::test]
async fn a_long_retry_after_is_not_waited_for() {
    let fake = FakeImmich::new();
    let id = upload(&fake, "a.jpg", bytes(LENGTH)).await;
    let (proxy, folder) = (Proxy::timed(&fake), folder());
    let client = proxy.client();
    let policy = || RetryPolicy::never().base_delay(Duration::from_secs(2)).random(|| 1.0);
    for status in [429, 503] {
        proxy.plan([Fault::Cut(10)]);
        proxy.plan_combined([Fault::Status(status), Fault::Header("retry-after", "86400")]);
        let folder = folder.path().join(status.to_string());
        let download = client.download_asset(id).retry(policy().base_delay(Duration::ZERO)).to_folder(&folder);
        let error = download.await.expect_err("a day");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(86400)));
        assert_eq!((proxy.seen().len(), fake.timer().elapsed()), (2, Duration::ZERO));

        let mut archives = client.download_archives(immich_sdk::api::DownloadInfoDto::new().asset_ids([id]));
        archives = archives.retry(policy());
        proxy.plan_combined([Fault::Status(status), Fault::Header("retry-after", "86400")]);
        let archive = archives.to_folder(&folder).next().await.expect("a plan").expect("an archive");
        assert_eq!(archive.result.expect_err("a day").retry_after(), Some(Duration::from_secs(86400)));
        assert_eq!((proxy.seen().len(), fake.timer().elapsed()), (1, Duration::ZERO));
    }
    // A delay that the policy allows is waited for.
    proxy.plan([Fault::Cut(10)]);
    proxy.plan_combined([Fault::Status(503), Fault::Header("retry-after", "86400")]);
    let patient = policy().max_retry_after(Duration::from_secs(86400));
    let download = client.download_asset(id).retry(patient).to_folder(folder.path());
    let moved = async {
        for seconds in [2, 86400] {
            while fake.timer().sleepers() == 0 {
                tokio::task::yield_now().await;
            }
            fake.timer().advance(Duration::from_secs(seconds));
        }
    };
    let (done, ()) = tokio::join!(download, moved);
    assert_eq!(fs::read(done.expect("a file").path).expect("bytes"), bytes(LENGTH));
}
