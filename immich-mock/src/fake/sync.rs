//! Synchronization: a stream of changes, and acknowledgements of them.

use std::collections::{BTreeMap, HashMap, HashSet};

use http::StatusCode;
use http::header::CONTENT_TYPE;
use immich_core::api::SyncEntityType;
use immich_core::{SessionId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::{Builder, Uuid};

use super::answer::Answer;
use super::asked::{Asked, By};
use super::fault::Fault;
use super::line::Line;
use super::saved::{self, Word};
use super::state::State;
use super::sync_rows::{self, Row, Table};
use super::time;

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

/// The changes reported to the sessions of a user, and the acknowledgements of each session.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Journal {
    /// The rows as they were last seen.
    #[serde(with = "saved::pairs")]
    rows: BTreeMap<(Table, String), Row>,
    /// The last change of each row: its id, its type, and its data.
    #[serde(with = "saved::pairs")]
    changes: HashMap<(Table, String), Change>,
    acknowledged: HashMap<SessionId, BTreeMap<String, Uuid>>,
    number: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Change {
    id: Uuid,
    #[serde(deserialize_with = "saved::word")]
    kind: Word,
    data: Value,
}

impl Journal {
    /// Records the changes since the last call.
    fn look(&mut self, rows: BTreeMap<(Table, String), Row>, albums: &HashSet<String>) {
        let gone: Vec<_> = self.rows.keys().filter(|key| !rows.contains_key(*key)).cloned().collect();
        for key in gone {
            // A deleted album takes its members and assets with it; their removal is not reported.
            let with_album = key.0.album(&key.1).is_some_and(|album| !albums.contains(album));
            let row = self.rows.get(&key).filter(|_| !with_album);
            let data = row.and_then(|row| key.0.removed(&row.data));
            match (key.0.removed_kind(), data) {
                (Some(kind), Some(data)) => self.note(key, kind, data),
                _ => drop(self.changes.remove(&key)),
            }
        }
        let changed: Vec<_> = rows.iter().filter(|(key, row)| self.rows.get(*key) != Some(*row)).collect();
        for (key, row) in changed {
            self.note(key.clone(), key.0.kind(), row.data.clone());
        }
        self.rows = rows;
    }

    fn note(&mut self, key: (Table, String), kind: &'static str, data: Value) {
        let id = self.next_id();
        self.changes.insert(key, Change { id, kind, data });
    }

    /// The id of the next change: a UUID of version 7, so that ids are ordered.
    fn next_id(&mut self) -> Uuid {
        self.number += 1;
        let mut rest = [0; 10];
        rest[6..].copy_from_slice(&self.number.to_be_bytes());
        let millis = u64::try_from(time::now().as_millisecond()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
    }

    /// The changes of a table that a session has not acknowledged, removals first.
    fn news(&self, session: SessionId, table: Table) -> Vec<&Change> {
        let known = |kind: &str| self.acknowledged.get(&session).and_then(|types| types.get(kind)).copied();
        let of_table = self.changes.iter().filter(|((other, _), _)| *other == table).map(|(_, change)| change);
        let mut news: Vec<_> =
            of_table.filter(|change| known(change.kind).is_none_or(|known| change.id > known)).collect();
        news.sort_by_key(|change| (change.kind == table.kind(), change.id));
        news
    }
}

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
    let acks = asked.fields()?.raw("acks");
    let types = state.journals.entry(user).or_default().acknowledged.entry(session).or_default();
    for ack in acks.as_array().map(Vec::as_slice).unwrap_or_default() {
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
    let wanted = asked.fields()?.raw("types");
    let journal = state.journals.entry(user).or_default();
    let types = journal.acknowledged.entry(session).or_default();
    match wanted.as_array() {
        Some(wanted) => types.retain(|kind, _| !wanted.iter().any(|name| name == kind)),
        None => types.clear(),
    }
    Ok(Answer::no_content())
}
