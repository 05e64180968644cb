//! Assets as the API shows them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::tz::Offset;
use serde_json::{Value, json};

use super::media;
use super::state::{Asset, State};
use super::time::Written;

/// The duration that 2.x returns for an asset without one.
const NO_DURATION: &str = "0:00:00.00000";

/// The optional parts of an asset in a response.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) exif: bool,
    pub(super) owner: bool,
    pub(super) tags: bool,
    pub(super) stack: bool,
    pub(super) faces: bool,
    /// Whether to report `isFavorite`, which is false for other users.
    pub(super) favorite: bool,
    pub(super) written: Written,
}

impl Shape {
    /// As in a list of assets.
    pub(super) const PLAIN: Self = Self {
        exif: false,
        owner: false,
        tags: false,
        stack: false,
        faces: false,
        favorite: true,
        written: Written::ByServer,
    };
    /// As requested by id.
    pub(super) const WHOLE: Self =
        Self { exif: true, owner: true, tags: true, stack: true, faces: true, ..Self::PLAIN };
    /// As part of a row that the database joined.
    pub(super) const JOINED: Self = Self { written: Written::ByDatabase, ..Self::PLAIN };

    pub(super) const fn with_exif(self, exif: bool) -> Self {
        Self { exif, ..self }
    }
}

impl State {
    /// An asset as JSON.
    pub(super) fn asset_json(&self, asset: &Asset, shape: Shape) -> Value {
        let two = self.line().is_two();
        let instant = |instant| shape.written.instant(instant);
        let mut json = json!({
            "id": asset.id,
            "createdAt": instant(asset.created_at),
            "ownerId": asset.owner,
            "libraryId": null,
            "type": asset.kind.name(),
            "originalPath": asset.path,
            "originalFileName": asset.file_name,
            "originalMimeType": self.mime_type(asset),
            "thumbhash": null,
            "fileCreatedAt": instant(asset.file_created_at),
            "fileModifiedAt": instant(asset.file_modified_at),
            "localDateTime": instant(asset.local()),
            "updatedAt": instant(asset.updated_at),
            "isFavorite": asset.is_favorite && shape.favorite,
            "isArchived": asset.visibility == "archive",
            "isTrashed": asset.trashed_at.is_some(),
            "visibility": asset.visibility,
            "duration": self.duration_json(asset),
            "livePhotoVideoId": asset.live_photo_video,
            "people": [],
            "checksum": STANDARD.encode(asset.checksum),
            "isOffline": false,
            "hasMetadata": true,
            "duplicateId": asset.duplicate,
            "resized": true,
            "width": asset.exif.size().0,
            "height": asset.exif.size().1,
            "isEdited": !asset.edits.is_empty(),
        });
        if two {
            json["deviceAssetId"] = asset.device_asset_id.clone().into();
            json["deviceId"] = asset.device_id.clone().into();
        }
        if two && shape.faces {
            json["unassignedFaces"] = self.unassigned_json(asset);
        }
        if shape.faces {
            json["people"] = self.people_json(asset);
        }
        if shape.exif {
            json["exifInfo"] = asset.exif_json();
        }
        if shape.owner {
            json["owner"] = self.user_json(asset.owner, Written::ByDatabase);
        }
        if shape.tags {
            let tags = self.tags.iter().filter(|tag| asset.tags.contains(&tag.id));
            json["tags"] = tags.map(|tag| tag.json(Written::ByDatabase)).collect();
        }
        if shape.stack {
            let stack = self.stack_of(asset.id);
            json["stack"] = stack.map_or(
                Value::Null,
                |stack| json!({ "id": stack.id, "primaryAssetId": stack.primary, "assetCount": stack.assets.len() }),
            );
        }
        json
    }

    /// An asset as shown to the visitor of a link that hides metadata.
    pub(super) fn bare_asset_json(&self, asset: &Asset, written: Written) -> Value {
        json!({
            "id": asset.id,
            "type": asset.kind.name(),
            "originalMimeType": self.mime_type(asset),
            "thumbhash": null,
            "localDateTime": written.instant(asset.local()),
            "duration": self.duration_json(asset),
            "livePhotoVideoId": asset.live_photo_video,
            "hasMetadata": false,
            "width": null,
            "height": null,
        })
    }

    /// The media type by the name of the asset, which may differ from that of the file.
    fn mime_type(&self, asset: &Asset) -> &'static str {
        media::of(&asset.file_name, self.line()).map_or("application/octet-stream", |(_, _, content_type)| content_type)
    }

    pub(super) fn duration_json(&self, asset: &Asset) -> Value {
        if self.line().is_two() {
            return asset.duration_text().unwrap_or_else(|| NO_DURATION.to_owned()).into();
        }
        asset.millis().into()
    }
}

impl Asset {
    /// The duration as 2.x writes it, such as `00:00:02.000`, or as the upload names it.
    pub(super) fn duration_text(&self) -> Option<String> {
        let Some(millis) = self.exif.duration else { return self.duration.clone() };
        let (seconds, millis) = (millis / 1000, millis % 1000);
        Some(format!("{:02}:{:02}:{:02}.{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60))
    }

    /// The EXIF data, as the database stores it.
    ///
    /// Until the metadata is extracted, it has only the size and the values that the user set, without the dates.
    pub(super) fn exif_json(&self) -> Value {
        let instant = |known, instant| if known { Written::ByDatabase.instant(instant) } else { Value::Null };
        let extracted = self.metadata_is_extracted;
        let exif = &self.exif;
        json!({
            "make": exif.make,
            "model": exif.model,
            "exifImageWidth": exif.exif_image_width,
            "exifImageHeight": exif.exif_image_height,
            // The size of an empty file is null.
            "fileSizeInByte": Some(self.size()).filter(|size| *size > 0),
            "orientation": exif.orientation,
            "dateTimeOriginal": instant(extracted || self.is_dated, self.file_created_at),
            "modifyDate": instant(extracted, self.file_modified_at),
            "timeZone": self.offset.map(zone_name),
            "lensModel": exif.lens_model,
            "fNumber": exif.f_number,
            "focalLength": exif.focal_length,
            "iso": exif.iso,
            "exposureTime": exif.exposure_time,
            "latitude": self.latitude,
            "longitude": self.longitude,
            "city": exif.city,
            "state": exif.state,
            "country": exif.country,
            "description": self.description,
            "projectionType": exif.projection_type,
            "rating": self.rating,
        })
    }
}

/// A zone name, such as `UTC`, `UTC+2` or `UTC-3:30`.
fn zone_name(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let (hours, rest) = (minutes / 60, (minutes % 60).abs());
    match (minutes, rest) {
        (0, _) => "UTC".to_owned(),
        (_, 0) => format!("UTC{hours:+}"),
        _ => format!("UTC{hours:+}:{rest:02}"),
    }
}
