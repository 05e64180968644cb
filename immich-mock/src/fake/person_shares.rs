//! People whom a user shares with others, since 3.3. The fake lists the shares; others do not see the people by them.

use http::StatusCode;
use immich_core::{Body, PersonId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::check::Check;
use super::fault::Fault;
use super::state::State;
use super::time::Written;

const ROLES: [&str; 3] = ["read", "write", "admin"];

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PersonShare {
    person: PersonId,
    by: UserId,
    with: UserId,
    role: String,
}

fn json(state: &State, share: &PersonShare) -> Value {
    json!({
        "personId": share.person,
        "role": share.role,
        "sharedById": share.by,
        "sharedBy": state.user_json(share.by, Written::ByServer),
        "sharedWithId": share.with,
        "sharedWith": state.user_json(share.with, Written::ByServer),
    })
}

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["direction", "personId", "role", "sharedById", "sharedWithId"]);
    let direction = check.word("direction", &["shared-by", "shared-with"]);
    let person: Option<PersonId> = check.id("personId");
    let role = check.word("role", &ROLES);
    let (by, with): (Option<UserId>, Option<UserId>) = (check.id("sharedById"), check.id("sharedWithId"));
    check.done()?;
    let me = asked.user()?;
    let found = state.person_shares.iter().filter(|share| {
        let is_mine = match direction {
            Some("shared-by") => share.by == me,
            Some(_) => share.with == me,
            None => share.by == me || share.with == me,
        };
        is_mine
            && person.is_none_or(|person| share.person == person)
            && role.is_none_or(|role| share.role == role)
            && by.is_none_or(|by| share.by == by)
            && with.is_none_or(|with| share.with == with)
    });
    Ok(Answer::json(&found.map(|share| json(state, share)).collect()))
}

/// Shares some people, or all of the sender; shares again with another role.
pub(super) fn upsert(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let people: Option<Vec<PersonId>> = check.has("personIds").then(|| check.ids("personIds")).flatten();
    let everyone = check.word("type", &["everyone"]);
    let role = check.required_word("role", &ROLES);
    let with: Vec<UserId> = check.required_ids("sharedWithIds");
    check.done()?;
    let me = asked.user()?;
    let own = |id: &PersonId| state.people.iter().any(|person| person.id == *id && person.owner == me);
    let people = match (people, everyone) {
        (_, Some(_)) => state.people.iter().filter(|person| person.owner == me).map(|person| person.id).collect(),
        (Some(people), None) => people,
        (None, None) => return Err(Fault::bad_request("Either personIds or type is required")),
    };
    if !people.iter().all(own) {
        return Err(asked.no_access());
    }
    if with.iter().any(|id| state.user(*id).is_none()) {
        return Err(Fault::bad_request("User not found"));
    }
    for (person, with) in people.iter().flat_map(|person| with.iter().map(move |with| (*person, *with))) {
        state.person_shares.retain(|share| (share.person, share.with) != (person, with));
        let role = role.unwrap_or("read").to_owned();
        state.person_shares.push(PersonShare { person, by: me, with, role });
    }
    Ok(Answer::new(StatusCode::OK, Body::empty()))
}

pub(super) fn remove(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let items: Vec<Value> = serde_json::from_slice(&asked.body).unwrap_or_default();
    let me = asked.user()?;
    let mut removed = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let mut check = Check::below(&place.to_string(), item);
        let (person, with) = (check.required_id::<PersonId>("personId"), check.required_id::<UserId>("sharedWithId"));
        let by = check.id::<UserId>("sharedById").unwrap_or(me);
        check.done()?;
        removed.extend(person.zip(with).map(|(person, with)| (person, by, with)));
    }
    // Either side may end a share.
    if removed.iter().any(|(_, by, with)| *by != me && *with != me) {
        return Err(asked.no_access());
    }
    state.person_shares.retain(|share| !removed.contains(&(share.person, share.by, share.with)));
    Ok(Answer::new(StatusCode::OK, Body::empty()))
}
