//! Many assets: streams that do not hold up the server, and an index that follows every change.

#![allow(clippy::unwrap_used)]

mod raw;

use http::Request;
use http_body::Body as _;
use immich_core::{Body, HttpSend, ResponseBody};
use immich_mock::FakeImmich;
use raw::Caller;
use serde_json::{Value, json};
use std::pin::Pin;

async fn session(server: &FakeImmich) -> String {
    let login = json!({ "email": server.email(), "password": server.password().expose() });
    let (_, session) = Caller::anonymous(server).send("POST", "/auth/login", &login).await;
    session["accessToken"].as_str().unwrap().to_owned()
}

async fn open_stream(server: &FakeImmich, token: &str) -> ResponseBody {
    let request =
        Request::post("http://immich.test/api/sync/stream").header("authorization", format!("Bearer {token}"));
    let types = json!({ "types": ["AssetsV2", "AssetExifsV1"] }).to_string();
    server.send(request.body(Body::from(types)).unwrap()).await.unwrap().into_body()
}

async fn next_chunk(body: &mut ResponseBody) -> Option<Vec<u8>> {
    let frame = std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
    Some(frame.unwrap().into_data().unwrap().to_vec())
}

fn types(text: &[u8]) -> Vec<Value> {
    let lines = std::str::from_utf8(text).unwrap().lines();
    lines.map(|line| serde_json::from_str::<Value>(line).unwrap()["type"].take()).collect()
}

#[tokio::test]
async fn the_server_responds_while_a_stream_is_half_read() {
    let server = FakeImmich::new();
    let ids = server.add_photos(500);
    let token = session(&server).await;
    let mut stream = open_stream(&server, &token).await;
    let mut text = next_chunk(&mut stream).await.unwrap();
    assert!(types(&text).len() < 100, "a part of the rows");

    let caller = Caller::with_token(&server, &token);
    assert_eq!(caller.send("GET", "/server/ping", &Value::Null).await.0, 200);
    let delete = json!({ "ids": [ids[499]], "force": true });
    assert_eq!(caller.send("DELETE", "/assets", &delete).await.0, 204, "and changes");
    while let Some(chunk) = next_chunk(&mut stream).await {
        text.extend(chunk);
    }
    let types = types(&text);
    let count = |kind: &str| types.iter().filter(|found| *found == kind).count();
    assert_eq!(
        (count("AssetV2"), count("AssetExifV1"), count("AssetDeleteV1")),
        (500, 500, 0),
        "as it was when opened"
    );
    assert_eq!(types.last().unwrap(), "SyncCompleteV1");
}

#[tokio::test]
async fn an_asset_is_reported_again_only_in_the_tables_that_changed() {
    let server = FakeImmich::new();
    let ids = server.add_photos(3);
    let token = session(&server).await;
    let caller = Caller::with_token(&server, &token);
    let mut acks = Vec::new();
    let all = open_stream(&server, &token).await.bytes(1 << 20).await.unwrap().unwrap();
    for line in std::str::from_utf8(&all).unwrap().lines() {
        acks.push(serde_json::from_str::<Value>(line).unwrap()["ack"].take());
    }
    assert_eq!(caller.send("POST", "/sync/ack", &json!({ "acks": acks })).await.0, 204);
    let favorite = json!({ "isFavorite": true });
    caller.send("PUT", &format!("/assets/{}", ids[1]), &favorite).await;
    let news = open_stream(&server, &token).await.bytes(1 << 20).await.unwrap().unwrap();
    assert_eq!(types(&news), ["AssetV2", "SyncCompleteV1"]);
    let snapshot = server.snapshot();
    let other = FakeImmich::new();
    other.restore(&snapshot).unwrap();
    let news = open_stream(&other, &token).await.bytes(1 << 20).await.unwrap().unwrap();
    assert_eq!(types(&news), ["AssetV2", "SyncCompleteV1"], "a snapshot keeps what was acknowledged");
}

#[tokio::test]
async fn snapshots_of_the_first_format_are_read() {
    let server = FakeImmich::new();
    server.add_photos(2);
    let token = session(&server).await;
    let mut snapshot: Value = serde_json::from_str(&server.snapshot()).unwrap();
    snapshot["format"] = json!(1);
    let user = server.user_id().to_string();
    snapshot["state"]["journals"] = json!({ user: { "rows": [[["Users", "x"], { "data": {}, "usage": 1 }]], "changes": [], "acknowledged": {}, "number": 3 } });
    let other = FakeImmich::new();
    other.restore(&snapshot.to_string()).unwrap();
    let news = open_stream(&other, &token).await.bytes(1 << 20).await.unwrap().unwrap();
    assert_eq!(types(&news).len(), 5, "everything is reported anew");
}

/// The names found, in the order of the server.
async fn names(caller: &Caller, filter: Value) -> Vec<String> {
    let (status, page) = caller.send("POST", "/search/metadata", &filter).await;
    assert_eq!(status, 200, "{page}");
    let items = page["assets"]["items"].as_array().unwrap().iter();
    items.map(|item| item["originalFileName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn order_and_counts_follow_every_change() {
    let server = FakeImmich::new();
    let ids = server.add_photos(4);
    let caller = Caller::new(&server, &server.api_key());
    let all = ["photo-0004.png", "photo-0003.png", "photo-0002.png", "photo-0001.png"];
    assert_eq!(names(&caller, json!({})).await, all);
    let used = async || caller.send("GET", "/users/me", &Value::Null).await.1["quotaUsageInBytes"].as_u64().unwrap();
    let total = async |query: &str| {
        caller.send("GET", &format!("/assets/statistics{query}"), &Value::Null).await.1["images"].as_u64().unwrap()
    };
    let whole = used().await;
    let sizes: Vec<_> = server.assets().iter().map(|asset| asset.bytes.len() as u64).collect();
    assert_eq!(whole, sizes.iter().sum::<u64>());

    let moved = json!({ "dateTimeOriginal": "2030-01-01T00:00:00.000Z", "isFavorite": true });
    caller.send("PUT", &format!("/assets/{}", ids[0]), &moved).await;
    assert_eq!(names(&caller, json!({})).await[0], "photo-0001.png", "moved to the front");
    assert_eq!(names(&caller, json!({ "order": "asc" })).await[3], "photo-0001.png");
    assert_eq!((total("").await, total("?isFavorite=true").await), (4, 1));

    caller.send("DELETE", "/assets", &json!({ "ids": [ids[1]] })).await;
    assert_eq!((total("").await, total("?isTrashed=true").await, used().await), (3, 1, whole));
    server.checkpoint();
    caller.send("DELETE", "/assets", &json!({ "ids": [ids[1], ids[2]], "force": true })).await;
    assert_eq!((total("").await, total("?isTrashed=true").await), (2, 0));
    assert_eq!(used().await, whole - sizes[1] - sizes[2]);
    assert_eq!(names(&caller, json!({})).await, ["photo-0001.png", "photo-0004.png"]);

    server.reset();
    assert_eq!(names(&caller, json!({})).await, ["photo-0001.png", "photo-0004.png", "photo-0003.png"]);
    assert_eq!((total("?isTrashed=true").await, used().await), (1, whole));
}

#[tokio::test]
async fn files_beyond_the_limit_of_memory_are_served_from_disk() {
    let server = FakeImmich::builder().memory_limit(1000).build();
    let contents = [vec![1; 600], vec![2; 700], vec![3; 300]];
    let taken = "2024-05-06T07:08:09Z".parse().unwrap();
    let add = |content: &Vec<u8>| server.add_asset(server.user_id(), "a.jpg", content.clone(), taken);
    let ids: Vec<_> = contents.iter().map(add).collect();
    let other = FakeImmich::builder().memory_limit(10).build();
    other.restore(&server.snapshot()).unwrap();
    for server in [&server, &other] {
        let held: Vec<_> = server.assets().iter().map(|asset| asset.bytes.to_vec()).collect();
        assert_eq!(held, contents);
        let request = Request::get(format!("http://immich.test/api/assets/{}/original", ids[1]));
        let request = request.header("x-api-key", server.api_key().expose()).header("range", "bytes=698-");
        let response = server.send(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.headers()["content-range"], "bytes 698-699/700");
        assert_eq!(response.into_body().bytes(10).await.unwrap().unwrap(), [2, 2].as_slice());
    }
}
