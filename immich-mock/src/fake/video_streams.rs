//! Videos as HTTP Live Streaming, since 3.0, if the configuration enables it. The only segment is the whole original.

use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use immich_core::AssetId;
use serde_json::json;
use uuid::Uuid;

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::file::{File, PRIVATE};
use super::media::Kind;
use super::state::{Asset, State};

const PLAYLIST: &str = "application/vnd.apple.mpegurl; charset=utf-8";

/// The name of the only segment.
const SEGMENT: &str = "seg_0.mp4";

/// The video of the path.
fn video<'s>(state: &'s State, asked: &Asked) -> Result<&'s Asset, Fault> {
    let asset = state.seen(asked, asked.path_id(0)?)?;
    if asset.kind == Kind::Video { Ok(asset) } else { Err(Fault::nothing_found()) }
}

/// The video of the path, whose session has begun.
fn playing<'s>(state: &'s State, asked: &Asked) -> Result<(Uuid, &'s Asset), Fault> {
    let (session, asset): (Uuid, AssetId) = (asked.path_id(1)?, asked.path_id(0)?);
    if state.streams.get(&session) != Some(&asset) {
        return Err(Fault::nothing_found());
    }
    Ok((session, video(state, asked)?))
}

fn playlist(text: String) -> Answer {
    Answer::text(StatusCode::OK, PLAYLIST, text).with(CACHE_CONTROL, "no-cache")
}

/// Begins a session, and returns the list of its variants: the original alone.
pub(super) fn main(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let asset: AssetId = asked.path_id(0)?;
    state.seen(asked, asset)?;
    if !state.is_enabled("/ffmpeg/realtime/enabled") {
        // A real server sets the headers of a list before it refuses.
        let refused = json!({ "message": "Real-time transcoding is not enabled" });
        let mut refused = Answer::json_with(StatusCode::BAD_REQUEST, &refused).with(CACHE_CONTROL, "no-cache");
        refused.headers.insert(CONTENT_TYPE, HeaderValue::from_static(PLAYLIST));
        return Ok(refused);
    }
    let bandwidth = video(state, asked)?.size().max(1) * 8;
    let session: Uuid = state.random.id();
    state.streams.insert(session, asset);
    let variant = format!("#EXT-X-STREAM-INF:BANDWIDTH={bandwidth}\n{session}/0/playlist.m3u8\n");
    Ok(playlist(format!("#EXTM3U\n#EXT-X-VERSION:7\n{variant}")))
}

pub(super) fn media(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    playing(state, asked)?;
    if asked.path_text(2) != "0" {
        return Err(Fault::nothing_found());
    }
    let head = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:1\n#EXT-X-PLAYLIST-TYPE:VOD\n";
    Ok(playlist(format!("{head}#EXTINF:1.0,\n{SEGMENT}\n#EXT-X-ENDLIST\n")))
}

pub(super) fn segment(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (_, asset) = playing(state, asked)?;
    if asked.path_text(2) != "0" || asked.path_text(3) != SEGMENT || asset.original_is_lost {
        return Err(Fault::nothing_found());
    }
    let file = File {
        bytes: asset.content.bytes(),
        content_type: "video/mp4",
        name: None,
        modified: asset.created_at,
        cache_control: PRIVATE,
    };
    Ok(file.respond(asked, state.line()))
}

pub(super) fn end(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (session, _) = playing(state, asked)?;
    state.streams.remove(&session);
    Ok(Answer::no_content())
}
