//! Archives of several assets.

use std::collections::{HashMap, HashSet};

use http::StatusCode;
use http::header::CONTENT_TYPE;
use immich_core::{AlbumId, AssetId, UserId};
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::{Asked, By};
use super::fault::Fault;
use super::roles::VIEWERS;
use super::state::{Asset, State};
use super::zip;

/// The default size of an archive.
const ARCHIVE_SIZE: i64 = 4 << 30;

impl State {
    /// Checks that a shared link allows downloads.
    pub(super) fn may_download(&self, asked: &Asked) -> Result<(), Fault> {
        let By::Link(id) = asked.who()?.by else { return Ok(()) };
        let allowed = self.links.iter().any(|link| link.id == id && link.allow_download);
        if allowed { Ok(()) } else { Err(asked.no_access()) }
    }
}

pub(super) fn info(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let ids: Option<Vec<AssetId>> = check.ids("assetIds");
    let album: Option<AlbumId> = check.id("albumId");
    let user: Option<UserId> = check.id("userId");
    let limit = check.integer("archiveSize", 1, i64::MAX).unwrap_or(ARCHIVE_SIZE);
    check.done()?;
    state.may_download(asked)?;
    let who = asked.who()?;
    let chosen: Vec<&Asset> = if let Some(ids) = ids {
        let seen = ids.iter().map(|id| state.seen(asked, *id)).collect::<Result<Vec<_>, _>>()?;
        let mut named = HashSet::new();
        seen.into_iter().filter(|asset| asset.trashed_at.is_none() && named.insert(asset.id)).collect()
    } else if let Some(album) = album.and_then(|id| state.album(id)) {
        state.album_for(asked, album.id, &VIEWERS).map_err(|_| Fault::no_access("album.download"))?;
        let assets = album.assets.iter().filter_map(|id| state.assets.get(id));
        assets.filter(|asset| asset.trashed_at.is_none()).collect()
    } else if user == Some(who.user) {
        let own = state.assets.values().filter(|asset| asset.owner == who.user && asset.trashed_at.is_none());
        // Locked assets are listed too, although an archive with one of them is refused.
        own.filter(|asset| asset.visibility != "hidden").collect()
    } else if album.is_some() {
        return Err(Fault::no_access("album.download"));
    } else if user.is_some() {
        return Err(Fault::no_access("timeline.download"));
    } else {
        return Err(Fault::bad_request("assetIds, albumId, or userId is required"));
    };
    // The video of a live photo is included with it.
    let mut named = HashSet::new();
    let videos = chosen.iter().filter_map(|asset| asset.live_photo_video).filter(|video| named.insert(*video));
    let videos = videos.filter_map(|video| state.assets.get(&video)).filter(|video| video.trashed_at.is_none());
    let all: Vec<&Asset> = chosen.iter().copied().chain(videos).collect();
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    let mut archives: Vec<(u64, Vec<AssetId>)> = Vec::new();
    for asset in &all {
        match archives.last_mut() {
            // An archive is full once it exceeds the limit.
            Some((size, ids)) if *size <= limit => {
                *size += asset.size();
                ids.push(asset.id);
            }
            _ => archives.push((asset.size(), vec![asset.id])),
        }
    }
    let total: u64 = all.iter().map(|asset| asset.size()).sum();
    let archives: Vec<Value> =
        archives.into_iter().map(|(size, ids)| json!({ "size": size, "assetIds": ids })).collect();
    Ok(Answer::created(&json!({ "totalSize": total, "archives": archives })))
}

/// A zip archive; duplicate names become `name+1.jpg` and so on.
pub(super) fn archive(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let ids: Vec<AssetId> = check.required_ids("assetIds");
    check.boolean("edited");
    check.string("archiveName");
    check.done()?;
    state.may_download(asked)?;
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut files = Vec::new();
    for id in ids {
        let asset = state.seen(asked, id)?;
        let count = seen.entry(&asset.file_name).or_default();
        let name = match (*count, asset.file_name.rsplit_once('.')) {
            (0, _) => asset.file_name.clone(),
            (count, Some((stem, extension))) => format!("{stem}+{count}.{extension}"),
            (count, None) => format!("{}+{count}", asset.file_name),
        };
        *count += 1;
        // The server omits unreadable files without an error.
        if !asset.original_is_lost {
            files.push((name, asset.content.bytes()));
        }
    }
    Ok(Answer::new(StatusCode::OK, zip::stored(files)).with(CONTENT_TYPE, "application/octet-stream"))
}
