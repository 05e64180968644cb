//! The users that albums are shared with.

use immich_core::UserId;
use serde_json::json;

use super::album_json::Form;
use super::albums::{OWNER, VIEWERS};
use super::answer::Answer;
use super::asked::Asked;
use super::check::Check;
use super::fault::Fault;
use super::state::State;
use super::time;

const ROLES: [&str; 2] = ["editor", "viewer"];

/// The users in a request body, and their roles.
pub(super) fn members(check: &mut Check) -> Vec<(UserId, &'static str)> {
    let users = check.raw("albumUsers");
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

pub(super) fn add(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let mut check = asked.fields()?;
    let added = members(&mut check);
    check.done()?;
    let owner = state.album_for(asked, id, &OWNER)?.owner;
    for (user, role) in added {
        if user == owner {
            return Err(Fault::bad_request("Cannot be shared with owner"));
        }
        if state.user(user).is_none() {
            return Err(Fault::bad_request("User not found"));
        }
        let album = state.album_mut(id).ok_or_else(|| asked.no_access())?;
        if album.role(user).is_some() {
            return Err(Fault::bad_request("User already added"));
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
    state.album_for(asked, id, &OWNER)?;
    let album = state.album_mut(id).ok_or_else(|| asked.no_access())?;
    let member = album.users.iter_mut().find(|(member, _)| *member == user);
    member.ok_or_else(|| Fault::bad_request("Album not shared with user"))?.1 = role;
    Ok(Answer::no_content())
}

pub(super) fn remove(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (id, user) = (asked.path_id(0)?, named_user(asked)?);
    // Every member may leave.
    let roles = if user == asked.user()? { &VIEWERS[..] } else { &OWNER[..] };
    state.album_for(asked, id, roles)?;
    let album = state.album_mut(id).ok_or_else(|| asked.no_access())?;
    if album.owner == user {
        return Err(Fault::bad_request("Cannot remove album owner"));
    }
    let before = album.users.len();
    album.users.retain(|(member, _)| *member != user);
    if album.users.len() == before {
        return Err(Fault::bad_request("Album not shared with user"));
    }
    Ok(Answer::no_content())
}
