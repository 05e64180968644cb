//! Users, as an administrator manages them, and the sign-up of the first one.

use immich_core::UserId;
use serde_json::json;

use super::answer::Answer;
use super::asked::Asked;
use super::check::Check;
use super::fault::Fault;
use super::state::{State, User};
use super::time;
use super::users::COLORS;

impl State {
    /// A user, deleted or not.
    pub(super) fn any_user(&self, asked: &Asked) -> Result<&User, Fault> {
        self.user(asked.path_id(0)?).ok_or_else(|| Fault::bad_request("User not found"))
    }

    /// Checks that no other user has this storage label.
    fn label_is_free(&self, label: Option<&str>, of: Option<UserId>) -> Result<(), Fault> {
        let taken = |user: &User| user.storage_label.as_deref() == label && Some(user.id) != of;
        match label.is_some() && self.users.iter().any(taken) {
            true => Err(Fault::bad_request("Storage label already in use by another account")),
            false => Ok(()),
        }
    }
}

/// The fields of a user that only an administrator sets. The outer `None` leaves a field as it is.
struct Managed {
    color: Option<Option<&'static str>>,
    is_admin: Option<bool>,
    pin_code: Option<Option<String>>,
    quota: Option<Option<u64>>,
    should_change_password: Option<bool>,
    storage_label: Option<Option<String>>,
}

impl Managed {
    fn read(check: &mut Check) -> Self {
        let color = check.word("avatarColor", &COLORS);
        let quota = check.integer("quotaSizeInBytes", 0, i64::MAX).and_then(|quota| u64::try_from(quota).ok());
        let label = check.string("storageLabel").filter(|label| !label.is_empty());
        let pin_code = if check.raw("pinCode").is_null() { None } else { check.pin("pinCode") };
        Self {
            color: check.has("avatarColor").then_some(color),
            is_admin: check.boolean("isAdmin"),
            pin_code: check.has("pinCode").then_some(pin_code),
            quota: check.has("quotaSizeInBytes").then_some(quota),
            should_change_password: check.boolean("shouldChangePassword"),
            storage_label: check.has("storageLabel").then_some(label),
        }
    }

    fn apply(self, user: &mut User) {
        user.avatar_color = self.color.unwrap_or(user.avatar_color);
        user.is_admin = self.is_admin.unwrap_or(user.is_admin);
        user.pin_code = self.pin_code.unwrap_or_else(|| user.pin_code.take());
        user.quota = self.quota.unwrap_or(user.quota);
        user.should_change_password = self.should_change_password.unwrap_or(user.should_change_password);
        user.storage_label = self.storage_label.unwrap_or_else(|| user.storage_label.take());
    }
}

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["id", "withDeleted"]);
    let id: Option<UserId> = check.id("id");
    let with_deleted = check.boolean("withDeleted").unwrap_or_default();
    check.done()?;
    let wanted = |user: &&User| (with_deleted || user.deleted_at.is_none()) && id.is_none_or(|id| id == user.id);
    Ok(Answer::json(&state.users.iter().filter(wanted).map(|user| state.user_admin_json(user)).collect()))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&state.user_admin_json(state.any_user(asked)?)))
}

pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let email = check.required_email("email");
    let name = check.required_string("name");
    let password = check.required_string("password");
    let managed = Managed::read(&mut check);
    check.boolean("notify");
    check.done()?;
    let (email, name, password) = (email.unwrap_or_default(), name.unwrap_or_default(), password.unwrap_or_default());
    if state.users.iter().any(|user| user.email == email) {
        return Err(Fault::bad_request("User exists"));
    }
    state.label_is_free(managed.storage_label.as_ref().and_then(Option::as_deref), None)?;
    let id = state.add_user(&email, &password, &name);
    if let Some(user) = state.user_mut(id) {
        managed.apply(user);
    }
    let user = state.user(id).ok_or_else(|| asked.no_access())?;
    Ok(Answer::created(&state.user_admin_json(user)))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.any_user(asked)?.id;
    let mut check = asked.fields()?;
    let email = check.email("email");
    let name = check.string("name");
    let password = check.string("password");
    let managed = Managed::read(&mut check);
    check.done()?;
    let is_self = id == asked.user()?;
    if is_self && managed.is_admin == Some(false) {
        return Err(Fault::bad_request("Admin status can only be changed by another admin"));
    }
    state.email_is_free(email.as_deref(), id)?;
    state.label_is_free(managed.storage_label.as_ref().and_then(Option::as_deref), Some(id))?;
    if let Some(user) = state.user_mut(id) {
        user.email = email.unwrap_or_else(|| user.email.clone());
        user.name = name.unwrap_or_else(|| user.name.clone());
        user.password = password.unwrap_or_else(|| user.password.clone());
        managed.apply(user);
        user.updated_at = time::now();
    }
    get(state, asked)
}

/// Marks a user as deleted; with `force`, as one to be removed at once. The data stays, so that it can be restored.
pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.any_user(asked)?.id;
    let mut check = asked.fields()?;
    let force = check.boolean("force").unwrap_or_default();
    check.done()?;
    if id == asked.user()? {
        return Err(Fault::forbidden("Cannot delete your own account"));
    }
    let now = time::now();
    if let Some(user) = state.user_mut(id) {
        (user.deleted_at, user.updated_at) = (Some(now), now);
    }
    let mut json = state.user_admin_json(state.any_user(asked)?);
    if force {
        json["status"] = "removing".into();
        state.remove_user(id);
    }
    Ok(Answer::json(&json))
}

pub(super) fn restore(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.any_user(asked)?.id;
    if let Some(user) = state.user_mut(id) {
        user.deleted_at = None;
        user.updated_at = time::now();
    }
    get(state, asked)
}

/// Creates the administrator of a new server.
pub(super) fn sign_up(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let email = check.required_email("email");
    let name = check.required_string("name");
    let password = check.required_string("password");
    check.done()?;
    if state.users.iter().any(|user| user.is_admin) {
        return Err(Fault::bad_request("The server already has an admin"));
    }
    let (email, name, password) = (email.unwrap_or_default(), name.unwrap_or_default(), password.unwrap_or_default());
    let id = state.add_user(&email, &password, &name);
    (state.account.email, state.account.password) = (email, password);
    let user = state.user(id).ok_or_else(|| asked.no_access())?;
    Ok(Answer::created(&state.user_admin_json(user)))
}

pub(super) fn onboarding(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&json!({ "isOnboarded": state.is_admin_onboarded })))
}

pub(super) fn set_onboarding(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let is_onboarded = check.boolean("isOnboarded").unwrap_or_default();
    check.done()?;
    state.is_admin_onboarded = is_onboarded;
    Ok(Answer::no_content())
}

impl State {
    /// Removes a user, and everything that belongs to it.
    fn remove_user(&mut self, id: UserId) {
        let assets: Vec<_> = self.assets.values().filter(|asset| asset.owner == id).map(|asset| asset.id).collect();
        self.remove_assets(&assets);
        let albums: Vec<_> = self.albums.iter().filter(|album| album.owner == id).map(|album| album.id).collect();
        self.albums.retain(|album| album.owner != id);
        for album in &mut self.albums {
            album.users.retain(|(member, _)| *member != id);
        }
        self.activities.retain(|activity| activity.user != id && !albums.contains(&activity.album));
        self.links.retain(|link| link.user != id);
        self.tags.retain(|tag| tag.user != id);
        self.keys.retain(|key| key.user != id);
        self.sessions.retain(|session| session.user != id);
        self.partners.retain(|partner| partner.by != id && partner.with != id);
        self.people.retain(|person| person.owner != id);
        self.memories.retain(|memory| memory.owner != id);
        self.notifications.retain(|notification| notification.user != id);
        self.libraries.retain(|library| library.owner != id);
        self.journals.all().remove(&id);
        self.users.retain(|user| user.id != id);
    }
}
