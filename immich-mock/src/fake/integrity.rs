//! Reports of integrity: the originals that the server has lost.

use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use immich_core::{AssetId, Body, ServerVersion};
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::state::{Asset, State};
use super::time;

/// The kinds of a report.
const REPORTS: [&str; 3] = ["untracked_file", "missing_file", "checksum_mismatch"];

/// The kind of a lost original, the only one that the fake has.
const MISSING: &str = "missing_file";

/// The versions below it read the limit of a page as text, and refuse it.
const LIMIT_SINCE: ServerVersion = ServerVersion::new(3, 2, 0);

fn missing(state: &State) -> impl Iterator<Item = &Asset> {
    state.assets.values().filter(|asset| asset.original_is_lost && asset.trashed_at.is_none())
}

/// The lost original with the id of the path. A report has the id of its asset.
fn named(state: &State, asked: &Asked) -> Result<AssetId, Fault> {
    let id: AssetId = asked.path_id(0)?;
    let found = missing(state).find(|asset| asset.id == id).map(|asset| asset.id);
    found.ok_or_else(|| Fault::bad_request("Integrity report not found"))
}

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["type", "limit"]);
    let kind = check.required_word("type", &REPORTS);
    let limit = if state.version < LIMIT_SINCE && check.has("limit") {
        check.mistyped("limit", "number", Vec::new());
        None
    } else {
        check.integer("limit", 1, 1000)
    };
    check.done()?;
    let limit = limit.and_then(|limit| limit.try_into().ok()).unwrap_or(500);
    let item = |asset: &Asset| json!({ "id": asset.id, "type": MISSING, "path": asset.path });
    let items: Vec<_> = missing(state).filter(|_| kind == Some(MISSING)).take(limit).map(item).collect();
    Ok(Answer::json(&json!({ "items": items })))
}

pub(super) fn summary(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    let count = |kind: &str| if kind == MISSING { missing(state).count() } else { 0 };
    Ok(Answer::json(&REPORTS.iter().map(|kind| ((*kind).to_owned(), Value::from(count(kind)))).collect()))
}

pub(super) fn csv(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let fields = [("type".to_owned(), Value::from(asked.path_text(0)))];
    let mut check = super::check::Check::fields(fields.into_iter().collect());
    let kind = check.required_word("type", &REPORTS);
    check.done()?;
    let kind = kind.unwrap_or(MISSING);
    let mut text = "id,type,path\n".to_owned();
    for asset in missing(state).filter(|_| kind == MISSING) {
        text.push_str(&format!("{},{MISSING},\"{}\"\n", asset.id, asset.path));
    }
    let name = format!("attachment; filename=\"{}-{kind}.csv\"", time::now().as_millisecond());
    let answer = Answer::text(StatusCode::OK, "text/csv", text);
    Ok(answer.with(CACHE_CONTROL, "private, no-cache, no-transform").with(CONTENT_DISPOSITION, &name))
}

/// The file of a report, which a missing file does not have.
pub(super) fn file(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    named(state, asked)?;
    Err(Fault::nothing_found())
}

/// Moves the asset of a lost original to the trash.
pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = named(state, asked)?;
    if let Some(asset) = state.assets.get_mut(&id) {
        let now = time::now();
        (asset.trashed_at, asset.updated_at) = (Some(now), now);
    }
    Ok(Answer::new(StatusCode::OK, Body::empty()))
}
