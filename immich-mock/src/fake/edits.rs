//! Edits of photos, and copies of what users attached to an asset. The fake keeps edits, and does not apply them.

use immich_core::AssetId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::Answer;
use super::asked::Asked;
use super::asset_list::AssetList;
use super::check::Check;
use super::fault::Fault;
use super::media::Kind;
use super::state::State;
use super::time;

fn edits_json(state: &State, id: AssetId) -> Value {
    let edits = state.assets.get(&id).map(|asset| asset.edits.clone()).unwrap_or_default();
    json!({ "assetId": id, "edits": edits })
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.seen(asked, asked.path_id(0)?).map_err(|_| Fault::no_access("asset.read"))?.id;
    Ok(Answer::json(&edits_json(state, id)))
}

/// Reads the parameters of an action.
fn parameters(action: &str, check: &mut Check) {
    let most = i64::from(i32::MAX);
    match action {
        "crop" => {
            for (name, least) in [("x", 0), ("y", 0), ("width", 1), ("height", 1)] {
                check.required_integer(name, least, most);
            }
        }
        "rotate" => {
            check.required_integer("angle", 0, 270);
        }
        _ => {
            check.required_word("axis", &["horizontal", "vertical"]);
        }
    }
}

pub(super) fn replace(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let mut check = asked.fields()?;
    let items = check.required_list("edits");
    for (index, item) in items.iter().enumerate() {
        let place = format!("edits.{index}");
        let mut inner = Check::below(&place, item);
        let action = inner.required_word("action", &["crop", "rotate", "mirror"]);
        check.take_issues(inner);
        if let Some(action) = action {
            let mut inner = Check::below(&format!("{place}.parameters"), &item["parameters"]);
            parameters(action, &mut inner);
            check.take_issues(inner);
        }
    }
    check.done()?;
    state.own(asked, &[id])?;
    let edits = items.iter().map(|item| {
        let edit: Uuid = state.random.id();
        json!({ "id": edit, "action": item["action"], "parameters": item["parameters"] })
    });
    let edits: Vec<_> = edits.collect();
    let asset = state.assets.get_mut(&id).ok_or_else(|| asked.no_access())?;
    if asset.kind != Kind::Image {
        return Err(Fault::bad_request("Only images can be edited"));
    }
    asset.edits = edits;
    asset.updated_at = time::now();
    Ok(Answer::json(&edits_json(state, id)))
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    state.own(asked, &[id])?;
    if let Some(asset) = state.assets.get_mut(&id) {
        asset.edits.clear();
        asset.updated_at = time::now();
    }
    Ok(Answer::no_content())
}

/// Copies albums, links, the favorite, the sidecar and the stack of an asset to another.
pub(super) fn copy(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let source: Option<AssetId> = check.required_id("sourceId");
    let target: Option<AssetId> = check.required_id("targetId");
    let names = ["albums", "favorite", "sharedLinks", "sidecar", "stack"];
    let [albums, favorite, links, sidecar, stack] = names.map(|name| check.boolean(name).unwrap_or(true));
    check.done()?;
    let (Some(source), Some(target)) = (source, target) else { return Err(asked.no_access()) };
    state.own(asked, &[source, target])?;
    if source == target {
        return Err(Fault::bad_request("Source and target id must be distinct"));
    }
    let add = |assets: &mut AssetList| {
        if assets.contains(&source) {
            assets.push(target);
        }
    };
    if albums {
        state.albums.iter_mut().for_each(|album| add(&mut album.assets));
    }
    if links {
        state.links.iter_mut().for_each(|link| add(&mut link.assets));
    }
    if stack {
        for stack in state.stacks.iter_mut().filter(|stack| stack.assets.contains(&source)) {
            if !stack.assets.contains(&target) {
                stack.assets.push(target);
            }
        }
    }
    let held = state.assets.get(&source).map(|asset| (asset.is_favorite, asset.sidecar.clone()));
    if let Some((asset, (is_favorite, file))) = state.assets.get_mut(&target).zip(held) {
        asset.is_favorite = if favorite { is_favorite } else { asset.is_favorite };
        asset.sidecar = if sidecar { file } else { asset.sidecar.take() };
        asset.updated_at = time::now();
    }
    Ok(Answer::no_content())
}
