//! The facts about an asset that are known before its file is downloaded.

use jiff::Timestamp;

use crate::api::{AssetResponseDto, AssetVisibility};
use crate::ids::AssetId;
use crate::time::LocalDateTime;
use crate::transfer::Checksum;

/// The facts about an asset that a download needs.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "fs"), allow(dead_code))]
pub(super) struct AssetInfo {
    pub(super) name: String,
    pub(super) checksum: Option<Checksum>,
    pub(super) bytes: Option<u64>,
    pub(super) file_created_at: Timestamp,
    pub(super) file_modified_at: Timestamp,
    pub(super) local_date_time: LocalDateTime,
    pub(super) live_photo_video: Option<AssetId>,
    pub(super) is_edited: bool,
    pub(super) is_offline: bool,
    /// Whether it is the video of a live photo.
    pub(super) is_hidden: bool,
    /// The time of the last change of the asset.
    pub(super) updated_at: Timestamp,
}

impl From<&AssetResponseDto> for AssetInfo {
    fn from(asset: &AssetResponseDto) -> Self {
        let exif = asset.exif_info.as_ref();
        Self {
            name: asset.original_file_name.clone(),
            checksum: asset.checksum.parse().ok(),
            bytes: exif.and_then(|exif| u64::try_from(exif.file_size_in_byte?).ok()),
            file_created_at: asset.file_created_at,
            file_modified_at: asset.file_modified_at,
            local_date_time: asset.local_date_time,
            live_photo_video: asset.live_photo_video_id,
            is_edited: asset.is_edited,
            is_offline: asset.is_offline,
            is_hidden: asset.visibility == AssetVisibility::Hidden,
            updated_at: asset.updated_at,
        }
    }
}
