//! Partners: users who share their whole timeline with another user.

use immich_core::UserId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::state::{Asset, State};
use super::time::Written;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Partner {
    /// The owner of the assets.
    pub(super) by: UserId,
    /// The user who may see them.
    pub(super) with: UserId,
    /// Whether they are part of the timeline of that user.
    pub(super) in_timeline: bool,
}

impl State {
    /// Whether the owner of an asset shares it with a user, as a partner: archived, hidden and locked assets are not.
    pub(super) fn is_of_partner(&self, asset: &Asset, user: UserId) -> bool {
        let is_shown = matches!(asset.visibility, "timeline" | "hidden") && asset.trashed_at.is_none();
        is_shown && self.partners.iter().any(|partner| partner.by == asset.owner && partner.with == user)
    }

    /// The JSON of one of the two users.
    fn partner_json(&self, partner: &Partner, shown: UserId) -> Value {
        let mut json = self.user_json(shown, Written::ByDatabase);
        json["inTimeline"] = partner.in_timeline.into();
        json
    }
}

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["direction"]);
    let direction = check.required_word("direction", &["shared-by", "shared-with"]);
    check.done()?;
    let user = asked.user()?;
    let shown = state.partners.iter().filter_map(|partner| {
        let (own, other) = match direction {
            Some("shared-by") => (partner.by, partner.with),
            _ => (partner.with, partner.by),
        };
        (own == user).then(|| state.partner_json(partner, other))
    });
    Ok(Answer::json(&shown.collect()))
}

pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let with: Option<UserId> = check.required_id("sharedWithId");
    check.done()?;
    share(state, asked, with.ok_or_else(|| asked.no_access())?)
}

/// Shares with the user of the path.
pub(super) fn create_by_path(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    share(state, asked, asked.path_id(0)?)
}

fn share(state: &mut State, asked: &Asked, with: UserId) -> Result<Answer, Fault> {
    let by = asked.user()?;
    if state.partners.iter().any(|partner| partner.by == by && partner.with == with) {
        return Err(Fault::bad_request("Partner already exists"));
    }
    state.user(with).ok_or_else(|| Fault::bad_request("User not found"))?;
    let partner = Partner { by, with, in_timeline: false };
    let json = state.partner_json(&partner, with);
    state.partners.push(partner);
    Ok(Answer::created(&json))
}

/// Shows or hides the assets of the user of the path in the timeline of the sender.
pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (by, with) = (asked.path_id(0)?, asked.user()?);
    let mut check = asked.fields()?;
    let in_timeline = check.boolean("inTimeline").unwrap_or_default();
    check.done()?;
    let partner = state.partners.iter_mut().find(|partner| partner.by == by && partner.with == with);
    let partner = partner.ok_or_else(|| Fault::no_access("partner.update"))?;
    partner.in_timeline = in_timeline;
    let partner = partner.clone();
    Ok(Answer::json(&state.partner_json(&partner, by)))
}

/// Ends the sharing with the user of the path.
pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (with, by) = (asked.path_id(0)?, asked.user()?);
    let before = state.partners.len();
    state.partners.retain(|partner| partner.by != by || partner.with != with);
    if state.partners.len() == before {
        return Err(Fault::bad_request("Partner not found"));
    }
    Ok(Answer::no_content())
}

/// The users whose assets are in the timeline of a user, next to the user's own.
pub(super) fn in_timeline_of(state: &State, user: UserId) -> Vec<UserId> {
    let shared = state.partners.iter().filter(|partner| partner.with == user && partner.in_timeline);
    shared.map(|partner| partner.by).collect()
}
