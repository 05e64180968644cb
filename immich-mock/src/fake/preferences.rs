//! User preferences.

use immich_core::{ServerVersion, UserId};
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::check::Check;
use super::fault::Fault;
use super::state::{State, User};
use super::users::COLORS;

/// The default preferences.
fn defaults(version: ServerVersion) -> Value {
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
    if version.major >= 3 {
        json["people"]["minimumFaces"] = 3.into();
    }
    if version >= ServerVersion::new(3, 0, 1) {
        json["recentlyAdded"] = json!({ "sidebarWeb": false });
    }
    if version >= ServerVersion::new(3, 2, 0) {
        json["memories"]["sidebarWeb"] = false.into();
    }
    if version >= ServerVersion::new(3, 3, 0) {
        json["people"]["updateStrategy"] = "self".into();
    }
    json
}

/// The defaults, overridden by the changes of the user. Unknown groups and fields are omitted.
fn preferences(user: &User, version: ServerVersion) -> Value {
    let mut json = defaults(version);
    for (group, changed) in &user.preferences {
        let fields = changed.as_object().into_iter().flatten();
        for (field, value) in fields.filter(|(field, _)| defaults(version)[group].get(*field).is_some()) {
            json[group][field] = value.clone();
        }
    }
    json
}

impl State {
    /// The order of a user's new albums.
    pub(super) fn default_order(&self, user: UserId) -> &'static str {
        let preferences = self.user(user).map(|user| preferences(user, self.version));
        match preferences.is_some_and(|preferences| preferences["albums"]["defaultAssetOrder"] == "asc") {
            true => "asc",
            false => "desc",
        }
    }
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&preferences(state.me(asked)?, state.version)))
}

pub(super) fn get_admin(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&preferences(state.any_user(asked)?, state.version)))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    change(state, asked, asked.user()?)
}

/// Changes the preferences of any user, for administrators.
pub(super) fn update_admin(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.any_user(asked)?.id;
    change(state, asked, id)
}

fn change(state: &mut State, asked: &Asked, id: UserId) -> Result<Answer, Fault> {
    let version = state.version;
    let sent = asked.fields()?.into_fields();
    validate(&sent, version)?;
    if let Some(user) = state.user_mut(id) {
        for (group, fields) in &sent {
            let kept = user.preferences.entry(group.clone()).or_insert_with(|| json!({}));
            for (field, value) in fields.as_object().into_iter().flatten() {
                kept[field] = value.clone();
            }
        }
    }
    // The response repeats everything that was sent, including fields that are not kept.
    let user = state.user(id).ok_or_else(|| Fault::bad_request("User not found"))?;
    let mut json = preferences(user, version);
    for (group, fields) in sent {
        for (field, value) in fields.as_object().into_iter().flatten() {
            json[&group][field] = value.clone();
        }
    }
    Ok(Answer::json(&json))
}

/// Checks the known fields: each has the type of its default. Unknown fields are accepted, as on real servers.
fn validate(sent: &Map<String, Value>, version: ServerVersion) -> Result<(), Fault> {
    let defaults = defaults(version);
    let mut issues = Vec::new();
    for (group, fields) in sent.iter().filter(|(group, _)| defaults.get(*group).is_some()) {
        let mut check = Check::below(group, fields);
        for (field, default) in defaults[group].as_object().into_iter().flatten() {
            match default {
                Value::Bool(_) => drop(check.boolean(field)),
                Value::Number(_) => drop(check.integer(field, 1, i64::MAX)),
                _ if field == "updateStrategy" => drop(check.word(field, &["self", "everyone"])),
                _ if field == "defaultAssetOrder" => drop(check.word(field, &["asc", "desc"])),
                _ => drop(check.instant(field)),
            }
        }
        issues.extend(check.into_issues());
    }
    if let Some(avatar) = sent.get("avatar") {
        let mut check = Check::below("avatar", avatar);
        check.word("color", &COLORS);
        issues.extend(check.into_issues());
    }
    if issues.is_empty() { Ok(()) } else { Err(Fault::invalid(issues)) }
}
