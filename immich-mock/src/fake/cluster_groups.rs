//! Groups of users whose faces are recognized together, and the requests to join one.

use immich_core::UserId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::state::State;
use super::time;

/// A request to a user to join a group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct JoinRequest {
    id: Uuid,
    group: Uuid,
    user: UserId,
    created_at: Timestamp,
}

impl JoinRequest {
    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "clusterGroupId": self.group,
            "userId": self.user,
            "createdAt": time::text(self.created_at),
        })
    }
}

impl State {
    /// The group of the path, which has to be that of the sender.
    fn own_group(&self, asked: &Asked) -> Result<Uuid, Fault> {
        let (id, group) = (asked.path_id::<Uuid>(0)?, self.me(asked)?.cluster_group);
        if id == group { Ok(group) } else { Err(asked.no_access()) }
    }

    /// The request of the path, if it is one to the sender, or to the group of the sender.
    fn join_request(&self, asked: &Asked) -> Result<JoinRequest, Fault> {
        let (id, me) = (asked.path_id::<Uuid>(0)?, self.me(asked)?);
        let is_seen = |request: &&JoinRequest| request.user == me.id || request.group == me.cluster_group;
        let found = self.join_requests.iter().find(|request| request.id == id).filter(is_seen);
        found.cloned().ok_or_else(|| asked.no_access())
    }
}

/// The requests to the sender.
pub(super) fn mine(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let user = asked.user()?;
    let mine = state.join_requests.iter().filter(|request| request.user == user);
    Ok(Answer::json(&mine.map(JoinRequest::json).collect()))
}

pub(super) fn of_group(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let group = state.own_group(asked)?;
    let of_group = state.join_requests.iter().filter(|request| request.group == group);
    Ok(Answer::json(&of_group.map(JoinRequest::json).collect()))
}

/// Asks a user to join; asking again returns the same request.
pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let group = state.own_group(asked)?;
    let mut check = asked.fields()?;
    let user: Option<UserId> = check.required_id("userId");
    check.done()?;
    let user = user.and_then(|id| state.user(id)).map(|user| user.id);
    let user = user.ok_or_else(|| Fault::bad_request("User not found"))?;
    let asked_before = state.join_requests.iter().find(|request| request.user == user && request.group == group);
    if let Some(request) = asked_before {
        return Ok(Answer::json(&request.json()));
    }
    let request = JoinRequest { id: state.random.id(), group, user, created_at: time::now() };
    let json = request.json();
    state.join_requests.push(request);
    Ok(Answer::json(&json))
}

pub(super) fn accept(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let request = state.join_request(asked)?;
    if request.user != asked.user()? {
        return Err(asked.no_access());
    }
    if let Some(user) = state.user_mut(request.user) {
        user.cluster_group = request.group;
    }
    state.join_requests.retain(|other| other.id != request.id);
    Ok(Answer::no_content())
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.join_request(asked)?.id;
    state.join_requests.retain(|request| request.id != id);
    Ok(Answer::no_content())
}

/// Leaves the group: the user is in a new one, alone.
pub(super) fn leave(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    state.own_group(asked)?;
    let (group, user) = (state.random.id(), asked.user()?);
    if let Some(user) = state.user_mut(user) {
        user.cluster_group = group;
    }
    Ok(Answer::no_content())
}

/// Recognizes faces anew, which the fake does not.
pub(super) fn regenerate(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    state.own_group(asked)?;
    Ok(Answer::no_content())
}
