//! Key-value metadata that clients store with assets.

use immich_core::AssetId;
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::check::Check;
use super::fault::Fault;
use super::state::{Asset, State};
use super::time;

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let asset = state.seen(asked, asked.path_id(0)?)?;
    Ok(Answer::json(&asset.metadata.keys().map(|key| entry_json(asset, key)).collect()))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let asset = state.seen(asked, asked.path_id(0)?)?;
    let key = asked.path_text(1);
    if !asset.metadata.contains_key(&key) {
        return Err(Fault::bad_request(format!(
            "Metadata with key \"{key}\" not found for asset with id \"{}\"",
            asset.id
        )));
    }
    Ok(Answer::json(&entry_json(asset, &key)))
}

fn entry_json(asset: &Asset, key: &str) -> Value {
    let Some((value, updated_at)) = asset.metadata.get(key) else { return Value::Null };
    json!({ "key": key, "value": value, "updatedAt": time::text(*updated_at) })
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let items = asked.fields()?.raw("items");
    state.own(asked, &[id])?;
    let asset = state.assets.get_mut(&id).ok_or_else(|| asked.no_access())?;
    let mut response = Vec::new();
    for item in items.as_array().map(Vec::as_slice).unwrap_or_default() {
        let key = item["key"].as_str().unwrap_or_default();
        asset.metadata.insert(key.to_owned(), (item["value"].clone(), time::now()));
        response.push(entry_json(asset, key));
    }
    Ok(Answer::json(&response.into()))
}

/// The items of a request on several assets: the asset and the key of each, and the item itself.
fn items(state: &State, asked: &Asked) -> Result<Vec<(AssetId, String, Value)>, Fault> {
    let mut check = asked.fields()?;
    let mut items = Vec::new();
    for (index, item) in check.required_list("items").into_iter().enumerate() {
        let mut inner = Check::below(&format!("items.{index}"), &item);
        let pair = inner.required_id("assetId").zip(inner.required_string("key"));
        check.take_issues(inner);
        items.extend(pair.map(|(id, key)| (id, key, item)));
    }
    check.done()?;
    let ids: Vec<_> = items.iter().map(|(id, ..)| *id).collect();
    state.own(asked, &ids)?;
    Ok(items)
}

/// Sets values of several assets.
pub(super) fn update_many(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut response = Vec::new();
    for (id, key, item) in items(state, asked)? {
        let Some(asset) = state.assets.get_mut(&id) else { continue };
        asset.metadata.insert(key.clone(), (item["value"].clone(), time::now()));
        let mut entry = entry_json(asset, &key);
        entry["assetId"] = json!(id);
        response.push(entry);
    }
    Ok(Answer::json(&response.into()))
}

/// Removes values of several assets.
pub(super) fn delete_many(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    for (id, key, _) in items(state, asked)? {
        if let Some(asset) = state.assets.get_mut(&id) {
            asset.metadata.remove(&key);
        }
    }
    Ok(Answer::no_content())
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    state.own(asked, &[id])?;
    if let Some(asset) = state.assets.get_mut(&id) {
        asset.metadata.remove(&asked.path_text(1));
    }
    Ok(Answer::no_content())
}
