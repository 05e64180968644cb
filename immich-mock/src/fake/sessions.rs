//! Signing in and out, sessions, and PIN codes.

use std::time::Duration;

use http::header::SET_COOKIE;
use immich_core::SessionId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::{Asked, By};
use super::fault::Fault;
use super::state::{Session, State, User};
use super::time;

/// How long an unlocked session can see locked assets.
const ELEVATED_FOR: Duration = Duration::from_secs(15 * 60);

/// The lifetime of session cookies, in seconds.
const COOKIE_AGE: i64 = 400 * 24 * 60 * 60;

impl Session {
    fn json(&self, current: Option<SessionId>) -> Value {
        let mut json = json!({
            "id": self.id,
            "createdAt": time::text(self.created_at),
            "updatedAt": time::text(self.created_at),
            "current": current == Some(self.id),
            "appVersion": null,
            "deviceOS": self.device_os,
            "deviceType": self.device_type,
            "isPendingSyncReset": self.is_pending_sync_reset,
        });
        if let Some(expires_at) = self.expires_at {
            json["expiresAt"] = time::text(expires_at);
        }
        json
    }
}

/// The characters that are encoded in a cookie: all but those that `encodeURIComponent` leaves as they are.
const COOKIE_VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// A cookie with a lifetime in seconds.
pub(super) fn cookie(name: &str, value: &str, seconds: i64, http_only: bool) -> String {
    let value = utf8_percent_encode(value, COOKIE_VALUE);
    let expires = time::now().checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(jiff::Timestamp::MAX);
    let http_only = if http_only { "HttpOnly; " } else { "" };
    let date = time::http_date(expires);
    format!("{name}={value}; Max-Age={seconds}; Path=/; Expires={date}; {http_only}SameSite=Lax")
}

pub(super) fn login(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let email = check.required_email("email");
    let password = check.required_string("password");
    check.done()?;
    if !state.is_enabled("/passwordLogin/enabled") {
        return Err(Fault::unauthorized("Password login has been disabled"));
    }
    let known = |user: &&User| {
        let is_right = Some(&user.email) == email.as_ref() && Some(&user.password) == password.as_ref();
        is_right && user.deleted_at.is_none()
    };
    let Some(user) = state.users.iter().find(known) else {
        return Err(Fault::unauthorized("Incorrect email or password"));
    };
    let token = state.random.token();
    let response = Answer::created(&json!({
        "accessToken": token,
        "userId": user.id,
        "userEmail": user.email,
        "name": user.name,
        "isAdmin": user.is_admin,
        "profileImagePath": user.profile_image.as_ref().map_or("", |image| &image.path),
        "shouldChangePassword": user.should_change_password,
        "isOnboarded": user.is_onboarded,
    }));
    let response = response
        .with(SET_COOKIE, &cookie("immich_access_token", &token, COOKIE_AGE, true))
        .with(SET_COOKIE, &cookie("immich_auth_type", "password", COOKIE_AGE, true))
        .with(SET_COOKIE, &cookie("immich_is_authenticated", "true", COOKIE_AGE, false));
    let (user, created_at) = (user.id, time::now());
    let (elevated_until, expires_at, is_pending_sync_reset) = (None, None, false);
    let (device_os, device_type) = (String::new(), String::new());
    let id = state.random.id();
    state.sessions.push(Session {
        id,
        user,
        token,
        created_at,
        elevated_until,
        expires_at,
        device_os,
        device_type,
        is_pending_sync_reset,
    });
    Ok(response)
}

/// Creates a session that belongs to that of the request. Its lifetime is in seconds.
pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let seconds = check.integer("duration", 1, i64::MAX);
    let [device_os, device_type] = ["deviceOS", "deviceType"].map(|name| check.string(name).unwrap_or_default());
    check.done()?;
    current(asked).ok_or_else(|| Fault::bad_request("This endpoint can only be used with a session token"))?;
    let (id, token, created_at) = (state.random.id(), state.random.token(), time::now());
    let end =
        |seconds| created_at.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(jiff::Timestamp::MAX);
    let session = Session {
        id,
        user: asked.user()?,
        token,
        created_at,
        elevated_until: None,
        expires_at: seconds.map(end),
        device_os,
        device_type,
        is_pending_sync_reset: false,
    };
    let mut json = session.json(None);
    json["token"] = session.token.as_str().into();
    state.sessions.push(session);
    Ok(Answer::created(&json))
}

/// Takes a session of the user the sight of locked assets.
pub(super) fn lock_other(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (user, id) = (asked.user()?, asked.path_id(0)?);
    let session = state.sessions.iter_mut().find(|session| session.id == id && session.user == user);
    session.ok_or_else(|| Fault::no_access("session.lock"))?.elevated_until = None;
    Ok(Answer::no_content())
}

pub(super) fn validate(_: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    asked.who()?;
    Ok(Answer::json(&json!({ "authStatus": true })))
}

fn current(asked: &Asked) -> Option<SessionId> {
    match asked.who?.by {
        By::Session(id) => Some(id),
        _ => None,
    }
}

pub(super) fn status(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let user = state.me(asked)?;
    let session = state.sessions.iter().find(|session| Some(session.id) == current(asked));
    let elevated_until = session.and_then(|session| session.elevated_until).filter(|until| *until > time::now());
    let mut json = json!({
        "pinCode": user.pin_code.is_some(),
        "password": !user.password.is_empty(),
        "isElevated": elevated_until.is_some(),
    });
    if let Some(until) = elevated_until {
        json["pinExpiresAt"] = time::text(until);
    }
    Ok(Answer::json(&json))
}

pub(super) fn logout(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = current(asked);
    state.sessions.retain(|session| Some(session.id) != id);
    let mut response = Answer::json(&json!({ "successful": true, "redirectUri": "/auth/login?autoLaunch=0" }));
    for name in ["immich_access_token", "immich_auth_type", "immich_is_authenticated"] {
        response = response.with(SET_COOKIE, &format!("{name}=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"));
    }
    Ok(response)
}

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (user, current) = (asked.user()?, current(asked));
    let sessions = state.sessions.iter().rev().filter(|session| session.user == user);
    Ok(Answer::json(&sessions.map(|session| session.json(current)).collect()))
}

/// The sessions of any user, for administrators.
pub(super) fn list_admin(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let user = state.user(asked.path_id(0)?).ok_or_else(|| Fault::bad_request("User not found"))?.id;
    let sessions = state.sessions.iter().rev().filter(|session| session.user == user);
    Ok(Answer::json(&sessions.map(|session| session.json(None)).collect()))
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (user, id) = (asked.user()?, asked.path_id(0)?);
    if !state.sessions.iter().any(|session| session.id == id && session.user == user) {
        return Err(Fault::no_access("authDevice.delete"));
    }
    state.sessions.retain(|session| session.id != id);
    Ok(Answer::no_content())
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (user, id, current) = (asked.user()?, asked.path_id(0)?, current(asked));
    let mut check = asked.fields()?;
    let reset = check.boolean("isPendingSyncReset");
    check.done()?;
    let session = state.sessions.iter_mut().find(|session| session.id == id && session.user == user);
    let session = session.ok_or_else(|| Fault::no_access("session.update"))?;
    session.is_pending_sync_reset = reset.unwrap_or(session.is_pending_sync_reset);
    Ok(Answer::json(&session.json(current)))
}

/// Deletes all sessions except that of the request.
pub(super) fn delete_all(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (user, current) = (asked.user()?, current(asked));
    state.sessions.retain(|session| session.user != user || Some(session.id) == current);
    Ok(Answer::no_content())
}

pub(super) fn change_password(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let old = check.required_string("password");
    let new = check.required_string("newPassword").unwrap_or_default();
    let sign_out = check.boolean("invalidateSessions").unwrap_or_default();
    check.done()?;
    let (id, current) = (asked.user()?, current(asked));
    let user = state.user_mut(id).filter(|user| Some(&user.password) == old.as_ref());
    user.ok_or_else(|| Fault::bad_request("Wrong password"))?.password = new;
    if sign_out {
        state.sessions.retain(|session| session.user != id || Some(session.id) == current);
    }
    super::users::me(state, asked)
}

pub(super) fn set_pin(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let pin = check.pin("pinCode");
    check.done()?;
    let user = state.user_mut(asked.user()?).ok_or_else(|| asked.no_access())?;
    if user.pin_code.is_some() {
        return Err(Fault::bad_request("User already has a PIN code"));
    }
    user.pin_code = pin;
    Ok(Answer::no_content())
}

/// Checks the password or PIN code of a request.
fn prove(state: &State, asked: &Asked, password: Option<&String>, pin: Option<&String>) -> Result<(), Fault> {
    let user = state.me(asked)?;
    let Some(known) = &user.pin_code else { return Err(Fault::bad_request("User does not have a PIN code")) };
    match (password, pin) {
        (Some(password), _) if *password != user.password => Err(Fault::bad_request("Wrong password")),
        (None, Some(pin)) if pin != known => Err(Fault::bad_request("Wrong PIN code")),
        (None, None) => Err(Fault::bad_request("Either password or pinCode is required")),
        _ => Ok(()),
    }
}

pub(super) fn change_pin(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let (password, pin) = (check.string("password"), check.given_string("pinCode"));
    let new = check.pin("newPinCode");
    check.done()?;
    prove(state, asked, password.as_ref(), pin.as_ref())?;
    state.user_mut(asked.user()?).ok_or_else(|| asked.no_access())?.pin_code = new;
    Ok(Answer::no_content())
}

pub(super) fn reset_pin(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let (password, pin) = (check.string("password"), check.given_string("pinCode"));
    check.done()?;
    prove(state, asked, password.as_ref(), pin.as_ref())?;
    let id = asked.user()?;
    state.user_mut(id).ok_or_else(|| asked.no_access())?.pin_code = None;
    for session in state.sessions.iter_mut().filter(|session| session.user == id) {
        session.elevated_until = None;
    }
    Ok(Answer::no_content())
}

pub(super) fn unlock(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let (password, pin) = (check.string("password"), check.given_string("pinCode"));
    check.done()?;
    let id = current(asked).ok_or_else(|| Fault::bad_request("This endpoint can only be used with a session token"))?;
    prove(state, asked, password.as_ref(), pin.as_ref())?;
    let until = time::now().checked_add(ELEVATED_FOR).unwrap_or(jiff::Timestamp::MAX);
    for session in state.sessions.iter_mut().filter(|session| session.id == id) {
        session.elevated_until = Some(until);
    }
    Ok(Answer::no_content())
}

pub(super) fn lock(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = current(asked).ok_or_else(|| Fault::bad_request("This endpoint can only be used with a session token"))?;
    for session in state.sessions.iter_mut().filter(|session| session.id == id) {
        session.elevated_until = None;
    }
    Ok(Answer::no_content())
}
