//! Assets on the map.

use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::roles;
use super::state::{Asset, State};

fn marker(asset: &Asset) -> Option<Value> {
    let (lat, lon) = (asset.latitude?, asset.longitude?);
    let (city, state, country) = (&asset.exif.city, &asset.exif.state, &asset.exif.country);
    Some(json!({ "id": asset.id, "lat": lat, "lon": lon, "city": city, "state": state, "country": country }))
}

pub(super) fn markers(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let names = ["fileCreatedAfter", "fileCreatedBefore", "isArchived", "isFavorite"];
    let mut check = asked.query_fields(&names);
    let (after, before) = (check.instant("fileCreatedAfter"), check.instant("fileCreatedBefore"));
    let with_archived = check.boolean("isArchived").unwrap_or_default();
    let is_favorite = check.boolean("isFavorite");
    check.done()?;
    let user = asked.user()?;
    let wanted = |asset: &&Asset| {
        asset.owner == user
            && asset.trashed_at.is_none()
            && (asset.visibility == "timeline" || (with_archived && asset.visibility == "archive"))
            && is_favorite.is_none_or(|wanted| wanted == asset.is_favorite)
            && after.is_none_or(|after| asset.file_created_at >= after)
            && before.is_none_or(|before| asset.file_created_at <= before)
    };
    Ok(Answer::json(&state.assets.values().filter(wanted).filter_map(marker).collect()))
}

pub(super) fn album_markers(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let album = state.album_for(asked, asked.path_id(0)?, &roles::VIEWERS)?;
    let assets = album.assets.iter().filter_map(|id| state.assets.get(id));
    Ok(Answer::json(&assets.filter(|asset| asset.trashed_at.is_none()).filter_map(marker).collect()))
}
