//! The options of a call that becomes several requests are those of each.

use std::time::Duration;

use immich_sdk::api::{GetServerVersion, MetadataSearchDto, SearchAssets, SearchResponseDto, UploadAsset};
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::{MockSend, Reply};
use immich_sdk::{Client, ErrorKind, FilePart, RetryPolicy, TransportErrorKind};
use serde_json::json;

fn page(next: Option<&str>) -> Reply {
    let mut page = serde_json::to_value(SearchResponseDto::default()).expect("a page");
    page["assets"]["nextPage"] = json!(next);
    Reply::json(&page)
}

fn client(mock: &MockSend) -> Client {
    Client::builder("http://immich.test").backend(mock.clone()).build().expect("a client")
}

#[tokio::test]
async fn pages_keep_the_header_and_the_retry_policy() {
    let mock = MockSend::new();
    let failure = || Reply::failure(TransportErrorKind::Closed);
    let replies = [failure(), page(Some("2")), failure(), page(Some("3")), page(None)];
    let rule = mock.on(SearchAssets::OPERATION);
    drop(replies.into_iter().fold(rule, |rule, reply| rule.reply(reply)));
    let client = client(&mock);
    let policy = RetryPolicy::default().base_delay(Duration::ZERO);
    let search = client.search().search_assets(MetadataSearchDto::new()).header("x-trace", "42").retry(policy);
    let mut pages = search.pages();
    let mut count = 0;
    while pages.next().await.expect("a page").is_some() {
        count += 1;
    }
    assert_eq!((count, mock.requests().len()), (3, 5));
    assert!(mock.requests().iter().all(|request| request.header("x-trace") == Some("42")));
}

#[tokio::test]
async fn pages_keep_the_time_limit() {
    let mock = MockSend::new();
    drop(mock.on(SearchAssets::OPERATION).reply(page(Some("2"))).reply(Reply::silence()));
    let client = client(&mock);
    let search = client.search().search_assets(MetadataSearchDto::new()).timeout(Duration::from_secs(5));
    let mut pages = search.pages();
    pages.next().await.expect("the first page");
    let timer = mock.timer();
    let clock = async {
        loop {
            tokio::task::yield_now().await;
            timer.advance(Duration::from_secs(1));
        }
    };
    tokio::select! {
        page = pages.next() => assert_eq!(page.expect_err("a limit").kind(), ErrorKind::Timeout),
        () = clock => {}
    }
}

#[tokio::test]
async fn the_version_for_an_upload_is_requested_with_its_headers() {
    let mock = MockSend::new();
    drop(mock.on(GetServerVersion::OPERATION).reply(Reply::json(&json!({"major": 3, "minor": 1, "patch": 0}))));
    drop(mock.on(UploadAsset::OPERATION).reply(Reply::status(400)));
    let client = client(&mock);
    let photo = FilePart::new("a.jpg", "a");
    let upload = client.assets().upload_asset(photo, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    upload.header("cf-access-client-id", "42").await.expect_err("400");
    // After the 400 the version is requested again, in case the server was upgraded meanwhile.
    let requests = mock.requests();
    let paths: Vec<_> = requests.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(paths, ["/api/server/version", "/api/assets", "/api/server/version"]);
    assert!(requests.iter().all(|request| request.header("cf-access-client-id").is_some()));
}
