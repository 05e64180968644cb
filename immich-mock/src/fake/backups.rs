//! Backups of the database. Their content is arbitrary: the fake restores none.

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
use super::server::FakeImmich;
use super::state::State;
use super::{saved, time};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Backup {
    pub(super) name: String,
    #[serde(with = "saved::base64")]
    bytes: Bytes,
    created_at: Timestamp,
}

/// Whether a file name can be that of a backup.
fn is_valid(name: &str) -> bool {
    let is_plain = |each: char| each.is_ascii_alphanumeric() || "-_.".contains(each);
    (name.ends_with(".sql") || name.ends_with(".sql.gz")) && name.chars().all(is_plain)
}

fn invalid() -> Fault {
    Fault::bad_request("Invalid backup name!")
}

impl State {
    /// Makes a backup, as the job does.
    pub(super) fn back_up(&mut self) {
        let now = time::now();
        let time = now.strftime("%Y%m%dT%H%M%S");
        let name = format!("immich-db-backup-{time}-v{}-pg14.19.sql.gz", self.version);
        self.backups.retain(|backup| backup.name != name);
        self.backups.push(Backup { name, bytes: Bytes::from_static(b"-- FakeImmich\n"), created_at: now });
    }
}

pub(super) fn list(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    // 2.6 does not report the time zone.
    let has_zone = (state.version.major, state.version.minor) > (2, 6);
    let one = |backup: &Backup| {
        let mut json = json!({ "filename": backup.name, "filesize": backup.bytes.len() });
        if has_zone {
            json["timezone"] = "UTC".into();
        }
        json
    };
    let backups: Vec<Value> = state.backups.iter().rev().map(one).collect();
    Ok(Answer::json(&json!({ "backups": backups })))
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
    if !is_valid(&name) {
        return Err(invalid().into());
    }
    let mut state = server.state();
    if state.trouble.disk_is_full {
        return Err(Fault::internal().into());
    }
    let name = format!("uploaded-{name}");
    state.backups.retain(|backup| backup.name != name);
    state.backups.push(Backup { name, bytes, created_at: time::now() });
    Ok(Answer::new(StatusCode::CREATED, Body::empty()))
}

pub(super) fn download(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let name = asked.path_text(0);
    if !is_valid(&name) {
        return Err(invalid());
    }
    let backup = state.backups.iter().find(|backup| backup.name == name);
    let backup = backup.ok_or_else(|| state.no_file(Fault::nothing_found()))?;
    let file = File {
        bytes: backup.bytes.clone(),
        content_type: if name.ends_with(".gz") { "application/gzip" } else { "application/sql" },
        name: Some(name),
        modified: backup.created_at,
        cache_control: "private, no-cache, no-transform",
    };
    Ok(file.respond(asked, state.line()))
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let items = check.required_list("backups");
    check.done()?;
    let names: Vec<_> = items.iter().filter_map(Value::as_str).collect();
    if names.len() < items.len() || !names.iter().all(|name| is_valid(name)) {
        return Err(invalid());
    }
    state.backups.retain(|backup| !names.contains(&backup.name.as_str()));
    Ok(Answer::new(StatusCode::OK, Body::empty()))
}
