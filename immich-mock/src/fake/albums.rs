//! Albums.

use std::cmp::Reverse;
use std::collections::HashSet;

use immich_core::{AlbumId, AssetId, ServerVersion, UserId};
use serde_json::{Value, json};

use super::album_json::Form;
use super::album_users;
use super::answer::Answer;
use super::asked::{Asked, By, Who};
use super::asset_list::AssetList;
use super::check::Check;
use super::fault::Fault;
use super::roles::{EDITORS, OWNER, VIEWERS};
use super::state::{Album, Asset, State};
use super::time;

/// The first version with a description that may be null in requests.
const NULL_DESCRIPTION_SINCE: ServerVersion = ServerVersion::new(3, 2, 0);

impl State {
    /// An album that the sender may access with one of `roles`.
    pub(super) fn album_for(&self, asked: &Asked, id: AlbumId, roles: &[&str]) -> Result<&Album, Fault> {
        let who = asked.who()?;
        let allowed = |album: &&Album| match who.by {
            By::Link(link) => self.links.iter().any(|shared| {
                shared.id == link
                    && shared.album == Some(album.id)
                    && (roles.contains(&"viewer") || shared.allow_upload)
            }),
            _ => album.role(who.user).is_some_and(|role| roles.contains(&role)),
        };
        self.album(id).filter(allowed).ok_or_else(|| asked.no_access())
    }

    /// The number of assets in an album by owner, the largest first.
    fn contributor_counts(&self, album: &Album) -> Value {
        let mut counts: Vec<(UserId, usize)> = Vec::new();
        let assets = album.assets.iter().filter_map(|id| self.assets.get(id));
        for asset in assets.filter(|asset| asset.trashed_at.is_none()) {
            match counts.iter_mut().find(|(user, _)| *user == asset.owner) {
                Some((_, count)) => *count += 1,
                None => counts.push((asset.owner, 1)),
            }
        }
        counts.sort_by_key(|(_, count)| Reverse(*count));
        counts.into_iter().map(|(user, count)| json!({ "userId": user, "assetCount": count })).collect()
    }

    /// Adds assets to an album, and reports the result of each.
    fn add_to_album(&mut self, who: Who, id: AlbumId, assets: &[AssetId]) -> Vec<Value> {
        let mut results = Vec::new();
        for asset in assets {
            // Users may share their own assets; a visitor of 2.x shares those of the link's owner.
            let may_share = |asset: &Asset| asset.owner == who.user && asset.visibility != "locked";
            let allowed = self.assets.get(asset).is_some_and(may_share);
            let Some(album) = self.album_mut(id) else { break };
            if album.assets.contains(asset) {
                results.push(failed(*asset, "duplicate"));
            } else if !allowed {
                results.push(failed(*asset, "no_permission"));
            } else {
                album.assets.push(*asset);
                album.thumbnail.get_or_insert(*asset);
                album.updated_at = time::now();
                results.push(json!({ "id": asset, "success": true }));
            }
        }
        results
    }
}

/// The result of an item that failed.
pub(super) fn failed(id: impl serde::Serialize, error: &str) -> Value {
    json!({ "id": id, "success": false, "error": error })
}

pub(super) fn list(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["assetId", "id", "isOwned", "isShared", "name", "shared"]);
    let asset: Option<AssetId> = check.id("assetId");
    let id: Option<AlbumId> = check.id("id");
    let name = check.string("name");
    let two = state.line().is_two();
    let is_owned = if two { None } else { check.boolean("isOwned") };
    let is_shared = check.boolean(if two { "shared" } else { "isShared" });
    check.done()?;
    let user = asked.user()?;
    let shared = |album: &Album| !album.users.is_empty() || state.links.iter().any(|link| link.album == Some(album.id));
    let wanted = |album: &&Album| {
        let owned = album.owner == user;
        // 2.x lists only the user's own, unless shared albums or those of an asset are requested.
        let own_only = two && asset.is_none() && is_shared != Some(true);
        // The albums of a deleted user are gone with it.
        state.user(album.owner).is_some_and(|owner| owner.deleted_at.is_none())
            && album.role(user).is_some()
            && (!own_only || owned)
            && asset.map_or_else(
                || {
                    is_owned.is_none_or(|wanted| wanted == owned)
                        && is_shared.is_none_or(|wanted| wanted == shared(album))
                        && (two || id.is_none_or(|id| id == album.id))
                        && (two || name.as_ref().is_none_or(|name| *name == album.name))
                },
                // An asset takes precedence over all other filters.
                |asset| album.assets.contains(&asset),
            )
    };
    let albums = state.albums.iter().rev().filter(wanted);
    Ok(Answer::json(&albums.map(|album| state.album_json(album, Form::Summed, false)).collect()))
}

/// The description in a request. Null removes it since 3.2, and only an empty string before.
fn described(state: &State, check: &mut Check) -> Option<String> {
    let is_null = check.has("description") && check.raw("description").is_null();
    if is_null && state.version >= NULL_DESCRIPTION_SINCE { Some(String::new()) } else { check.string("description") }
}

pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let name = check.required_string("albumName").unwrap_or_default();
    let description = described(state, &mut check).unwrap_or_default();
    let assets: Vec<AssetId> = check.ids("assetIds").unwrap_or_default();
    let users = album_users::members(&mut check);
    check.done()?;
    let owner = asked.user()?;
    let two = state.line().is_two();
    let mut users = users;
    if two && users.iter().any(|(user, _)| *user == owner) {
        return Err(Fault::bad_request("Cannot share album with owner"));
    }
    users.retain(|(user, _)| *user != owner);
    if users.iter().any(|(user, _)| state.user(*user).is_none()) {
        return Err(Fault::bad_request(album_users::unknown(two)));
    }
    let (id, now) = (state.random.id(), time::now());
    let order = state.default_order(owner);
    let album = Album {
        id,
        owner,
        name,
        description,
        thumbnail: None,
        created_at: now,
        updated_at: now,
        assets: AssetList::default(),
        users,
        is_activity_enabled: true,
        order,
    };
    state.albums.push(album);
    state.add_to_album(asked.who()?, id, &assets);
    let album = state.album(id).ok_or_else(|| asked.no_access())?;
    Ok(Answer::created(&state.album_json(album, Form::Changed, true)))
}

pub(super) fn get(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["withoutAssets"]);
    let with_assets = !check.boolean("withoutAssets").unwrap_or_default();
    check.done()?;
    let album = state.album_for(asked, asked.path_id(0)?, &VIEWERS)?;
    let mut json = state.album_json(album, Form::Summed, with_assets);
    if json["shared"] == true {
        json["contributorCounts"] = state.contributor_counts(album);
    }
    Ok(Answer::json(&json))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let mut check = asked.fields()?;
    let name = check.string("albumName");
    let description = described(state, &mut check);
    let thumbnail: Option<AssetId> = check.id("albumThumbnailAssetId");
    let is_activity_enabled = check.boolean("isActivityEnabled");
    let order = check.word("order", &["asc", "desc"]);
    check.done()?;
    // Since 3.0, editors may change an album too.
    let album = state.album_for(asked, id, if state.line().is_two() { &OWNER[..] } else { &EDITORS[..] })?;
    if thumbnail.is_some_and(|thumbnail| !album.assets.contains(&thumbnail)) {
        return Err(Fault::bad_request("Invalid album thumbnail"));
    }
    let album = state.album_mut(id).ok_or_else(|| asked.no_access())?;
    album.name = name.unwrap_or_else(|| album.name.clone());
    album.description = description.unwrap_or_else(|| album.description.clone());
    album.thumbnail = thumbnail.or(album.thumbnail);
    album.is_activity_enabled = is_activity_enabled.unwrap_or(album.is_activity_enabled);
    album.order = order.unwrap_or(album.order);
    album.updated_at = time::now();
    let album = state.album(id).ok_or_else(|| asked.no_access())?;
    Ok(Answer::json(&state.album_json(album, Form::Changed, false)))
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.album_for(asked, asked.path_id(0)?, &OWNER)?.id;
    state.albums.retain(|album| album.id != id);
    state.links.retain(|link| link.album != Some(id));
    state.activities.retain(|activity| activity.album != id);
    Ok(Answer::no_content())
}

pub(super) fn add_assets(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let mut check = asked.fields()?;
    let ids: Vec<AssetId> = check.required_ids("ids");
    check.done()?;
    if state.album(id).is_none() {
        return Err(Fault::bad_request("Album not found"));
    }
    state.album_for(asked, id, &EDITORS)?;
    Ok(Answer::json(&state.add_to_album(asked.who()?, id, &ids).into()))
}

pub(super) fn add_assets_to_many(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let albums: Vec<AlbumId> = check.required_ids("albumIds");
    let assets: Vec<AssetId> = check.required_ids("assetIds");
    check.done()?;
    let mut results = Vec::new();
    for id in albums {
        if state.album_for(asked, id, &EDITORS).is_ok() {
            results.extend(state.add_to_album(asked.who()?, id, &assets));
        }
    }
    if results.iter().any(|result| result["success"] == true) {
        return Ok(Answer::json(&json!({ "success": true })));
    }
    let all_known = !results.is_empty() && results.iter().all(|result| result["error"] == "duplicate");
    let error = if all_known { "duplicate" } else { "no_permission" };
    Ok(Answer::json(&json!({ "success": false, "error": error })))
}

pub(super) fn remove_assets(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let mut check = asked.fields()?;
    let ids: Vec<AssetId> = check.required_ids("ids");
    check.done()?;
    let user = asked.user()?;
    let is_owner = state.album_for(asked, id, &EDITORS)?.owner == user;
    // Editors may only remove their own assets.
    let own: HashSet<_> =
        ids.iter().filter(|id| state.assets.get(id).is_some_and(|asset| asset.owner == user)).collect();
    let album = state.album_mut(id).ok_or_else(|| asked.no_access())?;
    let (mut results, mut removed) = (Vec::new(), HashSet::new());
    for asset in &ids {
        if !album.assets.contains(asset) || removed.contains(asset) {
            results.push(failed(asset, "not_found"));
        } else if !is_owner && !own.contains(asset) {
            results.push(failed(asset, "no_permission"));
        } else {
            removed.insert(*asset);
            results.push(json!({ "id": asset, "success": true }));
        }
    }
    if !removed.is_empty() {
        album.remove(&removed);
        album.updated_at = time::now();
    }
    Ok(Answer::json(&results.into()))
}

pub(super) fn statistics(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let user = asked.user()?;
    let linked = |album: &Album| state.links.iter().any(|link| link.album == Some(album.id));
    let shared = |album: &&Album| !album.users.is_empty() || linked(album);
    let mine = || state.albums.iter().filter(|album| album.role(user).is_some());
    let owned = || mine().filter(|album| album.owner == user);
    Ok(Answer::json(&json!({
        "owned": owned().count(),
        "shared": mine().filter(shared).count(),
        "notShared": owned().filter(|album| !shared(album)).count(),
    })))
}
