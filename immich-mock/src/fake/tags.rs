//! Tags: a tree of names, and the assets that have them.

use immich_core::{AssetId, TagId, UserId};
use serde_json::{Value, json};

use super::albums::failed;
use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::state::{Asset, State, Tag};
use super::time::{self, Written};

impl Tag {
    pub(super) fn json(&self, written: Written) -> Value {
        let name = self.value.rsplit('/').next().unwrap_or_default();
        let mut json = json!({
            "id": self.id,
            "name": name,
            "value": self.value,
            "createdAt": written.instant(self.created_at),
            "updatedAt": written.instant(self.updated_at),
        });
        if let Some(parent) = self.parent {
            json["parentId"] = json!(parent);
        }
        if let Some(color) = &self.color {
            json["color"] = color.as_str().into();
        }
        json
    }
}

impl State {
    fn tag(&self, asked: &Asked, id: TagId) -> Result<&Tag, Fault> {
        let user = asked.user()?;
        self.tags.iter().find(|tag| tag.id == id && tag.user == user).ok_or_else(|| asked.no_access())
    }

    /// Whether an asset has a tag, or a descendant of it.
    pub(super) fn is_tagged(&self, asset: &Asset, id: TagId) -> bool {
        let mut parents: Vec<_> = asset.tags.iter().copied().collect();
        while let Some(tag) = parents.pop() {
            if tag == id {
                return true;
            }
            parents.extend(self.tags.iter().find(|other| other.id == tag).and_then(|tag| tag.parent));
        }
        false
    }

    /// The tag of a path such as `places/beach`, created if it does not exist.
    pub(super) fn upsert_tag(&mut self, user: UserId, value: &str) -> Option<TagId> {
        let mut parent = None;
        let mut path = String::new();
        for name in value.split('/').filter(|name| !name.is_empty()) {
            path = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
            let known = self.tags.iter().find(|tag| tag.user == user && tag.value == path).map(|tag| tag.id);
            parent = Some(known.unwrap_or_else(|| self.add_tag(user, parent, path.clone(), None)));
        }
        parent
    }

    fn add_tag(&mut self, user: UserId, parent: Option<TagId>, value: String, color: Option<String>) -> TagId {
        let (id, now) = (self.random.id(), time::now());
        self.tags.push(Tag { id, user, parent, value, color, created_at: now, updated_at: now });
        id
    }
}

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let user = asked.user()?;
    let mut tags: Vec<_> = state.tags.iter().filter(|tag| tag.user == user).collect();
    tags.sort_by(|one, other| one.value.cmp(&other.value));
    Ok(Answer::json(&tags.into_iter().map(|tag| tag.json(Written::ByServer)).collect()))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&state.tag(asked, asked.path_id(0)?)?.json(Written::ByServer)))
}

pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let name = check.required_string("name").unwrap_or_default();
    if state.line().is_two() && check.raw("name") == "" {
        check.wrong("name", vec!["name should not be empty".to_owned()], Value::Null);
    }
    let parent: Option<TagId> = check.id("parentId");
    let color = check.color("color");
    check.done()?;
    let user = asked.user()?;
    let value = match parent {
        Some(parent) => format!("{}/{name}", state.tag(asked, parent)?.value),
        None => name,
    };
    if state.tags.iter().any(|tag| tag.user == user && tag.value == value) {
        return Err(Fault::bad_request("A tag with that name already exists"));
    }
    let id = state.add_tag(user, parent, value, color);
    Ok(Answer::created(&state.tag(asked, id)?.json(Written::ByServer)))
}

pub(super) fn upsert(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let tags = check.raw("tags");
    if !tags.is_array() {
        check.required_words("tags", &[]);
    }
    let is_empty = |tag: &Value| tag.as_str().is_some_and(str::is_empty);
    if state.line().is_two() && tags.as_array().is_some_and(|tags| tags.iter().any(is_empty)) {
        check.wrong("tags", vec!["each value in tags should not be empty".to_owned()], Value::Null);
    }
    check.done()?;
    let user = asked.user()?;
    let mut response = Vec::new();
    for value in tags.as_array().map(Vec::as_slice).unwrap_or_default() {
        // A name that is empty or consists of slashes creates no tag.
        let Some(id) = state.upsert_tag(user, value.as_str().unwrap_or_default()) else { continue };
        response.push(state.tag(asked, id)?.json(Written::ByServer));
    }
    Ok(Answer::json(&response.into()))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let mut check = asked.fields()?;
    let recolored = check.has("color");
    let color = check.color("color");
    let name = check.string("name");
    check.done()?;
    let old = state.tag(asked, id)?.value.clone();
    if let Some(name) = name {
        let new = old.rsplit_once('/').map_or(name.clone(), |(parent, _)| format!("{parent}/{name}"));
        let below = format!("{old}/");
        let user = asked.user()?;
        for tag in state.tags.iter_mut().filter(|tag| tag.user == user) {
            if tag.id == id {
                tag.value.clone_from(&new);
            } else if let Some(rest) = tag.value.strip_prefix(&below) {
                tag.value = format!("{new}/{rest}");
            }
        }
    }
    if let Some(tag) = state.tags.iter_mut().find(|tag| tag.id == id) {
        if recolored {
            tag.color = color;
        }
        tag.updated_at = time::now();
    }
    get(state, asked)
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut ids = vec![state.tag(asked, asked.path_id(0)?)?.id];
    // Its descendants are deleted too.
    while let Some(id) = ids.pop() {
        ids.extend(state.tags.iter().filter(|tag| tag.parent == Some(id)).map(|tag| tag.id));
        state.tags.retain(|tag| tag.id != id);
        for asset in state.assets.ids(|asset| asset.tags.contains(&id)) {
            if let Some(asset) = state.assets.get_mut(&asset) {
                asset.tags.remove(&id);
            }
        }
    }
    Ok(Answer::no_content())
}

pub(super) fn tag_assets(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    change(state, asked, |asset, tag| if asset.tags.insert(tag) { Ok(()) } else { Err("duplicate") })
}

pub(super) fn untag_assets(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    change(state, asked, |asset, tag| if asset.tags.remove(&tag) { Ok(()) } else { Err("not_found") })
}

fn change(
    state: &mut State,
    asked: &Asked,
    change: impl Fn(&mut Asset, TagId) -> Result<(), &'static str>,
) -> Result<Answer, Fault> {
    let tag = asked.path_id(0)?;
    let mut check = asked.fields()?;
    let ids: Vec<AssetId> = check.required_ids("ids");
    check.done()?;
    state.tag(asked, tag)?;
    let user = asked.user()?;
    let results = ids.into_iter().map(|id| {
        let asset = state.assets.get_mut(&id).filter(|asset| asset.owner == user);
        match asset.map_or(Err("no_permission"), |asset| change(asset, tag)) {
            Ok(()) => json!({ "id": id, "success": true }),
            Err(error) => failed(id, error),
        }
    });
    let results: Vec<_> = results.collect();
    touch(state, tag);
    Ok(Answer::json(&results.into()))
}

pub(super) fn tag_in_bulk(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let tags: Vec<TagId> = check.required_ids("tagIds");
    let ids: Vec<AssetId> = check.required_ids("assetIds");
    check.done()?;
    let user = asked.user()?;
    let mut count = 0;
    for tag in tags {
        if state.tag(asked, tag).is_err() {
            continue;
        }
        for id in &ids {
            if let Some(asset) = state.assets.get_mut(id).filter(|asset| asset.owner == user) {
                count += usize::from(asset.tags.insert(tag));
            }
        }
        touch(state, tag);
    }
    Ok(Answer::json(&json!({ "count": count })))
}

fn touch(state: &mut State, id: TagId) {
    if let Some(tag) = state.tags.iter_mut().find(|tag| tag.id == id) {
        tag.updated_at = time::now();
    }
}
