//! Backups of the database. The fake makes none, and keeps those that are uploaded.

use bytes::Bytes;
use http::StatusCode;
use immich_core::Body;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::failure::Failure;
use super::fault::Fault;
use super::file::File;
use super::multipart::Multipart;
use super::saved;
use super::server::FakeImmich;
use super::state::State;
use super::time;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Backup {
    name: String,
    #[serde(with = "saved::base64")]
    bytes: Bytes,
    created_at: Timestamp,
}

pub(super) fn list(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    let json = |backup: &Backup| json!({ "filename": backup.name, "filesize": backup.bytes.len(), "timezone": "UTC" });
    Ok(Answer::json(&json!({ "backups": state.backups.iter().map(json).collect::<Vec<Value>>() })))
}

pub(super) async fn upload(server: &FakeImmich, asked: &Asked, body: Body) -> Result<Answer, Failure> {
    let mut form = Multipart::new(&asked.headers, body)?;
    let mut file = None;
    while let Some(part) = form.next_part().await? {
        if part.name == "file" {
            file = Some((part.file_name.unwrap_or_default(), form.bytes().await?));
        }
    }
    let (name, bytes) = file.ok_or_else(|| Fault::bad_request("File is required"))?;
    if !name.ends_with(".sql.gz") && !name.ends_with(".sql") {
        return Err(Fault::bad_request("Invalid backup file").into());
    }
    let backup = Backup { name: format!("uploaded-{name}"), bytes, created_at: time::now() };
    let backups = &mut server.state().backups;
    backups.retain(|other| other.name != backup.name);
    backups.push(backup);
    Ok(Answer::new(StatusCode::CREATED, Body::empty()))
}

pub(super) fn download(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let name = asked.path_text(0);
    let found = state.backups.iter().find(|backup| backup.name == name);
    let Backup { bytes, created_at, .. } = found.ok_or_else(Fault::nothing_found)?.clone();
    let (content_type, cache_control) = ("application/gzip", "private, no-cache, no-transform");
    Ok(File { bytes, content_type, name: Some(name), modified: created_at, cache_control }.respond(asked, state.line()))
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let names = check.required_list("backups");
    check.done()?;
    state.backups.retain(|backup| !names.iter().any(|name| *name == backup.name));
    Ok(Answer::new(StatusCode::OK, Body::empty()))
}
