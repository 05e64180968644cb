//! API keys.

use immich_core::ServerVersion;
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::{Asked, By};
use super::fault::Fault;
use super::permissions;
use super::state::{ApiKey, State};
use super::time;

/// The first version that returns the fields of a new key themselves too.
const FLAT_SINCE: ServerVersion = ServerVersion::new(3, 2, 0);

impl ApiKey {
    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "createdAt": time::text(self.created_at),
            "updatedAt": time::text(self.updated_at),
            "permissions": self.permissions,
        })
    }
}

pub(super) fn me(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let By::Key(id) = asked.who()?.by else { return Err(Fault::forbidden("Not authenticated with an API Key")) };
    let key = state.keys.iter().find(|key| key.id == id).ok_or_else(|| asked.no_access())?;
    Ok(Answer::json(&key.json()))
}

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let user = asked.user()?;
    Ok(Answer::json(&state.keys.iter().rev().filter(|key| key.user == user).map(ApiKey::json).collect()))
}

pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let name = check.string("name").unwrap_or_else(|| "API Key".to_owned());
    let permissions = check.required_words("permissions", &permissions::of(state.line()));
    check.done()?;
    may_grant(state, asked, &permissions)?;
    let is_flat = state.version >= FLAT_SINCE;
    let key = state.add_key(asked.user()?, &name, permissions);
    let mut json = if is_flat { key.json() } else { json!({}) };
    json["secret"] = key.secret.as_str().into();
    json["apiKey"] = key.json();
    Ok(Answer::created(&json))
}

/// Checks that a key grants no permission that it lacks itself. Sessions grant any.
fn may_grant(state: &State, asked: &Asked, permissions: &[String]) -> Result<(), Fault> {
    let By::Key(id) = asked.who()?.by else { return Ok(()) };
    let held =
        state.keys.iter().find(|key| key.id == id).map(|key| &key.permissions).ok_or_else(|| asked.no_access())?;
    let has = |wanted: &String| held.iter().any(|held| held == "all" || held == wanted);
    if permissions.iter().all(has) {
        Ok(())
    } else {
        Err(Fault::bad_request("Cannot grant permissions you do not have"))
    }
}

fn own<'s>(state: &'s mut State, asked: &Asked) -> Result<&'s mut ApiKey, Fault> {
    let (user, id) = (asked.user()?, asked.path_id(0)?);
    let key = state.keys.iter_mut().find(|key| key.id == id && key.user == user);
    key.ok_or_else(|| Fault::bad_request("API Key not found"))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&own(state, asked)?.json()))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let name = check.string("name");
    let known = permissions::of(state.line());
    let permissions = check.has("permissions").then(|| check.required_words("permissions", &known));
    check.done()?;
    own(state, asked)?;
    may_grant(state, asked, permissions.as_deref().unwrap_or_default())?;
    let key = own(state, asked)?;
    key.name = name.unwrap_or_else(|| key.name.clone());
    key.permissions = permissions.unwrap_or_else(|| key.permissions.clone());
    key.updated_at = time::now();
    Ok(Answer::json(&key.json()))
}

/// Replaces the secret of a key.
pub(super) fn rotate(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let permissions = own(state, asked)?.permissions.clone();
    may_grant(state, asked, &permissions)
        .map_err(|_| Fault::bad_request("Cannot rotate an API Key with permissions you do not have"))?;
    let secret = state.random.token();
    let key = own(state, asked)?;
    key.secret.clone_from(&secret);
    key.updated_at = time::now();
    let mut json = key.json();
    json["apiKey"] = key.json();
    json["secret"] = secret.into();
    Ok(Answer::created(&json))
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = own(state, asked)?.id;
    state.keys.retain(|key| key.id != id);
    Ok(Answer::no_content())
}
