//! Uploads.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::StatusCode;
use immich_core::{AssetId, Body, UserId};
use serde_json::{Map, Value, json};
use sha1::{Digest, Sha1};

use super::answer::Answer;
use super::asked::{Asked, By};
use super::assets::VISIBILITIES;
use super::check::Check;
use super::failure::Failure;
use super::fault::Fault;
use super::line::Line;
use super::media::{self, Kind};
use super::multipart::Multipart;
use super::new_asset::NewAsset;
use super::server::FakeImmich;
use super::state::{Checksum, State};
use super::{time, trouble};

/// The files of an upload.
#[derive(Default)]
struct Files {
    asset: Option<AssetPart>,
    sidecar: Option<Bytes>,
}

/// The file of an asset.
struct AssetPart {
    /// The file name of the part.
    name: String,
    /// The name that the file is stored by: the `filename` field, if it came before the file. Defaults to `name`.
    stored_as: String,
    bytes: Bytes,
    checksum: Checksum,
}

pub(super) async fn upload(server: &FakeImmich, asked: &Asked, body: Body) -> Result<Answer, Failure> {
    let user = asked.user()?;
    let (refused, outages) = {
        let state = server.seen();
        (state.trouble.refused_files.clone(), state.trouble.outages)
    };
    let (fields, files) = if refused.is_empty() {
        if let Some(known) = by_header(&server.seen(), asked, user)? {
            // The body is not read.
            return Ok(known);
        }
        read(server, &[], Multipart::new(&asked.headers, body)?).await?
    } else {
        // A firewall reads the whole request before the server sees it.
        let read = read(server, &refused, Multipart::new(&asked.headers, body)?).await;
        if let Err(Failure::Elsewhere(page)) = read {
            return Err(Failure::Elsewhere(page));
        }
        if let Some(known) = by_header(&server.seen(), asked, user)? {
            return Ok(known);
        }
        read?
    };
    let mut state = server.state();
    if state.trouble.outages != outages {
        return Err(Failure::Gone);
    }
    Ok(store(&mut state, asked, user, fields, files)?)
}

/// The response for a file that the user already has, if the request sends its checksum.
fn by_header(state: &State, asked: &Asked, user: UserId) -> Result<Option<Answer>, Fault> {
    may_upload(state, asked)?;
    let named = asked.header("x-immich-checksum").and_then(checksum);
    Ok(named.and_then(|named| state.by_checksum(user, named)).map(|asset| duplicate(asset.id)))
}

/// Checks that a shared link allows uploads.
fn may_upload(state: &State, asked: &Asked) -> Result<(), Fault> {
    let By::Link(id) = asked.who()?.by else { return Ok(()) };
    let allowed = state.links.iter().any(|link| link.id == id && link.allow_upload);
    if allowed { Ok(()) } else { Err(Fault::forbidden("Forbidden")) }
}

async fn read(
    server: &FakeImmich,
    refused: &[(String, StatusCode)],
    mut form: Multipart,
) -> Result<(Map<String, Value>, Files), Failure> {
    let line = server.seen().line();
    let (mut fields, mut files) = (Map::new(), Files::default());
    while let Some(part) = form.next_part().await? {
        let Some(part_name) = part.file_name else {
            let text = String::from_utf8_lossy(&form.bytes().await?).into_owned();
            fields.insert(part.name, text.into());
            continue;
        };
        if let Some((_, status)) = refused.iter().find(|(name, _)| *name == part_name) {
            return Err(Failure::Elsewhere(trouble::firewall_page(*status).into()));
        }
        // Only a `filename` that comes before the file counts.
        let named = fields.get("filename").and_then(Value::as_str).filter(|name| !name.is_empty());
        let file_name = named.map(str::to_owned);
        let file_name = file_name.unwrap_or_else(|| part_name.clone());
        match part.name.as_str() {
            "assetData" if files.asset.is_none() => {
                if !media::of(&file_name, line).is_some_and(|(_, kind, _)| kind != Kind::Sidecar) {
                    return Err(unsupported(&file_name).into());
                }
                let bytes = file(server, line, &mut form).await?;
                let checksum = Sha1::digest(&bytes).into();
                files.asset = Some(AssetPart { name: part_name, stored_as: file_name, bytes, checksum });
            }
            // The same name decides its type: after a `filename` of the asset, no sidecar is accepted.
            "sidecarData" if files.sidecar.is_none() => {
                if !media::of(&file_name, line).is_some_and(|(_, kind, _)| kind == Kind::Sidecar) {
                    return Err(unsupported(&file_name).into());
                }
                files.sidecar = Some(file(server, line, &mut form).await?);
            }
            other => return Err(Fault::bad_request(format!("Unexpected field - {other}")).into()),
        }
    }
    Ok((fields, files))
}

/// The bytes of a file, which the server writes to disk as they arrive.
async fn file(server: &FakeImmich, line: Line, form: &mut Multipart) -> Result<Bytes, Failure> {
    if server.seen().trouble.disk_is_full {
        return match form.chunk().await? {
            Some(_) => Err(Fault::internal().into()),
            None => empty(line),
        };
    }
    let bytes = form.bytes().await?;
    if bytes.is_empty() { empty(line) } else { Ok(bytes) }
}

/// 2.x accepts empty files; 3.x refuses them.
fn empty(line: Line) -> Result<Bytes, Failure> {
    if line.is_two() { Ok(Bytes::new()) } else { Err(Fault::bad_request("File is empty").into()) }
}

pub(super) fn unsupported(file_name: &str) -> Fault {
    Fault::bad_request(format!("Unsupported file type {file_name}"))
}

fn store(
    state: &mut State,
    asked: &Asked,
    user: UserId,
    fields: Map<String, Value>,
    files: Files,
) -> Result<Answer, Fault> {
    let line = state.line();
    let mut check = Check::fields(fields);
    let devices = if line.is_two() {
        [check.required_string("deviceAssetId"), check.required_string("deviceId")]
    } else {
        [None, None]
    };
    let [device_asset_id, device_id] = devices.map(Option::unwrap_or_default);
    let file_created_at = check.required_instant("fileCreatedAt");
    let file_modified_at = check.required_instant("fileModifiedAt");
    let is_favorite = check.boolean("isFavorite").unwrap_or_default();
    let visibility = check.word("visibility", &VISIBILITIES).unwrap_or("timeline");
    let live_photo_video = check.id("livePhotoVideoId");
    let named = check.string("filename").filter(|name| !name.is_empty());
    let duration = duration(&mut check, line);
    let metadata = metadata(&mut check);
    check.done()?;
    let (Some(file_created_at), Some(file_modified_at)) = (file_created_at, file_modified_at) else {
        return Err(asked.no_access());
    };
    let Some(AssetPart { name, stored_as, bytes, checksum }) = files.asset else {
        return Err(Fault::bad_request("Field assetData should not be empty"));
    };
    // `filename` names the asset, wherever it came.
    let file_name = named.unwrap_or(name);

    // The file is already on disk: even a duplicate is refused if it exceeds the quota.
    let quota = state.user(user).and_then(|user| user.quota);
    if quota.is_some_and(|quota| state.usage(user) + bytes.len() as u64 > quota) {
        return Err(Fault::bad_request("Quota has been exceeded!"));
    }
    if let Some(video) = live_photo_video {
        hide_video(state, user, video)?;
    }
    if let Some(known) = state.by_checksum(user, checksum).map(|asset| asset.id) {
        if let By::Link(link) = asked.who()?.by {
            add_to_link(state, link, known);
        }
        return Ok(duplicate(known));
    }
    let id = state.insert(NewAsset {
        owner: user,
        stored_as,
        file_name,
        bytes,
        checksum,
        sidecar: files.sidecar,
        device_asset_id,
        device_id,
        duration,
        file_created_at,
        file_modified_at,
        is_favorite,
        visibility,
        live_photo_video,
        metadata,
    })?;
    if state.trouble.lost_uploads > 0 {
        state.trouble.lost_uploads -= 1;
        if let Some(asset) = state.assets.get_mut(&id) {
            asset.original_is_lost = true;
            asset.sidecar = None;
        }
        return Err(Fault::internal());
    }
    if let By::Link(link) = asked.who()?.by {
        add_to_link(state, link, id);
    }
    Ok(Answer::created(&json!({ "id": id, "status": "created" })))
}

/// Replaces the file of an asset, on 2.x. The old file becomes an asset in the trash, whose id is returned.
pub(super) async fn replace(server: &FakeImmich, asked: &Asked, body: Body) -> Result<Answer, Failure> {
    let user = asked.user()?;
    let (fields, files) = read(server, &[], Multipart::new(&asked.headers, body)?).await?;
    let mut check = Check::fields(fields);
    let [device_asset_id, device_id] = ["deviceAssetId", "deviceId"].map(|name| check.required_string(name));
    let [created, modified] = ["fileCreatedAt", "fileModifiedAt"].map(|name| check.required_instant(name));
    let named = check.string("filename").filter(|name| !name.is_empty());
    let duration = duration(&mut check, Line::Two);
    check.done().map_err(Failure::from)?;
    let (Some(created), Some(modified)) = (created, modified) else { return Err(asked.no_access().into()) };
    let part = files.asset.ok_or_else(|| Fault::bad_request("Field assetData should not be empty"))?;
    let id = asked.path_id(0)?;
    let mut state = server.state();
    state.own(asked, &[id])?;
    if let Some(known) = state.by_checksum(user, part.checksum) {
        return Ok(duplicate(known.id));
    }
    let replaced = NewAsset {
        owner: user,
        stored_as: part.stored_as,
        file_name: named.unwrap_or(part.name),
        bytes: part.bytes,
        checksum: part.checksum,
        sidecar: files.sidecar,
        device_asset_id: device_asset_id.unwrap_or_default(),
        device_id: device_id.unwrap_or_default(),
        duration,
        file_created_at: created,
        file_modified_at: modified,
        is_favorite: false,
        visibility: "timeline",
        live_photo_video: None,
        metadata: Vec::new(),
    };
    let copy = state.insert(replaced)?;
    state.exchange_files(id, copy);
    Ok(Answer::json(&json!({ "id": copy, "status": "replaced" })))
}

/// Adds an asset that was uploaded through a shared link to the link or its album.
fn add_to_link(state: &mut State, link: immich_core::SharedLinkId, asset: AssetId) {
    let Some(link) = state.links.iter_mut().find(|shared| shared.id == link) else { return };
    match link.album {
        Some(album) => {
            let album = state.albums.iter_mut().find(|shared| shared.id == album);
            if let Some(album) = album.filter(|album| !album.assets.contains(&asset)) {
                album.assets.push(asset);
                album.thumbnail.get_or_insert(asset);
            }
        }
        None => drop(link.assets.push(asset)),
    }
}

fn duplicate(id: AssetId) -> Answer {
    Answer::json(&json!({ "id": id, "status": "duplicate" }))
}

/// 2.x accepts any string; 3.x only whole milliseconds, or an empty string.
fn duration(check: &mut Check, line: Line) -> Option<String> {
    let text = check.string("duration").filter(|text| !text.is_empty())?;
    if line.is_two() || text.parse::<u64>().is_ok() {
        return Some(text);
    }
    let details = match text.parse::<f64>() {
        Ok(number) if number < 0.0 => json!({
            "origin": "number", "code": "too_small", "minimum": 0, "inclusive": true, "path": ["duration"],
            "message": "Too small: expected number to be >=0",
        }),
        Ok(_) => json!({
            "expected": "int", "format": "safeint", "code": "invalid_type", "path": ["duration"],
            "message": "Invalid input: expected int, received number",
        }),
        Err(_) => json!({
            "expected": "number", "code": "invalid_type", "received": "NaN", "path": ["duration"],
            "message": "Invalid input: expected number, received NaN",
        }),
    };
    check.wrong("duration", Vec::new(), details);
    None
}

/// The metadata, sent as JSON in a string.
fn metadata(check: &mut Check) -> Vec<(String, Value)> {
    let Some(text) = check.string("metadata").filter(|text| !text.is_empty()) else { return Vec::new() };
    let parsed = serde_json::from_str::<Vec<Map<String, Value>>>(&text).ok();
    let pairs = parsed.and_then(|items| {
        let pair = |item: Map<String, Value>| Some((item.get("key")?.as_str()?.to_owned(), item.get("value")?.clone()));
        items.into_iter().map(pair).collect()
    });
    pairs.unwrap_or_else(|| {
        let message = "metadata must be an array of key-value pairs".to_owned();
        let details = json!({ "code": "custom", "path": ["metadata"], "message": message });
        check.wrong("metadata", vec![message], details);
        Vec::new()
    })
}

/// Hides the video of a live photo from the timeline.
pub(super) fn hide_video(state: &mut State, user: UserId, video: AssetId) -> Result<(), Fault> {
    let video = state.assets.get_mut(&video).ok_or_else(|| Fault::bad_request("Live photo video not found"))?;
    if video.kind != Kind::Video {
        return Err(Fault::bad_request("Live photo video must be a video"));
    }
    if video.owner != user {
        return Err(Fault::bad_request("Live photo video does not belong to the user"));
    }
    if video.visibility == "timeline" {
        video.visibility = "hidden";
        video.updated_at = time::now();
    }
    Ok(())
}

/// A SHA-1 digest in Base64 (28 characters) or hexadecimal (40 characters).
pub(super) fn checksum(text: &str) -> Option<Checksum> {
    if text.len() == 28 {
        return STANDARD.decode(text).ok()?.try_into().ok();
    }
    if text.len() != 40 || !text.is_ascii() {
        return None;
    }
    let mut checksum = [0; 20];
    for (byte, digits) in checksum.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(checksum)
}
