//! People. The fake recognizes nobody: people and their faces are made by requests.

use immich_core::{AssetId, PersonId};
use serde_json::json;

use super::albums::failed;
use super::answer::Answer;
use super::asked::Asked;
use super::check::Check;
use super::fault::Fault;
use super::file::{File, PRIVATE};
use super::person::{Change, Person};
use super::state::State;
use super::time::{self, Written};

/// People with fewer faces are only listed if they have a name.
const FEWEST_FACES: usize = 3;

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["page", "size", "withHidden", "closestAssetId", "closestPersonId"]);
    let page = check.integer("page", 1, i64::MAX).unwrap_or(1);
    let size = check.integer("size", 1, 1000).unwrap_or(500);
    let with_hidden = check.boolean("withHidden").unwrap_or_default();
    // The fake knows no distances between faces, so the closest come in the usual order.
    let _: Option<AssetId> = check.id("closestAssetId");
    let _: Option<PersonId> = check.id("closestPersonId");
    check.done()?;
    let user = asked.user()?;
    let faces = |person: &Person| state.faces.iter().filter(|face| face.person == Some(person.id)).count();
    // People without faces are not counted.
    let mut people: Vec<_> = state.people.iter().filter(|person| person.owner == user && faces(person) > 0).collect();
    let total = people.len();
    let hidden = people.iter().filter(|person| person.is_hidden).count();
    people.retain(|person| {
        (with_hidden || !person.is_hidden) && (!person.name.is_empty() || faces(person) >= FEWEST_FACES)
    });
    people.sort_by_cached_key(|person| {
        let named = (person.name.is_empty(), std::cmp::Reverse(faces(person)), person.name.clone());
        (person.is_hidden, !person.is_favorite, named)
    });
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let skipped = usize::try_from(page - 1).unwrap_or_default().saturating_mul(size);
    let shown = people.iter().skip(skipped).take(size);
    let shown: Vec<_> = shown.map(|person| state.person_json(person, Written::ByServer)).collect();
    Ok(Answer::json(&json!({
        "people": shown,
        "hasNextPage": people.len() > skipped.saturating_add(size),
        "total": total,
        "hidden": hidden,
    })))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let person = state.person(asked, asked.path_id(0)?, "person.read")?;
    Ok(Answer::json(&state.person_json(person, Written::ByServer)))
}

pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let change = Change::read(&mut check);
    check.done()?;
    let (id, owner, updated_at) = (state.random.id(), asked.user()?, time::now());
    let (name, birth_date, color, face) = (String::new(), None, None, None);
    let (is_hidden, is_favorite) = (false, false);
    let mut person = Person { id, owner, name, birth_date, is_hidden, is_favorite, color, face, updated_at };
    change.apply(&mut person, None);
    let json = state.person_json(&person, Written::ByServer);
    state.people.push(person);
    Ok(Answer::created(&json))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let mut check = asked.fields()?;
    let change = Change::read(&mut check);
    check.done()?;
    state.change_person(asked, id, change)?;
    get(state, asked)
}

/// Changes several people, and reports the result of each.
pub(super) fn update_many(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let mut changes = Vec::new();
    for (index, item) in check.required_list("people").iter().enumerate() {
        let mut inner = Check::below(&format!("people.{index}"), item);
        let id: Option<PersonId> = inner.required_id("id");
        let change = Change::read(&mut inner);
        changes.extend(id.map(|id| (id, change)));
        check.take_issues(inner);
    }
    check.done()?;
    let results = changes.into_iter().map(|(id, change)| match state.change_person(asked, id, change) {
        Ok(_) => json!({ "id": id, "success": true }),
        Err(_) => failed(id, "unknown"),
    });
    let results: Vec<_> = results.collect();
    Ok(Answer::json(&results.into()))
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.person(asked, asked.path_id(0)?, asked.permission())?.id;
    state.remove_people(&[id]);
    Ok(Answer::no_content())
}

pub(super) fn delete_many(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let ids: Vec<PersonId> = check.required_ids("ids");
    check.string("userId");
    check.done()?;
    for id in &ids {
        state.person(asked, *id, asked.permission())?;
    }
    state.remove_people(&ids);
    Ok(Answer::no_content())
}

pub(super) fn statistics(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.person(asked, asked.path_id(0)?, "person.read")?.id;
    Ok(Answer::json(&json!({ "assets": state.assets_of_person(id).len() })))
}

/// The photo of the face, which a real server crops.
pub(super) fn thumbnail(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let person = state.person(asked, asked.path_id(0)?, "person.read").map_err(|fault| state.no_file(fault))?;
    let face = person.face.and_then(|id| state.faces.iter().find(|face| face.id == id));
    let asset = face.and_then(|face| state.assets.get(&face.asset)).ok_or_else(Fault::nothing_found)?;
    let file = File {
        bytes: asset.content.bytes(),
        content_type: "image/jpeg",
        name: None,
        modified: person.updated_at,
        cache_control: PRIVATE,
    };
    Ok(file.respond(asked, state.line()))
}

/// Merges other people into the person of the path.
pub(super) fn merge(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let mut check = asked.fields()?;
    let ids: Vec<PersonId> = check.required_ids("ids");
    check.done()?;
    merge_into(state, asked, id, &ids)
}

/// Merges people into the first of them.
pub(super) fn merge_all(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let ids: Vec<PersonId> = check.required_ids("ids");
    check.done()?;
    let (first, others) = ids.split_first().ok_or_else(|| Fault::bad_request("There is nobody to merge"))?;
    merge_into(state, asked, *first, others)
}

fn merge_into(state: &mut State, asked: &Asked, id: PersonId, ids: &[PersonId]) -> Result<Answer, Fault> {
    if ids.contains(&id) {
        return Err(Fault::bad_request("Cannot merge a person into themselves"));
    }
    state.person(asked, id, "person.update")?;
    let mut results = Vec::new();
    for other in ids {
        let Ok(merged) = state.person(asked, *other, "person.merge") else {
            results.push(failed(other, "no_permission"));
            continue;
        };
        let (name, birth_date) = (merged.name.clone(), merged.birth_date);
        if let Some(person) = state.people.iter_mut().find(|person| person.id == id) {
            if person.name.is_empty() {
                person.name = name;
            }
            person.birth_date = person.birth_date.or(birth_date);
            person.updated_at = time::now();
        }
        for face in state.faces.iter_mut().filter(|face| face.person == Some(*other)) {
            face.person = Some(id);
        }
        state.people.retain(|person| person.id != *other);
        results.push(json!({ "id": other, "success": true }));
    }
    state.feature_faces();
    Ok(Answer::json(&results.into()))
}

/// The people of the sender with a name, or a part of one.
pub(super) fn search(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["name", "withHidden"]);
    let name = check.required_string("name").unwrap_or_default().to_lowercase();
    let with_hidden = check.boolean("withHidden").unwrap_or_default();
    check.done()?;
    let user = asked.user()?;
    let has_faces = |person: &Person| state.faces.iter().any(|face| face.person == Some(person.id));
    let found = state.people.iter().filter(|person| {
        let words = person.name.to_lowercase();
        let is_named = words.starts_with(&name) || words.contains(&format!(" {name}"));
        person.owner == user && is_named && (with_hidden || !person.is_hidden) && has_faces(person)
    });
    Ok(Answer::json(&found.map(|person| state.person_json(person, Written::ByServer)).collect()))
}
