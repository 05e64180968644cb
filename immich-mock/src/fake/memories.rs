//! Memories. The fake makes none by itself, as a real server does every night.

use immich_core::{AssetId, MemoryId, ServerVersion, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::albums::failed;
use super::answer::Answer;
use super::asked::Asked;
use super::asset_json::Shape;
use super::check::Check;
use super::fault::Fault;
use super::saved::{self, Word};
use super::state::State;
use super::time;

/// The types of memories. The last one exists since 3.3.
const TYPES: [&str; 2] = ["on_this_day", "birthday"];

/// The first version with memories of birthdays.
const BIRTHDAYS_SINCE: ServerVersion = ServerVersion::new(3, 3, 0);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Memory {
    id: MemoryId,
    pub(super) owner: UserId,
    #[serde(deserialize_with = "saved::word")]
    kind: Word,
    data: Value,
    is_saved: bool,
    memory_at: Timestamp,
    show_at: Option<Timestamp>,
    hide_at: Option<Timestamp>,
    seen_at: Option<Timestamp>,
    pub(super) assets: Vec<AssetId>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl State {
    fn memory_types(&self) -> &'static [&'static str] {
        if self.version < BIRTHDAYS_SINCE { &TYPES[..1] } else { &TYPES }
    }

    fn memory_json(&self, memory: &Memory) -> Value {
        let assets = memory.assets.iter().filter_map(|id| self.assets.get(id));
        let shown = assets.filter(|asset| asset.trashed_at.is_none());
        let assets: Vec<_> = shown.map(|asset| self.asset_json(asset, Shape::JOINED)).collect();
        let mut json = json!({
            "id": memory.id,
            "createdAt": time::text(memory.created_at),
            "updatedAt": time::text(memory.updated_at),
            "memoryAt": time::text(memory.memory_at),
            "ownerId": memory.owner,
            "type": memory.kind,
            "data": memory.data,
            "isSaved": memory.is_saved,
            "assets": assets,
        });
        for (name, at) in [("seenAt", memory.seen_at), ("showAt", memory.show_at), ("hideAt", memory.hide_at)] {
            if let Some(at) = at {
                json[name] = time::text(at);
            }
        }
        json
    }

    fn memory(&mut self, asked: &Asked, permission: &str) -> Result<&mut Memory, Fault> {
        let (id, user) = (asked.path_id(0)?, asked.user()?);
        let memory = self.memories.iter_mut().find(|memory| memory.id == id && memory.owner == user);
        memory.ok_or_else(|| Fault::no_access(permission))
    }

    /// The memories that a query of the sender finds, the latest first.
    fn found_memories(&self, asked: &Asked) -> Result<Vec<&Memory>, Fault> {
        let names = ["for", "id", "isSaved", "isTrashed", "isUpcoming", "order", "page", "size", "type"];
        let mut check = asked.query_fields(&names);
        let day = check.instant("for");
        let id: Option<MemoryId> = check.id("id");
        let is_saved = check.boolean("isSaved");
        let is_trashed = check.boolean("isTrashed").unwrap_or_default();
        let is_upcoming = check.boolean("isUpcoming");
        let order = check.word("order", &["asc", "desc", "random"]).unwrap_or("desc");
        let page = check.integer("page", 1, i64::MAX).unwrap_or(1);
        let size = check.integer("size", 1, i64::MAX);
        let kind = check.word("type", self.memory_types());
        check.done()?;
        let (user, now) = (asked.user()?, time::now());
        let wanted = |memory: &&Memory| {
            let shown = day.is_none_or(|day| {
                memory.show_at.is_none_or(|at| at <= day) && memory.hide_at.is_none_or(|at| at >= day)
            });
            memory.owner == user
                && shown
                // Deleted memories are gone at once.
                && !is_trashed
                && id.is_none_or(|id| id == memory.id)
                && is_saved.is_none_or(|wanted| wanted == memory.is_saved)
                && is_upcoming.is_none_or(|wanted| wanted == memory.show_at.is_some_and(|at| at > now))
                && kind.is_none_or(|kind| kind == memory.kind)
        };
        let mut found: Vec<_> = self.memories.iter().filter(wanted).collect();
        found.sort_by_key(|memory| (memory.memory_at, memory.created_at));
        if order != "asc" {
            found.reverse();
        }
        if let Some(size) = size {
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            let skipped = usize::try_from(page - 1).unwrap_or(usize::MAX).saturating_mul(size);
            found = found.into_iter().skip(skipped).take(size).collect();
        }
        Ok(found)
    }
}

pub(super) fn search(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let found = state.found_memories(asked)?;
    Ok(Answer::json(&found.into_iter().map(|memory| state.memory_json(memory)).collect()))
}

pub(super) fn statistics(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&json!({ "total": state.found_memories(asked)?.len() })))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.memory(asked, "memory.read")?.id;
    let memory = state.memories.iter().find(|memory| memory.id == id).ok_or_else(|| asked.no_access())?;
    Ok(Answer::json(&state.memory_json(memory)))
}

pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let kind = check.required_word("type", state.memory_types());
    let data = check.raw("data");
    let mut inner = Check::below("data", &data);
    if kind != Some("birthday") {
        inner.required_integer("year", 1, i64::from(i32::MAX));
    }
    check.take_issues(inner);
    let memory_at = check.required_instant("memoryAt");
    let is_saved = check.boolean("isSaved").unwrap_or_default();
    let times = ["showAt", "hideAt", "seenAt"].map(|name| check.instant(name));
    let mut assets: Vec<AssetId> = check.ids("assetIds").unwrap_or_default();
    check.done()?;
    let (Some(kind), Some(memory_at)) = (kind, memory_at) else { return Err(asked.no_access()) };
    let owner = asked.user()?;
    // Assets of others are left out without an error.
    assets.retain(|id| state.assets.get(id).is_some_and(|asset| asset.owner == owner));
    let (id, created_at, [show_at, hide_at, seen_at]) = (state.random.id(), time::now(), times);
    let updated_at = created_at;
    let memory = Memory {
        id,
        owner,
        kind,
        data,
        is_saved,
        memory_at,
        show_at,
        hide_at,
        seen_at,
        assets,
        created_at,
        updated_at,
    };
    let json = state.memory_json(&memory);
    state.memories.push(memory);
    Ok(Answer::created(&json))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let is_saved = check.boolean("isSaved");
    let (memory_at, seen_at) = (check.instant("memoryAt"), check.instant("seenAt"));
    check.done()?;
    let memory = state.memory(asked, "memory.update")?;
    memory.is_saved = is_saved.unwrap_or(memory.is_saved);
    memory.memory_at = memory_at.unwrap_or(memory.memory_at);
    memory.seen_at = seen_at.or(memory.seen_at);
    memory.updated_at = time::now();
    get(state, asked)
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.memory(asked, "memory.delete")?.id;
    state.memories.retain(|memory| memory.id != id);
    Ok(Answer::no_content())
}

pub(super) fn add_assets(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let ids: Vec<AssetId> = check.required_ids("ids");
    check.done()?;
    let user = asked.user()?;
    let is_own = |state: &State, id: &AssetId| state.assets.get(id).is_some_and(|asset| asset.owner == user);
    let own: Vec<_> = ids.iter().map(|id| is_own(state, id)).collect();
    let memory = state.memory(asked, "memory.read")?;
    let mut results = Vec::new();
    for (id, own) in ids.into_iter().zip(own) {
        if memory.assets.contains(&id) {
            results.push(failed(id, "duplicate"));
        } else if !own {
            results.push(failed(id, "no_permission"));
        } else {
            memory.assets.push(id);
            memory.updated_at = time::now();
            results.push(json!({ "id": id, "success": true }));
        }
    }
    Ok(Answer::json(&results.into()))
}

pub(super) fn remove_assets(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let ids: Vec<AssetId> = check.required_ids("ids");
    check.done()?;
    let memory = state.memory(asked, "memory.update")?;
    let mut results = Vec::new();
    for id in ids {
        if memory.assets.contains(&id) {
            memory.assets.retain(|other| *other != id);
            memory.updated_at = time::now();
            results.push(json!({ "id": id, "success": true }));
        } else {
            results.push(failed(id, "not_found"));
        }
    }
    Ok(Answer::json(&results.into()))
}
