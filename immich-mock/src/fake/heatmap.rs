//! The number of assets on each day.

use std::collections::BTreeMap;

use immich_core::UserId;
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Span, Timestamp};
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::check::Check;
use super::fault::Fault;
use super::state::State;
use super::time;

/// The longest range that is counted, in days: ten years.
const MOST_DAYS: usize = 3660;

pub(super) fn mine(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    count(state, asked, asked.user()?)
}

/// The days of any user, for administrators.
pub(super) fn of_user(state: &State, asked: &Asked) -> Result<Answer, Fault> {
    let user = state.any_user(asked)?.id;
    count(state, asked, user)
}

fn date(instant: Timestamp) -> Date {
    Offset::UTC.to_datetime(instant).date()
}

/// A day of the query.
fn day(check: &mut Check, name: &str) -> Option<Date> {
    let text = check.string(name)?;
    let day = text.parse().ok();
    if day.is_none() {
        let message = format!("{name} must be a date like 2024-01-31");
        let details = json!({ "code": "custom", "path": [name], "message": message });
        check.wrong(name, vec![message], details);
    }
    day
}

/// Counts the assets from one day to another. Defaults to the year that ends today.
fn count(state: &State, asked: &Asked, user: UserId) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["from", "to", "type"]);
    let (from, to) = (day(&mut check, "from"), day(&mut check, "to"));
    let kind = check.word("type", &["Taken", "Uploaded"]).unwrap_or("Uploaded");
    check.done()?;
    let to = to.unwrap_or_else(|| date(time::now()));
    let from = from.unwrap_or_else(|| to.checked_sub(Span::new().days(363)).unwrap_or(to));
    let mut days: BTreeMap<Date, u64> =
        from.series(Span::new().days(1)).take(MOST_DAYS).take_while(|day| *day <= to).map(|day| (day, 0)).collect();
    for asset in state.assets.values().filter(|asset| asset.owner == user && asset.trashed_at.is_none()) {
        let day = if kind == "Taken" { date(asset.local()) } else { date(asset.created_at) };
        if let Some(count) = days.get_mut(&day).filter(|_| asset.visibility != "hidden") {
            *count += 1;
        }
    }
    let total: u64 = days.values().sum();
    let series: Vec<Value> =
        days.into_iter().map(|(day, count)| json!({ "date": day.to_string(), "count": count })).collect();
    let (from, to) = (from.to_string(), to.to_string());
    Ok(Answer::json(&json!({ "from": from, "to": to, "series": series, "totalCount": total })))
}
