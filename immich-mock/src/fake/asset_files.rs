//! The files that the server keeps beside an original: preview, thumbnail and sidecar. A preview and a thumbnail have
//! the bytes of the original.

use bytes::Bytes;
use immich_core::AssetId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::file::{File, PRIVATE};
use super::state::{Asset, State};
use super::time;

/// The kinds of files; only the first three exist in the fake.
const KINDS: [&str; 5] = ["thumbnail", "preview", "sidecar", "fullsize", "encoded_video"];

/// The number of kinds that exist.
const EXISTING: usize = 3;

/// The id of a file, from that of its asset and its kind. Applied twice, it gives the id of the asset.
fn id_of(id: Uuid, kind: usize) -> Uuid {
    let mut bytes = id.into_bytes();
    bytes[0] ^= 0xa5;
    bytes[15] ^= kind as u8 + 1;
    Uuid::from_bytes(bytes)
}

impl State {
    /// Whether an asset has the file of a kind.
    pub(super) fn has_file(&self, asset: &Asset, kind: &str) -> bool {
        let Some(place) = KINDS.iter().position(|known| *known == kind) else { return false };
        let exists = match kind {
            "preview" | "thumbnail" => asset.metadata_is_extracted,
            "sidecar" => asset.sidecar.is_some(),
            _ => false,
        };
        exists && !self.deleted_files.contains(&id_of(asset.id.into(), place))
    }

    /// The file of the path.
    fn file<'s>(&'s self, asked: &Asked) -> Result<(&'s Asset, usize, Uuid), Fault> {
        let id: Uuid = asked.path_id(0)?;
        let file = |kind| {
            let asset = self.assets.get(&AssetId::from(id_of(id, kind)))?;
            self.has_file(asset, KINDS[kind]).then_some((asset, kind, id))
        };
        let found = (0..EXISTING).find_map(file).ok_or_else(|| asked.no_access())?;
        self.own(asked, &[found.0.id])?;
        Ok(found)
    }
}

fn path(asset: &Asset, kind: usize) -> String {
    let (id, owner) = (asset.id.to_string(), asset.owner);
    let extension = match KINDS[kind] {
        "preview" => "_preview.jpeg",
        "thumbnail" => "_thumbnail.webp",
        _ => return format!("{}.xmp", asset.path),
    };
    format!("/data/thumbs/{owner}/{}/{}/{id}{extension}", &id[..2], &id[2..4])
}

fn json(asset: &Asset, kind: usize) -> Value {
    json!({
        "id": id_of(asset.id.into(), kind),
        "type": KINDS[kind],
        "path": path(asset, kind),
        "isEdited": false,
        "isProgressive": false,
        "isTransparent": false,
        "createdAt": time::text(asset.created_at),
        "updatedAt": time::text(asset.created_at),
    })
}

pub(super) fn search(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["assetId", "type", "isEdited", "isProgressive", "isTransparent"]);
    let asset: Option<AssetId> = check.required_id("assetId");
    let kind = check.word("type", &KINDS);
    let flags = ["isEdited", "isProgressive", "isTransparent"].map(|name| check.boolean(name));
    check.done()?;
    let asset = asset.ok_or_else(|| asked.no_access())?;
    state.own(asked, &[asset])?;
    let asset = state.seen(asked, asset)?;
    let found = (0..EXISTING)
        .filter(|place| kind.is_none_or(|kind| KINDS[*place] == kind) && !flags.contains(&Some(true)))
        .filter(|place| state.has_file(asset, KINDS[*place]));
    Ok(Answer::json(&found.map(|place| json(asset, place)).collect()))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (asset, kind, _) = state.file(asked)?;
    Ok(Answer::json(&json(asset, kind)))
}

pub(super) fn download(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (asset, kind, _) = state.file(asked)?;
    let (bytes, content_type) = match KINDS[kind] {
        "preview" => (asset.content.bytes(), "image/jpeg"),
        "thumbnail" => (asset.content.bytes(), "image/webp"),
        _ => (asset.sidecar.clone().unwrap_or_else(Bytes::new), "application/xml"),
    };
    let name = path(asset, kind).rsplit('/').next().map(str::to_owned);
    let file = File { bytes, content_type, name, modified: asset.created_at, cache_control: PRIVATE };
    Ok(file.respond(asked, state.line()))
}

/// Removes a file; the asset stays.
pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (asset, kind, id) = state.file(asked)?;
    let asset = asset.id;
    if KINDS[kind] == "sidecar" {
        if let Some(asset) = state.assets.get_mut(&asset) {
            asset.sidecar = None;
        }
    } else {
        state.deleted_files.insert(id);
    }
    Ok(Answer::no_content())
}
