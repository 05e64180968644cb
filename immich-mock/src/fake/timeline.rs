//! The timeline: assets by month, in columns.

use std::collections::BTreeMap;

use immich_core::{AlbumId, PersonId, TagId, UserId};
use jiff::civil::Date;
use jiff::tz::Offset;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::asked::{Asked, By};
use super::assets::VISIBILITIES;
use super::check::Check;
use super::fault::Fault;
use super::media::Kind;
use super::partners;
use super::state::{Asset, State};
use super::time;

const NAMES: [&str; 12] = [
    "albumId",
    "isFavorite",
    "isTrashed",
    "order",
    "personId",
    "tagId",
    "userId",
    "visibility",
    "withCoordinates",
    "withPartners",
    "withStacked",
    "timeBucket",
];

/// A request for the timeline, and the assets it finds.
struct Request<'s> {
    found: Vec<&'s Asset>,
    ascending: bool,
    with_stacked: bool,
    with_coordinates: bool,
}

impl<'s> Request<'s> {
    fn read(state: &'s State, asked: &Asked, mut check: Check) -> Result<Self, Fault> {
        let album: Option<AlbumId> = check.id("albumId");
        let tag: Option<TagId> = check.id("tagId");
        let person: Option<PersonId> = check.id("personId");
        let user: Option<UserId> = check.id("userId");
        let is_favorite = check.boolean("isFavorite");
        let is_trashed = check.boolean("isTrashed").unwrap_or_default();
        let order = check.word("order", &["asc", "desc"]).unwrap_or("desc");
        let visibility = check.word("visibility", &VISIBILITIES);
        let with_partners = check.boolean("withPartners").unwrap_or_default();
        let with_stacked = check.boolean("withStacked").unwrap_or_default();
        let with_coordinates = check.boolean("withCoordinates").unwrap_or_default();
        check.done()?;
        let who = asked.who()?;
        if visibility == Some("locked") && !state.is_elevated(who) {
            return Err(Fault::unauthorized("Elevated permission is required"));
        }
        let is_partner = |by| state.partners.iter().any(|partner| partner.by == by && partner.with == who.user);
        if user.is_some_and(|user| user != who.user && !is_partner(user)) {
            return Err(Fault::no_access("timeline.read"));
        }
        let whole_album = match album {
            Some(id) => Some(
                state
                    .album(id)
                    .filter(|album| {
                        let linked =
                            |link| state.links.iter().any(|shared| shared.id == link && shared.album == Some(album.id));
                        match who.by {
                            By::Link(link) => linked(link),
                            _ => album.role(who.user).is_some(),
                        }
                    })
                    .ok_or_else(|| Fault::no_access("album.read"))?,
            ),
            None => None,
        };
        let mut owners = vec![user.unwrap_or(who.user)];
        if with_partners {
            owners.extend(partners::in_timeline_of(state, who.user));
        }
        let hidden_in_stack =
            |asset: &Asset| with_stacked && state.stack_of(asset.id).is_some_and(|stack| stack.primary != asset.id);
        let wanted = |asset: &&Asset| {
            let visible = match visibility {
                Some(wanted) => asset.visibility == wanted,
                None => matches!(asset.visibility, "timeline" | "archive"),
            };
            let belongs = whole_album.map_or(owners.contains(&asset.owner) && state.may_see(who, asset), |album| {
                album.assets.contains(&asset.id)
            });
            visible
                && belongs
                && person.is_none_or(|person| state.is_on(asset.id, person))
                && asset.trashed_at.is_some() == is_trashed
                && !asset.is_deleted
                && is_favorite.is_none_or(|wanted| wanted == asset.is_favorite)
                && tag.is_none_or(|tag| state.is_tagged(asset, tag))
                && !hidden_in_stack(asset)
        };
        let found = match whole_album {
            Some(album) => album.assets.iter().filter_map(|id| state.assets.get(id)).filter(wanted).collect(),
            None => state.assets.values().filter(wanted).collect(),
        };
        Ok(Self { found, ascending: order == "asc", with_stacked, with_coordinates })
    }
}

/// The first day of the month in which an asset was taken, in local time.
fn month(asset: &Asset) -> Date {
    Offset::UTC.to_datetime(asset.local()).date().first_of_month()
}

pub(super) fn buckets(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let request = Request::read(state, asked, asked.query_fields(&NAMES))?;
    let mut counts: BTreeMap<Date, usize> = BTreeMap::new();
    for asset in request.found {
        *counts.entry(month(asset)).or_default() += 1;
    }
    let mut buckets: Vec<_> =
        counts.into_iter().map(|(month, count)| json!({ "timeBucket": month.to_string(), "count": count })).collect();
    if !request.ascending {
        buckets.reverse();
    }
    Ok(Answer::json(&buckets.into()))
}

pub(super) fn bucket(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&NAMES);
    let wanted = check.required_string("timeBucket").unwrap_or_default();
    let wanted = wanted.get(..10).and_then(|day| day.parse::<Date>().ok());
    let mut request = Request::read(state, asked, check)?;
    request.found.retain(|asset| Some(month(asset)) == wanted);
    request.found.sort_by_key(|asset| (asset.file_created_at, asset.number));
    if !request.ascending {
        request.found.reverse();
    }
    Ok(Answer::json(&columns(state, &request)))
}

fn columns(state: &State, request: &Request<'_>) -> Value {
    let mut columns = Map::new();
    let mut column = |name: &str, value: &dyn Fn(&Asset) -> Value| {
        let values: Vec<_> = request.found.iter().map(|asset| value(asset)).collect();
        columns.insert(name.to_owned(), values.into());
    };
    column("id", &|asset| json!(asset.id));
    column("ownerId", &|asset| json!(asset.owner));
    column("visibility", &|asset| asset.visibility.into());
    column("isFavorite", &|asset| asset.is_favorite.into());
    column("isImage", &|asset| (asset.kind == Kind::Image).into());
    column("isTrashed", &|asset| asset.trashed_at.is_some().into());
    column("status", &|asset| if asset.trashed_at.is_some() { "trashed" } else { "active" }.into());
    column("livePhotoVideoId", &|asset| json!(asset.live_photo_video));
    column("fileCreatedAt", &|asset| time::zoneless(asset.file_created_at).into());
    column("localOffsetHours", &|asset| {
        let seconds = asset.offset.map_or(0, Offset::seconds);
        if seconds % 3600 == 0 { (seconds / 3600).into() } else { (f64::from(seconds) / 3600.0).into() }
    });
    column("duration", &|asset| match asset.duration_text() {
        Some(_) => state.duration_json(asset),
        None => Value::Null,
    });
    column("ratio", &|asset| asset.exif.ratio());
    for name in ["projectionType", "city", "country"] {
        column(name, &|asset| json!(asset.exif.text(name)));
    }
    column("thumbhash", &|_| Value::Null);
    if !state.line().is_two() {
        column("createdAt", &|asset| time::zoneless(asset.created_at).into());
    }
    if request.with_coordinates {
        column("latitude", &|asset| json!(asset.latitude));
        column("longitude", &|asset| json!(asset.longitude));
    }
    if request.with_stacked {
        column("stack", &|asset| {
            let stack = state.stack_of(asset.id);
            stack.map_or(Value::Null, |stack| json!([stack.id, stack.assets.len().to_string()]))
        });
    }
    Value::Object(columns)
}
