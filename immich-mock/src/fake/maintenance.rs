//! Maintenance mode, and the parts of a server that the fake does not have, as they respond where nothing is set up:
//! licenses, OAuth and checks of new versions.

use http::StatusCode;
use http::header::{LOCATION, SET_COOKIE};
use immich_core::Body;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::media::Kind;
use super::sessions;
use super::state::State;

/// The cookie of an administrator in maintenance mode.
const COOKIE: &str = "immich_maintenance_token";

/// The operations that exist in maintenance mode.
const IN_MAINTENANCE: [&str; 12] = [
    "deleteDatabaseBackup",
    "detectPriorInstall",
    "downloadDatabaseBackup",
    "getMaintenanceStatus",
    "getServerConfig",
    "getServerVersion",
    "listDatabaseBackups",
    "maintenanceLogin",
    "pingServer",
    "setMaintenanceMode",
    "startDatabaseRestoreFlow",
    "uploadDatabaseBackup",
];

/// The maintenance mode while it is on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Maintenance {
    /// The action that began it.
    action: String,
    token: String,
    /// The name of the administrator who began it.
    user: String,
}

/// Neither the server nor a user has a license.
pub(super) fn no_license(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Err(Fault::nothing_found())
}

/// Refuses every key: a license is signed by its seller.
pub(super) fn set_license(_: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    check.required_string("licenseKey");
    check.required_string("activationKey");
    check.done()?;
    Err(Fault::bad_request("Invalid license key"))
}

/// A removal of what is not there, which is no error.
pub(super) fn nothing_to_remove(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::no_content())
}

pub(super) fn version_check(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&json!({ "checkedAt": null, "releaseVersion": null })))
}

pub(super) fn geocoding_state(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&json!({ "lastUpdate": "2026-01-01T00:00:00", "lastImportFileName": "cities500.txt" })))
}

impl State {
    /// Refuses an operation that does not exist in maintenance mode.
    pub(super) fn may_run(&self, operation: &str) -> Result<(), Fault> {
        if self.maintenance.is_none() || IN_MAINTENANCE.contains(&operation) {
            return Ok(());
        }
        Err(Fault::new(StatusCode::SERVICE_UNAVAILABLE, "The server is in maintenance mode"))
    }

    /// Begins the maintenance mode, and returns the cookie with which the administrator continues.
    fn begin_maintenance(&mut self, action: &str, user: String) -> Answer {
        let token = self.random.token();
        let response = Answer::new(StatusCode::CREATED, Body::empty());
        let response = response.with(SET_COOKIE, &sessions::cookie(COOKIE, &token, 14_400, true));
        self.maintenance = Some(Maintenance { action: action.to_owned(), token, user });
        response
    }
}

pub(super) fn status(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    let action = state.maintenance.as_ref().map_or("end", |maintenance| &maintenance.action);
    Ok(Answer::json(&json!({ "active": state.maintenance.is_some(), "action": action })))
}

/// Begins or ends the maintenance mode. A restore of a backup leaves the data as they are, and ends it.
pub(super) fn set_mode(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let action = check.required_word("action", &["start", "end", "select_database_restore", "restore_database"]);
    let backup = check.string("restoreBackupFilename");
    check.done()?;
    match action {
        Some("restore_database") => {
            if !state.backups.iter().any(|known| Some(&known.name) == backup.as_ref()) {
                return Err(Fault::bad_request("Invalid backup name!"));
            }
            state.maintenance = None;
        }
        Some(action @ ("start" | "select_database_restore")) => {
            let user = state.me(asked)?.name.clone();
            return Ok(state.begin_maintenance(action, user));
        }
        _ => state.maintenance = None,
    }
    Ok(Answer::new(StatusCode::CREATED, Body::empty()))
}

/// Begins the restore of a backup on a server without an administrator.
pub(super) fn start_restore(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    if state.users.iter().any(|user| user.is_admin) {
        return Err(Fault::bad_request("The server already has an admin"));
    }
    Ok(state.begin_maintenance("select_database_restore", String::new()))
}

/// Checks the token of an administrator in maintenance mode, from the body or the cookie.
pub(super) fn login(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let maintenance = state.maintenance.as_ref().ok_or_else(|| Fault::bad_request("Not in maintenance mode"))?;
    let mut check = asked.fields()?;
    let token = check.string("token").or_else(|| super::auth::cookie(&asked.headers, COOKIE));
    check.done()?;
    if token.as_ref() != Some(&maintenance.token) {
        return Err(Fault::unauthorized("Invalid JWT Token"));
    }
    Ok(Answer::created(&json!({ "username": maintenance.user })))
}

/// An example of an e-mail, in HTML.
pub(super) fn mail_template(_: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let template = check.required_string("template");
    check.done()?;
    let name = asked.path_text(0);
    let html = match name.as_str() {
        "welcome" | "album-invite" | "album-update" => {
            let text =
                template.filter(|template| !template.is_empty()).unwrap_or_else(|| format!("FakeImmich: {name}"));
            format!("<!DOCTYPE html><html lang=\"en\"><body><p>{text}</p></body></html>")
        }
        _ => String::new(),
    };
    Ok(Answer::json(&json!({ "name": name, "html": html })))
}

/// The folders of the server, with the files in them.
pub(super) fn folders(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    let profiles = state.users.iter().filter(|user| user.profile_image.is_some()).count();
    let folder =
        |name: &str, files: usize| json!({ "folder": name, "files": files, "readable": true, "writable": true });
    let videos = state.assets.values().filter(|asset| asset.kind == Kind::Video).count();
    let assets = state.assets.len();
    Ok(Answer::json(&json!({
        "storage": [
            folder("encoded-video", videos),
            folder("library", 0),
            folder("upload", assets),
            folder("profile", profiles),
            folder("thumbs", assets),
            folder("backups", state.backups.len()),
        ],
    })))
}

pub(super) fn no_oauth(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Err(Fault::bad_request("OAuth is not enabled"))
}

pub(super) fn no_oauth_state(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Err(Fault::bad_request("OAuth state is missing"))
}

pub(super) fn no_oauth_logout(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Err(Fault::bad_request("Received backchannel logout request but OAuth is not enabled"))
}

/// Redirects to the app of a phone, with the query of the identity provider.
pub(super) fn redirect_to_app(_: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (_, query) = asked.path_and_query.split_once('?').unwrap_or_default();
    let answer = Answer::new(StatusCode::TEMPORARY_REDIRECT, super::zip::chunks(Vec::new()));
    Ok(answer.with(LOCATION, &format!("app.immich:///oauth-callback?{query}")))
}

/// Refuses to send an e-mail: there is no server for it.
pub(super) fn no_mail(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Err(Fault::plain("Failed to verify SMTP configuration"))
}

/// Unlinks the account of the sender, which is not linked.
pub(super) fn unlink_oauth(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    super::users::me(state, asked)
}
