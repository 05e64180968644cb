//! Users.

use immich_core::UserId;
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::state::{State, User};
use super::time::{self, Written};

const COLORS: [&str; 10] = ["primary", "pink", "red", "yellow", "blue", "green", "purple", "orange", "gray", "amber"];

impl User {
    /// The avatar color, derived from the email address.
    fn color(&self) -> &'static str {
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

    fn user_admin_json(&self, user: &User) -> Value {
        let mut json = user.json(Written::ByServer);
        json["storageLabel"] = user.storage_label.clone().into();
        json["shouldChangePassword"] = true.into();
        json["isAdmin"] = user.is_admin.into();
        json["createdAt"] = time::text(user.created_at);
        json["deletedAt"] = Value::Null;
        json["updatedAt"] = time::text(user.updated_at);
        json["oauthId"] = "".into();
        json["quotaSizeInBytes"] = user.quota.into();
        json["quotaUsageInBytes"] = self.usage(user.id).into();
        json["status"] = "active".into();
        json["license"] = Value::Null;
        json
    }

    pub(super) fn me(&self, asked: &Asked) -> Result<&User, Fault> {
        self.user(asked.user()?).ok_or_else(|| Fault::unauthorized("Authentication required"))
    }
}

pub(super) fn me(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&state.user_admin_json(state.me(asked)?)))
}

pub(super) fn update_me(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let name = check.string("name");
    let email = check.string("email");
    let password = check.string("password");
    check.done()?;
    if let Some(user) = state.user_mut(asked.user()?) {
        user.name = name.unwrap_or_else(|| user.name.clone());
        user.email = email.map_or_else(|| user.email.clone(), |email| email.to_lowercase());
        user.password = password.unwrap_or_else(|| user.password.clone());
        user.updated_at = time::now();
    }
    me(state, asked)
}

pub(super) fn list(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&state.users.iter().map(|user| user.json(Written::ByServer)).collect()))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let user = state.user(asked.path_id(0)?).ok_or_else(|| Fault::bad_request("User not found"))?;
    Ok(Answer::json(&user.json(Written::ByServer)))
}

pub(super) fn list_admin(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&state.users.iter().map(|user| state.user_admin_json(user)).collect()))
}

pub(super) fn get_admin(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let user = state.user(asked.path_id(0)?).ok_or_else(|| Fault::bad_request("User not found"))?;
    Ok(Answer::json(&state.user_admin_json(user)))
}

pub(super) fn create_admin(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let email = check.required_email("email");
    let name = check.required_string("name");
    let password = check.required_string("password");
    let quota = check.integer("quotaSizeInBytes", 0, i64::MAX);
    let storage_label = check.string("storageLabel").filter(|label| !label.is_empty());
    check.done()?;
    let (email, name, password) = (email.unwrap_or_default(), name.unwrap_or_default(), password.unwrap_or_default());
    if state.users.iter().any(|user| user.email == email) {
        return Err(Fault::bad_request("User exists"));
    }
    let id = state.add_user(&email, &password, &name);
    if let Some(user) = state.user_mut(id) {
        user.storage_label = storage_label;
        user.quota = quota.and_then(|quota| u64::try_from(quota).ok());
    }
    let user = state.user(id).ok_or_else(|| asked.no_access())?;
    Ok(Answer::created(&state.user_admin_json(user)))
}

pub(super) fn onboarding(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
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
