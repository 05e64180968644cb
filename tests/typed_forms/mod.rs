//! The operations that send forms, made of typed values: a form cannot be read back into its endpoint.

use std::time::Duration;

use immich_core::api::{
    AssetMetadataUpsertItemDto, AssetVisibility, CreateProfileImage, LogoutOauth, ReplaceAsset, UploadAsset,
    UploadDatabaseBackup,
};
use immich_core::{AssetId, Body, Endpoint, FilePart};
use jiff::Timestamp;

use crate::requests::base;

/// The operations that send forms.
pub const FORMS: [&str; 5] =
    ["createProfileImage", "logoutOAuth", "replaceAsset", "uploadAsset", "uploadDatabaseBackup"];

/// The optional parts that a form has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Every part.
    Full,
    /// The parts that the operation requires.
    Minimal,
}

/// The request of an operation that sends a form; `None` if it sends none.
pub fn form(id: &str, amount: Amount) -> Option<http::Request<Body>> {
    let full = amount == Amount::Full;
    let request = match id {
        "uploadAsset" if full => upload().to_request(&base()),
        "uploadAsset" => UploadAsset::new(photo(), created(), modified()).to_request(&base()),
        "replaceAsset" => replace(full).to_request(&base()),
        "createProfileImage" => CreateProfileImage::new(photo()).to_request(&base()),
        "uploadDatabaseBackup" => {
            UploadDatabaseBackup::new(FilePart::new("backup.sql.gz", "a backup")).to_request(&base())
        }
        "logoutOAuth" => LogoutOauth::new("a token+ &=\u{e9}").to_request(&base()),
        _ => return None,
    };
    Some(request.expect("a request"))
}

fn upload() -> UploadAsset {
    UploadAsset::new(photo(), created(), modified())
        .device_asset_id("beach 1")
        .device_id("a device")
        .duration(Duration::from_millis(5250))
        .filename("b\u{e9}ach.jpg")
        .is_favorite(true)
        .live_photo_video_id(asset())
        .metadata([AssetMetadataUpsertItemDto::new("mobile-app", serde_json::json!({"a": 1}))])
        .sidecar_data(FilePart::new("beach.xmp", "<x/>").content_type("application/xml"))
        .visibility(AssetVisibility::Archive)
        .key("a key")
        .slug("a slug")
        .x_immich_checksum("rvk18ra8iC2befRIDSUq8nkyGeI=")
}

fn replace(full: bool) -> ReplaceAsset {
    let request = ReplaceAsset::new(asset(), photo(), "beach 1", "a device", created(), modified());
    if !full {
        return request;
    }
    request.duration(Duration::from_millis(5250)).filename("b\u{e9}ach.jpg").key("a key").slug("a slug")
}

fn photo() -> FilePart {
    FilePart::new("b\u{e9}ach.jpg", "the bytes of a photo").content_type("image/jpeg")
}

fn asset() -> AssetId {
    "3fa85f64-5717-4562-b3fc-2c963f66afa6".parse().expect("an id")
}

fn created() -> Timestamp {
    "2024-05-06T07:08:09.123Z".parse().expect("an instant")
}

fn modified() -> Timestamp {
    "2024-05-06T07:08:10Z".parse().expect("an instant")
}
