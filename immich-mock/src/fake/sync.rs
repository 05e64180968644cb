//! Synchronization: a stream of changes, and acknowledgements of them.

use http::StatusCode;
use http::header::CONTENT_TYPE;
use immich_core::api::SyncEntityType;
use immich_core::{SessionId, UserId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::Answer;
use super::asked::{Asked, By};
use super::fault::Fault;
use super::line::Line;
use super::state::State;
use super::sync_rows::{self, Table};

/// The type of the last line of every stream.
const COMPLETE: &str = "SyncCompleteV1";

/// The type of the only line of a stream if the session must be reset.
const RESET: &str = "SyncResetV1";

/// The types that may be requested. Types that the fake does not support return nothing.
const TYPES: [&str; 27] = [
    "AlbumsV1",
    "AlbumsV2",
    "AlbumUsersV1",
    "AlbumToAssetsV1",
    "AlbumAssetsV1",
    "AlbumAssetsV2",
    "AlbumAssetExifsV1",
    "AssetsV1",
    "AssetsV2",
    "AssetExifsV1",
    "AssetEditsV1",
    "AssetMetadataV1",
    "AssetOcrV1",
    "AuthUsersV1",
    "MemoriesV1",
    "MemoryToAssetsV1",
    "PartnersV1",
    "PartnerAssetsV1",
    "PartnerAssetsV2",
    "PartnerAssetExifsV1",
    "PartnerStacksV1",
    "StacksV1",
    "UsersV1",
    "PeopleV1",
    "AssetFacesV1",
    "AssetFacesV2",
    "UserMetadataV1",
];

/// The types added in 3.x.
const ONLY_THREE: [&str; 5] = ["AlbumsV2", "AlbumAssetsV2", "AssetsV2", "AssetOcrV1", "PartnerAssetsV2"];

/// The user and the session of a request; only sessions can acknowledge changes.
fn session(asked: &Asked) -> Result<(UserId, SessionId), Fault> {
    match asked.who()?.by {
        By::Session(id) => Ok((asked.user()?, id)),
        _ => Err(Fault::forbidden("Sync endpoints cannot be used with API keys")),
    }
}

fn known_types(line: Line) -> Vec<&'static str> {
    TYPES.into_iter().filter(|name| !line.is_two() || !ONLY_THREE.contains(name)).collect()
}

pub(super) fn stream(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (user, session) = session(asked)?;
    let line = state.line();
    let mut check = asked.fields()?;
    let types = check.required_words("types", &known_types(line));
    let reset = check.boolean("reset").unwrap_or_default();
    check.done()?;
    if !line.is_two() && types.iter().any(|name| name == "AssetsV1") {
        return Err(Fault::bad_request("SyncRequestType.AssetsV1 is deprecated, use SyncRequestType.AssetsV2 instead"));
    }
    if state.sessions.iter().any(|other| other.id == session && other.is_pending_sync_reset) {
        return Ok(lines(format!("{}\n", json!({ "type": RESET, "data": {}, "ack": format!("{RESET}|reset") }))));
    }
    let rows = sync_rows::of(state, user);
    let albums = state.albums.iter().map(|album| album.id.to_string()).collect();
    let journal = state.journals.entry(user).or_default();
    journal.look(rows, &albums);
    if reset {
        journal.acknowledged.remove(&session);
    }
    let mut text = String::new();
    let mut line = |kind: &str, data: &Value, id: Uuid| {
        text.push_str(&json!({ "type": kind, "data": data, "ack": format!("{kind}|{id}") }).to_string());
        text.push('\n');
    };
    for table in Table::ALL.into_iter().filter(|table| types.iter().any(|name| name == table.request_type())) {
        journal.news(session, table).into_iter().for_each(|change| line(change.kind, &change.data, change.id));
    }
    line(COMPLETE, &json!({}), journal.next_id());
    Ok(lines(text))
}

fn lines(text: String) -> Answer {
    let body = super::zip::chunks(vec![text.into()]);
    Answer::new(StatusCode::OK, body).with(CONTENT_TYPE, "application/jsonlines+json")
}

pub(super) fn acknowledge(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (user, session) = session(asked)?;
    let mut check = asked.fields()?;
    let acks = check.required_list("acks");
    check.done()?;
    let types = state.journals.entry(user).or_default().acknowledged.entry(session).or_default();
    for ack in &acks {
        let text = ack.as_str().unwrap_or_default();
        if text.split('|').next() == Some(RESET) {
            // Acknowledgements after a reset are ignored.
            types.clear();
            for other in state.sessions.iter_mut().filter(|other| other.id == session) {
                other.is_pending_sync_reset = false;
            }
            break;
        }
        let mut parts = text.split('|');
        let kind = parts.next().unwrap_or_default();
        let known = !matches!(SyncEntityType::from(kind), SyncEntityType::Unknown(_));
        match parts.next().and_then(|id| id.parse().ok()) {
            Some(id) if known => types.insert(kind.to_owned(), id),
            _ => return Err(Fault::bad_request(format!("Invalid ack type: {kind}"))),
        };
    }
    Ok(Answer::no_content())
}

pub(super) fn acknowledged(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (user, session) = session(asked)?;
    let journal = state.journals.entry(user).or_default();
    let types = journal.acknowledged.entry(session).or_default().iter();
    Ok(Answer::json(&types.map(|(kind, id)| json!({ "type": kind, "ack": format!("{kind}|{id}") })).collect()))
}

pub(super) fn forget(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (user, session) = session(asked)?;
    let mut check = asked.fields()?;
    let wanted = check.has("types").then(|| check.required_list("types"));
    check.done()?;
    let journal = state.journals.entry(user).or_default();
    let types = journal.acknowledged.entry(session).or_default();
    match wanted {
        Some(wanted) => types.retain(|kind, _| !wanted.iter().any(|name| name == kind)),
        None => types.clear(),
    }
    Ok(Answer::no_content())
}
