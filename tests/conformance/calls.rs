//! Requests and responses as a whole.

use std::sync::Arc;
use std::time::Duration;

use immich_sdk::api::{
    CreateAlbum, CreateAlbumDto, DeleteAlbum, GetAllAlbums, GetServerVersion, PingServer, SearchPerson, UploadAsset,
};
use immich_sdk::bytes::Bytes;
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::Reply;
use immich_sdk::{AlbumId, Body, FilePart};
use serde_json::json;
use tokio::sync::{Notify, oneshot};

use crate::setup::{KEY, Setup};

pub async fn a_request_arrives_as_it_was_built(setup: Setup) {
    setup.server.on(GetAllAlbums::OPERATION).reply(Reply::json(&json!([]))).times(1);
    setup.server.on(CreateAlbum::OPERATION).reply(Reply::status(500)).times(1);
    let client = setup.client();

    let albums = client.albums().get_all_albums().name("a&b=c/d é").is_shared(true).await.expect("albums");
    assert!(albums.is_empty());
    client.albums().create_album(CreateAlbumDto::new("Zürich \"24\"")).await.expect_err("a refusal");

    // Not every version has `name`, so the version is requested first.
    let [version, list, create] = &setup.server.requests()[..] else { panic!("three requests") };
    assert_eq!(version.path, "/api/server/version");
    assert_eq!((list.method.as_str(), list.path.as_str()), ("GET", "/api/albums"));
    assert_eq!(list.query, "isShared=true&name=a%26b%3Dc%2Fd%20%C3%A9");
    assert_eq!(list.origin, setup.url);
    assert_eq!(list.header("accept"), Some("application/json"));
    assert_eq!(list.header("content-type"), None);
    assert_eq!((create.method.as_str(), create.path.as_str()), ("POST", "/api/albums"));
    assert_eq!(create.header("content-type"), Some("application/json"));
    assert_eq!(create.header("content-length"), Some(create.body.len().to_string().as_str()));
    assert_eq!(create.json(), json!({"albumName": "Zürich \"24\""}));
}

pub async fn the_headers_of_the_client_and_of_the_call_arrive(setup: Setup) {
    let version = json!({"major": 3, "minor": 1, "patch": 0});
    let with_key = |request: &immich_sdk::mock::SeenRequest| request.header("x-api-key").is_some();
    setup.server.on(GetServerVersion::OPERATION).when(with_key).reply(Reply::json(&version));
    let client = setup.builder().header("cf-access", "for the proxy").user_agent("frame/1").build().expect("a client");

    client.server().get_server_version().header("x-correlation-id", "42").await.expect("a version");
    client.server().get_server_version().header("user-agent", "other").await.expect("a version");

    let [first, second] = &setup.server.requests()[..] else { panic!("two requests") };
    assert_eq!((first.header("user-agent"), second.header("user-agent")), (Some("frame/1"), Some("other")));
    assert_eq!((first.header("x-correlation-id"), second.header("x-correlation-id")), (Some("42"), None));
    assert!(first.header("cf-access").is_some(), "the header of the client");
    assert!(!format!("{first:?}").contains(KEY), "recorded requests show no key");
}

pub async fn an_answer_without_content_is_nothing(setup: Setup) {
    setup.server.on(DeleteAlbum::OPERATION).reply(Reply::status(204)).times(1);
    setup.client().albums().delete_album(AlbumId::default()).await.expect("nothing");
}

pub async fn large_headers_pass_both_ways(setup: Setup) {
    let large = "x".repeat(32 << 10);
    setup.server.on(PingServer::OPERATION).reply(Reply::json(&json!({"res": "pong"})).header("x-large", &large));
    let answer = setup.client().send(immich_sdk::api::PingServer::new()).header("x-also-large", &large).raw().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.headers()["x-large"].len(), large.len());
    assert_eq!(setup.server.requests()[0].header("x-also-large").map(str::len), Some(large.len()));
}

pub async fn concurrent_calls_get_their_own_answers(setup: Setup) {
    const CALLS: usize = 60;
    for call in 0..CALLS {
        let query = format!("name={call}");
        let person = json!([{"id": uuid(call), "name": call.to_string(), "birthDate": null, "isHidden": false,
            "thumbnailPath": ""}]);
        let expected = setup.server.on(SearchPerson::OPERATION).when(move |request| request.query == query);
        expected.reply(Reply::json(&person)).times(1);
    }
    let client = setup.client();
    let calls = (0..CALLS).map(|call| {
        let client = client.clone();
        tokio::spawn(async move { (call, client.search().search_person(call.to_string()).await) })
    });
    for task in calls.collect::<Vec<_>>() {
        let (call, people) = task.await.expect("no panic");
        let people = people.expect("people");
        assert_eq!(people[0].id.to_string(), uuid(call));
    }
    assert_eq!(setup.server.requests().len(), CALLS);
}

fn uuid(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

pub async fn a_dropped_call_lets_go_of_its_body(setup: Setup) {
    /// Reports when it is dropped, which is when nobody holds the body any more.
    struct Held(Option<oneshot::Sender<()>>);

    impl Drop for Held {
        fn drop(&mut self) {
            self.0.take().map(|sender| sender.send(()));
        }
    }

    let (sender, gone) = oneshot::channel();
    let started = Arc::new(Notify::new());
    let held = Held(Some(sender));
    let notify = Arc::clone(&started);
    setup.server.on(UploadAsset::OPERATION).reply(Reply::silence());
    let client = setup.client();
    let endless = stream(move || {
        let _ = &held;
        notify.notify_one();
        Some(Ok(Bytes::from_static(&[7; 1024])))
    });
    let photo = FilePart::new("endless.jpg", Body::stream(endless, None));
    let call = client.assets().upload_asset(photo, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    tokio::select! {
        biased;
        () = started.notified() => {}
        result = call.into_future() => panic!("an endless upload ended: {result:?}"),
    }
    gone.await.expect("the body is dropped with the call");
}

/// A stream that gives what `next` gives, and lets others run in between.
fn stream(
    mut next: impl FnMut() -> Option<std::io::Result<Bytes>> + Send + 'static,
) -> impl futures_core::Stream<Item = std::io::Result<Bytes>> + Send + 'static {
    let mut ready = false;
    futures_util::stream::poll_fn(move |context| {
        ready = !ready;
        if ready {
            context.waker().wake_by_ref();
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(next())
    })
}

pub async fn the_timer_sleeps(setup: Setup) {
    let timer = setup.backend.timer().expect("a timer");
    let before = timer.elapsed();
    let sleep = timer.sleep(Duration::from_millis(1));
    setup.server.timer().advance(Duration::from_millis(1));
    sleep.await;
    assert!(timer.elapsed() >= before + Duration::from_millis(1));
}
