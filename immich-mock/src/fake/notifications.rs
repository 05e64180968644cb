//! Notifications of users. An administrator makes them; the fake makes none by itself.

use immich_core::{NotificationId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::saved::{self, Word};
use super::state::State;
use super::time;

pub(super) const LEVELS: [&str; 4] = ["success", "error", "warning", "info"];
pub(super) const TYPES: [&str; 6] =
    ["JobFailed", "BackupFailed", "SystemMessage", "AlbumInvite", "AlbumUpdate", "Custom"];

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Notification {
    id: NotificationId,
    pub(super) user: UserId,
    #[serde(deserialize_with = "saved::word")]
    level: Word,
    #[serde(deserialize_with = "saved::word")]
    kind: Word,
    title: String,
    description: Option<String>,
    data: Option<Value>,
    created_at: Timestamp,
    read_at: Option<Timestamp>,
}

impl Notification {
    fn json(&self) -> Value {
        let mut json = json!({
            "id": self.id,
            "createdAt": time::text(self.created_at),
            "level": self.level,
            "type": self.kind,
            "title": self.title,
        });
        if let Some(description) = &self.description {
            json["description"] = description.as_str().into();
        }
        if let Some(data) = &self.data {
            json["data"] = data.clone();
        }
        if let Some(at) = self.read_at {
            json["readAt"] = time::text(at);
        }
        json
    }
}

impl State {
    fn notification(&mut self, asked: &Asked, id: NotificationId) -> Result<&mut Notification, Fault> {
        let user = asked.user()?;
        let found =
            self.notifications.iter_mut().find(|notification| notification.id == id && notification.user == user);
        found.ok_or_else(|| asked.no_access())
    }
}

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["id", "level", "type", "unread"]);
    let id: Option<NotificationId> = check.id("id");
    let level = check.word("level", &LEVELS);
    let kind = check.word("type", &TYPES);
    let unread = check.boolean("unread").unwrap_or_default();
    check.done()?;
    let user = asked.user()?;
    let found = state.notifications.iter().rev().filter(|notification| {
        notification.user == user
            && id.is_none_or(|id| id == notification.id)
            && level.is_none_or(|level| level == notification.level)
            && kind.is_none_or(|kind| kind == notification.kind)
            && !(unread && notification.read_at.is_some())
    });
    Ok(Answer::json(&found.map(Notification::json).collect()))
}

pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let user: Option<UserId> = check.required_id("userId");
    let title = check.required_string("title").unwrap_or_default();
    let description = check.nullable_string("description");
    let level = check.word("level", &LEVELS).unwrap_or("info");
    let kind = check.word("type", &TYPES).unwrap_or("Custom");
    let read_at = if check.raw("readAt").is_null() { None } else { check.instant("readAt") };
    check.object("data");
    let data = Some(check.raw("data")).filter(|data| !data.is_null());
    check.done()?;
    let user = user.and_then(|id| state.user(id)).map(|user| user.id);
    let user = user.ok_or_else(|| Fault::bad_request("User not found"))?;
    let (id, created_at) = (state.random.id(), time::now());
    let notification = Notification { id, user, level, kind, title, description, data, created_at, read_at };
    let json = notification.json();
    state.notifications.push(notification);
    Ok(Answer::created(&json))
}

/// Refuses every notification: real servers of 2.7.5 and 3.1.0 do not find those that the list shows.
pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    state.notification(asked, asked.path_id(0)?)?;
    Err(Fault::bad_request("Notification not found"))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let mut check = asked.fields()?;
    let has_time = check.has("readAt");
    let read_at = if check.raw("readAt").is_null() { None } else { check.instant("readAt") };
    check.done()?;
    let notification = state.notification(asked, id)?;
    if has_time {
        notification.read_at = read_at;
    }
    Ok(Answer::json(&notification.json()))
}

pub(super) fn update_many(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let ids: Vec<NotificationId> = check.required_ids("ids");
    let read_at = if check.raw("readAt").is_null() { None } else { check.instant("readAt") };
    check.done()?;
    for id in &ids {
        state.notification(asked, *id)?;
    }
    for notification in state.notifications.iter_mut().filter(|notification| ids.contains(&notification.id)) {
        notification.read_at = read_at;
    }
    Ok(Answer::no_content())
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.notification(asked, asked.path_id(0)?)?.id;
    state.notifications.retain(|notification| notification.id != id);
    Ok(Answer::no_content())
}

pub(super) fn delete_many(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let ids: Vec<NotificationId> = check.required_ids("ids");
    check.done()?;
    for id in &ids {
        state.notification(asked, *id)?;
    }
    state.notifications.retain(|notification| !ids.contains(&notification.id));
    Ok(Answer::no_content())
}
