//! Responses that are not what they should be: the right bytes come of them, or no file.

use std::fs;
use std::time::Duration;

use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{Checksum, Progress};
use immich_sdk::{ErrorKind, RetryPolicy, Timer as _};

use crate::setup::{Fault, Line, VERSIONS, bytes, folder, names, upload};

/// An asset of which the first half lies in the folder already.
struct Half {
    line: Line,
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
        let (line, folder) = (Line::new(&fake), folder());
        line.plan([Fault::Cut(HALF as usize)]);
        let error = line.client().download_asset(id).resumes(0).to_folder(folder.path()).await.expect_err("a cut");
        assert_eq!(error.kind(), ErrorKind::Transport);
        line.seen();
        Self { line, folder, id, content }
    }

    async fn ends_right(&self, resumed_from: u64, statuses: &[u16]) {
        let done = self.line.client().download_asset(self.id).to_folder(self.folder.path()).await.expect("a file");
        assert_eq!(fs::read(&done.path).expect("bytes"), self.content);
        assert_eq!(names(self.folder.path()), ["a.jpg"]);
        let seen: Vec<u16> = self.line.seen().iter().map(|seen| seen.status).collect();
        assert_eq!((done.resumed_from, &seen[..]), (resumed_from, statuses));
    }

    fn part(&self) -> std::path::PathBuf {
        self.folder.path().join(format!(".{}-original.part", self.id))
    }
}

#[tokio::test]
async fn a_part_that_does_not_fit_is_not_used() {
    for version in VERSIONS {
        for (fault, statuses) in [
            // The server gives the whole.
            (Fault::Unasked("range"), &[200][..]),
            // The part is one of another file, of another place, of another length, or cannot be read as one.
            (Fault::Header("etag", "\"other\""), &[206, 200]),
            (Fault::Header("content-range", "bytes 50001-99999/100000"), &[206, 200]),
            (Fault::Header("content-range", "bytes 50000-99999/100001"), &[206, 200]),
            (Fault::Header("content-range", "nonsense"), &[206, 200]),
            (Fault::Without("content-range"), &[206, 200]),
        ] {
            let half = Half::new(version).await;
            half.line.plan([fault]);
            half.ends_right(0, statuses).await;
        }
        // Without a tag, the checksum decides.
        let half = Half::new(version).await;
        half.line.plan([Fault::Without("etag")]);
        half.ends_right(HALF, &[206]).await;
    }
}

#[tokio::test]
async fn a_part_is_not_used_when_its_record_does_not_fit() {
    for change in ["", "{", "{\"total\":3}", "{\"checksum\":\"a9993e364706816aba3e25717850c26c9cd0d89d\"}"] {
        let half = Half::new(VERSIONS[1]).await;
        let record = half.folder.path().join(format!(".{}-original.part.json", half.id));
        fs::write(&record, change).expect("a record");
        half.ends_right(0, &[200]).await;
        let half = Half::new(VERSIONS[1]).await;
        fs::remove_file(half.folder.path().join(format!(".{}-original.part.json", half.id))).expect("a record");
        half.ends_right(0, &[200]).await;
    }
}

#[tokio::test]
async fn a_file_that_changed_on_the_server_is_begun_anew() {
    for version in VERSIONS {
        let half = Half::new(version).await;
        let record = half.folder.path().join(format!(".{}-original.part.json", half.id));
        fs::write(&record, "{\"etag\":\"W/\\\"older\\\"\",\"total\":100000}").expect("a record");
        half.ends_right(0, &[200]).await;
    }
}

#[tokio::test]
async fn a_complete_part_is_not_asked_for_again() {
    for version in VERSIONS {
        let past_the_end = if version.major == 2 { 500 } else { 404 };
        for status in [None, Some(416)] {
            let half = Half::new(version).await;
            fs::write(half.part(), &half.content).expect("a part");
            if let Some(status) = status {
                // The responses of others.
                half.line.plan_together([Fault::Status(status), Fault::Header("content-range", "bytes */100000")]);
            }
            half.ends_right(LENGTH as u64, &[status.unwrap_or(past_the_end)]).await;
        }
        // The server's file is shorter or longer than what was fetched of it.
        let half = Half::new(version).await;
        half.line.plan_together([Fault::Status(416), Fault::Header("content-range", "bytes */40000")]);
        half.ends_right(0, &[416, 200]).await;
    }
}

#[tokio::test]
async fn bytes_that_are_not_those_of_the_asset_become_no_file() {
    for version in VERSIONS {
        for at in [0, LENGTH / 2, LENGTH - 1] {
            let fake = FakeImmich::with_version(version);
            let id = upload(&fake, "a.jpg", bytes(LENGTH)).await;
            let (line, folder) = (Line::new(&fake), folder());
            line.plan([Fault::Flip(at)]);
            let error = line.client().download_asset(id).to_folder(folder.path()).await.expect_err("a mismatch");
            assert_eq!(error.kind(), ErrorKind::Checksum, "{error}");
            assert!(names(folder.path()).is_empty());
        }
    }
}

#[tokio::test]
async fn a_part_that_was_damaged_on_disk_is_fetched_anew() {
    for version in VERSIONS {
        let half = Half::new(version).await;
        let mut part = fs::read(half.part()).expect("a part");
        part[100] ^= 1;
        fs::write(half.part(), part).expect("a part");
        half.ends_right(0, &[206, 200]).await;
    }
}

#[tokio::test]
async fn an_error_answer_becomes_no_file() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let id = upload(&fake, "a.jpg", bytes(LENGTH)).await;
        let (line, folder) = (Line::new(&fake), folder());
        for status in [400, 401, 403, 404, 500, 502] {
            line.plan([Fault::Status(status)]);
            let error = line.client().download_asset(id).to_folder(folder.path()).await.expect_err("an error");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            assert!(names(folder.path()).is_empty());
        }
        line.plan([Fault::Header("content-type", "text/html")]);
        let error = line.client().download_asset(id).to_folder(folder.path()).await.expect_err("a page");
        assert_eq!(error.kind(), ErrorKind::Decode);
        let unknown: immich_sdk::AssetId = "3fa85f64-5717-4562-b3fc-2c963f66afa6".parse().expect("an id");
        assert!(line.client().download_asset(unknown).to_folder(folder.path()).await.is_err());
        line.plan([Fault::Status(206)]);
        assert!(line.client().download_asset(id).to_folder(folder.path()).await.is_err());
        assert!(names(folder.path()).is_empty());
    }
}

#[tokio::test]
async fn a_transfer_that_brings_nothing_ends_after_its_resumes() {
    let fake = FakeImmich::new();
    let id = upload(&fake, "a.jpg", bytes(LENGTH)).await;
    let (line, folder) = (Line::new(&fake), folder());
    line.plan([Fault::Cut(10), Fault::Cut(0), Fault::NoAnswer, Fault::Status(503)]);
    let error = line.client().download_asset(id).resumes(3).to_folder(folder.path()).await.expect_err("an end");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    assert_eq!(line.seen().len(), 4);
    // What does not pass ends it at once.
    line.plan([Fault::Cut(10), Fault::Status(403)]);
    let error = line.client().download_asset(id).to_folder(folder.path()).await.expect_err("an end");
    assert_eq!((error.kind(), line.seen().len()), (ErrorKind::Auth, 2));
}

#[tokio::test]
async fn a_transfer_that_brings_much_goes_on() {
    let fake = FakeImmich::new();
    let content = bytes(8 << 20);
    let id = upload(&fake, "a.jpg", content.clone()).await;
    let (line, folder) = (Line::new(&fake), folder());
    line.plan((0..7).map(|_| Fault::Cut(1 << 20)));
    let done = line.client().download_asset(id).resumes(1).to_folder(folder.path()).await.expect("a file");
    assert_eq!((done.requests, Checksum::of(fs::read(done.path).expect("bytes"))), (8, Checksum::of(content)));
}

#[tokio::test]
async fn the_waits_are_those_of_the_policy() {
    let fake = FakeImmich::new();
    let content = bytes(LENGTH);
    let id = upload(&fake, "a.jpg", content.clone()).await;
    let (line, folder) = (Line::timed(&fake), folder());
    line.plan([Fault::Cut(10), Fault::Cut(0)]);
    let policy = RetryPolicy::never().base_delay(Duration::from_secs(2)).random(|| 1.0);
    let client = line.client();
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
async fn a_dropped_download_is_gone_on_with() {
    for version in VERSIONS {
        for at in [7000, 90_000, 1_400_000] {
            let fake = FakeImmich::with_version(version);
            let content = bytes(1_500_000);
            let id = upload(&fake, "a.jpg", content.clone()).await;
            let (line, folder) = (Line::new(&fake), folder());
            line.plan([Fault::Stall(at)]);
            let client = line.client();
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
async fn two_downloads_of_one_file_do_not_write_to_one_part() {
    let fake = FakeImmich::new();
    let content = bytes(LENGTH);
    let id = upload(&fake, "a.jpg", content.clone()).await;
    let (line, folder) = (Line::new(&fake), folder());
    line.plan([Fault::Stall(60_000)]);
    let client = line.client();
    let mut first = Box::pin(client.download_asset(id).to_folder(folder.path()));
    // Its record is written when its response has begun.
    let record = folder.path().join(format!(".{id}-original.part.json"));
    while fs::metadata(&record).map_or(0, |record| record.len()) == 0 {
        assert!(futures_util::poll!(&mut first).is_pending());
        tokio::task::yield_now().await;
    }
    let second = client.download_asset(id).to_folder(folder.path()).await.expect("a file");
    assert_eq!((fs::read(&second.path).expect("bytes"), second.resumed_from), (content.to_vec(), 0));
    drop(first);
}

/// A server that gives no parts, behind a proxy that cuts.
fn whole_until(at: usize) -> [Fault; 2] {
    [Fault::Unasked("range"), Fault::Cut(at)]
}

#[tokio::test]
async fn bytes_that_come_again_are_no_progress() {
    const MIB: usize = 1 << 20;
    let fake = FakeImmich::new();
    let content = bytes(16 * MIB);
    let id = upload(&fake, "a.jpg", content.clone()).await;
    let line = Line::new(&fake);
    let client = line.client();
    let (always, more) = (|_: usize| 2 * MIB, |number: usize| (number + 1) * MIB);
    for (cut, most) in [(&always as &dyn Fn(usize) -> usize, 5), (&more, 7)] {
        for to_file in [true, false] {
            line.repair();
            for number in 0..100 {
                line.plan_together(whole_until(cut(number)));
            }
            let folder = folder();
            let error = if to_file {
                client.download_asset(id).to_folder(folder.path()).await.map(drop).expect_err("no end")
            } else {
                client.download_asset(id).to_writer(std::io::sink()).await.map(drop).expect_err("no end")
            };
            assert_eq!(error.kind(), ErrorKind::Transport);
            let requests = line.seen().len();
            let sent: usize = (0..requests).map(cut).sum();
            assert!(requests <= most && sent <= 28 * MIB, "{requests} requests, {sent} bytes");
        }
    }
    // Where each response brings at least as much that is new, the file comes.
    line.repair();
    for end in [2, 4, 8] {
        line.plan_together(whole_until(end * MIB));
    }
    line.plan([Fault::Unasked("range")]);
    let folder = folder();
    let done = client.download_asset(id).resumes(1).to_folder(folder.path()).await.expect("a file");
    assert_eq!((done.requests, done.resumed_from), (4, 0));
    assert!(fs::read(done.path).expect("bytes") == content);
    // What an earlier call left is not new either.
    line.plan([Fault::Cut(9 * MIB)]);
    let path = folder.path().join("other.jpg");
    client.download_asset(id).resumes(0).to_file(&path).await.expect_err("a cut");
    line.seen();
    for _ in 0..100 {
        line.plan_together(whole_until(8 * MIB));
    }
    client.download_asset(id).to_file(&path).await.expect_err("no end");
    assert_eq!(line.seen().len(), 5);
}

#[tokio::test]
async fn a_server_that_asks_for_a_long_wait_is_not_waited_for() {
    let fake = FakeImmich::new();
    let id = upload(&fake, "a.jpg", bytes(LENGTH)).await;
    let (line, folder) = (Line::timed(&fake), folder());
    let client = line.client();
    let policy = || RetryPolicy::never().base_delay(Duration::from_secs(2)).random(|| 1.0);
    for status in [429, 503] {
        line.plan([Fault::Cut(10)]);
        line.plan_together([Fault::Status(status), Fault::Header("retry-after", "86400")]);
        let folder = folder.path().join(status.to_string());
        let download = client.download_asset(id).retry(policy().base_delay(Duration::ZERO)).to_folder(&folder);
        let error = download.await.expect_err("a day");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(86400)));
        assert_eq!((line.seen().len(), fake.timer().elapsed()), (2, Duration::ZERO));

        let mut archives = client.download_archives(immich_sdk::api::DownloadInfoDto::new().asset_ids([id]));
        archives = archives.retry(policy());
        line.plan_together([Fault::Status(status), Fault::Header("retry-after", "86400")]);
        let archive = archives.to_folder(&folder).next().await.expect("a plan").expect("an archive");
        assert_eq!(archive.result.expect_err("a day").retry_after(), Some(Duration::from_secs(86400)));
        assert_eq!((line.seen().len(), fake.timer().elapsed()), (1, Duration::ZERO));
    }
    // One that the policy allows is waited for.
    line.plan([Fault::Cut(10)]);
    line.plan_together([Fault::Status(503), Fault::Header("retry-after", "86400")]);
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
