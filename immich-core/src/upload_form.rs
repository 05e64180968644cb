//! The form of uploads, which is another for each major version of the server:
//!
//! | part | 2.x | from 3.0 on | not known |
//! | --- | --- | --- | --- |
//! | `deviceAssetId`, `deviceId` | demanded | not there, passed over when sent | sent |
//! | `duration` | `0:00:05.250` | 5250 | 5250 |

#[allow(deprecated)]
use crate::api::ReplaceAsset;
use crate::api::{AssetMetadataUpsertItemDto, UploadAsset};
use crate::duration::AssetDuration;
use crate::param::Param;
use crate::version::ServerVersion;

/// Names the device that an upload comes from, where the caller named none.
pub(crate) fn device_id(upload: &UploadAsset, server: Option<ServerVersion>) -> Option<String> {
    wants_device(server).then(|| upload.device_id.clone().unwrap_or_else(|| "immich-sdk".into()))
}

/// Names the file on its device, where the caller did not: its name and the second of its last change.
pub(crate) fn device_asset_id(upload: &UploadAsset, server: Option<ServerVersion>) -> Option<String> {
    let made = || format!("{}-{}", upload.asset_data.name(), upload.file_modified_at.as_second());
    wants_device(server).then(|| upload.device_asset_id.clone().unwrap_or_else(made))
}

fn wants_device(server: Option<ServerVersion>) -> bool {
    server.is_none_or(|server| server.major < 3)
}

pub(crate) fn duration(upload: &UploadAsset, server: Option<ServerVersion>) -> Option<String> {
    let duration = upload.duration?;
    let text = server.is_some_and(|server| server.major < 3);
    Some(if text { duration.text() } else { duration.get().as_millis().to_string() })
}

/// Only 2.x replaces assets.
#[allow(deprecated)]
pub(crate) fn replaced_duration(replace: &ReplaceAsset, _: Option<ServerVersion>) -> Option<String> {
    replace.duration.map(AssetDuration::text)
}

impl Param for Vec<AssetMetadataUpsertItemDto> {
    /// One part of JSON, and not one for each item.
    fn each(&self, add: &mut dyn FnMut(&str)) {
        if let Ok(json) = serde_json::to_string(self) {
            add(&json);
        }
    }
}
