//! Interrupted uploads.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use immich_sdk::api::BulkIdsDto;
use immich_sdk::http::{Request, Response};
use immich_sdk::mock::{FakeImmich, Served};
use immich_sdk::transfer::{SkipReason, Upload, UploadItem, UploadResult};
use immich_sdk::{Body, Client, ErrorKind, HttpSend, ResponseBody, Timer, TransportError};

use crate::faulty::{CUTS, Cut, Faulty, Refusing};
use crate::setup::{Setup, retry, run, words};

fn bytes() -> Vec<u8> {
    (0..700_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).take(700_000).collect()
}

#[tokio::test]
async fn an_interrupted_upload_results_in_one_asset() {
    for cut in CUTS {
        for times in [1, 3] {
            let server = FakeImmich::new();
            let setup = Setup::of(server.clone(), Faulty::new(server, cut, times));
            setup.write("a.jpg", bytes());
            setup.write("b.jpg", "another");
            let (outcomes, _) = run(setup.client.upload().path(setup.folder.path()).start().expect("an upload")).await;
            assert_eq!(words(&outcomes), ["a.jpg uploaded", "b.jpg uploaded"], "{cut:?}");
            assert_eq!(setup.names(), ["a.jpg", "b.jpg"], "{cut:?}");
            let assets = setup.server.assets();
            let stored = assets.iter().find(|asset| asset.original_file_name == "a.jpg").expect("a.jpg");
            assert_eq!(stored.bytes, bytes(), "{cut:?}");
        }
    }
}

#[tokio::test]
async fn an_interrupted_upload_over_tcp() {
    for cut in CUTS {
        let server = FakeImmich::new();
        let served = Served::start(Faulty::new(server.clone(), cut, 2)).await.expect("a port");
        let hyper: Arc<dyn HttpSend> = Arc::new(immich_sdk::backend::HyperBackend::new().expect("a backend"));
        let reqwest: Arc<dyn HttpSend> = Arc::new(immich_sdk::backend::ReqwestBackend::new().expect("a backend"));
        for (number, backend) in [hyper, reqwest].into_iter().enumerate() {
            let setup = Setup::memory();
            setup.write("a.jpg", [bytes(), vec![number as u8]].concat());
            let client = Client::builder(served.url()).api_key(server.api_key()).backend(backend).retry(retry());
            let client = client.build().expect("a client");
            let (outcomes, _) = run(client.upload().path(setup.folder.path()).start().expect("an upload")).await;
            assert_eq!(words(&outcomes), ["a.jpg uploaded"], "{cut:?}");
            assert_eq!(server.assets().len(), number + 1, "{cut:?}");
        }
    }
}

#[tokio::test]
async fn a_failed_file_reports_its_attempts_and_the_others_are_uploaded() {
    let server = FakeImmich::new();
    let setup = Setup::of(server.clone(), Faulty::new(server, Cut::Middle, 4));
    setup.write("a.jpg", bytes());
    setup.write("b.jpg", "another");
    let upload = setup.client.upload().path(setup.folder.path()).concurrency(1).hash_concurrency(1);
    let (outcomes, _) = run(upload.start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.jpg failed", "b.jpg uploaded"]);
    let UploadResult::Failed(error) = &outcomes[0].result else { panic!("{outcomes:?}") };
    assert_eq!(error.attempts().expect("attempts").made, 4);
    assert_eq!(setup.server.assets().len(), 1);
}

#[tokio::test]
async fn an_identical_file_is_sent_if_the_first_one_fails() {
    let server = FakeImmich::new();
    let setup = Setup::of(server.clone(), Faulty::new(server, Cut::Middle, 4));
    setup.write("a.jpg", bytes());
    setup.write("b.jpg", bytes());
    let (_, summary) = run(setup.client.upload().path(setup.folder.path()).start().expect("an upload")).await;
    assert_eq!((summary.uploaded, summary.failed), (1, 1));
    assert_eq!(setup.server.assets().len(), 1);
}

#[tokio::test]
async fn a_rejected_credential_stops_the_run() {
    let server = FakeImmich::new();
    let setup = Setup::of(server.clone(), Refusing(server, "uploadAsset", 403));
    for number in 0..20 {
        setup.write(&format!("{number}.jpg"), format!("{number}"));
    }
    let upload = setup.client.upload().path(setup.folder.path()).concurrency(1).start().expect("an upload");
    let (outcomes, summary) = run(upload).await;
    assert_eq!((summary.failed, summary.skipped), (1, 19), "{outcomes:?}");
    assert_eq!(summary.stopped_by.expect("the reason").kind(), ErrorKind::Auth);
}

#[tokio::test]
async fn a_failed_check_is_reported_for_each_file() {
    let server = FakeImmich::new();
    let setup = Setup::of(server.clone(), Refusing(server, "checkBulkUpload", 500));
    setup.write("a.jpg", "a");
    let (outcomes, _) = run(setup.client.upload().path(setup.folder.path()).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.jpg failed"]);
    let (outcomes, _) =
        run(setup.client.upload().path(setup.folder.path()).check(false).start().expect("an upload")).await;
    assert_eq!(words(&outcomes), ["a.jpg uploaded"]);
}

#[tokio::test]
async fn an_album_error_does_not_hide_other_results() {
    for operation in ["getAllAlbums", "createAlbum", "addAssetsToAlbum"] {
        let server = FakeImmich::new();
        let setup = Setup::of(server.clone(), Refusing(server, operation, 403));
        setup.write("a.jpg", "a");
        let upload = setup.client.upload().path(setup.folder.path()).album_name("Trip").tag("new");
        let (outcomes, summary) = run(upload.start().expect("an upload")).await;
        assert_eq!(words(&outcomes), ["a.jpg uploaded"]);
        assert!(!summary.is_complete());
        assert_eq!(summary.albums[0].refused.len(), 1);
        assert_eq!(summary.albums[0].error.as_ref().expect("an error").kind(), ErrorKind::Auth);
        assert_eq!(summary.tags.expect("tags").tagged, 1);
    }
}

#[tokio::test]
async fn album_results_are_counted_by_asset() {
    let setup = Setup::memory();
    setup.write("a.jpg", "a");
    setup.write("b.jpg", "b");
    let upload = || setup.client.upload().path(setup.folder.path()).album_name("Trip").start().expect("an upload");
    run(upload()).await;
    let album = setup.client.albums().get_all_albums().await.expect("albums")[0].id;
    let first = setup.server.assets()[0].id;
    setup.client.albums().remove_asset_from_album(album, BulkIdsDto::new([first])).await.expect("removed");
    let (_, summary) = run(upload()).await;
    assert_eq!((summary.albums[0].added, summary.albums[0].already), (1, 1));
}

/// Rewrites a file during its first upload.
struct Rewriting(FakeImmich, Arc<Mutex<Option<Rewrite>>>);

type Rewrite = (std::path::PathBuf, Vec<u8>);

#[async_trait]
impl HttpSend for Rewriting {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        if request.uri().path() == "/api/assets" {
            let rewrite = self.1.lock().expect("the lock").take();
            if let Some((path, bytes)) = rewrite {
                let response = if bytes.len() % 2 == 0 { Some(self.0.send(request).await) } else { None };
                std::fs::write(path, bytes).expect("rewritten");
                return response.unwrap_or(Err(TransportError::new(immich_sdk::TransportErrorKind::Closed)));
            }
        }
        self.0.send(request).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        HttpSend::timer(&self.0)
    }
}

#[tokio::test]
async fn a_file_that_changes_during_its_upload_is_sent_again() {
    // A small file, and one that is read again when it is sent. A file of even length is rewritten after its old
    // content was stored, one of odd length before it is sent.
    for length in [10, 11, 600_000, 600_001] {
        let server = FakeImmich::new();
        let rewrite = Arc::new(Mutex::new(None));
        let setup = Setup::of(server.clone(), Rewriting(server, Arc::clone(&rewrite)));
        let path = setup.write("a.jpg", vec![b'o'; length]);
        let new = vec![b'n'; length];
        *rewrite.lock().expect("the lock") = Some((path, new.clone()));
        let (outcomes, _) = run(setup.client.upload().path(setup.folder.path()).start().expect("an upload")).await;
        assert_eq!(words(&outcomes), ["a.jpg uploaded"], "{length}");
        let assets = setup.server.assets();
        let kept: Vec<_> = assets.iter().filter(|asset| !asset.is_trashed).collect();
        assert_eq!(kept.len(), 1, "{length}");
        assert!(kept[0].bytes == new, "{length}");
        assert_eq!(outcomes[0].checksum.expect("a checksum").to_string(), kept[0].checksum);
        assert_eq!(outcomes[0].superseded.len(), assets.len() - 1);
    }
}

#[tokio::test]
async fn a_dropped_upload_leaves_no_partial_state() {
    let setup = Setup::hyper().await;
    for number in 0..40 {
        setup.write(&format!("{number}.jpg"), [bytes(), vec![number]].concat());
    }
    let journal = setup.path("journal");
    let start = || setup.client.upload().path(setup.folder.path()).journal(&journal).include("*.jpg").start();
    let mut upload: Upload = start().expect("an upload");
    for _ in 0..5 {
        assert!(upload.next().await.expect("a start").is_some());
    }
    drop(upload);
    let lines = std::fs::read_to_string(&journal).expect("the journal").lines().count();
    assert!((5..40).contains(&lines), "{lines}");
    assert!(setup.server.assets().iter().all(|asset| asset.bytes.len() == 700_001));

    let (_, summary) = run(start().expect("an upload")).await;
    assert_eq!(summary.uploaded + summary.duplicates, 40);
    assert_eq!(setup.server.assets().len(), 40);
}

#[tokio::test]
async fn stop_completes_running_uploads_and_reports_the_rest() {
    let setup = Setup::memory();
    for number in 0..40 {
        setup.write(&format!("{number}.jpg"), format!("{number}"));
    }
    let mut upload = setup.client.upload().path(setup.folder.path()).concurrency(1).start().expect("an upload");
    assert!(upload.next().await.expect("a start").is_some());
    upload.stop();
    let mut stopped = 0;
    while let Some(outcome) = upload.next().await.expect("a start") {
        stopped += usize::from(matches!(outcome.result, UploadResult::Skipped(SkipReason::Stopped)));
    }
    let summary = upload.finish().await.expect("a summary");
    assert_eq!(summary.inputs, 40);
    assert_eq!(summary.uploaded, setup.server.assets().len() as u64);
    assert!(stopped > 30, "{stopped}");
}

#[tokio::test]
async fn streams_that_can_be_read_once() {
    let setup = Setup::memory();
    let once = || Body::stream(futures_util::stream::iter([Ok("once".into())]), None);
    let upload = setup.client.upload().item(UploadItem::new("a.jpg", once())).start().expect("an upload");
    let (outcomes, _) = run(upload).await;
    assert_eq!(words(&outcomes), ["a.jpg uploaded"]);
    let upload = setup.client.upload().item(UploadItem::new("b.jpg", once())).start().expect("an upload");
    let (outcomes, _) = run(upload).await;
    assert_eq!(words(&outcomes), ["b.jpg server"], "the server reports the duplicate");
}
