//! Recorded streams of real servers.

use immich_recordings::Recording;
use immich_sdk::api::SyncData;
use immich_sdk::stream::SyncEvent;
use serde_json::Value;

use crate::setup::{Backend, jsonlines, read};

/// The text of the recorded streams of a version.
pub fn streams(version: &str) -> Vec<String> {
    let recordings = Recording::of_version(version).expect("recordings").into_iter();
    let streams = recordings.filter(|recording| recording.name().contains("-sync-stream"));
    streams.map(|recording| recording.response.body.and_then(|body| body.text).expect("lines")).collect()
}

pub async fn every_recorded_line_becomes_an_event(on: Backend) {
    for (version, counts) in [("2.7.5", [37, 1]), ("3.1.0", [46, 1])] {
        let streams = streams(version);
        assert_eq!(streams.len(), counts.len(), "{version}");
        for (stream, count) in streams.into_iter().zip(counts) {
            let setup = on.with_reply(jsonlines(stream.clone()).in_chunks(1000)).await;
            let mut events = setup.events().await.expect("a stream");
            let (read, end) = read(&mut events).await;
            end.expect("a complete stream");
            assert!(events.is_complete());
            assert_eq!((read.len(), events.received()), (count, count as u64), "{version}");
            let lines = stream.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
            for (event, line) in read.into_iter().zip(lines) {
                assert_eq!(event.kind().as_str(), line["type"].as_str().expect("a type"));
                compare(event, &line);
            }
        }
    }
}

fn compare(event: SyncEvent, line: &Value) {
    let change = match event {
        SyncEvent::Reset(reset) => panic!("{reset:?}"),
        SyncEvent::Complete(ack) => return assert_eq!(ack.as_str(), line["ack"]),
        SyncEvent::Change(change) => change,
    };
    assert_eq!(change.ack.as_str(), line["ack"]);
    let data = &line["data"];
    match change.data {
        SyncData::AssetV1(asset) => {
            assert_eq!((asset.id.to_string(), asset.checksum), (text(data, "id"), text(data, "checksum")));
        }
        SyncData::AssetV2(asset) => {
            assert_eq!((asset.id.to_string(), asset.checksum), (text(data, "id"), text(data, "checksum")));
            let milliseconds = asset.duration.map(|duration| duration.get().as_millis() as u64);
            assert_eq!(milliseconds, data["duration"].as_u64());
        }
        SyncData::AssetDeleteV1(gone) => assert_eq!(gone.asset_id.to_string(), text(data, "assetId")),
        SyncData::AssetExifV1(exif) => {
            assert_eq!(
                (exif.asset_id.to_string(), exif.city.as_deref()),
                (text(data, "assetId"), data["city"].as_str())
            );
        }
        SyncData::AlbumV1(album) => {
            assert_eq!((album.name, album.owner_id.to_string()), (text(data, "name"), text(data, "ownerId")))
        }
        SyncData::AlbumV2(album) => assert_eq!(album.name, text(data, "name")),
        SyncData::AlbumDeleteV1(gone) => assert_eq!(gone.album_id.to_string(), text(data, "albumId")),
        SyncData::AlbumUserV1(user) => assert_eq!(user.role.as_str(), text(data, "role")),
        SyncData::AlbumToAssetV1(row) => assert_eq!(row.asset_id.to_string(), text(data, "assetId")),
        SyncData::AlbumToAssetDeleteV1(row) => assert_eq!(row.asset_id.to_string(), text(data, "assetId")),
        SyncData::AuthUserV1(user) => assert_eq!(user.email, text(data, "email")),
        SyncData::UserV1(user) => assert_eq!(user.email, text(data, "email")),
        SyncData::StackV1(stack) => assert_eq!(stack.primary_asset_id.to_string(), text(data, "primaryAssetId")),
        SyncData::MemoryV1(memory) => {
            assert_eq!((memory.type_.as_str(), &memory.data), (&*text(data, "type"), &data["data"]))
        }
        SyncData::PersonV1(person) => assert_eq!(person.name, text(data, "name")),
        other => panic!("not recorded: {other:?}"),
    }
}

fn text(data: &Value, field: &str) -> String {
    data[field].as_str().unwrap_or_else(|| panic!("{field} of {data}")).to_owned()
}
