//! Comments and likes on albums.

use immich_core::{ActivityId, AlbumId, AssetId, UserId};
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::check::Check;
use super::fault::Fault;
use super::state::{Activity, State};
use super::time::{self, Written};

impl State {
    fn activity_json(&self, activity: &Activity) -> Value {
        json!({
            "id": activity.id,
            "assetId": activity.asset,
            "createdAt": time::text(activity.created_at),
            "comment": activity.comment,
            "type": if activity.comment.is_some() { "comment" } else { "like" },
            "user": self.user_json(activity.user, Written::ByDatabase),
        })
    }

    /// The id of an album that the sender may see.
    fn may_see_album(&self, asked: &Asked, id: Option<AlbumId>) -> Result<AlbumId, Fault> {
        let user = asked.user()?;
        let album = id.and_then(|id| self.album(id)).filter(|album| album.role(user).is_some());
        album.map(|album| album.id).ok_or_else(|| asked.no_access())
    }
}

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["albumId", "assetId", "level", "type", "userId"]);
    let album: Option<AlbumId> = check.required_id("albumId");
    let asset: Option<AssetId> = check.id("assetId");
    let level = check.word("level", &["album", "asset"]);
    let kind = check.word("type", &["comment", "like"]);
    let user: Option<UserId> = check.id("userId");
    check.done()?;
    let album = state.may_see_album(asked, album)?;
    let activities = state.activities.iter().filter(|activity| {
        activity.album == album
            && (asset.is_none() || activity.asset == asset)
            && level.is_none_or(|level| (level == "asset") == activity.asset.is_some())
            && kind.is_none_or(|kind| (kind == "comment") == activity.comment.is_some())
            && user.is_none_or(|user| user == activity.user)
    });
    Ok(Answer::json(&activities.map(|activity| state.activity_json(activity)).collect()))
}

pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check: Check = asked.fields()?;
    let album: Option<AlbumId> = check.required_id("albumId");
    let asset: Option<AssetId> = check.id("assetId");
    let kind = check.word("type", &["comment", "like"]).unwrap_or("like");
    let comment = if kind == "comment" { check.required_string("comment") } else { None };
    check.done()?;
    let album = state.may_see_album(asked, album)?;
    let user = asked.user()?;
    // A repeated like returns the first one.
    let same = |one: &&Activity| one.comment.is_none() && (one.album, one.asset, one.user) == (album, asset, user);
    if let Some(liked) = state.activities.iter().find(same).filter(|_| comment.is_none()) {
        return Ok(Answer::json(&state.activity_json(liked)));
    }
    let activity = Activity { id: state.random.id(), user, album, asset, comment, created_at: time::now() };
    let response = Answer::created(&state.activity_json(&activity));
    state.activities.push(activity);
    Ok(response)
}

pub(super) fn statistics(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["albumId", "assetId"]);
    let album: Option<AlbumId> = check.required_id("albumId");
    let asset: Option<AssetId> = check.id("assetId");
    check.done()?;
    let album = state.may_see_album(asked, album)?;
    let counted = |activity: &&Activity| activity.album == album && (asset.is_none() || activity.asset == asset);
    let (comments, likes): (Vec<_>, Vec<_>) =
        state.activities.iter().filter(counted).partition(|activity| activity.comment.is_some());
    Ok(Answer::json(&json!({ "comments": comments.len(), "likes": likes.len() })))
}

/// Users may delete their own activities, and all activities in their own albums.
pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (id, user): (ActivityId, _) = (asked.path_id(0)?, asked.user()?);
    let owns_album = |id| state.album(id).is_some_and(|album| album.owner == user);
    let activity = state.activities.iter().find(|activity| activity.id == id);
    if !activity.is_some_and(|activity| activity.user == user || owns_album(activity.album)) {
        return Err(asked.no_access());
    }
    state.activities.retain(|activity| activity.id != id);
    Ok(Answer::no_content())
}
