//! The trash.

use immich_core::{AssetId, UserId};
use serde_json::json;

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::jobs::Job;
use super::state::State;
use super::time;

fn trashed(state: &State, user: UserId) -> Vec<AssetId> {
    let assets = state.assets.values().filter(|asset| asset.owner == user && asset.is_in_trash());
    assets.map(|asset| asset.id).collect()
}

fn count(count: usize) -> Answer {
    Answer::json(&json!({ "count": count }))
}

fn restore_each(state: &mut State, ids: &[AssetId]) {
    for id in ids {
        if let Some(asset) = state.assets.get_mut(id).filter(|asset| asset.is_in_trash()) {
            asset.trashed_at = None;
            asset.updated_at = time::now();
        }
    }
}

pub(super) fn empty(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let ids = trashed(state, asked.user()?);
    for id in &ids {
        if let Some(asset) = state.assets.get_mut(id) {
            asset.is_deleted = true;
        }
        state.schedule(Job::Remove(*id));
    }
    Ok(count(ids.len()))
}

pub(super) fn restore(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let ids = trashed(state, asked.user()?);
    restore_each(state, &ids);
    Ok(count(ids.len()))
}

/// The count includes every requested asset, trashed or not.
pub(super) fn restore_assets(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let ids = check.required_ids("ids");
    check.done()?;
    state.own(asked, &ids)?;
    restore_each(state, &ids);
    Ok(count(ids.len()))
}
