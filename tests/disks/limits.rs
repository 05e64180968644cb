//! File systems that lack features, and full or broken disks.

use std::collections::BTreeSet;
use std::fs;

use bytes::Bytes;
use immich_sdk::AssetId;
use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{Collision, DownloadResult, Downloaded};
use serde_json::{Value, json};

use crate::setup::{bytes, names, upload};
use crate::shim::{Disk, JobInput, Run, run_job};

/// Runs a job in the child process on the faulty disk. The job returns a report for its test.
#[tokio::test]
async fn the_program() {
    run_job(async |job, given| match job.as_str() {
        "download" => download(given).await,
        "overwrite" => overwrite(given).await,
        other => panic!("there is no job `{other}`"),
    })
    .await;
}

fn file_report(done: &Downloaded) -> Value {
    let notes: Vec<String> = done.notes.iter().map(|note| format!("{note:?}: {note}")).collect();
    let name = done.path.file_name().expect("a name").to_string_lossy();
    json!({ "name": name, "resumed": done.resumed_from, "requests": done.requests, "notes": notes })
}

async fn download(JobInput { client, folder, ids }: JobInput) -> Value {
    let mut downloads = client.download_assets(ids).to_folder(folder);
    let (mut new, mut there, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(outcome) = downloads.next().await.expect("an outcome") {
        match outcome.fate {
            DownloadResult::Downloaded(done) => new.push(file_report(&done)),
            DownloadResult::AlreadyThere(done) => there.push(file_report(&done)),
            DownloadResult::Failed { error, .. } => failed.push(error.to_string()),
            other => panic!("{other:?}"),
        }
    }
    json!({ "new": new, "there": there, "failed": failed })
}

async fn overwrite(JobInput { client, folder, ids }: JobInput) -> Value {
    let download = client.download_asset(ids[0]).collision(Collision::Overwrite);
    match download.to_file(folder.join("old.jpg")).await {
        Ok(done) => file_report(&done),
        Err(error) => json!({ "error": error.to_string() }),
    }
}

fn list<'r>(run: &'r Run, key: &str) -> &'r Vec<Value> {
    run.report[key].as_array().expect("an array")
}

/// The kinds of notes of all files.
fn notes(run: &Run) -> BTreeSet<String> {
    let files = list(run, "new").iter().chain(list(run, "there"));
    let notes = files.flat_map(|file| file["notes"].as_array().expect("notes").clone());
    notes.map(|note| note.as_str().expect("text").split(' ').next().expect("a word").to_owned()).collect()
}

async fn upload_three(fake: &FakeImmich) -> Vec<(String, AssetId, Bytes)> {
    let mut files = Vec::new();
    for (number, length) in [1, 100_000, 1_500_000].into_iter().enumerate() {
        let (name, content) = (format!("{number}.jpg"), bytes(length));
        files.push((name.clone(), upload(fake, &name, content.clone()).await, content));
    }
    files
}

#[tokio::test]
async fn missing_file_system_features_are_noted_in_the_outcome() {
    for (faults, expected) in [
        ("futimens=EPERM", &["TimeNotSet"][..]),
        ("futimens=ENOSYS", &["TimeNotSet"]),
        ("flock=ENOLCK", &["NotLocked"]),
        ("flock=ENOSYS", &["NotLocked"]),
        ("flock=EOPNOTSUPP", &["NotLocked"]),
        ("flock=EINVAL", &["NotLocked"]),
        ("fsync=EINVAL", &["NotDurable"]),
        ("fsyncdir=EINVAL", &["NotDurable"]),
        ("fsyncdir=EBADF", &["NotDurable"]),
        ("fsync=ENOTSUP,fsyncdir=ENOTSUP", &["NotDurable"]),
        ("link=EPERM", &[]),
        ("link=EMLINK", &[]),
        ("link=EPERM,rename=EXDEV", &["NotRenamed"]),
        ("link=EXDEV,rename=ENOSYS", &["NotRenamed"]),
        ("close=EIO", &[]),
        (
            "futimens=EPERM,flock=ENOLCK,fsync=EINVAL,fsyncdir=EINVAL,link=EPERM",
            &["NotDurable", "NotLocked", "TimeNotSet"],
        ),
    ] {
        let fake = FakeImmich::new();
        let files = upload_three(&fake).await;
        let ids: Vec<AssetId> = files.iter().map(|file| file.1).collect();
        let Some(disk) = Disk::new(&fake).await else { return };
        let run = disk.run("download", faults, &ids).await;
        assert_eq!((list(&run, "new").len(), list(&run, "failed").len()), (3, 0), "{faults}: {run:?}");
        assert_eq!(notes(&run), expected.iter().map(|note| (*note).to_owned()).collect(), "{faults}: {run:?}");
        let planned: BTreeSet<&str> = faults.split(',').map(|fault| fault.split('=').next().expect("a call")).collect();
        assert_eq!(run.hits.iter().map(String::as_str).collect::<BTreeSet<_>>(), planned, "{faults}");
        let there: Vec<&str> = files.iter().map(|file| file.0.as_str()).collect();
        assert_eq!(names(&disk.folder()), there, "{faults}");
        for (name, _, content) in &files {
            assert!(fs::read(disk.folder().join(name)).expect("bytes") == *content, "{faults}: {name}");
        }
        disk.proxy.seen();
        let again = disk.run("download", faults, &ids).await;
        assert_eq!((list(&again, "there").len(), disk.proxy.seen().len()), (3, 0), "{faults}: {again:?}");
    }
}

#[tokio::test]
async fn a_name_too_long_for_the_file_system_is_shortened_and_found_again() {
    let long = |letter: &str, number: usize| format!("{}.jpeg", letter.repeat(number));
    for (faults, longest) in [("longest=143", 143), ("longest_rename=143", 143), ("longest=64", 64), ("longest=50", 48)]
    {
        let fake = FakeImmich::new();
        let mut ids = Vec::new();
        // Two files have the same name, so that a number must fit as well.
        for (length, name) in [(10, long("a", 200)), (11, long("a", 200)), (12, long("ü", 100)), (13, long("b", 139))]
        {
            ids.push(upload(&fake, &name, bytes(length)).await);
        }
        let Some(disk) = Disk::new(&fake).await else { return };
        let run = disk.run("download", faults, &ids).await;
        assert_eq!((list(&run, "new").len(), list(&run, "failed").len()), (4, 0), "{faults}: {run:?}");
        assert!(notes(&run).contains("NameShortened") && !run.hits.is_empty(), "{run:?}");
        let there = names(&disk.folder());
        assert!(there.len() == 4 && there.iter().all(|name| name.len() <= longest), "{faults}: {there:?}");
        assert!(there.iter().all(|name| name.ends_with(".jpeg")), "{faults}: {there:?}");
        let lengths: BTreeSet<u64> =
            there.iter().map(|name| fs::metadata(disk.folder().join(name)).expect("a file").len()).collect();
        assert_eq!(lengths, BTreeSet::from([10, 11, 12, 13]));
        disk.proxy.seen();
        let again = disk.run("download", faults, &ids).await;
        assert_eq!((list(&again, "there").len(), disk.proxy.seen().len()), (4, 0), "{faults}: {again:?}");
        assert_eq!(names(&disk.folder()), there, "{faults}");
    }
    // The names of the crate's own files are shortened as well.
    let fake = FakeImmich::new();
    let id = upload(&fake, "a.jpg", bytes(10)).await;
    let Some(disk) = Disk::new(&fake).await else { return };
    let run = disk.run("download", "longest=40", &[id]).await;
    assert_eq!((list(&run, "new").len(), names(&disk.folder())), (1, vec!["a.jpg".to_owned()]), "{run:?}");
}

#[tokio::test]
async fn a_full_or_broken_disk_leaves_no_incomplete_file_and_a_later_run_succeeds() {
    let fake = FakeImmich::new();
    let content = bytes(1_500_000);
    let id = upload(&fake, "a.jpg", content.clone()).await;
    for (faults, reason, resumes) in [
        ("full=0", "No space", false),
        ("full=100", "No space", false),
        ("full=100000", "No space", true),
        ("full=262144", "No space", true),
        ("full=700000", "No space", true),
        ("full=1400000", "No space", true),
        ("fsync=ENOSPC", "No space", true),
        ("fsync=EDQUOT", "uota exceeded", true),
        // It is unknown which bytes reached the disk.
        ("fsync=EIO", "Input/output", false),
        ("write=EIO", "Input/output", false),
        ("futimens=EIO", "Input/output", true),
        ("link=EIO", "Input/output", true),
        ("link=ENOSPC", "No space", true),
        ("link=EPERM,rename=EIO", "Input/output", true),
        ("flock=EIO", "Input/output", false),
    ] {
        let Some(disk) = Disk::new(&fake).await else { return };
        let run = disk.run("download", faults, &[id]).await;
        let failed = list(&run, "failed");
        assert!(failed.len() == 1 && failed[0].as_str().expect("text").contains(reason), "{faults}: {run:?}");
        assert!(!run.hits.is_empty());
        assert!(!names(&disk.folder()).contains(&"a.jpg".to_owned()), "{faults}");
        // Another attempt on the full disk does no harm.
        if faults.starts_with("full=") {
            assert_eq!(list(&disk.run("download", "full=0", &[id]).await, "failed").len(), 1);
        }
        let again = disk.run("download", "", &[id]).await;
        assert_eq!(names(&disk.folder()), ["a.jpg"], "{faults}: {again:?}");
        assert!(fs::read(disk.folder().join("a.jpg")).expect("bytes") == content, "{faults}");
        let resumed = list(&again, "new")[0]["resumed"].as_u64().expect("a number");
        assert_eq!(resumed > 0, resumes, "{faults}: {resumed}");
    }
}

#[tokio::test]
async fn a_file_is_replaced_on_a_disk_that_cannot_rename_over_it() {
    for (faults, works) in [
        ("rename_over=EEXIST", true),
        ("rename_over=EPERM", true),
        // The old file cannot be moved aside, so it stays.
        ("rename=EPERM", false),
        ("rename_over=EIO", false),
    ] {
        let fake = FakeImmich::new();
        let id = upload(&fake, "a.jpg", bytes(1000)).await;
        let Some(disk) = Disk::new(&fake).await else { return };
        let old = disk.folder().join("old.jpg");
        fs::write(&old, "old").expect("a file");
        let run = disk.run("overwrite", faults, &[id]).await;
        assert!(!run.hits.is_empty());
        if works {
            assert!(run.report["notes"][0].as_str().expect("a note").starts_with("NotRenamed"), "{run:?}");
            assert_eq!(fs::read(&old).expect("bytes"), bytes(1000));
            assert_eq!(names(&disk.folder()), ["old.jpg"]);
        } else {
            assert!(run.report["error"].is_string(), "{run:?}");
            assert_eq!(fs::read(&old).expect("bytes"), b"old");
            let again = disk.run("overwrite", "", &[id]).await;
            assert_eq!(again.report["resumed"], 1000, "{again:?}");
            assert_eq!(fs::read(&old).expect("bytes"), bytes(1000));
        }
    }
}

#[tokio::test]
async fn a_kill_at_any_change_of_the_disk_leaves_no_wrong_file() {
    let fake = FakeImmich::new();
    let content = bytes(600_000);
    let id = upload(&fake, "a.jpg", content.clone()).await;
    for faults in ["", ",link=EPERM"] {
        let Some(disk) = Disk::new(&fake).await else { return };
        let mut kills = 0;
        // Kills a run that starts from nothing, and one that resumes from a partial file.
        for first in ["", "full=300000"] {
            let mut at = 1;
            loop {
                let folder = disk.folder();
                fs::remove_dir_all(&folder).and_then(|()| fs::create_dir(&folder)).expect("an empty folder");
                if !first.is_empty() {
                    disk.run("download", first, &[id]).await;
                }
                let run = disk.try_run("download", &format!("kill={at}{faults}"), &[id]).await;
                let path = disk.folder().join("a.jpg");
                assert!(!path.exists() || fs::read(&path).expect("bytes") == content, "{first} {at}{faults}");
                disk.run("download", faults, &[id]).await;
                assert_eq!(names(&disk.folder()), ["a.jpg"], "{first} {at}{faults}");
                assert!(fs::read(&path).expect("bytes") == content, "{first} {at}{faults}");
                if run.is_some() {
                    break;
                }
                (at, kills) = (at + 1, kills + 1);
            }
        }
        assert!(kills > 20, "{kills}");
    }
}

#[tokio::test]
async fn two_programs_downloading_to_one_folder_overwrite_nothing() {
    let fake = FakeImmich::new();
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for number in 0..20 {
        first.push(upload(&fake, "a.jpg", bytes(1000 + number)).await);
        second.push(upload(&fake, "a.jpg", bytes(2000 + number)).await);
    }
    // Both programs download some of them.
    second.extend_from_slice(&first[..5]);
    let Some(disk) = Disk::new(&fake).await else { return };
    let (one, other) = tokio::join!(disk.run("download", "", &first), disk.run("download", "", &second));
    assert!(list(&one, "failed").is_empty() && list(&other, "failed").is_empty(), "{one:?} {other:?}");
    let there = names(&disk.folder());
    let lengths: BTreeSet<u64> =
        there.iter().map(|name| fs::metadata(disk.folder().join(name)).expect("a file").len()).collect();
    assert_eq!(lengths, (1000..1020).chain(2000..2020).collect());
    // A file that both downloaded at the same time may exist twice.
    assert!((40..=45).contains(&there.len()), "{there:?}");
    disk.proxy.seen();
    let again = disk.run("download", "", &second).await;
    assert_eq!((list(&again, "there").len(), disk.proxy.seen().len()), (25, 0), "{again:?}");
    assert_eq!(names(&disk.folder()), there);
}
