//! Faces on photos.

use immich_core::{AssetId, FaceId, PersonId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::check::Check;
use super::fault::Fault;
use super::state::{Asset, State};
use super::time::Written;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Face {
    pub(super) id: FaceId,
    pub(super) asset: AssetId,
    pub(super) person: Option<PersonId>,
    /// The left, top, right and bottom edge.
    bounds: [i64; 4],
    /// The width and height of the image that the edges refer to.
    image: [i64; 2],
}

impl Face {
    fn json(&self) -> Value {
        let ([left, top, right, bottom], [width, height]) = (self.bounds, self.image);
        json!({
            "id": self.id,
            "imageHeight": height,
            "imageWidth": width,
            "boundingBoxX1": left,
            "boundingBoxX2": right,
            "boundingBoxY1": top,
            "boundingBoxY2": bottom,
            "sourceType": "manual",
        })
    }
}

impl State {
    fn faces_on(&self, asset: AssetId) -> impl Iterator<Item = &Face> {
        self.faces.iter().filter(move |face| face.asset == asset)
    }

    /// The people on an asset; 2.x includes their faces.
    pub(super) fn people_json(&self, asset: &Asset) -> Value {
        let people = self.people.iter().filter_map(|person| {
            let faces: Vec<_> = self.faces_on(asset.id).filter(|face| face.person == Some(person.id)).collect();
            if faces.is_empty() {
                return None;
            }
            let mut json = self.person_json(person, Written::ByDatabase);
            if self.line().is_two() {
                json["faces"] = faces.into_iter().map(Face::json).collect();
            }
            Some(json)
        });
        people.collect()
    }

    /// The faces on an asset that belong to nobody.
    pub(super) fn unassigned_json(&self, asset: &Asset) -> Value {
        self.faces_on(asset.id).filter(|face| face.person.is_none()).map(Face::json).collect()
    }

    fn face(&self, asked: &Asked, id: FaceId, permission: &str) -> Result<&Face, Fault> {
        let user = asked.user()?;
        let is_own = |face: &&Face| self.assets.get(&face.asset).is_some_and(|asset| asset.owner == user);
        let face = self.faces.iter().find(|face| face.id == id).filter(is_own);
        face.ok_or_else(|| Fault::no_access(permission))
    }

    fn move_face(&mut self, id: FaceId, person: PersonId) {
        if let Some(face) = self.faces.iter_mut().find(|face| face.id == id) {
            face.person = Some(person);
        }
        self.feature_faces();
    }
}

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["id"]);
    let id: Option<AssetId> = check.required_id("id");
    check.done()?;
    let id = state.seen(asked, id.ok_or_else(|| asked.no_access())?).map_err(|_| Fault::no_access("asset.read"))?.id;
    let faces = state.faces_on(id).map(|face| {
        let person = face.person.and_then(|id| state.people.iter().find(|person| person.id == id));
        let mut json = face.json();
        json["person"] = person.map_or(Value::Null, |person| state.person_json(person, Written::ByDatabase));
        json
    });
    Ok(Answer::json(&faces.collect()))
}

pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let asset: Option<AssetId> = check.required_id("assetId");
    let person: Option<PersonId> = check.required_id("personId");
    let names = ["x", "y", "width", "height", "imageWidth", "imageHeight"];
    let [x, y, width, height, image_width, image_height] =
        names.map(|name| check.required_integer(name, 0, i64::from(i32::MAX)).unwrap_or_default());
    check.string("userId");
    check.done()?;
    let (Some(asset), Some(person)) = (asset, person) else { return Err(asked.no_access()) };
    state.seen(asked, asset).map_err(|_| Fault::no_access("asset.read"))?;
    state.person(asked, person, "person.read")?;
    let (bounds, image) = ([x, y, x + width, y + height], [image_width, image_height]);
    let id = state.random.id();
    state.faces.push(Face { id, asset, person: Some(person), bounds, image });
    // A body without content and without a length.
    Ok(Answer::new(http::StatusCode::CREATED, super::zip::chunks(Vec::new())))
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let mut check = asked.fields()?;
    // Without `force`, a real server keeps the row, which no request shows.
    check.boolean("force");
    check.done()?;
    let id = state.face(asked, id, asked.permission())?.id;
    state.faces.retain(|face| face.id != id);
    Ok(Answer::no_content())
}

/// Gives a face to the person of the path.
pub(super) fn reassign(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let person = asked.path_id(0)?;
    let mut check = asked.fields()?;
    let face: Option<FaceId> = check.required_id("id");
    check.done()?;
    state.person(asked, person, "person.update")?;
    let face = state.face(asked, face.ok_or_else(|| asked.no_access())?, "person.create")?.id;
    state.move_face(face, person);
    let person = state.person(asked, person, "person.read")?;
    Ok(Answer::json(&state.person_json(person, Written::ByServer)))
}

/// Gives the faces that other people have on assets to the person of the path.
pub(super) fn reassign_many(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let person = asked.path_id(0)?;
    let mut check = asked.fields()?;
    let mut moves: Vec<(AssetId, PersonId)> = Vec::new();
    for (index, item) in check.required_list("data").iter().enumerate() {
        let mut inner = Check::below(&format!("data.{index}"), item);
        let (asset, other) = (inner.required_id("assetId"), inner.required_id("personId"));
        moves.extend(asset.zip(other));
        check.take_issues(inner);
    }
    check.done()?;
    state.person(asked, person, "person.update")?;
    let mut results = Vec::new();
    for (asset, other) in moves {
        let faces: Vec<_> =
            state.faces_on(asset).filter(|face| face.person == Some(other)).map(|face| face.id).collect();
        for face in faces {
            let face = state.face(asked, face, "person.create")?.id;
            state.move_face(face, person);
        }
        results.push(state.person_json(state.person(asked, person, "person.read")?, Written::ByServer));
    }
    Ok(Answer::json(&results.into()))
}
