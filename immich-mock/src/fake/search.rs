//! Search.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use immich_core::{AlbumId, AssetId, PersonId, ServerVersion, TagId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::{Asked, By, Who};
use super::asset_json::{AssetView, Shape};
use super::asset_store::Index;
use super::assets::VISIBILITIES;
use super::check::Check;
use super::fault::Fault;
use super::random::Random;
use super::roles::VIEWERS;
use super::state::{Asset, Checksum, State};
use super::upload;

/// The first version with a stable order of assets with equal times.
const STABLE_SINCE: ServerVersion = ServerVersion::new(3, 1, 0);

/// The first version with cursors.
const CURSORS_SINCE: ServerVersion = ServerVersion::new(3, 2, 0);

/// The filter of a search.
struct Filter {
    checksum: Option<Option<Checksum>>,
    description: Option<String>,
    device_asset_id: Option<String>,
    device_id: Option<String>,
    id: Option<AssetId>,
    is_favorite: Option<bool>,
    is_motion: Option<bool>,
    is_not_in_album: Option<bool>,
    original_file_name: Option<String>,
    original_path: Option<String>,
    kind: Option<&'static str>,
    visibility: Option<&'static str>,
    with_deleted: bool,
    album_ids: Vec<AlbumId>,
    tag_ids: Option<Vec<TagId>>,
    untagged: bool,
    rating: Option<Option<i64>>,
    taken: Between,
    created: Between,
    updated: Between,
    trashed: Between,
    /// Fields of the file or its place; `None` does not filter.
    exif: [(&'static str, Option<Option<String>>); 6],
    people: Vec<PersonId>,
    /// Whether the request filters by data that the fake never has, such as text in photos.
    unknown: bool,
}

/// A time range; either end may be absent.
struct Between(Option<Timestamp>, Option<Timestamp>);

impl Between {
    fn read(check: &mut Check, name: &str) -> Self {
        Self(check.instant(&format!("{name}After")), check.instant(&format!("{name}Before")))
    }

    fn any(&self) -> bool {
        self.0.is_some() || self.1.is_some()
    }

    fn holds(&self, instant: Timestamp) -> bool {
        self.0.is_none_or(|after| instant >= after) && self.1.is_none_or(|before| instant <= before)
    }
}

impl Filter {
    fn read(check: &mut Check) -> Self {
        let exif = ["city", "country", "state", "make", "model", "lensModel"];
        // Null finds the assets without a value.
        let exif = exif.map(|name| (name, check.has(name).then(|| check.string(name))));
        let trashed = Between::read(check, "trashed");
        for name in ["encodedVideoPath", "previewPath", "thumbnailPath"] {
            check.string(name);
        }
        for name in ["isEncoded", "withPeople", "withStacked"] {
            check.boolean(name);
        }
        let rated = check.has("rating");
        let rating = check.integer("rating", -1, 5);
        Self {
            checksum: check.string("checksum").map(|text| upload::checksum(&text)),
            description: check.string("description"),
            device_asset_id: check.string("deviceAssetId"),
            device_id: check.string("deviceId"),
            id: check.id("id"),
            is_favorite: check.boolean("isFavorite"),
            is_motion: check.boolean("isMotion"),
            is_not_in_album: check.boolean("isNotInAlbum"),
            original_file_name: check.string("originalFileName"),
            original_path: check.string("originalPath"),
            kind: check.word("type", &["IMAGE", "VIDEO", "AUDIO", "OTHER"]),
            visibility: check.word("visibility", &VISIBILITIES),
            with_deleted: check.boolean("withDeleted").unwrap_or_default() || trashed.any(),
            album_ids: check.ids("albumIds").unwrap_or_default(),
            untagged: check.has("tagIds") && check.raw("tagIds").is_null(),
            tag_ids: check.ids("tagIds"),
            rating: rated.then_some(rating),
            taken: Between::read(check, "taken"),
            created: Between::read(check, "created"),
            updated: Between::read(check, "updated"),
            trashed,
            exif,
            people: check.ids("personIds").unwrap_or_default(),
            unknown: ["libraryId", "ocr"].iter().any(|name| check.string(name).is_some())
                || check.boolean("isOffline").unwrap_or_default(),
        }
    }

    fn holds(&self, state: &State, who: Who, asset: &Asset) -> bool {
        let contains = |text: &str, part: &Option<String>| {
            part.as_ref().is_none_or(|part| text.to_lowercase().contains(&part.to_lowercase()))
        };
        let in_albums = |ids: &[AlbumId]| {
            let mut albums = ids.iter().map(|id| state.album(*id));
            albums.all(|album| album.is_some_and(|album| album.assets.contains(&asset.id)))
        };
        let in_any_album = || state.albums.iter().any(|album| album.assets.contains(&asset.id));
        // Without a visibility, 2.x returns the timeline, and 3.x everything that is not locked.
        let visible = match self.visibility {
            Some(wanted) => asset.visibility == wanted,
            None if state.line().is_two() => asset.visibility == "timeline",
            None => asset.visibility != "locked" || state.is_elevated(who),
        };
        // 3.x returns all assets of an album, 2.x only the user's own.
        let of_album = !state.line().is_two() && !self.album_ids.is_empty();
        (asset.owner == who.user || of_album)
            && visible
            && !self.unknown
            && self
                .exif
                .iter()
                .all(|(name, wanted)| wanted.as_ref().is_none_or(|wanted| wanted.as_deref() == asset.exif.text(name)))
            && self.people.iter().all(|id| state.is_on(asset.id, *id))
            && (self.with_deleted || asset.trashed_at.is_none())
            && self.checksum.is_none_or(|wanted| wanted == Some(asset.checksum))
            && contains(&asset.description, &self.description)
            && self.device_asset_id.as_ref().is_none_or(|wanted| *wanted == asset.device_asset_id)
            && self.device_id.as_ref().is_none_or(|wanted| *wanted == asset.device_id)
            && self.id.is_none_or(|wanted| wanted == asset.id)
            && self.is_favorite.is_none_or(|wanted| wanted == asset.is_favorite)
            && self.is_motion.is_none_or(|wanted| wanted == asset.live_photo_video.is_some())
            && !(self.is_not_in_album == Some(true) && self.album_ids.is_empty() && in_any_album())
            && contains(&asset.file_name, &self.original_file_name)
            && contains(&asset.path, &self.original_path)
            && self.kind.is_none_or(|wanted| wanted == asset.kind.name())
            && (self.album_ids.is_empty() || in_albums(&self.album_ids))
            && self.tag_ids.as_ref().is_none_or(|ids| ids.iter().all(|id| state.is_tagged(asset, *id)))
            && (!self.untagged || asset.tags.is_empty())
            && self.rating.is_none_or(|wanted| wanted == asset.rating)
            && self.taken.holds(asset.file_created_at)
            && self.created.holds(asset.created_at)
            && self.updated.holds(asset.updated_at)
            && asset.trashed_at.map_or(!self.trashed.any(), |at| self.trashed.holds(at))
    }

    /// The sender, if it may search like this.
    fn sender(&self, state: &State, asked: &Asked) -> Result<Who, Fault> {
        let who = asked.who()?;
        if self.visibility == Some("locked") && !state.is_elevated(who) {
            return Err(Fault::unauthorized("Elevated permission is required"));
        }
        if matches!(who.by, By::Link(_)) && self.album_ids.is_empty() {
            let message = "Shared link access is only allowed in combination with an albumIds filter";
            return Err(Fault::bad_request(message));
        }
        if !state.line().is_two() {
            let readable = |id| state.album_for(asked, id, &VIEWERS).is_ok();
            if !self.album_ids.iter().all(|id| readable(*id)) {
                return Err(Fault::no_access("album.read"));
            }
        }
        Ok(who)
    }

    /// The assets found, the latest first. Real servers order equal times by id; the upload order is just as valid, and
    /// predictable.
    fn find<'s>(
        &'s self,
        state: &'s State,
        index: &'s Index,
        who: Who,
    ) -> impl DoubleEndedIterator<Item = &'s Asset> + 's {
        index.in_order().rev().filter(move |asset| self.holds(state, who, asset))
    }
}

/// Refuses filters of 3.2 and later, which the fake does not implement, instead of returning a wrong result.
fn refuse_filter_tree(check: &Check) -> Result<(), Fault> {
    match ["filter", "orderBy"].iter().find(|name| check.has(name)) {
        Some(name) => {
            let message = format!("FakeImmich does not have `{name}` of the search");
            Err(Fault::new(http::StatusCode::NOT_IMPLEMENTED, message))
        }
        None => Ok(()),
    }
}

pub(super) fn metadata(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let size = check.integer("size", 1, 1000).unwrap_or(250);
    let page = check.integer("page", 1, i64::MAX).unwrap_or(1);
    let order = check.word("order", &["asc", "desc"]).unwrap_or("desc");
    let exif = check.boolean("withExif").unwrap_or_default();
    let faces = check.boolean("withPeople").unwrap_or_default();
    let has_cursors = state.version >= CURSORS_SINCE;
    let cursor = if has_cursors { check.string("cursor") } else { None };
    let filter = Filter::read(&mut check);
    refuse_filter_tree(&check)?;
    check.done()?;
    let ascending = order == "asc";
    let who = filter.sender(state, asked)?;
    let index = state.assets.index();
    let found = filter.find(state, &index, who);
    let mut found: Box<dyn Iterator<Item = &Asset>> = if ascending { Box::new(found.rev()) } else { Box::new(found) };
    let size = usize::try_from(size).unwrap_or(250);
    let skipped = match &cursor {
        Some(cursor) => {
            let last = read_cursor(cursor).ok_or_else(|| Fault::bad_request("Invalid cursor"))?;
            let is_past = move |place| if ascending { place > last } else { place < last };
            found = Box::new(found.skip_while(move |asset| !is_past(asset.place())));
            0
        }
        None => usize::try_from(page - 1).unwrap_or_default().saturating_mul(size),
    };
    if state.version < STABLE_SINCE && page % 2 == 0 {
        let mut all: Vec<_> = found.collect();
        reverse_ties(&mut all);
        found = Box::new(all.into_iter());
    }
    // One more shows whether there is another page.
    let mut shown: Vec<_> = found.skip(skipped).take(size + 1).collect();
    let has_more = shown.len() > size;
    shown.truncate(size);
    let shape = Shape { exif, faces, ..Shape::PLAIN };
    let next_cursor = shown.last().filter(|_| has_more).map(|asset| cursor_after(asset));
    Ok(Answer::view(&Found {
        albums: json!({ "total": 0, "count": 0, "items": [], "facets": [] }),
        assets: Page {
            total: shown.len(),
            count: shown.len(),
            items: shown.into_iter().map(|asset| state.asset_view(asset, shape)).collect(),
            facets: [],
            next_page: (has_more && cursor.is_none()).then(|| (page + 1).to_string()),
            next_cursor: has_cursors.then_some(next_cursor),
        },
    }))
}

/// The response to a search.
#[derive(Serialize)]
struct Found<'s> {
    albums: Value,
    assets: Page<'s>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'s> {
    /// The server counts the page, not all results.
    total: usize,
    count: usize,
    items: Vec<AssetView<'s>>,
    facets: [(); 0],
    next_page: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<Option<String>>,
}

/// The cursor of the page after this asset. It stays valid when assets are added or removed.
fn cursor_after(asset: &Asset) -> String {
    let (taken, number) = asset.place();
    URL_SAFE_NO_PAD.encode(format!("{}/{number}", taken.as_microsecond()))
}

fn read_cursor(cursor: &str) -> Option<(Timestamp, u64)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (taken, number) = text.split_once('/')?;
    Some((Timestamp::from_microsecond(taken.parse().ok()?).ok()?, number.parse().ok()?))
}

/// Reverses each run of assets with equal times.
///
/// Servers that order by time alone may return equal times in a different order on each page. Reversing them on
/// every second page loses and repeats assets in the same way, but reproducibly.
fn reverse_ties(found: &mut [&Asset]) {
    found.chunk_by_mut(|one, other| one.file_created_at == other.file_created_at).for_each(<[_]>::reverse);
}

pub(super) fn statistics(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let filter = Filter::read(&mut check);
    refuse_filter_tree(&check)?;
    check.done()?;
    let who = filter.sender(state, asked)?;
    Ok(Answer::json(&json!({ "total": filter.find(state, &state.assets.index(), who).count() })))
}

pub(super) fn random(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let size = check.integer("size", 1, 1000).unwrap_or(250);
    let with_exif = check.boolean("withExif").unwrap_or_default();
    let filter = Filter::read(&mut check);
    refuse_filter_tree(&check)?;
    check.done()?;
    draw(state, asked, &filter, size, Shape::PLAIN.with_exif(with_exif))
}

/// `GET /assets/random` of 2.x.
pub(super) fn random_assets(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["count"]);
    let count = check.integer("count", 1, i64::MAX).unwrap_or(1);
    let filter = Filter::read(&mut check);
    check.done()?;
    draw(state, asked, &filter, count, Shape::PLAIN.with_exif(true))
}

/// The response with a random selection of up to `size` assets.
fn draw(state: &mut State, asked: &Asked, filter: &Filter, size: i64, shape: Shape) -> Result<Answer, Fault> {
    let mut random: Random = state.random.clone();
    let who = filter.sender(state, asked)?;
    let mut drawn = Vec::new();
    {
        let index = state.assets.index();
        let mut found: Vec<_> = filter.find(state, &index, who).collect();
        while drawn.len() < usize::try_from(size).unwrap_or_default() && !found.is_empty() {
            drawn.push(state.asset_json(found.swap_remove(random.below(found.len())), shape));
        }
    }
    state.random = random;
    Ok(Answer::json(&drawn.into()))
}

/// The largest assets; the filter is in the query.
pub(super) fn large(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let names = ["size", "minFileSize", "isFavorite", "type", "visibility", "withDeleted"];
    let mut check = asked.query_fields(&names);
    let size = check.integer("size", 1, 1000).unwrap_or(250);
    let smallest = check.integer("minFileSize", 0, i64::MAX).unwrap_or_default();
    let filter = Filter::read(&mut check);
    check.done()?;
    let who = filter.sender(state, asked)?;
    let index = state.assets.index();
    let mut found: Vec<_> = filter.find(state, &index, who).collect();
    found.retain(|asset| i64::try_from(asset.size()).unwrap_or(i64::MAX) >= smallest);
    found.sort_by_key(|asset| std::cmp::Reverse(asset.size()));
    found.truncate(usize::try_from(size).unwrap_or_default());
    let shape = Shape::PLAIN.with_exif(true);
    Ok(Answer::json(&found.into_iter().map(|asset| state.asset_json(asset, shape)).collect()))
}

/// Always refused: the fake has no machine learning.
pub(super) fn smart(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Err(Fault::bad_request("Smart search is not enabled"))
}
