//! The users that albums are shared with.

use immich_core::{AlbumId, UserId};
use serde_json::json;

use super::album_json::Form;
use super::answer::Answer;
use super::asked::Asked;
use super::check::Check;
use super::fault::Fault;
use super::roles::{EDITORS, OWNER};
use super::state::{Album, State};
use super::time;

const ROLES: [&str; 2] = ["editor", "viewer"];

/// The users in a request body, and their roles.
pub(super) fn members(check: &mut Check) -> Vec<(UserId, &'static str)> {
    let users = check.raw("albumUsers");
    if check.has("albumUsers") && !users.is_array() {
        check.mistyped("albumUsers", "array", vec!["albumUsers must be an array".to_owned()]);
    }
    let mut members = Vec::new();
    for user in users.as_array().map(Vec::as_slice).unwrap_or_default() {
        let mut member = Check::fields(user.as_object().cloned().unwrap_or_default());
        let role = member.word("role", &ROLES).unwrap_or("editor");
        match member.required_id("userId") {
            Some(id) if member.done().is_ok() => members.push((id, role)),
            _ => {
                let details = json!({
                    "code": "custom", "path": ["albumUsers"], "message": "Invalid input",
                });
                check.wrong("albumUsers", vec!["albumUsers must have users and roles".to_owned()], details);
            }
        }
    }
    members
}

/// The refusal of a user who does not exist.
pub(super) fn unknown(two: bool) -> &'static str {
    if two { "User not found" } else { "Invalid user" }
}

/// An album that the sender may share: its owner, and since 3.0 its editors.
fn shareable<'s>(state: &'s State, asked: &Asked, id: AlbumId) -> Result<&'s Album, Fault> {
    let roles = if state.line().is_two() { &OWNER[..] } else { &EDITORS[..] };
    state.album_for(asked, id, roles).map_err(|_| Fault::no_access("album.share"))
}

pub(super) fn add(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let mut check = asked.fields()?;
    let added = members(&mut check);
    check.done()?;
    let owner = shareable(state, asked, id)?.owner;
    let two = state.line().is_two();
    for (user, role) in added {
        if two && user == owner {
            return Err(Fault::bad_request("Cannot be shared with owner"));
        }
        let is_known = state.user(user).is_some();
        let album = state.album_mut(id).ok_or_else(|| asked.no_access())?;
        match album.role(user) {
            Some(_) if two => return Err(Fault::bad_request("User already added")),
            // 3.x leaves the owner and members as they are.
            Some(_) => continue,
            None if !is_known => return Err(Fault::bad_request(unknown(two))),
            None => {}
        }
        album.users.push((user, role));
        album.updated_at = time::now();
    }
    let album = state.album(id).ok_or_else(|| asked.no_access())?;
    Ok(Answer::json(&state.album_json(album, Form::Changed, true)))
}

/// The user of the path: an id, or `me`.
fn named_user(asked: &Asked) -> Result<UserId, Fault> {
    if asked.path_text(1) == "me" { asked.user() } else { asked.path_id(1) }
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (id, user) = (asked.path_id(0)?, named_user(asked)?);
    let mut check = asked.fields()?;
    let role = check.word("role", &ROLES).unwrap_or("editor");
    check.done()?;
    let owner = shareable(state, asked, id)?.owner;
    if owner == user && !state.line().is_two() {
        return Err(Fault::bad_request("User is owner"));
    }
    let album = state.album_mut(id).ok_or_else(|| asked.no_access())?;
    let member = album.users.iter_mut().find(|(member, _)| *member == user);
    member.ok_or_else(|| Fault::bad_request("Album not shared with user"))?.1 = role;
    Ok(Answer::no_content())
}

pub(super) fn remove(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (id, user) = (asked.path_id(0)?, named_user(asked)?);
    let two = state.line().is_two();
    let album = state.album(id).ok_or_else(|| Fault::bad_request("Album not found"))?;
    if album.owner == user {
        let three = "Cannot remove the last album owner";
        return Err(Fault::bad_request(if two { "Cannot remove album owner" } else { three }));
    }
    if album.role(user).is_none() {
        return Err(Fault::bad_request("Album not shared with user"));
    }
    // Every member may leave.
    if user != asked.user()? {
        shareable(state, asked, id)?;
    }
    let album = state.album_mut(id).ok_or_else(|| asked.no_access())?;
    album.users.retain(|(member, _)| *member != user);
    Ok(Answer::no_content())
}
