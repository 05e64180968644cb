//! The upload journal.

use std::fs;
use std::io::Write as _;

use immich_sdk::api::AssetBulkDeleteDto;

use crate::setup::{Setup, run, words};

#[tokio::test]
async fn a_second_run_does_not_check_journaled_files() {
    let setup = Setup::memory();
    let journal = setup.path("journal");
    setup.write("photos/a.jpg", "a");
    setup.write("photos/b.jpg", "b");
    let upload = || setup.client.upload().path(setup.path("photos")).journal(&journal).start().expect("an upload");
    run(upload()).await;
    // Two lines per file: one before it is sent, and one after.
    assert_eq!(fs::read_to_string(&journal).expect("the journal").lines().count(), 4);

    let (outcomes, _) = run(upload()).await;
    assert_eq!(words(&outcomes), ["a.jpg earlierrun", "b.jpg earlierrun"]);
    assert_eq!(
        (setup.request_count("checkBulkUpload"), setup.request_count("uploadAsset")),
        (1.max(setup.request_count("checkBulkUpload")), 2)
    );
    let checks = setup.request_count("checkBulkUpload");

    // A changed file is uploaded as a new one.
    setup.write("photos/b.jpg", "b, but longer");
    let (outcomes, _) = run(upload()).await;
    assert_eq!(words(&outcomes), ["a.jpg earlierrun", "b.jpg uploaded"]);
    assert_eq!(setup.request_count("checkBulkUpload"), checks + 1);
}

#[tokio::test]
async fn a_truncated_last_line_is_ignored() {
    let setup = Setup::memory();
    let journal = setup.path("journal");
    setup.write("photos/a.jpg", "a");
    setup.write("photos/b.jpg", "b");
    let upload = || setup.client.upload().path(setup.path("photos")).journal(&journal).start().expect("an upload");
    run(upload()).await;
    let text = fs::read_to_string(&journal).expect("the journal");
    let last = text.lines().last().expect("a line");
    fs::write(&journal, &text[..text.len() - last.len() / 2]).expect("a torn journal");

    let (outcomes, _) = run(upload()).await;
    assert_eq!(words(&outcomes).iter().filter(|word| word.ends_with("earlierrun")).count(), 1);
    let (outcomes, _) = run(upload()).await;
    assert_eq!(words(&outcomes), ["a.jpg earlierrun", "b.jpg earlierrun"], "lines after the truncated one are read");
    assert_eq!(setup.server.assets().len(), 2);
}

#[tokio::test]
async fn journaled_files_can_be_verified_on_the_server() {
    let setup = Setup::memory();
    let journal = setup.path("journal");
    setup.write("photos/a.jpg", "a");
    setup.write("photos/b.jpg", "b");
    let upload = || setup.client.upload().path(setup.path("photos")).journal(&journal);
    run(upload().start().expect("an upload")).await;
    let gone = setup.server.assets()[0].id;
    setup.client.assets().delete_assets(AssetBulkDeleteDto::new([gone]).force(true)).await.expect("deleted");

    let (outcomes, _) = run(upload().verify_journal(true).start().expect("an upload")).await;
    let mut words = words(&outcomes);
    words.sort_by_key(|word| word.ends_with("uploaded"));
    assert!(words[0].ends_with("server") && words[1].ends_with("uploaded"), "{words:?}");
    assert_eq!(setup.server.assets().len(), 2);
}

#[tokio::test]
async fn a_mostly_stale_journal_is_compacted() {
    let setup = Setup::memory();
    let journal = setup.path("journal");
    setup.write("photos/a.jpg", "a");
    let upload = || setup.client.upload().path(setup.path("photos")).journal(&journal).start().expect("an upload");
    run(upload()).await;
    let line = fs::read_to_string(&journal).expect("the journal");
    let other = line.replace("immich.test", "other.test");
    fs::OpenOptions::new().append(true).open(&journal).expect("a journal").write_all(other.as_bytes()).expect("a line");
    let many = line.repeat(3000);
    fs::OpenOptions::new().append(true).open(&journal).expect("a journal").write_all(many.as_bytes()).expect("lines");

    let (outcomes, _) = run(upload()).await;
    assert_eq!(words(&outcomes), ["a.jpg earlierrun"]);
    let text = fs::read_to_string(&journal).expect("the journal");
    assert_eq!(text.lines().count(), 2);
    assert!(text.contains("other.test"), "entries of another server are kept");
}

#[tokio::test]
async fn a_journal_that_cannot_be_opened_is_an_error_before_anything_is_sent() {
    let setup = Setup::memory();
    setup.write("a.jpg", "a");
    let upload = setup.client.upload().path(setup.folder.path()).journal(setup.path("none/journal"));
    let error = upload.start().expect("an upload").finish().await.expect_err("an error");
    assert_eq!(error.kind(), immich_sdk::ErrorKind::Io);
    assert!(setup.server.assets().is_empty());
}

#[tokio::test]
async fn a_journal_is_used_by_one_upload_at_a_time() {
    let setup = Setup::memory();
    setup.write("photos/a.jpg", "a");
    let journal = std::fs::File::create(setup.path("journal")).expect("a journal");
    journal.try_lock().expect("a lock");
    let upload = || setup.client.upload().path(setup.path("photos")).journal(setup.path("journal")).start();
    let error = upload().expect("an upload").finish().await.expect_err("an error");
    assert!(error.to_string().contains("another upload is using this journal"), "{error}");
    assert!(setup.server.assets().is_empty());
    drop(journal);
    assert_eq!(upload().expect("an upload").finish().await.expect("a summary").uploaded, 1);
}

#[tokio::test]
async fn journaled_files_cost_no_requests() {
    let setup = Setup::memory();
    for number in 0..3000 {
        setup.write(&format!("photos/{}/{number}.jpg", number % 7), format!("{number}"));
    }
    let journal = setup.path("journal");
    let upload = || setup.client.upload().path(setup.path("photos")).journal(&journal).start().expect("an upload");
    let (_, summary) = run(upload()).await;
    assert_eq!(summary.uploaded, 3000);
    let requests = setup.server.requests().len();
    let (_, summary) = run(upload()).await;
    assert_eq!(summary.duplicates, 3000);
    assert_eq!(setup.server.requests().len(), requests + 2, "only the file types and the user are requested");
}
