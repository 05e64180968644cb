//! The generated files of assets: thumbnails, previews and sidecars.

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

const TYPES: [&str; 5] = ["thumbnail", "preview", "sidecar", "fullsize", "encoded_video"];

/// A file of an asset.
struct AssetFile<'a> {
    id: Uuid,
    kind: &'static str,
    asset: &'a Asset,
    bytes: Bytes,
}

impl AssetFile<'_> {
    fn path(&self) -> String {
        let extension = match self.kind {
            "thumbnail" => "webp",
            "preview" => "jpeg",
            _ => return format!("{}.xmp", self.asset.path),
        };
        format!("/data/thumbs/{}/{}_{}.{extension}", self.asset.owner, self.asset.id, self.kind)
    }

    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "type": self.kind,
            "path": self.path(),
            "isEdited": false,
            "isProgressive": false,
            "isTransparent": false,
            "createdAt": time::text(self.asset.created_at),
            "updatedAt": time::text(self.asset.updated_at),
        })
    }
}

impl State {
    /// The files of an asset. Their ids follow from that of the asset.
    fn files<'s>(&'s self, asset: &'s Asset) -> impl Iterator<Item = AssetFile<'s>> {
        let generated = asset.metadata_is_extracted.then(|| asset.bytes.clone());
        let files = [(TYPES[0], generated.clone()), (TYPES[1], generated), (TYPES[2], asset.sidecar.clone())];
        let files = (1..).zip(files).filter_map(move |(number, (kind, bytes))| {
            let mut id = Uuid::from(asset.id).into_bytes();
            id[15] ^= number;
            Some(AssetFile { id: Uuid::from_bytes(id), kind, asset, bytes: bytes? })
        });
        files.filter(|file| !self.deleted_files.contains(&file.id))
    }

    fn file(&self, asked: &Asked) -> Result<AssetFile<'_>, Fault> {
        let (id, user) = (asked.path_id::<Uuid>(0)?, asked.user()?);
        let own = self.assets.values().filter(|asset| asset.owner == user);
        own.flat_map(|asset| self.files(asset)).find(|file| file.id == id).ok_or_else(|| asked.no_access())
    }
}

pub(super) fn search(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["assetId", "type"]);
    let id: Option<AssetId> = check.required_id("assetId");
    let kind = check.word("type", &TYPES);
    check.done()?;
    let asset = state.seen(asked, id.unwrap_or_default())?;
    let found = state.files(asset).filter(|file| kind.is_none_or(|kind| kind == file.kind));
    Ok(Answer::json(&found.map(|file| file.json()).collect()))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&state.file(asked)?.json()))
}

pub(super) fn download(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let file = state.file(asked)?;
    let content_type = match file.kind {
        "thumbnail" => "image/webp",
        "preview" => "image/jpeg",
        _ => "application/xml",
    };
    let name = file.path().rsplit('/').next().map(str::to_owned);
    let (modified, bytes) = (file.asset.created_at, file.bytes);
    Ok(File { bytes, content_type, name, modified, cache_control: PRIVATE }.respond(asked, state.line()))
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.file(asked)?.id;
    state.deleted_files.insert(id);
    Ok(Answer::no_content())
}
