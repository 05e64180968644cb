//! User preferences.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::line::Line;
use super::state::{State, User};

/// The default preferences.
fn defaults(line: Line) -> Value {
    let mut json = json!({
        "albums": { "defaultAssetOrder": "desc" },
        "folders": { "enabled": false, "sidebarWeb": false },
        "memories": { "enabled": true, "duration": 5 },
        "people": { "enabled": true, "sidebarWeb": false },
        "sharedLinks": { "enabled": true, "sidebarWeb": false },
        "ratings": { "enabled": false },
        "tags": { "enabled": false, "sidebarWeb": false },
        "emailNotifications": { "enabled": true, "albumInvite": true, "albumUpdate": true },
        "download": { "archiveSize": 4_294_967_296_u64, "includeEmbeddedVideos": false },
        "purchase": { "showSupportBadge": true, "hideBuyButtonUntil": "2022-02-12T00:00:00.000Z" },
        "cast": { "gCastEnabled": false },
    });
    if !line.is_two() {
        json["people"]["minimumFaces"] = 3.into();
        json["recentlyAdded"] = json!({ "sidebarWeb": false });
    }
    json
}

/// The defaults, overridden by the changes of the user. Unknown groups and fields are omitted.
fn preferences(user: &User, line: Line) -> Value {
    let mut json = defaults(line);
    for (group, changed) in &user.preferences {
        let fields = changed.as_object().into_iter().flatten();
        for (field, value) in fields.filter(|(field, _)| defaults(line)[group].get(*field).is_some()) {
            json[group][field] = value.clone();
        }
    }
    json
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&preferences(state.me(asked)?, state.line())))
}

pub(super) fn get_admin(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let user = state.user(asked.path_id(0)?).ok_or_else(|| Fault::bad_request("User not found"))?;
    Ok(Answer::json(&preferences(user, state.line())))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let changed: Map<String, Value> = serde_json::from_slice(&asked.body).unwrap_or_default();
    let sent = changed.clone();
    if let Some(user) = state.user_mut(asked.user()?) {
        for (group, fields) in changed {
            let kept = user.preferences.entry(group).or_insert_with(|| json!({}));
            for (field, value) in fields.as_object().into_iter().flatten() {
                kept[field] = value.clone();
            }
        }
    }
    // The response repeats everything that was sent, including fields that are not kept.
    let mut json = preferences(state.me(asked)?, state.line());
    for (group, fields) in sent {
        for (field, value) in fields.as_object().into_iter().flatten() {
            json[&group][field] = value.clone();
        }
    }
    Ok(Answer::json(&json))
}
