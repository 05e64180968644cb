//! The sync stream in the API descriptions.

use immich_recordings::{Description, Sample};
use immich_sdk::ServerVersion;
use immich_sdk::api::{SyncData, SyncEntityType, SyncRequestType};
use immich_sdk::stream::SyncEvent;
use serde_json::{Value, json};

/// The values of an enum in each description, with the version of the description.
fn enum_values(name: &str) -> Vec<(ServerVersion, Vec<String>)> {
    let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
    let descriptions = Description::read_all().expect("descriptions");
    let texts = |description: &Description| {
        let values = description.resolve(&schema)["enum"].as_array().expect("an enum").iter();
        values.map(|value| value.as_str().expect("a string").to_owned()).collect()
    };
    let version = |text: &str| {
        let numbers: Vec<u32> = text.split('.').map(|number| number.parse().expect("a number")).collect();
        ServerVersion::new(numbers[0], numbers[1], numbers[2])
    };
    descriptions.iter().map(|description| (version(&description.version), texts(description))).collect()
}

/// The schema of the data of an event type: its name without the parts that tell the origin of the data.
fn data_name(line: &str) -> String {
    let mut name = line.to_owned();
    for way in ["Backfill", "Create", "Update"] {
        name = name.replace(way, "");
    }
    for (way, plain) in
        [("PartnerAsset", "Asset"), ("PartnerStack", "Stack"), ("AlbumAsset", "Asset"), ("MemoryTo", "Memory")]
    {
        name = name.replace(way, plain);
    }
    format!("Sync{name}")
}

#[test]
fn every_described_event_has_its_type() {
    let descriptions = Description::read_all().expect("descriptions");
    let (mut read, mut empty) = (0, 0);
    for (_, lines) in enum_values("SyncEntityType") {
        for line in lines {
            assert!(!matches!(SyncEntityType::from(&*line), SyncEntityType::Unknown(_)), "{line}");
            let name = data_name(&line);
            let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
            let described: Vec<_> =
                descriptions.iter().filter(|description| description.resolve(&schema).is_object()).collect();
            for description in &described {
                for amount in [Sample::Full, Sample::Minimal] {
                    let data = amount.value(&descriptions, (description, &schema), &[]);
                    let event = json!({ "type": line, "data": data, "ack": "x" });
                    let event =
                        serde_json::from_str(&event.to_string()).unwrap_or_else(|error| panic!("{event}: {error}"));
                    let SyncEvent::Change(change) = event else { panic!("{event:?}") };
                    // The variant is named like the event type, and its data type like the schema.
                    assert!(format!("{:?}", change.data).starts_with(&format!("{line}({name} {{")), "{change:?}");
                    read += 1;
                }
            }
            if described.is_empty() && !matches!(&*line, "MemoryToAssetV2") {
                assert!(line.starts_with("Sync"), "{line} has data that is not described: {name}");
                let event = json!({ "type": line, "data": {}, "ack": "x" });
                let event: SyncEvent = serde_json::from_value(event).expect("an event");
                assert_eq!(event.kind().as_str(), line);
                if let SyncEvent::Change(change) = event {
                    assert!(matches!(change.data, SyncData::SyncAckV1), "{change:?}");
                }
                empty += 1;
            }
        }
    }
    assert!(read > 1500 && empty == 27, "{read} {empty}");
}

#[test]
fn requested_types_are_known_to_the_server() {
    for (server, types) in enum_values("SyncRequestType") {
        let all: Vec<SyncRequestType> = enum_values("SyncRequestType")
            .iter()
            .flat_map(|(_, types)| types)
            .map(|name| name.as_str().into())
            .collect();
        for wanted in all {
            let known = |wanted: &SyncRequestType| types.iter().any(|name| name == wanted.as_str());
            match wanted.clone().for_server(server) {
                Some(fitting) => {
                    assert!(known(&fitting), "{server} does not know {fitting}");
                    // The same type in an equal or older version; unchanged if the server knows it.
                    assert_eq!(stem(&fitting), stem(&wanted));
                    assert!(
                        fitting.as_str() <= wanted.as_str() && (fitting == wanted || !known(&wanted)),
                        "{server}: {wanted}"
                    );
                }
                None => {
                    let other = types.iter().find(|name| stem(&(***name).into()) == stem(&wanted));
                    assert!(other.is_none(), "{server} has {other:?} for {wanted}");
                }
            }
        }
    }
    let between = ServerVersion::new(3, 2, 2);
    assert_eq!(SyncRequestType::AuthUsersV2.for_server(between), Some(SyncRequestType::AuthUsersV1));
    assert_eq!(SyncRequestType::AssetsV2.for_server(ServerVersion::new(3, 0, 0)), Some(SyncRequestType::AssetsV2));
    let newer = SyncRequestType::from("AssetsV9");
    // The type is newer than all descriptions, so only a newer server can have it.
    assert_eq!(newer.clone().for_server(between), Some(SyncRequestType::AssetsV2));
    assert_eq!(newer.clone().for_server(ServerVersion::new(3, 4, 0)), Some(newer));
    let unknown = SyncRequestType::from("NothingLikeThis");
    assert_eq!(unknown.clone().for_server(between), None);
    assert_eq!(unknown.clone().for_server(ServerVersion::new(4, 0, 0)), Some(unknown));
}

fn stem(name: &SyncRequestType) -> String {
    name.as_str().trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned()
}

#[test]
fn a_line_must_have_all_fields() {
    let read =
        |line: Value| serde_json::from_str::<SyncEvent>(&line.to_string()).map(drop).map_err(|error| error.to_string());
    let message = |line: Value| read(line).expect_err("a part is missing");
    assert!(message(json!({ "data": {}, "ack": "x" })).contains("missing field `type`"));
    assert!(message(json!({ "type": "SyncAckV1", "data": {} })).contains("missing field `ack`"));
    assert!(message(json!({ "type": "AssetDeleteV1", "ack": "x" })).contains("missing field `data`"));
    assert!(message(json!({ "type": "AssetDeleteV1", "data": {}, "ack": "x" })).contains("missing field `assetId`"));
    // The data of a reset is ignored.
    assert_eq!(read(json!({ "type": "SyncResetV1", "ack": "x" })), Ok(()));
    let twice = r#"{"type":"UserDeleteV1","data":{"userId":"3fa85f64-5717-4562-b3fc-2c963f66afa6"},"type":"AssetDeleteV1","ack":"x"}"#;
    assert!(serde_json::from_str::<SyncEvent>(twice).expect_err("two types").to_string().contains("duplicate field"));
}
