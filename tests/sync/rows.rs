//! The timeline, row by row.

use immich_recordings::Recording;
use immich_sdk::api::{TimeBucketAssetResponseDto, UploadAsset};
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::FakeImmich;
use immich_sdk::stream::TimelineAsset;
use immich_sdk::{Client, Error, ErrorKind, FilePart, ServerVersion};
use serde_json::{Value, json};

/// The recorded timeline bucket of a version.
fn recorded(version: &str) -> Value {
    let recordings = Recording::of_version(version).expect("recordings");
    let bucket = recordings.iter().find(|recording| recording.name().ends_with("-timeline-bucket"));
    bucket.and_then(Recording::json_answer).expect("a month").clone()
}

fn rows(columns: Value) -> Result<Vec<TimelineAsset>, Error> {
    let columns: TimeBucketAssetResponseDto = serde_json::from_value(columns).expect("columns");
    Ok(columns.into_rows()?.collect())
}

#[test]
fn rows_equal_the_columns_of_a_recorded_bucket() {
    for (version, count) in [("2.7.5", 7), ("3.1.0", 8)] {
        let columns = recorded(version);
        let rows = rows(columns.clone()).expect("rows");
        assert_eq!(rows.len(), count);
        for (index, row) in rows.iter().enumerate() {
            let column = |name: &str| &columns[name][index];
            assert_eq!(row.id.to_string(), *column("id"));
            assert_eq!(row.owner_id.to_string(), *column("ownerId"));
            assert_eq!(
                json!([row.is_image, row.is_favorite, row.is_trashed]),
                json!([column("isImage"), column("isFavorite"), column("isTrashed")])
            );
            assert_eq!(
                json!([row.city, row.country, row.thumbhash, row.projection_type]),
                json!([column("city"), column("country"), column("thumbhash"), column("projectionType")])
            );
            assert_eq!(
                row.live_photo_video_id.map(|id| id.to_string()).as_deref(),
                column("livePhotoVideoId").as_str()
            );
            assert_eq!((row.visibility.as_str(), Some(row.ratio)), ("timeline", column("ratio").as_f64()));
            let instant = |text: &Value| {
                format!("{}Z", text.as_str().expect("a string")).parse::<Timestamp>().expect("an instant")
            };
            assert_eq!(row.file_created_at, instant(column("fileCreatedAt")));
            assert_eq!(row.created_at, (version != "2.7.5").then(|| instant(column("createdAt"))));
            assert_eq!(row.duration.is_some(), !row.is_image, "{row:?}");
            assert_eq!((row.latitude, row.longitude), (None, None), "not requested");
            let stack = row.stack.map(|stack| json!([stack.id, stack.assets.to_string()]));
            assert_eq!(stack.unwrap_or_default(), *column("stack"));
        }
        let last = rows.last().expect("a row");
        assert_eq!(last.file_created_at.to_string(), "2024-05-06T05:08:09Z");
        assert_eq!(last.local_date_time().expect("a time").to_string(), "2024-05-06T07:08:09");
    }
}

#[test]
fn columns_of_different_lengths_are_an_error() {
    let columns = recorded("3.1.0");
    for name in columns.as_object().expect("columns").keys().filter(|name| *name != "status") {
        for short in [true, false] {
            let mut columns = columns.clone();
            let column = columns[name].as_array_mut().expect("a column");
            if short {
                drop(column.pop())
            } else {
                column.push(column[0].clone())
            }
            let error = rows(columns).expect_err("columns that do not fit");
            assert_eq!(error.kind(), ErrorKind::Decode);
            // If the length of `id` is wrong, the first other column is named.
            let (named, length, rows) = match (&**name, short) {
                ("id", true) => ("city", 8, 7),
                ("id", false) => ("city", 8, 9),
                (name, true) => (name, 7, 8),
                (name, false) => (name, 9, 8),
            };
            assert_eq!(error.json_path(), Some(named));
            let message = format!("the column has {length} values where `id` has {rows}");
            assert!(error.to_string().ends_with(&message), "{error}");
        }
    }
}

#[test]
fn missing_columns_are_none_and_invalid_values_are_errors() {
    let mut least = recorded("3.1.0");
    for name in ["city", "country", "createdAt", "stack"] {
        least.as_object_mut().expect("columns").remove(name);
    }
    for row in rows(least).expect("rows") {
        assert!(row.city.is_none() && row.country.is_none() && row.created_at.is_none() && row.stack.is_none());
    }
    for (name, value, message) in [
        ("fileCreatedAt", json!("canary"), "at `fileCreatedAt[1]` of the response: expected a date and time"),
        ("createdAt", json!("2024-13-01T00:00:00"), "at `createdAt[1]` of the response: expected a date and time"),
        ("stack", json!(["canary", "2"]), "at `stack[1]` of the response: expected the id of a stack and a number"),
        ("stack", json!([]), "at `stack[1]` of the response: expected the id of a stack and a number"),
    ] {
        let mut columns = recorded("3.1.0");
        columns[name][1] = value;
        let error = rows(columns).expect_err("a wrong value");
        assert_eq!(error.to_string(), format!("getTimeBucket (GET /timeline/bucket): {message}"));
    }
}

#[test]
fn times_and_offsets_of_all_kinds() {
    let first = |name: &str, value: Value| {
        let mut columns = recorded("3.1.0");
        columns[name][0] = value;
        rows(columns).expect("rows").remove(0)
    };
    assert_eq!(
        first("fileCreatedAt", json!("2024-05-06T07:08:09.5Z")).file_created_at.to_string(),
        "2024-05-06T07:08:09.5Z"
    );
    for (hours, local) in [
        (json!(5.75), Some("2024-05-06T12:53:09.123")),
        (json!(-11), Some("2024-05-05T20:08:09.123")),
        (json!(1e300), None),
        (json!(-1e300), None),
    ] {
        let row = first("localOffsetHours", hours);
        assert_eq!(row.local_date_time().map(|local| local.to_string()).as_deref(), local);
    }
}

#[tokio::test]
async fn the_timeline_of_the_fake_server() {
    for version in [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)] {
        let fake = FakeImmich::with_version(version);
        let client = Client::builder("http://immich.test").api_key(fake.api_key()).backend(fake.clone());
        let client = client.build().expect("a client");
        let taken: Timestamp = "2024-05-06T07:08:09Z".parse().expect("an instant");
        let id = client.send(UploadAsset::new(FilePart::new("a.jpg", "a"), taken, taken)).await.expect("an upload").id;
        let month = client.timeline().get_time_buckets().await.expect("months").remove(0).time_bucket;
        let bucket = client.timeline().get_time_bucket(month).with_coordinates(true).await.expect("columns");
        let rows: Vec<_> = bucket.into_rows().expect("rows").collect();
        assert_eq!((rows.len(), rows[0].id, rows[0].file_created_at), (1, id, taken));
        assert_eq!(rows[0].created_at.is_some(), version.major == 3);
    }
}
