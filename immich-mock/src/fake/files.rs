//! The files of assets: original, thumbnail and playback.

use http::StatusCode;
use http::header::LOCATION;

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::file::{self, File, PRIVATE};
use super::media::Kind;
use super::state::{Asset, State};

/// An asset whose file the sender may have. Later servers say 404 where they have no file.
fn seen<'s>(state: &'s State, asked: &Asked) -> Result<&'s Asset, Fault> {
    let id = asked.path_id(0)?;
    let status = if state.line().is_two() { StatusCode::BAD_REQUEST } else { StatusCode::NOT_FOUND };
    state.seen(asked, id).map_err(|fault| fault.with_status(status))
}

pub(super) fn original(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let asset = seen(state, asked)?;
    state.may_download(asked)?;
    if asset.original_is_lost {
        return file::lost(Some(&asset.file_name), asset.content_type, state.line());
    }
    let file = File {
        bytes: asset.bytes.clone(),
        content_type: asset.content_type,
        name: Some(asset.file_name.clone()),
        modified: asset.file_modified_at,
        cache_control: PRIVATE,
    };
    Ok(file.answer(asked, state.line()))
}

/// The original's bytes, under the name and type of a thumbnail.
pub(super) fn thumbnail(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["size"]);
    let size = check.word("size", &["original", "fullsize", "preview", "thumbnail"]).unwrap_or("thumbnail");
    check.done()?;
    let asset = state.seen(asked, asked.path_id(0)?)?;
    let (extension, content_type) = match size {
        "preview" => ("jpeg", "image/jpeg"),
        "thumbnail" => ("webp", "image/webp"),
        _ => {
            let text = "Found. Redirecting to original?";
            let answer = Answer::text(StatusCode::FOUND, "text/plain; charset=utf-8", text);
            return Ok(answer.with(LOCATION, "original?"));
        }
    };
    if !asset.metadata_is_extracted {
        // Thumbnails are made after it.
        return Err(Fault::not_found("Asset media not found"));
    }
    let stem = asset.file_name.rsplit_once('.').map_or(asset.file_name.as_str(), |(stem, _)| stem);
    let file = File {
        bytes: asset.bytes.clone(),
        content_type,
        name: Some(format!("{stem}_{size}.{extension}")),
        modified: asset.created_at,
        cache_control: PRIVATE,
    };
    Ok(file.answer(asked, state.line()))
}

pub(super) fn playback(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let asset = seen(state, asked)?;
    if asset.kind != Kind::Video {
        return Err(Fault::not_found("Asset is not a video"));
    }
    if asset.original_is_lost {
        return file::lost(None, asset.content_type, state.line());
    }
    let file = File {
        bytes: asset.bytes.clone(),
        content_type: asset.content_type,
        name: None,
        modified: asset.created_at,
        cache_control: PRIVATE,
    };
    Ok(file.answer(asked, state.line()))
}
