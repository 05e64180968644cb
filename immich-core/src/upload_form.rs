//! The parts of an upload that need more than their text. Servers 2.x demand the two ids; 3.x ignore them.

use crate::api::{AssetMetadataUpsertItemDto, UploadAsset};
use crate::duration::AssetDuration;
use crate::param::Param;

/// Names the device that an upload comes from, where the caller named none.
pub(crate) fn device_id(_: &UploadAsset) -> &'static str {
    "immich-sdk"
}

/// Names the file on its device, where the caller did not: its name and the second of its last change.
pub(crate) fn device_asset_id(upload: &UploadAsset) -> String {
    format!("{}-{}", upload.asset_data.name(), upload.file_modified_at.as_second())
}

impl Param for Vec<AssetMetadataUpsertItemDto> {
    /// One part of JSON, and not one for each item.
    fn each(&self, add: &mut dyn FnMut(&str)) {
        if let Ok(json) = serde_json::to_string(self) {
            add(&json);
        }
    }
}

impl Param for AssetDuration {
    /// Milliseconds, as 3.x demands; 2.x takes any text.
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(&self.get().as_millis().to_string());
    }
}
