//! People. The fake recognizes nobody: people and their faces are made by requests.

use immich_core::{AssetId, FaceId, PersonId, ServerVersion, UserId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::albums::failed;
use super::answer::Answer;
use super::asked::Asked;
use super::check::Check;
use super::fault::Fault;
use super::file::{File, PRIVATE};
use super::state::State;
use super::time::{self, Written};

/// People with fewer faces are only listed if they have a name.
const FEWEST_FACES: usize = 3;

/// The first version in which people can be shared.
const SHARED_SINCE: ServerVersion = ServerVersion::new(3, 3, 0);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Person {
    pub(super) id: PersonId,
    pub(super) owner: UserId,
    pub(super) name: String,
    pub(super) birth_date: Option<Date>,
    pub(super) is_hidden: bool,
    pub(super) is_favorite: bool,
    pub(super) color: Option<String>,
    /// The face of the thumbnail.
    pub(super) face: Option<FaceId>,
    pub(super) updated_at: Timestamp,
}

/// The changes requested for a person. The outer `None` leaves a field as it is.
struct Change {
    name: Option<String>,
    birth_date: Option<Option<Date>>,
    is_hidden: Option<bool>,
    is_favorite: Option<bool>,
    color: Option<Option<String>>,
    feature: Option<AssetId>,
}

impl Change {
    fn read(check: &mut Check) -> Self {
        let birth_date = check.day("birthDate");
        let color = check.color("color");
        Self {
            name: check.string("name"),
            birth_date: check.has("birthDate").then_some(birth_date),
            is_hidden: check.boolean("isHidden"),
            is_favorite: check.boolean("isFavorite"),
            color: check.has("color").then_some(color),
            feature: check.id("featureFaceAssetId"),
        }
    }

    fn apply(self, person: &mut Person, face: Option<FaceId>) {
        person.name = self.name.unwrap_or_else(|| person.name.clone());
        person.birth_date = self.birth_date.unwrap_or(person.birth_date);
        person.is_hidden = self.is_hidden.unwrap_or(person.is_hidden);
        person.is_favorite = self.is_favorite.unwrap_or(person.is_favorite);
        person.color = self.color.unwrap_or_else(|| person.color.clone());
        person.face = face.or(person.face);
        person.updated_at = time::now();
    }
}

impl State {
    pub(super) fn person_json(&self, person: &Person, written: Written) -> Value {
        let face = person.face.and_then(|id| self.faces.iter().find(|face| face.id == id));
        let owner = person.owner;
        let path = face.map(|_| format!("/data/thumbs/{owner}/{}.jpeg", person.id)).unwrap_or_default();
        let mut json = json!({
            "id": person.id,
            "name": person.name,
            "birthDate": person.birth_date.map(|day| day.to_string()),
            "thumbnailPath": path,
            "isHidden": person.is_hidden,
            "isFavorite": person.is_favorite,
            "updatedAt": written.instant(person.updated_at),
        });
        if let Some(color) = &person.color {
            json["color"] = color.as_str().into();
        }
        if self.version >= SHARED_SINCE {
            for name in ["otherPeople", "sharedBy", "sharedWith"] {
                json[name] = json!([]);
            }
        }
        json
    }

    /// A person of the sender.
    pub(super) fn person(&self, asked: &Asked, id: PersonId, permission: &str) -> Result<&Person, Fault> {
        let user = asked.user()?;
        let person = self.people.iter().find(|person| person.id == id && person.owner == user);
        person.ok_or_else(|| Fault::no_access(permission))
    }

    /// The assets that a person is seen on.
    pub(super) fn assets_of_person(&self, id: PersonId) -> Vec<AssetId> {
        let mut assets: Vec<_> =
            self.faces.iter().filter(|face| face.person == Some(id)).map(|face| face.asset).collect();
        assets.sort();
        assets.dedup();
        assets.retain(|id| {
            self.assets.get(id).is_some_and(|asset| asset.trashed_at.is_none() && asset.visibility == "timeline")
        });
        assets
    }

    /// Whether a person has a face on an asset.
    pub(super) fn is_on(&self, asset: AssetId, person: PersonId) -> bool {
        self.faces.iter().any(|face| face.asset == asset && face.person == Some(person))
    }

    /// Applies the changes to a person of the sender.
    fn change_person(&mut self, asked: &Asked, id: PersonId, change: Change) -> Result<&Person, Fault> {
        self.person(asked, id, "person.update")?;
        let mut face = None;
        if let Some(asset) = change.feature {
            self.seen(asked, asset).map_err(|_| Fault::no_access("asset.read"))?;
            let found = self.faces.iter().find(|face| face.asset == asset && face.person == Some(id));
            face = Some(found.ok_or_else(|| Fault::bad_request("Invalid assetId for feature face"))?.id);
        }
        if let Some(person) = self.people.iter_mut().find(|person| person.id == id) {
            change.apply(person, face);
        }
        self.person(asked, id, "person.read")
    }

    fn remove_people(&mut self, ids: &[PersonId]) {
        self.people.retain(|person| !ids.contains(&person.id));
        for face in self.faces.iter_mut().filter(|face| face.person.is_some_and(|person| ids.contains(&person))) {
            face.person = None;
        }
    }

    /// Chooses the face of the thumbnail of a person who has none.
    pub(super) fn feature_faces(&mut self) {
        for person in &mut self.people {
            let of_person = |face: &&super::faces::Face| face.person == Some(person.id);
            if !self.faces.iter().filter(of_person).any(|face| Some(face.id) == person.face) {
                person.face = self.faces.iter().find(of_person).map(|face| face.id);
            }
        }
    }
}

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
        bytes: asset.bytes.clone(),
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
