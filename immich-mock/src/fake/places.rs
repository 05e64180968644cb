//! Places: what the photos say of them, and a few cities of the world.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::asset_json::Shape;
use super::fault::Fault;
use super::state::{Asset, State};
use super::time;

/// The cities that the fake knows: name, first and second administrative division, country, latitude, longitude. A real
/// server knows every place with 500 inhabitants.
const CITIES: [(&str, &str, &str, &str, f64, f64); 12] = [
    ("Berlin", "Berlin", "Berlin, Stadt", "Germany", 52.52437, 13.41053),
    ("Cairo", "Cairo", "", "Egypt", 30.06263, 31.24967),
    ("London", "England", "Greater London", "United Kingdom", 51.50853, -0.12574),
    ("Madrid", "Madrid", "Madrid", "Spain", 40.4165, -3.70256),
    ("Nairobi", "Nairobi Area", "", "Kenya", -1.28333, 36.81667),
    ("New York City", "New York", "", "United States of America", 40.71427, -74.00597),
    ("Paris", "Île-de-France", "Paris", "France", 48.85341, 2.3488),
    ("Rome", "Lazio", "Rome", "Italy", 41.89193, 12.51133),
    ("São Paulo", "São Paulo", "", "Brazil", -23.5475, -46.63611),
    ("Sydney", "New South Wales", "", "Australia", -33.86785, 151.20732),
    ("Tokyo", "Tokyo", "", "Japan", 35.6895, 139.69171),
    ("Vienna", "Vienna", "Wien Stadt", "Austria", 48.20849, 16.37208),
];

/// How far a city may be from a position, in degrees.
const NEAR: f64 = 0.25;

/// The number of items of each field of the explore page.
const EXPLORED: usize = 12;

impl State {
    /// The user's own assets that the searches of this module show.
    fn shown_to(&self, asked: &Asked) -> Result<Vec<&Asset>, Fault> {
        let user = asked.user()?;
        let is_shown =
            |asset: &&Asset| asset.owner == user && asset.trashed_at.is_none() && asset.visibility == "timeline";
        let mut shown: Vec<_> = self.assets.values().filter(is_shown).collect();
        shown.sort_by_key(|asset| asset.number);
        Ok(shown)
    }
}

/// The city near a position, if the fake knows one: its name, state and country.
pub(super) fn city_near(latitude: f64, longitude: f64) -> Option<(&'static str, &'static str, &'static str)> {
    let near = |(.., at, along): &&(&str, &str, &str, &str, f64, f64)| {
        (at - latitude).abs() <= NEAR && (along - longitude).abs() <= NEAR
    };
    CITIES.iter().find(near).map(|(city, state, _, country, ..)| (*city, *state, *country))
}

fn text<'a>(asset: &'a Asset, field: &str) -> Option<&'a str> {
    asset.exif.text(field)
}

/// The latest asset of each city.
fn by_city<'s>(assets: &[&'s Asset]) -> BTreeMap<&'s str, &'s Asset> {
    assets.iter().filter_map(|asset| Some((text(asset, "city")?, *asset))).collect()
}

pub(super) fn suggestions(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    const TYPES: [&str; 6] = ["country", "state", "city", "camera-make", "camera-model", "camera-lens-model"];
    const FILTERS: [&str; 5] = ["country", "state", "make", "model", "lensModel"];
    let mut check = asked.query_fields(&["type", "includeNull", "country", "state", "make", "model", "lensModel"]);
    let kind = check.required_word("type", &TYPES);
    let include_null = check.boolean("includeNull").unwrap_or_default();
    let filters = FILTERS.map(|name| (name, check.string(name)));
    check.done()?;
    let field = match kind {
        Some("camera-make") => "make",
        Some("camera-model") => "model",
        Some("camera-lens-model") => "lensModel",
        other => other.unwrap_or_default(),
    };
    let mut assets = state.shown_to(asked)?;
    assets.retain(|asset| {
        filters
            .iter()
            .all(|(name, wanted)| *name == field || wanted.is_none() || text(asset, name) == wanted.as_deref())
    });
    let mut values: Vec<_> = assets.iter().filter_map(|asset| text(asset, field)).collect();
    values.sort_unstable();
    values.dedup();
    let mut values: Vec<_> = values.into_iter().map(Value::from).collect();
    if include_null {
        values.push(Value::Null);
    }
    Ok(Answer::json(&values.into()))
}

pub(super) fn cities(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let shape = Shape::PLAIN.with_exif(true);
    let assets = state.shown_to(asked)?;
    Ok(Answer::json(&by_city(&assets).into_values().map(|asset| state.asset_json(asset, shape)).collect()))
}

/// The cities of the explore page; 3.x adds the latest photos.
pub(super) fn explore(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let shape = Shape::PLAIN.with_exif(true);
    let assets = state.shown_to(asked)?;
    let item = |value: Value, asset: &Asset| json!({ "value": value, "data": state.asset_json(asset, shape) });
    let cities = by_city(&assets).into_iter().take(EXPLORED);
    let cities: Vec<_> = cities.map(|(city, asset)| item(city.into(), asset)).collect();
    let mut fields = vec![json!({ "fieldName": "exifInfo.city", "items": cities })];
    if !state.line().is_two() {
        let latest = assets.iter().rev().take(EXPLORED).map(|asset| item(time::text(asset.created_at), asset));
        fields.push(json!({ "fieldName": "createdAt", "items": latest.collect::<Vec<_>>() }));
    }
    Ok(Answer::json(&fields.into()))
}

pub(super) fn search(_: &State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["name"]);
    let name = check.required_string("name").unwrap_or_default().to_lowercase();
    check.done()?;
    let found = CITIES.iter().filter(|(city, ..)| city.to_lowercase().contains(&name));
    let found = found.map(|(city, first, second, _, latitude, longitude)| {
        let mut json = json!({ "name": city, "latitude": latitude, "longitude": longitude, "admin1name": first });
        if !second.is_empty() {
            json["admin2name"] = (*second).into();
        }
        json
    });
    Ok(Answer::json(&found.collect()))
}

/// The city near a position.
pub(super) fn reverse(_: &State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["lat", "lon"]);
    let (latitude, longitude) = (check.required_degrees("lat", 90), check.required_degrees("lon", 180));
    check.done()?;
    let (Some(latitude), Some(longitude)) = (latitude, longitude) else { return Err(asked.no_access()) };
    let found = city_near(latitude, longitude).into_iter();
    let found = found.map(|(city, state, country)| json!({ "country": country, "state": state, "city": city }));
    Ok(Answer::json(&found.collect()))
}

/// The folder of a file.
fn folder(asset: &Asset) -> &str {
    asset.path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folders of the files of the sender.
pub(super) fn folders(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let assets = state.shown_to(asked)?;
    let mut folders: Vec<_> = assets.into_iter().map(folder).collect();
    folders.sort_unstable();
    folders.dedup();
    Ok(Answer::json(&json!(folders)))
}

/// The assets in a folder, without those in folders below it.
pub(super) fn in_folder(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["path"]);
    let path = check.required_string("path").unwrap_or_default();
    check.done()?;
    let path = path.trim_end_matches('/');
    let mut assets = state.shown_to(asked)?;
    assets.retain(|asset| folder(asset) == path);
    assets.sort_by(|one, other| one.file_name.cmp(&other.file_name));
    let shape = Shape::PLAIN.with_exif(true);
    Ok(Answer::json(&assets.into_iter().map(|asset| state.asset_json(asset, shape)).collect()))
}
