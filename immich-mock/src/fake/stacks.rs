//! Stacks: assets that are shown as one.

use immich_core::{AssetId, StackId};
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::asset_json::Shape;
use super::fault::Fault;
use super::state::{Stack, State};
use super::time;

impl State {
    fn stack_json(&self, stack: &Stack, tags: bool) -> Value {
        let shape = Shape { tags, ..Shape::JOINED }.with_exif(true);
        let others = stack.assets.iter().filter(|id| **id != stack.primary);
        let ids = [stack.primary].into_iter().chain(others.copied());
        let assets = ids.filter_map(|id| self.assets.get(&id)).map(|asset| self.asset_json(asset, shape));
        json!({ "id": stack.id, "primaryAssetId": stack.primary, "assets": assets.collect::<Vec<_>>() })
    }

    fn stack(&self, asked: &Asked, id: StackId) -> Result<&Stack, Fault> {
        let user = asked.user()?;
        self.stacks.iter().find(|stack| stack.id == id && stack.owner == user).ok_or_else(|| asked.no_access())
    }
}

pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let assets: Vec<AssetId> = check.required_ids("assetIds");
    if assets.len() < 2 {
        let details = json!({
            "origin": "array", "code": "too_small", "minimum": 2, "inclusive": true, "path": ["assetIds"],
            "message": "Too small: expected array to have >=2 items",
        });
        check.wrong("assetIds", vec!["assetIds must contain at least 2 elements".to_owned()], details);
    }
    check.done()?;
    // The server reports the permission of the assets here, not that of the stack.
    state.own(asked, &assets).map_err(|_| Fault::no_access("asset.update"))?;
    // The primary asset of a stack brings along the other assets of that stack.
    let mut assets = assets;
    let joined: Vec<_> = state.stacks.iter().filter(|stack| assets.contains(&stack.primary)).collect();
    let others: Vec<_> = joined.into_iter().flat_map(|stack| stack.assets.clone()).collect();
    for id in others {
        if !assets.contains(&id) {
            assets.push(id);
        }
    }
    assets.iter().for_each(|id| state.unstack(*id));
    let (id, primary, now) = (state.random.id(), assets[0], time::now());
    let stack = Stack { id, owner: asked.user()?, primary, assets, created_at: now, updated_at: now };
    let json = state.stack_json(&stack, false);
    state.stacks.push(stack);
    Ok(Answer::created(&json))
}

pub(super) fn search(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["primaryAssetId"]);
    let primary: Option<AssetId> = check.id("primaryAssetId");
    check.done()?;
    let user = asked.user()?;
    let wanted = |stack: &&Stack| stack.owner == user && primary.is_none_or(|primary| primary == stack.primary);
    let stacks = state.stacks.iter().filter(wanted);
    Ok(Answer::json(&stacks.map(|stack| state.stack_json(stack, false)).collect()))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&state.stack_json(state.stack(asked, asked.path_id(0)?)?, true)))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let mut check = asked.fields()?;
    let primary: Option<AssetId> = check.id("primaryAssetId");
    check.done()?;
    let stack = state.stack(asked, id)?;
    if primary.is_some_and(|primary| !stack.assets.contains(&primary)) {
        return Err(Fault::bad_request("Primary asset must be in the stack"));
    }
    if let Some(stack) = state.stacks.iter_mut().find(|stack| stack.id == id) {
        stack.primary = primary.unwrap_or(stack.primary);
        stack.updated_at = time::now();
    }
    get(state, asked)
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.stack(asked, asked.path_id(0)?)?.id;
    state.stacks.retain(|stack| stack.id != id);
    Ok(Answer::no_content())
}

pub(super) fn delete_many(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let ids: Vec<StackId> = check.required_ids("ids");
    check.done()?;
    for id in &ids {
        state.stack(asked, *id)?;
    }
    state.stacks.retain(|stack| !ids.contains(&stack.id));
    Ok(Answer::no_content())
}

pub(super) fn remove_asset(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (id, asset) = (asked.path_id(0)?, asked.path_id(1)?);
    let stack = state.stack(asked, id)?;
    if !stack.assets.contains(&asset) {
        return Err(Fault::bad_request("Asset not in stack"));
    }
    if stack.primary == asset {
        return Err(Fault::bad_request("Cannot remove stack's primary asset"));
    }
    state.unstack(asset);
    Ok(Answer::no_content())
}
