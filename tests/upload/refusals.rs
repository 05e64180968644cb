//! Rejections of one file, and rejections that stop the run.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use immich_sdk::http::{Request, Response, StatusCode};
use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::UploadResult;
use immich_sdk::{Body, Client, ErrorKind, HttpSend, ResponseBody, Timer, TransportError};

use crate::setup::{Setup, run, words};

#[tokio::test]
async fn a_firewall_that_refuses_one_file_does_not_stop_the_run() {
    for setup in [Setup::memory(), Setup::hyper().await, Setup::reqwest().await] {
        for status in [StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED] {
            for number in 0..12 {
                setup.write(&format!("photos/{number:02}.jpg"), format!("{status} {number}"));
            }
            setup.server.accept_all_files();
            setup.server.refuse_file("05.jpg", status);
            let (outcomes, summary) =
                run(setup.client.upload().path(setup.path("photos")).start().expect("an upload")).await;
            assert_eq!((summary.uploaded, summary.failed, summary.skipped), (11, 1, 0), "{:?}", words(&outcomes));
            assert!(summary.stopped_by.is_none());
        }
    }
}

#[tokio::test]
async fn a_firewall_that_refuses_everything_stops_the_run() {
    let setup = Setup::memory();
    for number in 0..40 {
        setup.write(&format!("photos/{number:02}.jpg"), format!("{number}"));
    }
    let mut upload = setup.client.upload().path(setup.path("photos")).concurrency(1).start().expect("an upload");
    assert!(upload.next().await.expect("a start").is_some());
    setup.server.set_gateway_error(Some(StatusCode::FORBIDDEN));
    let before = setup.server.requests().len();
    let summary = upload.finish().await.expect("a summary");
    assert_eq!(summary.stopped_by.as_ref().expect("the reason").kind(), ErrorKind::Auth);
    // How many were sent before the refusal depends on the machine.
    assert!(summary.skipped > 20 && summary.uploaded + summary.skipped + summary.failed == 40, "{summary:?}");
    assert!(setup.server.requests().len() - before < 10, "{}", setup.server.requests().len() - before);
}

#[tokio::test]
async fn a_revoked_key_stops_the_run() {
    let setup = Setup::memory();
    for number in 0..300 {
        setup.write(&format!("photos/{number:03}.jpg"), format!("{number}"));
    }
    let key = setup.server.add_api_key(setup.server.user_id(), &["all"]);
    let client = Client::builder("http://immich.test").api_key(key.clone()).backend(setup.server.clone());
    let client = client.build().expect("a client");
    let mut upload = client.upload().path(setup.path("photos")).start().expect("an upload");
    assert!(upload.next().await.expect("a start").is_some());
    setup.server.remove_api_key(&key);
    let before = setup.server.requests().len();
    let summary = upload.finish().await.expect("a summary");
    assert!(summary.stopped_by.is_some() && summary.skipped > 0);
    assert!(setup.server.requests().len() - before < 20, "{}", setup.server.requests().len() - before);
}

/// Counts the request bodies of uploads.
#[derive(Clone)]
struct CountBodies(FakeImmich, Arc<AtomicUsize>);

#[async_trait]
impl HttpSend for CountBodies {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        if request.method() == "POST" && request.uri().path() == "/api/assets" {
            self.1.fetch_add(1, Ordering::SeqCst);
        }
        self.0.send(request).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        HttpSend::timer(&self.0)
    }
}

fn counting_setup(files: usize, length: impl Fn(usize) -> usize) -> (Setup, Arc<AtomicUsize>) {
    let (server, bodies) = (FakeImmich::new(), Arc::default());
    let setup = Setup::of(server.clone(), CountBodies(server, Arc::clone(&bodies)));
    for number in 0..files {
        setup.write(&format!("photos/{number:02}.jpg"), [vec![b'x'; length(number)], vec![number as u8]].concat());
    }
    (setup, bodies)
}

#[tokio::test]
async fn an_exhausted_quota_stops_further_upload_bodies() {
    // Without permission to read the user, the remaining quota is unknown.
    for (permissions, most) in [(&["all"][..], 8), (&["asset.upload"], 12)] {
        let (setup, bodies) = counting_setup(40, |number| 5000 - number);
        let key = setup.server.add_api_key(setup.server.user_id(), permissions);
        let client = setup.client.with_credential(immich_sdk::Credential::ApiKey(key)).expect("a client");
        setup.server.set_quota(setup.server.user_id(), Some(10));
        let (outcomes, summary) = run(client.upload().path(setup.path("photos")).start().expect("an upload")).await;
        assert_eq!(summary.failed, 40);
        assert!(bodies.load(Ordering::SeqCst) <= most, "{} bodies", bodies.load(Ordering::SeqCst));
        for outcome in outcomes {
            let UploadResult::Failed(error) = outcome.result else { panic!("{outcome:?}") };
            assert!(error.to_string().contains("Quota has been exceeded"), "{error}");
        }
    }
}

#[tokio::test]
async fn files_that_fit_into_the_quota_are_sent() {
    let (setup, bodies) = counting_setup(40, |number| if number % 4 == 0 { 100_000 } else { 100 });
    setup.server.set_quota(setup.server.user_id(), Some(50_000));
    let (_, summary) = run(setup.client.upload().path(setup.path("photos")).start().expect("an upload")).await;
    assert_eq!((summary.uploaded, summary.failed), (30, 10));
    assert!(bodies.load(Ordering::SeqCst) <= 30 + 4, "{} bodies", bodies.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_full_disk_stops_further_upload_bodies() {
    let (setup, bodies) = counting_setup(60, |_| 3000);
    setup.server.fill_disk(true);
    let (_, summary) = run(setup.client.upload().path(setup.path("photos")).start().expect("an upload")).await;
    assert_eq!(summary.uploaded, 0);
    assert!(!summary.is_complete());
    // The fifth file that fails ends the run; three others may be on their way, and each is sent up to four times.
    assert!(bodies.load(Ordering::SeqCst) <= (5 + 3) * 4, "{} bodies", bodies.load(Ordering::SeqCst));
    setup.server.fill_disk(false);
    let (_, summary) = run(setup.client.upload().path(setup.path("photos")).start().expect("an upload")).await;
    assert_eq!(summary.uploaded, 60);
}
