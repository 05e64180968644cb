//! Assets: reading, updating and deleting them.

use immich_core::{AssetId, DuplicateId, UserId};
use jiff::SignedDuration;
use jiff::tz::Offset;
use serde_json::json;

use super::answer::Answer;
use super::asked::{Asked, By, Who};
use super::asset_json::Shape;
use super::asset_store::Group;
use super::check::Check;
use super::fault::Fault;
use super::jobs::Job;
use super::media::{self, Kind};
use super::state::{Asset, State};
use super::time;
use super::upload;

/// The visibilities of an asset.
pub(super) const VISIBILITIES: [&str; 4] = ["archive", "timeline", "hidden", "locked"];

impl State {
    /// Whether the sender may see an asset: as its owner, as a member of an album with it, or through a shared link.
    pub(super) fn may_see(&self, who: Who, asset: &Asset) -> bool {
        match who.by {
            By::Link(id) => self.links.iter().filter(|link| link.id == id).any(|link| {
                let album = link.album.and_then(|album| self.album(album));
                let of_album = album.into_iter().flat_map(|album| &album.assets);
                let mut shared = of_album.chain(&link.assets).filter_map(|id| self.assets.get(id));
                // The video of a live photo is shared with it.
                shared.any(|shared| {
                    let is_it = shared.id == asset.id || shared.live_photo_video == Some(asset.id);
                    is_it && shared.trashed_at.is_none()
                })
            }),
            _ if asset.owner == who.user => asset.visibility != "locked" || self.is_elevated(who),
            _ => {
                self.is_of_partner(asset, who.user)
                    || asset.trashed_at.is_none()
                        && self
                            .albums
                            .iter()
                            .any(|album| album.assets.contains(&asset.id) && album.role(who.user).is_some())
            }
        }
    }

    /// An asset that the sender may see.
    pub(super) fn seen(&self, asked: &Asked, id: AssetId) -> Result<&Asset, Fault> {
        let who = asked.who()?;
        self.assets.get(&id).filter(|asset| self.may_see(who, asset)).ok_or_else(|| asked.no_access())
    }

    /// Checks that all assets belong to the sender.
    pub(super) fn own(&self, asked: &Asked, ids: &[AssetId]) -> Result<(), Fault> {
        let who = asked.who()?;
        let is_own = |id| self.assets.get(id).is_some_and(|asset| asset.owner == who.user && self.may_see(who, asset));
        if ids.iter().all(is_own) { Ok(()) } else { Err(asked.no_access()) }
    }
}

pub(super) fn get(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let asset = state.seen(asked, asked.path_id(0)?)?;
    let By::Link(link) = asked.who()?.by else { return Ok(Answer::json(&state.asset_json(asset, Shape::WHOLE))) };
    let shows_metadata = state.links.iter().any(|shared| shared.id == link && shared.show_metadata);
    Ok(Answer::json(&if shows_metadata {
        state.asset_json(asset, Shape { owner: false, ..Shape::WHOLE })
    } else {
        state.bare_asset_json(asset, time::Written::ByServer)
    }))
}

/// The changes requested for one or more assets.
struct Change {
    is_favorite: Option<bool>,
    visibility: Option<&'static str>,
    description: Option<String>,
    rating: Option<Option<i64>>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    taken: Option<(jiff::Timestamp, Option<Offset>)>,
    later_by: Option<i64>,
    duplicate: Option<Option<DuplicateId>>,
}

impl Change {
    fn read(check: &mut Check) -> Self {
        let duplicate = check.has("duplicateId").then(|| check.id("duplicateId"));
        let rated = check.has("rating");
        let rating = check.integer("rating", -1, 5);
        let taken = check.instant("dateTimeOriginal").and_then(|_| {
            let text = check.raw("dateTimeOriginal");
            text.as_str().and_then(time::parse)
        });
        Self {
            is_favorite: check.boolean("isFavorite"),
            visibility: check.word("visibility", &VISIBILITIES),
            description: check.string("description"),
            rating: rated.then_some(rating),
            latitude: check.degrees("latitude", 90),
            longitude: check.degrees("longitude", 180),
            taken,
            later_by: check.integer("dateTimeRelative", i64::MIN, i64::MAX),
            duplicate,
        }
    }

    fn apply(&self, asset: &mut Asset) {
        asset.is_favorite = self.is_favorite.unwrap_or(asset.is_favorite);
        asset.visibility = self.visibility.unwrap_or(asset.visibility);
        if let Some(description) = &self.description {
            asset.description.clone_from(description);
        }
        asset.rating = self.rating.unwrap_or(asset.rating);
        asset.duplicate = self.duplicate.unwrap_or(asset.duplicate);
        asset.latitude = self.latitude.or(asset.latitude);
        asset.longitude = self.longitude.or(asset.longitude);
        if let Some((taken, offset)) = self.taken {
            asset.file_created_at = taken;
            asset.is_dated = true;
            asset.offset = offset.or(asset.offset);
        }
        if let Some(minutes) = self.later_by {
            let later = asset.file_created_at.checked_add(SignedDuration::from_secs(minutes.saturating_mul(60)));
            asset.file_created_at = later.unwrap_or(asset.file_created_at);
        }
        asset.updated_at = time::now();
    }
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let mut check = asked.fields()?;
    let change = Change::read(&mut check);
    let relinked = check.has("livePhotoVideoId");
    let video: Option<AssetId> = check.id("livePhotoVideoId");
    check.done()?;
    state.own(asked, &[id])?;
    if let Some(video) = video {
        upload::hide_video(state, asked.user()?, video)?;
    }
    let asset = state.assets.get_mut(&id).ok_or_else(|| asked.no_access())?;
    let unlinked = if relinked { std::mem::replace(&mut asset.live_photo_video, video) } else { None };
    change.apply(asset);
    if let Some(shown) = unlinked.filter(|old| Some(*old) != video).and_then(|old| state.assets.get_mut(&old)) {
        shown.visibility = "timeline";
    }
    let asset = state.seen(asked, id)?;
    let shape = Shape { faces: true, ..Shape::PLAIN }.with_exif(true);
    Ok(Answer::json(&state.asset_json(asset, shape)))
}

pub(super) fn update_many(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let ids = check.required_ids("ids");
    let change = Change::read(&mut check);
    check.string("timeZone");
    check.done()?;
    state.own(asked, &ids)?;
    for id in &ids {
        if let Some(asset) = state.assets.get_mut(id) {
            change.apply(asset);
        }
    }
    Ok(Answer::no_content())
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let ids = check.required_ids("ids");
    let force = check.boolean("force").unwrap_or_default();
    check.done()?;
    state.own(asked, &ids)?;
    for id in &ids {
        if let Some(asset) = state.assets.get_mut(id) {
            let now = time::now();
            asset.trashed_at.get_or_insert(now);
            asset.updated_at = now;
            // Without `force`, the asset stays in the trash, even if its deletion was pending.
            asset.is_deleted = force;
        }
    }
    if force {
        ids.iter().for_each(|id| state.schedule(Job::Remove(*id)));
    }
    Ok(Answer::no_content())
}

/// The statistics of any user, for administrators.
pub(super) fn statistics_admin(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let user = state.user(asked.path_id(0)?).ok_or_else(|| Fault::bad_request("User not found"))?.id;
    count(state, asked, user)
}

pub(super) fn statistics(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    count(state, asked, asked.user()?)
}

fn count(state: &State, asked: &Asked, user: UserId) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["isFavorite", "isTrashed", "visibility"]);
    let is_favorite = check.boolean("isFavorite");
    let is_trashed = check.boolean("isTrashed").unwrap_or_default();
    let visibility = check.word("visibility", &VISIBILITIES);
    check.done()?;
    let index = state.assets.index();
    let is_counted = |group: &Group| {
        let shown =
            visibility.map_or(matches!(group.visibility, "timeline" | "archive"), |one| one == group.visibility);
        group.owner == user
            && group.is_trashed == is_trashed
            && !group.is_deleted
            && is_favorite.is_none_or(|wanted| wanted == group.is_favorite)
            && shown
    };
    let of_kind = |kind| index.tally(|group| group.kind == kind && is_counted(group)).count;
    let (images, videos) = (of_kind(Kind::Image), of_kind(Kind::Video));
    Ok(Answer::json(&json!({ "images": images, "videos": videos, "total": images + videos })))
}

/// Text in photos: always empty, since the fake does not look at pictures.
pub(super) fn ocr(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    state.seen(asked, asked.path_id(0)?)?;
    Ok(Answer::json(&json!([])))
}

/// Accepts the request; the jobs have nothing to do.
pub(super) fn run_jobs(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let ids = check.required_ids("assetIds");
    check.required_word("name", &["refresh-faces", "refresh-metadata", "regenerate-thumbnail", "transcode-video"]);
    check.done()?;
    state.own(asked, &ids)?;
    Ok(Answer::no_content())
}

/// The file extensions that the server accepts, by kind.
pub(super) fn media_types(state: &State, _: &Asked) -> Result<Answer, Fault> {
    let of = |kind| media::extensions(kind, state.line()).collect::<Vec<_>>();
    Ok(Answer::json(&json!({
        "video": of(Kind::Video),
        "image": of(Kind::Image),
        "sidecar": of(Kind::Sidecar),
    })))
}
