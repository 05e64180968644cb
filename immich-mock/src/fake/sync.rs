//! Synchronization: a stream of changes, and acknowledgements of them.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use immich_core::api::SyncEntityType;
use immich_core::{AssetId, SessionId, StackId, UserId};
use serde_json::json;

use super::answer::Answer;
use super::asked::{Asked, By};
use super::fault::Fault;
use super::journal::{Journal, News};
use super::line::Line;
use super::state::{Asset, State};
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

pub(super) fn stream(state: &State, asked: &Asked) -> Result<Answer, Fault> {
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
        let line = json!({ "type": RESET, "data": {}, "ack": format!("{RESET}|reset") });
        return Ok(streamed([format!("{line}\n")].into_iter()));
    }
    let mut journals = state.journals.all();
    let stacks = state.stacks_by_asset();
    let journal = state.look(&mut journals, user, &stacks);
    if reset {
        journal.acknowledged.remove(&session);
    }
    let tables = Table::ALL.into_iter().filter(|table| types.iter().any(|name| name == table.request_type()));
    let news: Vec<_> = tables.map(|table| journal.news(session, table)).collect();
    let last = journal.next_number();
    let lines = Lines { stacks, begun: journal.begun(), line };
    drop(journals);
    Ok(streamed(lines.write(news, last)))
}

impl State {
    /// The journal of a user, up to date.
    fn look<'j>(
        &self,
        journals: &'j mut HashMap<UserId, Journal>,
        user: UserId,
        stacks: &HashMap<AssetId, StackId>,
    ) -> &'j mut Journal {
        let rows = sync_rows::of(self, user);
        let albums = self.albums.iter().map(|album| album.id.to_string()).collect();
        let journal = journals.entry(user).or_default();
        let own = self.assets.shared().filter(|asset| asset.owner == user);
        journal.look(rows, own, stacks, &albums, self.line());
        journal
    }

    /// Brings all journals up to date, so that they need not be saved with the assets that they saw.
    pub(super) fn look_for_all(&self) {
        let mut journals = self.journals.all();
        let stacks = self.stacks_by_asset();
        for user in journals.keys().copied().collect::<Vec<_>>() {
            self.look(&mut journals, user, &stacks);
        }
    }

    fn stacks_by_asset(&self) -> HashMap<AssetId, StackId> {
        self.stacks.iter().flat_map(|stack| stack.assets.iter().map(|asset| (*asset, stack.id))).collect()
    }
}

/// Writes the lines of a stream.
struct Lines {
    stacks: HashMap<AssetId, StackId>,
    begun: u64,
    line: Line,
}

impl Lines {
    fn text(&self, kind: &str, number: u32, data: &str) -> String {
        let id = Journal::id(self.begun, number);
        format!("{{\"type\":\"{kind}\",\"data\":{data},\"ack\":\"{kind}|{id}\"}}\n")
    }

    /// The lines one by one, each made when it is needed.
    fn write(self, news: Vec<News>, last: u32) -> impl Iterator<Item = String> + Send {
        let this = Arc::new(self);
        let complete = this.text(COMPLETE, last, "{}");
        let of_table = move |News { table, removed, rows, assets }| {
            let texts = |kind: &'static str, this: Arc<Self>| {
                move |(number, data): (u32, Box<str>)| this.text(kind, number, &data)
            };
            let gone = removed.into_iter().map(texts(table.removed_kind().unwrap_or_default(), Arc::clone(&this)));
            let rows = rows.into_iter().map(texts(table.kind(), Arc::clone(&this)));
            let this = Arc::clone(&this);
            let assets = assets.into_iter().map(move |(number, asset): (u32, Arc<Asset>)| {
                let stack = this.stacks.get(&asset.id).copied();
                let row = sync_rows::of_asset(table, &asset, stack, this.line);
                this.text(table.kind(), number, &row.to_string())
            });
            gone.chain(rows).chain(assets)
        };
        news.into_iter().flat_map(of_table).chain([complete])
    }
}

/// The bytes of a chunk of a stream, about.
const CHUNK: usize = 16 << 10;

fn streamed(mut lines: impl Iterator<Item = String> + Send + 'static) -> Answer {
    let chunks = std::iter::from_fn(move || {
        let mut chunk = lines.next()?;
        while chunk.len() < CHUNK {
            let Some(line) = lines.next() else { break };
            chunk.push_str(&line);
        }
        Some(Bytes::from(chunk))
    });
    Answer::new(StatusCode::OK, super::zip::chunks(chunks)).with(CONTENT_TYPE, "application/jsonlines+json")
}

pub(super) fn acknowledge(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (user, session) = session(asked)?;
    let mut check = asked.fields()?;
    let acks = check.required_list("acks");
    check.done()?;
    let mut journals = state.journals.all();
    let types = journals.entry(user).or_default().acknowledged.entry(session).or_default();
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
    let mut journals = state.journals.all();
    let journal = journals.entry(user).or_default();
    let types = journal.acknowledged.entry(session).or_default().iter();
    Ok(Answer::json(&types.map(|(kind, id)| json!({ "type": kind, "ack": format!("{kind}|{id}") })).collect()))
}

pub(super) fn forget(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (user, session) = session(asked)?;
    let mut check = asked.fields()?;
    let wanted = check.has("types").then(|| check.required_list("types"));
    check.done()?;
    let mut journals = state.journals.all();
    let journal = journals.entry(user).or_default();
    let types = journal.acknowledged.entry(session).or_default();
    match wanted {
        Some(wanted) => types.retain(|kind, _| !wanted.iter().any(|name| name == kind)),
        None => types.clear(),
    }
    Ok(Answer::no_content())
}
