//! Groups of duplicates. The fake finds none by itself: `updateAssets` puts assets into a group.

use std::collections::BTreeMap;

use immich_core::{AssetId, DuplicateId};
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::asset_json::Shape;
use super::check::Check;
use super::fault::Fault;
use super::state::{Asset, State};
use super::time;

impl State {
    /// The groups of the sender, each with at least two assets.
    fn duplicate_groups(&self, asked: &Asked) -> Result<BTreeMap<DuplicateId, Vec<&Asset>>, Fault> {
        let user = asked.user()?;
        let mut groups: BTreeMap<DuplicateId, Vec<&Asset>> = BTreeMap::new();
        let shown = self.assets.values().filter(|asset| asset.owner == user && asset.trashed_at.is_none());
        for asset in shown.filter(|asset| matches!(asset.visibility, "timeline" | "archive")) {
            if let Some(id) = asset.duplicate {
                groups.entry(id).or_default().push(asset);
            }
        }
        groups.retain(|_, assets| assets.len() > 1);
        Ok(groups)
    }

    /// Dissolves a group.
    fn dissolve(&mut self, id: DuplicateId, owner: immich_core::UserId) {
        for asset in self.assets.ids(|asset| asset.duplicate == Some(id) && asset.owner == owner) {
            if let Some(asset) = self.assets.get_mut(&asset) {
                asset.duplicate = None;
                asset.updated_at = time::now();
            }
        }
    }
}

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let has_suggestions = state.version >= immich_core::ServerVersion::new(2, 7, 0);
    let groups = state.duplicate_groups(asked)?.into_iter().map(|(id, mut assets)| {
        assets.sort_by_key(|asset| asset.number);
        let shape = Shape { exif: true, tags: true, ..Shape::JOINED };
        let listed: Vec<_> = assets.iter().map(|asset| state.asset_json(asset, shape)).collect();
        let mut json = json!({ "duplicateId": id, "assets": listed });
        if has_suggestions {
            // The largest file is the one to keep.
            let best = assets.iter().max_by_key(|asset| (asset.size(), std::cmp::Reverse(asset.number)));
            json["suggestedKeepAssetIds"] = best.into_iter().map(|asset| json!(asset.id)).collect();
        }
        json
    });
    let groups: Vec<_> = groups.collect();
    Ok(Answer::json(&groups.into()))
}

/// Dissolves the group of the path. An unknown group is no error.
pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (id, user) = (asked.path_id(0)?, asked.user()?);
    state.dissolve(id, user);
    Ok(Answer::no_content())
}

/// Dissolves groups; 3.x refuses unknown ones.
pub(super) fn delete_many(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let ids: Vec<DuplicateId> = check.required_ids("ids");
    check.done()?;
    let user = asked.user()?;
    let is_known =
        |id: &DuplicateId| state.assets.values().any(|asset| asset.duplicate == Some(*id) && asset.owner == user);
    if !state.line().is_two() && !ids.iter().all(is_known) {
        return Err(Fault::no_access("duplicate.delete"));
    }
    ids.into_iter().for_each(|id| state.dissolve(id, user));
    Ok(Answer::no_content())
}

/// The decision of a request on one group.
struct Decision {
    id: DuplicateId,
    keep: Vec<AssetId>,
    trash: Vec<AssetId>,
}

/// Keeps and trashes the assets of groups, and reports the result of each group.
pub(super) fn resolve(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let mut decisions = Vec::new();
    for (index, item) in check.required_list("groups").iter().enumerate() {
        let mut inner = Check::below(&format!("groups.{index}"), item);
        let id: Option<DuplicateId> = inner.required_id("duplicateId");
        let (keep, trash) = (inner.required_ids("keepAssetIds"), inner.required_ids("trashAssetIds"));
        decisions.extend(id.map(|id| Decision { id, keep, trash }));
        check.take_issues(inner);
    }
    check.done()?;
    let user = asked.user()?;
    let mut results = Vec::new();
    for Decision { id, keep, trash } in decisions {
        let members: Vec<_> = state.duplicate_groups(asked)?.remove(&id).unwrap_or_default();
        let members: Vec<_> = members.iter().map(|asset| asset.id).collect();
        results.push(match refusal(&members, &keep, &trash) {
            Some((error, message)) => {
                json!({ "id": id, "success": false, "error": error, "errorMessage": message })
            }
            None => {
                for id in trash {
                    if let Some(asset) = state.assets.get_mut(&id) {
                        asset.trashed_at.get_or_insert(time::now());
                    }
                }
                state.dissolve(id, user);
                json!({ "id": id, "success": true })
            }
        });
    }
    Ok(Answer::json(&results.into()))
}

/// The error of a decision that does not fit its group, and its text.
fn refusal(members: &[AssetId], keep: &[AssetId], trash: &[AssetId]) -> Option<(&'static str, Value)> {
    if members.is_empty() {
        return Some(("not_found", "The group does not exist".into()));
    }
    if keep.iter().any(|id| trash.contains(id)) {
        return Some(("validation", "An asset cannot be kept and trashed".into()));
    }
    let is_member = |id: &AssetId| members.contains(id);
    if !keep.iter().chain(trash).all(is_member) {
        return Some(("validation", "An asset is not in the group".into()));
    }
    None
}
