//! The plugin that every server has, with the steps of workflows. The fake does not run them.

use std::sync::LazyLock;

use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::line::Line;
use super::state::State;
use super::time;

static OF_TWO: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("data/plugins_2.json")).unwrap_or_default());

static OF_THREE: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("data/plugins_3.json")).unwrap_or_default());

static TEMPLATES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("data/plugin_templates.json")).unwrap_or_default());

/// The version that the plugin reports.
const VERSION: &str = "2.0.1";

/// The id of the plugin, or of one of its steps in 2.x, which are numbered from 1.
fn id(number: usize) -> Uuid {
    Uuid::from_u128(0x6d0c_1a52_38f0_4b1e_9d27_54a3_c0de_0000 + number as u128)
}

/// The plugin of a line.
fn plugin(state: &State) -> Value {
    let since = state.runs.first().map_or_else(time::now, |run| run.since);
    let mut plugin = if state.line().is_two() { OF_TWO.clone() } else { OF_THREE.clone() };
    for (name, value) in [("createdAt", time::text(since)), ("updatedAt", time::text(since))] {
        plugin[name] = value;
    }
    plugin["id"] = json!(id(0));
    plugin["version"] = VERSION.into();
    for (list, first) in [("filters", 1), ("actions", 101)] {
        for (place, step) in plugin[list].as_array_mut().into_iter().flatten().enumerate() {
            step["id"] = json!(id(first + place));
            step["pluginId"] = json!(id(0));
        }
    }
    if !state.line().is_two() {
        for list in ["filters", "actions"] {
            plugin.as_object_mut().map(|fields| fields.remove(list));
        }
    }
    plugin
}

/// Whether the query names other values than those of `json`.
fn is_other(asked: &Asked, json: &Value, names: &[(&str, &str)]) -> bool {
    names.iter().any(|(parameter, field)| asked.query(parameter).is_some_and(|wanted| json[*field] != *wanted))
}

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let plugin = plugin(state);
    if state.line().is_two() {
        return Ok(Answer::json(&json!([plugin])));
    }
    let mut check = asked.query_fields(&["id", "enabled"]);
    check.id::<Uuid>("id");
    let is_off = check.boolean("enabled") == Some(false);
    check.done()?;
    let same = |name| (name, name);
    let names = ["id", "name", "title", "description", "version"].map(same);
    let found = if is_off || is_other(asked, &plugin, &names) { json!([]) } else { json!([plugin]) };
    Ok(Answer::json(&found))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let wanted: Uuid = asked.path_id(0)?;
    if wanted != id(0) {
        return Err(Fault::not_found("Plugin not found"));
    }
    Ok(Answer::json(&plugin(state)))
}

/// The steps that the plugin offers, by name.
pub(super) fn methods(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["id", "enabled", "trigger", "type"]);
    let wanted = check.id::<Uuid>("id").unwrap_or_else(|| id(0));
    let is_off = check.boolean("enabled") == Some(false);
    check.word("trigger", super::workflows::triggers(state.version));
    check.word("type", &["AssetV1"]);
    check.done()?;
    let plugin = plugin(state);
    if is_off || wanted != id(0) || is_other(asked, &plugin, &[("pluginName", "name"), ("pluginVersion", "version")]) {
        return Ok(Answer::json(&json!([])));
    }
    let mut methods = plugin["methods"].as_array().cloned().unwrap_or_default();
    methods.retain(|method| !is_other(asked, method, &["name", "title", "description"].map(|name| (name, name))));
    methods.sort_by(|one, other| one["name"].as_str().cmp(&other["name"].as_str()));
    Ok(Answer::json(&methods.into()))
}

pub(super) fn templates(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&TEMPLATES))
}

/// The triggers of a workflow of 2.x.
pub(super) fn triggers(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&json!([
        { "contextType": "asset", "type": "AssetCreate" },
        { "contextType": "person", "type": "PersonRecognized" },
    ])))
}

/// Whether a step of 2.x exists, in the list `filters` or `actions`.
pub(super) fn has_step(list: &str, wanted: Uuid) -> bool {
    let first = if list == "filters" { 1 } else { 101 };
    let count = OF_TWO[list].as_array().map_or(0, Vec::len);
    (first..first + count).any(|number| id(number) == wanted)
}

/// Whether a step of 3.x exists.
pub(super) fn has_method(line: Line, key: &str) -> bool {
    !line.is_two() && OF_THREE["methods"].as_array().into_iter().flatten().any(|method| method["key"] == key)
}
