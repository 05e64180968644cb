//! The files of assets: original, thumbnail and playback.

use http::StatusCode;
use http::header::LOCATION;

use super::answer::Answer;
use super::asked::{Asked, By};
use super::fault::Fault;
use super::file::{self, File, PRIVATE};
use super::media::Kind;
use super::state::{Asset, State};

impl State {
    /// The refusal of a file, which 3.x always reports as not found.
    pub(super) fn no_file(&self, fault: Fault) -> Fault {
        if self.line().is_two() { fault } else { Fault::not_found("Not Found") }
    }
}

/// An asset whose file the sender may access.
fn seen<'s>(state: &'s State, asked: &Asked) -> Result<&'s Asset, Fault> {
    let id = asked.path_id(0)?;
    state.seen(asked, id).map_err(|fault| state.no_file(fault))
}

pub(super) fn original(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let asset = seen(state, asked)?;
    state.may_download(asked).map_err(|fault| state.no_file(fault))?;
    let stem = stem(&asset.file_name);
    let extension = asset.path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let name = format!("{stem}.{extension}");
    if asset.original_is_lost {
        return file::lost(Some(&name), asset.content_type, state.line());
    }
    let file = File {
        bytes: asset.content.bytes(),
        content_type: asset.content_type,
        name: Some(name),
        modified: asset.file_modified_at,
        cache_control: PRIVATE,
    };
    Ok(file.respond(asked, state.line()))
}

/// Redirects to the original, with the rest of the query.
fn to_original(asked: &Asked) -> Answer {
    let (_, query) = asked.path_and_query.split_once('?').unwrap_or_default();
    let rest: Vec<_> = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("size=")).collect();
    let location = format!("original?{}", rest.join("&"));
    let text = format!("Found. Redirecting to {location}");
    Answer::text(StatusCode::FOUND, "text/plain; charset=utf-8", text).with(LOCATION, &location)
}

/// A file name without its extension.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The original's bytes, under the name and type of a thumbnail.
pub(super) fn thumbnail(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["size"]);
    let size = check.word("size", &["original", "fullsize", "preview", "thumbnail"]).unwrap_or("thumbnail");
    check.done()?;
    if size == "original" && !state.line().is_two() {
        return Ok(to_original(asked));
    }
    let asset = state.seen(asked, asked.path_id(0)?)?;
    let (extension, content_type) = match size {
        "preview" => ("jpeg", "image/jpeg"),
        "thumbnail" => ("webp", "image/webp"),
        "original" => return Err(Fault::bad_request("May not request original file")),
        _ => return Ok(to_original(asked)),
    };
    if !state.has_file(asset, size) {
        // Thumbnails are generated after the metadata is extracted, and can be removed.
        return Err(Fault::not_found("Asset media not found"));
    }
    let name = match asked.who()?.by {
        By::Link(link) if !state.links.iter().any(|shared| shared.id == link && shared.show_metadata) => {
            asset.id.to_string()
        }
        _ => stem(&asset.file_name).to_owned(),
    };
    let file = File {
        bytes: asset.content.bytes(),
        content_type,
        name: Some(format!("{name}_{size}.{extension}")),
        modified: asset.created_at,
        cache_control: PRIVATE,
    };
    Ok(file.respond(asked, state.line()))
}

pub(super) fn playback(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let asset = seen(state, asked)?;
    if asset.kind != Kind::Video {
        return Err(state.no_file(Fault::not_found("Asset not found or asset is not a video")));
    }
    if asset.original_is_lost {
        return file::lost(None, asset.content_type, state.line());
    }
    let file = File {
        bytes: asset.content.bytes(),
        content_type: asset.content_type,
        name: None,
        modified: asset.created_at,
        cache_control: PRIVATE,
    };
    Ok(file.respond(asked, state.line()))
}
