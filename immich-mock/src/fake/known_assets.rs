//! The files of a client that the server already has.

use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::state::State;
use super::upload;

pub(super) fn check(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let assets = check.raw("assets");
    if !assets.is_array() {
        check.required_words("assets", &[]);
    }
    check.done()?;
    let user = asked.user()?;
    let results = assets.as_array().map(Vec::as_slice).unwrap_or_default().iter().map(|item| {
        let known = item["checksum"].as_str().and_then(upload::checksum);
        match known.and_then(|known| state.by_checksum(user, known)) {
            Some(asset) => json!({
                "id": item["id"],
                "action": "reject",
                "reason": "duplicate",
                "assetId": asset.id,
                "isTrashed": asset.trashed_at.is_some(),
            }),
            None => json!({ "id": item["id"], "action": "accept" }),
        }
    });
    let results: Vec<_> = results.collect();
    Ok(Answer::json(&json!({ "results": results })))
}

/// `POST /assets/exist` of 2.x.
pub(super) fn exist(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let device_id = check.required_string("deviceId");
    let ids = check.required_list("deviceAssetIds");
    check.done()?;
    let user = asked.user()?;
    let known = |id: &&Value| {
        state.assets.values().any(|asset| {
            asset.owner == user && Some(&asset.device_id) == device_id.as_ref() && **id == asset.device_asset_id
        })
    };
    let existing: Vec<_> = ids.iter().filter(known).collect();
    Ok(Answer::json(&json!({ "existingIds": existing })))
}

/// `GET /assets/device/{deviceId}` of 2.x.
pub(super) fn of_device(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let (user, device) = (asked.user()?, asked.path_text(0));
    let of_device = state.assets.values().filter(|asset| asset.owner == user && asset.device_id == device);
    let ids: Vec<_> = of_device.map(|asset| asset.device_asset_id.as_str()).collect();
    Ok(Answer::json(&json!(ids)))
}
