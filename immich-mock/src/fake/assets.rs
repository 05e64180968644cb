//! Assets: what is known of them, and changes of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use immich_core::{AssetId, UserId};
use jiff::SignedDuration;
use jiff::tz::Offset;
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::{Asked, By, Who};
use super::check::Check;
use super::fault::Fault;
use super::media::{self, Kind};
use super::state::{Asset, State};
use super::time::{self, Written};
use super::upload;

/// Where an asset is shown.
pub(super) const VISIBILITIES: [&str; 4] = ["archive", "timeline", "hidden", "locked"];

/// What 2.x says of an asset without a duration.
const NO_DURATION: &str = "0:00:00.00000";

/// Which parts of an asset an answer has, beside those that every one has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) exif: bool,
    pub(super) owner: bool,
    pub(super) tags: bool,
    pub(super) stack: bool,
    pub(super) faces: bool,
    /// Whose favorite it is, is told only to them.
    pub(super) favorite: bool,
    pub(super) written: Written,
}

impl Shape {
    /// As in a list.
    pub(super) const PLAIN: Self = Self {
        exif: false,
        owner: false,
        tags: false,
        stack: false,
        faces: false,
        favorite: true,
        written: Written::ByServer,
    };
    /// As when it is asked for by its id.
    pub(super) const WHOLE: Self =
        Self { exif: true, owner: true, tags: true, stack: true, faces: true, ..Self::PLAIN };
    /// As part of a row that the database joined.
    pub(super) const JOINED: Self = Self { written: Written::ByDatabase, ..Self::PLAIN };

    pub(super) const fn with_exif(self, exif: bool) -> Self {
        Self { exif, ..self }
    }
}

impl State {
    /// An asset as JSON.
    pub(super) fn asset_json(&self, asset: &Asset, shape: Shape) -> Value {
        let two = self.line().is_two();
        let instant = |instant| shape.written.instant(instant);
        let mut json = json!({
            "id": asset.id,
            "createdAt": instant(asset.created_at),
            "ownerId": asset.owner,
            "libraryId": null,
            "type": asset.kind.name(),
            "originalPath": asset.path,
            "originalFileName": asset.file_name,
            "originalMimeType": asset.content_type,
            "thumbhash": null,
            "fileCreatedAt": instant(asset.file_created_at),
            "fileModifiedAt": instant(asset.file_modified_at),
            "localDateTime": instant(asset.local()),
            "updatedAt": instant(asset.updated_at),
            "isFavorite": asset.is_favorite && shape.favorite,
            "isArchived": asset.visibility == "archive",
            "isTrashed": asset.trashed_at.is_some(),
            "visibility": asset.visibility,
            "duration": self.duration_json(asset),
            "livePhotoVideoId": asset.live_photo_video,
            "people": [],
            "checksum": STANDARD.encode(asset.checksum),
            "isOffline": false,
            "hasMetadata": true,
            "duplicateId": null,
            "resized": true,
            "width": null,
            "height": null,
            "isEdited": false,
        });
        if two {
            json["deviceAssetId"] = asset.device_asset_id.clone().into();
            json["deviceId"] = asset.device_id.clone().into();
        }
        if two && shape.faces {
            json["unassignedFaces"] = json!([]);
        }
        if shape.exif {
            json["exifInfo"] = exif_json(asset);
        }
        if shape.owner {
            json["owner"] = self.user_json(asset.owner, Written::ByDatabase);
        }
        if shape.tags {
            let tags = self.tags.iter().filter(|tag| asset.tags.contains(&tag.id));
            json["tags"] = tags.map(|tag| tag.json(Written::ByDatabase)).collect();
        }
        if shape.stack {
            let stack = self.stack_of(asset.id);
            json["stack"] = stack.map_or(
                Value::Null,
                |stack| json!({ "id": stack.id, "primaryAssetId": stack.primary, "assetCount": stack.assets.len() }),
            );
        }
        json
    }

    pub(super) fn duration_json(&self, asset: &Asset) -> Value {
        if self.line().is_two() {
            return asset.duration.as_deref().unwrap_or(NO_DURATION).into();
        }
        asset.duration.as_ref().and_then(|text| text.parse::<u64>().ok()).into()
    }

    /// Whether the sender may see an asset: its owner, a member of an album with it, or a link to it.
    pub(super) fn may_see(&self, who: Who, asset: &Asset) -> bool {
        match who.by {
            By::Link(id) => self.links.iter().filter(|link| link.id == id).any(|link| {
                let album = link.album.and_then(|album| self.album(album));
                let of_album = album.is_some_and(|album| album.assets.contains(&asset.id));
                asset.trashed_at.is_none() && (of_album || link.assets.contains(&asset.id))
            }),
            _ if asset.owner == who.user => asset.visibility != "locked" || self.is_elevated(who),
            _ => {
                asset.trashed_at.is_none()
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

    /// Assets that all belong to the sender.
    pub(super) fn own(&self, asked: &Asked, ids: &[AssetId]) -> Result<(), Fault> {
        let who = asked.who()?;
        let is_own = |id| self.assets.get(id).is_some_and(|asset| asset.owner == who.user && self.may_see(who, asset));
        if ids.iter().all(is_own) { Ok(()) } else { Err(asked.no_access()) }
    }
}

impl Asset {
    /// What is known of the photo, as the database keeps it.
    pub(super) fn exif_json(&self) -> Value {
        exif_json(self)
    }
}

fn exif_json(asset: &Asset) -> Value {
    let instant = |instant| Written::ByDatabase.instant(instant);
    json!({
        "make": null,
        "model": null,
        "exifImageWidth": null,
        "exifImageHeight": null,
        "fileSizeInByte": asset.size(),
        "orientation": null,
        "dateTimeOriginal": instant(asset.file_created_at),
        "modifyDate": instant(asset.file_modified_at),
        "timeZone": asset.offset.map(zone_name),
        "lensModel": null,
        "fNumber": null,
        "focalLength": null,
        "iso": null,
        "exposureTime": null,
        "latitude": asset.latitude,
        "longitude": asset.longitude,
        "city": null,
        "state": null,
        "country": null,
        "description": asset.description,
        "projectionType": null,
        "rating": asset.rating,
    })
}

/// `UTC`, `UTC+2`, `UTC-3:30`
fn zone_name(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let (hours, rest) = (minutes / 60, (minutes % 60).abs());
    match (minutes, rest) {
        (0, _) => "UTC".to_owned(),
        (_, 0) => format!("UTC{hours:+}"),
        _ => format!("UTC{hours:+}:{rest:02}"),
    }
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let asset = state.seen(asked, asked.path_id(0)?)?;
    Ok(Answer::json(&state.asset_json(asset, Shape::WHOLE)))
}

/// What one or many assets are to be.
struct Change {
    is_favorite: Option<bool>,
    visibility: Option<&'static str>,
    description: Option<String>,
    rating: Option<Option<i64>>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    taken: Option<(jiff::Timestamp, Option<Offset>)>,
    later_by: Option<i64>,
}

impl Change {
    fn read(check: &mut Check) -> Self {
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
            latitude: check.number("latitude"),
            longitude: check.number("longitude"),
            taken,
            later_by: check.integer("dateTimeRelative", i64::MIN, i64::MAX),
        }
    }

    fn apply(&self, asset: &mut Asset) {
        asset.is_favorite = self.is_favorite.unwrap_or(asset.is_favorite);
        asset.visibility = self.visibility.unwrap_or(asset.visibility);
        if let Some(description) = &self.description {
            asset.description.clone_from(description);
        }
        asset.rating = self.rating.unwrap_or(asset.rating);
        asset.latitude = self.latitude.or(asset.latitude);
        asset.longitude = self.longitude.or(asset.longitude);
        if let Some((taken, offset)) = self.taken {
            asset.file_created_at = taken;
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
    if force {
        state.remove_assets(&ids);
        return Ok(Answer::no_content());
    }
    for id in &ids {
        if let Some(asset) = state.assets.get_mut(id) {
            let now = time::now();
            asset.trashed_at.get_or_insert(now);
            asset.updated_at = now;
        }
    }
    Ok(Answer::no_content())
}

/// Those of any user, for administrators.
pub(super) fn statistics_admin(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let user = state.user(asked.path_id(0)?).ok_or_else(|| Fault::bad_request("User not found"))?.id;
    count(state, asked, user)
}

pub(super) fn statistics(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    count(state, asked, asked.user()?)
}

fn count(state: &State, asked: &Asked, user: UserId) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["isFavorite", "isTrashed", "visibility"]);
    let is_favorite = check.boolean("isFavorite");
    let is_trashed = check.boolean("isTrashed").unwrap_or_default();
    let visibility = check.word("visibility", &VISIBILITIES);
    check.done()?;
    let counts = |asset: &&Asset| {
        let shown =
            visibility.map_or(matches!(asset.visibility, "timeline" | "archive"), |one| one == asset.visibility);
        asset.owner == user
            && asset.trashed_at.is_some() == is_trashed
            && is_favorite.is_none_or(|wanted| wanted == asset.is_favorite)
            && shown
    };
    let of_kind = |kind| state.assets.values().filter(counts).filter(|asset| asset.kind == kind).count();
    let (images, videos) = (of_kind(Kind::Image), of_kind(Kind::Video));
    Ok(Answer::json(&json!({ "images": images, "videos": videos, "total": images + videos })))
}

pub(super) fn bulk_upload_check(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
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
pub(super) fn exist(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let device_id = check.required_string("deviceId");
    let ids = check.raw("deviceAssetIds");
    check.done()?;
    let user = asked.user()?;
    let known = |id: &&Value| {
        state.assets.values().any(|asset| {
            asset.owner == user && Some(&asset.device_id) == device_id.as_ref() && **id == asset.device_asset_id
        })
    };
    let existing: Vec<_> = ids.as_array().map(Vec::as_slice).unwrap_or_default().iter().filter(known).collect();
    Ok(Answer::json(&json!({ "existingIds": existing })))
}

/// `GET /assets/device/{deviceId}` of 2.x.
pub(super) fn of_device(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (user, device) = (asked.user()?, asked.path_text(0));
    let of_device = state.assets.values().filter(|asset| asset.owner == user && asset.device_id == device);
    let ids: Vec<_> = of_device.map(|asset| asset.device_asset_id.as_str()).collect();
    Ok(Answer::json(&json!(ids)))
}

pub(super) fn metadata(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let asset = state.seen(asked, asked.path_id(0)?)?;
    Ok(Answer::json(&asset.metadata.keys().map(|key| metadata_json(asset, key)).collect()))
}

pub(super) fn metadata_by_key(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let asset = state.seen(asked, asked.path_id(0)?)?;
    let key = asked.path_text(1);
    if !asset.metadata.contains_key(&key) {
        return Err(Fault::bad_request(format!(
            "Metadata with key \"{key}\" not found for asset with id \"{}\"",
            asset.id
        )));
    }
    Ok(Answer::json(&metadata_json(asset, &key)))
}

fn metadata_json(asset: &Asset, key: &str) -> Value {
    let Some((value, updated_at)) = asset.metadata.get(key) else { return Value::Null };
    json!({ "key": key, "value": value, "updatedAt": time::text(*updated_at) })
}

pub(super) fn update_metadata(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let items = asked.fields()?.raw("items");
    state.own(asked, &[id])?;
    let asset = state.assets.get_mut(&id).ok_or_else(|| asked.no_access())?;
    let mut answer = Vec::new();
    for item in items.as_array().map(Vec::as_slice).unwrap_or_default() {
        let key = item["key"].as_str().unwrap_or_default();
        asset.metadata.insert(key.to_owned(), (item["value"].clone(), time::now()));
        answer.push(metadata_json(asset, key));
    }
    Ok(Answer::json(&answer.into()))
}

pub(super) fn delete_metadata(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    state.own(asked, &[id])?;
    if let Some(asset) = state.assets.get_mut(&id) {
        asset.metadata.remove(&asked.path_text(1));
    }
    Ok(Answer::no_content())
}

/// Text in photos: there is none, for the fake does not look into them.
pub(super) fn ocr(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    state.seen(asked, asked.path_id(0)?)?;
    Ok(Answer::json(&json!([])))
}

/// Jobs have nothing to do.
pub(super) fn run_jobs(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let ids = check.required_ids("assetIds");
    check.done()?;
    state.own(asked, &ids)?;
    Ok(Answer::no_content())
}

/// The media types that the server takes.
pub(super) fn media_types(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    let of = |kind| media::extensions(kind, state.line()).collect::<Vec<_>>();
    Ok(Answer::json(&json!({
        "video": of(Kind::Video),
        "image": of(Kind::Image),
        "sidecar": of(Kind::Sidecar),
    })))
}
