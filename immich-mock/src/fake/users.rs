//! Users.

use immich_core::{ServerVersion, UserId};
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::state::{State, User};
use super::time::{self, Written};

/// The first version with cluster groups.
const CLUSTERS_SINCE: ServerVersion = ServerVersion::new(3, 2, 0);

/// The avatar colors.
pub(super) const COLORS: [&str; 10] =
    ["primary", "pink", "red", "yellow", "blue", "green", "purple", "orange", "gray", "amber"];

impl User {
    /// The avatar color. Defaults to one that is derived from the email address.
    fn color(&self) -> &'static str {
        if let Some(color) = self.avatar_color {
            return color;
        }
        let sum = self.email.chars().fold(0_usize, |sum, character| sum + character as usize);
        COLORS[sum % COLORS.len()]
    }

    fn image_path(&self) -> &str {
        self.profile_image.as_ref().map_or("", |image| &image.path)
    }

    fn json(&self, written: Written) -> Value {
        json!({
            "id": self.id,
            "email": self.email,
            "name": self.name,
            "profileImagePath": self.image_path(),
            "avatarColor": self.color(),
            "profileChangedAt": written.instant(self.profile_changed_at),
        })
    }
}

impl State {
    /// A user as others see them.
    pub(super) fn user_json(&self, id: UserId, written: Written) -> Value {
        self.user(id).map_or(Value::Null, |user| user.json(written))
    }

    pub(super) fn user_admin_json(&self, user: &User) -> Value {
        let mut json = user.json(Written::ByServer);
        json["storageLabel"] = user.storage_label.clone().into();
        json["shouldChangePassword"] = user.should_change_password.into();
        json["isAdmin"] = user.is_admin.into();
        json["createdAt"] = time::text(user.created_at);
        json["deletedAt"] = user.deleted_at.map(time::text).into();
        json["updatedAt"] = time::text(user.updated_at);
        json["oauthId"] = "".into();
        json["quotaSizeInBytes"] = user.quota.into();
        json["quotaUsageInBytes"] = self.usage(user.id).into();
        json["status"] = if user.deleted_at.is_some() { "deleted" } else { "active" }.into();
        json["license"] = Value::Null;
        if self.version >= CLUSTERS_SINCE {
            json["clusterGroupId"] = json!(user.cluster_group);
        }
        json
    }

    /// Checks that no other user has this email address.
    pub(super) fn email_is_free(&self, email: Option<&str>, of: UserId) -> Result<(), Fault> {
        match self.users.iter().any(|user| Some(user.email.as_str()) == email && user.id != of) {
            true => Err(Fault::bad_request("Email already in use by another account")),
            false => Ok(()),
        }
    }

    pub(super) fn me(&self, asked: &Asked) -> Result<&User, Fault> {
        self.user(asked.user()?).ok_or_else(|| Fault::unauthorized("Authentication required"))
    }
}

pub(super) fn me(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&state.user_admin_json(state.me(asked)?)))
}

pub(super) fn update_me(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let name = check.string("name");
    let email = check.email("email");
    let password = check.string("password");
    let recolored = check.has("avatarColor");
    let color = check.word("avatarColor", &COLORS);
    check.done()?;
    let id = asked.user()?;
    state.email_is_free(email.as_deref(), id)?;
    if let Some(user) = state.user_mut(id) {
        user.name = name.unwrap_or_else(|| user.name.clone());
        user.email = email.unwrap_or_else(|| user.email.clone());
        if let Some(password) = password {
            user.password = password;
            user.should_change_password = false;
        }
        if recolored {
            user.avatar_color = color;
        }
        user.updated_at = time::now();
    }
    me(state, asked)
}

pub(super) fn list(state: &State, _: &Asked) -> Result<Answer, Fault> {
    let users = state.users.iter().filter(|user| user.deleted_at.is_none());
    Ok(Answer::json(&users.map(|user| user.json(Written::ByServer)).collect()))
}

pub(super) fn get(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let user = state.user(asked.path_id(0)?).ok_or_else(|| Fault::bad_request("User not found"))?;
    Ok(Answer::json(&user.json(Written::ByServer)))
}

/// The users of the sender's cluster group.
pub(super) fn of_cluster_group(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id: uuid::Uuid = asked.path_id(0)?;
    if state.me(asked)?.cluster_group != id {
        return Err(asked.no_access());
    }
    let members = state.users.iter().filter(|user| user.cluster_group == id);
    Ok(Answer::json(&members.map(|user| user.json(Written::ByServer)).collect()))
}

pub(super) fn onboarding(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&json!({ "isOnboarded": state.me(asked)?.is_onboarded })))
}

pub(super) fn set_onboarding(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let is_onboarded = check.boolean("isOnboarded").unwrap_or_default();
    check.done()?;
    if let Some(user) = state.user_mut(asked.user()?) {
        user.is_onboarded = is_onboarded;
    }
    onboarding(state, asked)
}

pub(super) fn delete_onboarding(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    if let Some(user) = state.user_mut(asked.user()?) {
        user.is_onboarded = false;
    }
    Ok(Answer::no_content())
}
