//! Outages of the server during uploads.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use immich_sdk::Client;
use immich_sdk::mock::{FakeImmich, Served};
use immich_sdk::transfer::{OutageEvent, SkipReason, UploadResult};

use crate::clock::{Clock, OutageKind, OutageServer, WithClock};
use crate::setup::{Setup, retry, run};

const FILES: usize = 60;

fn outage_setup(kind: OutageKind, seconds: u64) -> (Setup, OutageServer) {
    let server = FakeImmich::new();
    let outage = OutageServer::new(server.clone(), kind, 20, Duration::from_secs(seconds));
    let setup = Setup::of(server, outage.clone());
    for number in 0..FILES {
        setup.write(&format!("photos/{number:03}.jpg"), format!("photo {number}"));
    }
    (setup, outage)
}

#[tokio::test]
async fn no_files_are_lost_in_an_outage() {
    for kind in [
        OutageKind::Refused,
        OutageKind::Cut,
        OutageKind::Gateway(502),
        OutageKind::Gateway(503),
        OutageKind::Gateway(504),
        OutageKind::Gateway(521),
    ] {
        for seconds in [5, 10, 20, 60, 300] {
            let (setup, outage) = outage_setup(kind, seconds);
            let (outcomes, summary) =
                run(setup.client.upload().path(setup.path("photos")).album_name("Trip").start().expect("an upload"))
                    .await;
            assert!(summary.is_complete(), "{kind:?} {seconds}: {outcomes:?}");
            assert_eq!((summary.uploaded, summary.albums[0].added), (FILES as u64, FILES as u64));
            assert_eq!(setup.server.assets().len(), FILES);
            // Four files were in flight, and the server is probed every five seconds.
            let most = 4 * 4 + 8 + seconds as usize / 5;
            assert!(outage.requests() <= most, "{kind:?} {seconds}: {} requests", outage.requests());
            assert!(outage.recovery_delay() <= Duration::from_secs(5), "{:?}", outage.recovery_delay());
            println!(
                "{kind:?} for {seconds} s: {} of {FILES} failed, {} requests meanwhile, resumed {:?} after its end",
                summary.failed,
                outage.requests(),
                outage.recovery_delay()
            );
        }
    }
}

#[tokio::test]
async fn an_outage_is_reported_while_it_lasts() {
    let (setup, outage) = outage_setup(OutageKind::Refused, 60);
    let events: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&events);
    let progress: Arc<Mutex<Option<immich_sdk::transfer::Progress>>> = Arc::default();
    let shown = Arc::clone(&progress);
    let observer = move |event: &OutageEvent| {
        let progress = shown.lock().expect("the progress");
        let away = progress.as_ref().expect("the progress").snapshot().server_away;
        let event = match event {
            OutageEvent::Began { reason } => format!("began, {}, {away:?}", reason.contains("could not connect")),
            OutageEvent::Ended { lasted } => format!("ended, {}, {away:?}", *lasted >= Duration::from_secs(50)),
            _ => "another".to_owned(),
        };
        seen.lock().expect("the events").push(event);
    };
    let upload = setup.client.upload().path(setup.path("photos")).on_outage(observer).start().expect("an upload");
    *progress.lock().expect("the progress") = Some(upload.progress());
    let (_, summary) = run(upload).await;
    assert!(summary.is_complete() && outage.requests() > 0);
    assert_eq!(*events.lock().expect("the events"), ["began, true, Some(0ns)", "ended, true, None"]);
}

#[tokio::test]
async fn an_outage_that_does_not_end_stops_the_run() {
    for (limit, most) in [(Duration::from_secs(60), 40), (Duration::ZERO, 4 * 4 * FILES)] {
        let (setup, outage) = outage_setup(OutageKind::Refused, 3600);
        let upload = setup.client.upload().path(setup.path("photos")).max_outage(limit).start().expect("an upload");
        let (outcomes, summary) = run(upload).await;
        assert!(!summary.is_complete());
        assert!(outage.requests() <= most, "{}", outage.requests());
        let stopped =
            outcomes.iter().filter(|outcome| matches!(outcome.result, UploadResult::Skipped(SkipReason::Stopped)));
        assert_eq!(summary.stopped_by.is_some(), !limit.is_zero());
        assert_eq!(stopped.count() > 0, !limit.is_zero());
        assert_eq!(summary.uploaded, 20);
    }
}

#[tokio::test]
async fn every_operation_waits_for_the_end_of_an_outage() {
    for operation in ["checkBulkUpload", "createAlbum", "addAssetsToAlbum", "bulkTagAssets", "getAssetInfo"] {
        let server = FakeImmich::new();
        let backend = crate::clock::OperationOutage::new(server.clone(), operation, Duration::from_secs(30));
        let setup = Setup::of(server, backend);
        setup.write("photos/a.jpg", "a");
        let upload = setup.client.upload().path(setup.path("photos")).album_name("Trip").tag("sea");
        let (_, summary) = run(upload.start().expect("an upload")).await;
        assert!(summary.is_complete(), "{operation}: {summary:?}");
        assert_eq!(setup.client.albums().get_all_albums().await.expect("albums").len(), 1, "{operation}");
    }
}

/// The request that finds out whether a firewall refuses one file or all waits for the end of an outage too.
#[tokio::test]
async fn an_outage_after_a_refused_file_does_not_stop_the_run() {
    let server = FakeImmich::new();
    // The first request for the media types is that of the scan.
    let types = "getSupportedMediaTypes";
    let backend = crate::clock::OperationOutage::new(server.clone(), types, Duration::from_secs(30)).after(1);
    let setup = Setup::of(server, backend);
    for number in 0..12 {
        setup.write(&format!("photos/{number:02}.jpg"), format!("photo {number}"));
    }
    setup.server.refuse_file("05.jpg", immich_sdk::http::StatusCode::FORBIDDEN);
    let (_, summary) = run(setup.client.upload().path(setup.path("photos")).start().expect("an upload")).await;
    assert_eq!((summary.uploaded, summary.failed, summary.skipped), (11, 1, 0), "{summary:?}");
    assert!(summary.stopped_by.is_none());
}

#[tokio::test]
async fn a_server_that_was_never_reached_is_not_waited_for() {
    let server = FakeImmich::new();
    let setup = Setup::of(server.clone(), WithClock(server, Clock::default()));
    setup.write("photos/a.jpg", "a");
    setup.server.go_away();
    let upload = setup.client.upload().path(setup.path("photos")).start().expect("an upload");
    upload.finish().await.expect_err("the address may be wrong");
    assert!(setup.server.unanswered().len() <= 4);
}

#[tokio::test]
async fn an_outage_over_tcp_is_waited_for() {
    let server = FakeImmich::new();
    let served = Served::start(server.clone()).await.expect("a port");
    for backend in ["hyper", "reqwest"] {
        let setup = Setup::of_server(FakeImmich::new());
        for number in 0..FILES {
            setup.write(&format!("photos/{number:03}.jpg"), format!("{backend} {number}"));
        }
        let builder = Client::builder(served.url()).api_key(server.api_key()).retry(retry());
        let builder = if backend == "hyper" {
            builder.backend(immich_sdk::backend::HyperBackend::new().expect("a backend"))
        } else {
            builder.backend(immich_sdk::backend::ReqwestBackend::new().expect("a backend"))
        };
        let client = builder.build().expect("a client");
        let (away, back) = (server.clone(), server.clone());
        let mut upload = client.upload().path(setup.path("photos")).on_outage(move |event| {
            // The server comes back only after the outage was detected.
            if let OutageEvent::Began { .. } = event {
                back.come_back();
            }
        });
        upload = upload.concurrency(2);
        let mut upload = upload.start().expect("an upload");
        for _ in 0..10 {
            upload.next().await.expect("a start").expect("an outcome");
        }
        away.go_away();
        let summary = upload.finish().await.expect("a summary");
        assert!(summary.is_complete(), "{backend}: {summary:?}");
        assert_eq!(summary.uploaded, FILES as u64);
    }
}

#[tokio::test]
async fn a_file_that_a_proxy_rejects_is_not_an_outage() {
    let server = FakeImmich::new();
    let setup = Setup::of(server.clone(), WithClock(server, Clock::default()));
    for number in 0..10 {
        setup.write(&format!("photos/{number}.jpg"), format!("{number}"));
    }
    setup.server.refuse_file("3.jpg", immich_sdk::http::StatusCode::BAD_GATEWAY);
    let (_, summary) = run(setup.client.upload().path(setup.path("photos")).start().expect("an upload")).await;
    assert_eq!((summary.uploaded, summary.failed, summary.skipped), (9, 1, 0));
    assert!(setup.request_count("uploadAsset") <= 9 + 16, "{}", setup.request_count("uploadAsset"));
}
