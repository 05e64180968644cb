//! Albums as the API shows them.

use serde_json::{Value, json};

use super::asset_json::Shape;
use super::state::{Album, Asset, State};
use super::time::{self, Written};

/// The form of an album in a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// After it was created or changed.
    Changed,
    /// In a list of albums, or requested by its id.
    Summed,
    /// Inside a shared link.
    Linked,
}

impl State {
    /// An album as JSON; 2.x includes its assets if `with_assets` is set.
    pub(super) fn album_json(&self, album: &Album, form: Form, with_assets: bool) -> Value {
        let assets: Vec<&Asset> = album.assets.iter().filter_map(|id| self.assets.get(id)).collect();
        let shown: Vec<&Asset> = assets.into_iter().filter(|asset| asset.trashed_at.is_none()).collect();
        let written = if form == Form::Linked { Written::ByDatabase } else { Written::ByServer };
        let has_link = self.links.iter().any(|link| link.album == Some(album.id));
        let mut json = json!({
            "id": album.id,
            "albumName": album.name,
            "description": album.description,
            "albumThumbnailAssetId": album.thumbnail,
            "createdAt": written.instant(album.created_at),
            "updatedAt": written.instant(album.updated_at),
            "albumUsers": self.members(album, form),
            "shared": has_link || !album.users.is_empty(),
            "hasSharedLink": has_link,
            "assetCount": shown.len(),
            "isActivityEnabled": album.is_activity_enabled,
            "order": album.order,
        });
        if self.line().is_two() {
            json["ownerId"] = json!(album.owner);
            json["owner"] = self.user_json(album.owner, Written::ByDatabase);
            let shape = Shape { exif: true, favorite: form != Form::Changed, ..Shape::JOINED };
            let listed = shown.iter().filter(|_| with_assets).map(|asset| self.asset_json(asset, shape));
            json["assets"] = listed.collect();
        }
        let times = || shown.iter().map(|asset| asset.local());
        if let (Some(first), Some(last)) = (times().min(), times().max()) {
            json["startDate"] = day(first, form);
            json["endDate"] = day(last, form);
        }
        let changed = shown.iter().map(|asset| asset.updated_at).max();
        if let Some(last) = changed.filter(|_| form == Form::Summed) {
            json["lastModifiedAssetTimestamp"] = time::text(last);
        }
        json
    }

    /// 3.x counts the owner among the users.
    fn members(&self, album: &Album, form: Form) -> Value {
        if form == Form::Linked {
            return json!([]);
        }
        let owner = (!self.line().is_two()).then_some((album.owner, "owner"));
        let members = owner.into_iter().chain(album.users.iter().copied());
        let member = |(user, role)| json!({ "user": self.user_json(user, Written::ByDatabase), "role": role });
        members.map(member).collect()
    }
}

/// The first or last day. In [`Form::Summed`], the database cuts off the time of day.
fn day(local: jiff::Timestamp, form: Form) -> Value {
    if form != Form::Summed {
        return Written::ByDatabase.instant(local);
    }
    let date = jiff::tz::Offset::UTC.to_datetime(local).date();
    format!("{date}T00:00:00.000Z").into()
}
