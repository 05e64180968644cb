//! The synchronization of 2.x that came before the stream.

use immich_core::{AssetId, UserId};
use serde_json::json;

use super::answer::Answer;
use super::asked::Asked;
use super::asset_json::Shape;
use super::fault::Fault;
use super::state::State;

/// The assets of a user, ordered by id, after the last one that the client has.
pub(super) fn full(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let limit = check.required_integer("limit", 1, i64::from(i32::MAX)).unwrap_or_default();
    let until = check.required_instant("updatedUntil");
    let last: Option<AssetId> = check.id("lastId");
    let user: Option<UserId> = check.id("userId");
    check.done()?;
    let owner = user.unwrap_or(asked.user()?);
    if owner != asked.user()? {
        return Err(Fault::no_access("timeline.read"));
    }
    let found = state.assets.values().filter(|asset| {
        asset.owner == owner
            && asset.visibility != "locked"
            && until.is_none_or(|until| asset.updated_at <= until)
            && last.is_none_or(|last| asset.id > last)
    });
    let shape = Shape::PLAIN.with_exif(true);
    let found = found.take(usize::try_from(limit).unwrap_or_default());
    Ok(Answer::json(&found.map(|asset| state.asset_json(asset, shape)).collect()))
}

/// Sends every client to the full synchronization, as a real server does after 100 days.
pub(super) fn delta(_: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    check.required_instant("updatedAfter");
    let _: Vec<UserId> = check.required_ids("userIds");
    check.done()?;
    Ok(Answer::json(&json!({ "needsFullSync": true, "upserted": [], "deleted": [] })))
}
