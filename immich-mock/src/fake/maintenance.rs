//! The parts of a server that the fake does not have, as they respond where nothing is set up: licenses, OAuth, backups,
//! maintenance mode, checks of integrity and of new versions.

use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, LOCATION};
use immich_core::Body;
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::media::Kind;
use super::state::State;

/// The kinds of an integrity report.
const REPORTS: [&str; 3] = ["untracked_file", "missing_file", "checksum_mismatch"];

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

pub(super) fn status(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&json!({ "active": false, "action": "end" })))
}

/// Ends the maintenance mode, which is off; the fake does not begin it.
pub(super) fn set_mode(_: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let action = check.required_word("action", &["start", "end", "select_database_restore", "restore_database"]);
    check.done()?;
    match action {
        Some("end") | None => Ok(Answer::new(StatusCode::CREATED, Body::empty())),
        Some(other) => {
            let message = format!("FakeImmich does not have the action {other} of the maintenance mode");
            Err(Fault::new(StatusCode::NOT_IMPLEMENTED, message))
        }
    }
}

pub(super) fn login(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Err(Fault::bad_request("Not in maintenance mode"))
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
            folder("backups", 0),
        ],
    })))
}

/// A report that found nothing.
pub(super) fn integrity(_: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["type"]);
    check.required_word("type", &REPORTS);
    check.done()?;
    Ok(Answer::json(&json!({ "items": [] })))
}

pub(super) fn integrity_summary(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&REPORTS.iter().map(|name| ((*name).to_owned(), Value::from(0))).collect()))
}

/// The report as a table, which has a head alone.
pub(super) fn integrity_csv(_: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let kind = asked.path_text(0);
    if !REPORTS.contains(&&kind[..]) {
        return Err(Fault::bad_request("Validation failed"));
    }
    let answer = Answer::text(StatusCode::OK, "text/csv", "id,type,assetId,fileAssetId,path\n");
    Ok(answer.with(CONTENT_DISPOSITION, &format!("attachment; filename=\"{kind}.csv\"")))
}

/// An entry of a report, of which there are none.
pub(super) fn no_integrity_entry(_: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    asked.path_id::<uuid::Uuid>(0)?;
    Err(Fault::nothing_found())
}

/// The fake does not restore a database.
pub(super) fn restore(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Err(Fault::new(StatusCode::NOT_IMPLEMENTED, "FakeImmich does not restore databases"))
}

/// Transcoding while a video is watched is off, as it is by default.
pub(super) fn no_realtime(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    state.seen(asked, asked.path_id(0)?)?;
    Err(Fault::bad_request("Real-time transcoding is not enabled"))
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

/// A list of what the fake has none of.
pub(super) fn nothing(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&json!([])))
}

/// Unlinks the account of the sender, which is not linked.
pub(super) fn unlink_oauth(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    super::users::me(state, asked)
}
