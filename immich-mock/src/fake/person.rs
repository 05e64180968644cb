//! A person: the JSON, the changes, and the photos that show the person.

use immich_core::{AssetId, FaceId, PersonId, ServerVersion, UserId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::asked::Asked;
use super::check::Check;
use super::fault::Fault;
use super::state::State;
use super::time::{self, Written};

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
pub(super) struct Change {
    name: Option<String>,
    birth_date: Option<Option<Date>>,
    is_hidden: Option<bool>,
    is_favorite: Option<bool>,
    color: Option<Option<String>>,
    feature: Option<AssetId>,
}

impl Change {
    pub(super) fn read(check: &mut Check) -> Self {
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

    pub(super) fn apply(self, person: &mut Person, face: Option<FaceId>) {
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
    pub(super) fn change_person(&mut self, asked: &Asked, id: PersonId, change: Change) -> Result<&Person, Fault> {
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

    pub(super) fn remove_people(&mut self, ids: &[PersonId]) {
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
