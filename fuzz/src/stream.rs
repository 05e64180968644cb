//! The sync stream and the timeline.

use immich_core::api::{SyncRequestType, SyncStreamDto, TimeBucketAssetResponseDto};
use immich_core::stream::TimelineAsset;
use immich_core::{Error, Json, RawRequest};

use super::backend::{Answer, Answering, now};
use super::shown::{assert_readable, assert_without_content};

/// The first byte of the input chooses how long a piece and a line may be, the rest is the stream. However it is cut into
/// pieces, the result is the same. An error is readable, and reveals nothing of the content.
pub fn sync_lines(data: &[u8]) {
    let Some((choice, data)) = data.split_first() else { return };
    let limit = if choice % 2 == 0 { 300 } else { 1 << 20 };
    let whole = read(data, data.len(), limit);
    for size in [1, 2, 7, usize::from(*choice) + 1] {
        assert_eq!(whole, read(data, size, limit), "in pieces of {size}");
    }
}

/// The result of a stream in pieces of this size: each event and each error.
fn read(data: &[u8], size: usize, limit: usize) -> Vec<String> {
    let stream = Answer { body: data.to_vec(), pieces_of: size, ..Answer::default() };
    // An error asks for the version, and gets none.
    let client = Answering::new([stream, Answer::default()]).client();
    let call = client.sync().get_sync_stream(SyncStreamDto::new([SyncRequestType::AssetsV2]));
    let mut events = now(call.events()).expect("a stream").max_line_bytes(limit);
    let (mut told, mut failed) = (Vec::new(), false);
    loop {
        match now(events.next()) {
            Ok(Some(event)) => told.push(format!("{event:?}")),
            Ok(None) => break,
            Err(error) => {
                assert_told(&error);
                told.push(format!("{error} {error:?}"));
                failed = true;
            }
        }
    }
    assert!(now(events.next()).is_ok_and(|event| event.is_none()), "the end stays the end");
    let reset = told.last().is_some_and(|event| event.starts_with("Reset"));
    assert!(failed || reset || events.is_complete(), "it ended too early: {told:?}");
    told
}

/// The input is a month of the timeline. Each of its ids becomes a row, or there is a readable error that reveals
/// nothing of the content.
pub fn timeline(data: &[u8]) {
    let client = Answering::new([Answer { body: data.to_vec(), ..Answer::default() }, Answer::default()]).client();
    let columns = now(client.send(RawRequest::get("/any").decode_as::<Json<TimeBucketAssetResponseDto>>()));
    let Ok(columns) = columns else { return };
    let ids = columns.id.clone();
    match columns.into_rows() {
        Ok(rows) => {
            let rows: Vec<_> = rows.collect();
            assert!(rows.iter().map(|row| row.id).eq(ids));
            assert!(rows.iter().filter_map(TimelineAsset::local_date_time).count() <= rows.len());
        }
        Err(error) => assert_told(&error),
    }
}

fn assert_told(error: &Error) {
    assert_readable(error);
    assert_without_content(error);
}
