//! Groups of users whose faces are recognized together, since 3.2. Each user begins in a group of their own.

use immich_core::UserId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::state::State;
use super::time::{self, Written};

/// An invitation of a user to a group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Request {
    id: Uuid,
    group: Uuid,
    user: UserId,
    created_at: Timestamp,
}

impl Request {
    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "clusterGroupId": self.group,
            "userId": self.user,
            "createdAt": time::text(self.created_at),
        })
    }
}

/// The group of the path, which the sender is in.
fn own_group(state: &State, asked: &Asked) -> Result<Uuid, Fault> {
    let id: Uuid = asked.path_id(0)?;
    if state.me(asked)?.cluster_group == id { Ok(id) } else { Err(asked.no_access()) }
}

pub(super) fn users(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let group = own_group(state, asked)?;
    let members = state.users.iter().filter(|user| user.cluster_group == group && user.deleted_at.is_none());
    Ok(Answer::json(&members.map(|user| state.user_json(user.id, Written::ByServer)).collect()))
}

/// The requests to the sender.
pub(super) fn requests(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let user = asked.user()?;
    let own = state.cluster_requests.iter().filter(|request| request.user == user);
    Ok(Answer::json(&own.map(Request::json).collect()))
}

pub(super) fn requests_of_group(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let group = own_group(state, asked)?;
    let of_group = state.cluster_requests.iter().filter(|request| request.group == group);
    Ok(Answer::json(&of_group.map(Request::json).collect()))
}

/// Invites a user; a second invitation returns the first.
pub(super) fn invite(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let group = own_group(state, asked)?;
    let mut check = asked.fields()?;
    let user: Option<UserId> = check.required_id("userId");
    check.done()?;
    let invited = user.and_then(|id| state.user(id)).filter(|user| user.deleted_at.is_none());
    let invited = invited.ok_or_else(|| Fault::bad_request("User not found"))?;
    if invited.cluster_group == group {
        return Err(Fault::bad_request("User is already in this cluster group"));
    }
    let user = invited.id;
    let known = state.cluster_requests.iter().find(|request| request.group == group && request.user == user);
    if let Some(known) = known {
        return Ok(Answer::json(&known.json()));
    }
    let request = Request { id: state.random.id(), group, user, created_at: time::now() };
    let json = request.json();
    state.cluster_requests.push(request);
    Ok(Answer::json(&json))
}

/// Moves the sender to the group of a request.
pub(super) fn accept(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (id, user): (Uuid, _) = (asked.path_id(0)?, asked.user()?);
    let place = state.cluster_requests.iter().position(|request| request.id == id && request.user == user);
    let request = state.cluster_requests.remove(place.ok_or_else(|| asked.no_access())?);
    if let Some(user) = state.user_mut(user) {
        user.cluster_group = request.group;
    }
    Ok(Answer::no_content())
}

/// Declines or withdraws a request.
pub(super) fn remove(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id: Uuid = asked.path_id(0)?;
    let me = state.me(asked)?;
    let may = |request: &Request| request.id == id && (request.user == me.id || request.group == me.cluster_group);
    let place = state.cluster_requests.iter().position(may).ok_or_else(|| asked.no_access())?;
    state.cluster_requests.remove(place);
    Ok(Answer::no_content())
}

/// Moves the sender to a new group.
pub(super) fn leave(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    own_group(state, asked)?;
    let (group, user) = (state.random.id(), asked.user()?);
    if let Some(user) = state.user_mut(user) {
        user.cluster_group = group;
    }
    Ok(Answer::no_content())
}

/// Recognizes all faces again, which finds nothing without machine learning.
pub(super) fn regenerate(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    own_group(state, asked)?;
    Ok(Answer::no_content())
}
