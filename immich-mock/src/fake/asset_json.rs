//! Assets as the API shows them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use immich_core::{AssetId, DuplicateId, UserId};
use jiff::tz::Offset;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Number, Value, json};

use super::exif::Exif;
use super::line::Line;
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

/// An asset in a response; `None` leaves out a field, except those that are null without a value.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AssetView<'s> {
    id: AssetId,
    created_at: String,
    owner_id: UserId,
    library_id: (),
    #[serde(rename = "type")]
    kind: &'static str,
    original_path: &'s str,
    original_file_name: &'s str,
    original_mime_type: &'static str,
    thumbhash: (),
    file_created_at: String,
    file_modified_at: String,
    local_date_time: String,
    updated_at: String,
    is_favorite: bool,
    is_archived: bool,
    is_trashed: bool,
    visibility: &'static str,
    duration: Value,
    live_photo_video_id: Option<AssetId>,
    people: Value,
    checksum: String,
    is_offline: bool,
    has_metadata: bool,
    duplicate_id: Option<DuplicateId>,
    resized: bool,
    width: Option<&'s Number>,
    height: Option<&'s Number>,
    is_edited: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_asset_id: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_id: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unassigned_faces: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exif_info: Option<ExifView<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stack: Option<Value>,
}

/// The EXIF data of an asset in a response.
pub(super) struct ExifView<'a> {
    file_size_in_byte: Option<u64>,
    date_time_original: Option<String>,
    modify_date: Option<String>,
    time_zone: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    description: &'a str,
    rating: Option<i64>,
    exif: &'a Exif,
}

impl Serialize for ExifView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let exif = self.exif;
        let mut fields = serializer.serialize_map(Some(22))?;
        fields.serialize_entry("make", &exif.make)?;
        fields.serialize_entry("model", &exif.model)?;
        fields.serialize_entry("exifImageWidth", &exif.exif_image_width)?;
        fields.serialize_entry("exifImageHeight", &exif.exif_image_height)?;
        fields.serialize_entry("fileSizeInByte", &self.file_size_in_byte)?;
        fields.serialize_entry("orientation", &exif.orientation)?;
        fields.serialize_entry("dateTimeOriginal", &self.date_time_original)?;
        fields.serialize_entry("modifyDate", &self.modify_date)?;
        fields.serialize_entry("timeZone", &self.time_zone)?;
        fields.serialize_entry("lensModel", &exif.lens_model)?;
        fields.serialize_entry("fNumber", &exif.f_number)?;
        fields.serialize_entry("focalLength", &exif.focal_length)?;
        fields.serialize_entry("iso", &exif.iso)?;
        fields.serialize_entry("exposureTime", &exif.exposure_time)?;
        fields.serialize_entry("latitude", &self.latitude)?;
        fields.serialize_entry("longitude", &self.longitude)?;
        fields.serialize_entry("city", &exif.city)?;
        fields.serialize_entry("state", &exif.state)?;
        fields.serialize_entry("country", &exif.country)?;
        fields.serialize_entry("description", &self.description)?;
        fields.serialize_entry("projectionType", &exif.projection_type)?;
        fields.serialize_entry("rating", &self.rating)?;
        fields.end()
    }
}

impl State {
    /// An asset as JSON.
    pub(super) fn asset_json(&self, asset: &Asset, shape: Shape) -> Value {
        json!(self.asset_view(asset, shape))
    }

    /// An asset to be written into a response, which costs less than a JSON value.
    pub(super) fn asset_view<'s>(&'s self, asset: &'s Asset, shape: Shape) -> AssetView<'s> {
        let two = self.line().is_two();
        let instant = |instant| shape.written.text(instant);
        let (width, height) = asset.exif.size();
        let tags = self.tags.iter().filter(|tag| asset.tags.contains(&tag.id));
        let stack = || {
            self.stack_of(asset.id).map_or(
                Value::Null,
                |stack| json!({ "id": stack.id, "primaryAssetId": stack.primary, "assetCount": stack.assets.len() }),
            )
        };
        AssetView {
            id: asset.id,
            created_at: instant(asset.created_at),
            owner_id: asset.owner,
            library_id: (),
            kind: asset.kind.name(),
            original_path: &asset.path,
            original_file_name: &asset.file_name,
            original_mime_type: self.mime_type(asset),
            thumbhash: (),
            file_created_at: instant(asset.file_created_at),
            file_modified_at: instant(asset.file_modified_at),
            local_date_time: instant(asset.local()),
            updated_at: instant(asset.updated_at),
            is_favorite: asset.is_favorite && shape.favorite,
            is_archived: asset.visibility == "archive",
            is_trashed: asset.trashed_at.is_some(),
            visibility: asset.visibility,
            duration: self.duration_json(asset),
            live_photo_video_id: asset.live_photo_video,
            people: if shape.faces { self.people_json(asset) } else { json!([]) },
            checksum: STANDARD.encode(asset.checksum),
            is_offline: false,
            has_metadata: true,
            duplicate_id: asset.duplicate,
            resized: true,
            width,
            height,
            is_edited: !asset.edits.is_empty(),
            device_asset_id: two.then_some(asset.device_asset_id.as_str()),
            device_id: two.then_some(asset.device_id.as_str()),
            unassigned_faces: (two && shape.faces).then(|| self.unassigned_json(asset)),
            exif_info: shape.exif.then(|| asset.exif_view()),
            owner: shape.owner.then(|| self.user_json(asset.owner, Written::ByDatabase)),
            tags: shape.tags.then(|| tags.map(|tag| tag.json(Written::ByDatabase)).collect()),
            stack: shape.stack.then(stack),
        }
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
        asset.duration_json(self.line())
    }
}

impl Asset {
    pub(super) fn duration_json(&self, line: Line) -> Value {
        match line {
            Line::Two => self.duration_text().unwrap_or_else(|| NO_DURATION.to_owned()).into(),
            Line::Three => self.millis().into(),
        }
    }

    /// The duration as 2.x writes it, such as `00:00:02.000`, or as the upload names it.
    pub(super) fn duration_text(&self) -> Option<String> {
        let Some(millis) = self.exif.duration else { return self.duration.clone() };
        let (seconds, millis) = (millis / 1000, millis % 1000);
        Some(format!("{:02}:{:02}:{:02}.{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60))
    }

    /// The EXIF data, as the database stores it.
    ///
    /// Until the metadata is extracted, it has only the size and the values that the user set, without the dates.
    pub(super) fn exif_view(&self) -> ExifView<'_> {
        let instant = |known: bool, instant| known.then(|| Written::ByDatabase.text(instant));
        let extracted = self.metadata_is_extracted;
        ExifView {
            // The size of an empty file is null.
            file_size_in_byte: Some(self.size()).filter(|size| *size > 0),
            date_time_original: instant(extracted || self.is_dated, self.file_created_at),
            modify_date: instant(extracted, self.file_modified_at),
            time_zone: self.offset.map(zone_name),
            latitude: self.latitude,
            longitude: self.longitude,
            description: &self.description,
            rating: self.rating,
            exif: &self.exif,
        }
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
