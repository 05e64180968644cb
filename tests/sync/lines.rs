//! Lines of the sync stream, and faults of its transport.

use futures_util::StreamExt as _;
use immich_sdk::api::{GetSyncStream, SyncData};
use immich_sdk::mock::{MockSend, Reply};
use immich_sdk::stream::SyncEvent;
use immich_sdk::{ErrorKind, ServerVersion, TransportErrorKind};

use crate::recorded::streams;
use crate::setup::{Backend, debug_text, jsonlines, read};

const ASSET: &str =
    r#"{"type":"AssetDeleteV1","data":{"assetId":"3fa85f64-5717-4562-b3fc-2c963f66afa6"},"ack":"AssetDeleteV1|1"}"#;
const COMPLETE: &str = r#"{"type":"SyncCompleteV1","data":{},"ack":"SyncCompleteV1|2"}"#;

pub async fn events_do_not_depend_on_chunks_and_line_endings(on: Backend) {
    let stream = streams("3.1.0").remove(0);
    let mut expected = None;
    // Line endings, blank lines, and a missing final newline make no difference.
    let forms = [
        stream.clone(),
        stream.replace('\n', "\r\n"),
        stream.trim_end().to_owned(),
        format!("\n \r\n{}\n\n", stream.replace('\n', "\n\n\t\n")),
    ];
    for stream in forms {
        for size in [1, 7, 641, 4096, 1 << 20] {
            let setup = on.with_reply(jsonlines(stream.clone()).in_chunks(size)).await;
            let (events, end) = read(&mut setup.events().await.expect("a stream")).await;
            end.expect("a complete stream");
            let events: Vec<_> = events.iter().map(debug_text).collect();
            assert_eq!(events.len(), 46);
            assert_eq!(*expected.get_or_insert_with(|| events.clone()), events, "in chunks of {size}");
        }
    }
}

pub async fn a_broken_stream_is_an_error(on: Backend) {
    let stream = format!("{ASSET}\n{ASSET}\n{COMPLETE}\n");
    // Within the first line, within the second, after it, and after all lines.
    for (cut, came) in [(0, 0), (50, 0), (ASSET.len() + 10, 1), (2 * ASSET.len() + 2, 2), (stream.len(), 3)] {
        let setup = on.with_reply(jsonlines(stream.clone()).in_chunks(10).cut_after(cut)).await;
        // If nothing arrived at all, the call itself may fail.
        let error = match setup.events().await {
            Err(error) => error,
            Ok(mut events) => {
                let (read, end) = read(&mut events).await;
                // Data in transit may be lost with the connection.
                assert!(read.len() <= came, "{came}: {read:?}");
                assert!(events.next().await.expect("it is over").is_none());
                end.expect_err("it broke")
            }
        };
        assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
        assert_eq!(error.transport_error().expect("its cause").kind(), TransportErrorKind::Closed, "{error}");
    }
}

pub async fn a_stream_that_ends_too_early_is_an_error(on: Backend) {
    // A server that fails after the first line can only end its response.
    for (stream, came) in [
        (String::new(), 0),
        (format!("{ASSET}\n"), 1),
        (format!("{ASSET}\n{ASSET}"), 2),
        (format!("{ASSET}\n{}", &ASSET[..40]), 1),
        (format!("{ASSET}\n{}", &COMPLETE[..COMPLETE.len() - 1]), 1),
    ] {
        let setup = on.with_reply(jsonlines(stream.clone()).in_chunks(9)).await;
        let mut events = setup.events().await.expect("a stream");
        let (read, end) = read(&mut events).await;
        let error = end.expect_err("an early end");
        assert_eq!((read.len(), error.kind()), (came, ErrorKind::Transport), "{stream}");
        let s = if came == 1 { "" } else { "s" };
        let message = error.to_string();
        assert!(
            message.contains(&format!(
                "the stream ended after {came} event{s}, before the event that marks it as complete"
            )),
            "{message}"
        );
        assert!(
            message.ends_with("Acknowledge the handled events and request the stream again: it resumes after them."),
            "{message}"
        );
        assert!(!events.is_complete() && events.next().await.expect("it is over").is_none());
    }
}

pub async fn a_stream_may_end_after_a_reset(on: Backend) {
    let reset = r#"{"type":"SyncResetV1","data":{},"ack":"SyncResetV1|reset"}"#;
    let setup = on.with_reply(jsonlines(reset)).await;
    let mut events = setup.events().await.expect("a stream");
    let (read, end) = read(&mut events).await;
    end.expect("a reset is all");
    assert!(matches!(read[..], [SyncEvent::Reset(_)]), "{read:?}");
    assert!(!events.is_complete(), "another stream must be requested");

    let setup = on.with_reply(jsonlines(format!("{reset}\n{ASSET}\n"))).await;
    let (read, end) = crate::setup::read(&mut setup.events().await.expect("a stream")).await;
    assert_eq!((read.len(), end.expect_err("more was to come").kind()), (2, ErrorKind::Transport));
}

pub async fn an_unknown_type_is_kept(on: Backend) {
    let line = r#"{"type":"AssetV9","data":{"size":[1,{"a":null}]},"ack":"AssetV9|7","more":true}"#;
    // The order of the fields does not matter.
    let reordered = r#"{"data":{"size":[1,{"a":null}]},"ack":"AssetV9|7","type":"AssetV9"}"#;
    let setup = on.with_reply(jsonlines(format!("{line}\n{reordered}\n{COMPLETE}\n"))).await;
    let (read, end) = read(&mut setup.events().await.expect("a stream")).await;
    end.expect("a complete stream");
    assert_eq!(read.len(), 3);
    for event in &read[..2] {
        let SyncEvent::Change(change) = event else { panic!("{event:?}") };
        let SyncData::Unknown(data) = &change.data else { panic!("{change:?}") };
        assert_eq!((change.kind.as_str(), change.ack.as_str()), ("AssetV9", "AssetV9|7"));
        assert_eq!(data.0, serde_json::json!({ "size": [1, { "a": null }] }));
        assert!(!format!("{event:?}").contains("size"), "it may be a secret");
    }
}

pub async fn a_line_that_is_too_long_is_an_error(on: Backend) {
    let long = ASSET.replace("AssetDeleteV1|1", &"x".repeat(5000));
    for size in [10, 1 << 20] {
        let setup = on.with_reply(jsonlines(format!("{ASSET}\n{long}\n{COMPLETE}\n")).in_chunks(size)).await;
        let mut events = setup.events().await.expect("a stream").max_line_bytes(1000);
        let (came, end) = read(&mut events).await;
        let error = end.expect_err("a long line");
        assert_eq!((came.len(), error.kind()), (1, ErrorKind::TooLarge));
        assert!(error.to_string().contains("the response has a line of more than 1000 bytes, in line 2"), "{error}");
        assert!(error.to_string().ends_with("`SyncEvents::max_line_bytes` raises the limit."), "{error}");
        assert!(events.next().await.expect("it is over").is_none());

        let exact = setup.events().await.expect("a stream").max_line_bytes(long.len());
        let (came, end) = read(&mut { exact }).await;
        end.expect("a complete stream");
        assert_eq!(came.len(), 3);
    }
}

pub async fn an_invalid_line_is_reported_and_skipped(on: Backend) {
    let wrong = ASSET.replace("3fa85f64", "canary");
    let server = MockSend::new();
    server.version(ServerVersion::new(3, 9, 1));
    server.on(GetSyncStream::OPERATION).reply(jsonlines(format!("{ASSET}\n{wrong}\nno JSON\n{COMPLETE}\n")));
    let setup = on.client(server).await;
    let mut events = setup.events().await.expect("a stream");
    assert!(matches!(events.next().await, Ok(Some(SyncEvent::Change(_)))));

    let error = events.next().await.expect_err("no id");
    assert_eq!((error.kind(), error.json_path()), (ErrorKind::Decode, Some("data.assetId")));
    assert_eq!(
        error.to_string(),
        "getSyncStream (POST /sync/stream): at `data.assetId` of the response: expected a UUID, found another string, \
         in line 2 (AssetDeleteV1); the server is 3.9.1"
    );
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    let error = events.next().await.expect_err("no JSON");
    assert!(error.to_string().contains("the response is not JSON, in line 3; the server is 3.9.1"), "{error}");
    assert!(matches!(events.next().await, Ok(Some(SyncEvent::Complete(_)))));
    assert!(events.next().await.expect("the end").is_none() && events.is_complete());
}

pub async fn a_response_that_is_not_a_stream_is_an_error(on: Backend) {
    let setup = on.with_reply(Reply::bytes("text/plain", "It works!")).await;
    let error = setup.events().await.expect("a response").next().await.expect_err("no stream");
    assert!(error.is_from_elsewhere(), "{error}");
    assert!(error.to_string().contains("the response is not JSON, but `text/plain`"), "{error}");
}

pub async fn events_implement_stream(on: Backend) {
    let setup = on.with_reply(jsonlines(format!("{ASSET}\n{ASSET}\n"))).await;
    let events = setup.events().await.expect("a stream");
    let collected: Vec<_> = events.collect().await;
    assert!(matches!(collected[..], [Ok(_), Ok(_), Err(_)]), "{collected:?}");
}

pub async fn invalid_lines_request_the_version_once(on: Backend) {
    let lines = format!("{}\n", ASSET.replace("3fa85f64", "canary")).repeat(50);
    let server = MockSend::new();
    server.version(ServerVersion::new(3, 9, 1));
    server.on(GetSyncStream::OPERATION).reply(jsonlines(format!("{lines}{COMPLETE}\n")));
    let setup = on.client(server.clone()).await;
    let mut events = setup.events().await.expect("a stream");
    for _ in 0..50 {
        let error = events.next().await.expect_err("a bad line");
        assert!(error.to_string().contains("3.9.1"), "{error}");
    }
    assert!(matches!(events.next().await, Ok(Some(SyncEvent::Complete(_)))));
    assert_eq!(server.requests().iter().filter(|request| request.path.ends_with("/server/version")).count(), 1);
}

pub async fn too_many_blank_lines_are_an_error(on: Backend) {
    let setup = on.with_reply(jsonlines(format!("{}{COMPLETE}\n", "\n".repeat(900)))).await;
    let (came, end) = read(&mut setup.events().await.expect("a stream")).await;
    end.expect("a complete stream");
    assert_eq!(came.len(), 1);
    let setup = on.with_reply(jsonlines("\r\n".repeat(5000))).await;
    let (came, end) = read(&mut setup.events().await.expect("a stream")).await;
    assert!(came.is_empty() && end.expect_err("blank lines").to_string().contains("blank line"));
}
