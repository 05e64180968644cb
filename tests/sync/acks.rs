//! The acknowledgements that reach the server.

use immich_sdk::ErrorKind;
use immich_sdk::api::SendSyncAck;
use immich_sdk::mock::{MockSend, Reply};
use immich_sdk::stream::{SyncAck, SyncAcks, SyncEvent, SyncReset};
use serde_json::Value;

use crate::setup::Backend;

fn ack(text: &str) -> SyncAck {
    text.to_owned().into()
}

fn reset() -> SyncReset {
    match serde_json::from_str(r#"{"type":"SyncResetV1","data":{},"ack":"SyncResetV1|reset"}"#) {
        Ok(SyncEvent::Reset(reset)) => reset,
        other => panic!("{other:?}"),
    }
}

/// The acknowledgements that the server received, by request.
fn sent(server: &MockSend) -> Vec<Value> {
    server.requests().iter().map(|request| request.json()["acks"].clone()).collect()
}

pub async fn the_last_of_each_type_is_sent_in_order(on: Backend) {
    let server = MockSend::new();
    server.on(SendSyncAck::OPERATION).reply(Reply::status(204));
    let setup = on.client(server.clone()).await;
    let mut acks = SyncAcks::new();
    acks.send(&setup.client).await.expect("nothing to send");
    assert!(acks.is_empty() && server.requests().is_empty());
    for text in ["UserV1|1", "AssetV2|1", "AssetV2|2", "AlbumV2|1", "AssetV2|3", "AlbumUserBackfillV1|1|complete"] {
        acks.handled(ack(text));
    }
    assert_eq!(acks.len(), 4);
    acks.send(&setup.client).await.expect("sent");
    assert!(acks.is_empty());
    acks.send(&setup.client).await.expect("nothing to send");
    let expected = serde_json::json!(["UserV1|1", "AlbumV2|1", "AssetV2|3", "AlbumUserBackfillV1|1|complete"]);
    assert_eq!(sent(&server), [expected]);
}

pub async fn unsent_acknowledgements_are_kept(on: Backend) {
    let server = MockSend::new();
    let replies = server.on(SendSyncAck::OPERATION).reply(Reply::status(500));
    let _ = replies.reply(Reply::status(204));
    let setup = on.client(server.clone()).await;
    let mut acks = SyncAcks::new();
    acks.handled(ack("AssetV2|1"));
    let error = acks.send(&setup.client).await.expect_err("a failure");
    assert_eq!((error.kind(), acks.len()), (ErrorKind::Api, 1));
    acks.handled(ack("AssetV2|2"));
    acks.send(&setup.client).await.expect("sent");
    assert!(acks.is_empty());
    assert_eq!(sent(&server), [serde_json::json!(["AssetV2|1"]), serde_json::json!(["AssetV2|2"])]);
}

pub async fn a_reset_is_sent_alone_and_drops_earlier_acknowledgements(on: Backend) {
    let server = MockSend::new();
    let replies = server.on(SendSyncAck::OPERATION).reply(Reply::status(503));
    let _ = replies.reply(Reply::status(204));
    let setup = on.client(server.clone()).await;
    let mut acks = SyncAcks::new();
    acks.handled(ack("AlbumV2|of before"));
    acks.handled(ack("AssetV2|of before"));
    acks.wiped(reset());
    acks.handled(ack("AssetV2|of after"));
    assert_eq!(acks.len(), 2);
    acks.send(&setup.client).await.expect_err("a failure");
    assert_eq!(acks.len(), 2, "the reset is not lost");
    acks.send(&setup.client).await.expect("sent");
    let reset = serde_json::json!(["SyncResetV1|reset"]);
    assert_eq!(sent(&server), [reset.clone(), reset, serde_json::json!(["AssetV2|of after"])]);
}

pub async fn many_acknowledgements_are_sent_in_batches(on: Backend) {
    let server = MockSend::new();
    let replies = server.on(SendSyncAck::OPERATION).reply(Reply::status(204)).reply(Reply::status(500));
    let _ = replies.reply(Reply::status(204));
    let setup = on.client(server.clone()).await;
    let mut acks = SyncAcks::new();
    // Only the last acknowledgement of each type is kept, so each has a type of its own.
    (0..2500).for_each(|number| acks.handled(ack(&format!("Type{number}|1"))));
    acks.send(&setup.client).await.expect_err("the second batch fails");
    assert_eq!(acks.len(), 1500, "the first batch is sent");
    acks.send(&setup.client).await.expect("sent");
    let lengths: Vec<_> = sent(&server).iter().map(|acks| acks.as_array().map_or(0, Vec::len)).collect();
    assert_eq!(lengths, [1000, 1000, 1000, 500]);
    let last = &sent(&server)[3];
    assert_eq!((&last[0], &last[499]), (&"Type2000|1".into(), &"Type2499|1".into()));
}
